from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tvau_studio.domain import actions
from tvau_studio.domain.edits import Edit, created
from tvau_studio.domain.errors import Cancelled, StudioError, UsageError
from tvau_studio.domain.labels import Clip, Video
from tvau_studio.services.projects import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.tvau", person="ann") as made:
        yield made


def line(**changes: Any) -> dict[str, Any]:
    boxes = [[f, 1.0 + f, 2.0, 30.0, 40.0] for f in range(4)]
    segments = [[0, 4, "person running", "runs"]]
    thing = {"track": 1, "appearance": "A man.", "boxes": boxes, "segments": segments, "keyframes": [0, 3]}
    row = {"id": "a", "video": "a.mp4", "frames": [0, 4], "fps": 24.0, "size": [90, 120], "objects": [thing]}
    return {**row, **changes}


def write(path: Path, *lines: dict[str, Any]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in lines), encoding="utf-8")
    return path


def exported(project: Project, path: Path, **options: Any) -> list[dict[str, Any]]:
    project.export("jsonl", path, **{"state": "all", **options})
    return [json.loads(text) for text in path.read_bytes().splitlines()]


def rows_of(project: Project) -> dict[str, set[Any]]:
    document = project.document()
    return {name: set(document.rows(name)) for name in ("video", "clip", "object", "keyframe", "segment", "dialogue")}


def test_an_import_is_one_step_and_comes_back_as_it_was(project: Project, tmp_path: Path) -> None:
    empty = rows_of(project)
    file = write(tmp_path / "a.jsonl", line(), line(id="b", frames=[2, 4], objects=[]) | {"video": "b.mp4"})
    report = project.import_("jsonl", file)
    assert (report.videos, report.clips, report.objects, report.replaced) == (2, 2, 1, 0)
    assert report.missing == ["a.mp4", "b.mp4"]
    assert report.warnings == []
    [first, _] = project.videos
    assert (first.path, first.fingerprint, first.frames, first.size, first.author) == ("a.mp4", "", 4, (90, 120), "ann")
    assert project.undo_label == "Import a.jsonl"
    rows = exported(project, tmp_path / "b.jsonl")
    assert [row["review"] for row in rows] == ["to review", "to review"]
    assert rows[0]["objects"][0]["boxes"] == line()["objects"][0]["boxes"]
    project.undo()
    assert rows_of(project) == empty
    project.redo()
    assert exported(project, tmp_path / "c.jsonl") == rows


def test_export_import_export_of_whole_projects(project: Project, tmp_path: Path) -> None:
    project.import_(
        "jsonl", write(tmp_path / "in.jsonl", line(messages=[], environment="A square."), line(id="b", frames=[0, 4]))
    )
    exported(project, tmp_path / "one.jsonl")
    with Project.create(tmp_path / "q.tvau") as other:
        other.import_("jsonl", tmp_path / "one.jsonl")
        exported(other, tmp_path / "two.jsonl")
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


def test_accepted_clips_are_written_and_the_rest_is_counted(project: Project, tmp_path: Path) -> None:
    project.import_(
        "jsonl", write(tmp_path / "a.jsonl", line(review="accepted"), line(id="b"), line(id="c", video="c.mp4"))
    )
    told: list[tuple[int, int]] = []
    report = project.export("jsonl", tmp_path / "o.jsonl", progress=lambda done, total: told.append((done, total)))
    assert (report.clips, report.objects, report.left_out, report.files) == (
        1,
        1,
        {"to review": 2},
        (tmp_path / "o.jsonl",),
    )
    assert report.notes == ["2 clips were left out (2 to review); --state all takes every clip"]
    assert told[-1] == (2, 2)
    assert len((tmp_path / "o.jsonl").read_bytes().splitlines()) == 1
    nothing = project.export("jsonl", tmp_path / "o.jsonl", state="returned")
    assert nothing.clips == 0
    assert (tmp_path / "o.jsonl").read_bytes() == b""


