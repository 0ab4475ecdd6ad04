from __future__ import annotations

import json
import math
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.formats.generated import documents, parts_of, written
from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import Clip, Keyframe, Object, Override, Segment, Video, keyframe_key, override_key
from tvau_studio.formats import get, messages
from tvau_studio.formats.base import Malformed, Reading, ReadOptions, WriteOptions, path_in_file
from tvau_studio.formats.jsonl_lines import read_lines
from tvau_studio.formats.losses import count, sentences

JSONL = get("jsonl")


def read(path: Path) -> Reading:
    assert JSONL.read is not None
    return JSONL.read(path, ReadOptions())


@settings(max_examples=120)
@given(document=documents(), language=st.sampled_from(["en", "zh"]))
def test_export_import_export_gives_the_same_bytes(document: Document, language: str) -> None:
    if language == "zh":
        # A file that holds nothing but what a person wrote into a dialogue does not tell its language.
        rows = [replace(v, environment_en="A square.") for v in document.videos]
        document = Document([*_rows(document), *rows])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        options = WriteOptions(language=language, drafts=True, masks=lambda p: path_in_file(p, folder, folder))
        first = written(JSONL, document, folder, options)
        (folder / "a.jsonl").write_bytes(first)
        reading = read(folder / "a.jsonl")
        assert reading.warnings == []
        assert written(JSONL, Document(reading.rows), folder, options) == first
        assert len(list(read_lines(folder / "a.jsonl"))) == first.count(b"\n")


def _rows(document: Document) -> list[Any]:
    return [row for table in ("video", "clip", "object", "keyframe", "segment", "override", "description", "dialogue")
            for row in document.rows(table)]  # fmt: skip


@settings(max_examples=400)
@given(
    a=st.integers(0, 500_000),
    length=st.integers(1, 5000),
    fps=st.one_of(st.sampled_from([24.0, 25.0, 30000 / 1001, 1000.0]), st.floats(0.01, 1000)),
)
def test_the_window_is_the_clip_by_the_rule_of_qwen_vl_utils(a: int, length: int, fps: float) -> None:
    window = messages.window(fps, a, a + length)
    assert math.ceil(max(0.0, window["video_start"]) * fps) == a
    assert math.floor(window["video_end"] * fps) == a + length - 1
    assert messages.window(None, a, a + length) == {}


# -- what a line looks like


def rider(**more: Any) -> Document:
    """A rider over a video of 48 frames, seen from frame 4 on, in two clips that overlap."""
    video = Video(key="v", path="in/a.mp4", frames=48, height=90, width=120, fps=24.0, split="val", **more)
    thing = Object(key="o", video="v", track=3, appearance_en="A rider.", appearance_zh="骑车人。")
    path = [(4, 0.0, 10.0), (20, 32.0, 10.5), (40, 100.0, 60.0)]
    frames = [
        Keyframe(key=keyframe_key("o", f), object="o", frame=f, x=x, y=y, w=10.0, h=20.0, occluded=f == 20)
        for f, x, y in path
    ]
    segments = [
        Segment(key="s1", object="o", start=0, stop=10, event="person riding bicycle", motion_en="rides"),
        Segment(key="s2", object="o", start=10, stop=24, event="person riding bicycle", motion_en="rides"),
        Segment(key="s3", object="o", start=20, stop=48, motion_en="stands", motion_zh="站立"),
    ]
    clips = [Clip(key=f"c{a}", video="v", id=f"a:{a}:{a + 24}", start=a, stop=a + 24) for a in (0, 12)]
    return Document([video, thing, *frames, *segments, *clips])


def lines_of(document: Document, options: WriteOptions | None = None) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written(JSONL, document, Path("/p"), options or WriteOptions()).splitlines()]


