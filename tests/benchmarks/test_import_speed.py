"""A million boxes of MOT: read beside datumaro's reading of the same file, and taken into a project whole."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tvau_studio.formats import get
from tvau_studio.formats.base import ReadOptions
from tvau_studio.services.projects import Project

pytestmark = pytest.mark.benchmark

TRACKS, FRAMES = 1000, 1000


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sequence as datumaro wants it, whose tracks waver as a detector's do: every box is a keyframe."""
    path = tmp_path_factory.mktemp("sequence") / "gt" / "gt.txt"
    path.parent.mkdir()
    chance = random.Random(0)
    with path.open("w") as out:
        for track in range(1, TRACKS + 1):
            x, y = chance.uniform(0, 1800), chance.uniform(0, 900)
            for frame in range(1, FRAMES + 1):
                x, y = x + chance.gauss(0.5, 0.5), y + chance.gauss(0, 0.5)
                w, h = 40 + chance.random(), 80 + chance.random()
                out.write(f"{frame},{track},{x:.2f},{y:.2f},{w:.2f},{h:.2f},1,-1,-1,-1\n")
    return path


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_a_million_boxes_are_read_no_slower_than_by_datumaro(file: Path) -> None:
    datumaro = pytest.importorskip("datumaro", reason="datumaro is not installed")
    reader = get("mot").read
    assert reader is not None
    ours = seconds(lambda: reader(file, ReadOptions()))
    theirs = seconds(lambda: list(datumaro.Dataset.import_from(str(file.parent.parent), "mot_seq")))
    print(f"\nread {TRACKS * FRAMES} boxes: {ours:.1f} s, datumaro {theirs:.1f} s, ratio {theirs / ours:.2f}")
    assert theirs / ours >= 1.0


def test_a_million_boxes_are_taken_in_as_one_step_of_undo(file: Path, tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.tvau", person="ann") as project:
        took = seconds(lambda: project.import_("mot", file))
        print(f"\nimported {TRACKS * FRAMES} boxes in {took:.1f} s, {TRACKS * FRAMES / took:.0f} a second")
        assert project.undo_label == "Import gt.txt"
        assert len(project.objects) == TRACKS
