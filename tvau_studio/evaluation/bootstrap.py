"""Confidence intervals: the videos are drawn anew, with replacement, and the figure is computed again.

Frames of one video resemble each other; drawing frames instead would promise far too narrow an interval.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

SAMPLES = 1000
LEVEL = 0.95

Statistic = Callable[[npt.NDArray[np.int64]], float | None]
"""The figure for how often each video counts, int [videos]; None where it is not defined."""


def interval(
    statistic: Statistic, videos: int, samples: int = SAMPLES, seed: int = 0, level: float = LEVEL
) -> tuple[float, float] | None:
    """The percentile interval of a figure (Efron 1979), from `samples` draws; the same seed gives the same interval.

    Draws for which the figure is not defined are left out. None for fewer than two videos, no samples, or where no
    draw is defined.
    """
    if videos < 2 or samples < 1:
        return None
    chance = np.random.default_rng(seed)
    draws = (np.bincount(chance.integers(0, videos, videos), minlength=videos) for _ in range(samples))
    values = [value for draw in draws if (value := statistic(draw)) is not None]
    if not values:
        return None
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