def test_a_line_holds_what_its_clip_shows() -> None:
    first, second = lines_of(rider())
    keys = "id video frames fps size split anomaly environment objects messages annotator review"
    assert list(first) == keys.split()
    assert (first["id"], first["video"], first["frames"]) == ("a:0:24", "in/a.mp4", [0, 24])
    assert (first["fps"], first["size"], first["split"], first["anomaly"]) == (24.0, [90, 120], "val", True)
    [thing] = first["objects"]
    keys = "track event appearance motion segments from to trajectory boxes keyframes occluded zh"
    assert list(thing) == keys.split()
    # Two segments that say the same and meet are one; each is cut to the clip.
    assert thing["segments"] == [[0, 24, "person riding bicycle", "rides"], [20, 24, None, "stands"]]
    assert (thing["track"], thing["event"], thing["motion"]) == (3, "person riding bicycle", "rides")
    assert [row[0] for row in thing["boxes"]] == list(range(4, 24))
    assert thing["boxes"][5] == [9, 10.0, 10.16, 10.0, 20.0]
    assert thing["keyframes"] == [4, 20]
    assert thing["occluded"] == [20, 21, 22, 23]
    assert (thing["from"], thing["to"]) == ("top-left", "top")
    assert thing["zh"] == {"appearance": "骑车人。", "segments": ["", "站立"]}
    [later] = second["objects"]
    assert (later["event"], later["motion"]) == (None, "stands")
    assert later["segments"] == [[12, 24, "person riding bicycle", "rides"], [20, 36, None, "stands"]]
    assert later["zh"]["motion"] == "站立"
    assert later["boxes"][:12] == thing["boxes"][8:]
    shown = first["messages"][0]["content"][0]
    assert list(shown) == ["type", "video", "video_start", "video_end"]
    assert shown["video"] == "in/a.mp4"
    assert first["messages"][1]["content"][0]["text"].startswith("Yes, person riding bicycle: a rider")


def test_the_other_language() -> None:
    first = lines_of(rider(environment_zh="广场。"), WriteOptions(language="zh"))[0]
    assert first["environment"] == "广场。"
    assert first["objects"][0]["appearance"] == "骑车人。"
    assert first["objects"][0]["en"] == {"appearance": "A rider.", "motion": "rides", "segments": ["rides", "stands"]}
    assert "有" in first["messages"][1]["content"][0]["text"]


def test_drafts_are_marked_and_left_out_unless_asked_for() -> None:
    document = rider()
    draft = replace(document.object("o"), verdict="undecided", model="net")
    document = Document([*_rows(document), draft])
    assert lines_of(document, WriteOptions(drafts=True))[0]["objects"][0]["draft"] == "net"
    first = lines_of(document)[0]
    assert first["objects"] == []
    assert first["anomaly"] is False
    rejected = Document([*_rows(document), replace(draft, verdict="rejected")])
    assert lines_of(rejected, WriteOptions(drafts=True))[0]["objects"] == []


def test_what_it_cannot_hold_is_named() -> None:
    document = rider()
    smooth = replace(document.track("o").keyframes[0], smooth=True)
    document = Document([*_rows(document), smooth])
    [part] = parts_of(document, Path("/p"), Path("/p"))
    assert sentences(count(part, JSONL, WriteOptions()), JSONL) == [
        "jsonl cannot hold curved paths (their boxes are kept frame by frame) (1 left out)"
    ]
    [part] = parts_of(rider(), Path("/p"), Path("/p"))
    assert not count(part, JSONL, WriteOptions())


# -- reading


def test_reading_gives_keyframes_supports_and_overrides(tmp_path: Path) -> None:
    document = rider()
    own = Override(key=override_key("o", "c0"), object="o", clip="c0", end_region="right", trajectory_zh="很快")
    smooth = [replace(k, smooth=True) for k in document.track("o").keyframes]
    outside = replace(smooth[0], key=keyframe_key("o", 30), frame=30, outside=True)
    document = Document([*_rows(document), own, *smooth, outside])
    (tmp_path / "a.jsonl").write_bytes(written(JSONL, document, tmp_path))
    reading = read(tmp_path / "a.jsonl")
    found = Document(reading.rows)
    [video] = found.videos
    assert video.path == str(tmp_path / "in/a.mp4")
    assert (video.frames, video.size, video.fps, video.split) == (36, (90, 120), 24.0, "val")
    [thing] = found.objects(video.key)
    track = found.track(thing.key)
    assert [k.frame for k in track.keyframes if not k.support] == [4, 20]
    supports = [k for k in track.keyframes if k.support]
    assert supports  # the curve is kept by them
    assert supports[-1].outside
    assert supports[-1].frame == 30
    assert [(s.start, s.stop) for s in found.segments(thing.key)] == [(0, 24), (20, 36)]
    first, second = found.clips(video.key)
    override = found.override(thing.key, first.key)
    assert override is not None
    assert (override.start_region, override.end_region) == (None, "right")
    assert (override.trajectory_en, override.trajectory_zh) == ("", "很快")
    assert found.override(thing.key, second.key) is None
    assert list(found.rows("dialogue")) == []
    assert reading.where[first.key] == "line 1"


