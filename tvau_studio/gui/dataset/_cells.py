"""How a clip looks in the table (a small picture before its name) and as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from tvau_studio.domain.summaries import ClipSummary
from tvau_studio.gui.dataset._model import COLUMNS, NUMBERS, EntryRole, cell
from tvau_studio.gui.theme import mono_font
from tvau_studio.gui.theme.icons import paint_icon
from tvau_studio.gui.theme.rows import paint_fill
from tvau_studio.gui.theme.tokens import LABEL, STATE_TOKENS

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.domain.queries import Entry
    from tvau_studio.gui.docks._previews import Previews
    from tvau_studio.gui.state import State

ROW = 44
_SMALL = QSize(64, 36)
CARD = QSize(212, 178)
_LARGE = QSize(192, 108)
_Index = QModelIndex | QPersistentModelIndex


class _Cells(QStyledItemDelegate):
    def __init__(self, state: State, previews: Previews, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self._previews = previews

    def _colour(self, token: str) -> QColor:
        return QColor(getattr(self._state.theme.tokens, token))

    def _picture(self, painter: QPainter, place: QRect, entry: Entry) -> None:
        """The first picture of a clip; a quiet place until it is there."""
        row = self._state.workspace.clips.row(entry.key)
        preview = self._previews.get(row) if isinstance(row, ClipSummary) else None
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(place), 4, 4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if preview is not None and preview.image is not None:
            painter.setClipPath(outline)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, preview.image)
        else:
            painter.fillPath(outline, self._colour("raised"))
            if preview is not None:
                at = QRectF(place.center().x() - 8, place.center().y() - 8, 16, 16)
                paint_icon(painter, "image-off", at, self._state.theme.tokens.muted)
        painter.restore()

    def _dot(self, painter: QPainter, x: int, y: int, state: str) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour(STATE_TOKENS[state]))
        painter.drawEllipse(QRectF(x, y - 4, 8, 8))
        painter.restore()


class TableCells(_Cells):
    """A line of the table."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        entry: Entry | None = index.data(EntryRole)
        if entry is None:
            return
        paint_fill(painter, option, self._state.theme.tokens)
        name = COLUMNS[index.column()][0]
        place = QRect(option.rect).adjusted(10, 0, -10, 0)
        if name == "id":
            picture = QRect(place.left(), place.center().y() - _SMALL.height() // 2, _SMALL.width(), _SMALL.height())
            self._picture(painter, picture, entry)
            place.setLeft(picture.right() + 12)
        elif name == "state":
            self._dot(painter, place.left(), place.center().y(), entry.state)
            place.setLeft(place.left() + 14)
        painter.setFont(mono_font(12) if name in NUMBERS else option.font)
        painter.setPen(self._colour("text" if name in ("id", "event", "state", *NUMBERS) else "muted"))
        side = Qt.AlignmentFlag.AlignRight if name in NUMBERS else Qt.AlignmentFlag.AlignLeft
        mode = Qt.TextElideMode.ElideMiddle if name in ("id", "video") else Qt.TextElideMode.ElideRight
        text = painter.fontMetrics().elidedText(cell(entry, name), mode, place.width())
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, text)


class CardCells(_Cells):
    """A card of the grid: picture, name, what is in it, its state."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return CARD

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        entry: Entry | None = index.data(EntryRole)
        if entry is None:
            return
        paint_fill(painter, option, self._state.theme.tokens)
        place = QRect(option.rect)
        picture = QRect(place.left() + 10, place.top() + 10, _LARGE.width(), _LARGE.height())
        self._picture(painter, picture, entry)
        bold, small = QFont(option.font), QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        small.setPixelSize(LABEL)
        left, width, y = picture.left(), picture.width(), picture.bottom() + 6
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(bold)
        painter.setPen(self._colour("text"))
        painter.drawText(
            left, y, width, 18, align, QFontMetrics(bold).elidedText(entry.id, Qt.TextElideMode.ElideMiddle, width)
        )
        painter.setFont(small)
        painter.setPen(self._colour("muted"))
        events = cell(entry, "event") or cell(entry, "video")
        metrics = QFontMetrics(small)
        painter.drawText(left, y + 18, width, 16, align, metrics.elidedText(events, Qt.TextElideMode.ElideRight, width))
        self._dot(painter, left, y + 43, entry.state)
        painter.setPen(self._colour(STATE_TOKENS[entry.state]))
        painter.drawText(left + 13, y + 34, width - 13, 18, align, cell(entry, "state"))
        if entry.score is not None:
            painter.setFont(mono_font(11))
            painter.setPen(self._colour("muted"))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(left, y + 34, width, 18, right, cell(entry, "score"))
