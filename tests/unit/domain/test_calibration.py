"""Calibration of yes and no, against data whose truth is known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.calibration import Calibration, error, fit


def drawn(scale: float, bias: float, n: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """p as a model says it and what is true, where sigmoid(scale * logit + bias) is right."""
    rng = np.random.default_rng(1)
    z = rng.normal(0, 2, n)
    truth = rng.random(n) < 1 / (1 + np.exp(-(scale * z + bias)))
    return 1 / (1 + np.exp(-z)), truth


@pytest.mark.parametrize(("scale", "bias"), [(1.0, 0.0), (0.4, -0.5), (2.0, 1.0)])
def test_what_was_bent_is_straightened(scale: float, bias: float) -> None:
    p, truth = drawn(scale, bias)
    found = fit(p, truth)
    assert found.scale == pytest.approx(scale, rel=0.12)
    assert found.bias == pytest.approx(bias, abs=0.15)
    assert found.clips == 4000
    mended = [found(x) for x in p]
    assert error(mended, truth) < 0.03
    if scale != 1:
        assert error(p, truth) > 0.07


def test_nothing_is_changed_without_clips() -> None:
    assert Calibration()(0.3) == pytest.approx(0.3)


def test_a_set_that_is_told_apart_perfectly_has_a_fit() -> None:
    found = fit([0.01, 0.02, 0.98, 0.99], [False, False, True, True])
    assert 0 < found.scale < 10
    assert found(0.99) > 0.7
    assert fit([0.9, 0.8, 0.1, 0.2], [False, False, True, True]).scale == 0.0
    with pytest.raises(ValueError, match="both kinds"):
        fit([0.4, 0.5], [True, True])


def test_the_error_by_hand() -> None:
    assert error([0.95, 0.95, 0.25, 0.25], [True, False, False, False]) == pytest.approx((0.45 * 2 + 0.25 * 2) / 4)
    assert error([], []) == 0.0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40))
def test_a_fit_is_always_a_rising_probability(rows: list[tuple[float, bool]]) -> None:
    p, truth = [r[0] for r in rows], [r[1] for r in rows]
    if len(set(truth)) < 2:
        return
    found = fit(p, truth)
    assert np.isfinite([found.scale, found.bias]).all()
    values = [found(x) for x in (0.0, 0.1, 0.5, 0.9, 1.0)]
    assert all(0 <= a <= b <= 1 for a, b in pairwise(values))
