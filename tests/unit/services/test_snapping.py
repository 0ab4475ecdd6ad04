"""The box of the heat under a pointer is the one that is seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.geometry import Box
from tvau_studio.services.overlays import sampled
from tvau_studio.services.snapping import blob, hottest

SIZE = (180, 320)


def spots() -> np.ndarray:
    values = np.zeros((9, 16), np.float32)
    values[2:4, 2:5] = 0.9
    values[6, 12] = 0.8
    return values


def test_each_spot_has_its_own_box() -> None:
    values = spots()
    first, second = blob(values, SIZE, 70, 60, 0.5), blob(values, SIZE, 250, 130, 0.5)
    assert first is not None
    assert second is not None
    assert first.iou(Box(40, 40, 60, 40)) > 0.75
    assert second.contains(250, 130)
    assert first.iou(second) == 0


@pytest.mark.parametrize("place", [(160, 90), (-5, 60), (70, 999)])
def test_where_it_is_cold_or_beside_the_picture_there_is_none(place: tuple[float, float]) -> None:
    assert blob(spots(), SIZE, *place, 0.5) is None


@given(st.integers(0, 2**31), st.floats(0.2, 0.9))
def test_the_edge_is_where_the_heat_crosses_the_threshold(seed: int, threshold: float) -> None:
    values = np.random.default_rng(seed).random((4, 6)).astype(np.float32)
    x, y, heat = hottest(values, SIZE, Box(0, 0, 320, 180))
    box = blob(values, SIZE, x, y, threshold)
    assert (box is not None) == (heat >= threshold) or abs(heat - threshold) < 0.05
    if box is None:
        return
    # Along the inside of each edge the heat reaches the threshold somewhere: the box is no wider than it has to be.
    ys, xs = np.linspace(box.y, box.y + box.h, 200) / 180, np.linspace(box.x, box.x + box.w, 200) / 320
    for edge in (box.x + 0.5, box.x + box.w - 0.5):
        assert sampled(values, ys, np.array([edge / 320])).max() > threshold - 0.05
    for edge in (box.y + 0.5, box.y + box.h - 0.5):
        assert sampled(values, np.array([edge / 180]), xs).max() > threshold - 0.05


def test_the_hottest_place_of_a_box() -> None:
    x, y, heat = hottest(spots(), SIZE, Box(200, 100, 100, 60))
    assert (x, y) == (pytest.approx(250, abs=3), pytest.approx(130, abs=3))
    assert heat == pytest.approx(0.8, abs=0.1)
