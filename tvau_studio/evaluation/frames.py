"""Frame-level figures: a score for each frame, and the area under the ROC curve over all frames or video by video."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]


def frame_scores(values: npt.NDArray[np.floating], top: int = 1) -> Float:
    """float [T']: what each map float [T', H', W'] says of its frames: the mean of its `top` hottest cells, so its
    maximum by default. Papers do not publish theirs; ours is part of the printed protocol.
    """
    flat = np.asarray(values, np.float64).reshape(len(values), -1)
    k = min(max(1, top), flat.shape[1])
    return np.asarray(np.partition(flat, flat.shape[1] - k, axis=1)[:, -k:].mean(1))


def smoothed(scores: Float, sigma: float) -> Float:
    """Scores [T] of one video smoothed by a Gaussian of `sigma` frames; 0 = as they are. Many published figures choose
    sigma on the test labels: off by default here, and told in the protocol where it is used.
    """
    if sigma <= 0 or len(scores) < 2:
        return scores
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(scores, sigma, mode="nearest"), np.float64)


def micro_auc(labels: Sequence[Bool], scores: Sequence[Float], times: Sequence[int] | None = None) -> float | None:
    """ROC AUC over the frames of all videos together; None where only one class is there.

    labels: per video bool [T], True = anomalous; scores: per video float [T]. times: how often each video counts
    (bootstrap).
    """
    weights = None
    if times is not None:
        weights = np.concatenate([np.full(len(y), n) for y, n in zip(labels, times, strict=True)] or [np.zeros(0)])
    return weighted_auc(*_together(labels, scores), weights)


def frame_roc(labels: Sequence[Bool], scores: Sequence[Float]) -> tuple[Float, Float]:
    """(false, true positive rate), each ascending from 0 to 1, of the frames of all videos together; of both kinds."""
    from sklearn.metrics import roc_curve

    y, s = _together(labels, scores)
    fpr, tpr, _ = roc_curve(y, s)
    return fpr, tpr


def _together(labels: Sequence[Bool], scores: Sequence[Float]) -> tuple[Bool, Float]:
    y = np.concatenate([np.zeros(0, np.bool_), *(np.asarray(v, np.bool_) for v in labels)])
    s = np.concatenate([np.zeros(0), *(np.asarray(v, np.float64) for v in scores)])
    return y, s


def video_aucs(labels: Sequence[Bool], scores: Sequence[Float], pad: bool = False) -> list[float | None]:
    """ROC AUC of each video; None where only one class is there.

    pad: UBnormal's rule, one frame more of either class (normal with score 0, anomalous with score 1) in each video,
    so that videos of one class are defined; scores then lie in 0..1.
    """
    out = []
    for y, s in zip(labels, scores, strict=True):
        if pad:
            y, s = np.append(y, [False, True]), np.append(s, [0.0, 1.0])
        out.append(weighted_auc(np.asarray(y, np.bool_), np.asarray(s, np.float64)))
    return out


def macro_auc(labels: Sequence[Bool], scores: Sequence[Float], pad: bool = False) -> float | None:
    """Mean of `video_aucs` over the videos that have one; None where none has."""
    return mean_of(video_aucs(labels, scores, pad))


def mean_of(values: Sequence[float | None], times: Sequence[int] | None = None) -> float | None:
    """Mean of the values that are there, each counted `times` (default once); None where none is."""
    told = [(v, n) for v, n in zip(values, times or [1] * len(values), strict=True) if v is not None and n]
    total = sum(n for _, n in told)
    return sum(v * n for v, n in told) / total if total else None


def weighted_auc(labels: Bool, scores: Float, weights: npt.NDArray[np.number] | None = None) -> float | None:
    """ROC AUC of labels bool [n] against scores float [n], ties counted one half; None where one class is missing."""
    distinct, index = np.unique(scores, return_inverse=True)
    weight = np.ones(len(scores)) if weights is None else np.asarray(weights, np.float64)
    anomalous = np.bincount(index, weight * labels, minlength=len(distinct))
    normal = np.bincount(index, weight * ~labels, minlength=len(distinct))
    return auc_of_counts(anomalous.astype(np.float64), normal.astype(np.float64))


def auc_of_counts(anomalous: Float, normal: Float) -> float | None:
    """ROC AUC from how many of each kind have each score, [n], scores ascending: the share of pairs in which the
    anomalous one scores higher, ties one half (Mann and Whitney). None where one kind is missing.

    Equal to scikit-learn's, in a hundredth of its time, which a bootstrap needs thousands of times.
    """
    pairs = float(anomalous.sum()) * float(normal.sum())
    if not pairs:
        return None
    below = np.cumsum(normal) - normal / 2
    return float(anomalous @ below) / pairs
