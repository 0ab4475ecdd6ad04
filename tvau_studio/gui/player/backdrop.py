"""Stage, picture and heat, drawn once per frame at the screen's own resolution and kept until something changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPixmap

from tvau_studio.gui.player.layers.heat import HeatLayer
from tvau_studio.gui.player.layers.picture import PictureLayer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from tvau_studio.gui.player.view import View
    from tvau_studio.gui.state import State


class Backdrop:
    """What lies below the boxes. which: the heat that it shows, 0 or 1 (`Compare`); 0 shows wipe and difference too."""

    def __init__(self, state: State, which: int = 0) -> None:
        self._state = state
        self._which = which
        self._picture = PictureLayer()
        self._heat = HeatLayer()
        self._drawn: QPixmap | None = None

    @property
    def empty(self) -> bool:
        """There is no picture."""
        return self._picture.empty

    def colour_at(self, x: int, y: int) -> tuple[int, int, int] | None:
        """R, G, B of a pixel as the file has it, however it is shown; None outside of the picture."""
        return self._picture.colour_at(x, y)

    def set(self, picture: npt.NDArray[np.uint8] | None) -> None:
        self._picture.set(picture, self._state.look.tones)
        self.forget()

    def forget(self) -> None:
        """Draw it again when it is wanted."""
        self._drawn = None

    def draw(self, view: View, width: int, height: int, ratio: float, frame: int, bare: bool) -> QPixmap:
        """width, height: of the widget, in its pixels. ratio: device pixels per widget pixel. bare: without heat."""
        if self._drawn is not None:
            return self._drawn
        made = QPixmap(round(width * ratio), round(height * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(QColor(self._state.theme.tokens.stage))
        painter = QPainter(made)
        self._picture.paint(painter, view)
        if self._state.heat.enabled and not bare and not self.empty and not view.empty:
            self._paint_heat(painter, view, ratio, frame)
        painter.end()
        self._drawn = made
        return made

    def _paint_heat(self, painter: QPainter, view: View, ratio: float, frame: int) -> None:
        compare, style = self._state.compare, self._state.heat.style
        mode = compare.mode if self._which == 0 else "off"
        first = compare.map_at(frame, self._which)
        second = compare.map_at(frame, 1) if mode in ("wipe", "difference") else None
        if mode == "difference":
            if first is not None and second is not None:
                self._heat.paint_difference(painter, view, first, second, ratio, style)
            return
        at = compare.wipe * view.wide if mode == "wipe" else view.wide
        for values, left, right in ((first, 0.0, at), (second, at, view.wide)):
            if values is not None and right > left:
                painter.setClipRect(QRectF(left, 0, right - left, view.high))
                self._heat.paint(painter, view, values, ratio, style)
