from __future__ import annotations

import numpy as np
import pytest

from tvau_studio.media.charts import COLOURS, Axis, Line, chart


@pytest.mark.parametrize(
    ("axis", "ticks"),
    [
        (Axis("x"), [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (Axis("x", 0, 0.3), [0, 0.1, 0.2, 0.3]),
        (Axis("x", -3, 47), [0, 10, 20, 30, 40]),
        (Axis("x", 100, 1100), [200, 400, 600, 800, 1000]),
    ],
)
def test_ticks_are_round_numbers_within_the_axis(axis: Axis, ticks: list[float]) -> None:
    assert axis.ticks() == pytest.approx(ticks)
    assert "-0" not in [f"{t:g}" for t in axis.ticks()]


def drawn(picture: np.ndarray, n: int) -> np.ndarray:
    """Where the n-th line's colour is, [k, 2] of y, x, its sample in the key left out."""
    return np.argwhere((picture == COLOURS[n]).all(2)[:480])


def test_a_line_is_drawn_where_its_points_are() -> None:
    flat = Line("a", np.array([0.0, 1.0]), np.array([0.75, 0.75]))
    picture = chart("t", [flat], Axis("x"), Axis("y"), (600, 800))
    assert picture.shape == (600, 800, 3)
    where = drawn(picture, 0)
    # The frame goes from 64 to 544 and from 76 to 772.
    assert set(where[:, 0]) <= {183, 184, 185}
    assert where[:, 1].min() <= 80
    assert where[:, 1].max() >= 768


def test_what_is_outside_or_no_number_is_left_out() -> None:
    wild = Line("a", np.array([-9.0, 0.5, np.nan, 1e12]), np.array([0.75, 0.75, 0.1, 0.75]))
    where = drawn(chart("t", [wild], Axis("x"), Axis("y"), (600, 800)), 0)
    assert set(where[:, 0]) <= {183, 184, 185}
    assert where[:, 1].min() >= 76
    assert where[:, 1].max() <= 773
    nothing = Line("a", np.array([np.nan]), np.array([np.nan]))
    assert not len(drawn(chart("t", [nothing], Axis("x"), Axis("y"), (600, 800)), 0))
