"""Linked tracks of a heat map as objects that a person can review: boxes on the video's frames, a life, a score."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.geometry import GRID, Box
from tvau_studio.domain.heatmap import Heatmap
from tvau_studio.proposals.components import Component
from tvau_studio.proposals.linking import HeatTrack, heat_tracks

MAX_GAP = 12
"""Pairs without heat behind which a track does not resume: 24 frames, a clip of the thesis."""
BRIDGED = 2
"""So many pairs without heat are a flicker, in which the box moves on; more, and the object is not in the picture."""
_EDGE = 2 * GRID
"""Boxes lie on a grid of their own: so near to a cell's edge they still end there, pixels."""


@dataclass(frozen=True)
class Proposal:
    """keyframes: (frame, box) ascending; box None: from here on it is not in the picture. start, stop: its life. score:
    the maximum of the heat inside its boxes, 0..1. track: what it was made from; steps index the heat map.
    """

    keyframes: tuple[tuple[int, Box | None], ...]
    start: int
    stop: int
    score: float
    track: HeatTrack


def proposals(heat: Heatmap, frames: int, threshold: float = 0.5, min_frames: int = 4) -> list[Proposal]:
    """The objects of a heat map of consecutive pairs, in the order in which they come.

    Pair k serves frames 2k and 2k + 1: it gives a keyframe at 2k, and behind the last pair of a stretch, at 2k + 2, the
    object is not in the picture. frames: how many the video has. min_frames: an object that is hot in fewer is left
    out.
    """
    found = []
    pairs = heat.pairs.tolist()
    for track in heat_tracks(heat, threshold, max_gap=MAX_GAP):
        hot = sum(min(2 * pairs[step] + 2, frames) - 2 * pairs[step] for step in track.steps)
        if hot >= min_frames:
            found.append(_proposal(heat, pairs, frames, track))
    return sorted(found, key=lambda p: (p.start, -p.score, p.keyframes[0][1].tuple() if p.keyframes[0][1] else ()))


def _proposal(heat: Heatmap, pairs: Sequence[int], frames: int, track: HeatTrack) -> Proposal:
    keyframes: list[tuple[int, Box | None]] = []
    score = 0.0
    stop = 0
    for stretch in _stretches(sorted(track.steps)):
        boxes = _smooth([track.steps[step] for step in stretch])
        for step, box in zip(stretch, boxes, strict=True):
            keyframes.append((2 * pairs[step], box))
            score = max(score, _hottest(heat.values[step], box, heat.picture_size))
        stop = min(2 * pairs[stretch[-1]] + 2, frames)
        if stop < frames:
            keyframes.append((stop, None))
    return Proposal(tuple(keyframes), keyframes[0][0], stop, score, track)


def _stretches(steps: Sequence[int]) -> list[list[int]]:
    """Steps cut where more than `BRIDGED` are left out."""
    found = [[steps[0]]]
    for before, step in pairwise(steps):
        if step - before - 1 > BRIDGED:
            found.append([])
        found[-1].append(step)
    return found


def _smooth(components: Sequence[Component]) -> list[Box]:
    """The boxes, each drawn a little to its neighbours (weights 1, 2, 1): cells are large, and boxes would jump by
    whole ones. The first and the last stay.
    """
    values = np.array([c.box.tuple() for c in components])  # [n, 4]
    if len(values) > 2:
        values[1:-1] = (values[:-2] + 2 * values[1:-1] + values[2:]) / 4
    return [Box(*row) for row in values.tolist()]


def _hottest(values: npt.NDArray[np.float32], box: Box, size: tuple[int, int]) -> float:
    return float(values[cells(box, values.shape, size)].max())


def cells(box: Box, shape: Sequence[int], size: tuple[int, int]) -> tuple[slice, slice]:
    """Rows and columns of a map of `shape` [H', W'] that a box on pictures of `size` (H, W) covers, at least one."""
    found = []
    for start, length, count, pixels in ((box.y, box.h, shape[0], size[0]), (box.x, box.w, shape[1], size[1])):
        first = min(max(int((start + _EDGE) * count / pixels), 0), count - 1)
        last = min(max(math.ceil((start + length - _EDGE) * count / pixels), first + 1), count)
        found.append(slice(first, last))
    return found[0], found[1]