def test_drafts_that_are_not_written_are_counted(project: Project, tmp_path: Path) -> None:
    draft = {**line()["objects"][0], "draft": "net"}
    project.import_("jsonl", write(tmp_path / "a.jsonl", line(objects=[draft], review="accepted")))
    [thing] = project.objects
    assert (thing.model, thing.verdict) == ("net", "undecided")
    report = project.export("jsonl", tmp_path / "o.jsonl")
    assert (report.objects, report.drafts) == (0, 1)
    assert report.notes == ["1 undecided draft was left out; --state all takes drafts, marked as such"]
    with pytest.raises(UsageError, match="undecided drafts"):
        project.import_("jsonl", tmp_path / "a.jsonl", state="accepted", replace=True)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, "the clip 'a' is in the project already"),
        ({"id": "n"}, "the track 1 is in a.mp4 already"),
        ({"id": "n", "objects": [], "size": [90, 121]}, "pictures of 121x90"),
        ({"id": "n", "objects": [], "split": "val"}, "the split val"),
    ],
)
def test_what_is_there_already_is_refused_whole(project: Project, tmp_path: Path, change: Any, why: str) -> None:
    project.import_("jsonl", write(tmp_path / "a.jsonl", line(split="train")))
    before = rows_of(project)
    file = write(tmp_path / "b.jsonl", line(id="new", video="new.mp4"), line(**change))
    with pytest.raises(StudioError, match=why) as refusal:
        project.import_("jsonl", file)
    assert "line 2" in str(refusal.value)
    assert rows_of(project) == before


def test_replace_takes_the_files(project: Project, tmp_path: Path) -> None:
    project.import_("jsonl", write(tmp_path / "a.jsonl", line(split="train", descriptions=[["en", "Old."]])))
    [clip] = project.clips
    [thing] = project.objects
    document = project.document()
    project.commit(actions.set_override(document, project.who, thing.key, clip.key, end_region="right"))
    before = rows_of(project)
    changed = line(split="val", review="accepted", descriptions=[["zh", "新。"]])
    changed["objects"][0]["appearance"] = "A woman."
    report = project.import_("jsonl", write(tmp_path / "b.jsonl", changed), replace=True)
    assert report.replaced == 2
    [row] = exported(project, tmp_path / "o.jsonl")
    assert row["objects"][0]["appearance"] == "A woman."
    assert row["objects"][0]["to"] == "top-left"
    assert (row["split"], row["review"], row["descriptions"]) == ("val", "accepted", [["zh", "新。"]])
    assert project.clips[0].key == clip.key
    project.undo()
    assert rows_of(project) == before


def _video(project: Project, **fields: Any) -> Video:
    row = Video(key="v", **{"path": "in/a.mkv", "frames": 10, "fingerprint": "f" * 64, **fields})
    clips = [
        Clip(key=f"c{a}", video="v", id=f"a:{a}", start=a, stop=a + 5, state=s)
        for a, s in ((0, "accepted"), (5, "new"))
    ]
    project.commit(Edit("Add video", (created(row), *map(created, clips))))
    return row


def test_a_video_is_known_by_its_stem(project: Project, tmp_path: Path) -> None:
    _video(project, environment_en="A hall.")
    report = project.import_(
        "jsonl", write(tmp_path / "x.jsonl", line(environment="A square."), line(id="b", environment="A square."))
    )
    assert report.missing == []
    [video] = project.videos
    assert (video.path, video.frames, video.size, video.fps) == ("in/a.mkv", 10, (90, 120), 24.0)
    assert video.environment_en == "A hall."
    states = {c.id: (c.state, c.environment_en) for c in project.clips}
    # What the file says of its clips stays theirs; a clip that now shows something new wants a review.
    assert states == {
        "a:0": ("to review", ""),
        "a:5": ("new", ""),
        "a": ("to review", "A square."),
        "b": ("to review", "A square."),
    }


