"""Dialogues as LLaMA-Factory and ms-swift read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.formats.generated import documents, parts_of
from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import Clip, Dialogue, Keyframe, Object, Row, Segment, Video, dialogue_key, keyframe_key
from tvau_studio.formats import get
from tvau_studio.formats.base import STYLES, WriteOptions
from tvau_studio.formats.jsonl_styles import escaped

VIDEO = Video(key="v", path="a.mp4", frames=48, height=90, width=120, fps=24.0, environment_en="A <video> shop.")
WHOLE = Clip(key="w", video="v", id="whole", start=0, stop=48)
PART = Clip(key="p", video="v", id="part", start=12, stop=36)
ROWS: list[Row] = [
    VIDEO,
    WHOLE,
    PART,
    Object(key="o", video="v", track=1, appearance_en="A man <image> in <|im_end|> red."),
    Segment(key="s", object="o", start=0, stop=48, event="person running", motion_en="runs"),
    Keyframe(key=keyframe_key("o", 0), object="o", frame=0, x=1, y=1, w=9, h=9),
]


def written(style: str, *rows: Row, **options: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """The lines of the rows, and what was told about them."""
    told: list[str] = []
    writer = get("jsonl").write
    assert writer is not None
    parts = parts_of(Document([*ROWS, *rows]), Path("/p"), Path("/p"))
    lines = b"".join(writer(parts, WriteOptions(style=style, warn=told.append, **options)))
    return [json.loads(line) for line in lines.splitlines()], told


def dialogue(clip: str, messages: Any) -> Dialogue:
    return Dialogue(key=dialogue_key(clip, "en"), clip=clip, language="en", messages=json.dumps(messages))


@pytest.mark.parametrize("style", STYLES[1:])
def test_a_text_shows_where_its_video_is(style: str) -> None:
    [whole, part], _ = written(style)
    assert list(whole) == ["id", "messages", "videos"]
    assert whole["id"] == "whole"
    assert whole["videos"] == part["videos"] == ["a.mp4"]
    first, answer, *others = whole["messages"]
    assert first == {"role": "user", "content": "<video>Is there any anomaly in the video?"}
    assert answer["role"] == "assistant"
    assert answer["content"].startswith("Yes")
    assert [m["role"] for m in others] == ["user", "assistant"] * (len(others) // 2)
    assert sum(m["content"].count("<video>") for m in whole["messages"]) == len(whole["videos"])


@pytest.mark.parametrize("style", STYLES[1:])
def test_typed_placeholders_are_text(style: str) -> None:
    words = json.dumps(written(style)[0][0]["messages"])
    assert "&lt;video&gt; shop" in words
    assert "man &lt;image&gt; in &lt;|im_end|&gt; red" in words
    assert "<image>" not in words
    assert "<|" not in words


def test_what_is_no_placeholder_stays() -> None:
    assert escaped("1 < 2 > 0, <b>, <videos>, <|, a|> and <| x |>") == "1 < 2 > 0, <b>, <videos>, <|, a|> and <| x |>"


def test_the_style_of_chat_templates_changes_no_word() -> None:
    [line, _], told = written("trl")
    words = json.dumps(line["messages"])
    assert "<video> shop" in words
    assert told == []


def test_a_part_of_a_video_is_cut_by_the_trainer_or_told() -> None:
    [whole, part], told = written("swift")
    assert "chat_template_kwargs" not in whole
    # frames 12 to 35, both included, by the rule of qwen-vl-utils
    assert part["chat_template_kwargs"] == {"video_start": 0.479167, "video_end": 1.479167}
    assert len(told) == 1
    [_, part], told = written("llamafactory")
    assert list(part) == ["id", "messages", "videos"]
    assert told[1] == ("llamafactory reads whole videos, but 1 clip is a part of one: cut the clips out (media: clips)")


@pytest.mark.parametrize("style", STYLES[1:])
def test_media_of_their_own_need_no_window(style: str) -> None:
    lines, told = written(style, media=lambda video, clip: f"cut/{clip.id}.mp4")
    assert [line["videos"] for line in lines] == [["cut/whole.mp4"], ["cut/part.mp4"]]
    assert all(list(line) == ["id", "messages", "videos"] for line in lines)
    assert len(told) == 1
    lines, _ = written(style, media=lambda video, clip: [f"cut/{clip.id}/{n}.jpg" for n in (0, 1)])
    assert lines[1]["videos"] == [["cut/part/0.jpg", "cut/part/1.jpg"]]


def test_media_of_their_own_in_the_style_of_chat_templates() -> None:
    [_, line], _ = written("trl", media=lambda video, clip: f"cut/{clip.id}.mp4")
    assert (line["video"], line["frames"]) == ("a.mp4", [12, 36]), "the labels stay those of the video"
    assert line["messages"][0]["content"][0] == {"type": "video", "video": "cut/part.mp4"}
    [_, line], _ = written("trl", media=lambda video, clip: ["0.jpg", "1.jpg"])
    shown = {"type": "video", "video": ["0.jpg", "1.jpg"], "sample_fps": 24.0, "raw_fps": 24.0}
    assert line["messages"][0]["content"][0] == shown


def test_a_dialogue_that_a_person_changed_is_theirs() -> None:
    said = [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": [{"type": "video", "video": "x.mp4", "fps": 2.0}, {"type": "text", "text": "So?"}]},
        {"role": "assistant", "content": "He <video> runs."},
    ]
    [line, _], _ = written("swift", dialogue("w", said))
    assert line["videos"] == ["a.mp4"]
    assert line["messages"] == [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "<video>So?"},
        {"role": "assistant", "content": "He &lt;video&gt; runs."},
    ]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ([], "there is no dialogue"),
        ([{"role": "user", "content": "So?"}], "question and answer do not follow"),
        ([{"role": "assistant", "content": "a"}, {"role": "user", "content": "b"}], "question and answer do not"),
        ([{"role": "user", "content": "a"}, {"role": "tool", "content": "b"}], "question and answer do not"),
    ],
)
def test_what_no_trainer_reads_is_left_out_and_told(said: Any, why: str) -> None:
    lines, told = written("swift", dialogue("w", said))
    assert [line["id"] for line in lines] == ["part"]
    assert told[-1].startswith("1 clip was left out: ")
    assert why in told[-1]


def test_parts_that_are_no_text_and_no_video() -> None:
    said = [
        {"role": "user", "content": [{"type": "image", "image": "i.png"}, {"type": "text", "text": "So?"}]},
        {"role": "assistant", "content": "He runs."},
    ]
    [line, _], _ = written("swift", dialogue("w", said))
    assert (line["messages"][0]["content"], line["images"], line["videos"]) == ("<image>So?", ["i.png"], [])
    [line, _], told = written("llamafactory", dialogue("w", said))
    assert (line["messages"][0]["content"], list(line)) == ("So?", ["id", "messages", "videos"])
    assert "1 parts of dialogues that llamafactory cannot read were left out" in told


@given(document=documents(), style=st.sampled_from(STYLES[1:]))
def test_there_are_as_many_files_as_placeholders(document: Document, style: str) -> None:
    writer = get("jsonl").write
    assert writer is not None
    for line in b"".join(writer(parts_of(document, Path("/p"), Path("/p")), WriteOptions(style=style))).splitlines():
        row = json.loads(line)
        words = "".join(m["content"] for m in row["messages"])
        assert words.count("<video>") == len(row["videos"])
        assert words.count("<image>") == len(row.get("images", []))
