"""Pixel masks -> the boxes of objects, frame by frame, so that masks larger than memory can be mapped from their file.

A mask of several values holds object ids (0 = background); each is the box around its pixels. One of 0 and 1, or 0 and
255, is binary: its 8-connected parts are linked from frame to frame (METHOD 1.7), each at the frame in which it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.geometry import Box

Masks = npt.NDArray[Any]
"""uint8 or bool [T, H, W]."""

EVENT = "anomaly"
"""Of the objects in masks, which name no event."""

Rows = dict[int, Box]
"""frame -> the box of one object."""

Cancel = Callable[[], None]


def _never() -> None:
    """Nobody stops this."""


def ids(masks: Masks, cancel: Cancel = _never) -> list[int]:
    """The values but 0, ascending."""
    counts = np.zeros(256, np.int64)
    for frame in masks:
        cancel()
        counts += np.bincount(np.asarray(frame, np.uint8).ravel(), minlength=256)
    return [id for id in range(1, 256) if counts[id]]


def is_binary(values: Collection[int]) -> bool:
    """Whether masks of these values say where something is, not which."""
    return list(values) in ([1], [255])


def by_id(masks: Masks, values: Iterable[int], cancel: Cancel = _never) -> dict[int, Rows]:
    """id -> the box around its pixels in each frame, however many pieces these are in."""
    from scipy import ndimage

    found: dict[int, Rows] = {id: {} for id in values}
    for n, frame in enumerate(masks):
        cancel()
        for id, where in enumerate(ndimage.find_objects(np.asarray(frame, np.uint8)), start=1):
            if where is not None:
                found[id][n] = _box(*where)
    return found


def linked(masks: Masks, max_gap: int | None = None, cancel: Cancel = _never) -> list[Rows]:
    """The connected parts of binary masks, linked to tracks. max_gap: see `proposals.linking.link`."""
    from scipy import ndimage

    from tvau_studio.proposals.linking import link

    boxes: list[list[Box]] = []
    centroids = []
    for frame in masks:
        cancel()
        parts, count = ndimage.label(frame, structure=np.ones((3, 3))) if frame.any() else (None, 0)
        boxes.append([_box(*where) for where in ndimage.find_objects(parts)] if count else [])
        rows = ndimage.center_of_mass(frame > 0, parts, range(1, count + 1)) if count else []
        centroids.append(np.array([(x, y) for y, x in rows], np.float64).reshape(-1, 2))
    tracks = link(centroids, max(masks.shape[1:]) / 10, max_gap)
    return [{frame: boxes[frame][row] for frame, row in track.items()} for track in tracks]


def largest_pieces(mask: npt.NDArray[Any]) -> dict[int, Box]:
    """id -> the box around the largest 8-connected piece of its pixels. mask: unsigned integers [H, W]."""
    from scipy import ndimage

    found: dict[int, Box] = {}
    for id, where in enumerate(ndimage.find_objects(np.asarray(mask, np.int32)), start=1):
        if where is None:
            continue
        rows, columns = where
        parts, count = ndimage.label(mask[where] == id, structure=np.ones((3, 3)))
        if count > 1:
            largest = 1 + int(np.argmax(np.bincount(parts.ravel())[1:]))
            y, x = ndimage.find_objects(parts)[largest - 1]
            rows = slice(rows.start + y.start, rows.start + y.stop)
            columns = slice(columns.start + x.start, columns.start + x.stop)
        found[id] = _box(rows, columns)
    return found


def _box(ys: slice, xs: slice) -> Box:
    return Box(xs.start, ys.start, xs.stop - xs.start, ys.stop - ys.start)