def test_masks_are_kept_as_the_project_keeps_paths(project: Project, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    project.import_("jsonl", write(tmp_path / "in" / "x.jsonl", line(masks="m.npy"), line(id="b", masks="/far/m.npy")))
    assert [c.masks for c in project.clips] == ["in/m.npy", "/far/m.npy"]
    assert [row["masks"] for row in exported(project, tmp_path / "o.jsonl")] == ["in/m.npy", "/far/m.npy"]


def test_a_file_beside_is_found_by_its_whole_path(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "x.jsonl", line(video="one/a.mp4"), line(id="b", video="two/a.mp4"))
    monkeypatch.chdir(tmp_path)
    project.import_("jsonl", "x.jsonl")
    assert project.import_("jsonl", "x.jsonl", replace=True).missing == []


def test_two_videos_of_a_stem_are_not_mixed_up(project: Project, tmp_path: Path) -> None:
    _video(project, path="one/a.mp4")
    file = write(tmp_path / "x.jsonl", line(video="one/a.mp4"), line(id="b", video="two/a.mp4"))
    report = project.import_("jsonl", file)
    assert report.missing == ["two/a.mp4"]
    assert {v.path for v in project.videos} == {"one/a.mp4", "two/a.mp4"}


def test_frames_behind_the_end_are_refused(project: Project, tmp_path: Path) -> None:
    _video(project, frames=3)
    with pytest.raises(StudioError, match=r"line 1: the clip 0:4 goes beyond in/a\.mkv, which has 3 frames"):
        project.import_("jsonl", write(tmp_path / "x.jsonl", line()))
    assert len(project.objects) == 0


def test_a_path_ends_with_the_video(project: Project, tmp_path: Path) -> None:
    project.import_("jsonl", write(tmp_path / "x.jsonl", line()))
    _video(project, path="long/b.mp4", frames=10)
    project.import_("jsonl", write(tmp_path / "y.jsonl", line(id="y", video="b.mp4")))
    document = project.document()
    outside = {v.stem: [k.frame for o in document.objects(v.key) for k in document.track(o.key).keyframes if k.outside]
               for v in document.videos}  # fmt: skip
    assert outside == {"a": [], "b": [4]}


def test_the_video_can_be_named(project: Project, tmp_path: Path) -> None:
    _video(project)
    file = write(tmp_path / "x.jsonl", line(video="other.mp4"))
    assert project.import_("jsonl", file, video="a").missing == []
    assert [o.video for o in project.objects] == ["v"]
    two = write(tmp_path / "y.jsonl", line(video="x.mp4"), line(id="b", video="y.mp4"))
    with pytest.raises(UsageError, match="names 2 videos"):
        project.import_("jsonl", two, video="a")


def test_events_are_mapped_or_become_classes(project: Project, tmp_path: Path) -> None:
    thing = line()["objects"][0]
    thing["segments"] = [[0, 2, "runs away", ""], [2, 4, "on a bike", ""]]
    file = write(tmp_path / "x.jsonl", line(objects=[thing]))
    with pytest.raises(UsageError, match="no event class"):
        project.import_("jsonl", file, mapping={"runs away": "nonsense"})
    report = project.import_("jsonl", file, mapping={"runs away": "person running", "car": "anomaly"})
    assert sorted(report.warnings) == [
        "'on a bike' is a new event class of the project",
        "there is no label 'car' in the file to be mapped",
    ]
    [row] = exported(project, tmp_path / "o.jsonl")
    assert [s[2] for s in row["objects"][0]["segments"]] == ["person running", "on a bike"]
    assert "on a bike" in [c.key for c in project.event_classes]


def test_the_state_can_be_said(project: Project, tmp_path: Path) -> None:
    project.import_("jsonl", write(tmp_path / "x.jsonl", line(review="new")), state="accepted")
    assert [c.state for c in project.clips] == ["accepted"]


def test_wrong_wishes(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no format"):
        project.export("docx", tmp_path / "o")
    with pytest.raises(UsageError, match="no state"):
        project.export("jsonl", tmp_path / "o", state="done")
    with pytest.raises(UsageError, match="no state"):
        project.import_("jsonl", tmp_path / "o", state="done")
    with pytest.raises(UsageError, match="no language"):
        project.export("jsonl", tmp_path / "o", language="fr")
    with pytest.raises(StudioError, match="folder"):
        project.export("jsonl", tmp_path)
    with pytest.raises(StudioError, match="cannot be written"):
        project.export("jsonl", tmp_path / "none" / "o.jsonl")
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix not in (".tvau", "")) in (
        [],
        ["p.tvau-shm", "p.tvau-wal"],
    )


def test_an_export_that_is_stopped_leaves_the_old_file(project: Project, tmp_path: Path) -> None:
    project.import_("jsonl", write(tmp_path / "x.jsonl", line()))
    out = tmp_path / "o.jsonl"
    out.write_text("old")

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        project.export("jsonl", out, state="all", cancel=stop)
    assert out.read_text() == "old"
    assert not list(tmp_path.glob("*.part"))
    assert not list(tmp_path.glob(".*"))


def test_a_missing_video_is_linked_when_its_file_is_added(project: Project, tmp_path: Path) -> None:
    from tvau_studio.services import adding

    project.import_("jsonl", write(tmp_path / "x.jsonl", line()))
    file = adding.Probed(tmp_path / "sub" / "a.mp4", "e" * 64, 24, 90, 120, 24.0)
    report = adding.enter(project, [file], "whole")
    assert [v.frames for v in report.linked] == [24]
    assert [v.fingerprint for v in project.videos] == ["e" * 64]
    assert [replace(o, author="", made=0.0).track for o in project.objects] == [1]


def _places(name: str, count: int = 4) -> dict[str, Any]:
    places = [f"top-left_({n},5)" for n in range(count)]
    return {name: {"size": [90, 120], "frame number": count, "object number": 1, "object 1": places}}


def test_a_clip_of_the_thesis_is_a_window_of_its_video(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "track.json"
    file.write_text(
        json.dumps(
            {**_places("01_0014-002_005.npy"), **_places("01_0014-004_007.npy"), **_places("02_0001-000_003.npy")}
        )
    )
    _video(project, path="01_0014.mp4", frames=10)
    report = project.import_("tvau-track", file)
    assert report.missing == ["02_0001-000_003.mp4"]
    ids = {c.id: (c.start, c.stop) for c in project.clips}
    assert ids["01_0014:2:6"] == (2, 6)
    assert ids["01_0014:4:8"] == (4, 8)
    assert ids["02_0001-000_003:0:4"] == (0, 4)
    document = project.document()
    paths = {o.track: [k.frame for k in document.track(o.key).keyframes] for o in document.objects("v")}
    assert paths == {1: [2, 5, 6], 2: [4, 7, 8]}
    assert [(s.start, s.stop) for o in document.objects("v") for s in document.segments(o.key)] == [(2, 6), (4, 8)]
    # What is said of the same clips later finds them.
    words = tmp_path / "text.json"
    words.write_text(json.dumps({"01_0014-002_005.npy": ["A man."], "02_0001-000_003.npy": []}))
    assert project.import_("tvau-text", words).missing == []
    project.import_("tvau-text", words)
    document = project.document()
    assert [d.text for c in project.clips for d in document.descriptions(c.key)] == ["A man."]
    anomalies = {c.id: c.anomaly for c in project.clips}
    assert (anomalies["01_0014:2:6"], anomalies["02_0001-000_003:0:4"]) == (None, False)


def test_a_clip_of_unknown_length_is_refused(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("video,description\n03_0001-000_023.mp4,yes\nx.mp4,no\n")
    with pytest.raises(StudioError, match="line 3: how many frames x has is not known"):
        project.import_("labels-csv", file)
    file.write_text("video,description\n03_0001-000_023.mp4,yes\n")
    project.import_("labels-csv", file)
    [clip] = project.clips
    assert (clip.range.stop, clip.anomaly) == (24, True)


def test_foreign_labels(project: Project, tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("cyclist\nperson running\npedestrian\n")
    file = tmp_path / "gt.txt"
    file.write_text("".join(f"{f},{track},1,2,30,40,1,{track},1\n" for track in (1, 2, 3) for f in (1, 2, 3)))
    report = project.import_("mot", file, mapping={"cyclist": "person riding bicycle"})
    assert report.missing == ["gt"]
    assert report.warnings == []
    document = project.document()
    [video] = document.videos
    said = {
        o.track: (o.appearance_en, [(s.start, s.stop, s.event) for s in document.segments(o.key)])
        for o in document.objects(video.key)
    }
    assert said == {
        1: ("", [(0, 3, "person riding bicycle")]),
        2: ("", [(0, 3, "person running")]),
        3: ("pedestrian", [(0, 3, None)]),
    }
    [clip] = project.clips
    assert (clip.id, clip.state) == ("gt:0:3", "to review")
    with pytest.raises(StudioError, match="the track 1 is in gt already"):
        project.import_("mot", file)


def test_a_file_under_another_formats_name_is_recognised(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps(_places("01_0001-000_003.npy")))
    with pytest.raises(
        StudioError, match=r"the root: there are no annotations: .*; it reads as tvau-track: choose that"
    ):
        project.import_("coco", file)
    file.write_text("[]")
    with pytest.raises(StudioError) as refusal:
        project.import_("coco", file)
    assert "reads as" not in str(refusal.value)


def test_one_file_for_each_video(project: Project, tmp_path: Path) -> None:
    project.import_(
        "jsonl", write(tmp_path / "x.jsonl", line(), line(id="b", video="sub/a.mp4"), line(id="c", video="c.mp4"))
    )
    report = project.export("mot", tmp_path / "out", state="all")
    assert sorted(f.name for f in report.files) == ["a.txt", "a~2.txt", "c.txt"]
    assert {f.read_text() for f in report.files} == {"".join(f"{n},1,{n},2,30,40,1,-1,-1,-1\n" for n in range(1, 5))}
    assert "mot cannot hold appearance texts (3 left out)" in report.notes
