"""A person's own questions: named, changed, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QPlainTextEdit, QWidget

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.talks import title_of
from tvau_studio.gui.forms import button, column, label, paragraph, row
from tvau_studio.gui.words import said, tr
from tvau_studio.services import questions
from tvau_studio.services.questions import Question

if TYPE_CHECKING:
    from tvau_studio.gui.state import State


class QuestionsDialog(QDialog):
    """typed: the text of a new one, "" = none."""

    def __init__(self, parent: QWidget, state: State, typed: str = "") -> None:
        super().__init__(parent)
        self._state = state
        self._rows = questions.own(state.studio.settings)
        self.setObjectName("questionsDialog")
        self.setWindowTitle(tr("Questions of your own"))
        self.setAccessibleName(tr("Questions of your own"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 340)
        self.list = QListWidget()
        self.list.setObjectName("questionsList")
        self.list.setAccessibleName(tr("Questions"))
        self.list.currentRowChanged.connect(self._show)
        self.name = QLineEdit()
        self.name.setObjectName("questionName")
        self.name.setAccessibleName(tr("Name"))
        self.name.textEdited.connect(lambda _: self._take())
        self.text = QPlainTextEdit()
        self.text.setObjectName("questionText")
        self.text.setAccessibleName(tr("Question"))
        self.text.textChanged.connect(self._take)
        self._error = paragraph("bad", "dialogError")
        self._error.hide()
        add = button(tr("New"), lambda: self._add(""), "questionAdd")
        self._remove = button(tr("Delete"), self._delete, "questionRemove")
        left = column(None, 6)
        left.addWidget(self.list, 1)
        left.addLayout(row(add, self._remove, None))
        right = column(None, 6)
        for part in (label(tr("Name")), self.name, label(tr("Question")), self.text):
            right.addWidget(part)
        both = row(spacing=14)
        both.addLayout(left, 2)
        both.addLayout(right, 3)
        whole = column(self, 12, (16, 16, 16, 16))
        whole.addLayout(both, 1)
        whole.addWidget(self._error)
        keep = button(tr("Keep"), self._keep, "dialogGo", "primary")
        keep.setDefault(True)
        whole.addLayout(row(None, button(tr("Cancel"), self.close, "dialogClose"), keep, spacing=8))
        self._filling = False
        self._fill(0)
        if typed or not self._rows:
            self._add(typed)

    def _fill(self, at: int) -> None:
        self._filling = True
        self.list.clear()
        self.list.addItems([q.name or tr("Untitled") for q in self._rows])
        self._filling = False
        self.list.setCurrentRow(min(at, len(self._rows) - 1))
        self._show(self.list.currentRow())

    def _show(self, at: int) -> None:
        if self._filling:
            return
        self._filling = True
        there = 0 <= at < len(self._rows)
        self.name.setText(self._rows[at].name if there else "")
        self.text.setPlainText(self._rows[at].text if there else "")
        for part in (self.name, self.text, self._remove):
            part.setEnabled(there)
        self._filling = False

    def _take(self) -> None:
        at = self.list.currentRow()
        if not self._filling and 0 <= at < len(self._rows):
            self._rows[at] = Question(self.name.text(), self.text.toPlainText())
            self.list.item(at).setText(self.name.text() or tr("Untitled"))
            self._error.hide()

    def _add(self, typed: str) -> None:
        self._rows.append(Question(title_of(typed), typed))
        self._fill(len(self._rows) - 1)
        self.name.setFocus()
        self.name.selectAll()

    def _delete(self) -> None:
        at = self.list.currentRow()
        if 0 <= at < len(self._rows):
            del self._rows[at]
            self._fill(at)

    def _keep(self) -> None:
        rows = [q for q in self._rows if q.name.strip() or q.text.strip()]
        try:
            questions.keep(self._state.studio.settings, rows)
        except StudioError as error:
            self._error.setText(said(error))
            self._error.show()
            return
        self.close()
