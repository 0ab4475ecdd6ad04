"""How many objects and drafts are in the picture, over the whole video."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tvau_studio.gui.timeline.lanes import Lane, Lanes

Counts = npt.NDArray[np.float64]


class Density:
    """How many objects are in the picture, per column of the strip. Only the lanes that an Edit touched are counted
    anew."""

    def __init__(self) -> None:
        self._spans: dict[str, tuple[Lane, npt.NDArray[np.int64]]] = {}
        self._made: tuple[object, ...] = ()
        self._columns: tuple[Counts, Counts] = (np.zeros(0), np.zeros(0))

    def columns(self, lanes: Lanes, frames: int, width: int) -> tuple[Counts, Counts]:
        """(objects, drafts among them), float [width]: mean number over the frames of each column."""
        key = (lanes, lanes.version, frames, width)
        if key != self._made:
            self._made = key
            self._columns = self._count(lanes, max(1, frames), width)
        return self._columns

    def _count(self, lanes: Lanes, frames: int, width: int) -> tuple[Counts, Counts]:
        known: dict[str, tuple[Lane, npt.NDArray[np.int64]]] = {}
        for name in lanes.keys:
            lane = lanes.of(name)
            before = self._spans.get(name)
            if before is None or before[0] is not lane:
                before = (lane, np.array([(s.start, s.stop) for s in lane.life], np.int64).reshape(-1, 2))
            known[name] = before
        self._spans = known
        found = []
        for wanted in (known.values(), (pair for pair in known.values() if pair[0].draft)):
            spans = [spans for _, spans in wanted]
            joined = np.concatenate(spans) if spans else np.zeros((0, 2), np.int64)
            found.append(_mean(joined, frames, width))
        return found[0], found[1]


def _mean(spans: npt.NDArray[np.int64], frames: int, width: int) -> Counts:
    """How many of the spans [n, 2] cover each column, float [width]: the difference of two running sums of ramps."""
    edges = np.zeros(width + 1)
    places = np.clip(spans, 0, frames) * (width / frames)
    for side, sign in ((0, 1.0), (1, -1.0)):
        at = places[:, side]
        whole = np.minimum(np.floor(at).astype(np.int64), width - 1)
        part = at - whole  # what of its own column lies before it
        edges[:width] += sign * np.bincount(whole, 1.0 - part, width)[:width]
        edges[1:] += sign * np.bincount(whole, part, width)[:width]
    return np.cumsum(edges[:width])
