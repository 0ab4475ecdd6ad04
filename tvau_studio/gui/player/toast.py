"""A sentence about what was just done, over the foot of the picture: nothing moves for it, and it goes by itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

_STAYS = 5000
"""Milliseconds."""
_ABOVE = 16
"""Pixels from the foot of the picture."""


class Toast(QFrame):
    """What is said last is shown; it takes no mouse."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("toast")
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._said = QLabel()
        self._said.setObjectName("toastText")
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 8, 14, 8)
        line.addWidget(self._said)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_STAYS)
        self._timer.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """What is shown, "" while nothing is."""
        return self._said.text() if self.isVisible() else ""

    def tell(self, text: str) -> None:
        self._said.setText(text)
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def _place(self) -> None:
        over = self.parentWidget()
        self._said.setWordWrap(False)
        if self.sizeHint().width() > over.width() - 2 * _ABOVE:
            self._said.setWordWrap(True)
            self._said.setFixedWidth(max(120, over.width() - 4 * _ABOVE))
        else:
            self._said.setMinimumWidth(0)
            self._said.setMaximumWidth(1 << 20)
        self.adjustSize()
        self.move((over.width() - self.width()) // 2, over.height() - self.height() - _ABOVE)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False
