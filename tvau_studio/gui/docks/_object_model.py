"""The objects of the open clip as a table: number, what it is, what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tvau_studio.domain.labels import Object, name_of
from tvau_studio.gui.theme.icons import paint_icon
from tvau_studio.gui.theme.rows import paint_fill

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.domain.edits import Change, Edit
    from tvau_studio.gui.state import State

AnyIndex = QModelIndex | QPersistentModelIndex

TRACK, WHAT, EVENT, SIGHT = range(4)
ROW = 26
_FEW = 50
"""Objects that an Edit may touch before the whole table is read anew."""
SIGHT_WIDTH = 44
"""Room for the eye and the lock."""


class ObjectModel(QAbstractTableModel):
    """rows: the objects seen in the open clip (without a clip: of the video), by track; no rejected drafts."""

    def __init__(self, state: State, parent: Any = None) -> None:
        super().__init__(parent)
        self._state = state
        self._rows: list[tuple[Object, str]] = []
        self.every = 0
        """Objects that there are, whatever is looked for."""
        self.wanted = ""
        """Words that a row has to hold, each somewhere: number, appearance in either language, event, draft."""

    @property
    def keys(self) -> list[str]:
        return [thing.key for thing, _ in self._rows]

    def read(self) -> None:
        """Take the rows anew from the document; where the same objects are there, only what changed is drawn again."""
        document, clip, video = (
            self._state.document.document,
            self._state.document.clip_row,
            self._state.document.video_row,
        )
        if clip is not None:
            things = document.objects_in(clip)
        else:
            things = [o for o in document.objects(video.key) if o.verdict != "rejected"] if video else []
        rows = [self._row(thing) for thing in things]
        self.every = len(rows)
        if self.wanted:
            rows = [row for row in rows if self._fits(*row)]
        if [o.key for o, _ in rows] == self.keys:
            changed = [i for i, (a, b) in enumerate(zip(self._rows, rows, strict=True)) if a != b]
            self._rows = rows
            for i in changed:
                self.dataChanged.emit(self.index(i, 0), self.index(i, EVENT))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _row(self, thing: Object) -> tuple[Object, str]:
        document, clip = self._state.document.document, self._state.document.clip_row
        segments = document.segments(thing.key)
        main = document.main_segment(thing.key, clip.range) if clip else (segments[0] if segments else None)
        return thing, (main.event or "") if main else ""

    def _fits(self, thing: Object, event: str) -> bool:
        marks = self.tr("draft") if thing.is_draft else ""
        held = " ".join((str(thing.track), thing.appearance_en, thing.appearance_zh, event, marks)).casefold()
        return all(word in held for word in self.wanted.casefold().split())

    def touched(self, edit: Edit) -> None:
        """Take in what an Edit changed: a few rows alone where no row comes or goes."""
        if self.wanted:
            self.read()
            return
        owners = {owner for change in edit.changes if (owner := self._owner(change))}
        whole = any(
            c.table in ("clip", "video") or (c.table == "object" and None in (c.before, c.after)) for c in edit.changes
        )
        document, clip = self._state.document.document, self._state.document.clip_row
        at = {thing.key: i for i, (thing, _) in enumerate(self._rows)}
        for key in owners if not whole and len(owners) <= _FEW else ():
            row = document.get("object", key)
            there = (
                isinstance(row, Object)
                and row.verdict != "rejected"
                and (clip is None or document.meets(row, clip.range))
            )
            if there != (key in at):
                whole = True
                break
            if there:
                i = at[key]
                self._rows[i] = self._row(document.object(key))
                self.dataChanged.emit(self.index(i, 0), self.index(i, EVENT))
        if whole or len(owners) > _FEW:
            self.read()

    def _owner(self, change: Change) -> str:
        """The object that a change is about, "" = none."""
        if change.table == "object":
            return change.key
        if change.table == "keyframe":
            return change.key.rpartition("@")[0]
        if change.table == "segment":
            row = self._state.document.document.get("segment", change.key)
            return str((change.before or change.after or {}).get("object") or getattr(row, "object", ""))
        return ""

    def thing(self, row: int) -> Object:
        return self._rows[row][0]

    # -- as Qt asks

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else SIGHT + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("No."), self.tr("Appearance"), self.tr("Event"), "")[section]
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        thing, event = self._rows[index.row()]
        name = name_of(thing, self._state.studio.settings["text_language"])
        if role == Qt.ItemDataRole.DisplayRole:
            return (str(thing.track), name, event, "")[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == SIGHT:
            return self.tr("Click: hide or show. Right half: lock.")
        if role == Qt.ItemDataRole.ToolTipRole:
            draft = self.tr("draft by {model}").format(model=thing.model) if thing.is_draft else ""
            return "\n".join(filter(None, (f"{thing.track} · {name}" if name else str(thing.track), event, draft)))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            marks = [self.tr("draft")] if thing.is_draft else []
            marks += [] if self._state.sight.shows(thing.key) else [self.tr("hidden")]
            marks += [self.tr("locked")] if thing.key in self._state.sight.locked else []
            return ", ".join(filter(None, (str(thing.track), name, event, *marks)))
        return None


class ObjectDelegate(QStyledItemDelegate):
    """One line: the object's colour and number, its appearance, its event in grey. A draft's colour is an outline."""

    def __init__(self, state: State, model: ObjectModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        look, place = self._state.theme.tokens, option.rect
        thing = self._model.thing(index.row())
        painter.save()
        paint_fill(painter, option, look)
        metrics = QFontMetrics(option.font)
        words = index.data() or ""
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        if index.column() == TRACK:
            swatch = QRectF(place.left() + 14, place.center().y() - 4.5, 10, 10)
            colour = QColor(self._state.sight.colour(thing))
            if thing.is_draft:
                painter.setPen(QPen(colour, 1.5))
                painter.drawRect(swatch.adjusted(0.5, 0.5, -0.5, -0.5))
            else:
                painter.fillRect(swatch, colour)
            painter.setPen(QColor(look.text))
            painter.drawText(place.adjusted(30, 0, 0, 0), align, words)
        elif index.column() == SIGHT:
            self._paint_sight(painter, place, thing, bool(option.state & QStyle.StateFlag.State_MouseOver))
        else:
            what = index.siblingAtColumn(WHAT)
            if not index.siblingAtColumn(EVENT).data():  # the appearance has the room of both
                index, words, table = what, what.data() or "", option.widget
                painter.setClipRect(place)
                place = table.visualRect(what).united(table.visualRect(what.siblingAtColumn(EVENT)))
            nothing = index.column() == WHAT and not words
            seen = self._state.sight.shows(thing.key)
            painter.setPen(QColor(look.text if index.column() == WHAT and not nothing and seen else look.muted))
            if nothing:
                words = self.tr("no text yet")
            room = place.adjusted(4, 0, -8, 0)
            painter.drawText(room, align, metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width()))
        painter.restore()

    def _paint_sight(self, painter: QPainter, place: QRect, thing: Object, near: bool) -> None:
        """An eye and a lock: faint until they say something, or the pointer is near."""
        sight, look = self._state.sight, self._state.theme.tokens
        shown, locked = sight.shows(thing.key), thing.key in sight.locked
        marks = (("eye" if shown else "eye-off", not shown), ("lock" if locked else "lock-open", locked))
        for i, (name, told) in enumerate(marks):
            if told or near:
                spot = QRectF(place.left() + 4 + 20 * i, place.center().y() - 6, 13, 13)
                paint_icon(painter, name, spot, look.text if told else look.muted)
