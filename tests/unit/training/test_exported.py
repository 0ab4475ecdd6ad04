"""Labelled clips as training pairs at the network's size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tvau_studio.training import datasets
from tvau_studio.training.exported import ExportedPairs, cropped
from tvau_studio.training.streams import Pairs
from tvau_studio.tvau.modeling_tvau import TVAU

from .test_heatmap import SIZE, Film, data, film  # noqa: F401 - data is a fixture


@pytest.fixture
def exported(model: TVAU, data: datasets.DataSet, tmp_path: Path) -> ExportedPairs:  # noqa: F811
    events = ("person running", "anomaly")
    return ExportedPairs(model.processor, data.split()[0], tmp_path / "pairs", film, events)


def test_a_clip_gives_its_pairs_with_their_classes(exported: ExportedPairs) -> None:
    pairs = exported.clip(1)
    assert pairs.pictures.shape == (4, 2, *SIZE, 3)  # the network's shortest edge is the picture's
    video = Film(1)
    for k in range(4):
        assert np.array_equal(pairs.pictures[k, 0], video[2 * k])
        assert np.array_equal(pairs.pictures[k, 1], video[2 * k + 1])
        bright = (pairs.pictures[k, 0] == 250).all(-1)
        assert np.array_equal(pairs.classes[k] == 1, bright if k < 3 else np.zeros_like(bright))


def test_batches_follow_from_chance_and_hold_still_pairs_too(exported: ExportedPairs) -> None:
    a, b = (exported.batch(np.random.default_rng(3), 40) for _ in range(2))
    assert np.array_equal(a.pictures, b.pictures)
    still = (a.pictures[:, 0] == a.pictures[:, 1]).all(axis=(1, 2, 3))
    assert 8 < still.sum() < 32
    assert a.classes.any(axis=(1, 2)).sum() > 20


def test_quiet_pairs_hold_nothing(exported: ExportedPairs) -> None:
    found = exported.quiet(100)
    assert sum(map(len, found)) == 3  # the last pair of each clip
    assert not any(pairs.classes.any() for pairs in found)
    assert len(exported.quiet(1)) == 1


def test_crops_lie_inside_and_mostly_hold_what_is_anomalous() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (30, 2, 60, 90, 3), np.uint8)
    classes = np.zeros((30, 60, 90), np.uint8)
    classes[:, 50:58, 80:88] = 4
    pictures[:, :, 50:58, 80:88] = 7
    found = cropped(Pairs(pictures, classes), 28, np.random.default_rng(1))
    assert found.pictures.shape == (30, 2, 28, 28, 3)
    assert 15 < found.classes.any(axis=(1, 2)).sum() <= 30
    assert (found.pictures[:, 0][found.classes > 0] == 7).all()
    assert cropped(Pairs(pictures, classes), 200, np.random.default_rng(1)).pictures.shape == pictures.shape
