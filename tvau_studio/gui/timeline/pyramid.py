"""Scores at every scale, so that four hours cost as much to draw as four seconds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_FACTOR = 4

Floats = npt.NDArray[np.float32]


class Pyramid:
    """Least and most of runs of values, where NaN is what is not known.

    values: float32 [n]. Level i holds runs of 4**i values: their least, most (NaN where nothing of the run is known)
    and whether all of it is known.
    """

    def __init__(self, values: Floats) -> None:
        self._least: list[Floats] = []
        self._most: list[Floats] = []
        self._known: list[npt.NDArray[np.bool_]] = []
        known = ~np.isnan(values)
        least = most = np.array(values, np.float32)
        while True:
            self._least.append(least)
            self._most.append(most)
            self._known.append(known)
            if len(most) <= _FACTOR:
                break
            least, most, known = _least(least), _most(most), _all(known)

    def __len__(self) -> int:
        return len(self._most[0])

    def update(self, values: Floats, a: int, b: int) -> None:
        """Values a:b of the same length of values are others now."""
        a, b = max(0, a), min(len(self), b)
        if a >= b:
            return
        self._most[0][a:b] = values[a:b]
        self._known[0][a:b] = ~np.isnan(values[a:b])
        for i in range(1, len(self._most)):
            a, b = a // _FACTOR, -(-b // _FACTOR)
            below = slice(a * _FACTOR, b * _FACTOR)
            self._least[i][a:b] = _least(self._least[i - 1][below])
            self._most[i][a:b] = _most(self._most[i - 1][below])
            self._known[i][a:b] = _all(self._known[i - 1][below])

    def columns(self, edges: npt.NDArray[np.float64]) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
        """Of each column edges[i]..edges[i + 1] (places on the axis of values, ascending): (least, most, whether all of
        it is known), float32 [columns]; NaN where nothing of it is known or it lies outside of the values.
        """
        count = len(edges) - 1
        n = len(self)
        if n == 0 or count < 1:
            nothing = np.full(max(0, count), np.nan, np.float32)
            return nothing, nothing.copy(), np.zeros(max(0, count), bool)
        wide = max(1.0, float(edges[-1] - edges[0]) / count)
        level = min(len(self._most) - 1, max(0, int(np.log(wide) / np.log(_FACTOR))))
        size = _FACTOR**level
        first = np.floor(edges[:-1] / size).astype(np.int64)
        last = np.maximum(first + 1, np.ceil(edges[1:] / size).astype(np.int64))
        inside = (last > 0) & (first < len(self._most[level])) & (edges[1:] > 0) & (edges[:-1] < n)
        first = np.clip(first, 0, len(self._most[level]) - 1)
        last = np.clip(last, first + 1, len(self._most[level]))
        least = _over(np.fmin, self._least[level], first, last)
        most = _over(np.fmax, self._most[level], first, last)
        known = _over(np.logical_and, self._known[level], first, last)
        least[~inside] = most[~inside] = np.nan
        known &= inside
        return least, most, known


def _over(
    ufunc: np.ufunc, values: npt.NDArray[np.generic], first: npt.NDArray[np.int64], last: npt.NDArray[np.int64]
) -> npt.NDArray[np.generic]:
    """ufunc over values[first[i]:last[i]], all at once; runs may overlap. Each run is a handful of values long."""
    result = values[first].copy()
    for k in range(1, int((last - first).max(initial=1))):
        result = ufunc(result, values[np.minimum(first + k, last - 1)])
    return result


def _runs(values: npt.NDArray[np.generic], fill: object) -> npt.NDArray[np.generic]:
    short = -len(values) % _FACTOR
    if short:
        values = np.concatenate([values, np.full(short, fill, values.dtype)])
    return values.reshape(-1, _FACTOR)


def _least(values: Floats) -> Floats:
    return np.fmin.reduce(_runs(values, np.nan), axis=1)


def _most(values: Floats) -> Floats:
    return np.fmax.reduce(_runs(values, np.nan), axis=1)


def _all(values: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    return np.logical_and.reduce(_runs(values, True), axis=1)
