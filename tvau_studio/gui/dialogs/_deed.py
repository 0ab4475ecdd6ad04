"""A small question before a deed: a form, a line that says what will be, one button that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from tvau_studio.gui.forms import label, paragraph, row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.state import State


class DeedDialog(QDialog):
    """Enter does it, Esc leaves. It closes where another clip or selection takes away what it speaks of."""

    def __init__(self, parent: QWidget, state: State, name: str, title: str, deed: str) -> None:
        super().__init__(parent)
        self.state = state
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setMinimumWidth(420)
        self.said = paragraph("muted", f"{name}Said")
        self.go = QPushButton(deed)
        self.go.setObjectName(f"{name}Go")
        self.go.setProperty("role", "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self._do)
        leave = QPushButton(tr("Cancel"))
        leave.setObjectName(f"{name}Cancel")
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        whole.addWidget(label(title, "title"))
        whole.addLayout(self.body)
        whole.addWidget(self.said)
        whole.addStretch()
        whole.addLayout(row(None, leave, self.go, spacing=8))
        state.document.loaded.connect(self.reject)

    def do(self) -> bool:
        """Do it; False where it was refused."""
        raise NotImplementedError

    def _do(self) -> None:
        if self.do():
            self.accept()
