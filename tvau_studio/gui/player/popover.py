"""A small panel over the picture, opened by a button of the heatmap's card."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from tvau_studio.gui.forms import icon_button, label, link, row
from tvau_studio.gui.theme import Theme
from tvau_studio.gui.words import tr

_WIDE = 256


class Popover(QFrame):
    """`body` takes what it holds. reset: what "Reset" does; without it there is no such word. It takes no key of the
    window: letters stay commands while it is open."""

    closed = Signal()
    resized = Signal()

    def __init__(self, theme: Theme, name: str, title: str, reset: Callable[[], object] | None = None) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setProperty("card", True)
        self.setFixedWidth(_WIDE)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        parts: list[QWidget | int | None] = [label(title, "strong"), None]
        if reset is not None:
            parts += [link(tr("Reset"), reset, f"{name}Reset"), 4]
        self.close_button = icon_button(theme, "x", tr("Close"), self.close, f"{name}Close")
        self.close_button.setProperty("role", "bare")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        parts.append(self.close_button)
        column.addLayout(row(*parts))
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)
        column.addLayout(self.body)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().event(event)

    def fit(self) -> None:
        """As high as what is in it."""
        layout = self.layout()
        layout.activate()
        height = layout.totalHeightForWidth(self.width()) if layout.hasHeightForWidth() else -1
        height = height if height > 0 else layout.totalSizeHint().height()
        if height != self.height():
            self.resize(self.width(), height)
            self.resized.emit()

    def closeEvent(self, event: QEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
