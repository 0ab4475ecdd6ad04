"""What stands in the place of the picture while there is none: nothing open, loading, a video that cannot be shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tvau_studio.gui.theme import Theme, set_role

Step = tuple[str, Callable[[], None]]
"""What a button says, and what it does."""

_PATIENCE = 250
"""Milliseconds before "loading" is said: what is quick says nothing."""


class Notice(QWidget):
    """An icon, a title, a sentence and the next steps, in the middle. Hidden until it is told something."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._theme = theme
        self._icon_name, self._tone = "film", "muted"
        self._icon, self._title, self._text = QLabel(), QLabel(), QLabel()
        self._title.setStyleSheet("font-size: 16px; font-weight: 600;")
        self._text.setWordWrap(True)
        set_role(self._text, "muted")
        for label in (self._icon, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setMaximumWidth(460)
        self._text.setMinimumWidth(320)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(1)
        column.addWidget(self._icon)
        column.addWidget(self._title)
        column.addWidget(self._text, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(self._buttons)
        column.addStretch(1)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.show)
        theme.changed.connect(self._show_icon)
        self.hide()

    def tell(
        self, icon: str, title: str, text: str, steps: Sequence[Step] = (), tone: str = "muted", after: int = 0
    ) -> None:
        """Say it; the first step is the one that most people want. tone: token of the icon's colour. after:
        milliseconds before it is said."""
        self._icon_name, self._tone = icon, tone
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        while (item := self._buttons.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._buttons.addStretch(1)
        for n, (name, run) in enumerate(steps):
            button = QPushButton(name)
            set_role(button, "primary" if n == 0 else "")
            button.clicked.connect(lambda _=False, run=run: run())
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self._show_icon()
        if after and not self.isVisible():
            self._later.start(after)
        else:
            self._later.stop()
            self.show()
            self.raise_()

    @property
    def title(self) -> str:
        """What is said now, or will be in a moment."""
        return self._title.text() if self.isVisible() or self._later.isActive() else ""

    def loading(self, what: str, steps: Sequence[Step] = ()) -> None:
        self.tell("loader-circle", what, "", steps, after=_PATIENCE)

    def add(self, text: str) -> None:
        """Say more, or something else, below the title."""
        self._text.setText(text)
        self._text.show()

    def clear(self) -> None:
        self._later.stop()
        self.hide()

    def _show_icon(self) -> None:
        icon = self._theme.icon(self._icon_name, getattr(self._theme.tokens, self._tone))
        self._icon.setPixmap(icon.pixmap(QSize(36, 36), self.devicePixelRatioF()))
