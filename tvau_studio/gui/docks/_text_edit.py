"""A field for one text: as high as what is in it, with what was written before offered in grey."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPalette, QTextCursor
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QSizePolicy

from tvau_studio.domain.actions.texts import LONGEST
from tvau_studio.domain.phrases import next_blank
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QResizeEvent

Complete = Callable[[str], str]
"""How a text goes on, "" = unknown."""
Offers = Callable[[], tuple[list[str], list[str]]]
"""(phrases with blanks, earlier texts)."""


class TextEdit(QPlainTextEdit):
    """As high as its text, between `lines`. Tab takes what stands in grey, goes to the next blank, else to the next
    field; Ctrl+Space lists phrases; undo is the window's."""

    left = Signal()
    finished = Signal()
    cut = Signal(int)
    """A paste was longer than a text may be: so many characters were left out."""

    def __init__(self, lines: tuple[int, int]) -> None:
        super().__init__()
        self._lines = lines
        self.complete: Complete | None = None
        self.offers: Offers | None = None
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(1)
        self.fit()

    # -- size

    def fit(self) -> None:
        """Take the height of the text."""
        line = self.fontMetrics().lineSpacing()
        document = self.document()
        rows, tall = 0, 0.0
        block = document.begin()
        while block.isValid() and rows < self._lines[1]:
            rows += max(1, block.layout().lineCount()) if block.layout() is not None else 1
            tall += self.blockBoundingRect(block).height()
            block = block.next()
        rows = max(self._lines[0], min(self._lines[1], rows))
        # Lines with characters of another font are higher than those of the field's own.
        most = math.ceil(1.4 * line * self._lines[1])
        room = self.height() - self.viewport().height() if self.isVisible() else 12
        height = max(rows * line, min(most, math.ceil(tall))) + 2 + max(10, min(24, room))
        if height != self.height():
            self.setFixedHeight(height)
        many = rows >= self._lines[1]
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if many else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )

    def sizeHint(self) -> QSize:
        return QSize(160, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit()

    # -- what is offered

    @property
    def ghost(self) -> str:
        """What Tab would add: how the text goes on, while one types at its end."""
        cursor = self.textCursor()
        if self.complete is None or not self.hasFocus() or cursor.hasSelection() or not cursor.atEnd():
            return ""
        return self.complete(self.toPlainText())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if text := " ".join(self.ghost.split("\n")):
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            place = self.cursorRect()
            room = QRect(place.left() + 1, place.top(), self.viewport().width() - place.left() - 2, place.height())
            words = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def focusNextPrevChild(self, on: bool) -> bool:
        if on and (text := self.ghost):
            self.insertPlainText(text)
            return True
        if on and self._to_blank(self.textCursor().selectionEnd()):
            return True
        return super().focusNextPrevChild(on)

    def _to_blank(self, at: int) -> bool:
        """Select the next blank of the phrase; False where there is none."""
        place = next_blank(self.toPlainText(), at)
        if place is None:
            return False
        cursor = self.textCursor()
        cursor.setPosition(place[0])
        cursor.setPosition(place[1], QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        return True

    def open_phrases(self, at: QPoint | None = None) -> QMenu | None:
        """The list of phrases, under the caret; None where there are none."""
        blank, earlier = self.offers() if self.offers is not None and self.isEnabled() else ([], [])
        if not blank and not earlier:
            return None
        menu = QMenu(self)
        menu.setObjectName("phraseMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for title, texts in ((tr("Phrases with blanks"), blank), (tr("Written before"), earlier)):
            if texts:
                menu.addSection(title)
            for text in texts:
                shown = text if len(text) <= 70 else text[:67] + "…"
                action = menu.addAction(shown.replace("&", "&&").replace("\n", " "))
                action.triggered.connect(lambda _=False, text=text: self.take(text))
        menu.popup(at or self.viewport().mapToGlobal(self.cursorRect().bottomLeft()))
        return menu

    def take(self, text: str) -> None:
        """Put a phrase at the caret (over what is selected), with its first blank selected."""
        start = self.textCursor().selectionStart()
        self.insertPlainText(text)
        if next_blank(text):
            self._to_blank(start)
        self.setFocus()

    # -- what comes in

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Plain text, without characters that control terminals, and no longer than a text may be."""
        text = source.text().replace("\r\n", "\n").replace("\r", "\n")
        kept = "".join(c for c in text[: 4 * LONGEST] if c >= " " or c in "\n\t")
        room = max(0, LONGEST - len(self.toPlainText()) + len(self.textCursor().selectedText()))
        if len(kept) > room or len(text) > 4 * LONGEST:
            self.cut.emit(len(text) - min(len(kept), room))
        self.insertPlainText(kept[:room])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
                event.ignore()  # what is typed is an Edit like any other: the window takes it back
                return True
            if _lists(event):
                event.accept()
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _lists(event):
            self.open_phrases()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._lines[1] == 1:
            self.finished.emit()
        else:
            super().keyPressEvent(event)


def _lists(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier
