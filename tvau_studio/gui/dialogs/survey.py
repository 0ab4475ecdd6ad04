"""One question about many clips: the answers as a table that fills while one works, and as CSV."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHeaderView, QLineEdit, QProgressBar, QTableView, QWidget

from tvau_studio.domain.answers import sureness
from tvau_studio.domain.errors import StudioError
from tvau_studio.gui.forms import button, column, label, paragraph, row
from tvau_studio.gui.state.clip_list import Filter
from tvau_studio.gui.words import said, tr
from tvau_studio.services import survey
from tvau_studio.services.questions import paper

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from tvau_studio.domain.summaries import ClipHead
    from tvau_studio.gui.state import State
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.survey import Line

_log = logging.getLogger(__name__)

_PRIORITY = -2
"""On the model's lane: behind questions and the heat of the open clip."""


class Answers(QAbstractTableModel):
    """lines: one per clip that was asked about, in the order in which they were answered."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.keys: list[str] = []

    def add(self, key: str, line: Line) -> None:
        at = len(self.lines)
        self.beginInsertRows(QModelIndex(), at, at)
        self.lines.append(line)
        self.keys.append(key)
        self.endInsertRows()

    def clear(self) -> None:
        self.beginResetModel()
        self.lines, self.keys = [], []
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return len(self.lines)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 5

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (tr("Clip"), tr("Anomaly"), tr("P(Yes)"), tr("Heat"), tr("Answer"))[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 4:
            return line.answer or line.error
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if index.column() == 0:
            return line.clip
        if index.column() == 1:
            if line.p_yes is not None and sureness(line.p_yes) == "uncertain":
                return tr("uncertain")
            return {True: tr("Yes"), False: tr("No"), None: ""}[line.anomaly]
        if index.column() in (2, 3):
            number = line.p_yes if index.column() == 2 else line.heat_max
            return "" if number is None else f"{number:.2f}"
        return " ".join((line.answer or line.error).split())


class SurveyDialog(QDialog):
    """Stays open while one works; the clips are asked about one by one, behind everything else."""

    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent)
        self._state = state
        self._jobs: list[Job] = []
        self._waiting: list[ClipHead] = []
        self._total = 0
        self._gone = False
        self.setObjectName("surveyDialog")
        self.setWindowTitle(tr("Ask about many clips"))
        self.setAccessibleName(tr("Ask about many clips"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(820, 520)
        language = str(state.studio.settings["text_language"])
        self.question = QLineEdit(paper(language)[0].text)
        self.question.setObjectName("surveyQuestion")
        self.question.setAccessibleName(tr("Question"))
        self.clips = QLineEdit()
        self.clips.setObjectName("surveyClips")
        self.clips.setAccessibleName(tr("Clips"))
        self.clips.setPlaceholderText(tr("Every clip; or as in the list of clips: running, 01_*, to review"))
        self.answers = Answers()
        self.table = QTableView()
        self.table.setObjectName("surveyTable")
        self.table.setAccessibleName(tr("Answers"))
        self.table.setModel(self.answers)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        for at, width in enumerate((170, 80, 64, 56)):
            self.table.setColumnWidth(at, width)
        self.table.horizontalHeader().setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        self.table.activated.connect(lambda index: self._open(index.row()))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._said = paragraph("muted", "surveyState")
        self._error = paragraph("bad", "dialogError")
        self._go = button(tr("Ask"), self.start, "dialogGo", "primary")
        self._stop = button(tr("Stop"), self.stop, "surveyStop", "stop")
        self._save = button(tr("Save as CSV…"), self._choose_file, "surveySave")
        whole = column(self, 8, (16, 16, 16, 16))
        for words, field in ((tr("Question"), self.question), (tr("Clips"), self.clips)):
            whole.addWidget(label(words))
            whole.addWidget(field)
        whole.addWidget(self.table, 1)
        for part in (self._bar, self._said, self._error):
            whole.addWidget(part)
        close = button(tr("Close"), self.close, "dialogClose")
        whole.addLayout(row(self._save, None, close, self._stop, self._go, spacing=8))
        state.workspace.projectChanged.connect(self.close)
        self._show()

    @property
    def running(self) -> bool:
        return bool(self._jobs)

    def _show(self) -> None:
        self._go.setVisible(not self.running)
        self._stop.setVisible(self.running)
        self._bar.setVisible(self.running)
        self._bar.setRange(0, self._total)
        self._bar.setValue(len(self.answers.lines))
        self._save.setEnabled(bool(self.answers.lines))
        for field in (self.question, self.clips):
            field.setEnabled(not self.running)
        done = len(self.answers.lines)
        words = tr("{done} of {total} clips", done=done, total=self._total) if self._total else ""
        self._said.setText(words or tr("A double click on a line opens its clip."))
        self._error.setVisible(bool(self._error.text()))

    # -- the work

    def start(self) -> None:
        """Look for the clips, then ask about one behind the other."""
        project = self._state.studio.project
        if project is None or self.running or not self.question.text().strip():
            return
        clips, studio = self._state.workspace.clips, self._state.studio
        filter, heads, missing = Filter(self.clips.text(), clips.me), list(clips.heads), clips.missing
        self.answers.clear()
        self._error.setText("")
        self._total = 0

        def look(context: Context) -> list[ClipHead]:
            inside = filter.inside(project)
            return [head for head in heads if filter.takes(head, inside, head.video in missing)]

        def take(found: list[ClipHead]) -> None:
            self._jobs.clear()
            self._waiting, self._total = found[::-1], len(found)
            if not found:
                self._error.setText(tr("No clip is found so."))
            self._next()

        job = studio.jobs.submit("store", "Look for clips", look, done=take, failed=self._fail, cancelled=self._stopped)
        self._jobs.append(job)
        self._show()

    def _next(self) -> None:
        project, studio = self._state.studio.project, self._state.studio
        if not self._waiting or project is None:
            self._show()
            return
        head, question = self._waiting.pop(), self.question.text()
        chosen = str(studio.settings["ask_language"])
        language = None if chosen == "question" else chosen

        def run(context: Context) -> Line:
            model = studio.models.get()
            return survey.ask_clip(project, model, head, question, language, lambda: context.cancelled)

        def take(line: Line) -> None:
            self._jobs.clear()
            self.answers.add(head.key, line)
            self._next()

        job = studio.jobs.submit(
            "model", "Ask about clips", run, done=take, failed=self._fail, cancelled=self._stopped, priority=_PRIORITY
        )
        self._jobs.append(job)
        self._show()

    def stop(self) -> None:
        """Ask no more; what was answered stays."""
        self._waiting.clear()
        for job in self._jobs:
            job.cancel()

    def _stopped(self) -> None:
        self._jobs.clear()
        if not self._gone:
            self._show()

    def _fail(self, error: Exception) -> None:
        self._jobs.clear()
        self._waiting.clear()
        if not isinstance(error, StudioError):
            _log.error("asking about many clips failed", exc_info=error)
        self._error.setText(said(error) if isinstance(error, StudioError) else str(error))
        self._show()

    # -- what it gave

    def _open(self, at: int) -> None:
        self._state.workspace.open_clip(self.answers.keys[at])

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Save as CSV…"), str(Path.home() / "answers.csv"), "CSV (*.csv)")
        if path:
            self.save(Path(path))

    def save(self, path: Path) -> None:
        """Write the table."""
        try:
            survey.write_csv(self.answers.lines, path)
        except StudioError as error:
            self._error.setText(said(error))
        else:
            self._error.setText("")
            self._said.setText(tr("Written: {path}", path=path))
        self._error.setVisible(bool(self._error.text()))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._gone = True
        self.stop()
        super().closeEvent(event)
