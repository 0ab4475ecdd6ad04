"""Boxes in picture pixels, and the nine regions of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tvau_studio.domain.errors import StudioError

REGIONS = ("top-left", "top", "top-right", "left", "middle", "right", "bottom-left", "bottom", "bottom-right")
"""The cells of the 3x3 grid, row-major."""

GRID = 0.01
"""Boxes lie on this grid, in pixels."""


def on_grid(value: float) -> float:
    """`value` rounded to the 0.01 px grid; never -0.0."""
    return round(float(value), 2) + 0.0


@dataclass(frozen=True, slots=True)
class Box:
    """x, y (top-left corner), w, h in pixels of the full-size picture, on a 0.01 px grid; w, h >= 0. It may reach over
    the edge.

    w = h = 0 is a *point*: the place of an object whose size is not known. Raises StudioError for a negative or
    non-finite number.
    """

    x: float
    y: float
    w: float
    h: float

    def __post_init__(self) -> None:
        values = [float(v) for v in (self.x, self.y, self.w, self.h)]
        if not all(-1e9 < v < 1e9 for v in values) or values[2] < 0 or values[3] < 0:
            raise StudioError(
                "[{x}, {y}, {w}, {h}] is no box; give finite numbers x, y, w, h with w and h not below 0.",
                x=self.x,
                y=self.y,
                w=self.w,
                h=self.h,
            )
        for name, value in zip(("x", "y", "w", "h"), values, strict=True):
            object.__setattr__(self, name, on_grid(value))

    @property
    def is_point(self) -> bool:
        return self.w == 0 and self.h == 0

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2

    @property
    def area(self) -> float:
        return self.w * self.h

    def moved(self, dx: float, dy: float) -> Box:
        return Box(self.x + dx, self.y + dy, self.w, self.h)

    def contains(self, x: float, y: float) -> bool:
        return self.x <= x <= self.x + self.w and self.y <= y <= self.y + self.h

    def iou(self, other: Box) -> float:
        """Intersection over union, 0..1; 0 where both are empty."""
        w = min(self.x + self.w, other.x + other.w) - max(self.x, other.x)
        h = min(self.y + self.h, other.y + other.h) - max(self.y, other.y)
        inter = max(0.0, w) * max(0.0, h)
        union = self.area + other.area - inter
        return inter / union if union > 0 else 0.0

    def tuple(self) -> tuple[float, float, float, float]:
        return self.x, self.y, self.w, self.h


def blend(a: Box, b: Box, t: float) -> Box:
    """The box `t` of the way from `a` to `b`, t in 0..1."""
    return Box(*(p + (q - p) * t for p, q in zip(a.tuple(), b.tuple(), strict=True)))


def region_of(x: float, y: float, size: Sequence[int]) -> str:
    """The region in which the point lies; size = [H, W]. Points outside the picture count to the nearest cell."""
    height, width = size
    row = min(2, max(0, int(3 * y // height)))
    column = min(2, max(0, int(3 * x // width)))
    return REGIONS[3 * row + column]