def test_a_dialogue_of_a_person_stays_and_its_window_follows_the_clip(tmp_path: Path) -> None:
    line = lines_of(rider())[0]
    line["messages"][1]["content"][0]["text"] = "Yes, somebody rides."
    line["messages"][0]["content"][0].update(video="gone.mp4", video_start=99.0)
    (tmp_path / "a.jsonl").write_text(json.dumps(line), encoding="utf-8")
    document = Document(read(tmp_path / "a.jsonl").rows)
    [again] = [json.loads(b) for b in written(JSONL, document, tmp_path).splitlines()]
    assert again["messages"][1]["content"][0]["text"] == "Yes, somebody rides."
    assert again["messages"][0]["content"][0] == lines_of(rider())[0]["messages"][0]["content"][0]


def test_a_clip_without_environment_keeps_none(tmp_path: Path) -> None:
    lines = [{**line, "environment": text} for line, text in zip(lines_of(rider()), ["A square.", ""], strict=True)]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    document = Document(read(tmp_path / "a.jsonl").rows)
    assert [document.environment(c) for c in document.clips(document.videos[0].key)] == ["A square.", ""]


def test_every_file_of_other_hands(shared_data: Path) -> None:
    expected = json.loads((shared_data / "formats/malformed/expected.json").read_text(encoding="utf-8"))
    for name, fact in expected.items():
        if fact["format"] != "jsonl":
            continue
        path = shared_data / "formats/malformed" / name
        if fact["verdict"] == "refused":
            with pytest.raises(Malformed) as refusal:
                read(path)
            assert refusal.value.where.startswith(fact["where"]), name
        else:
            reading = read(path)
            assert bool(reading.warnings) == (fact["verdict"] == "refused_or_warned"), name


def _line(**changes: Any) -> dict[str, Any]:
    boxes = [[f, 1.0, 2.0, 3.0, 4.0] for f in range(4)]
    return {"id": "a", "video": "a.mp4", "frames": [0, 4], "objects": [{"track": 1, "boxes": boxes}], **changes}


BOXES = [[0, 1, 2, 3, 4]]
WRONG: list[tuple[str, str]] = [
    ("[1]", "not an array"),
    ('{"id": "a", "id": "b"}', "'id' stands twice"),
    ("[" * 100_000, "nested too deeply"),
    (json.dumps(_line())[:-9], "not closed"),
    (json.dumps(_line()).replace("1.0", "1e309"), "too large"),
    (json.dumps(_line()).replace("1.0", "9" * 5000), "too large"),
    (json.dumps(_line()).replace("1.0", "1" + "0" * 400), "five numbers"),
    (json.dumps(_line()).replace("1.0", "Infinity"), "not JSON"),
    (json.dumps(_line()).replace("1.0", '"1"'), "five numbers"),
    (json.dumps(_line(environment="\ud800")), "half a character"),
    (json.dumps(_line(environment="\0")), "NUL"),
    (json.dumps(_line(environment=7)), "environment has to be a text, not 7"),
    (json.dumps(_line(id="")), "id has to be a text"),
    (json.dumps(_line(frames=[0.0, 4])), "two whole numbers"),
    (json.dumps(_line(frames=[-1, 4])), "two whole numbers"),
    (json.dumps(_line(frames=[True, 4])), "two whole numbers"),
    (json.dumps(_line(frames=[4, 4])), "empty or backwards"),
    (json.dumps(_line(size=[0, 5])), "[H, W]"),
    (json.dumps(_line(fps=0)), "above 0"),
    (json.dumps(_line(review="done")), "one of new, in work"),
    (json.dumps(_line(objects=[5])), "an object is wanted, not a number"),
    (json.dumps(_line(objects=[{"boxes": BOXES}])), "track is missing"),
    (json.dumps(_line(objects=[{"track": 1}])), "boxes is missing"),
    (json.dumps(_line(objects=[{"track": 1, "boxes": [*BOXES, *BOXES]}])), "two boxes at frame 0"),
    (json.dumps(_line(objects=[{"track": 1, "boxes": BOXES, "keyframes": [3]}])), "frame 3, which has no box"),
    (json.dumps(_line(objects=[{"track": 1, "boxes": BOXES, "segments": [[2, 1, None, ""]]}])), "backwards"),
    (json.dumps(_line(objects=[{"track": 1, "boxes": BOXES, "segments": [[0, 1, 3, ""]]}])), "event or null"),
    (json.dumps(_line(messages=[{"role": "user"}])), "message 1"),
    (json.dumps(_line(descriptions=[["fr", "Un."]])), "descriptions"),
    (json.dumps(_line(zh={}, en={})), "both en and zh"),
]


