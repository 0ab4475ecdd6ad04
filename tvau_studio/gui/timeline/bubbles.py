"""Comments as small bubbles under the ruler."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from tvau_studio.gui.timeline.marks import TOP
from tvau_studio.gui.timeline.scene import Scene

_WIDE, _HIGH = 9.0, 6.0


def paint(painter: QPainter, scene: Scene) -> None:
    """Filled: something is left to do; an outline: resolved."""
    scale, look = scene.scale, scene.look
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for mark in scene.marks:
        x = scale.x(mark.frame + 0.5)
        if not -_WIDE <= x <= scale.width + _WIDE:
            continue
        colour = QColor(look.curve if mark.open else look.faint)
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(colour if mark.open else look.panel)
        painter.drawPolygon(
            QPolygonF([QPointF(x - 2.5, TOP + _HIGH - 1), QPointF(x + 2, TOP + _HIGH - 1), QPointF(x, TOP + 9.5)])
        )
        painter.drawRoundedRect(QRectF(x - _WIDE / 2, TOP, _WIDE, _HIGH), 2, 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
