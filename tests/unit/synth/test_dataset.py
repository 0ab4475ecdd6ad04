"""Data sets on disk: whole or not at all, the same from one seed, and read by import, training and decoder alike."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("numba", reason="rendering needs the extra [train]")

from tvau_studio.domain.errors import Cancelled, StudioError, UsageError
from tvau_studio.formats import jsonl
from tvau_studio.formats.base import ReadOptions
from tvau_studio.media.video import Video
from tvau_studio.synth.clips import render_clip
from tvau_studio.synth.dataset import LABELS, Recipe, write_dataset
from tvau_studio.synth.scenes import Options

RECIPE = Recipe(clips=3, seed=11, frames=6, size=(64, 96), fps=8.0, options=Options(person=20, normal=0.0))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("synth") / "set"
    write_dataset(where, RECIPE)
    return where


def rows(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / LABELS).read_text(encoding="utf-8").splitlines()]


def test_videos_masks_and_labels_agree_with_the_renderer(folder: Path) -> None:
    found = rows(folder)
    assert len(found) == 3
    for n, row in enumerate(found):
        clip = render_clip(11 + n, 6, (64, 96), 8.0, RECIPE.options)
        assert np.array_equal(np.load(folder / str(row["masks"])), clip.masks())
        name = Path(str(row["video"])).stem
        assert np.array_equal(np.load(folder / "instances" / f"{name}.npy"), clip.instances)
        video = Video(folder / str(row["video"]))
        assert len(video) == 6
        assert np.abs(video[3].astype(int) - clip.pictures[3]).mean() < 12  # coded, yet the same picture
        assert row["anomaly"] is bool(clip.anomalous.any())
        for thing, wanted in zip(row["objects"], clip.objects, strict=True):  # type: ignore[call-overload]
            assert {int(f): tuple(box) for f, *box in thing["boxes"]} == wanted.boxes
            assert thing["appearance"] == wanted.appearance["en"]
            assert thing["zh"]["appearance"] == wanted.appearance["zh"]
            assert [(a, b, event) for a, b, event, _ in thing["segments"]] == [s[:3] for s in wanted.segments]
        assert row["messages"][1]["content"][0]["text"].startswith("Yes" if row["anomaly"] else "No")  # type: ignore[index]


def test_the_studio_imports_it_without_a_remark(folder: Path) -> None:
    reading = jsonl.read(folder / LABELS, ReadOptions())
    assert reading.warnings == []
    assert len(reading.rows) > 3


def test_the_same_recipe_gives_the_same_labels_with_any_number_of_workers(folder: Path, tmp_path: Path) -> None:
    write_dataset(tmp_path / "again", RECIPE, workers=2)
    assert (tmp_path / "again" / LABELS).read_bytes() == (folder / LABELS).read_bytes()


def test_a_folder_that_holds_something_is_refused(folder: Path) -> None:
    before = (folder / LABELS).read_bytes()
    with pytest.raises(StudioError, match="not empty"):
        write_dataset(folder, RECIPE)
    assert (folder / LABELS).read_bytes() == before


def test_stopped_it_leaves_nothing(tmp_path: Path) -> None:
    done: list[int] = []
    with pytest.raises(Cancelled):
        write_dataset(tmp_path / "set", RECIPE, progress=lambda n, total: done.append(n), cancel=lambda: len(done) > 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(clips=0),
        Recipe(clips=1, frames=0),
        Recipe(clips=1, size=(63, 96)),
        Recipe(clips=1, seed=-1),
        Recipe(1, fps=0),
    ],
)
def test_what_cannot_be_rendered_is_wrong_usage(recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_dataset(tmp_path / "set", recipe)