@pytest.mark.parametrize(("text", "why"), WRONG)
def test_a_wrong_line_is_refused_with_its_number(text: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{json.dumps(_line(id='good', video='b.mp4'))}\n\n{text}\n", encoding="utf-8")
    with pytest.raises(Malformed) as refusal:
        read(path)
    assert refusal.value.where.startswith("line 3")
    assert why in str(refusal.value)
    assert "\n" not in str(refusal.value)


SECOND: list[tuple[dict[str, Any], str]] = [
    ({"fps": 25.0}, "fps 24.0 and 25.0"),
    ({"size": [90, 121]}, "size"),
    ({"split": "test"}, "split"),
    ({"objects": []}, "track 3 is in the picture at frame 12 in one line only"),
]


@pytest.mark.parametrize(("change", "why"), SECOND)
def test_lines_that_disagree_on_their_video_are_refused(change: dict[str, Any], why: str, tmp_path: Path) -> None:
    lines = lines_of(rider())
    lines[1].update(change)
    _refused(tmp_path, lines, why)


def _refused(tmp_path: Path, lines: list[dict[str, Any]], why: str) -> None:
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with pytest.raises(Malformed) as refusal:
        read(tmp_path / "a.jsonl")
    assert refusal.value.where == "line 2 (first at line 1)"
    assert why in str(refusal.value)


def _move(thing: dict[str, Any]) -> None:
    thing["boxes"][0][1] += 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_move, "two boxes at frame 12"),
        (lambda thing: thing["boxes"].pop(0), "a box at frame 12 in one line only"),
        (lambda thing: thing.update(keyframes=[]), "a keyframe at frame 20 in one line only"),
        (lambda thing: thing.update(occluded=[]), "a hidden box at frame 20 in one line only"),
        (lambda thing: thing["segments"][1].__setitem__(3, "waits"), "segments of track 3"),
        (lambda thing: thing.update(appearance="A walker."), "appearance"),
        (lambda thing: thing.update(draft="net"), "draft"),
        (lambda thing: thing["zh"].update(appearance="行人"), "appearance"),
    ],
)
def test_lines_that_disagree_on_a_track_are_refused(change: Any, why: str, tmp_path: Path) -> None:
    lines = lines_of(rider())
    change(lines[1]["objects"][0])
    _refused(tmp_path, lines, why)


def test_few_keys_are_enough_and_unknown_ones_are_named(tmp_path: Path) -> None:
    event = {"track": 1, "boxes": BOXES, "event": "person running", "colour": 3}
    lines = [_line(objects=[event], mood="calm"), _line(id="b", mood="calm", video="b.mp4")]
    (tmp_path / "a.jsonl").write_bytes(
        b"\xef\xbb\xbf" + "\r\n".join(json.dumps(line) for line in lines).encode() + b"\r\n\r\n"
    )
    reading = read(tmp_path / "a.jsonl")
    assert reading.warnings == [
        "the key 'objects.colour' (line 1) is not known and was not taken",
        "the key 'mood' (line 1 and 1 more) is not known and was not taken",
    ]
    document = Document(reading.rows)
    [thing] = document.objects(document.videos[0].key)
    [segment] = document.segments(thing.key)
    assert (segment.start, segment.stop, segment.event) == (0, 4, "person running")
    assert all(clip.state == "to review" for video in document.videos for clip in document.clips(video.key))


def test_files_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(_line()), encoding="utf-16")
    with pytest.raises(Malformed, match="UTF-16"):
        read(tmp_path / "a.jsonl")
    (tmp_path / "a.jsonl").write_bytes(b'{}\n{"id": "\xe9"}')
    with pytest.raises(Malformed, match="line 2: byte 0xE9"):
        read(tmp_path / "a.jsonl")
    with pytest.raises(StudioError, match="no file"):
        read(tmp_path / "none.jsonl")
    with pytest.raises(StudioError, match="folder"):
        read(tmp_path)
