"""How sure a yes or no is, so that of the answers with 0.8 four in five are right.

Platt scaling (J. Platt, Probabilistic outputs for support vector machines, 1999): p' = sigmoid(scale * logit(p) +
bias), fitted to labelled clips by maximum likelihood, towards smoothed targets as in his paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_EDGE = 1e-6
_STEPS = 50
_WEAK = 1e-3
"""Weight of the wish that nothing changes: without it a set that is told apart perfectly has no best fit."""


@dataclass(frozen=True)
class Calibration:
    """clips: on how many it was fitted; 0 = it changes nothing."""

    scale: float = 1.0
    bias: float = 0.0
    clips: int = 0

    def __call__(self, p: float) -> float:
        """A calibrated probability, 0..1."""
        return float(_sigmoid(self.scale * _logit(np.array([p])) + self.bias)[0])


def _logit(p: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    held = np.clip(p, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(held / (1 - held)))


def _sigmoid(z: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(z, -60, 60))))


def fit(p: Sequence[float], truth: Sequence[bool]) -> Calibration:
    """The calibration of probabilities of yes against what was true. Raises ValueError where one of the two never
    occurs.
    """
    yes = np.asarray(truth, bool)
    positive, negative = int(yes.sum()), int((~yes).sum())
    if not positive or not negative:
        raise ValueError("a calibration needs clips of both kinds")
    x = _logit(np.asarray(p, float))
    target = np.where(yes, (positive + 1) / (positive + 2), 1 / (negative + 2))
    rows = np.stack([x, np.ones_like(x)], 1)  # [clips, 2]
    start = np.array([1.0, 0.0])
    w = start.copy()

    def loss(w: npt.NDArray[np.float64]) -> float:
        z = rows @ w
        return float(np.sum(np.logaddexp(0, z) - target * z) + _WEAK * np.sum((w - start) ** 2) * len(x))

    for _ in range(_STEPS):
        q = _sigmoid(rows @ w)
        slope = rows.T @ (q - target) + 2 * _WEAK * len(x) * (w - start)
        curve = (rows * (q * (1 - q))[:, None]).T @ rows + 2 * _WEAK * len(x) * np.eye(2)
        step = np.linalg.solve(curve, slope)
        size = 1.0
        while size > 1e-6 and loss(w - size * step) > loss(w):
            size /= 2
        w = w - size * step
        if float(np.abs(size * step).max()) < 1e-8:
            break
    # A model whose yes means no is not mended by turning it round in silence.
    return Calibration(max(0.0, float(w[0])), float(w[1]), len(x))


def error(p: Sequence[float], truth: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error, 0..1 (C. Guo et al., On calibration of modern neural networks, 2017): how far in each
    of `bins` equal stretches of p the mean of p lies from the share that was true, weighted by how many there are.
    """
    q, yes = np.asarray(p, float), np.asarray(truth, float)
    place = np.minimum((q * bins).astype(int), bins - 1)
    total = sum(abs(float(q[place == k].mean() - yes[place == k].mean())) * int((place == k).sum()) for k in set(place))
    return total / len(q) if len(q) else 0.0
