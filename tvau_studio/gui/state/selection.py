"""The one selection: an object, and one of its segments."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Object
from tvau_studio.gui.state.clip_document import ClipDocument


class Selection(QObject):
    """object, segment: keys, or None. A selected segment belongs to the selected object. What is deleted is selected no
    more."""

    changed = Signal()
    pointed = Signal()
    """`place` changed."""

    def __init__(self, document: ClipDocument) -> None:
        super().__init__()
        self._document = document
        self.object: str | None = None
        self.segment: str | None = None
        self.place: tuple[Box, str] | None = None
        """What an answer points at: a place in the picture, and words beside it; until something else is selected."""
        document.loaded.connect(self._keep_what_exists)
        document.loaded.connect(lambda: self.point_at(None))
        document.changed.connect(lambda _: self._keep_what_exists())

    def select(self, object: str | None, segment: str | None = None) -> None:
        """Select an object, or None; with it one of its segments."""
        if (object, segment) != (self.object, self.segment):
            self.object, self.segment = object, segment
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
        """The selected object."""
        row = self._document.document.get("object", self.object) if self.object else None
        return row if isinstance(row, Object) else None

    def _keep_what_exists(self) -> None:
        document = self._document.document
        if self.object is not None and document.get("object", self.object) is None:
            self.select(None)
        elif self.segment is not None and document.get("segment", self.segment) is None:
            self.select(self.object)
