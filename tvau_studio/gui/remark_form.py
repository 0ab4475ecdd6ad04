"""What a remark is written with: the reasons that are counted, and a field that Enter sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget

from tvau_studio.domain.labels import REASONS
from tvau_studio.gui.forms import row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class ReasonChips(QWidget):
    """At most one reason. reason: the chosen one, "" = none."""

    def __init__(self, name: str) -> None:
        super().__init__()
        line = row(None, spacing=4)
        self._chips: dict[str, QPushButton] = {}
        for reason in REASONS:
            chip = QPushButton(tr(reason))
            chip.setObjectName(f"{name}_{reason}")
            chip.setProperty("role", "chip")
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            chip.clicked.connect(lambda on, reason=reason: self.choose(reason if on else ""))
            self._chips[reason] = chip
            line.insertWidget(line.count() - 1, chip)
        self.setLayout(line)

    @property
    def reason(self) -> str:
        return next((reason for reason, chip in self._chips.items() if chip.isChecked()), "")

    def choose(self, reason: str) -> None:
        for name, chip in self._chips.items():
            chip.setChecked(name == reason)


class CommentEdit(QPlainTextEdit):
    """Enter sends, Shift+Enter begins a line, Esc leaves."""

    sent = Signal()
    left = Signal()

    def __init__(self, name: str, accessible: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setTabChangesFocus(True)
        self.setFixedHeight(46)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
