"""What is being worked on: how far each is, how long it will take, and a way to stop it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QFrame, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from tvau_studio.gui.dialogs import to_front
from tvau_studio.gui.forms import button, column, icon_button, label, row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.state import State
    from tvau_studio.gui.window import Window
    from tvau_studio.services.jobs import Job

_EVERY = 250
"""Milliseconds between two looks."""

_BACKGROUND = 3
"""Jobs of one name are one line from so many on."""


def show(window: Window) -> None:
    """Open the list of jobs, or bring it to the front."""
    to_front(window, JobsDialog, lambda above: JobsDialog(above, window.state))


class JobsDialog(QDialog):
    """Follows the jobs while it is shown."""

    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent)
        self.setObjectName("jobsDialog")
        self.setWindowTitle(tr("Jobs"))
        self.setAccessibleName(self.windowTitle())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(480, 320)
        self._state = state
        self._lines: dict[int, _Line] = {}
        self._empty = label(tr("Nothing is being worked on."), "muted", "jobsEmpty")
        page = QWidget()
        self._rows = QVBoxLayout(page)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(10)
        self._rows.addWidget(self._empty)
        self._rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(page)
        whole = column(self, spacing=12, margins=(16, 16, 16, 14))
        whole.addWidget(area, 1)
        whole.addLayout(row(None, button(tr("Close"), self.close, "jobsClose")))
        timer = QTimer(self)
        timer.setInterval(_EVERY)
        timer.timeout.connect(self.look)
        timer.start()
        self.look()

    def look(self) -> None:
        """Show what runs and waits now."""
        groups: dict[str, list[Job[Any]]] = {}
        for job in self._state.studio.jobs.active():
            groups.setdefault(job.name, []).append(job)
        wanted: dict[int, list[Job[Any]]] = {}
        for jobs in groups.values():
            parts = [jobs] if len(jobs) >= _BACKGROUND else [[job] for job in jobs]
            wanted.update({id(part[0]): part for part in parts})
        for key in [k for k in self._lines if k not in wanted]:
            line = self._lines.pop(key)
            self._rows.removeWidget(line)
            line.deleteLater()
        for key, jobs in wanted.items():
            if key not in self._lines:
                self._lines[key] = _Line(self._state)
                self._rows.insertWidget(self._rows.count() - 1, self._lines[key])
            self._lines[key].show_jobs(jobs)
        self._empty.setVisible(not wanted)


class _Line(QWidget):
    """One job, or several of one name."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._jobs: list[Job[Any]] = []
        self._name, self._left = label("", ""), label("", "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._stop = icon_button(state.theme, "square-stop", tr("Stop"), self._cancel, "jobStop")
        rows = column(self, spacing=4)
        rows.addLayout(row(self._name, None, self._left, self._stop, spacing=8))
        rows.addWidget(self._bar)

    def show_jobs(self, jobs: list[Job[Any]]) -> None:
        self._jobs = jobs
        job = jobs[0]
        self._name.setText(job.name if len(jobs) == 1 else f"{job.name} × {len(jobs)}")
        self._bar.setAccessibleName(job.name)
        self._stop.setEnabled(any(not j.keep for j in jobs))
        if job.state == "waiting":
            self._left.setText(tr("waits"))
            self._bar.setRange(0, 1)
            self._bar.setValue(0)
            return
        done, total = job.amount or (0, 0)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._left.setText(time_left(job, time.monotonic()))

    def _cancel(self) -> None:
        for job in self._jobs:
            job.cancel()


def time_left(job: Job[Any], now: float) -> str:
    """How long a job goes on at the pace that it had; "" where nobody can tell."""
    done, total = job.amount or (0, 0)
    if job.started is None or done <= 0 or total <= done:
        return ""
    seconds = (now - job.started) * (total - done) / done
    if seconds < 1:
        return tr("done soon")
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
    return tr("{time} left", time=clock)
