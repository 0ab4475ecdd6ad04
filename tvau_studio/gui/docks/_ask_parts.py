"""Small parts of the field in which one asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QToolButton

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent


class Elided(QPushButton):
    """Words that do something, cut where there is no room for all of them."""

    def __init__(self, run: Callable[[], object], name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("role", "link")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumWidth(48)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _=False: run())
        self.words = ""

    def show_words(self, words: str) -> None:
        self.words = words
        self._fit()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.words) + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(48, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, self.width())
        if shown != self.text():
            self.setText(shown)


def narrow(button: QToolButton) -> None:
    """Quiet, and with little room round its word."""
    button.setProperty("role", "quiet")
    button.setStyleSheet("QToolButton { padding: 2px 4px; }")


def choice(name: str, accessible: str, fill: Callable[[QMenu], None]) -> QToolButton:
    """A word that opens a menu, filled each time that it opens."""
    made = QToolButton()
    made.setObjectName(name)
    made.setAccessibleName(accessible)
    made.setToolTip(accessible)
    narrow(made)
    made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(made)

    def refill() -> None:
        menu.clear()
        fill(menu)

    menu.aboutToShow.connect(refill)
    made.setMenu(menu)
    return made


def one_line(text: str) -> str:
    """A question as a menu shows it: one line, in which an ampersand is one."""
    line = " ".join(text.split())
    return (line if len(line) <= 70 else f"{line[:69]}…").replace("&", "&&")
