"""Calibration does what it says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import StudioError
from tvau_studio.training.calibration import ENOUGH, best_scale, quiet_bias, set_calibration
from tvau_studio.tvau.ahd import heat
from tvau_studio.tvau.modeling_tvau import TVAU


@given(st.integers(ENOUGH, 400), st.floats(0.5, 1.0), st.integers(0, 2**32 - 1))
def test_the_share_of_quiet_frames_stays_below_half(n: int, quiet: float, seed: int) -> None:
    chance = np.random.default_rng(seed)
    margins = [chance.normal(3, 2, (4, 5)).astype(np.float32) for _ in range(n)]
    bias = quiet_bias(margins, quiet)
    loud = [bool((1 / (1 + np.exp(-(m.astype(np.float64) + bias))) > 0.5).any()) for m in margins]
    assert np.mean(loud) <= 1 - quiet + 1e-9
    # No more than needed: with the next larger peak allowed, too many would be loud.
    assert np.mean(loud) > 1 - quiet - 1.5 / n


def test_too_few_quiet_frames_are_refused() -> None:
    with pytest.raises(StudioError, match="too few"):
        quiet_bias([np.zeros((2, 2), np.float32)] * (ENOUGH - 1))


def test_the_scale_that_made_the_labels_is_found() -> None:
    chance = np.random.default_rng(0)
    margins = chance.normal(0, 6, 40_000).astype(np.float32)
    p = 1 / (1 + np.exp(-(margins - 2.0) / 3.0))
    labels = (chance.random(len(p)) < p).astype(np.float32)
    assert best_scale(margins, labels, -2.0) == pytest.approx(3.0, rel=0.08)


def test_it_is_stored_and_used_and_keeps_the_order(make_model: Callable[..., TVAU]) -> None:
    model = make_model()
    cosines = torch.rand(2, 2, 3, 4) / 50
    before = model.heat(cosines)
    set_calibration(model, -1.5, 2.0)
    after = model.heat(cosines)
    assert model.config.ahd is not None
    assert model.config.ahd.bias == -1.5
    assert torch.equal(after, heat(cosines, model.config.ahd))
    margin = 100 * (cosines[:, 1] - cosines[:, 0])
    assert torch.allclose(after, torch.sigmoid((margin - 1.5) / 2), atol=1e-6)
    assert torch.equal(before.flatten().argsort(), after.flatten().argsort())
