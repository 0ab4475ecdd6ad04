"""How one clip looks in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tvau_studio.domain.colormaps import table
from tvau_studio.gui.docks._clip_model import RowRole, title
from tvau_studio.gui.theme import mono_font
from tvau_studio.gui.theme.icons import paint_icon
from tvau_studio.gui.theme.tokens import BODY, LABEL, STATE_TOKENS
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.domain.summaries import ClipSummary
    from tvau_studio.gui.docks._clip_model import ClipModel
    from tvau_studio.gui.docks._previews import Preview, Previews
    from tvau_studio.gui.state import State

HEIGHT = 72
_PICTURE = QSize(96, 54)
_LEFT = 14


class ClipDelegate(QStyledItemDelegate):
    """Picture, name and range, what is in it, its state; a strip of heat under the picture where heat is known."""

    def __init__(self, state: State, model: ClipModel, previews: Previews, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self._model = model
        self._previews = previews

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(180, HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: ClipSummary | None = index.data(RowRole)
        if row is None:
            return
        look, place = self._state.theme.tokens, option.rect
        here = row.key == self._state.workspace.clip
        painter.save()
        if here:
            painter.fillRect(place, QColor(look.selected))
            painter.fillRect(QRect(place.left(), place.top(), 2, place.height()), QColor(look.accent))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(place, QColor(look.hover))
        if option.state & QStyle.StateFlag.State_HasFocus and not here:
            painter.setPen(QPen(QColor(look.accent), 1))
            painter.drawRect(place.adjusted(0, 0, -1, -1))
        picture = QRect(place.left() + _LEFT, place.top() + 9, _PICTURE.width(), _PICTURE.height())
        self._picture(painter, picture, row, self._previews.get(row))
        self._words(
            painter, QRect(picture.right() + 11, place.top(), place.right() - picture.right() - 19, HEIGHT), row
        )
        painter.restore()

    def _picture(self, painter: QPainter, place: QRect, row: ClipSummary, preview: Preview | None) -> None:
        look = self._state.theme.tokens
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(place), 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if preview is not None and preview.image is not None:
            painter.save()
            painter.setClipPath(outline)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, preview.image)
            if preview.strip is not None:
                self._strip(painter, QRect(place.left(), place.bottom() - 3, place.width(), 4), preview.strip)
            painter.restore()
        else:
            painter.fillPath(outline, QColor(look.raised))
            if self._model.is_missing(row) or preview is not None:
                icon = QRectF(place.center().x() - 8, place.center().y() - 8, 16, 16)
                paint_icon(painter, "image-off", icon, look.muted)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _strip(self, painter: QPainter, place: QRect, strip: np.ndarray) -> None:
        pixels = np.full((1, len(strip), 4), 255, np.uint8)
        known = ~np.isnan(strip)
        heat = (np.clip(np.where(known, strip, 0), 0, 1) * 255).astype(np.uint8)
        pixels[0, :, :3] = table(self._state.heat.colormap)[heat]
        pixels[0, ~known] = 0
        painter.fillRect(place, QColor(self._state.theme.tokens.stage))
        painter.fillRect(place, QBrush(QColor(self._state.theme.tokens.muted), Qt.BrushStyle.BDiagPattern))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        image = QImage(pixels.data, len(strip), 1, 4 * len(strip), QImage.Format.Format_RGBA8888_Premultiplied)
        painter.drawImage(place, image)

    def _words(self, painter: QPainter, place: QRect, row: ClipSummary) -> None:
        look = self._state.theme.tokens
        bold, small, mono = QFont(painter.font()), QFont(painter.font()), mono_font(LABEL)
        bold.setPixelSize(BODY)
        bold.setWeight(QFont.Weight.DemiBold)
        small.setPixelSize(LABEL)
        y = place.top() + 9
        range_text, summary = f"{row.start}:{row.stop}", self._model.summary(row)
        metrics = QFontMetrics(bold)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        name_width = metrics.horizontalAdvance(title(row))
        if name_width + 6 + QFontMetrics(mono).horizontalAdvance(range_text) <= place.width():
            painter.setFont(mono)
            painter.setPen(QColor(look.muted))
            painter.drawText(place.left() + name_width + 6, y, place.width(), 18, align, range_text)
        else:
            # A long name has the line for itself.
            summary = f"{range_text} · {summary}"
        painter.setFont(bold)
        painter.setPen(QColor(look.text))
        name = metrics.elidedText(title(row), Qt.TextElideMode.ElideMiddle, place.width())
        painter.drawText(place.left(), y, place.width(), 18, align, name)
        painter.setFont(small)
        painter.setPen(QColor(look.muted))
        metrics = QFontMetrics(small)
        summary = metrics.elidedText(summary, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place.left(), y + 18, place.width(), 17, align, summary)
        word, token = (self.tr("draft"), "accent") if row.drafts else (tr(row.state), STATE_TOKENS[row.state])
        if row.drafts and row.state not in ("new", "in work"):
            word, token = self.tr("{state} · draft").format(state=tr(row.state)), STATE_TOKENS[row.state]
        colour = QColor(getattr(look, token))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(place.left() + 4, y + 44.5), 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(colour)
        line = QRect(place.left() + 13, y + 36, place.width() - 13, 17)
        painter.drawText(
            line, Qt.AlignmentFlag.AlignVCenter, metrics.elidedText(word, Qt.TextElideMode.ElideRight, line.width())
        )
