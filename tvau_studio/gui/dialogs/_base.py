"""What the dialogs share: a form, a preview that follows it, one job at a time, and one line for what goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tvau_studio.domain.errors import StudioError
from tvau_studio.gui.forms import row
from tvau_studio.gui.words import said, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QHBoxLayout

    from tvau_studio.gui.state import State
    from tvau_studio.services.jobs import Context, Job

_log = logging.getLogger(__name__)

_PAUSE = 150
"""Milliseconds after the last change until the preview is made anew."""


class ExchangeDialog(QDialog):
    """A form above, a preview below, a primary button. It closes itself once its work is done."""

    def __init__(self, parent: QWidget, state: State, name: str, title: str, deed: str) -> None:
        super().__init__(parent)
        self.state = state
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setMinimumWidth(520)
        self._preview_job: Job | None = None
        self._job: Job | None = None
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.form.setSpacing(8)
        self.preview = _plain("previewText", "")
        self.notes = _plain("previewNotes", "muted")
        self.error = _plain("dialogError", "bad")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.hide()
        self.go = QPushButton(deed)
        self.go.setObjectName("dialogGo")
        self.go.setProperty("role", "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self.start)
        self._leave = QPushButton(tr("Close"))
        self._leave.setObjectName("dialogClose")
        self._leave.setAutoDefault(False)
        self._leave.clicked.connect(self._stop_or_close)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(16, 16, 16, 16)
        self._whole.setSpacing(12)
        self._whole.addLayout(self.form)
        for part in (self.preview, self.notes, self.error, self._bar):
            self._whole.addWidget(part)
        self._whole.addStretch()
        self._whole.addLayout(self._buttons())
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE)
        self._soon.timeout.connect(self._look)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._stop_or_close)
        state.workspace.projectChanged.connect(self.close)

    def _buttons(self) -> QHBoxLayout:
        return row(None, self._leave, self.go, spacing=8)

    # -- parts of forms

    def choice(self, name: str, accessible: str, items: Sequence[tuple[Any, str]]) -> QComboBox:
        """A field with one of these (value, text)."""
        made = QComboBox()
        made.setObjectName(name)
        made.setAccessibleName(accessible)
        for value, text in items:
            made.addItem(text, value)
        made.currentIndexChanged.connect(lambda _: self.changed())
        return made

    def path_field(self, name: str, accessible: str, browse: Callable[[], None]) -> tuple[QLineEdit, QHBoxLayout]:
        field = QLineEdit()
        field.setObjectName(name)
        field.setAccessibleName(accessible)
        field.textChanged.connect(lambda _: self.changed())
        look = QPushButton(tr("Browse…"))
        look.setObjectName(f"{name}Browse")
        look.setAutoDefault(False)
        look.clicked.connect(lambda _=False: browse())
        line = row(field, look)
        line.setStretch(0, 1)
        return field, line

    # -- the preview

    def changed(self) -> None:
        """The form says something else: preview it, shortly."""
        self.error.hide()
        self._soon.start()

    def inspect(self) -> Callable[[Context], Any] | None:
        """What makes the preview, on the media lane; None where there is nothing to preview."""
        raise NotImplementedError

    def show_preview(self, found: Any) -> None:
        """Tell what `inspect` found."""
        raise NotImplementedError

    def _look(self) -> None:
        if self._preview_job is not None:
            self._preview_job.cancel()
        work = self.inspect()
        self.go.setEnabled(False)
        if work is None:
            self.say("", "")
            return
        mine: list[Job] = []

        def current() -> bool:
            return bool(mine) and mine[0] is self._preview_job

        def done(found: Any) -> None:
            if current():
                self.go.setEnabled(self._job is None)
                self.show_preview(found)

        def failed(error: Exception) -> None:
            if current():
                self.say("", "")
                self.fail(error)

        jobs = self.state.studio.jobs
        self._preview_job = jobs.submit("media", "Preview", work, done=done, failed=failed, priority=-1)
        mine.append(self._preview_job)

    def say(self, text: str, notes: str) -> None:
        for part, words in ((self.preview, text), (self.notes, notes)):
            part.setText(words)
            part.setVisible(bool(words))

    def fail(self, error: Exception) -> None:
        """What went wrong, in the dialog: the form stays as it is."""
        if not isinstance(error, StudioError):
            _log.error("%s failed", self.windowTitle(), exc_info=error)
        self.error.setText(said(error) if isinstance(error, StudioError) else str(error))
        self.error.show()

    # -- the work

    def work(self) -> Callable[[Context], Any] | None:
        """What the button starts, on the media lane; None where the form is not whole."""
        raise NotImplementedError

    def finished_with(self, result: Any) -> None:
        """The work is done."""
        raise NotImplementedError

    def start(self) -> None:
        work = self.work()
        if work is None or self._job is not None:
            return
        self.state.document.flush.emit()  # what is typed belongs to it
        self.error.hide()
        self.go.setEnabled(False)
        self._leave.setText(tr("Stop"))
        self._bar.setRange(0, 0)
        self._bar.show()
        # Behind every edit that was made by now; yet what takes minutes must not hold up those that follow.
        self._job = self.state.studio.jobs.submit(
            "store",
            self.windowTitle(),
            lambda context: None,
            done=lambda _: self._run(work),
            failed=self._failed,
            cancelled=self._ended,
        )

    def _run(self, work: Callable[[Context], Any]) -> None:
        self._job = self.state.studio.jobs.submit(
            "media",
            self.windowTitle(),
            work,
            done=self._done,
            failed=self._failed,
            cancelled=self._ended,
            progress=self._progress,
        )

    def _progress(self, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _ended(self) -> None:
        self._job = None
        self._bar.hide()
        self._leave.setText(tr("Close"))
        self.go.setEnabled(True)

    def _done(self, result: Any) -> None:
        self._ended()
        self.finished_with(result)
        self.close()

    def _failed(self, error: Exception) -> None:
        self._ended()
        self.fail(error)

    def _stop_or_close(self) -> None:
        if self._job is not None:
            self._job.cancel()
        else:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._soon.stop()
        for job in (self._job, self._preview_job):
            if job is not None:
                job.cancel()
        super().closeEvent(event)


def _plain(name: str, role: str) -> QLabel:
    made = QLabel()
    made.setObjectName(name)
    made.setProperty("role", role)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setWordWrap(True)
    made.setMinimumWidth(60)
    made.hide()
    return made


def typed_path(field: QLineEdit) -> Path | None:
    """The path that a field holds; ~ is the person's folder."""
    text = field.text().strip()
    return Path(text).expanduser() if text else None
