"""The ranked list of events: each with its hottest picture, its frames and place, and what the model says of it."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QWidget

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.forms import tip
from tvau_studio.gui.theme import mono_font
from tvau_studio.gui.theme.icons import paint_icon
from tvau_studio.gui.theme.rows import paint_ground
from tvau_studio.gui.theme.tokens import BODY, LABEL, SMALL
from tvau_studio.gui.words import tr
from tvau_studio.services.overlays import Style

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionViewItem

    from tvau_studio.gui.state import State
    from tvau_studio.gui.state.events import Found
    from tvau_studio.services.jobs import Context

_log = logging.getLogger(__name__)

_HEIGHT, _PICTURE, _LEFT = 84, QSize(104, 60), 14
_KEPT = 256

FoundRole = Qt.ItemDataRole.UserRole + 1

AnyIndex = QModelIndex | QPersistentModelIndex
_Key = tuple[str, int, Box, str, Style]


class EventModel(QAbstractListModel):
    """The events of the state, in their order."""

    def __init__(self, state: State, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self._rows: list[Found] = []

    def follow(self) -> None:
        """Take the events as they are now; rows that only know more stay where they are, and selected."""
        rows = list(self._state.scan.events.found)
        if [f.key for f in rows] == [f.key for f in self._rows]:
            changed = [n for n, (old, new) in enumerate(zip(self._rows, rows, strict=True)) if old != new]
            self._rows = rows
            for n in changed:
                self.dataChanged.emit(self.index(n), self.index(n))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_of(self, key: object) -> int:
        """Where the event of that key is, -1 where it is not."""
        return next((n for n, f in enumerate(self._rows) if f.key == key), -1)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        found = self._rows[index.row()]
        if role == FoundRole:
            return found
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            event = found.event
            words = [f"{index.row() + 1}", f"{event.score:.2f}", title(self._state, found), place(found)]
            return ", ".join(w for w in (*words, event.answer or "") if w)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(found.event.answer or "")
        return None


def title(state: State, found: Found) -> str:
    """Its frames; and its video, where those of several are listed."""
    frames = str(found.event.range)
    if not state.scan.events.every:
        return frames
    path = state.workspace.clips.paths.get(found.video, found.event.video)
    return f"{path.replace(chr(92), '/').rpartition('/')[2].rpartition('.')[0] or path}  {frames}"


def place(found: Found) -> str:
    """Where it is, and the class that is strongest there."""
    event = found.event
    return " · ".join(tr(w) for w in (event.region, event.event) if w)


class EventPictures(QWidget):
    """The hottest picture of each event, with its heat; made when it is first looked at. Never shown itself."""

    ready = Signal()

    def __init__(self, state: State, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self._state = state
        self._known: OrderedDict[_Key, QPixmap | None] = OrderedDict()
        self._asked: set[_Key] = set()

    def get(self, found: Found) -> QPixmap | None:
        """The picture, `_PICTURE` in size (twice the pixels); None where it is not there yet, or cannot be made."""
        studio, event = self._state.studio, found.event
        style = Style(self._state.heat.colormap)
        key = (event.video, event.peak, event.box, studio.models.id, style)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        project, cache = studio.project, studio.heat_cache
        if key in self._asked or project is None:
            return None
        self._asked.add(key)
        video, wanted, box, colour = found.video, _PICTURE * 2, event.box, self._state.theme.tokens.accent

        def make(_: Context) -> QImage | None:
            from tvau_studio.services import heatmaps, overlays

            row = project.video(video)
            if row is None:
                return None
            with project.open_video(row) as file:
                picture = file[event.peak]
                high, wide = file.info.display_size
                if cache is not None:
                    frames = FrameRange(event.peak, event.peak + 1)
                    pairs, maps = heatmaps.cached(file.fingerprint, frames, key[3], cache)
                    picture = overlays.overlay(picture, maps[0], style) if pairs else picture
            picture = np.ascontiguousarray(picture)
            height, width = picture.shape[:2]
            image = QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888)
            size = QSize(wide, high).scaled(wanted, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            image = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
            painter = QPainter(image)
            painter.setPen(QPen(QColor(colour), 3))
            sx, sy = image.width() / width, image.height() / height
            painter.drawRect(QRect(int(box.x * sx), int(box.y * sy), int(box.w * sx), int(box.h * sy)))
            painter.end()
            # Cut to the shape of the list round the heat, not round the middle of the picture.
            x = min(max(int(box.centre[0] * sx) - wanted.width() // 2, 0), image.width() - wanted.width())
            y = min(max(int(box.centre[1] * sy) - wanted.height() // 2, 0), image.height() - wanted.height())
            return image.copy(x, y, wanted.width(), wanted.height())

        def done(image: QImage | None) -> None:
            self._known[key] = QPixmap.fromImage(image) if image is not None else None
            while len(self._known) > _KEPT:
                self._asked.discard(self._known.popitem(last=False)[0])
            self.ready.emit()

        def failed(error: Exception) -> None:
            if not isinstance(error, StudioError):  # a video that is missing is said elsewhere
                _log.error("the picture of an event failed", exc_info=error)
            done(None)

        studio.jobs.submit("media", "Picture of an event", make, done=done, failed=failed, priority=-2)
        return None


class EventList(QListView):
    """A click, or Enter, goes there (`wanted`); several can be selected."""

    wanted = Signal(object)

    def __init__(self, state: State, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("eventList")
        self.setAccessibleName(tr("Events"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.events = EventModel(state, self)
        self.setModel(self.events)
        pictures = EventPictures(state, self)
        pictures.ready.connect(self.viewport().update)
        state.theme.changed.connect(self.viewport().update)
        self.setItemDelegate(_Delegate(state, pictures, self))
        self.clicked.connect(self._go)
        self.activated.connect(self._go)

    def chosen(self) -> list[Found]:
        """The selected events, in the order of the list."""
        return [i.data(FoundRole) for i in sorted(self.selectedIndexes(), key=lambda i: i.row())]

    def _go(self, index: QModelIndex) -> None:
        if index.isValid() and len(self.selectedIndexes()) <= 1:
            self.wanted.emit(index.data(FoundRole))


class _Delegate(QStyledItemDelegate):
    """Picture; score and frames; place and class; the answer."""

    def __init__(self, state: State, pictures: EventPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._state, self._pictures = state, pictures

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(220, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        found: Found | None = index.data(FoundRole)
        if found is None:
            return
        look, area = self._state.theme.tokens, option.rect
        painter.save()
        paint_ground(painter, option, look)
        self._paint_picture(
            painter, QRect(area.left() + _LEFT, area.top() + 12, _PICTURE.width(), _PICTURE.height()), found
        )
        left = area.left() + _LEFT + _PICTURE.width() + 10
        right = area.right() - 12
        event = found.event
        number = mono_font(LABEL)
        bold, body, small = QFont(painter.font()), QFont(painter.font()), QFont(painter.font())
        bold.setPixelSize(BODY)
        bold.setBold(True)
        body.setPixelSize(LABEL)
        small.setPixelSize(SMALL)
        score = f"{event.score:.2f}"
        painter.setFont(number)
        painter.setPen(QColor(look.text))
        wide = QFontMetrics(number).horizontalAdvance(score)
        painter.drawText(QRect(right - wide, area.top() + 10, wide, 18), Qt.AlignmentFlag.AlignVCenter, score)
        self._line(
            painter,
            bold,
            look.text,
            title(self._state, found),
            QRect(left, area.top() + 10, right - wide - 8 - left, 18),
        )
        self._line(painter, body, look.muted, place(found), QRect(left, area.top() + 29, right - left, 16))
        answer, colour = self._answer(found)
        self._lines(painter, small, colour, answer, QRect(left, area.top() + 46, right - left, 30))
        painter.restore()

    def _answer(self, found: Found) -> tuple[str, str]:
        look, event = self._state.theme.tokens, found.event
        if event.answer is None:
            return (tr("Not asked yet") if self._state.scan.ask else ""), look.muted
        return " ".join(event.answer.split()), look.warn if event.anomaly else look.muted

    def _paint_picture(self, painter: QPainter, where: QRect, found: Found) -> None:
        picture = self._pictures.get(found)
        painter.fillRect(where, QColor(self._state.theme.tokens.stage))
        if picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(where, picture)
        else:
            icon = QRectF(where.center().x() - 8, where.center().y() - 8, 16, 16)
            paint_icon(painter, "flame", icon, self._state.theme.tokens.faint)

    @staticmethod
    def _line(painter: QPainter, font: QFont, colour: str, text: str, where: QRect) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, where.width())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    @staticmethod
    def _lines(painter: QPainter, font: QFont, colour: str, text: str, where: QRect) -> None:
        """Two lines, the second cut off."""
        metrics = QFontMetrics(font)
        first = text
        while first and metrics.horizontalAdvance(first) > where.width():
            first = first[:-1] if " " not in first else first.rpartition(" ")[0]
        rest = metrics.elidedText(text[len(first) :].strip(), Qt.TextElideMode.ElideRight, where.width())
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(
            where.adjusted(0, 0, 0, -15), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, first
        )
        painter.drawText(where.adjusted(0, 14, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, rest)
