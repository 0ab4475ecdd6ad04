"""A place that an answer points at: a dashed frame with its words, unlike any object's box."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from tvau_studio.domain.geometry import Box
from tvau_studio.gui.player.view import View


def paint(painter: QPainter, view: View, box: Box, words: str, colour: QColor, font: QFont) -> None:
    """box: picture pixels. colour: of the frame and of the words' ground."""
    rect = view.box(*box.tuple()).adjusted(-4, -4, 4, 4)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 140), 4))
    painter.drawRoundedRect(rect, 6, 6)
    painter.setPen(QPen(colour, 2, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(rect, 6, 6)
    if words:
        painter.setFont(font)
        width = QFontMetricsF(font).horizontalAdvance(words) + 14
        place = QRectF(max(2.0, min(rect.left(), painter.device().width() - width - 2)), rect.bottom() + 4, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(12, 14, 18, 215))
        painter.drawRoundedRect(place, 4, 4)
        painter.setPen(colour)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
    painter.restore()
