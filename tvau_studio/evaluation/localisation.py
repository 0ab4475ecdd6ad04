"""Where the heat points, measured on boxes: pointing, rank, fires. For maps without masks, a handful of boxes is
enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

Map = npt.NDArray[np.floating]
XYWH = Sequence[float]
"""x, y, w, h in pixels of the picture."""

PERCENTILE = 90.0
THRESHOLD = 0.5
WIDEN = 0.1
"""Share of its width and height by which a box grows on each side before a map may point into it."""


def points(values: Map, boxes: Sequence[XYWH], size: Sequence[int]) -> bool:
    """Whether the hottest cell of a map [H', W'] has its centre in one of the boxes, each widened by 10 % on each
    side.

    size: [H, W] of the picture, pixels. Of equal maxima the first in reading order counts.
    """
    row, column = np.unravel_index(int(np.argmax(values)), values.shape)
    px, py = (float(column) + 0.5) * size[1] / values.shape[1], (float(row) + 0.5) * size[0] / values.shape[0]
    return any(
        x - WIDEN * w <= px <= x + (1 + WIDEN) * w and y - WIDEN * h <= py <= y + (1 + WIDEN) * h
        for x, y, w, h in boxes
    )


def heat_in(values: Map, box: XYWH, size: Sequence[int]) -> float | None:
    """The 90th percentile of a map [H', W'] over the cells that a box touches from its first to its last whole cell,
    at least one; None where the box lies outside of the picture. size: [H, W], pixels.
    """
    x, y, w, h = box
    if x >= size[1] or y >= size[0] or x + w <= 0 or y + h <= 0:
        return None
    sy, sx = values.shape[0] / size[0], values.shape[1] / size[1]
    top, left = int(max(0.0, y) * sy), int(max(0.0, x) * sx)
    bottom, right = max(top + 1, int((y + h) * sy)), max(left + 1, int((x + w) * sx))
    return float(np.percentile(values[top:bottom, left:right], PERCENTILE))


@dataclass(frozen=True)
class Localisation:
    """Sums over frames. pointed of `frames` (frames with an anomalous box); ranked (ties one half) of `pairs`
    (anomalous, normal box of one frame); fired of `anomalous` boxes, fired_normal of `normal` boxes.
    """

    pointed: int = 0
    frames: int = 0
    ranked: float = 0.0
    pairs: int = 0
    fired: int = 0
    anomalous: int = 0
    fired_normal: int = 0
    normal: int = 0

    def __add__(self, other: Localisation) -> Localisation:
        return Localisation(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})

    @property
    def pointing(self) -> float | None:
        return self.pointed / self.frames if self.frames else None

    @property
    def rank(self) -> float | None:
        return self.ranked / self.pairs if self.pairs else None

    @property
    def fires(self) -> float | None:
        return self.fired / self.anomalous if self.anomalous else None

    @property
    def fires_normal(self) -> float | None:
        return self.fired_normal / self.normal if self.normal else None


def localise(
    values: Map, anomalous: Sequence[XYWH], normal: Sequence[XYWH], size: Sequence[int], threshold: float = THRESHOLD
) -> Localisation:
    """The sums of one frame: its map float [H', W'] in 0..1, its boxes that show an event and those that do not.

    rank: the heat in (`heat_in`) an anomalous box above that in a normal box of the same frame; fires: that heat >
    `threshold`.
    """
    hot = [v for v in (heat_in(values, box, size) for box in anomalous) if v is not None]
    calm = [v for v in (heat_in(values, box, size) for box in normal) if v is not None]
    ranked = sum((a > b) + 0.5 * (a == b) for a in hot for b in calm)
    return Localisation(
        pointed=int(bool(hot) and points(values, anomalous, size)),
        frames=int(bool(hot)),
        ranked=float(ranked),
        pairs=len(hot) * len(calm),
        fired=sum(v > threshold for v in hot),
        anomalous=len(hot),
        fired_normal=sum(v > threshold for v in calm),
        normal=len(calm),
    )
