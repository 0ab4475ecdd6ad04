"""Small parts of which panels and dialogs are made."""

from __future__ import annotations

import html
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from tvau_studio.gui.theme import Theme


def label(text: str = "", role: str = "muted", name: str = "") -> QLabel:
    """A line of plain text: what a label or a model says is never markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    if name:
        made.setObjectName(name)
    return made


def paragraph(role: str = "muted", name: str = "") -> QLabel:
    """Plain text in as many lines as it needs, which never makes a panel wider."""
    made = label("", role, name)
    made.setWordWrap(True)
    made.setMinimumWidth(40)
    return made


def button(text: str, run: Callable[[], object], name: str, role: str = "", tip: str = "") -> QPushButton:
    made = QPushButton(text)
    made.setObjectName(name)
    made.setProperty("role", role)
    made.setToolTip(tip)
    made.clicked.connect(lambda _=False: run())
    return made


def link(text: str, run: Callable[[], object], name: str) -> QPushButton:
    """A word that does something."""
    made = button(text, run, name, "link")
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def icon_button(theme: Theme, icon: str, tip: str, run: Callable[[], object], name: str) -> QToolButton:
    """An icon without a frame, whose words stand in its tip."""
    made = QToolButton()
    made.setObjectName(name)
    made.setProperty("role", "quiet")
    made.setIconSize(QSize(15, 15))
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.clicked.connect(lambda _=False: run())

    def draw() -> None:
        made.setIcon(theme.icon(icon, theme.tokens.muted))

    draw()
    theme.changed.connect(draw)
    return made


def row(*parts: QWidget | int | None, spacing: int = 6) -> QHBoxLayout:
    """Widgets beside each other; None = room that grows; a number = pixels."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for part in parts:
        if part is None:
            made.addStretch(1)
        elif isinstance(part, int):
            made.addSpacing(part)
        else:
            made.addWidget(part)
    return made


def column(
    parent: QWidget | None = None, spacing: int = 4, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QVBoxLayout:
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    made.setContentsMargins(*margins)
    made.setSpacing(spacing)
    return made


def separator() -> QFrame:
    made = QFrame()
    made.setProperty("line", True)
    made.setFixedHeight(1)
    return made


def tip(text: str) -> str:
    """Any text as a tip that shows it as it stands: a tip would take what looks like markup for markup."""
    return f"<span>{html.escape(text)}</span>" if text else ""


def counted(n: int, one: str, many: str) -> str:
    """A number with its word: "1 clip", "1,284 clips"."""
    return f"{n:,} {one if n == 1 else many}"
