"""Line charts as pictures, for reports and training logs: numbers in, PNG out, without a plotting library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tvau_studio.media.imageops import Colour, Picture, draw_line, draw_text

COLOURS: tuple[Colour, ...] = (
    (0, 114, 178),
    (213, 94, 0),
    (0, 158, 115),
    (204, 121, 167),
    (86, 180, 233),
    (230, 159, 0),
)
"""Told apart by the colour-blind too (Okabe and Ito, 2008); lines take them in turn."""

_INK, _GRID, _PAPER = (40, 44, 52), (226, 229, 234), 255
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 28, 64, 56


@dataclass(frozen=True)
class Line:
    """x, y: float [n]; points that are not finite are left out."""

    label: str
    x: npt.NDArray[np.floating]
    y: npt.NDArray[np.floating]


@dataclass(frozen=True)
class Axis:
    """low < high: the part that is shown."""

    label: str
    low: float = 0.0
    high: float = 1.0

    def ticks(self) -> list[float]:
        """About six round numbers within the axis."""
        rough = (self.high - self.low) / 5
        power = 10.0 ** np.floor(np.log10(rough))
        step = next(s * power for s in (1, 2, 2.5, 5, 10) if s * power >= rough * 0.999)
        first = np.ceil(self.low / step - 1e-9)
        return [float(n * step) + 0.0 for n in np.arange(first, np.floor(self.high / step + 1e-9) + 1)]


def chart(title: str, lines: Sequence[Line], x: Axis, y: Axis, size: tuple[int, int] = (600, 800)) -> Picture:
    """uint8 [H, W, 3] of `size` (H, W): the lines in a frame with grid, numbers and a key. Texts are ASCII.

    What lies outside of the axes is cut off.
    """
    height, width = size
    picture = np.full((height, width, 3), _PAPER, np.uint8)
    box = (_LEFT, _TOP, width - _RIGHT, height - _BOTTOM)

    def place(xs: npt.NDArray[np.floating], ys: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        px = box[0] + (np.asarray(xs, np.float64) - x.low) / (x.high - x.low) * (box[2] - box[0])
        py = box[3] - (np.asarray(ys, np.float64) - y.low) / (y.high - y.low) * (box[3] - box[1])
        return np.stack([px, py], 1)

    draw_text(picture, title, (_LEFT, 28), _INK, 14)
    draw_text(picture, y.label, (_LEFT, 52), _INK, 10)
    draw_text(picture, x.label, (box[2], height - 14), _INK, 10, "right")
    for value in x.ticks():
        (at, _), *_ = place(np.array([value]), np.array([y.low]))
        draw_line(picture, np.array([[at, box[1]], [at, box[3]]]), _GRID)
        draw_text(picture, f"{value:g}", (round(at), box[3] + 20), _INK, 9, "middle")
    for value in y.ticks():
        _, at = place(np.array([x.low]), np.array([value]))[0]
        draw_line(picture, np.array([[box[0], at], [box[2], at]]), _GRID)
        draw_text(picture, f"{value:g}", (box[0] - 8, round(at) + 5), _INK, 9, "right")
    inside = picture[box[1] : box[3] + 1, box[0] : box[2] + 1]
    corner = np.array([box[0], box[1]])
    for n, line in enumerate(lines):
        known = np.isfinite(line.x) & np.isfinite(line.y)
        if known.any():
            # Far outside of the frame is as good as just outside, and fits OpenCV's integers.
            points = np.clip(place(line.x[known], line.y[known]) - corner, -4 * width, 5 * width)
            draw_line(inside, points, COLOURS[n % len(COLOURS)], 2)
    frame = [(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3]), (box[0], box[1])]
    draw_line(picture, np.array(frame, np.float64), _INK)
    for n, line in enumerate(lines):
        row = box[3] - 18 - 22 * (len(lines) - 1 - n)
        draw_line(picture, np.array([[box[2] - 14, row], [box[2] - 44, row]], np.float64), COLOURS[n % len(COLOURS)], 2)
        draw_text(picture, line.label, (box[2] - 52, row + 5), _INK, 10, "right")
    return picture
