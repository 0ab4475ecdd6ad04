"""The rows of the open video, the open clip, and every edit of them.

An Edit is taken into the document at once, so that all views follow in the same moment, and is then committed on the
store lane. Where the project refuses it (somebody else changed the same field), it and those queued behind it are taken
out again and one sentence says why.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Conflict, Edit
from tvau_studio.domain.errors import Cancelled, StudioError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tvau_studio.domain.labels import Clip, Video
    from tvau_studio.services.jobs import Context
    from tvau_studio.services.studio import OpenProject, Studio

_log = logging.getLogger(__name__)


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
    undoChanged = Signal()
    """undo_label, redo_label or saved changed."""
    went = Signal(object)
    """Undo or redo applied this Edit: show its place."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._project: OpenProject | None = None
        self._line = _Line()
        self._video = self._clip = ""
        self.document = Document()
        self.undo_label = ""
        self.redo_label = ""

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

    def load(self, project: OpenProject | None, document: Document, video: str = "", clip: str = "") -> None:
        """Show the rows of a video of a project, and one of its clips ("" = none)."""
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
            return project.undo_label, project.redo_label

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
        """Commit `action(document, *args, **more)`, one of `domain.actions`; a wish that makes no sense is refused with its
        sentence."""
        try:
            edit = action(self.document, *args, **more)
        except UsageError as error:
            self.refused.emit(str(error))
            return False
        return self.commit(edit)

    def undo(self) -> None:
        """Take back the last Edit of this person, wherever it was made."""
        self._travel("Undo")

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._travel("Redo")

    def _travel(self, which: str) -> None:
        project = self._project
        if project is None:
            return

        def go(context: Context) -> tuple[Edit | None, str, str]:
            edit = project.undo() if which == "Undo" else project.redo()
            return edit, project.undo_label, project.redo_label

        self._studio.jobs.submit("store", which, go, done=self._travelled, failed=self._not_travelled, keep=True)

    def _travelled(self, result: tuple[Edit | None, str, str]) -> None:
        edit, self.undo_label, self.redo_label = result
        self.undoChanged.emit()
        if edit is None:
            return
        try:
            self.document.apply(edit)
        except Conflict:
            # It touches rows that are not open: whoever follows `went` opens them, read anew.
            _log.debug("%s is elsewhere", edit.label)
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

        self._studio.jobs.submit(
            "store", "Read the history", lambda _: (project.undo_label, project.redo_label), done=take
        )
