"""Icons of one family (Lucide, resources/icons), drawn in the colours of the theme at any scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from tvau_studio.domain.paths import resource


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str, filled: bool) -> QSvgRenderer:
    text = resource(f"icons/{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    if filled:
        text = text.replace('fill="none"', f'fill="{colour}"')
    return QSvgRenderer(QByteArray(text.encode()))


def paint_icon(painter: QPainter, name: str, rect: QRectF, colour: str, filled: bool = False) -> None:
    """Draw an icon into a rectangle."""
    _renderer(name, colour, filled).render(painter, rect)


class _Engine(QIconEngine):
    def __init__(self, name: str, normal: str, disabled: str, on: str, filled: bool) -> None:
        super().__init__()
        self._arguments = (name, normal, disabled, on, filled)
        self._name, self._normal, self._disabled, self._on, self._filled = self._arguments

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        colour = self._on if state == QIcon.State.On else self._normal
        if mode == QIcon.Mode.Disabled:
            colour = self._disabled
        paint_icon(painter, self._name, QRectF(rect), colour, self._filled)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _Engine(*self._arguments)


def make_icon(name: str, normal: str, disabled: str, on: str | None = None, filled: bool = False) -> QIcon:
    """An icon by its name in resources/icons. on: its colour while checked."""
    resource(f"icons/{name}.svg")  # a wrong name is told here and not while painting
    return QIcon(_Engine(name, normal, disabled, on or normal, filled))
