"""The copies of the open project: make one now, go back to one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from tvau_studio.domain.errors import StudioError
from tvau_studio.gui import openers
from tvau_studio.gui.dialogs import to_front
from tvau_studio.gui.forms import button, column, paragraph, row
from tvau_studio.gui.words import said, tr

if TYPE_CHECKING:
    from tvau_studio.gui.state import State
    from tvau_studio.gui.window import Window
    from tvau_studio.services.backups import Backup
    from tvau_studio.services.jobs import Job
    from tvau_studio.services.projects import Project

_PATH = Qt.ItemDataRole.UserRole


def show(window: Window) -> None:
    """Open the dialog, or bring it to the front."""
    to_front(window, BackupsDialog, lambda above: BackupsDialog(above, window.state))


class BackupsDialog(QDialog):
    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent)
        self.setObjectName("backupsDialog")
        self.setWindowTitle(tr("Backups"))
        self.setAccessibleName(self.windowTitle())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(520, 400)
        self._state = state
        self._jobs: list[Job[Any]] = []
        self._words = paragraph("muted", "backupsWords")
        self.list = QTreeWidget()
        self.list.setObjectName("backupsList")
        self.list.setAccessibleName(tr("Backups"))
        self.list.setRootIsDecorated(False)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHeaderLabels([tr("Made"), tr("Size")])
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setStretchLastSection(False)
        self.list.itemSelectionChanged.connect(self._follow)
        self._told = paragraph("muted", "backupsTold")
        self._make = button(tr("Back up now"), self._back_up, "backupNow", "primary")
        self._restore = button(tr("Go back to this one…"), self._ask, "backupRestore")
        self._sure = button(tr("Yes, go back"), self._go_back, "backupSure", "primary")
        self._sure.hide()
        rows = column(self, spacing=12, margins=(16, 16, 16, 14))
        rows.addWidget(self._words)
        rows.addWidget(self.list, 1)
        rows.addWidget(self._told)
        rows.addLayout(
            row(self._make, None, self._restore, self._sure, button(tr("Close"), self.close, "backupsClose"))
        )
        state.workspace.projectChanged.connect(self._fill)
        self._follow()
        self._fill()

    def _path(self) -> Path | None:
        project = self._state.studio.project
        return project.path if project is not None else None

    def _fill(self) -> None:
        """Read, off this thread, which copies there are."""
        path = self._path()
        hours = float(self._state.studio.settings["backup_hours"])
        self._make.setEnabled(path is not None)
        if path is None:
            self._words.setText(tr("Only a project that is a file has backups here; a database has its own tools."))
            self._show([])
            return
        often = tr("every {n} hours while you work", n=f"{hours:g}") if hours > 0 else tr("only when you say so")
        words = tr("Copies lie beside the project and are made {often} (see the settings). Old ones go by themselves.")
        self._words.setText(words.format(often=often))

        def run(_: object) -> list[Backup]:
            from tvau_studio.services import backups

            return backups.list_backups(path)

        jobs = self._state.studio.jobs
        self._jobs.append(jobs.submit("media", "Look for backups", run, done=self._show, failed=self._fail))

    def _show(self, found: Sequence[Backup]) -> None:
        self.list.clear()
        for backup in found:
            when = datetime.fromtimestamp(backup.made).strftime("%Y-%m-%d  %H:%M:%S")
            item = QTreeWidgetItem([when, f"{backup.bytes / 1e6:,.1f} MB"])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight)
            item.setData(0, _PATH, str(backup.path))
            self.list.addTopLevelItem(item)
        self._follow()

    def _follow(self) -> None:
        self._restore.setEnabled(bool(self.list.selectedItems()))
        self._restore.show()
        self._sure.hide()

    def _back_up(self) -> None:
        path = self._path()
        if path is None:
            return

        def run(_: object) -> Any:
            from tvau_studio.services import backups

            return backups.make(path)

        def done(_: object) -> None:
            self._told.setText(tr("The backup is made."))
            self._fill()

        self._jobs.append(self._state.studio.jobs.submit("store", "Back up", run, done=done, failed=self._fail))

    def _ask(self) -> None:
        (item,) = self.list.selectedItems()
        words = tr("The project becomes what it was at {when}. What it is now is set aside, not lost.")
        self._told.setText(words.format(when=item.text(0)))
        self._restore.hide()
        self._sure.show()
        self._sure.setFocus()

    def _go_back(self) -> None:
        path, project = self._path(), self._state.studio.project
        if path is None or project is None or not self.list.selectedItems():
            return
        backup = Path(self.list.selectedItems()[0].data(0, _PATH))
        failed: list[StudioError] = []

        def opener() -> Project:
            from tvau_studio.services import backups

            project.close()
            try:
                backups.restore(path, backup)
            except StudioError as error:
                failed.append(error)
            return openers.project(path)()

        def opened() -> None:
            if failed:
                self._fail(failed[0])
            else:
                self._told.setText(tr("The project is what it was."))
            if self._state.workspace.clips:
                self._state.workspace.open_clip(self._state.workspace.clips[0].key)

        self._state.document.flush.emit()
        self._state.workspace.open(opener, opened)

    def closeEvent(self, event: QCloseEvent) -> None:
        for job in self._jobs:
            job.cancel()
        super().closeEvent(event)

    def _fail(self, error: Exception) -> None:
        self._told.setText(said(error) if isinstance(error, StudioError) else str(error))
