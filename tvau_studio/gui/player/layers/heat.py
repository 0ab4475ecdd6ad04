"""Heat over the picture: bilinear from the map's grid to the screen's own pixels, clear where it is cold."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from tvau_studio.domain import colormaps
from tvau_studio.gui.player.view import View
from tvau_studio.services.overlays import Style, edges, sampled

_LINE = 0x96969696
"""The line at the threshold: white, 150 of 255 opaque, premultiplied."""


def lookup(colours: str, opacity: float) -> npt.NDArray[np.uint32]:
    """uint32 [256]: premultiplied ARGB of each heat; opacity x heat opaque."""
    heat = np.linspace(0, 1, 256)
    alpha = np.rint(255 * opacity * heat).astype(np.uint32)
    rgb = np.rint(colormaps.table(colours) * (alpha[:, None] / 255)).astype(np.uint32)
    return np.asarray(alpha << 24 | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2], np.uint32)


class HeatLayer:
    """Draws one map over the picture, each screen pixel with the heat of the very place that it shows."""

    def __init__(self) -> None:
        self._lookup: tuple[str, float, npt.NDArray[np.uint32]] | None = None

    def paint(self, painter: QPainter, view: View, values: npt.NDArray[np.float32], ratio: float, style: Style) -> None:
        """values: float [h, w] in 0..1. ratio: device pixels per widget pixel."""
        visible = view.rect.intersected(QRectF(0, 0, view.wide, view.high))
        left, top = math.floor(visible.left() * ratio), math.floor(visible.top() * ratio)
        right, bottom = math.ceil(visible.right() * ratio), math.ceil(visible.bottom() * ratio)
        if right <= left or bottom <= top:
            return
        # The middles of the screen's pixels, as parts of the picture.
        x = ((np.arange(left, right) + 0.5) / ratio - view.rect.x()) / view.rect.width()
        y = ((np.arange(top, bottom) + 0.5) / ratio - view.rect.y()) / view.rect.height()
        heat = sampled(values, y, x, style.smooth)
        drawn = np.clip(heat * np.float32(255 * style.factor) + np.float32(0.5), 0, 255).astype(np.uint8)
        pixels = np.take(self._table(style.colours, style.opacity), drawn)
        if style.threshold is not None:
            pixels[edges(heat >= style.threshold)] = _LINE
        # A pixel of which the picture covers only a part, at its edge, stays bare.
        pixels[(y < 0) | (y > 1)] = 0
        pixels[:, (x < 0) | (x > 1)] = 0
        height, width = pixels.shape
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
        painter.drawImage(QRectF(left / ratio, top / ratio, width / ratio, height / ratio), image)

    def _table(self, colours: str, opacity: float) -> npt.NDArray[np.uint32]:
        if self._lookup is None or self._lookup[:2] != (colours, opacity):
            self._lookup = (colours, opacity, lookup(colours, opacity))
        return self._lookup[2]
