"""The rows of the open video, the open clip, and every edit of them.

The work is `services.editing.Editor`'s: an Edit is in the document at once, so that all views follow in the same
moment, and is committed behind it; what the project refuses is taken out again, with one sentence; what others commit
is looked for and followed. This is its Qt face.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from tvau_studio.domain.actions import Who
from tvau_studio.domain.collisions import Collision, collide, is_text, resolve
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Conflict
from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.gui.words import tr
from tvau_studio.services.editing import Editor, Listener

if TYPE_CHECKING:
    from tvau_studio.domain.edits import Edit
    from tvau_studio.domain.history import Entry
    from tvau_studio.domain.labels import Clip, Video
    from tvau_studio.services.studio import Studio

_LOOK = 250
"""Milliseconds between two looks at what others did."""


class _Ear(Listener):
    """Hands what an editor tells on to the document, as long as it is the open one."""

    def __init__(self, owner: ClipDocument) -> None:
        self.owner: ClipDocument | None = owner

    def changed(self, edit: Edit) -> None:
        if self.owner is not None:
            self.owner.changed.emit(edit)

    def reloaded(self) -> None:
        if self.owner is not None:
            self.owner.loaded.emit()

    def refused(self, error: StudioError, edits: Sequence[Edit]) -> None:
        if self.owner is not None:
            self.owner._refused(error, edits)

    def stalled(self, error: StudioError) -> None:
        if self.owner is not None:
            self.owner._is_stalled = True
            self.owner.stalled.emit(error)

    def travelled(self, edit: Edit) -> None:
        if self.owner is not None:
            self.owner.went.emit(edit)

    def logged(self, entries: Sequence[Entry]) -> None:
        if self.owner is not None:
            self.owner.logged.emit(entries)

    def status(self) -> None:
        if self.owner is not None:
            self.owner.undoChanged.emit()


class ClipDocument(QObject):
    """video_row, clip_row: the open ones, or None."""

    loaded = Signal()
    """Another video or clip is open, or the rows were read again: `document` may be another one."""
    changed = Signal(object)
    """An Edit was applied to `document`: by a person here, by undo or redo, by others, or taken back because it was
    refused."""
    refused = Signal(str)
    """An Edit was not taken: the sentence for the message bar."""
    told = Signal(str)
    """Something that was done is worth a sentence."""
    collided = Signal(object)
    """Somebody changed the same: the `domain.collisions.Collision`, for a person to decide with `settle`."""
    withdrawn = Signal(object)
    """An Edit made here was refused and is not in `document` any more: what was typed stays with who typed it."""
    flush = Signal()
    """Hand in what is typed and not yet an Edit: undo, another clip or the end comes next."""
    stalled = Signal(object)
    """Nothing can be written now: the StudioError. What was done stays; `retry` writes it."""
    undoChanged = Signal()
    """undo_label, redo_label or saved changed."""
    logged = Signal(object)
    """The log of the project has grown by these `domain.history.Entry`, of all videos and everybody."""
    went = Signal(object)
    """Undo or redo applied this Edit: show its place."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._editor: Editor | None = None
        self._leaving: list[Editor] = []
        self._empty = Document()
        self._is_stalled = False
        self.guard: Callable[[Edit], str] = lambda _: ""
        """Says why an Edit must not be made here, "" where it may; not asked of undo."""
        self._video = self._clip = ""
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK)
        self._timer.timeout.connect(self.look)

    # -- what is open

    @property
    def document(self) -> Document:
        """The open video's rows; an empty document without a video."""
        return self._editor.document if self._editor is not None else self._empty

    @property
    def video_row(self) -> Video | None:
        return self.document.video(self._video) if ("video", self._video) in self.document else None

    @property
    def clip_row(self) -> Clip | None:
        return self.document.clip(self._clip) if ("clip", self._clip) in self.document else None

    @property
    def is_locked(self) -> bool:
        """Whether the open clip is accepted: what is in it holds until somebody reopens it."""
        clip = self.clip_row
        return clip is not None and clip.state == "accepted"

    @property
    def who(self) -> Who:
        """Who acts: what every action that makes rows asks for."""
        return Who(str(self._studio.settings["name"]))

    def open(self, editor: Editor | None, video: str = "", clip: str = "") -> None:
        """Show the rows that an editor holds (None: nothing): a video and one of its clips ("" = none)."""
        self.flush.emit()
        old = self._editor
        if old is not None and old is not editor:
            if isinstance(old.listener, _Ear):
                old.listener.owner = None
            self._leaving = [e for e in [*self._leaving, old] if e.unsaved]
        self._editor, self._video, self._clip = editor, video, clip
        if editor is not None:
            editor.listener = _Ear(self)
            self._timer.start()
        else:
            self._timer.stop()
        self.loaded.emit()
        self.undoChanged.emit()

    def show_clip(self, clip: str) -> None:
        """Another clip of the open video."""
        if clip != self._clip:
            self.flush.emit()
            self._clip = clip
            self.loaded.emit()

    def close(self) -> None:
        """Take what is typed, and look no more for what others do."""
        self.flush.emit()
        self._timer.stop()

    def look(self) -> None:
        """Take in what others did since, and what was done to the whole project here."""
        if self._editor is not None:
            self._editor.poll()

    # -- what was refused

    def _refused(self, error: StudioError, edits: Sequence[Edit]) -> None:
        """What does not collide is done again; what does is asked about, texts by the field that they stand in."""
        if not isinstance(error, Conflict) or not edits:
            self.refused.emit(str(error))
            return
        found = collide(self.document, edits, error.who)
        texts = all(is_text(clash) for clash in found.clashes)
        if found.clashes and not texts:
            self.collided.emit(found)
            return
        again = resolve(self.document, found, mine=not found.clashes)
        if found.clashes or again.changes == found.edit.changes:
            self.refused.emit(str(error))
            for edit in edits:
                self.withdrawn.emit(edit)
        if again.changes != found.edit.changes:
            self.commit(again)

    def settle(self, collision: Collision, mine: bool) -> None:
        """Keep what was refused, or what the others made of it; what only one of them touched holds either way."""
        self.commit(resolve(self.document, collision, mine))

    # -- edits

    @property
    def undo_label(self) -> str:
        """What undo would take back, "" where nothing."""
        return self._editor.undo_label if self._editor is not None else ""

    @property
    def redo_label(self) -> str:
        return self._editor.redo_label if self._editor is not None else ""

    @property
    def unsaved(self) -> int:
        """How many edits are on their way to the project."""
        editors = [*self._leaving, *([self._editor] if self._editor is not None else [])]
        return sum(editor.unsaved for editor in editors)

    @property
    def saved(self) -> bool:
        """Whether everything that was done is committed."""
        return not self.unsaved

    @property
    def is_stalled(self) -> bool:
        """Whether something that was done could not be written; it would be lost with the window."""
        self._is_stalled = self._is_stalled and not self.saved
        return self._is_stalled

    def commit(self, edit: Edit) -> bool:
        """Apply an Edit and have it written; one without changes does nothing. False where it was refused at once: it
        does not fit, or the open clip is accepted and its labels are locked.
        """
        if self.is_locked and any(_is_label(change) for change in edit.changes):
            self.refused.emit(tr("This clip is accepted, so its labels are locked. Reopen it first: Review, Reopen."))
            return False
        if why := self.guard(edit):
            self.refused.emit(why)
            return False
        return self._editor.commit(edit) if self._editor is not None else not edit

    def attempt(self, action: Callable[..., Edit], *args: Any, **more: Any) -> bool:
        """Commit `action(document, *args, **more)`, one of `domain.actions`; a wish that makes no sense is refused with
        its sentence."""
        try:
            edit = action(self.document, *args, **more)
        except UsageError as error:
            self.refused.emit(str(error))
            return False
        return self.commit(edit)

    def undo(self) -> None:
        """Take back the last step of this person, wherever it was made."""
        self.flush.emit()
        if self._editor is not None:
            self._editor.undo()

    def redo(self) -> None:
        """Do again what was taken back last."""
        self.flush.emit()
        if self._editor is not None:
            self._editor.redo()

    def undo_to(self, step: int) -> None:
        """Take back this person's steps from the newest down to that one."""
        self.flush.emit()
        if self._editor is not None:
            self._editor.undo_to(step)

    def redo_to(self, step: int) -> None:
        """Do again what was taken back, up to that step."""
        self.flush.emit()
        if self._editor is not None:
            self._editor.redo_to(step)

    def retry(self) -> None:
        """Write what could not be written."""
        for editor in [*self._leaving, self._editor]:
            if editor is not None:
                editor.retry()


_WORK = {"state", "assignee", "annotator", "id", "masks"}
"""Fields of a clip that are no label."""


def _is_label(change: Change) -> bool:
    """Whether a change is of what was accepted, not of how the work goes on."""
    touched = (change.after or change.before or {}).keys()
    if change.table == "clip":
        return change.before is not None and (change.after is None or not touched <= _WORK)
    if change.table == "video":
        return any(name.startswith("environment") for name in touched) and change.before is not None
    return change.table in ("object", "keyframe", "segment", "override", "description", "dialogue")
