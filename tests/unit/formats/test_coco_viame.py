"""COCO with videos and VIAME CSV: their shapes, and files of other hands. That boxes come back: `test_boxes`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tvau_studio.domain.document import Document
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Clip, Keyframe, Object, Segment, Video, keyframe_key
from tvau_studio.formats import get
from tvau_studio.formats.base import Malformed, Part, Reading, ReadOptions, WriteOptions


def read(name: str, path: Path) -> Reading:
    reader = get(name).read
    assert reader is not None
    return reader(path, ReadOptions())


def boxes_of(document: Document, video: Video) -> dict[int, dict[int, Box]]:
    whole = FrameRange(0, video.frames or 1)
    return {
        o.track: {frame: seen.box for frame, seen in document.track(o.key).shown(whole)}
        for o in document.objects(video.key)
    }


@pytest.fixture
def document() -> Document:
    """A runner, hidden in frame 2, and somebody who just stands."""
    frames = [("o", 1, 0.0, False), ("o", 2, 1.0, True), ("o", 3, 2.0, False), ("n", 0, 50.25, False)]
    return Document(
        [
            Video(key="v", path="a.mp4", frames=5, height=90, width=120, fps=25.0),
            Clip(key="c", video="v", id="c", start=0, stop=5),
            Object(key="o", video="v", track=4, appearance_en='A "man", in red.'),
            Object(key="n", video="v", track=5),
            *(
                Keyframe(key=keyframe_key(o, f), object=o, frame=f, x=x, y=2.5, w=30, h=40, occluded=hidden)
                for o, f, x, hidden in frames
            ),
            Segment(key="s", object="o", start=1, stop=5, event="person running", motion_en="runs"),
        ]
    )


@pytest.mark.parametrize("name", ["coco", "viame"])
def test_there_and_back(name: str, document: Document, tmp_path: Path) -> None:
    writer = get(name).write
    assert writer is not None
    [video] = document.videos
    data = b"".join(writer([Part(document, video, video.path, document.clips("v"))], WriteOptions()))
    (tmp_path / "a.x").write_bytes(data)
    reading = read(name, tmp_path / "a.x")
    assert reading.warnings == []
    found = Document(reading.rows)
    [again] = found.videos
    assert boxes_of(found, again) == boxes_of(document, video)
    runner, other = found.objects(again.key)
    assert reading.labels == {runner.key: "person running"}
    assert [s.event for s in found.segments(other.key)] == [None]
    if name == "coco":
        assert (again.path, again.size, again.frames) == (str(tmp_path / "a.mp4"), (90, 120), 5)
    else:
        assert runner.appearance_en == 'A "man", in red.'
        assert [s.motion_en for s in found.segments(runner.key)] == ["runs"]
        hidden = [f for f, seen in found.track(runner.key).shown(FrameRange(0, 5)) if seen.occluded]
        assert hidden == [2]
        assert b"\n4,00:00:00.080000,2,1,2.5,31,42.5,1,-1,person running,1,(atr) occluded true," in data


def test_frames_in_steps_are_joined_by_lines(tmp_path: Path) -> None:
    images = [{"id": n, "video_id": 0, "frame_index": 30 * n} for n in range(5)]
    rows = [{"image_id": n, "track_id": 1, "category_id": 1, "bbox": [30 * n, 0, 9, 9]} for n in (0, 1, 3)]
    root = {"videos": [{"id": 0, "name": "a"}], "images": images, "categories": [{"id": 1, "name": "car"}]}
    (tmp_path / "a.json").write_text(json.dumps({**root, "annotations": rows}))
    document = Document(read("coco", tmp_path / "a.json").rows)
    [video] = document.videos
    assert video.frames == 121
    shown = boxes_of(document, video)[1]
    assert list(shown) == [*range(31), 90]
    assert shown[10] == Box(10, 0, 9, 9)


def test_images_decide_where_frame_numbers_do_not(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("0,x.png,0,1,2,3,4,1,-1,car,1\n0,y.png,0,5,6,7,8,1,-1,car,1\n")
    reading = read("viame", tmp_path / "a.csv")
    document = Document(reading.rows)
    assert boxes_of(document, document.videos[0]) == {0: {0: Box(1, 2, 2, 2), 1: Box(5, 6, 2, 2)}}
    assert reading.warnings == ["several images have the same frame number; frames were counted by images"]


def test_the_likeliest_class_counts(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("# metadata,fps: 12.5,x\n0,0,0,1,2,3,4,1,-1,car,0.2,bus,0.7,(kp) head 1 2\n")
    reading = read("viame", tmp_path / "a.csv")
    assert list(reading.labels.values()) == ["bus"]
    assert Document(reading.rows).videos[0].fps == 12.5
    assert reading.warnings == ["a class that is thought less likely is not taken", "(kp) of an object is not taken"]


@pytest.mark.parametrize("kind", ["coco", "viame"])
def test_files_of_other_hands(kind: str, shared_data: Path) -> None:
    folder = shared_data / "formats"
    for name, fact in json.loads((folder / "expected.json").read_text(encoding="utf-8"))["files"].items():
        if fact["format"] != kind:
            continue
        document = Document(read(kind, folder / name).rows)
        things = [o for v in document.videos for o in document.objects(v.key)]
        assert len(things) == fact["tracks"], name
        first = fact.get("first_box") or fact.get("first_box_xywh")
        if first:
            assert any(k.box == Box(*first) for o in things for k in document.track(o.key).keyframes), name
        if kind == "coco" and fact["videos"]:
            assert len(document.videos) == fact["videos"]


@pytest.mark.parametrize("kind", ["coco", "viame"])
def test_broken_files(kind: str, shared_data: Path) -> None:
    folder = shared_data / "formats/malformed"
    for name, fact in json.loads((folder / "expected.json").read_text(encoding="utf-8")).items():
        if fact["format"] != kind:
            continue
        if fact["verdict"] == "refused":
            with pytest.raises(Malformed) as refusal:
                read(kind, folder / name)
            if fact["where"].startswith(("line", "annotation id 11", "image id 2")) and "(or" not in fact["where"]:
                assert refusal.value.where == fact["where"], name
        elif fact["verdict"] in ("accepted", "refused_or_warned"):
            reading = read(kind, folder / name)
            assert reading.warnings or fact["verdict"] == "accepted"


def _coco(**changes: Any) -> dict[str, Any]:
    row = {"id": 1, "image_id": 1, "category_id": 1, "track_id": 1, "bbox": [1, 2, 3, 4]}
    root = {"images": [{"id": 1}], "categories": [{"id": 1, "name": "car"}], "annotations": [row]}
    return {**root, **changes}


@pytest.mark.parametrize(
    ("root", "why"),
    [
        ({"images": []}, "the root: there are no annotations"),
        (_coco(images=[{"id": 1}, {"id": 2, "frame_id": 0}]), "image id 2: there is another image"),
        (_coco(images=[{"id": 1, "frame_id": -1}]), "its frame is -1"),
        (_coco(images=[{"id": [1]}]), "a number is wanted"),
        (_coco(images=[{"id": 1, "width": "x", "height": 1}]), "is none"),
        (_coco(annotations=[{"image_id": {}, "bbox": [1, 2, 3, 4]}]), "does not exist"),
        (_coco(annotations=[{"image_id": 1, "bbox": [1, 2, 3, 1e200]}]), "too large"),
        (_coco(annotations=[3]), "annotations: a list of objects"),
        (_coco(videos=[{"id": 1, "file_names": [3]}]), "file_names"),
        (
            _coco(videos=[{"id": 1}], images=[{"id": 1, "video_id": 1}], annotations=[{"bboxes": 3, "video_id": 1}]),
            "no list",
        ),
    ],
)
def test_what_is_no_coco(root: Any, why: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(root))
    with pytest.raises(Malformed, match=why):
        read("coco", tmp_path / "a.json")
