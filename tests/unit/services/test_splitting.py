"""Splits of a project, and videos that show the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.domain.errors import Cancelled, UsageError
from tvau_studio.media.encoder import write_video
from tvau_studio.media.imageops import resize
from tvau_studio.services import splitting
from tvau_studio.services.likeness import likeness
from tvau_studio.services.projects import Project
from tvau_studio.services.splitting import SplitWishes


def street(n: int, seed: int, height: int = 96) -> np.ndarray:
    """One camera's picture at frame n, with a passer-by who depends on the seed."""
    ground = np.random.default_rng(0).integers(60, 120, (12, 16, 3))
    picture = np.repeat(np.repeat(ground, 8, 0), 8, 1).astype(np.uint8)
    x, y = (5 + n + 37 * seed) % 110, 10 + 50 * (seed % 2)
    picture[y : y + 24, x : x + 12] = 150
    return picture if height == 96 else resize(picture, (height, height * 4 // 3))


def film(path: Path, seed: int, frames: range = range(48), height: int = 96) -> Path:
    write_video(path, ((n / 24, street(k, seed, height)) for n, k in enumerate(frames)))
    return path


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Two passers-by before one camera, a smaller copy of the first, a part of it, and another place."""
    root = tmp_path / "yard"  # files that moved are looked for one folder up, where other tests have theirs
    root.mkdir()
    films = [film(root / "a.mp4", 0), film(root / "b.mp4", 1), film(root / "copy.mp4", 0, height=48)]
    films.append(film(root / "part.mp4", 0, range(17, 41)))
    write_video(root / "else.mp4", ((n / 24, np.full((96, 128, 3), 200, np.uint8)) for n in range(48)))
    with Project.create(root / "p.tvau", person="ann") as made:
        made.add_videos([*films, root / "else.mp4"])
        yield made


def test_copies_and_parts_are_told_from_the_same_camera(project: Project) -> None:
    found = likeness(project)
    pairs = {frozenset((p.one.stem, p.other.stem)) for p in found.pairs}
    assert pairs == {frozenset(("a", "copy")), frozenset(("a", "part")), frozenset(("copy", "part"))}
    assert not any(p.same_file for p in found.pairs)
    assert found.unseen == []
    assert found.leaks == []


def test_what_was_seen_is_kept(project: Project, tmp_path: Path) -> None:
    first = likeness(project)
    for path in (tmp_path / "yard").glob("*.mp4"):
        path.unlink()
    assert likeness(project) == first
    kept = sorted((project.cache_folder / "looks").iterdir())
    assert len(kept) == 5
    kept[0].write_bytes(b"damaged")
    assert len(likeness(project).unseen) == 1


def test_videos_in_two_splits_that_show_the_same_leak(project: Project) -> None:
    keys = {v.stem: v.key for v in project.videos}
    splitting.apply(project, {keys["a"]: "train", keys["copy"]: "test", keys["part"]: "train"})
    leaks = {frozenset((p.one.stem, p.other.stem)) for p in likeness(project).leaks}
    assert leaks == {frozenset(("a", "copy")), frozenset(("copy", "part"))}


def test_what_shows_the_same_is_dealt_out_together(project: Project) -> None:
    for seed in range(6):
        report = splitting.plan(project, SplitWishes({"train": 0.5, "test": 0.5}, seed))
        keys = {v.stem: v.key for v in project.videos}
        assert len({report.splits[keys[name]] for name in ("a", "copy", "part")}) == 1
    assert report.changed == 5
    assert report.before.clips == {"": 5}
    assert sum(report.after.clips.values()) == 5


def test_without_looking_only_the_same_files_go_together(project: Project, tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text(
        json.dumps({"id": "m", "video": "gone.mp4", "frames": [0, 4], "objects": []})
    )
    project.import_("jsonl", tmp_path / "labels.jsonl")
    report = splitting.plan(project, SplitWishes(look=False))
    assert report.likeness is None
    assert len(report.splits) == 6
    assert [v.stem for v in likeness(project).unseen] == ["gone"]


def test_splits_are_one_step_of_undo(project: Project) -> None:
    report = splitting.plan(project, SplitWishes(look=False))
    assert splitting.apply(project, report.splits) == 5
    assert {v.key: v.split for v in project.videos} == dict(report.splits)
    assert splitting.apply(project, report.splits) == 0
    assert splitting.balance_of(project) == report.after
    assert project.undo_label == "Split the videos"
    project.undo()
    assert all(v.split is None for v in project.videos)


def test_clips_are_counted_by_their_events(project: Project, tmp_path: Path) -> None:
    boxes = [[f, 1, 2, 3, 4] for f in range(6)]
    thing = {"track": 1, "boxes": boxes, "segments": [[0, 4, "person running", ""]]}
    said = {"id": "y", "frames": [6, 8], "anomaly": True}
    rows = [{"id": "x", "frames": [0, 6], "objects": [thing]}, {**said, "objects": []}]
    text = "".join(json.dumps({"video": "n.mp4", **row}) + "\n" for row in rows)
    (tmp_path / "labels.jsonl").write_text(text)
    project.import_("jsonl", tmp_path / "labels.jsonl")
    events = {k: sum(row.values()) for k, row in splitting.balance_of(project).events.items()}
    assert events == {"normal": 5, "person running": 1, "anomaly": 1}


def test_wishes_that_make_no_sense_and_stopping(project: Project) -> None:
    with pytest.raises(UsageError, match="add up to 1"):
        splitting.plan(project, SplitWishes({"train": 0.5}, look=False))

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        splitting.plan(project, cancel=stop)
