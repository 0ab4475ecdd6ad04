from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tvau_studio.evaluation.localisation import Localisation, heat_in, localise, points

FEW = settings(max_examples=40)

SIZE = (90, 180)


def spot(row: int, column: int, heat: float = 0.9) -> np.ndarray:
    values = np.full((9, 18), 0.1, np.float32)
    values[row, column] = heat
    return values


def test_the_maximum_points_into_a_box_widened_by_a_tenth() -> None:
    values = spot(4, 5)  # its centre is at 55, 45
    assert points(values, [(50, 40, 10, 10)], SIZE)
    assert points(values, [(56, 40, 10, 10)], SIZE)
    assert not points(values, [(56.5, 40, 10, 10)], SIZE)
    assert points(values, [(44, 35, 10, 10)], SIZE)
    assert not points(values, [(43.5, 35, 10, 10)], SIZE)
    assert points(values, [(0, 0, 1, 1), (50, 40, 10, 10)], SIZE)
    assert not points(values, [], SIZE)


def test_heat_in_a_box_is_its_90th_percentile() -> None:
    values = np.arange(162, dtype=np.float32).reshape(9, 18)
    assert heat_in(values, (20, 10, 30, 20), SIZE) == np.percentile(values[1:3, 2:5], 90)
    assert heat_in(values, (23, 14, 2, 2), SIZE) == values[1, 2]
    assert heat_in(values, (-50, -50, 65, 65), SIZE) == values[0, 0]
    assert heat_in(values, (175, 85, 500, 500), SIZE) == values[8, 17]
    assert heat_in(values, (180, 10, 5, 5), SIZE) is None
    assert heat_in(values, (-9, 10, 9, 5), SIZE) is None


def test_the_sums_of_a_frame() -> None:
    values = spot(4, 5)
    values[0, 17] = 0.6
    hot, warm, cold = (50, 40, 10, 10), (170, 0, 10, 10), (0, 0, 10, 10)
    got = localise(values, [hot, cold], [warm, cold], SIZE)
    assert got == Localisation(1, 1, 2.5, 4, 1, 2, 1, 2)
    assert (got.pointing, got.rank, got.fires, got.fires_normal) == (1.0, 0.625, 0.5, 0.5)
    assert localise(values, [], [warm], SIZE) == Localisation(normal=1, fired_normal=1)
    assert localise(values, [(500, 500, 9, 9)], [], SIZE) == Localisation()
    empty = Localisation()
    assert (empty.pointing, empty.rank, empty.fires, empty.fires_normal) == (None, None, None, None)
    assert got + got == Localisation(2, 2, 5.0, 8, 2, 4, 2, 4)


boxes = st.lists(
    st.tuples(st.floats(-40, 200), st.floats(-40, 120), st.floats(0.5, 90), st.floats(0.5, 90)), max_size=3
)


@FEW
@given(boxes, boxes, st.integers(0, 99))
def test_counts_are_shares_and_rank_turns_round(hot: list, calm: list, seed: int) -> None:
    values = np.random.default_rng(seed).random((9, 18))
    a, b = localise(values, hot, calm, SIZE), localise(values, calm, hot, SIZE)
    assert a.pairs == b.pairs
    assert a.ranked + b.ranked == a.pairs
    assert (a.fired, a.anomalous, a.fired_normal, a.normal) == (b.fired_normal, b.normal, b.fired, b.anomalous)
    for share in (a.pointing, a.rank, a.fires, a.fires_normal):
        assert share is None or 0 <= share <= 1
    assert localise(values / 2, hot, calm, SIZE, 0.25) == a
