"""Chance from one seed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Dice:
    """A thin face over one PCG64 generator, with the draws that scenes need. Nothing else in this package is random."""

    def __init__(self, *seed: int) -> None:
        self.generator = np.random.Generator(np.random.PCG64(list(seed)))

    def uniform(self, low: float, high: float) -> float:
        return low + (high - low) * self.generator.random()

    def log_uniform(self, low: float, high: float) -> float:
        """Uniform in the logarithm; 0 < low <= high."""
        return math.exp(self.uniform(math.log(low), math.log(high)))

    def normal(self, sigma: float = 1.0) -> float:
        return sigma * self.generator.standard_normal()

    def chance(self, probability: float) -> bool:
        return self.generator.random() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number in low .. high, both possible."""
        return low + int(self.generator.random() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        return items[int(self.generator.random() * len(items))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """A key, with probability in proportion to its weight (>= 0, not all 0)."""
        left = self.generator.random() * sum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        return max(weights, key=lambda item: weights[item])

    def sign(self) -> int:
        return 1 if self.generator.random() < 0.5 else -1

    def angle(self) -> float:
        return self.uniform(-math.pi, math.pi)
