"""Clips are laid by rule; nothing that somebody said is lost by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import Clip, Comment, Keyframe, Object, Video
from tvau_studio.services.clipping import Laying, from_range, lay
from tvau_studio.services.projects import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.tvau", person="ann") as made:
        rows = [
            Video(key="v", path="one.mp4", frames=60),
            Video(key="w", path="two.mp4"),
            Clip(key="whole", video="v", id="one:0:60", start=0, stop=60),
            Clip(key="said", video="v", id="one:1:9", start=1, stop=9),
            Comment(key="k", clip="said", text="Look here"),
            Object(key="o", video="v", track=1),
            Keyframe(key="o@20", object="o", frame=20, x=0, y=0, w=9, h=9),
            Keyframe(key="o@31", object="o", frame=31, x=9, y=0, w=9, h=9),
            Object(key="p", video="v", track=2, model="m", verdict="rejected"),
            Keyframe(key="p@50", object="p", frame=50, x=0, y=0, w=9, h=9),
        ]
        made.commit(edit("Fill", [created(row) for row in rows]))
        yield made


def _clips(project: Project) -> list[tuple[int, int]]:
    return [(c.start, c.stop) for c in project.clips]


def test_windows_come_and_what_nobody_worked_on_goes(project: Project) -> None:
    found = lay(project, ["v"], Laying(length=24, stride=12, replace=True))
    assert (found.made, found.gone, found.kept) == (4, 1, 0)
    project.commit(found.edit)
    assert _clips(project) == [(0, 24), (1, 9), (12, 36), (24, 48), (36, 60)]
    assert next(c.id for c in project.clips) == "one:0:24"
    assert len(project.objects) == 2, "labels stay"
    again = lay(project, ["v"], Laying(length=24, stride=12, replace=True))
    assert not again.edit
    assert again.kept == 4
    project.undo()
    assert _clips(project) == [(0, 60), (1, 9)]


def test_around_objects_not_beyond_the_video_nor_around_rejected_ones(project: Project) -> None:
    found = lay(project, ["v"], Laying("objects", margin=30))
    project.commit(found.edit)
    assert (0, 60) in _clips(project)
    assert found.made == 0, "the whole video is a clip already"
    found = lay(project, ["v"], Laying("objects", margin=5))
    project.commit(found.edit)
    assert _clips(project) == [(0, 60), (1, 9), (15, 37)]


def test_around_peaks_where_scores_are_known(project: Project) -> None:
    known = {"v": [FrameRange(10, 14), FrameRange(50, 60)]}
    found = lay(project, ["v", "w"], Laying("peaks", margin=4), peaks=lambda video: known.get(video.key))
    assert list(found.unknown) == ["two.mp4"]
    project.commit(found.edit)
    assert _clips(project) == [(0, 60), (1, 9), (6, 18), (46, 60)]


def test_a_video_whose_length_nobody_knows_is_named(project: Project) -> None:
    found = lay(project, ["w"], Laying())
    assert not found.edit
    assert list(found.unknown) == ["two.mp4"]


def test_no_clip_without_frames(project: Project) -> None:
    with pytest.raises(UsageError):
        Laying(length=0)
    with pytest.raises(UsageError):
        Laying(stride=0)


def test_work_that_is_stopped_changes_nothing(project: Project) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lay(project, ["v"], Laying(), check=stop)
    assert _clips(project) == [(0, 60), (1, 9)]


def test_a_clip_by_hand_is_made_once(project: Project) -> None:
    made, key = from_range(project, "v", FrameRange(5, 9))
    project.commit(made)
    (clip,) = (c for c in project.clips if c.key == key)
    assert (clip.id, clip.start, clip.stop) == ("one:5:9", 5, 9)
    with pytest.raises(UsageError, match="already"):
        from_range(project, "v", FrameRange(5, 9))
