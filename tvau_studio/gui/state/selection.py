"""What is selected: objects, the last of them with one of its segments."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QPoint, Signal

from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Object
from tvau_studio.gui.state.clip_document import ClipDocument


class Selection(QObject):
    """objects: keys of all that are selected, in the order in which they were. object: the last of them, which panels
    show, or None. segment: of that object, or None. What is deleted is selected no more."""

    changed = Signal()
    menuWanted = Signal(QPoint)
    """The menu of what is selected is asked for, there on the screen."""
    pointed = Signal()
    """`place` changed."""

    def __init__(self, document: ClipDocument) -> None:
        super().__init__()
        self._document = document
        self.objects: tuple[str, ...] = ()
        self.segment: str | None = None
        self.copied: tuple[str, Box] | None = None
        """What was copied: the object's key and its box."""
        self.place: tuple[Box, str] | None = None
        """What an answer points at: a place in the picture, and words beside it; until something else is selected."""
        document.loaded.connect(self._keep_what_exists)
        document.loaded.connect(lambda: self.point_at(None))
        document.changed.connect(lambda _: self._keep_what_exists())

    @property
    def object(self) -> str | None:
        return self.objects[-1] if self.objects else None

    def select(self, object: str | None, segment: str | None = None) -> None:
        """Select one object, or None; with it one of its segments."""
        self._set((object,) if object is not None else (), segment)

    def select_all(self, objects: Iterable[str]) -> None:
        """Select these, the last as the one that panels show."""
        keys = tuple(dict.fromkeys(objects))
        self._set(keys, self.segment if keys[-1:] == self.objects[-1:] else None)

    def toggle(self, object: str) -> None:
        """Take an object into the selection, or out of it."""
        rest = tuple(key for key in self.objects if key != object)
        self.select_all(rest if object in self.objects else (*rest, object))

    def _set(self, objects: tuple[str, ...], segment: str | None) -> None:
        if (objects, segment) != (self.objects, self.segment):
            self.objects, self.segment = objects, segment
            self.changed.emit()
        self.point_at(None)

    def point_at(self, box: Box | None, words: str = "") -> None:
        """Show a place in the picture, beside what is selected; None takes it away."""
        place = (box, words) if box is not None else None
        if place != self.place:
            self.place = place
            self.pointed.emit()

    def clear(self) -> None:
        self.select(None)

    @property
    def row(self) -> Object | None:
        """The object that panels show."""
        row = self._document.document.get("object", self.object) if self.object else None
        return row if isinstance(row, Object) else None

    @property
    def rows(self) -> list[Object]:
        """Every selected object, in the order in which they were selected."""
        found = (self._document.document.get("object", key) for key in self.objects)
        return [row for row in found if isinstance(row, Object)]

    def _keep_what_exists(self) -> None:
        document = self._document.document
        kept = tuple(key for key in self.objects if document.get("object", key) is not None)
        segment = self.segment if kept[-1:] == self.objects[-1:] else None
        if segment is not None and document.get("segment", segment) is None:
            segment = None
        if (kept, segment) != (self.objects, self.segment):
            self._set(kept, segment)
