"""Heat over the picture: bilinear from the map's grid to the screen's own pixels, clear where it is cold."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from tvau_studio.domain import colormaps
from tvau_studio.gui.player.view import View
from tvau_studio.services.overlays import Style, edges, sampled

_LINE = 0x96969696
"""The line at the threshold: white, 150 of 255 opaque, premultiplied."""
MORE, LESS = (255, 138, 76), (72, 150, 255)
"""R, G, B of a difference: where the second heat is hotter, and where it is colder. Orange and blue: told apart also by
those who do not see red and green apart."""


def lookup(colours: str, opacity: float) -> npt.NDArray[np.uint32]:
    """uint32 [256]: premultiplied ARGB of each heat; opacity x heat opaque."""
    heat = np.linspace(0, 1, 256)
    return _premultiplied(colormaps.table(colours), opacity * heat)


def difference_lookup(opacity: float) -> npt.NDArray[np.uint32]:
    """uint32 [256]: premultiplied ARGB of each difference from -1 (LESS) to 1 (MORE); none is clear."""
    by = np.clip((np.arange(256) - 128) / 127, -1, 1)  # 128 is exactly none
    colours = np.where(by[:, None] > 0, MORE, LESS)
    return _premultiplied(colours, opacity * np.abs(by))


def _premultiplied(rgb: npt.NDArray[np.integer], opacity: npt.NDArray[np.float64]) -> npt.NDArray[np.uint32]:
    alpha = np.rint(255 * opacity).astype(np.uint32)
    rgb = np.rint(rgb * (alpha[:, None] / 255)).astype(np.uint32)
    return np.asarray(alpha << 24 | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2], np.uint32)


@dataclass(frozen=True)
class _Grid:
    """The screen's pixels that show the picture: left, top in device pixels; x, y: their middles as parts of the
    picture."""

    left: int
    top: int
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]


class HeatLayer:
    """Draws one map over the picture, each screen pixel with the heat of the very place that it shows."""

    def __init__(self) -> None:
        self._lookup: tuple[str, float, npt.NDArray[np.uint32]] | None = None

    def paint(self, painter: QPainter, view: View, values: npt.NDArray[np.float32], ratio: float, style: Style) -> None:
        """values: float [h, w] in 0..1. ratio: device pixels per widget pixel."""
        grid = _grid(view, ratio)
        if grid is None:
            return
        heat = sampled(values, grid.y, grid.x, style.smooth)
        pixels = np.take(self._table(style.colours, style.opacity), _steps(heat * np.float32(style.factor)))
        if style.threshold is not None:
            line = edges(heat >= style.threshold)
            for _ in range(round(ratio) - 1):  # as thick to the eye on a dense screen
                line[1:] |= line[:-1]
                line[:, 1:] |= line[:, :-1]
            pixels[line] = _LINE
        _put(painter, pixels, grid, ratio)

    def paint_difference(
        self,
        painter: QPainter,
        view: View,
        first: npt.NDArray[np.float32],
        second: npt.NDArray[np.float32],
        ratio: float,
        style: Style,
    ) -> None:
        """By how much the second map is hotter (MORE) or colder (LESS) than the first; they may have other grids."""
        grid = _grid(view, ratio)
        if grid is None:
            return
        by = sampled(second, grid.y, grid.x, style.smooth) - sampled(first, grid.y, grid.x, style.smooth)
        middle = by * np.float32(style.factor / 2) + np.float32(0.5)
        _put(painter, np.take(self._table("", style.opacity), _steps(middle)), grid, ratio)

    def _table(self, colours: str, opacity: float) -> npt.NDArray[np.uint32]:
        """colours: "" = of differences."""
        if self._lookup is None or self._lookup[:2] != (colours, opacity):
            table = lookup(colours, opacity) if colours else difference_lookup(opacity)
            self._lookup = (colours, opacity, table)
        return self._lookup[2]


def _grid(view: View, ratio: float) -> _Grid | None:
    visible = view.rect.intersected(QRectF(0, 0, view.wide, view.high))
    left, top = math.floor(visible.left() * ratio), math.floor(visible.top() * ratio)
    right, bottom = math.ceil(visible.right() * ratio), math.ceil(visible.bottom() * ratio)
    if right <= left or bottom <= top:
        return None
    x = ((np.arange(left, right) + 0.5) / ratio - view.rect.x()) / view.rect.width()
    y = ((np.arange(top, bottom) + 0.5) / ratio - view.rect.y()) / view.rect.height()
    return _Grid(left, top, x, y)


def _steps(values: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """0..1 as 0..255."""
    return np.clip(values * np.float32(255) + np.float32(0.5), 0, 255).astype(np.uint8)


def _put(painter: QPainter, pixels: npt.NDArray[np.uint32], grid: _Grid, ratio: float) -> None:
    # A pixel of which the picture covers only a part, at its edge, stays bare.
    pixels[(grid.y < 0) | (grid.y > 1)] = 0
    pixels[:, (grid.x < 0) | (grid.x > 1)] = 0
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(QRectF(grid.left / ratio, grid.top / ratio, width / ratio, height / ratio), image)
