"""The rows of the open video, the open clip, and every edit of them.

An Edit is taken into the document at once, so that all views follow in the same moment, and is then committed on the
store lane. Where the project refuses it (somebody else changed the same field), it and those queued behind it are taken
out again and one sentence says why. What others commit to the project is looked for twice a second and followed.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Conflict, Edit
from tvau_studio.domain.errors import Cancelled, StudioError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tvau_studio.domain.labels import Clip, Video
    from tvau_studio.services.jobs import Context
    from tvau_studio.services.projects import Project
    from tvau_studio.services.studio import Studio

_log = logging.getLogger(__name__)

_LOOK = 500
"""Milliseconds between two looks at what others did."""


_FOLLOW = "Read what others did"


class _Line:
    """Edits on their way to the project, in order. broken: one was refused, those behind it are not to be written."""

    def __init__(self) -> None:
        self.broken = False
        self.edits: deque[Edit] = deque()


class ClipDocument(QObject):
    """document: the open video's rows (an empty one without a video). video_row, clip_row: the open ones, or None."""

    loaded = Signal()
    """Another video or clip is open, or it was read again."""
    changed = Signal(object)
    """An Edit was applied to `document`: by a person here, by undo or redo, or taken back because it was refused."""
    refused = Signal(str)
    """An Edit was not taken: the sentence for the message bar."""
    withdrawn = Signal(object)
    """An Edit made here was refused and is about to be taken out again: what was typed stays with who typed it."""
    flush = Signal()
    """Hand in what is typed and not yet an Edit: undo, another clip or the end comes next."""
    undoChanged = Signal()
    """undo_label, redo_label or saved changed."""
    went = Signal(object)
    """Undo or redo applied this Edit: show its place."""
    stale = Signal()
    """The rows in the project are no longer these, in a way that cannot be followed: read them again."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._project: Project | None = None
        self._line = _Line()
        self._video = self._clip = ""
        self.document = Document()
        self.undo_label = ""
        self.redo_label = ""
        self._seq = 0
        self._looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK)
        self._timer.timeout.connect(self._look)

    # -- what is open

    @property
    def video_row(self) -> Video | None:
        return self.document.video(self._video) if ("video", self._video) in self.document else None

    @property
    def clip_row(self) -> Clip | None:
        return self.document.clip(self._clip) if ("clip", self._clip) in self.document else None

    @property
    def who(self) -> Who:
        """Who acts: what every action that makes rows asks for."""
        return Who(str(self._studio.settings["name"]))

    @property
    def saved(self) -> bool:
        """Whether everything that was done is committed."""
        return not self._line.edits

    def load(
        self, project: Project | None, document: Document, video: str = "", clip: str = "", seq: int | None = None
    ) -> None:
        """Show the rows of a video of a project, and one of its clips ("" = none). seq: the number in the project's log
        up to which the rows hold; None = none are read yet."""
        self.flush.emit()
        self._seq = -1 if seq is None else seq
        if project is None:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()
        if project is not self._project:
            self._line = _Line()
            self._project = project
            self._read_labels()
        # Edits that are still on their way belong to the rows as they were read before them.
        for edit in self._line.edits:
            try:
                document.apply(edit)
            except Conflict:
                _log.debug("%s is in the rows already", edit.label)
        self.document, self._video, self._clip = document, video, clip
        self.loaded.emit()

    # -- edits

    def commit(self, edit: Edit) -> bool:
        """Apply an Edit and have it written; one without changes does nothing. False where it was refused at once."""
        if not edit:
            return True
        try:
            self.document.apply(edit)
        except Conflict as error:
            self.refused.emit(str(error))
            return False
        project, line = self._project, self._line
        line.edits.append(edit)
        self.undo_label, self.redo_label = edit.label, ""
        self.changed.emit(edit)
        self.undoChanged.emit()
        if project is None:
            line.edits.clear()
            return True

        def write(context: Context) -> tuple[str, str]:
            if line.broken:
                raise Cancelled
            try:
                project.commit(edit)
            except Exception:
                line.broken = True
                raise
            return project.labels

        self._studio.jobs.submit(
            "store",
            edit.label,
            write,
            done=lambda labels: self._written(line, labels),
            failed=lambda error: self._withdraw(line, error),
            keep=True,
        )
        return True

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
        """Take back the last Edit of this person, wherever it was made."""
        self.flush.emit()
        self._travel("Undo")

    def redo(self) -> None:
        """Do again what was taken back last."""
        self.flush.emit()
        self._travel("Redo")

    def _travel(self, which: str) -> None:
        project = self._project
        if project is None:
            return

        def go(context: Context) -> tuple[Edit | None, str, str]:
            edit = project.undo() if which == "Undo" else project.redo()
            return edit, *project.labels

        self._studio.jobs.submit("store", which, go, done=self._travelled, failed=self._not_travelled, keep=True)

    def _travelled(self, result: tuple[Edit | None, str, str]) -> None:
        edit, self.undo_label, self.redo_label = result
        self.undoChanged.emit()
        if edit is None:
            return
        try:
            self.document.apply(self._of_this_video(edit))
        except Conflict:
            self.stale.emit()
        else:
            self.changed.emit(edit)
        self.went.emit(edit)

    def _not_travelled(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            _log.error("undo failed", exc_info=error)
        self.refused.emit(str(error))

    def _written(self, line: _Line, labels: tuple[str, str]) -> None:
        if line.edits:
            line.edits.popleft()
        if line is self._line and not line.edits:
            self.undo_label, self.redo_label = labels
        self.undoChanged.emit()

    def _withdraw(self, line: _Line, error: Exception) -> None:
        """Take the refused Edit, and those queued behind it, out of the document again."""
        edits = list(line.edits)
        line.edits.clear()
        if line is self._line:
            self._line = _Line()
            self._read_labels()
            for edit in reversed(edits):
                back = edit.inverse()
                self.withdrawn.emit(edit)
                try:
                    self.document.apply(back)
                except Conflict:
                    _log.debug("%s is not open any more", edit.label)
                else:
                    self.changed.emit(back)
        if not isinstance(error, StudioError):
            _log.error("an edit was not written", exc_info=error)
        self.refused.emit(str(error))
        self.undoChanged.emit()

    # -- others

    def close(self) -> None:
        """Take what is typed, and look no more for what others do."""
        self.flush.emit()
        self._timer.stop()

    def _look(self) -> None:
        """Follow what was committed elsewhere, once nothing of one's own is on its way."""
        project, line, seq = self._project, self._line, self._seq
        if project is None or self._looking or line.edits or seq < 0:
            return

        def take(found: tuple[int, list[Edit]]) -> None:
            self._looking = False
            if project is not self._project or seq != self._seq:
                return
            self._seq, edits = found
            try:
                for edit in edits:
                    self.document.apply(self._of_this_video(edit))
                    self.changed.emit(edit)
            except Conflict:
                self.stale.emit()
            if edits:
                self._read_labels()

        def failed(error: Exception) -> None:
            self._looking = False
            _log.info("what others do cannot be read: %s", error)

        self._looking = True
        self._studio.jobs.submit(
            "store", _FOLLOW, lambda _: project.changes_since(seq), done=take, failed=failed, priority=-1
        )

    def _of_this_video(self, edit: Edit) -> Edit:
        """The part of an Edit that touches rows which are open, or adds such."""
        document = self.document

        def belongs(change: Change) -> bool:
            if (change.table, change.key) in document or change.table == "event_class":
                return True
            fields = change.after if change.before is None else {}
            parents = {("video", fields.get("video")), ("object", fields.get("object")), ("clip", fields.get("clip"))}
            open_now = [(table, key) for table, key in parents if key is not None]
            return any(where in document or where in added for where in open_now)

        added: set[tuple[str, str | None]] = set()
        kept = []
        for change in edit.changes:
            if belongs(change):
                kept.append(change)
                added.add((change.table, change.key))
        return replace(edit, changes=tuple(kept))

    def _read_labels(self) -> None:
        project = self._project
        if project is None:
            self.undo_label = self.redo_label = ""
            self.undoChanged.emit()
            return

        def take(labels: tuple[str, str]) -> None:
            if project is self._project and self.saved:
                self.undo_label, self.redo_label = labels
                self.undoChanged.emit()

        self._studio.jobs.submit("store", "Read the history", lambda _: project.labels, done=take)
