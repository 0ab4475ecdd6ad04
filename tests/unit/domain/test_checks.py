"""Faults in labels: each kind is found where it is, and sound labels have none."""

from __future__ import annotations

import json
import string

import pytest

from tvau_studio.domain.checks import KINDS, Finding, check_video
from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import (
    Clip,
    Description,
    Dialogue,
    Keyframe,
    Object,
    Override,
    Row,
    Segment,
    Video,
    dialogue_key,
    keyframe_key,
    override_key,
)

VIDEO = Video(key="v", path="v.mp4", frames=480, height=300, width=600, fps=24.0, environment_en="a street")
CLIP = Clip(key="c", video="v", id="v:0:240", start=0, stop=240)
LATE = Clip(key="d", video="v", id="v:240:480", start=240, stop=480)


def key(
    object: str, frame: int, x: float, y: float = 100.0, w: float = 20.0, h: float = 40.0, **more: bool
) -> Keyframe:
    return Keyframe(key=keyframe_key(object, frame), object=object, frame=frame, x=x, y=y, w=w, h=h, **more)


def thing(name: str = "o", track: int = 1, appearance: str = "a man", **more: object) -> Object:
    return Object(key=name, video="v", track=track, appearance_en=appearance, **more)  # type: ignore[arg-type]


def segment(
    start: int, stop: int, event: str | None = "person running", object: str = "o", motion: str = "runs"
) -> Segment:
    return Segment(key=f"{object}{start}{stop}", object=object, start=start, stop=stop, event=event, motion_en=motion)


SOUND: list[Row] = [VIDEO, CLIP, LATE, thing(), key("o", 0, 10), key("o", 100, 200), key("o", 101, 200, outside=True)]
SOUND.append(segment(0, 101))


def found(*rows: Row, without: str = "") -> list[Finding]:
    """The faults of the sound labels with these rows in place of those of the same key."""
    named = {r.key: r for r in [*SOUND, *rows]}
    return check_video(Document(r for r in named.values() if r.key != without), "v")


def one(*rows: Row, without: str = "") -> Finding:
    [only] = found(*rows, without=without)
    return only


def test_sound_labels_have_no_fault() -> None:
    assert found() == []


def test_every_kind_has_a_sentence_that_can_be_filled() -> None:
    for kind, sentence in KINDS.items():
        names = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        values = dict.fromkeys(names - {"field"}, "x")
        assert "{" not in Finding(kind, field="appearance", values=values).text


def test_a_box_that_lies_mostly_outside() -> None:
    assert one(key("o", 100, 590.1)) == Finding("box-outside", "c", "o", 100)
    assert found(key("o", 100, 589.9)) == [], "over the edge, as boxes may"


def test_a_box_without_an_area() -> None:
    assert one(key("o", 100, 200, w=0)) == Finding("zero-size", "c", "o", 100)
    assert one(key("o", 100, 200, w=0, h=0)) == Finding("zero-size", "c", "o", 100)


def test_a_jump_over_more_than_a_tenth_of_the_picture() -> None:
    only = one(key("o", 50, 105), key("o", 51, 166))
    assert (only.text, only.frame) == ("the box jumps 61 px in 1 frame", 51)
    new = [key("o", 0, 150), key("o", 50, 145), key("o", 51, 204)]
    assert found(*new, without="o@100") == [], "59 px, and there is no usual way yet"


def test_a_jump_is_what_this_track_never_does() -> None:
    """46 px in a frame are allowed, yet not in a track that creeps and then leaves its own place at once."""
    creeping = [key("o", f, 10 + f) for f in range(0, 101, 10)]
    assert found(*creeping, key("o", 100, 110)) == []
    assert one(*creeping, key("o", 91, 150), key("o", 100, 159)) == Finding(
        "jump", "c", "o", 91, values={"distance": 50, "frames": "1 frame"}
    )


def test_a_long_way_without_a_keyframe() -> None:
    rows = [*(key("o", f, f) for f in range(0, 11, 2)), key("o", 100, 300)]
    assert one(*rows) == Finding("gap", "c", "o", 11, values={"frames": "89 frames"})
    still = [*(key("o", f, f) for f in range(0, 11, 2)), key("o", 100, 12)]
    assert found(*still) == [], "it may well have stood there"


def test_a_path_that_nobody_ended() -> None:
    assert one(without="o@101") == Finding("open-end", "c", "o", 100)
    assert found(key("o", 100, 11), without="o@101") == [], "it stands still, as things do"


def test_two_objects_with_the_same_boxes() -> None:
    twin = [
        thing("p", 2),
        key("p", 50, 105),
        key("p", 80, 162),
        key("p", 81, 0, outside=True),
        segment(50, 81, object="p"),
    ]
    assert one(*twin) == Finding("twins", "c", "p", 50, values={"other": 1})
    apart = [
        thing("p", 2),
        key("p", 50, 105),
        key("p", 80, 175),
        key("p", 81, 0, outside=True),
        segment(50, 81, object="p"),
    ]
    assert found(*apart) == [], "they meet and part"


