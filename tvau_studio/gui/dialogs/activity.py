"""Who did what, as tables, and as a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHeaderView, QTableWidget, QTableWidgetItem, QTabWidget, QWidget

from tvau_studio.domain.errors import StudioError
from tvau_studio.gui.forms import button, column, paragraph, row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.state import State
    from tvau_studio.services.reviewing import Table


class ActivityDialog(QDialog):
    """Read on a lane; the window can be worked in meanwhile."""

    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent)
        self._state = state
        self._tables: list[Table] = []
        self.setObjectName("activityDialog")
        self.setWindowTitle(tr("Who did what"))
        self.setAccessibleName(tr("Who did what"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(860, 460)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.setAccessibleName(tr("Tables"))
        self._said = paragraph("muted", "activitySaid")
        self._said.setText(tr("Reading the log…"))
        self._csv = button(tr("Save as CSV…"), self._save, "activityCsv", "primary")
        self._csv.setEnabled(False)
        whole = column(self, 10, (16, 16, 16, 16))
        whole.addWidget(self._tabs, 1)
        whole.addWidget(self._said)
        whole.addLayout(row(None, button(tr("Close"), self.close, "activityClose"), self._csv, spacing=8))
        state.workspace.projectChanged.connect(self.close)
        self._read()

    def _read(self) -> None:
        from tvau_studio.services import reviewing

        project = self._state.studio.project
        if project is None:
            return
        self._job = self._state.studio.jobs.submit(
            "lists", "Count who did what", lambda _: reviewing.activity(project), done=self._show, failed=self._failed
        )
        self.finished.connect(lambda _: self._job.cancel())

    def _show(self, tables: list[Table]) -> None:
        self._tables = tables
        for n, table in enumerate(tables):
            made = QTableWidget(len(table.rows), len(table.head))
            made.setObjectName(f"activityTable{n}")
            made.setAccessibleName(tr(table.name))
            made.setHorizontalHeaderLabels([tr(name[:1].upper() + name[1:]) for name in table.head])
            made.verticalHeader().hide()
            made.setShowGrid(False)
            made.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
            made.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
            made.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            for y, line in enumerate(table.rows):
                for x, text in enumerate(line):
                    item = QTableWidgetItem(text)
                    if text.replace(".", "", 1).isdigit():
                        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                    made.setItem(y, x, item)
            self._tabs.addTab(made, tr(table.name))
        self._csv.setEnabled(any(table.rows for table in tables))
        self._said.setText(
            tr("Minutes count from edit to edit; pauses of more than five minutes are left out.")
            if self._csv.isEnabled()
            else tr("Nobody did anything yet.")
        )

    def _failed(self, error: Exception) -> None:
        self._said.setText(str(error))

    def _save(self) -> None:
        from tvau_studio.services import reviewing

        project = self._state.studio.project
        first = str((project.folder if project is not None else Path.home()) / "activity.csv")
        name, _ = QFileDialog.getSaveFileName(self, tr("Save as CSV"), first, "CSV (*.csv)")
        if not name:
            return
        try:
            reviewing.write_csv(self._tables, name)
        except StudioError as error:
            self._said.setText(str(error))
        else:
            self._said.setText(tr("Written to {path}.", path=name))
