"""Editing without waiting: a document that follows a person at once, while the project writes on its own lane.

An Edit goes into the document in the same moment and is committed behind it. The document always equals what the log
of the project says up to a number, plus the edits that are still on their way, in their order. Whatever comes back (our
own edits confirmed, edits of others, undo) is taken in the order of the log: what is on its way is taken out, the log's
edits go in, and what is on its way goes on top again. So two windows show the same once both have read the log, and the
document is never ahead of the store by anything but what is on its way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Conflict, Edit, compose
from tvau_studio.domain.errors import StudioError
from tvau_studio.services.video_part import ElsewhereError, part_of

if TYPE_CHECKING:
    from tvau_studio.domain.history import Entry
    from tvau_studio.services.jobs import Jobs
    from tvau_studio.services.projects import Project

_log = logging.getLogger(__name__)

Lane = Callable[[str, Callable[[], Any], Callable[[Any], None]], None]
"""lane(name, work, done): runs work() behind all that it was given before, then done(result) on the document's
thread.
"""


def at_once(name: str, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
    """The lane of a script: the work is done when the call returns."""
    done(work())


def store_lane(jobs: Jobs) -> Lane:
    """The lane of a window. What was given to it is done also when the window closes."""

    def lane(name: str, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        jobs.submit("store", name, lambda context: work(), done=done, keep=True)

    return lane


class Listener:
    """What an `Editor` tells, always on the document's thread. A view overrides what it needs."""

    def changed(self, edit: Edit) -> None:
        """`editor.document` has changed by this Edit: ours, taken back, of others, or several of these in one."""

    def reloaded(self) -> None:
        """`editor.document` is another one, read anew."""

    def refused(self, error: StudioError, edits: Sequence[Edit]) -> None:
        """The first of these edits was refused (`Conflict`: somebody changed the same); all of them are taken out."""

    def stalled(self, error: StudioError) -> None:
        """Nothing can be written now (a full disk, say). What is on its way stays on screen; `Editor.retry`."""

    def logged(self, entries: Sequence[Entry]) -> None:
        """The log has grown by these, of all videos and everybody, one's own included."""

    def travelled(self, edit: Edit) -> None:
        """Undo or redo did this Edit: its place can be shown."""

    def status(self) -> None:
        """undo_label, redo_label or unsaved changed."""


@dataclass
class _Pending:
    """An Edit on its way. seq: its number in the log once it is committed. shown: it is in the document (not where the
    log holds something that it does not fit).
    """

    edit: Edit
    seq: int | None = None
    shown: bool = True


@dataclass
class _Line:
    """Edits that are written one behind the other. broken: one was not written, so none behind it may be."""

    broken: bool = False


@dataclass(frozen=True)
class _Outcome:
    """What came back from the lane. entries: the log since the last time. committed: the number of what was written.
    error: why it was not. travelled: what undo or redo did.
    """

    entries: Sequence[Entry] = ()
    labels: tuple[str, str] | None = None
    committed: int | None = None
    error: Exception | None = None
    travelled: Edit | None = None


@dataclass
class _Reader:
    """Belongs to the lane's thread. read: the number in the log up to which entries were handed over."""

    read: int


