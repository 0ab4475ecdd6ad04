"""Where a heat map is hot: 8-connected components above a threshold, as boxes in picture pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from tvau_studio.domain.geometry import Box


@dataclass(frozen=True)
class Component:
    """box: around the component's cells. centre: (x, y), mean of the cells weighted by heat, pixels. score: its
    maximum, 0..1.
    area: share of the picture, 0..1."""

    box: Box
    centre: tuple[float, float]
    score: float
    area: float


def components(
    values: npt.NDArray[np.float32], picture_size: tuple[int, int], threshold: float = 0.5
) -> list[Component]:
    """The components of one map float [H', W'] whose cells exceed `threshold`, the hottest first. picture_size: (H, W)
    pixels.
    """
    labels, count = ndimage.label(values > threshold, structure=np.ones((3, 3)))
    if not count:
        return []
    rows, columns = values.shape
    dy, dx = picture_size[0] / rows, picture_size[1] / columns
    found = []
    for index, (ys, xs) in enumerate(ndimage.find_objects(labels), start=1):
        inside = labels[ys, xs] == index
        weight = np.where(inside, values[ys, xs], 0.0).astype(np.float64)
        total = weight.sum()
        y = float((weight.sum(1) * (np.arange(ys.start, ys.stop) + 0.5)).sum() / total) * dy
        x = float((weight.sum(0) * (np.arange(xs.start, xs.stop) + 0.5)).sum() / total) * dx
        box = Box(xs.start * dx, ys.start * dy, (xs.stop - xs.start) * dx, (ys.stop - ys.start) * dy)
        found.append(Component(box, (x, y), float(weight.max()), float(inside.sum()) / (rows * columns)))
    return sorted(found, key=lambda c: -c.score)
