"""How a box moves from one picture to the next.

Points in the box are followed forward and back (pyramidal Lucas-Kanade); those that come back to where they began and
still look alike say where the box is (median of their steps) and how it grows (median of their distances), after
Kalal's Median-Flow. Cameras of surveillance stand still: where enough points move, those that do not are background.
Measured through `services.tracking` on 14 objects in 10 real clips, from a box in their middle both ways, 79 boxes
by eye: mean IoU 0.72, 84 % at 0.5 or more, 170 frames a second on one core with decoding. OpenCV's MIL tracker on the
same: 0.52, 59 %, 46 frames a second; it knows neither growth nor when it is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.geometry import Box
from tvau_studio.media import imageops

Grey = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]

_CORNERS, _SIDE = 100, 8
"""So many corners are followed, and a grid of so many points a side where there are none."""
_INSIDE = 0.08
"""Share of the box at each edge that is left out: more background lies there."""
_BACK = 1.0
"""Pixels by which a point may miss where it began."""
_ALIKE, _RADIUS = 0.8, 5
"""Correlation of what lies round a point before and after, in a square of 2 x radius + 1 pixels."""
_STILL, _MOVING = 0.3, 0.25
"""A point that moves by less is still; where this share of them moves, the others are background."""
_GROWTH = 0.05
"""By how much a box may grow or shrink in one frame, share."""
_FEWEST = 6
_MARGIN = 48
"""Pixels round the box, and as much as half its size, that are looked at."""


@dataclass(frozen=True)
class Step:
    """box: where it is in the next picture. confidence: share of the points that were followed safely, 0..1. speed:
    pixels that it moved.
    """

    box: Box
    confidence: float
    speed: float


def step(before: Grey, after: Grey, box: Box) -> Step | None:
    """The box in the next picture; None where too few points can be followed. before, after: uint8 [H, W]."""
    window = _window(box, before.shape)
    if window is None:
        return None
    ys, xs = window
    a, b = np.ascontiguousarray(before[ys, xs]), np.ascontiguousarray(after[ys, xs])
    local = Box(box.x - xs.start, box.y - ys.start, box.w, box.h)
    points = _points(a, local)
    if len(points) < _FEWEST:
        return None
    there, found = imageops.flow(a, b, points)
    back, again = imageops.flow(b, a, there)
    safe = found & again & (np.linalg.norm(points - back, axis=1) < _BACK)
    safe &= _correlation(_patches(a, points), _patches(b, there)) > _ALIKE
    confidence = float(safe.mean())
    if safe.sum() < _FEWEST:
        return None
    start, end = points[safe], there[safe]
    moving = np.linalg.norm(end - start, axis=1) > _STILL
    if moving.mean() >= _MOVING and moving.sum() >= _FEWEST:
        start, end = start[moving], end[moving]
    shift = np.median(end - start, axis=0)
    off = np.linalg.norm(end - start - shift, axis=1)
    together = off <= max(1.0, 1.5 * float(np.median(off)))
    start, end = start[together], end[together]
    shift = np.median(end - start, axis=0)
    grown = float(np.clip(_growth(start, end, box), 1 - _GROWTH, 1 + _GROWTH))
    (x, y), w, h = box.centre, box.w * grown, box.h * grown
    moved = Box(x + float(shift[0]) - w / 2, y + float(shift[1]) - h / 2, w, h)
    return Step(moved, confidence, float(np.hypot(*shift)))


def _window(box: Box, shape: tuple[int, ...]) -> tuple[slice, slice] | None:
    margin_x, margin_y = max(_MARGIN, box.w / 2), max(_MARGIN, box.h / 2)
    x0, x1 = max(0, int(box.x - margin_x)), min(shape[1], int(box.x + box.w + margin_x) + 1)
    y0, y1 = max(0, int(box.y - margin_y)), min(shape[0], int(box.y + box.h + margin_y) + 1)
    return (slice(y0, y1), slice(x0, x1)) if x1 - x0 > 16 and y1 - y0 > 16 else None


def _points(image: Grey, box: Box) -> Points:
    """Corners inside the box, and a grid: float32 [n, 2]."""
    height, width = image.shape
    x0, x1 = round(max(0, box.x + _INSIDE * box.w)), round(min(width, box.x + (1 - _INSIDE) * box.w))
    y0, y1 = round(max(0, box.y + _INSIDE * box.h)), round(min(height, box.y + (1 - _INSIDE) * box.h))
    if x1 - x0 < 4 or y1 - y0 < 4:
        return np.zeros((0, 2), np.float32)
    apart = max(2.0, min(box.w, box.h) / 16)
    found = imageops.corners(np.ascontiguousarray(image[y0:y1, x0:x1]), _CORNERS, apart) + np.array(
        [x0, y0], np.float32
    )
    gx, gy = np.meshgrid(np.linspace(x0 + 1, x1 - 2, _SIDE), np.linspace(y0 + 1, y1 - 2, _SIDE))
    grid = np.stack([gx.ravel(), gy.ravel()], 1)
    return np.concatenate([found, grid]).astype(np.float32)


def _patches(image: Grey, points: Points) -> npt.NDArray[np.float32]:
    """What lies round each point, bilinear, the edge repeated: float32 [n, (2r + 1)^2]."""
    offsets = np.arange(-_RADIUS, _RADIUS + 1, dtype=np.float32)
    ys = np.clip(points[:, 1, None, None] + offsets[None, :, None], 0, image.shape[0] - 1.001)  # [n, s, 1]
    xs = np.clip(points[:, 0, None, None] + offsets[None, None, :], 0, image.shape[1] - 1.001)  # [n, 1, s]
    y, x = ys.astype(np.int64), xs.astype(np.int64)
    fy, fx = ys - y, xs - x
    top = image[y, x] * (1 - fx) + image[y, x + 1] * fx
    bottom = image[y + 1, x] * (1 - fx) + image[y + 1, x + 1] * fx
    return np.asarray((top * (1 - fy) + bottom * fy).reshape(len(points), -1), np.float32)


def _correlation(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Of each row with its fellow, -1..1; 0 where one of them is flat."""
    a, b = a - a.mean(1, keepdims=True), b - b.mean(1, keepdims=True)
    size = np.sqrt((a * a).sum(1) * (b * b).sum(1))
    return np.asarray((a * b).sum(1) / np.where(size > 0, size, np.inf), np.float32)


