from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tvau_studio.proposals.components import components

ROWS, COLUMNS, SIZE = 5, 6, (50, 90)
maps = hnp.arrays(np.float32, (ROWS, COLUMNS), elements=st.sampled_from([0.0, 0.25, 0.5, 0.625, 0.75, 1.0]))


def flooded(hot: np.ndarray) -> list[set[tuple[int, int]]]:
    """Cells that touch by sides or corners, found by walking from cell to cell."""
    left = {(int(y), int(x)) for y, x in np.argwhere(hot)}
    found = []
    while left:
        part, edge = set(), [left.pop()]
        while edge:
            y, x = edge.pop()
            part.add((y, x))
            near = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= near
            edge += near
        found.append(part)
    return found


@settings(max_examples=60)
@given(maps, st.sampled_from([0.3, 0.5, 0.7]))
def test_components_are_what_walking_from_cell_to_cell_finds(values: np.ndarray, threshold: float) -> None:
    dy, dx = SIZE[0] / ROWS, SIZE[1] / COLUMNS
    want = []
    for part in flooded(values > threshold):
        ys, xs = [y for y, _ in part], [x for _, x in part]
        box = (min(xs) * dx, min(ys) * dy, (max(xs) - min(xs) + 1) * dx, (max(ys) - min(ys) + 1) * dy)
        heat = {cell: float(values[cell]) for cell in part}
        centre_x = sum(h * (x + 0.5) for (_, x), h in heat.items()) / sum(heat.values()) * dx
        centre_y = sum(h * (y + 0.5) for (y, _), h in heat.items()) / sum(heat.values()) * dy
        want.append((*box, centre_x, centre_y, max(heat.values()), len(part) / (ROWS * COLUMNS)))
    found = components(values, SIZE, threshold)
    got = [(*c.box.tuple(), *c.centre, c.score, c.area) for c in found]
    assert len(got) == len(want)
    for a, b in zip(sorted(got), sorted(want), strict=True):
        assert a == pytest.approx(b, abs=0.006)  # boxes lie on a grid of 0.01 pixels
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)


@given(maps)
def test_what_is_as_hot_as_the_threshold_is_not_above_it(values: np.ndarray) -> None:
    assert all(c.score > 0.5 for c in components(values, SIZE, 0.5))
    assert components(values, SIZE, 1.0) == []
