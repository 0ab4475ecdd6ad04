"""A whole tree of videos that moved is found by one look."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.domain.edits import changed, created, edit
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import Video
from tvau_studio.media.encoder import write_video
from tvau_studio.services import relinking
from tvau_studio.services.projects import Project


def _film(path: Path, frames: int) -> None:
    dice = np.random.default_rng(frames)
    pictures = (dice.integers(0, 255, (32, 48, 3), np.uint8) for _ in range(frames))
    write_video(path, ((n / 24, picture) for n, picture in enumerate(pictures)))


@pytest.fixture
def moved(tmp_path: Path) -> tuple[Project, Path]:
    """A project of three videos whose folder moved; one was renamed on the way, one is gone, one was never seen."""
    old, new = tmp_path / "old" / "deep", tmp_path / "elsewhere" / "deep"
    old.mkdir(parents=True)
    for n, name in enumerate(("one.mp4", "two.mp4", "three.mp4")):
        _film(old / name, 6 + n)
    project = Project.create(tmp_path / "p.tvau", person="ann")
    project.add_videos([old])
    project.commit(edit("Import", [created(Video(key="x", path="films/seen.mp4", frames=5))]))
    new.parent.mkdir()
    shutil.move(old, new)
    (new / "two.mp4").rename(new / "renamed.mp4")
    (new / "three.mp4").unlink()
    _film(new / "seen.mp4", 5)
    _film(new / "other.mp4", 9)
    return project, new.parent


def test_every_video_that_is_there_is_linked_as_one_step(moved: tuple[Project, Path]) -> None:
    project, folder = moved
    with project:
        assert len(relinking.missing(project)) == 4
        seen: list[tuple[int, int]] = []
        found = relinking.find_below(project, folder, lambda done, total: seen.append((done, total)))
        assert found.linked == 3
        assert [Path(p).name for p in found.still] == ["three.mp4"]
        assert seen
        project.commit(found.edit)
        paths = {Path(v.path).name for v in project.videos if (project.folder / v.path).exists()}
        assert paths == {"one.mp4", "renamed.mp4", "seen.mp4"}
        again = relinking.find_below(project, folder)
        assert not again.edit
        project.undo()
        assert len(relinking.missing(project)) == 4


def test_another_video_of_the_same_name_is_not_taken(moved: tuple[Project, Path]) -> None:
    project, folder = moved
    with project:
        (one,) = (v for v in project.videos if v.path.endswith("one.mp4"))
        shutil.copy(next(folder.rglob("other.mp4")), next(folder.rglob("one.mp4")))
        found = relinking.find_below(project, folder)
        assert one.path in found.still
        (x,) = (v for v in project.videos if v.key == "x")
        bigger = changed(x, frames=500)
        project.commit(edit("Longer", [bigger]))
        assert "films/seen.mp4" in relinking.find_below(project, folder).still


def test_a_folder_without_videos_is_said(moved: tuple[Project, Path], tmp_path: Path) -> None:
    project, _ = moved
    (tmp_path / "empty").mkdir()
    with project, pytest.raises(StudioError, match="no video"):
        relinking.find_below(project, tmp_path / "empty")
