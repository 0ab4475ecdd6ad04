"""The demo is made once, whole or not at all, from what the program ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.paths import data_folder, resource
from tvau_studio.services import demo
from tvau_studio.services.projects import Project


def test_the_demo_shows_clips_with_labels_and_nothing_is_missing(tmp_path: Path) -> None:
    path = demo.make(tmp_path / "demo")
    with Project.open(path) as project:
        clips = project.clip_list()
        assert len(clips) == len(list(resource("demo").glob("*.mp4"))) >= 5
        assert len({event for clip in clips for event in clip.events}) >= 4
        assert any(not clip.anomalous for clip in clips)
        assert {"accepted", "to review"} <= {clip.state for clip in clips}
        for video in project.videos:
            assert project.find_video(video) == tmp_path / "demo" / video.path
            assert video.fingerprint
            assert video.environment_en
            assert video.environment_zh
        # Its labels are nobody's to undo.
        assert (project.undo_label, project.undo()) == ("", None)
    assert sorted(p.suffix for p in path.parent.iterdir() if p.is_file()) == [*[".mp4"] * len(clips), ".tvau"]


def test_it_is_made_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TVAU_STUDIO_HOME", str(tmp_path))
    path = demo.ensure()
    assert path == data_folder() / "demo" / "demo.tvau"
    with Project.open(path, person="ann") as project:
        project.add_videos([path.parent], "24/12")
    stamp = path.stat().st_mtime_ns
    assert demo.ensure() == path
    assert path.stat().st_mtime_ns == stamp


def test_interrupted_it_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def stop(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Project, "add_videos", stop)
    with pytest.raises(KeyboardInterrupt):
        demo.make(tmp_path / "home" / "demo")
    assert list((tmp_path / "home").iterdir()) == []


def test_where_it_cannot_be_made_one_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StudioError, match="TVAU_STUDIO_HOME"):
        demo.make(tmp_path / "file" / "demo")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine.txt").write_text("")
    with pytest.raises(StudioError, match="cannot be made"):
        demo.make(tmp_path / "taken")
    assert [p.name for p in (tmp_path / "taken").iterdir()] == ["mine.txt"]
