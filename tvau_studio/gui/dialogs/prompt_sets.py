"""Prompts of the project's own: the words for normal and abnormal that heat is made with, to look at and to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QPlainTextEdit, QVBoxLayout, QWidget

from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.prompting import PromptTexts, as_text, shipped
from tvau_studio.gui.dialogs import to_front
from tvau_studio.gui.forms import button, label, paragraph, row
from tvau_studio.gui.words import said, tr
from tvau_studio.services.heat_sources import HeatSource

if TYPE_CHECKING:
    from tvau_studio.gui.state import State
    from tvau_studio.gui.window import Window

_PARTS = (
    ("classes", "Classes", "One a line: the event, and behind = the words that name it"),
    ("normal", "Normal", "Phrases for what is usual; {} is where the words of a class go"),
    ("abnormal", "Abnormal", "Phrases for what is not; {} is where the words of a class go"),
    ("frames", "Sentences", "Round each phrase; {} is where it goes"),
)


def show(window: Window) -> None:
    """Open the dialog, or bring it to the front."""
    to_front(window, PromptsDialog, lambda above: PromptsDialog(above, window.state))


class PromptsDialog(QDialog):
    """Nothing is trained anew: the model's own sentences are what it was trained with, and others are a question to
    it."""

    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent)
        self.setObjectName("promptsDialog")
        self.setWindowTitle(tr("Prompts"))
        self.setAccessibleName(tr("Prompts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 560)
        self._compare = compare = state.compare
        self.names = QComboBox()
        self.names.setObjectName("promptsName")
        self.names.setAccessibleName(tr("Name of the set"))
        self.names.setEditable(True)
        self.names.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.names.lineEdit().setPlaceholderText(tr("name of the set"))
        self.fields: dict[str, QPlainTextEdit] = {}
        grid = QGridLayout()
        grid.setSpacing(8)
        for n, (name, title, tip) in enumerate(_PARTS):
            field = QPlainTextEdit()
            field.setObjectName(f"prompts{name.capitalize()}")
            field.setAccessibleName(tr(title))
            field.setToolTip(tr(tip))
            field.setTabChangesFocus(True)
            field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
            self.fields[name] = field
            part = QVBoxLayout()
            part.setSpacing(4)
            part.addWidget(label(tr(title)))
            part.addWidget(field, 1)
            grid.addLayout(part, n // 2, n % 2)
        self.error = label("", "bad", "promptsError")
        self.error.setWordWrap(True)
        self.error.hide()
        note = paragraph("small")
        note.setText(
            tr("A change costs text alone where pictures of the clip were looked at already; else it takes seconds.")
        )
        self.remove = button(tr("Delete"), self._delete, "promptsDelete")
        plain = button(tr("Take those that ship"), lambda: self._fill(shipped()), "promptsShipped")
        self.keep = button(tr("Save and show"), self._keep, "promptsKeep", "primary")
        leave = button(tr("Close"), self.close, "promptsClose")
        for other in (self.remove, plain, leave):
            other.setAutoDefault(False)
        self.keep.setDefault(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        line = row(self.names, plain, self.remove, spacing=8)
        line.setStretch(0, 1)
        whole.addLayout(line)
        whole.addLayout(grid, 1)
        whole.addWidget(note)
        whole.addWidget(self.error)
        whole.addLayout(row(None, leave, self.keep, spacing=8))
        self.names.activated.connect(lambda _: self._chosen())
        compare.promptsChanged.connect(self._list)
        compare.promptsFailed.connect(self._say)
        state.workspace.projectChanged.connect(self.close)
        self._list()
        source = compare.sources[0]
        if source.kind == "prompts" and source.words in compare.prompts:
            self.names.setEditText(source.words)
            self._chosen()
        else:
            self._fill(shipped())

    def _list(self) -> None:
        text = self.names.currentText()
        self.names.clear()
        self.names.addItems(list(self._compare.prompts))
        self.names.setEditText(text)
        self.remove.setEnabled(bool(self._compare.prompts))

    def _chosen(self) -> None:
        data = self._compare.prompts.get(self.names.currentText())
        if data is not None:
            self._fill(data)

    def _fill(self, data: dict[str, Any]) -> None:
        texts = PromptTexts.of(data)
        for name, field in self.fields.items():
            field.setPlainText(getattr(texts, name))
        self._say("")

    def _say(self, text: str) -> None:
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def _keep(self) -> None:
        name = " ".join(self.names.currentText().split())
        try:
            if not name:
                raise UsageError("A prompt set needs a name.")
            data = PromptTexts(*(self.fields[part].toPlainText() for part, *_ in _PARTS)).data()
        except UsageError as error:
            self._say(said(error))
            return
        self._say("")
        self._compare.keep_prompts(name, data)
        self._compare.set_source(0, HeatSource("prompts", name, "", as_text(data)))

    def _delete(self) -> None:
        name = self.names.currentText()
        if name in self._compare.prompts:
            self._compare.delete_prompts(name)
            self.names.setEditText("")
