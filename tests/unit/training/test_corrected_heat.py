"""Corrected heat is hot on the targets while their events last, cold elsewhere, and changes nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from tests.unit.training.conftest import thing
from tvau_studio.domain.frames import FrameRange
from tvau_studio.training import corrected_heat
from tvau_studio.training.corrected_heat import corrected
from tvau_studio.tvau.ahd import heat
from tvau_studio.tvau.configuration import AHDConfig

CONFIG = AHDConfig(taps=(0,), hidden=4, bias=-1.0, calibration=1.5)
GRID = (8, 12)  # cells of 14 pixels


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every target clearly hot, and no false places."""
    monkeypatch.setattr(corrected_heat, "_SPREAD", 0.0)
    monkeypatch.setattr(corrected_heat, "_FALSE", 0.0)


def _cosines(pairs: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(0).normal(0, 0.05, (pairs, 2, *GRID))).float()


@pytest.mark.usefixtures("sound")
def test_the_target_is_hot_and_all_else_cold(rows: list[dict[str, Any]]) -> None:
    cosines = _cosines(6)
    maps = heat(corrected(cosines, rows[0], FrameRange(0, 12), CONFIG, np.random.default_rng(1)), CONFIG)
    for k in range(6):
        x, y = 20 + 11 * 2 * k, 56  # the runner's centre
        assert maps[k, int(y // 14), int(x // 14)] > 0.85
    assert maps[:, 0].max() < 0.13  # the still woman above has no event
    assert maps[0, :, 8:].max() < 0.13
    assert maps[5, :, :6].max() < 0.13


@pytest.mark.usefixtures("sound")
def test_the_mean_of_both_channels_stays(rows: list[dict[str, Any]]) -> None:
    cosines = _cosines(6)
    found = corrected(cosines, rows[0], FrameRange(0, 12), CONFIG, np.random.default_rng(1))
    torch.testing.assert_close(found.mean(1), cosines.mean(1))


@pytest.mark.usefixtures("sound")
def test_a_window_is_counted_from_its_own_first_pair(rows: list[dict[str, Any]]) -> None:
    maps = heat(corrected(_cosines(2), rows[0], FrameRange(8, 12), CONFIG, np.random.default_rng(1)), CONFIG)
    hottest = maps.amax(1).argmax(1)  # columns
    assert [abs(int(c) - (20 + 11 * f) // 14) <= 1 for f, c in zip((8, 10), hottest, strict=True)] == [True, True]


@pytest.mark.usefixtures("sound")
def test_a_target_is_hot_only_while_its_event_lasts(rows: list[dict[str, Any]]) -> None:
    late = thing(1, "person running", (84, 56), (0, 0), segments=[[0, 6, None, ""], [6, 12, "person running", ""]])
    row = rows[0] | {"objects": [late]}
    maps = heat(corrected(_cosines(6), row, FrameRange(0, 12), CONFIG, np.random.default_rng(1)), CONFIG)
    assert (maps.flatten(1).amax(1) > 0.5).tolist() == [False, False, False, True, True, True]


def test_false_places_stay_as_they_are(rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrected_heat, "_FALSE", 40.0)
    cosines = torch.zeros(6, 2, *GRID)
    cosines[:, 1] = 0.1
    found = corrected(cosines, rows[1], FrameRange(0, 12), CONFIG, np.random.default_rng(1))
    kept = (found - cosines).abs().amax(1) < 1e-6
    assert 0.5 < kept.float().mean() <= 1


def test_without_a_size_nothing_is_known_of_places(rows: list[dict[str, Any]]) -> None:
    cosines = _cosines(6)
    assert corrected(cosines, rows[0] | {"size": None}, FrameRange(0, 12), CONFIG, np.random.default_rng(1)) is cosines
