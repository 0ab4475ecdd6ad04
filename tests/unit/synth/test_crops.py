"""Training pairs: shapes, labels and shares."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numba", reason="rendering needs the extra [train]")

from tvau_studio.synth.crops import render_full_pair, render_pair
from tvau_studio.synth.stories import EVENTS


@pytest.mark.parametrize("render", [render_pair, render_full_pair])
def test_shapes_types_and_determinism(render: object) -> None:
    one, two = (render(11, size=(64, 96), frozen=False) for _ in range(2))  # type: ignore[operator]
    pictures, mask, classes = one
    assert pictures.shape == (2, 64, 96, 3)
    assert mask.shape == classes.shape == (64, 96)
    assert pictures.dtype == mask.dtype == classes.dtype == np.uint8
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def test_a_frozen_pair_shows_one_picture_twice() -> None:
    pictures, _, _ = render_pair(3, size=(48, 48), frozen=True)
    assert np.array_equal(pictures[0], pictures[1])


def test_a_moving_pair_differs_more_with_its_distance() -> None:
    def change(distance: int) -> float:
        pairs = [render_pair(k, (64, 64), False, distance, event="person riding bicycle")[0] for k in range(8)]
        return float(np.mean([np.abs(p[0].astype(int) - p[1]).mean() for p in pairs]))

    assert change(12) > change(1) > 0


@pytest.mark.parametrize("event", [e for e in EVENTS if e != "person loitering"])
def test_a_crop_about_an_event_shows_it(event: str) -> None:
    number = 1 + EVENTS.index(event)
    shown = 0
    for seed in range(10):
        _, mask, classes = render_pair(seed, size=(64, 64), frozen=True, event=event)
        assert np.array_equal(mask, classes > 0)
        shown += number in classes
    assert shown >= 8


def test_most_crops_hold_an_event_and_few_full_frames_do() -> None:
    crops = sum(render_pair(k, (32, 32), True)[1].any() for k in range(60)) / 60
    frames = sum(render_full_pair(k, (48, 80), True)[1].any() for k in range(40)) / 40
    assert crops > 0.6
    assert frames < 0.5
