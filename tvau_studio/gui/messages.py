"""The message bar: one sentence about what went wrong or is done, its details on demand, and the next step. Never a box
that has to be clicked away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from tvau_studio.gui.theme import Theme, set_role
from tvau_studio.gui.words import tr

_ICONS = {
    "info": ("info", "accent"),
    "ok": ("check", "ok"),
    "warn": ("triangle-alert", "warn"),
    "bad": ("circle-alert", "bad"),
}
_STAYS = 7000
"""Milliseconds after which what is only good to know goes away."""


class MessageBar(QWidget):
    """Hidden while there is nothing to say; what is said last is shown."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.setAccessibleName(tr("Messages"))
        self._theme = theme
        self._kind = "info"
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(self._text.textInteractionFlags().TextSelectableByMouse)
        self._step = QPushButton()
        self._step.clicked.connect(self._do_step)
        self._more = QPushButton(tr("Details"))
        set_role(self._more, "quiet")
        self._more.clicked.connect(lambda: self._details.setVisible(not self._details.isVisible()))
        self._close = QToolButton()
        self._close.setAccessibleName(tr("Close the message"))
        self._close.setToolTip(tr("Close (Esc)"))
        set_role(self._close, "quiet")
        self._close.clicked.connect(self.clear)
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setMaximumHeight(140)
        self._run: Callable[[], None] | None = None
        row = QHBoxLayout()
        row.setSpacing(10)
        for widget in (self._icon, self._text, self._step, self._more, self._close):
            row.addWidget(widget, 1 if widget is self._text else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 6, 10, 6)
        column.addLayout(row)
        column.addWidget(self._details)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        theme.changed.connect(self._show_icons)
        self.hide()

    @property
    def text(self) -> str:
        """What is said now, "" where nothing."""
        return self._text.text() if not self.isHidden() else ""

    def tell(
        self, kind: str, text: str, *, step: tuple[str, Callable[[], None]] | None = None, details: str = ""
    ) -> None:
        """Say a sentence. kind: info, ok, warn or bad. step: what the button says and does. Warnings and errors stay
        until they are closed or something else is said."""
        self._kind = kind
        self._text.setText(text)
        self._run = step[1] if step else None
        self._step.setText(step[0] if step else "")
        self._step.setVisible(step is not None)
        self._details.setPlainText(details)
        self._details.hide()
        self._more.setVisible(bool(details))
        self._show_icons()
        self.show()
        if kind in ("info", "ok"):
            self._timer.start(_STAYS)
        else:
            self._timer.stop()

    def clear(self) -> None:
        self._timer.stop()
        self.hide()

    def _do_step(self) -> None:
        run = self._run
        self.clear()
        if run is not None:
            run()

    def _show_icons(self) -> None:
        name, token = _ICONS[self._kind]
        icon = self._theme.icon(name, getattr(self._theme.tokens, token))
        self._icon.setPixmap(icon.pixmap(QSize(16, 16), self.devicePixelRatioF()))
        self._close.setIcon(self._theme.icon("x", self._theme.tokens.muted))
