"""The history as a list: read in pages while one scrolls, and again when the log has grown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from tvau_studio.domain.history import FieldChange, Step
from tvau_studio.gui.docks import _history_words as words
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tvau_studio.gui.state import State
    from tvau_studio.services.jobs import Job

PAGE = 100
_SOON = 150

LineRole = Qt.ItemDataRole.UserRole + 1

Scope = Literal["everybody", "mine", "video", "object"]
AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Line:
    """One line. title: what; about: who, when, where. mine: it can be taken back, or done again where `undone`. step,
    change: what it was made from.
    """

    title: str
    about: str
    mine: bool = False
    undone: bool = False
    step: Step | None = None
    change: FieldChange | None = None


class HistoryModel(QAbstractListModel):
    """scope: everybody's steps, one's own, those of the open video, or the story of the selected object."""

    read = Signal()
    """Lines were read, or it was found that there are none."""

    def __init__(self, state: State, parent: Any = None) -> None:
        super().__init__(parent)
        self._state = state
        self._rows: list[Step] | list[FieldChange] = []
        self.lines: list[Line] = []
        self.scope: Scope = "everybody"
        self.loading = False
        self._more = False
        self._job: Job[Any] | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._soon.timeout.connect(self.reload)

    def soon(self) -> None:
        """The log has grown, or something else is selected."""
        self._soon.start()

    @property
    def of_object(self) -> bool:
        return self.scope == "object"

    def reload(self) -> None:
        """Read as many lines again as are shown, at least a page."""
        self._ask(max(PAGE, len(self._rows)), None)

    def _ask(self, limit: int, before: int | None) -> None:
        project, state = self._state.studio.project, self._state
        if self._job is not None:
            self._job.cancel()
        video, thing = state.document.video_row, state.selection.object
        if project is None or (self.scope == "video" and video is None) or (self.of_object and not thing):
            self.loading = False
            self._show([])
            return
        self.loading = True
        if self.of_object:

            def run(_: Any) -> Sequence[Any]:
                return project.object_history(thing, limit, before=before)

        else:
            only = {"mine": {"person": state.document.who.name}, "video": {"video": video.key if video else ""}}
            more = only.get(self.scope, {})

            def run(_: Any) -> Sequence[Any]:
                return project.history(limit, before=before, **more)

        def done(found: list[Any]) -> None:
            self.loading = False
            self._more = len(found) >= limit
            self._show([*self._rows, *found] if before is not None else found)

        self._job = state.studio.jobs.submit("lists", "Read the history", run, done=done, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self.loading = False
        self._state.workspace.failed.emit(error)
        self.read.emit()

    def _show(self, rows: list[Any]) -> None:
        lines = self._lines(rows)
        kept = len(self.lines)
        if lines[:kept] == self.lines and len(lines) >= kept:
            if len(lines) > kept:
                self.beginInsertRows(QModelIndex(), kept, len(lines) - 1)
                self._rows, self.lines = rows, lines
                self.endInsertRows()
        else:
            self.beginResetModel()
            self._rows, self.lines = rows, lines
            self.endResetModel()
        self.read.emit()

    def _lines(self, rows: list[Any]) -> list[Line]:
        made = [self._of_step(row) if isinstance(row, Step) else self._of_change(row) for row in rows]
        return [line for line in made if line is not None]

    def _of_step(self, step: Step) -> Line:
        where = ""
        if step.place is not None:
            path = self._state.workspace.clips.paths.get(step.place.video, "")
            where = path.rpartition("/")[2].rpartition(".")[0] or path
            where += f" {step.place.frame}" if step.place.frame is not None else ""
        mine = step.person == self._state.document.who.name
        undone = tr("taken back") if step.undone else ""
        about = " · ".join(filter(None, (step.person, words.when(step.when), where, undone)))
        return Line(tr(step.label), about, mine, step.undone, step=step)

    def _of_change(self, change: FieldChange) -> Line | None:
        text = words.said(change)
        if not text:
            return None
        kind = {"undo": tr("undo"), "redo": tr("redo")}.get(change.kind, "")
        about = " · ".join(filter(None, (change.person, words.when(change.when), kind)))
        return Line(f"{words.place(change)}: {text}", about, change=change)

    # -- as Qt asks

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.lines)

    def canFetchMore(self, parent: AnyIndex) -> bool:
        return not parent.isValid() and self._more and not self.loading

    def fetchMore(self, parent: AnyIndex) -> None:
        last = self._rows[-1]
        self._ask(PAGE, last.step if isinstance(last, Step) else last.seq)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.lines):
            return None
        line = self.lines[index.row()]
        if role == LineRole:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{line.title}\n{line.about}"
        return None
