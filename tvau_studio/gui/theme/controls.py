"""Controls that Qt's own drawing does not make quiet enough."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider, QWidget

from tvau_studio.gui.theme import Theme


class FlatSlider(QSlider):
    """A thin line with a round handle, which goes where it is clicked."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(120, 16)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 16)

    def _x(self) -> float:
        share = (self.value() - self.minimum()) / max(1, self.maximum() - self.minimum())
        return 6 + share * (self.width() - 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, y = self._x(), self.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(QRectF(0, y - 1.5, self.width(), 3), 1.5, 1.5)
        painter.setBrush(self._theme.colour("accent" if self.isEnabled() else "faint"))
        painter.drawRoundedRect(QRectF(0, y - 1.5, x, 3), 1.5, 1.5)
        ring = "accent" if self.hasFocus() or self.isSliderDown() or self.underMouse() else "panel"
        painter.setPen(QPen(self._theme.colour(ring), 1.5))
        painter.setBrush(self._theme.colour("text" if self.isEnabled() else "faint"))
        painter.drawEllipse(QPointF(x, y), 5, 5)

    def _value_at(self, x: float) -> int:
        share = (x - 6) / max(1, self.width() - 12)
        return round(self.minimum() + share * (self.maximum() - self.minimum()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.update()
