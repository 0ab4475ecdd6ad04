from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from tvau_studio.domain.document import Document
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Clip, Keyframe, Object, Segment, Video, keyframe_key
from tvau_studio.formats import get
from tvau_studio.formats.base import Malformed, Part, Reading, ReadOptions, WriteOptions


def read(path: Path) -> Reading:
    reader = get("cvat-video").read
    assert reader is not None
    return reader(path, ReadOptions())


def write(document: Document, **options: Any) -> str:
    [video] = document.videos
    writer = get("cvat-video").write
    assert writer is not None
    part = Part(document, video, video.path, document.clips(video.key))
    return b"".join(writer([part], WriteOptions(**options))).decode()


def keyframe(thing: str, frame: int, box: Box, **marks: bool) -> Keyframe:
    x, y, w, h = box.tuple()
    return Keyframe(key=keyframe_key(thing, frame), object=thing, frame=frame, x=x, y=y, w=w, h=h, **marks)


@pytest.fixture
def document() -> Document:
    """A runner who is hidden for a while and leaves, and a point that stays."""
    return Document(
        [
            Video(key="v", path="sub/a & b.mp4", frames=20, height=90, width=120),
            Clip(key="c", video="v", id="c", start=0, stop=20),
            Object(key="o", video="v", track=4, appearance_en='A "man" <in> red\r\n\x07.', appearance_zh="红衣男子"),
            Object(key="p", video="v", track=7),
            keyframe("o", 2, Box(1, 2, 30, 40)),
            keyframe("o", 6, Box(5, 2, 30.25, 40), occluded=True),
            keyframe("o", 9, Box(8, 2, 30, 40)),
            keyframe("o", 12, Box(8, 2, 30, 40), outside=True),
            keyframe("p", 3, Box(50, 60.5, 0, 0)),
            Segment(key="s", object="o", start=2, stop=12, event="person running", motion_en="runs", motion_zh="跑"),
        ]
    )


def test_there_and_back(document: Document, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(write(document), encoding="utf-8")
    reading = read(tmp_path / "a.xml")
    assert reading.warnings == []
    found = Document(reading.rows)
    [video] = found.videos
    assert (video.path, video.frames, video.size) == (str(tmp_path / "sub/a & b.mp4"), 20, (90, 120))
    runner, point = found.objects(video.key)
    assert reading.labels == {runner.key: "person running"}
    assert (runner.track, runner.appearance_en, runner.appearance_zh) == (4, 'A "man" <in> red\r\n.', "")
    assert [s.motion_en for s in found.segments(runner.key)] == ["runs"]
    for mine, theirs in (("o", runner.key), ("p", point.key)):
        shown = [
            {frame: (seen.box, seen.occluded) for frame, seen in d.track(key).shown(FrameRange(0, 20))}
            for d, key in ((document, mine), (found, theirs))
        ]
        assert shown[0] == shown[1]
    assert [(k.frame, k.outside) for k in found.track(runner.key).keyframes] == [
        (2, False),
        (6, False),
        (9, False),
        (11, False),
        (12, True),
    ]
    assert [s.event for s in found.segments(point.key)] == [None]


def test_the_other_language(document: Document) -> None:
    assert "红衣男子" in write(document, language="zh")


def test_only_what_lies_in_the_clips_is_written(document: Document) -> None:
    short = Document([*(r for t in ("video", "object", "keyframe") for r in document.rows(t)),
                      Clip(key="c", video="v", id="c", start=4, stop=8)])  # fmt: skip
    text = write(short)
    shapes = [line.split('"') for line in text.splitlines() if 'frame="' in line and "<box" in line]
    assert [(shape[1], shape[7]) for shape in shapes] == [("4", "1"), ("5", "0"), ("6", "1"), ("7", "1"), ("8", "1")]


HEAD = "<annotations><version>1.1</version><meta><task><size>24</size></task></meta>"
BOX = 'outside="0" occluded="0" keyframe="{}" xtl="{}" ytl="0" xbr="{}" ybr="10"'


def test_rows_between_keyframes_are_kept_where_a_line_misses_them(tmp_path: Path) -> None:
    rows = [(0, 1, 0), (1, 0, 1), (2, 0, 2), (3, 0, 9), (4, 1, 4)]
    boxes = "".join(f'<box frame="{f}" {BOX.format(k, x, x + 5)}/>' for f, k, x in rows)
    (tmp_path / "a.xml").write_text(f'{HEAD}<track id="0" label="x">{boxes}</track></annotations>')
    document = Document(read(tmp_path / "a.xml").rows)
    [thing] = document.objects(document.videos[0].key)
    track = document.track(thing.key)
    assert {f: s.box.x for f, s in track.shown(FrameRange(0, 5))} == {f: x for f, _, x in rows}
    assert [k.frame for k in track.keyframes if not k.support] == [0, 4]
    # Without an outside shape a track goes on to the end, as in CVAT.
    assert track.at(23) is not None


def test_files_of_other_hands(shared_data: Path) -> None:
    folder = shared_data / "formats"
    for name, fact in json.loads((folder / "expected.json").read_text(encoding="utf-8"))["files"].items():
        if not fact["format"].startswith("cvat"):
            continue
        if fact["format"] == "cvat-images":
            with pytest.raises(Malformed, match="CVAT for images"):
                read(folder / name)
            continue
        reading = read(folder / name)
        document = Document(reading.rows)
        [video] = document.videos
        height, width = video.size or (0, 0)
        assert [width, height] == fact["original_size"]
        assert video.path == (str(folder / "cvat" / fact["source"]) if fact["source"] else "")
        assert sorted(set(reading.labels.values())) == sorted(fact["labels_used"])
        assert len(document.objects(video.key)) == fact["tracks"]
        for thing in document.objects(video.key):
            kinds = fact["per_track"][str(thing.track)]
            track = document.track(thing.key)
            assert track.keyframes[0].frame == kinds["first_frame"]
            if "first_box" in kinds:
                assert track.keyframes[0].box == Box(*kinds["first_box"])
        strange = set(fact["shapes"]) - {"box"}
        assert {kind for kind in strange if not any(f"the kind {kind} " in w for w in reading.warnings)} == set()


def test_broken_files(shared_data: Path) -> None:
    folder = shared_data / "formats/malformed"
    for name, fact in json.loads((folder / "expected.json").read_text(encoding="utf-8")).items():
        if fact["format"] != "cvat-video":
            continue
        if fact["verdict"] == "refused":
            with pytest.raises(Malformed) as refusal:
                read(folder / name)
            place = fact["where"]
            if place.startswith("track 0, box"):
                assert place in f"{refusal.value.where}"
            elif place.startswith("line 1"):
                assert refusal.value.where == "line 1"
        else:
            reading = read(folder / name)
            assert bool(reading.warnings) == (fact["verdict"] == "refused_or_warned"), name
    for name in ("control_good", "utf16_valid"):
        document = Document(read(folder / f"cvat/{name}.xml").rows)
        things = document.objects(document.videos[0].key)
        assert {o.track: [k.box for k in document.track(o.key).keyframes] for o in things} == {
            0: [Box(177, 135, 110, 102), Box(320, 131, 107, 100), Box(447, 127, 96, 98)],
            1: [Box(200, 100, 40, 90), Box(240, 100, 40, 90)],
        }


def test_a_bomb_is_refused_without_room(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY l0 "lol">{entities}]>\n<annotations>&l11;</annotations>'
    (tmp_path / "a.xml").write_text(bomb)
    tracemalloc.start()
    with pytest.raises(Malformed, match="document type"):
        read(tmp_path / "a.xml")
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
