"""The nine regions as thin lines over the picture."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tvau_studio.gui.player.view import View


def paint(painter: QPainter, view: View) -> None:
    rect = view.rect
    for colour, width in ((QColor(0, 0, 0, 90), 3), (QColor(255, 255, 255, 150), 1)):
        painter.setPen(QPen(colour, width, Qt.PenStyle.DashLine if width == 1 else Qt.PenStyle.SolidLine))
        for i in (1, 2):
            x, y = rect.x() + rect.width() * i / 3, rect.y() + rect.height() * i / 3
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
