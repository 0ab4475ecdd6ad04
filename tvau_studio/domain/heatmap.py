"""Heat maps as values: one small map per frame pair of a video, and what they say of a frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import UsageError


@dataclass(frozen=True)
class Heatmap:
    """The heat of a range of a video.

    values: float32 [T', H', W'] in 0..1, one map per frame pair, row-major over the picture. frames: int64 [T', 2], the
    two pictures of each pair; pair k = frames[i, 0] // 2 serves frames 2k and 2k + 1. picture_size: (H, W) pixels.
    model: who made it.
    """

    values: npt.NDArray[np.float32]
    frames: npt.NDArray[np.int64]
    picture_size: tuple[int, int]
    model: str

    @property
    def score(self) -> npt.NDArray[np.float32]:
        """float32 [T']: the maximum of each map."""
        return np.asarray(self.values.max((1, 2)), np.float32)

    @property
    def pairs(self) -> npt.NDArray[np.int64]:
        """int64 [T']: the number of each pair, ascending."""
        return np.asarray(self.frames[:, 0] // 2)

    def at(self, frame: int) -> npt.NDArray[np.float32]:
        """float32 [H', W']: the map of frame `frame`, that is of pair frame // 2, or of the last pair computed before
        it where pairs
        were left out (--step). Raises UsageError for a frame that this heat map does not reach.
        """
        pairs = self.pairs
        index = int(np.searchsorted(pairs, frame // 2, side="right")) - 1
        stride = int(np.diff(pairs).min()) if len(pairs) > 1 else 1
        if frame < 0 or index < 0 or frame // 2 >= int(pairs[index]) + stride:
            raise UsageError(
                "Frame {frame} is outside of the heat map, which serves frames {a}:{b}.",
                frame=frame,
                a=2 * int(pairs[0]),
                b=2 * int(pairs[-1]) + 2,
            )
        return np.asarray(self.values[index])


@dataclass(frozen=True)
class Peak:
    """A run of pairs whose score is at least the threshold.

    start, stop: its frames, half-open. frame: the first of the hottest pair. most: that pair's score. area: how much
    the score lies above the threshold, summed over the seconds of the run.
    """

    start: int
    stop: int
    frame: int
    most: float
    area: float


def find_peaks(scores: npt.NDArray[np.float32], threshold: float, times: npt.NDArray[np.float64]) -> list[Peak]:
    """The peaks of a video, by place.

    scores: float [pairs], NaN where not known, which ends a run. times: float [frames], seconds of each frame.
    """
    frames = len(times)
    known = np.nan_to_num(np.asarray(scores[: (frames + 1) // 2], np.float64), nan=-1.0)
    hot = np.concatenate([[False], known >= threshold, [False]])
    edges = np.flatnonzero(hot[1:] != hot[:-1])
    if not len(edges):
        return []
    usual = float(times[-1]) / (frames - 1) if frames > 1 else 0.0
    begins = np.append(np.asarray(times, np.float64)[::2], float(times[-1]) + usual)
    above = np.concatenate([[0.0], np.cumsum((known - threshold) * np.maximum(0.0, np.diff(begins)))])
    found = []
    for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        at = a + int(np.argmax(known[a:b]))
        area = float(above[b] - above[a])
        found.append(Peak(2 * a, min(2 * b, frames), 2 * at, float(known[at]), area))
    return found
