"""Clips as files of their own: each of their pictures, and nothing left behind where it fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tvau_studio.domain.errors import Cancelled, StudioError, UsageError
from tvau_studio.media.encoder import write_video
from tvau_studio.media.video import Video
from tvau_studio.services.exchange import ExportReport
from tvau_studio.services.projects import Project


def picture(n: int) -> np.ndarray:
    """As bright as its number says."""
    return np.full((32, 48, 3), 10 * n, np.uint8)


def numbers(pictures: Any) -> list[int]:
    return [round(float(p.mean()) / 10) for p in pictures]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A video of 20 pictures at an uneven pace, with three clips of 8."""
    write_video(tmp_path / "a b.mp4", ((n / 24 + (n % 2) / 100, picture(n)) for n in range(20)))
    with Project.create(tmp_path / "p.tvau", person="ann") as made:
        made.add_videos([tmp_path / "a b.mp4"], clips="8/6")
        yield made


def export(project: Project, tmp_path: Path, media: str, **wishes: Any) -> tuple[ExportReport, list[dict[str, Any]]]:
    out = tmp_path / "out"
    out.mkdir(exist_ok=True)
    report = project.export("jsonl", out / "set.jsonl", state="all", media=media, **wishes)
    return report, [json.loads(line) for line in (out / "set.jsonl").read_bytes().splitlines()]


def test_a_film_holds_the_pictures_of_its_clip(project: Project, tmp_path: Path) -> None:
    report, rows = export(project, tmp_path, "clips")
    assert [row["frames"] for row in rows] == [[0, 8], [6, 14], [12, 20]]
    for row in rows:
        path = row["messages"][0]["content"][0]["video"]
        assert path == f"set_clips/a b_{row['frames'][0]}_{row['frames'][1]}.mp4"
        with Video(tmp_path / "out" / path) as film:
            assert numbers(film) == list(range(*row["frames"]))
            with Video(tmp_path / "a b.mp4") as whole:
                a, b = row["frames"]
                assert np.allclose(film.times, whole.times[a:b] - whole.times[a], atol=1e-3)
    assert [p.name for p in report.files] == ["set.jsonl", "a b_0_8.mp4", "a b_6_14.mp4", "a b_12_20.mp4"]
    again, _ = export(project, tmp_path, "clips")
    assert again.files == report.files


def test_pictures_are_those_of_the_clip(project: Project, tmp_path: Path) -> None:
    report, rows = export(project, tmp_path, "frames", style="swift")
    [shown] = rows[1]["videos"]
    assert shown == [f"set_frames/a b_6_14/{n:06d}.jpg" for n in range(6, 14)]
    with Video(tmp_path / "out/set_frames/a b_6_14") as folder:
        assert numbers(folder) == list(range(6, 14))
    assert report.files[1:] == tuple(tmp_path / "out/set_frames" / f"a b_{a}_{a + 8}" for a in (0, 6, 12))


@pytest.mark.parametrize("media", ["clips", "frames"])
def test_what_is_cut_out_comes_back_as_labels(project: Project, tmp_path: Path, media: str) -> None:
    export(project, tmp_path, media)
    with Project.create(tmp_path / "q.tvau") as other:
        other.import_("jsonl", tmp_path / "out/set.jsonl")
        assert list(other.document().rows("dialogue")) == [], "it follows from the labels, as before"
        assert [c.id for c in other.clips] == [c.id for c in project.clips]


def test_nothing_is_left_of_an_export_that_was_stopped(project: Project, tmp_path: Path) -> None:
    asked = 0

    def stop() -> None:
        nonlocal asked
        asked += 1
        if asked > 12:  # in the second clip
            raise Cancelled

    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(Cancelled):
        project.export("jsonl", out / "set.jsonl", state="all", media="clips", cancel=stop)
    assert list(out.iterdir()) == []


def test_files_of_an_earlier_export_stay_where_a_later_one_fails(project: Project, tmp_path: Path) -> None:
    report, _ = export(project, tmp_path, "clips")
    before = {path: path.read_bytes() for path in report.files}
    # A file of the same content near it would be taken in its place, and other tests made some.
    (tmp_path / "a b.mp4").write_bytes(b"no video")
    with pytest.raises(StudioError, match=r"a b\.mp4"):
        export(project, tmp_path, "clips")
    assert {path: path.read_bytes() for path in before} == before


def test_a_look_ahead_cuts_nothing(project: Project, tmp_path: Path) -> None:
    from tvau_studio.services.exchange import ExportWishes, preview_export

    report = preview_export(project, "jsonl", tmp_path / "set.jsonl", ExportWishes(state="all", media="clips"))
    assert report.clips == 3
    assert not (tmp_path / "set_clips").exists()


def test_a_file_in_the_way_is_told(project: Project, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/set_clips").write_text("mine")
    with pytest.raises(StudioError, match="there is a file of that name"):
        export(project, tmp_path, "clips")
    assert (tmp_path / "out/set_clips").read_text() == "mine"
    assert not (tmp_path / "out/set.jsonl").exists()


def test_formats_without_dialogues_have_no_media(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="mot holds no dialogues"):
        project.export("mot", tmp_path / "x.txt", media="clips")
    with pytest.raises(UsageError, match="There is no style 'unsloth'; choose trl, llamafactory or swift"):
        project.export("jsonl", tmp_path / "x.jsonl", style="unsloth")
