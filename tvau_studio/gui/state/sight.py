"""How objects are seen and whether they can be touched in this window: hidden, locked, pinned, alone, in what colour.

None of it is a label: it goes with the window.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from tvau_studio.domain.labels import Object, Segment
from tvau_studio.domain.tracks import main_segment
from tvau_studio.gui.theme.tokens import NO_CLASS, VERDICT_COLOURS, object_colour
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.domain.edits import Change, Edit
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.services.settings import Settings


class Sight(QObject):
    """hidden, locked, pinned: keys of objects. only: the objects that are shown alone, () = all."""

    changed = Signal()

    def __init__(self, document: ClipDocument, settings: Settings) -> None:
        super().__init__()
        self._document = document
        self._settings = settings
        self.hidden: frozenset[str] = frozenset()
        self.locked: frozenset[str] = frozenset()
        self.pinned: frozenset[str] = frozenset()
        self.only: tuple[str, ...] = ()
        self._authors: list[str] = []
        document.guard = self.refusal
        document.changed.connect(self._edited)
        settings.listen(lambda key: self.changed.emit() if key in ("colour_by", "names_shown", "trail") else None)

    # -- what is shown

    def shows(self, key: str) -> bool:
        return key not in self.hidden and (not self.only or key in self.only)

    @property
    def all_shown(self) -> bool:
        return not self.hidden and not self.only

    def toggle(self, what: str, keys: Iterable[str]) -> None:
        """Set `hidden`, `locked` or `pinned` of these objects; where it is set of all of them, take it away."""
        chosen, now = frozenset(keys), getattr(self, what)
        setattr(self, what, now - chosen if chosen <= now else now | chosen)
        self.changed.emit()

    def toggle_only(self, keys: Iterable[str]) -> None:
        """Show these alone; where they are, all again."""
        chosen = tuple(keys)
        self.only = () if self.only or not chosen else chosen
        self.changed.emit()

    def show_all(self) -> None:
        self.hidden, self.only = frozenset(), ()
        self.changed.emit()

    # -- what can be touched

    def refusal(self, edit: Edit) -> str:
        """Why an Edit made here must not be: it touches a locked object. "" where it may."""
        if not self.locked:
            return ""
        for change in edit.changes:
            key = self._owner(change)
            if key in self.locked:
                row = self._document.document.get("object", key)
                number = row.track if isinstance(row, Object) else ""
                return tr("Object {n} is locked; unlock it first (Alt+L).", n=number)
        return ""

    def _owner(self, change: Change) -> str:
        if change.table == "object":
            return change.key
        if change.table == "keyframe":
            return change.key.rpartition("@")[0]
        if change.table == "override":
            return change.key.partition("@")[0]
        if change.table == "segment":
            row = self._document.document.get("segment", change.key)
            return row.object if isinstance(row, Segment) else str((change.after or {}).get("object", ""))
        return ""

    def _edited(self, edit: Edit) -> None:
        gone = {c.key for c in edit.changes if c.table == "object" and c.after is None}
        if gone & (self.hidden | self.locked | self.pinned | set(self.only)):
            self.hidden, self.locked, self.pinned = self.hidden - gone, self.locked - gone, self.pinned - gone
            self.only = tuple(key for key in self.only if key not in gone)
            self.changed.emit()

    # -- colours

    @property
    def colour_by(self) -> str:
        """object, class, state or author."""
        return str(self._settings["colour_by"])

    def set_colour_by(self, what: str) -> None:
        self._settings["colour_by"] = what

    def colour(self, row: Object) -> str:
        """``#rrggbb`` of an object, everywhere in the window."""
        what = self.colour_by
        if what == "class":
            return self._class_colour(row)
        if what == "state":
            return VERDICT_COLOURS[row.verdict]
        if what == "author":
            if row.author not in self._authors:
                self._authors = sorted({o.author for o in self._document.document.objects(row.video)} | {row.author})
            return object_colour(self._authors.index(row.author) + 1)
        return object_colour(row.track)

    def _class_colour(self, row: Object) -> str:
        """Of the class that the object is of most of the clip, by the class's place in its list."""
        document, clip = self._document.document, self._document.clip_row
        segments = document.segments(row.key)
        main = main_segment(segments, clip.range) if clip is not None else (segments[0] if segments else None)
        if main is None or main.event is None:
            return NO_CLASS
        classes = document.event_classes
        at = next((i for i, c in enumerate(classes) if c.key == main.event), len(classes))
        return (classes[at].colour if at < len(classes) else "") or object_colour(at + 1)

    # -- names and trail

    @property
    def names(self) -> bool:
        """Whether boxes carry their number and event."""
        return bool(self._settings["names_shown"])

    def set_names(self, on: bool) -> None:
        self._settings["names_shown"] = on

    @property
    def trail(self) -> int:
        """Frames of the way before and after that are drawn; 0 = none."""
        return int(self._settings["trail"])

    def set_trail(self, frames: int) -> None:
        self._settings["trail"] = frames
