"""The field in which a question is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

_LINES = 5
_LONGEST = 200_000
"""Characters that are taken from a clipboard."""


class AskInput(QPlainTextEdit):
    """Grows to five lines. Pasted text is plain, and its control characters are left out."""

    sent = Signal()
    wanted = Signal()
    """The last question is wanted back."""
    menuWanted = Signal()
    """A slash was typed where nothing stands."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(2)
        self.textChanged.connect(self._fit)
        self._fit()

    def put(self, text: str) -> None:
        self.setPlainText(text)
        cursor = self.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.setTextCursor(cursor)

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = source.text()[:_LONGEST]
        self.insertPlainText("".join(c for c in text if c in "\n\t" or c.isprintable() or c == "\u3000"))

    def _fit(self) -> None:
        lines = max(1, min(_LINES, int(self.document().size().height())))
        height = lines * self.fontMetrics().lineSpacing() + 17
        if height != self.height():
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Up and not self.toPlainText():
            self.wanted.emit()
        elif event.text() == "/" and not self.toPlainText():
            self.menuWanted.emit()
        else:
            super().keyPressEvent(event)
