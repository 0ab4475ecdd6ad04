"""Pixel-level figures: AUROC, average precision, PRO and IoU of heat maps against masks, in bounded memory.

The scores of any number of pixels are counted in bins that lie evenly in logit(p), so that the many pixels near 0 and
near 1 keep their order; `exact_counts` has a bin for each distinct score and is for small sets. All figures read
`PixelCounts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tvau_studio.evaluation.frames import auc_of_counts

Float = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

BINS = 4096
"""Of `histogram`, even in logit(p) from -16 to 16."""

_REACH = 16.0
"""float32 tells p from 1 up to here."""

PRO_LIMIT = 0.3
"""False positive rate up to which AUPRO integrates."""


@dataclass(frozen=True)
class PixelCounts:
    """How many pixels of each kind have each score.

    scores: float [n], ascending. normal, anomalous: pixels, [n]. regions: [n], summed over the connected components of
    the truth the share of a component's pixels; components: how many there are.
    """

    scores: Float
    normal: Float
    anomalous: Float
    regions: Float
    components: float

    @cached_property
    def pixels(self) -> int:
        return int(self.normal.sum() + self.anomalous.sum())


def bin_of(values: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
    """The bin of each score in 0..1: its logit, clipped to +-16, on a grid of 4096 (one step is 0.0078, at p = 0.5
    0.002).
    """
    p = np.asarray(values, np.float64)
    with np.errstate(divide="ignore"):
        logit = np.log(p) - np.log1p(-p)
    return np.asarray(np.clip((logit + _REACH) * (BINS / (2 * _REACH)), 0, BINS - 1), np.int64)


def counted(index: npt.NDArray[np.int64], truth: Bool, scores: Float | None = None) -> PixelCounts:
    """Counts of one frame: the bin of each pixel, int [H, W], into `scores` (by default those of `histogram`), and its
    mask bool [H, W]; one binned map serves both frames of a pair.
    """
    scores = np.arange(BINS, dtype=np.float64) if scores is None else scores
    bins = len(scores)
    normal = np.bincount(index[~truth], minlength=bins).astype(np.float64)
    inside = index[truth]
    anomalous = np.bincount(inside, minlength=bins).astype(np.float64)
    regions: Float = np.zeros(bins)
    components = 0
    if len(inside):
        from scipy import ndimage

        labels, components = ndimage.label(truth, structure=np.ones((3, 3)))
        member = labels[truth]
        share = 1.0 / np.bincount(member, minlength=components + 1)[member]
        regions = np.bincount(inside, share, minlength=bins).astype(np.float64)
    return PixelCounts(scores, normal, anomalous, regions, components)


def histogram(values: npt.NDArray[np.floating], truth: Bool) -> PixelCounts:
    """Counts of one map float [H, W] in 0..1 against its mask bool [H, W], in `BINS` bins."""
    return counted(bin_of(values), truth)


def exact_counts(values: npt.NDArray[np.floating], truth: Bool) -> PixelCounts:
    """Counts of maps float [T, H, W] against masks bool [T, H, W] without binning; memory grows with the distinct
    scores.
    """
    scores, index = np.unique(np.asarray(values, np.float64), return_inverse=True)
    index = index.reshape(values.shape)
    parts = [counted(i, t, scores) for i, t in zip(index, truth, strict=True)]
    return combined(parts) if parts else _nothing(scores)


def combined(parts: Sequence[PixelCounts]) -> PixelCounts:
    """The sum of counts with the same scores."""
    return (
        PixelStack(parts).drawn(np.ones(len(parts), np.int64)) if parts else _nothing(np.arange(BINS, dtype=np.float64))
    )


class PixelStack:
    """Counts of several parts with the same scores, side by side, for sums of any draw of them. parts: at least one."""

    def __init__(self, parts: Sequence[PixelCounts]) -> None:
        self._scores = parts[0].scores
        self._normal = np.stack([p.normal for p in parts])  # [parts, n]
        self._anomalous = np.stack([p.anomalous for p in parts])
        self._regions = np.stack([p.regions for p in parts])
        self._components = np.array([p.components for p in parts])

    def drawn(self, times: npt.NDArray[np.int64]) -> PixelCounts:
        """The sum in which each part counts so often. times: int [parts]."""
        many = times.astype(np.float64)
        return PixelCounts(
            self._scores,
            normal=many @ self._normal,
            anomalous=many @ self._anomalous,
            regions=many @ self._regions,
            components=float(many @ self._components),
        )


def auroc(counts: PixelCounts) -> float | None:
    """ROC AUC over pixels, pixels of one bin counted as ties; None where there is only one kind."""
    return auc_of_counts(counts.anomalous, counts.normal)


def average_precision(counts: PixelCounts) -> float | None:
    """Average precision over pixels: the sum of precision times gain in recall, threshold by threshold, without
    interpolation. None where none is anomalous or none normal.
    """
    if not counts.anomalous.sum() or not counts.normal.sum():
        return None
    _, recall, precision = roc_curve(counts)
    return float(np.diff(recall) @ precision[1:])


def roc_curve(counts: PixelCounts) -> tuple[Float, Float, Float]:
    """(fpr, tpr, precision), each [n + 1], one point per score from the highest down, the first before any pixel
    (precision 1 there); tpr is the recall. Both kinds have to be there.
    """
    false = np.concatenate([[0.0], np.cumsum(counts.normal[::-1])])
    true = np.concatenate([[0.0], np.cumsum(counts.anomalous[::-1])])
    precision = np.where(true + false > 0, true / np.maximum(true + false, 1.0), 1.0)
    return false / false[-1], true / true[-1], precision


def pro_curve(counts: PixelCounts) -> tuple[Float, Float]:
    """(fpr, pro), each [n + 1] ascending from 0, one point per score from the highest down.

    pro: the share of its pixels above the threshold, mean over the components of the truth (per-region overlap;
    Bergmann et al., MVTec AD, CVPR 2019). fpr: the share of all normal pixels above it.
    """
    fpr = np.cumsum(counts.normal[::-1]) / max(1.0, counts.normal.sum())
    pro = np.cumsum(counts.regions[::-1]) / max(1, counts.components)
    return np.concatenate([[0.0], fpr]), np.concatenate([[0.0], np.minimum(pro, 1.0)])


def aupro(counts: PixelCounts, limit: float = PRO_LIMIT) -> float | None:
    """Area under `pro_curve` up to the false positive rate `limit` (interpolated there), divided by it: 0..1.

    None where the truth holds no component or no normal pixel.
    """
    if not counts.components or not counts.normal.sum():
        return None
    fpr, pro = pro_curve(counts)
    inside = int(np.searchsorted(fpr, limit, side="right"))
    x, y = fpr[:inside], pro[:inside]
    if x[-1] < limit:  # the curve ends at fpr 1, so there is a next point
        t = (limit - x[-1]) / (fpr[inside] - x[-1])
        x, y = np.append(x, limit), np.append(y, y[-1] + t * (pro[inside] - y[-1]))
    return float((np.diff(x) * (y[1:] + y[:-1]) / 2).sum() / limit)


@dataclass(frozen=True)
class Overlap:
    """Cells above the threshold in map and mask (inter), in either (union), summed over a set."""

    inter: int = 0
    union: int = 0

    def __add__(self, other: Overlap) -> Overlap:
        return Overlap(self.inter + other.inter, self.union + other.union)

    @property
    def iou(self) -> float | None:
        """Intersection over union of the abnormal class over the whole set, 0..1: no mean over maps or classes ("mIoU"
        in the thesis). None where neither map nor mask is ever above.
        """
        return self.inter / self.union if self.union else None


def overlap(values: npt.NDArray[np.floating], truth: Bool, threshold: float = 0.5) -> Overlap:
    """Of maps float [..., H', W'] and masks bool of the same shape, at p > `threshold`."""
    hot = np.asarray(values) > threshold
    return Overlap(int((hot & truth).sum()), int((hot | truth).sum()))


def _nothing(scores: Float) -> PixelCounts:
    zero = np.zeros(len(scores))
    return PixelCounts(scores, zero, zero, zero, 0)
