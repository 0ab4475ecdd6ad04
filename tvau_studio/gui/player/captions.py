"""Which heat is which, while two are compared: captions, and the line that parts them and can be dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from tvau_studio.gui.player.layers.heat import LESS, MORE
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.state import State

REACH = 6.0
"""How near the pointer has to come to the line, widget pixels."""
_MARGIN, _HIGH, _GRIP = 14, 22, 9
_GROUND, _INK = QColor(12, 14, 18, 205), QColor("#e7e9ee")


def on_line(state: State, x: float, width: float) -> bool:
    """Whether the line that parts the two is under the pointer."""
    compare = state.compare
    return compare.mode == "wipe" and state.heat.enabled and abs(x - compare.wipe * width) <= REACH


def paint(painter: QPainter, state: State, which: int, width: float, height: float, font: QFont) -> None:
    """which: the heat that the widget shows. width, height: of the widget."""
    compare = state.compare
    if compare.mode == "off" or not state.heat.enabled:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    low = height - _MARGIN - _HIGH  # at the bottom, where no card lies over them
    if compare.mode == "side":
        _chip(painter, compare.title(which), _MARGIN, low, width - 28, font)
    elif compare.mode == "difference":
        words = tr("{second} − {first}", second=compare.title(1), first=compare.title(0))
        _chip(painter, words, _MARGIN, low, width - 28, font)
        for n, (colour, sign) in enumerate(((MORE, tr("hotter")), (LESS, tr("colder")))):
            place = QRectF(_MARGIN + n * 74, low - _HIGH - 4, 70, _HIGH)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_GROUND)
            painter.drawRoundedRect(place, 4, 4)
            painter.setBrush(QColor(*colour))
            painter.drawEllipse(place.left() + 8, place.top() + 7, 8, 8)
            painter.setPen(_INK)
            painter.drawText(place.adjusted(21, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, sign)
    else:
        _paint_wipe(painter, state, width, height, font)
    painter.restore()


def _paint_wipe(painter: QPainter, state: State, width: float, height: float, font: QFont) -> None:
    compare = state.compare
    x = compare.wipe * width
    painter.setPen(QPen(QColor(0, 0, 0, 130), 3))
    painter.drawLine(QPointF(x, 0), QPointF(x, height))
    painter.setPen(QPen(_INK, 1.2))
    painter.drawLine(QPointF(x, 0), QPointF(x, height))
    painter.setBrush(_GROUND)
    painter.drawEllipse(QPointF(x, height / 2), _GRIP, _GRIP)
    for d in (-1, 1):
        tip = QPointF(x + 5 * d, height / 2)
        painter.drawLine(tip, tip + QPointF(-2.5 * d, -3))
        painter.drawLine(tip, tip + QPointF(-2.5 * d, 3))
    first, second = compare.title(0), compare.title(1)
    left = max(0.0, x - 14 - _wide(first, font, x - 20))
    low = height - _MARGIN - _HIGH
    _chip(painter, first, left, low, x - 20, font)
    _chip(painter, second, x + 8, low, width - x - 16, font)


def _wide(words: str, font: QFont, most: float) -> float:
    return min(most, QFontMetricsF(font).horizontalAdvance(words) + 16)


def _chip(painter: QPainter, words: str, left: float, top: float, most: float, font: QFont) -> None:
    place = QRectF(left, top, _wide(words, font, most), _HIGH)
    if place.width() >= 30:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_GROUND)
        painter.drawRoundedRect(place, 4, 4)
        painter.setPen(_INK)
        elided = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, place.width() - 14)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, elided)
