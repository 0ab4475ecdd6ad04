"""What a model would write: beside the text, with what is new marked; taken whole, in parts, or left."""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from tvau_studio.gui.forms import row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.theme import Theme

_WORDS = re.compile(r"[\u3000-\u9fff]|[^\s\u3000-\u9fff]+|\s+")


class Suggestion(QWidget):
    """take(text, whole): what is done with what a person takes, all of it or a part."""

    left = Signal()
    """It is taken whole, or left."""

    def __init__(self, theme: Theme, name: str, take: Callable[[str, bool], None]) -> None:
        super().__init__()
        self._theme = theme
        self._take = take
        self.text = ""
        self._before = ""
        self.setObjectName(name)
        self._said = QLabel()
        self._said.setObjectName(f"{name}Text")
        self._said.setWordWrap(True)
        self._said.setMinimumWidth(40)
        self._said.setTextFormat(Qt.TextFormat.RichText)
        self._said.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._by = QLabel()
        self._by.setProperty("role", "small")
        self._by.setTextFormat(Qt.TextFormat.PlainText)
        all_of_it, leave = QPushButton(tr("Take")), QPushButton(tr("Leave"))
        all_of_it.setObjectName(f"{name}Take")
        all_of_it.setToolTip(tr("All of it; or select a part first, then that part alone"))
        leave.setObjectName(f"{name}Leave")
        for button in (all_of_it, leave):
            button.setProperty("role", "chip")
        all_of_it.clicked.connect(self._chosen)
        leave.clicked.connect(self._leave)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 2, 0, 4)
        rows.setSpacing(4)
        rows.addWidget(self._said)
        rows.addLayout(row(all_of_it, leave, None, self._by))
        theme.changed.connect(self._draw)
        self.hide()

    def offer(self, text: str, before: str, model: str) -> None:
        """Show what the model wrote, against the text that is there."""
        self.text, self._before = text, before
        self._by.setText(tr("draft by {model}", model=model))
        self._draw()
        self.setVisible(bool(text) and text != before)

    def _leave(self) -> None:
        self.text = ""
        self.hide()
        self.left.emit()

    def _draw(self) -> None:
        """New words in the colour of what is accepted; words that are there already in grey."""
        new, known = self._theme.tokens.ok, self._theme.tokens.muted
        parts = []
        before, after = _WORDS.findall(self._before), _WORDS.findall(self.text)
        for kind, _, _, a, b in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            words = html.escape("".join(after[a:b])).replace("\n", "<br>")
            if words:
                parts.append(f'<span style="color:{known if kind == "equal" else new}">{words}</span>')
        self._said.setText("".join(parts))

    def _chosen(self) -> None:
        part = self._said.selectedText().replace("\u2028", "\n").replace("\u2029", "\n")
        self._take(part or self.text, not part)
        if not part:
            self._leave()