def test_an_object_without_a_box() -> None:
    assert found(thing("p", 2), segment(5, 9, object="p")) == [Finding("no-boxes", "c", "p", 5)]


@pytest.mark.parametrize(("start", "stop", "frame"), [(0, 120, 119), (300, 310, 300)])
def test_a_segment_where_the_object_is_not_seen(start: int, stop: int, frame: int) -> None:
    only = one(segment(start, stop))
    assert (only.kind, only.frame, only.object) == ("segment-outside", frame, "o")
    assert only.clip == ("c" if frame < 240 else "d")
    assert f"{start}:{stop}" in only.text


def test_a_clip_longer_than_its_video() -> None:
    only = one(Clip(key="d", video="v", id="x", start=240, stop=500))
    assert only.text == "the clip ends at frame 500, the video at 480"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (thing(appearance=" "), "appearance"),
        (segment(0, 101, motion=""), "motion"),
    ],
)
def test_an_empty_text_of_an_object(row: Row, field: str) -> None:
    assert one(row) == Finding("empty-text", "c", "o", 0, field)


def test_an_empty_text_in_the_language_that_is_wanted() -> None:
    fields = [f.field for f in check_video(Document(SOUND), "v", "zh")]
    assert fields == ["environment", "environment", "appearance", "motion"]


def test_normal_motion_needs_no_words() -> None:
    assert found(segment(0, 101, None, motion="")) == []


@pytest.mark.parametrize("word", ["<video>", "<IMAGE>", "<|im_end|>", "<|vision_start|>"])
def test_a_control_word_in_a_text(word: str) -> None:
    only = one(thing(appearance=f"a man {word} in blue"))
    assert (only.kind, only.field, only.object) == ("placeholder", "appearance", "o")
    assert word in only.text


def test_control_words_in_texts_of_a_clip() -> None:
    text = Description(key="t", clip="c", position=0, language="en", text="<image>")
    assert [(f.kind, f.field, f.clip) for f in found(text)] == [("placeholder", "description", "c")]
    assert found(Description(key="t", clip="c", position=0, language="en", text="a < b and 1 <video 2>")) == []


def test_from_and_to_that_are_not_the_boxes() -> None:
    own = Override(key=override_key("o", "c"), object="o", clip="c", start_region="right", end_region="middle")
    only = one(own)
    assert (only.kind, only.field, only.frame, only.clip) == ("override", "from", 0, "c")
    assert only.text == "from is said to be right, the boxes say left"
    own = Override(key=override_key("o", "c"), object="o", clip="c", end_region="right")
    assert (one(own).field, one(own).frame) == ("to", 100)


@pytest.mark.parametrize(("said", "event"), [(False, "anomaly"), (True, None)])
def test_yes_or_no_against_the_segments(said: bool, event: str | None) -> None:
    clip = Clip(key="c", video="v", id="x", start=0, stop=240, anomaly=said)
    assert one(clip, segment(0, 101, event)).kind == "yes-no"


def test_a_dialogue_that_says_the_other_thing() -> None:
    words = [
        {"role": "user", "content": [{"type": "video", "video": "v.mp4"}, {"type": "text", "text": "Any anomaly?"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "No, there is none."}]},
    ]
    row = Dialogue(key=dialogue_key("c", "en"), clip="c", language="en", messages=json.dumps(words))
    assert one(row).text == "the dialogue answers No, the labels say anomalous"
    words[1]["content"] = "Yes, a man runs."  # type: ignore[assignment]
    row = Dialogue(key=dialogue_key("c", "en"), clip="c", language="en", messages=json.dumps(words))
    assert found(row) == []


def test_a_video_of_unknown_size() -> None:
    assert one(Video(key="v", path="v.mp4", frames=480, environment_en="a street")).kind == "no-size"


def test_drafts_need_no_words_and_rejected_ones_are_no_matter() -> None:
    draft = thing(appearance="", model="m", verdict="undecided")
    assert [f.kind for f in found(draft)] == []
    assert found(thing(appearance="", model="m", verdict="rejected"), key("o", 100, 900)) == []


def test_thousands_of_objects_that_cross_are_told_apart() -> None:
    rows: list[Row] = [VIDEO, CLIP]
    for n in range(400):
        name, x, y = f"n{n}", n % 40 * 14, n // 40 * 28
        rows += [
            thing(name, n + 1),
            key(name, 0, x, y, 8, 8),
            key(name, 200, 560 - x, y, 8, 8),
            key(name, 201, 0, outside=True),
            segment(0, 201, object=name),
        ]
    assert check_video(Document(rows), "v") == []
