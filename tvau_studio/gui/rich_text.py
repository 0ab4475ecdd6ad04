"""Text of a person, a file or a model: always characters, never HTML; its only links are ours."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QFont, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser

from tvau_studio.gui.markdown import Block, Run, blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

_CARET = "▍"
_STEP = 14
"""Pixels by which an item is set in."""
_MONO = ["JetBrains Mono", "DejaVu Sans Mono", "Noto Sans Mono CJK SC", "monospace"]


class Link(Protocol):
    """Characters start:stop of a text that lead somewhere. kind: which of the colours they have."""

    @property
    def start(self) -> int: ...

    @property
    def stop(self) -> int: ...

    @property
    def kind(self) -> str: ...


def exact_font(like: QFont) -> QFont:
    """A font in which every character is itself: of one width, and no two drawn as one sign."""
    font = QFont(like)
    font.setFamilies(_MONO)
    font.setFeature(QFont.Tag("calt"), 0)
    return font


class AnswerText(QTextBrowser):
    """As high as its text; what is emphasised in Markdown is emphasised."""

    followed = Signal(int)
    """The number of the link that was clicked."""
    hovered = Signal(int)
    """The number of the link under the pointer, -1 = none any more."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QTextBrowser { background: transparent; border: 0; padding: 0; }")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(0)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.viewport().setAutoFillBackground(False)
        self.anchorClicked.connect(self._clicked)
        self.highlighted.connect(lambda url: self.hovered.emit(_number(url)))
        self._shown = ""
        self._caret = False

    def show_plain(self, text: str, caret: bool = False) -> None:
        """Text that may still grow: only what is new is added. caret: a mark stands where it grows."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if self._caret:
            cursor.deletePreviousChar()
        if text.startswith(self._shown) and self._shown:
            cursor.insertText(text[len(self._shown) :], QTextCharFormat())
        else:
            self.setPlainText(text)
            cursor.movePosition(QTextCursor.MoveOperation.End)
        if caret:
            cursor.insertText(_CARET, QTextCharFormat())
        self._shown, self._caret = text, caret
        self.updateGeometry()

    def show_linked(
        self, text: str, lead: int, links: Sequence[Link], colours: dict[str, QColor], tips: Sequence[str]
    ) -> None:
        """The whole text, its Markdown shown. lead: so many characters in front are bold."""
        self.clear()
        self._shown, self._caret = "", False
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for number, block in enumerate(blocks(text)):
            self._begin(cursor, block, first=number == 0)
            for run in block.runs:
                self._insert(cursor, text, run, lead, links, colours, tips)
        cursor.endEditBlock()
        self.updateGeometry()

    def _begin(self, cursor: QTextCursor, block: Block, first: bool) -> None:
        form = QTextBlockFormat()
        if block.kind == "item":
            form.setLeftMargin(_STEP * (block.level + 1))
            form.setTextIndent(-_STEP)
        elif block.kind == "quote":
            form.setLeftMargin(_STEP)
        elif block.kind == "heading" and not first:
            form.setTopMargin(4)
        if first:
            cursor.setBlockFormat(form)
        else:
            cursor.insertBlock(form, QTextCharFormat())
        if block.kind == "item":
            mark = "•\N{EN SPACE}" if block.number is None else f"{block.number}. "
            cursor.insertText(mark, QTextCharFormat())

    def _insert(
        self,
        cursor: QTextCursor,
        text: str,
        run: Run,
        lead: int,
        links: Sequence[Link],
        colours: dict[str, QColor],
        tips: Sequence[str],
    ) -> None:
        edges = {run.start, run.stop, min(max(lead, run.start), run.stop)}
        edges |= {e for link in links for e in (link.start, link.stop) if run.start < e < run.stop}
        for a, b in pairwise(sorted(edges)):
            form = QTextCharFormat()
            if run.code:
                form.setFont(exact_font(self.font()))
            if run.bold or b <= lead:
                form.setFontWeight(QFont.Weight.DemiBold)
            form.setFontItalic(run.italic)
            number = next((n for n, link in enumerate(links) if link.start <= a and b <= link.stop), None)
            if number is not None:
                kind = links[number].kind
                form.setAnchor(True)
                form.setAnchorHref(f"evidence:{number}")
                form.setForeground(colours[kind])
                form.setUnderlineColor(colours[kind])
                outside = kind == "outside"
                line = QTextCharFormat.UnderlineStyle
                form.setUnderlineStyle(line.WaveUnderline if outside else line.DotLine)
                form.setToolTip(tips[number])
            cursor.insertText(text[a:b], form)

    def _clicked(self, url: QUrl) -> None:
        if (number := _number(url)) >= 0:
            self.followed.emit(number)

    # -- as high as its text

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        self.document().setTextWidth(max(40, width))
        return int(self.document().size().height()) + 2

    def sizeHint(self) -> QSize:
        return QSize(120, self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.verticalScrollBar().setValue(0)

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied is plain text too."""
        data = QMimeData()
        data.setText(self.textCursor().selectedText().replace("\u2029", "\n"))
        return data

    def wheelEvent(self, event: QEvent) -> None:
        event.ignore()  # the transcript scrolls, not one answer

    def loadResource(self, kind: int, url: QUrl) -> None:
        """Nothing is ever loaded for a text."""


def _number(url: QUrl) -> int:
    return int(url.path()) if url.scheme() == "evidence" and url.path().isdigit() else -1