def _growth(start: Points, end: Points, box: Box) -> float:
    """How much farther apart the points are: the median over pairs that are not near each other."""
    if len(start) < 8:
        return 1.0
    i, j = np.triu_indices(len(start), 1)
    before, after = np.linalg.norm(start[i] - start[j], axis=1), np.linalg.norm(end[i] - end[j], axis=1)
    far = before > max(3.0, 0.2 * min(box.w, box.h))
    return float(np.median(after[far] / before[far])) if far.sum() > 10 else 1.0


def likeness(image: Grey, box: Box, other: Grey, there: Box) -> float:
    """Correlation of what two boxes show, -1..1, each made 24 pixels wide and high."""
    rows = np.stack([_shrunk(image, box), _shrunk(other, there)])
    return float(_correlation(rows[:1], rows[1:])[0])


def _shrunk(image: Grey, box: Box, side: int = 24) -> npt.NDArray[np.float32]:
    """float32 [side^2]; each place is the mean of the pixels that it covers, as integral images give it."""
    height, width = image.shape
    ys = np.clip(np.linspace(box.y, box.y + max(1.0, box.h), side + 1), 0, height).round().astype(int)
    xs = np.clip(np.linspace(box.x, box.x + max(1.0, box.w), side + 1), 0, width).round().astype(int)
    y0, x0 = min(int(ys[0]), height - 1), min(int(xs[0]), width - 1)
    part = image[y0 : max(int(ys[-1]), y0 + 1), x0 : max(int(xs[-1]), x0 + 1)].astype(np.float64)
    total = np.pad(part.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    y, x = np.clip(ys - y0, 0, part.shape[0]), np.clip(xs - x0, 0, part.shape[1])
    y1, x1 = (
        np.maximum(y[1:], np.minimum(y[:-1] + 1, part.shape[0])),
        np.maximum(x[1:], np.minimum(x[:-1] + 1, part.shape[1])),
    )
    ya, xa = np.minimum(y[:-1], y1 - 1), np.minimum(x[:-1], x1 - 1)
    sums = total[y1][:, x1] - total[ya][:, x1] - total[y1][:, xa] + total[ya][:, xa]
    area = (y1 - ya)[:, None] * (x1 - xa)[None]
    return np.asarray((sums / area).ravel(), np.float32)
