"""Boxes of every frame -> keyframes whose interpolation gives exactly these boxes again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.geometry import GRID, Box, on_grid
from tvau_studio.domain.labels import Keyframe, keyframe_key


def keyframes(
    object: str, rows: Mapping[int, Box], occluded: Collection[int] = (), listed: Collection[int] = ()
) -> list[Keyframe]:
    """Keyframes of a track that is in the picture in exactly the frames of `rows`, there with these boxes.

    listed: frames that become keyframes of a person. Every other one is a *support*: at the ends of each visible
    stretch, where `occluded` changes, wherever a line would miss a row, and an `outside` one behind each stretch.
    """
    found: list[Keyframe] = []
    frames = sorted(rows)
    start = 0
    while start < len(frames):
        stop = start + 1
        while stop < len(frames) and frames[stop] == frames[stop - 1] + 1:
            stop += 1
        stretch = frames[start:stop]
        for frame in _chosen(stretch, rows, occluded, listed):
            found.append(_keyframe(object, frame, rows[frame], frame in occluded, support=frame not in listed))
        end = stretch[-1]
        found.append(_keyframe(object, end + 1, rows[end], False, support=True, outside=True))
        start = stop
    return found


def of_arrays(object: str, frames: npt.NDArray[np.int64], boxes: npt.NDArray[np.float64]) -> list[Keyframe]:
    """As `keyframes`, of rows in arrays: int [n] frames, ascending, none twice, and float [n, 4] boxes on the grid."""
    found: list[Keyframe] = []
    stops = [*(1 + np.flatnonzero(np.diff(frames) != 1)).tolist(), len(frames)]
    start = 0
    for stop in stops:
        forced = [0, stop - start - 1]
        chosen = needed(frames[start:stop], boxes[start:stop], forced)
        numbers, values = frames[start:stop][chosen].tolist(), boxes[start:stop][chosen].tolist()
        for frame, (x, y, w, h) in zip(numbers, values, strict=True):
            found.append(
                Keyframe(key=keyframe_key(object, frame), object=object, frame=frame, x=x, y=y, w=w, h=h, support=True)
            )
        last, (x, y, w, h) = numbers[-1] + 1, values[-1]
        key = keyframe_key(object, last)
        found.append(Keyframe(key=key, object=object, frame=last, x=x, y=y, w=w, h=h, outside=True, support=True))
        start = stop
    return found


def on_grid_all(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """`geometry.on_grid` of each, to the last bit."""
    hundredths = values * 100
    shown = np.rint(hundredths) / 100
    near_tie = np.abs(hundredths - np.floor(hundredths) - 0.5) < 1e-4
    for where in zip(*np.nonzero(near_tie), strict=True):
        shown[where] = on_grid(values[where])
    return np.asarray(shown + 0.0)


def _keyframe(object: str, frame: int, box: Box, occluded: bool, *, support: bool, outside: bool = False) -> Keyframe:
    return Keyframe(
        key=keyframe_key(object, frame),
        object=object,
        frame=frame,
        x=box.x,
        y=box.y,
        w=box.w,
        h=box.h,
        occluded=occluded,
        outside=outside,
        support=support,
    )


def _chosen(
    stretch: list[int], rows: Mapping[int, Box], occluded: Collection[int], listed: Collection[int]
) -> list[int]:
    """The frames of one stretch that need a keyframe, ascending."""
    forced = [0]
    for n, (before, frame) in enumerate(pairwise(stretch), start=1):
        if frame in listed or n == len(stretch) - 1 or (before in occluded) != (frame in occluded):
            forced.append(n)
    boxes = np.array([rows[frame].tuple() for frame in stretch], np.float64)  # [n, 4]
    return [stretch[i] for i in needed(np.array(stretch), boxes, forced)]


def needed(frames: npt.NDArray[np.int64], boxes: npt.NDArray[np.float64], forced: Collection[int]) -> list[int]:
    """The rows, ascending, from which the others follow by lines, to the last digit.

    frames: int [n], ascending, where boxes float [n, 4] are. forced: rows that are needed anyhow, the first and the
    last among them.
    """
    found = {*forced, *_corners(frames, boxes)}
    spans = list(pairwise(sorted(found)))
    while spans:
        a, b = spans.pop()
        if (worst := _worst(frames, boxes, a, b)) is not None:
            found.add(worst)
            spans += [(a, worst), (worst, b)]
    return sorted(found)


def _corners(frames: npt.NDArray[np.int64], boxes: npt.NDArray[np.float64]) -> list[int]:
    """Rows that no line through their neighbours can give, however long it is: where one gives three rows in a row to
    the grid, the middle one is within a grid's step of the line between the other two. Found for all rows at once, for
    a path that wavers (a detector's) is hardly anything else.
    """
    if len(frames) < 3:
        return []
    t = ((frames[1:-1] - frames[:-2]) / (frames[2:] - frames[:-2]))[:, None]
    missed = np.abs(boxes[:-2] + (boxes[2:] - boxes[:-2]) * t - boxes[1:-1]).max(1)
    return (1 + np.flatnonzero(missed > 1.05 * GRID)).tolist()


def _worst(frames: npt.NDArray[np.int64], boxes: npt.NDArray[np.float64], a: int, b: int) -> int | None:
    """The row between `a` and `b` that the line from one to the other misses most, or None where it misses none."""
    if b - a < 2:
        return None
    # The very operations of `geometry.blend`, so that the result is the same to the last bit.
    t = (frames[a + 1 : b] - frames[a]) / (frames[b] - frames[a])  # [m]
    values = boxes[a] + (boxes[b] - boxes[a]) * t[:, None]  # [m, 4]
    shown = on_grid_all(values)
    missed = (shown != boxes[a + 1 : b]).any(1)
    if not missed.any():
        return None
    distance = np.abs(values - boxes[a + 1 : b]).max(1)
    return a + 1 + int(np.argmax(np.where(missed, distance, -1.0)))
