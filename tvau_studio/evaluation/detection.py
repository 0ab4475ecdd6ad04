"""RBDC and TBDC: how well regions and tracks are detected, against false alarms per frame.

Ramachandra and Jones, "Street Scene", WACV 2020, section 4, in the reading that the field's unofficial script made
common for UBnormal and ShanghaiTech. Written from its description and checked by figures computed with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float64]
Rows = Sequence[Sequence[float]] | npt.NDArray[np.number]

_PAIRS_AT_ONCE = 1 << 20
"""Bound of (detection, region) pairs held in memory."""


@dataclass(frozen=True)
class Detected:
    """What the detections of one video found, the best score first.

    scores: float [D], descending. found: int [D], regions that this detection is the first to find. false: bool [D],
    it touches no region. tracks: int [D], tracks that count as detected with this detection. regions, total_tracks: in
    the truth.
    """

    scores: Float
    found: npt.NDArray[np.int64]
    false: npt.NDArray[np.bool_]
    tracks: npt.NDArray[np.int64]
    regions: int
    total_tracks: int


@dataclass(frozen=True)
class DetectionCurve:
    """rates over false positives per frame, each float [n], up to 1 false positive per frame.

    fpr ascending from 0; regions, tracks in 0..1. rbdc, tbdc: the areas under the two, 0..1.
    """

    fpr: Float
    regions: Float
    tracks: Float

    @property
    def rbdc(self) -> float:
        return _area(self.fpr, self.regions)

    @property
    def tbdc(self) -> float:
        return _area(self.fpr, self.tracks)


def rbdc_tbdc(
    ground_truth: Mapping[str, Rows],
    detections: Mapping[str, Rows],
    frames: int,
    beta: float = 0.1,
    alpha: float = 0.1,
) -> tuple[float, float]:
    """RBDC and TBDC, each 0..1.

    ground_truth: video -> rows [track, frame, x_min, y_min, x_max, y_max], detections: video -> rows [frame, x_min,
    y_min, x_max, y_max, score]; any sequences of numbers, in any order, a video may have none. Corners are inclusive
    pixels: a box is x_max - x_min + 1 wide. frames: of all videos together, those without an anomaly included, > 0.
    beta: least intersection over union of a match; alpha: least share of a track's regions that makes it detected;
    both in (0, 1].

    Every detection is an operating point, ties included: equal scores count in the order in which they are given
    (videos as in `detections`). Where the truth holds no region both are 0. Raises ValueError for rows of another
    width or numbers that are not finite.
    """
    videos = list(dict.fromkeys([*detections, *ground_truth]))
    parts = [match(ground_truth.get(v, ()), detections.get(v, ()), beta, alpha) for v in videos]
    curve = detection_curve(parts, frames)
    return curve.rbdc, curve.tbdc


def match(ground_truth: Rows, detections: Rows, beta: float = 0.1, alpha: float = 0.1) -> Detected:
    """The detections of one video against its truth; rows and ranges as in `rbdc_tbdc`.

    What a detection finds depends on its own video alone: any set of videos is then a merge of their `Detected`.
    """
    if not (0 < beta <= 1 and 0 < alpha <= 1):
        raise ValueError(f"beta and alpha lie in (0, 1], not {beta} and {alpha}")
    truth, seen = _table(ground_truth, "ground truth"), _table(detections, "detections")
    seen = seen[np.argsort(-seen[:, 5], kind="stable")]
    truth = truth[np.argsort(truth[:, 1], kind="stable")]
    false = np.ones(len(seen), np.bool_)
    finder = np.full(len(truth), len(seen))  # the first detection that matches each region; len(seen): none
    for rows, regions in _pairs(seen[:, 0], truth[:, 1]):
        hit = _iou(seen[rows, 1:5], truth[regions, 2:6]) >= beta
        false[rows[hit]] = False
        np.minimum.at(finder, regions[hit], rows[hit])
    found = np.bincount(finder, minlength=len(seen) + 1)[: len(seen)]
    names, index = np.unique(truth[:, 0], return_inverse=True)
    order = np.lexsort((finder, index))
    lengths = np.bincount(index, minlength=len(names))
    starts = np.cumsum(lengths) - lengths
    # The k-th region found makes a track detected, k the least with k / length >= alpha.
    needed = np.array([int(np.argmax(np.arange(1, n + 1) / n >= alpha)) for n in lengths], np.int64)
    when = finder[order][starts + needed] if len(names) else np.zeros(0, np.int64)
    tracks = np.bincount(when, minlength=len(seen) + 1)[: len(seen)]
    return Detected(seen[:, 5], found, false, tracks, len(truth), len(names))


def detection_curve(parts: Sequence[Detected], frames: int) -> DetectionCurve:
    """The curve of several videos together, cut at 1 false positive per frame. frames: of all of them, > 0."""
    return DetectionStack(parts).drawn(np.ones(len(parts), np.int64), frames)


class DetectionStack:
    """The detections of several videos in one row, for the curve of any draw of them."""

    def __init__(self, parts: Sequence[Detected]) -> None:
        scores = np.concatenate([np.zeros(0), *(p.scores for p in parts)])
        order = np.argsort(-scores, kind="stable")
        self._video = np.repeat(np.arange(len(parts)), [len(p.scores) for p in parts])[order]
        self._false = np.concatenate([np.zeros(0, np.bool_), *(p.false for p in parts)])[order]
        self._found = np.concatenate([np.zeros(0, np.int64), *(p.found for p in parts)])[order]
        self._tracks = np.concatenate([np.zeros(0, np.int64), *(p.tracks for p in parts)])[order]
        self._regions = np.array([p.regions for p in parts], np.int64)
        self._total_tracks = np.array([p.total_tracks for p in parts], np.int64)

    def regions(self, times: npt.NDArray[np.int64]) -> int:
        """Of the truth, where each video counts so often."""
        return int(times @ self._regions)

    def drawn(self, times: npt.NDArray[np.int64], frames: int) -> DetectionCurve:
        """The curve in which each video counts so often; a detection of a video that counts twice is one step of twice
        the height. times: int [videos]; frames: of the draw, > 0.
        """
        if frames <= 0:
            raise ValueError(f"rates are per frame: frames has to be above 0, not {frames}")
        weight = times[self._video]

        def rate(counts: npt.NDArray[np.number], total: int) -> Float:
            return np.concatenate([[0.0], np.cumsum(counts * weight) / max(1, total)])

        fpr = rate(self._false, frames)
        regions = rate(self._found, self.regions(times))
        tracks = rate(self._tracks, int(times @ self._total_tracks))
        last = int(np.searchsorted(fpr, 1.0, side="right"))
        fpr, regions, tracks = fpr[:last], regions[:last], tracks[:last]
        if fpr[-1] != 1.0:
            fpr = np.append(fpr, 1.0)
            regions, tracks = np.append(regions, regions[-1]), np.append(tracks, tracks[-1])
        return DetectionCurve(fpr, regions, tracks)


def _table(rows: Rows, what: str) -> Float:
    if not len(rows):
        return np.zeros((0, 6))
    if {len(row) for row in rows} != {6}:
        raise ValueError(f"each row of the {what} holds six numbers")
    table = np.array([[float(v) for v in row] for row in rows], np.float64)
    if not np.isfinite(table).all():
        raise ValueError(f"rows of the {what} hold finite numbers only")
    return table


def _pairs(frames: Float, truth: Float) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """(detection, region) of the same frame, a bounded number at a time. truth: ascending."""
    low, high = np.searchsorted(truth, frames, "left"), np.searchsorted(truth, frames, "right")
    counts = high - low
    ends = np.cumsum(counts)
    at = 0
    while at < len(frames):
        before = int(ends[at - 1]) if at else 0
        stop = max(at + 1, int(np.searchsorted(ends, before + _PAIRS_AT_ONCE, "right")))
        some = counts[at:stop]
        rows = np.repeat(np.arange(at, stop), some)
        first = np.repeat(np.cumsum(some) - some, some)
        yield rows, low[rows] + np.arange(len(rows)) - first
        at = stop


def _iou(a: Float, b: Float) -> Float:
    """Intersection over union of boxes [n, 4] with inclusive corners, row by row."""
    size = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]) + 1
    inter = np.maximum(0, size).prod(1)
    union = np.maximum(0, a[:, 2:] - a[:, :2] + 1).prod(1) + np.maximum(0, b[:, 2:] - b[:, :2] + 1).prod(1) - inter
    return np.asarray(inter / np.where(union > 0, union, 1), np.float64)


def _area(x: Float, y: Float) -> float:
    return float((np.diff(x) * (y[1:] + y[:-1]) / 2).sum())
