"""The box of the hot place under a pointer, as it is seen on screen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.geometry import Box
from tvau_studio.services.overlays import sampled

_FINE = 640
"""Samples along the picture's longer side at most: edges are found to a pixel or two."""


def blob(
    values: npt.NDArray[np.float32], picture_size: tuple[int, int], x: float, y: float, threshold: float
) -> Box | None:
    """The box round the connected heat at (x, y), pixels, that is at least `threshold`; None where it is colder there
    or outside of the picture.

    values: float [h, w] in 0..1, drawn bilinearly over a picture of `picture_size` (H, W).
    """
    from scipy import ndimage

    height, width = picture_size
    if not (0 <= x < width and 0 <= y < height):
        return None
    step = max(1.0, max(height, width) / _FINE)
    rows, columns = max(1, round(height / step)), max(1, round(width / step))
    heat = sampled(values, (np.arange(rows) + 0.5) / rows, (np.arange(columns) + 0.5) / columns)  # [rows, columns]
    labels, _ = ndimage.label(heat >= threshold, structure=np.ones((3, 3)))
    here = int(labels[min(rows - 1, int(y * rows / height)), min(columns - 1, int(x * columns / width))])
    if not here:
        return None
    ys, xs = ndimage.find_objects(labels)[here - 1]
    dy, dx = height / rows, width / columns
    return Box(xs.start * dx, ys.start * dy, (xs.stop - xs.start) * dx, (ys.stop - ys.start) * dy)


def hottest(values: npt.NDArray[np.float32], picture_size: tuple[int, int], box: Box) -> tuple[float, float, float]:
    """(x, y, heat) of the hottest place inside a box, pixels; of the box's middle where it lies beside the picture."""
    height, width = picture_size
    ys = np.clip(np.linspace(box.y, box.y + box.h, 48), 0, height) / height
    xs = np.clip(np.linspace(box.x, box.x + box.w, 48), 0, width) / width
    heat = sampled(values, ys, xs)
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    return (
        min(float(xs[column]) * width, width - 0.5),
        min(float(ys[row]) * height, height - 0.5),
        float(heat[row, column]),
    )
