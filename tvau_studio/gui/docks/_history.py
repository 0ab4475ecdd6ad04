"""What was asked before: searched, opened again, renamed, deleted."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QDialog, QInputDialog, QLineEdit, QListWidget, QListWidgetItem, QWidget

from tvau_studio.domain.errors import StudioError
from tvau_studio.gui.forms import button, column, label, paragraph, row
from tvau_studio.gui.words import said, tr

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from tvau_studio.domain.talks import TalkLine
    from tvau_studio.gui.state import State
    from tvau_studio.services.jobs import Context, Job

_log = logging.getLogger(__name__)

_PAUSE = 150
"""Milliseconds after a key until it is searched."""


class HistoryDialog(QDialog):
    """Every talk of the project, what was asked last first. Enter opens, F2 renames, Delete deletes."""

    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent)
        self._state = state
        self._job: Job | None = None
        self._lines: list[TalkLine] = []
        self._gone = False
        self.setObjectName("historyDialog")
        self.setWindowTitle(tr("Earlier questions"))
        self.setAccessibleName(tr("Earlier questions"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(520, 460)
        self.search = QLineEdit()
        self.search.setObjectName("historySearch")
        self.search.setAccessibleName(tr("Search"))
        self.search.setPlaceholderText(tr("Search questions and answers"))
        self.search.setClearButtonEnabled(True)
        self._here = QCheckBox(tr("This clip only"))
        self._here.setObjectName("historyHere")
        self.list = QListWidget()
        self.list.setObjectName("historyList")
        self.list.setAccessibleName(tr("Earlier questions"))
        self.list.setWordWrap(True)
        self.list.setUniformItemSizes(False)
        self._empty = paragraph("muted", "historyEmpty")
        self._error = paragraph("bad", "historyError")
        self._sure = QWidget()
        self._sure_words = label("", "warn", "historySure")
        delete = button(tr("Delete for good"), self._delete, "historyDelete", "stop")
        self._sure.setLayout(row(self._sure_words, None, button(tr("Keep"), self._ask_nothing, "historyKeep"), delete))
        self._open = button(tr("Open"), self._open_selected, "historyOpen", "primary")
        self._rename = button(tr("Rename…"), self._rename_selected, "historyRename")
        self._remove = button(tr("Delete"), self._ask_delete, "historyRemove")
        whole = column(self, 10, (16, 16, 16, 16))
        top = row(self.search, self._here, spacing=10)
        top.setStretch(0, 1)
        whole.addLayout(top)
        for part in (self._empty, self._error):
            whole.addWidget(part)
        whole.addWidget(self.list, 1)
        whole.addWidget(self._sure)
        whole.addLayout(row(self._remove, self._rename, None, self._open, spacing=8))
        self._sure.hide()
        self._error.hide()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE)
        self._soon.timeout.connect(self.look)
        self.search.textChanged.connect(lambda _: self._soon.start())
        self._here.toggled.connect(lambda _: self.look())
        self.list.itemActivated.connect(lambda _: self._open_selected())
        self.list.currentRowChanged.connect(lambda _: self._show_able())
        for key, run in ((Qt.Key.Key_F2, self._rename_selected), (Qt.Key.Key_Delete, self._ask_delete)):
            QShortcut(QKeySequence(key), self.list, run)
        state.workspace.projectChanged.connect(self.close)
        state.conversation.busyChanged.connect(lambda _: self._show_able())
        self.look()
        self.search.setFocus()

    # -- what is listed

    def look(self) -> None:
        """Read the history, on its lane."""
        project = self._state.studio.project
        if project is None or self._gone:
            return
        if self._job is not None:
            self._job.cancel()
        words, clip, video = self.search.text(), self._state.document.clip_row, self._state.document.video_row
        where: dict[str, str] = {}
        if self._here.isChecked() and (clip or video) is not None:
            where = {"clip": clip.key} if clip is not None else {"video": video.key if video else ""}

        def run(context: Context) -> list[TalkLine]:
            return project.talks.lines(search=words, **where)

        self._job = self._state.studio.jobs.submit(
            "store", "Search the dialogues", run, done=self._take, failed=self._fail
        )

    def _take(self, lines: list[TalkLine]) -> None:
        self._job = None
        chosen = self._chosen()
        self._lines = lines
        self.list.clear()
        for line in lines:
            item = QListWidgetItem(self._words(line))
            item.setSizeHint(QSize(100, 56 if line.found else 40))
            self.list.addItem(item)
        key = chosen.talk.key if chosen is not None else ""
        self.list.setCurrentRow(next((n for n, line in enumerate(lines) if line.talk.key == key), 0))
        found = tr("Nothing was found.") if self.search.text().strip() else tr("Nothing was asked in this project yet.")
        self._empty.setText(found)
        self._empty.setVisible(not lines)
        self._show_able()

    def _words(self, line: TalkLine) -> str:
        row = self._state.workspace.row(line.talk.clip) if line.talk.clip is not None else None
        where = row.id if row is not None else tr("Video")
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(line.last))
        count = tr("1 question") if line.turns == 1 else tr("{n} questions", n=line.turns)
        if not line.turns:
            count = tr("not asked yet")
        parts = [where, count, when, line.talk.author]
        lines = [line.title or tr("Untitled"), " · ".join(p for p in parts if p)]
        return "\n".join([*lines, line.found] if line.found else lines)

    def _chosen(self) -> TalkLine | None:
        at = self.list.currentRow()
        return self._lines[at] if 0 <= at < len(self._lines) else None

    def _show_able(self) -> None:
        there, busy = self._chosen() is not None, self._state.conversation.busy
        self._open.setEnabled(there and not busy)
        self._rename.setEnabled(there)
        self._remove.setEnabled(there)
        self._ask_nothing()

    def _fail(self, error: Exception) -> None:
        self._job = None
        if not isinstance(error, StudioError):
            _log.error("the history was not read", exc_info=error)
        self._error.setText(said(error) if isinstance(error, StudioError) else str(error))
        self._error.show()

    # -- what is done

    def _open_selected(self) -> None:
        line = self._chosen()
        if line is not None and not self._state.conversation.busy:
            self._state.conversation.book.open_talk(line.talk)
            self.close()

    def _rename_selected(self) -> None:
        line = self._chosen()
        if line is None:
            return
        title, done = QInputDialog.getText(self, tr("Rename"), tr("Title (empty: the first question)"), text=line.title)
        if done:
            self.rename(line, title)

    def rename(self, line: TalkLine, title: str) -> None:
        """Give a talk a title."""
        self._state.conversation.book.rename(line.talk, title, self.look)

    def _ask_delete(self) -> None:
        line = self._chosen()
        if line is not None:
            self._sure_words.setText(tr("Delete “{title}”?", title=line.title[:40]))
            self._sure.show()

    def _ask_nothing(self) -> None:
        self._sure.hide()

    def _delete(self) -> None:
        line = self._chosen()
        self._ask_nothing()
        if line is not None:
            self._state.conversation.book.remove_talk(line.talk, self.look)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._gone = True
        self._soon.stop()
        if self._job is not None:
            self._job.cancel()
        super().closeEvent(event)
