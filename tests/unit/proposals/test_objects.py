from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.geometry import Box
from tvau_studio.domain.heatmap import Heatmap
from tvau_studio.proposals.linking import link
from tvau_studio.proposals.objects import cells, proposals


def heat_of(cells_of_step: list[list[tuple[int, int]]], first: int = 0, size: tuple[int, int] = (90, 180)) -> Heatmap:
    """A map of 9 x 18 cells of 10 x 10 pixels per pair; the cells named are hot."""
    values = np.full((len(cells_of_step), 9, 18), 0.1, np.float32)
    for step, hot in enumerate(cells_of_step):
        for n, (row, column) in enumerate(hot):
            values[step, row, column] = 0.9 - n / 100
    pairs = first + np.arange(len(cells_of_step))
    return Heatmap(values, np.stack([2 * pairs, 2 * pairs + 1], 1), size, "m")


def test_a_pair_serves_two_frames() -> None:
    heat = heat_of([[], [(2, 3)], [(2, 4)], [(2, 5)], []], first=5)
    [found] = proposals(heat, 100)
    # Pairs 6, 7 and 8 are frames 12 to 17; behind them it is not in the picture.
    assert [(frame, box and box.tuple()) for frame, box in found.keyframes] == [
        (12, (30, 20, 10, 10)),
        (14, (40, 20, 10, 10)),
        (16, (50, 20, 10, 10)),
        (18, None),
    ]
    assert (found.start, found.stop) == (12, 18)
    assert found.score == np.float32(0.9)


def test_nothing_lies_behind_the_end_of_the_video() -> None:
    [found] = proposals(heat_of([[(2, 3)]] * 4), 7)
    assert found.stop == 7
    assert found.keyframes[-1][1] is not None
    assert [p.stop for p in proposals(heat_of([[(2, 3)]] * 4), 8)] == [8]
    # The last pair of an odd video is one frame: three in all.
    assert proposals(heat_of([[(2, 3)]] * 2), 3, min_frames=4) == []
    assert len(proposals(heat_of([[(2, 3)]] * 2), 3, min_frames=3)) == 1


def test_a_flicker_is_bridged_and_a_gap_is_outside() -> None:
    hot = [(4, 8)]
    [found] = proposals(heat_of([hot, hot, [], hot, [], [], [], hot]), 16)
    assert [frame for frame, box in found.keyframes if box is None] == [8]
    assert [frame for frame, box in found.keyframes if box is not None] == [0, 2, 6, 14]
    two = proposals(heat_of([hot, hot, *[[]] * 13, hot, hot]), 40)
    assert [(p.start, p.stop) for p in two] == [(0, 4), (30, 34)]


def test_boxes_are_drawn_to_their_neighbours() -> None:
    [found] = proposals(heat_of([[(2, 3)], [(2, 4)], [(2, 4)]]), 6)
    assert [box.x for _, box in found.keyframes if box is not None] == [30, 37.5, 40]


def test_the_score_is_the_maximum_inside_the_boxes() -> None:
    # The hotter cell lies in the box of the ring around it, and is a component of its own.
    ring = [(r, c) for r in range(2, 7) for c in range(4, 9) if r in (2, 6) or c in (4, 8)]
    heat = heat_of([ring] * 3)
    heat.values[:, 4, 6] = 0.99
    scores = {round(p.score, 2) for p in proposals(heat, 6)}
    assert scores == {0.99}


@given(
    st.floats(-50, 200),
    st.floats(-50, 200),
    st.floats(0, 200),
    st.floats(0, 200),
    st.integers(1, 30),
    st.integers(1, 30),
)
def test_the_cells_of_a_box(x: float, y: float, w: float, h: float, rows: int, columns: int) -> None:
    size = (120, 160)
    ys, xs = cells(Box(x, y, w, h), (rows, columns), size)
    assert 0 <= ys.start < ys.stop <= rows
    assert 0 <= xs.start < xs.stop <= columns
    whole = cells(Box(0, 0, 160, 120), (rows, columns), size)
    assert whole == (slice(0, rows), slice(0, columns))
    dy, dx = 120 / rows, 160 / columns
    some = (rows // 2, columns // 2)
    box = Box(some[1] * dx, some[0] * dy, dx, dy)
    assert cells(box, (rows, columns), size) == (slice(some[0], some[0] + 1), slice(some[1], some[1] + 1))


def test_a_long_gap_ends_a_track() -> None:
    rows = [np.array([[0.0, 0.0]]), np.zeros((0, 2)), np.zeros((0, 2)), np.array([[1.0, 0.0]])]
    assert link(rows, 5, max_gap=2) == [{0: 0, 3: 0}]
    assert link(rows, 5, max_gap=1) == [{0: 0}, {3: 0}]
    assert link(rows, 5) == [{0: 0, 3: 0}]
