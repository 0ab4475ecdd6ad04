"""Clips that look alike are found by the network's own features."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.domain.errors import Cancelled
from tvau_studio.media.encoder import write_video
from tvau_studio.services import models, similar
from tvau_studio.services.projects import Project


def _film(path: Path, colour: tuple[int, int, int], seed: int) -> None:
    dice = np.random.default_rng(seed)
    ground = np.full((64, 96, 3), colour, np.uint8)
    pictures = [np.clip(ground + dice.integers(-9, 9, ground.shape), 0, 255).astype(np.uint8) for _ in range(8)]
    write_video(path, ((n / 24, picture) for n, picture in enumerate(pictures)))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    for n, (name, colour) in enumerate(
        {"red1": (200, 40, 40), "red2": (190, 50, 45), "blue1": (30, 60, 200), "blue2": (40, 50, 190)}.items()
    ):
        _film(tmp_path / f"{name}.mp4", colour, n)
    with Project.create(tmp_path / "p.tvau", person="ann") as made:
        made.add_videos([tmp_path])
        yield made


def test_the_most_alike_come_first_and_are_computed_once(
    project: Project, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = models.load_model(str(model_folder), device="cpu")
    names = {clip.key: clip.id.partition(":")[0] for clip in project.clips}
    seen: list[tuple[int, int]] = []
    known = similar.vectors(project, model, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (4, 4)
    for start, friend in {"red1": "red2", "blue2": "blue1"}.items():
        (key,) = (k for k, name in names.items() if name == start)
        order = [names[k] for k in similar.nearest(known, [key])]
        assert order[:2] == [start, friend]
    monkeypatch.setattr(model.host, "looks", None)
    again = similar.vectors(project, model)
    assert all(np.array_equal(again[k], v) for k, v in known.items())


def test_a_video_that_cannot_be_read_is_left_out_and_nothing_known_finds_nothing(
    project: Project, model_folder: Path
) -> None:
    model = models.load_model(str(model_folder), device="cpu")
    gone = next(v for v in project.videos if v.path.endswith("red1.mp4"))
    (project.folder / gone.path).write_text("no film")
    known = similar.vectors(project, model)
    assert len(known) == 3
    assert similar.nearest(known, ["unknown"]) == []


def test_work_that_is_stopped_is_not_lost(project: Project, model_folder: Path) -> None:
    model = models.load_model(str(model_folder), device="cpu")
    done: list[int] = []
    with pytest.raises(Cancelled):
        similar.vectors(project, model, lambda n, _: done.append(n), cancel=lambda: len(done) >= 2)
    kept = similar._read(project.cache_folder / "looks" / f"{model.id}.npz")
    assert len(kept) == 2