@dataclass
class Editor:
    """Edits of one video of a project, or of the whole (video None). Begin with `open_editor`.

    Everything is called on one thread, the document's; only the lane speaks to the project. document: what is shown.
    undo_label, redo_label: "" where there is nothing.
    """

    project: Project
    document: Document
    video: str | None
    lane: Lane
    listener: Listener
    reader: _Reader
    undo_label: str = ""
    redo_label: str = ""
    _labels: tuple[str, str] = ("", "")
    _pending: list[_Pending] = field(default_factory=list)
    _line: _Line = field(default_factory=_Line)
    _stalled: bool = False
    _polling: bool = False
    _reloading: bool = False
    _stale: bool = False

    @property
    def unsaved(self) -> int:
        """How many edits are on their way."""
        return len(self._pending)

    # -- what a person does

    def commit(self, edit: Edit) -> bool:
        """Take an Edit into the document at once and have it written. False where it does not fit what is shown."""
        if not edit:
            return True
        try:
            self.document.apply(edit)
        except Conflict as error:
            self.listener.refused(error, [edit])
            return False
        pending = _Pending(edit)
        self._pending.append(pending)
        self.undo_label, self.redo_label = edit.label, ""
        self.listener.changed(edit)
        self.listener.status()
        if self._stalled:
            self.retry()
        else:
            self._send(pending)
        return True

    def undo(self) -> None:
        """Take back this person's last step, in whichever window it was made."""
        self._travel("Undo", self.project.undo)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._travel("Redo", self.project.redo)

    def undo_to(self, step: int) -> None:
        """Take back this person's steps from the newest down to that one."""
        self._travel("Undo", lambda: self.project.undo_to(step))

    def redo_to(self, step: int) -> None:
        """Do again what was taken back, up to that step."""
        self._travel("Redo", lambda: self.project.redo_to(step))

    def retry(self) -> None:
        """Write again what could not be written."""
        if not self._stalled:
            return
        self._line, self._stalled = _Line(), False
        for pending in self._pending:
            if pending.seq is None:
                self._send(pending)

    def poll(self) -> None:
        """Take in what others did since; cheap, to be called several times a second."""
        if self._polling:
            return
        if self._stale:
            self._reload()
            return
        self._polling = True

        def work() -> _Outcome:
            try:
                nothing = self.project.last_seq == self.reader.read
            except StudioError:
                return _Outcome()
            return _Outcome() if nothing else self._read()

        def done(outcome: _Outcome) -> None:
            self._polling = False
            self._take(outcome)

        self.lane("Look for edits of others", work, done)

    # -- on the lane

    def _send(self, pending: _Pending) -> None:
        line = self._line

        def work() -> _Outcome:
            if line.broken:
                return _Outcome()
            try:
                seq = self.project.commit(pending.edit)
            except Exception as error:
                line.broken = True
                return replace(self._read(), error=error)
            return replace(self._read(), committed=seq)

        self.lane(pending.edit.label, work, lambda outcome: self._sent(pending, line, outcome))

    def _travel(self, name: str, go: Callable[[], Edit | None]) -> None:
        line = self._line

        def work() -> _Outcome:
            if line.broken:
                return _Outcome()
            try:
                edit = go()
            except Exception as error:
                return replace(self._read(), error=error)
            return replace(self._read(), travelled=edit)

        self.lane(name, work, self._travelled)

    def _read(self) -> _Outcome:
        """What the log holds since the last time. Where even that fails, the next time brings it."""
        try:
            entries = self.project.log_since(self.reader.read)
            labels = self.project.labels
        except StudioError as error:
            _log.debug("the log was not read: %s", error)
            return _Outcome()
        if entries:
            self.reader.read = entries[-1].seq
        return _Outcome(entries, labels)

    # -- back on the document's thread

    def _sent(self, pending: _Pending, line: _Line, outcome: _Outcome) -> None:
        pending.seq = outcome.committed
        self._take(outcome)
        error = outcome.error
        if error is None or line is not self._line:
            return
        if isinstance(error, StudioError) and not isinstance(error, Conflict):
            self._stalled = True
            self.listener.stalled(error)
        else:
            self._withdraw(_sentence(error))

    def _travelled(self, outcome: _Outcome) -> None:
        self._take(outcome)
        if outcome.error is not None:
            self.listener.refused(_sentence(outcome.error), [])
        elif outcome.travelled is not None:
            self.listener.travelled(outcome.travelled)

    def _withdraw(self, error: StudioError) -> None:
        """An Edit was refused: it, and those behind it, are taken out of the document."""
        gone = [p for p in self._pending if p.seq is None]
        self._pending = [p for p in self._pending if p.seq is not None]
        self._line = _Line()
        self._tell(_taken_out(self.document, gone))
        self.listener.refused(error, [p.edit for p in gone])
        self._tell_status()

    def _take(self, outcome: _Outcome) -> None:
        """Take entries of the log in, in their order."""
        first = [p.seq for p in self._pending[: len(outcome.entries)] if p.shown]
        if self._reloading:
            pass  # the rows that are being read hold these entries
        elif [e.seq for e in outcome.entries] == first:
            # What comes back is what lies at the bottom of the document's edits already.
            del self._pending[: len(first)]
        else:
            self._integrate(outcome.entries)
        if outcome.labels is not None:
            self._labels = outcome.labels
            self._tell_status()
        if outcome.entries:
            self.listener.logged(outcome.entries)

    def _tell_status(self) -> None:
        """What the project says can be undone holds once nothing is on its way."""
        if not self._pending:
            self.undo_label, self.redo_label = self._labels
        self.listener.status()

    def _integrate(self, entries: Sequence[Entry]) -> None:
        done = _taken_out(self.document, self._pending)
        try:
            for entry in entries:
                part = part_of(entry.edit, self.document, self.video)
                self.document.apply(part)
                done.append(part)
        except ElsewhereError:
            for edit in reversed(done):
                self.document.apply(edit.inverse())
            self._reload()
            return
        confirmed = {e.seq for e in entries}
        self._pending = [p for p in self._pending if p.seq not in confirmed]
        self._tell(done + self._on_top())

    def _on_top(self) -> list[Edit]:
        """Put what is on its way on top of the document; what was done."""
        done = []
        for pending in self._pending:
            try:
                self.document.apply(pending.edit)
            except Conflict:
                pending.shown = False  # the store will say so too, unless the log changes once more
            else:
                pending.shown = True
                done.append(pending.edit)
        return done

    def _tell(self, done: Sequence[Edit]) -> None:
        net = compose(done) if done else None
        if net:
            self.listener.changed(net)

    def _reload(self) -> None:
        """Read the rows anew; until then the document stays as it is, with what is on its way."""
        self._reloading, self._stale = True, False

        def work() -> tuple[Document, int] | None:
            try:
                document, seq = self.project.load(self.video)
            except StudioError as error:
                _log.debug("the rows were not read: %s", error)
                return None
            self.reader.read = seq
            return document, seq

        def done(result: tuple[Document, int] | None) -> None:
            if result is None:
                self._stale = True  # the next poll tries again
                return
            self._reloading = False
            self.document, seq = result
            self._pending = [p for p in self._pending if p.seq is None or p.seq > seq]
            self._on_top()
            self.listener.reloaded()
            self._tell_status()

        self.lane("Read the labels", work, done)


def open_editor(project: Project, video: str | None, lane: Lane = at_once, listener: Listener | None = None) -> Editor:
    """An editor of a video's rows. Reads them now, on this thread: call it on the lane of the project."""
    document, seq = project.load(video)
    editor = Editor(project, document, video, lane, listener or Listener(), _Reader(seq))
    editor._labels = editor.undo_label, editor.redo_label = project.labels
    return editor


def _taken_out(document: Document, pending: Sequence[_Pending]) -> list[Edit]:
    """Take edits out of a document, the last first; what was done."""
    done = []
    for one in reversed(pending):
        if one.shown:
            back = one.edit.inverse()
            document.apply(back)
            done.append(back)
    return done


def _sentence(error: Exception) -> StudioError:
    if isinstance(error, StudioError):
        return error
    _log.error("an edit was not written", exc_info=error)
    return StudioError(
        "This was not written because of an unexpected error ({kind}: {text}); please report it.",
        kind=type(error).__name__,
        text=" ".join(str(error).split())[:200],
    )
