"""From nothing, with rendered scenes beside the export: what each phase is fed, quiet pictures, resuming."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tvau_studio.domain.errors import StudioError
from tvau_studio.training import base
from tvau_studio.training.base import Scenes, train_base
from tvau_studio.training.recipes import TINY, VisionPhase, recipe
from tvau_studio.training.streams import render_pairs
from tvau_studio.tvau.configuration import AHDConfig
from tvau_studio.tvau.modeling_tvau import TVAU

from .test_exported import data, exported  # noqa: F401 - fixtures
from .test_vision import square


def frame(seed: int) -> tuple[np.ndarray, np.ndarray]:
    picture, classes = square(seed)
    return np.tile(picture, (1, 2, 3, 1)), np.tile(classes, (2, 3))


def quiet(seed: int) -> tuple[np.ndarray, np.ndarray]:
    return frame(2 * seed + 1)


SCENES = Scenes(square, frame, quiet, seed=0, workers=0)
PHASE = VisionPhase(steps=2, batch=2, lr=1e-3, muon=1e-3)
RECIPE = replace(TINY, crops=PHASE, frames=PHASE)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "_CHECKED", {"crops": 8, "frames": 8})
    monkeypatch.setattr(base, "_QUIET", 60)
    monkeypatch.setattr(base, "_WHITENED", 700)
    monkeypatch.setattr(base, "_SIZES", {"crops": 32, "frames": 16})


def test_both_phases_run_and_quiet_pictures_stay_quiet(make_model: Callable[..., TVAU], tmp_path: Path) -> None:
    model = make_model()
    before = [p.clone() for p in model.visual.blocks.parameters()]
    table = model.embedding.weight.clone()
    told: list[str] = []
    found, figures = train_base(
        RECIPE,
        ((), ()),
        tmp_path,
        lambda e: pytest.fail("nothing to open"),
        SCENES,
        model=model,
        report=lambda r: told.append(r["stage"]),
    )
    assert told == ["crops", "crops", "frames", "frames"]
    assert "ap" in figures
    assert any(not torch.equal(a, b) for a, b in zip(before, model.visual.blocks.parameters(), strict=True))
    assert torch.equal(table, model.embedding.weight)
    assert isinstance(found.config.ahd, AHDConfig)
    assert found.config.ahd.bias != 0
    pairs = render_pairs(quiet, range(2 * base.UNSEEN, 2 * base.UNSEEN + 60))
    peaks = [float(m.max()) + found.config.ahd.bias for m in base.margins(found, pairs)]
    assert np.mean([p > 0 for p in peaks]) <= 0.05


def test_it_resumes_where_it_was(make_model: Callable[..., TVAU], tmp_path: Path) -> None:
    def run(folder: Path, steps: int | None = None) -> torch.Tensor:
        told: list[int] = []
        model = make_model()
        stop = (lambda: len(told) >= steps) if steps else (lambda: False)
        train_base(
            RECIPE,
            ((), ()),
            folder,
            lambda e: pytest.fail("nothing to open"),
            SCENES,
            model=model,
            report=lambda r: told.append(1),
            stop=stop,
        )
        return torch.cat([p.detach().flatten() for p in model.parameters()])

    whole = run(tmp_path / "whole")
    with pytest.raises(base.loop.Cancelled):
        run(tmp_path / "parts", 3)
    assert torch.equal(whole, run(tmp_path / "parts"))


def test_whole_pictures_are_mixed_with_crops_and_the_export(exported: base.ExportedPairs, tmp_path: Path) -> None:  # noqa: F811
    phase = replace(PHASE, share=0.5, crops=0.25)
    source = base._Source("frames", phase, 56, exported, SCENES, tmp_path, 0)
    seen = Counter(source(n).pictures.shape for n in range(80))
    assert set(seen) == {(2, 2, 112, 168, 3), (8, 2, 56, 56, 3)}
    assert 8 < seen[8, 2, 56, 56, 3] < 35
    crops = base._Source("crops", phase, 56, exported, SCENES, tmp_path, 0)
    assert {crops(n).pictures.shape for n in range(8)} == {(2, 2, 56, 56, 3)}


def test_nothing_to_train_on_is_said(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="--scenes"):
        train_base(RECIPE, ((), ()), tmp_path, lambda e: pytest.fail("nothing to open"))


def test_recipes() -> None:
    assert recipe("tiny") is TINY
    short = TINY.shortened(5)
    assert (short.words, short.crops.steps, short.frames.steps) == (5, 5, 5)
    assert TINY.shortened(10**9) == TINY
    assert TINY.vision["hidden_size"] % TINY.vision["num_heads"] == 0
