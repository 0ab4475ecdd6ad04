"""Rows: their names, their tables, their keys."""

from __future__ import annotations

from dataclasses import fields

import pytest

from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import (
    EVENTS,
    TABLES,
    Clip,
    Keyframe,
    Object,
    Segment,
    Video,
    dialogue_key,
    keyframe_key,
    new_key,
    override_key,
    table_of,
    text,
    values_of,
)


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("a/b/01_0014.mp4", "01_0014"),
        ("C:\\clips\\x.y.avi", "x.y"),
        (".hidden", ".hidden"),
        ("frames/01_0014/", "01_0014"),
        ("noext", "noext"),
    ],
)
def test_the_stem_is_the_name_without_folder_and_suffix(path: str, stem: str) -> None:
    assert Video(key="v", path=path).stem == stem


def test_the_size_is_known_whole_or_not_at_all() -> None:
    assert Video(key="v", path="a", height=4, width=6).size == (4, 6)
    assert Video(key="v", path="a", height=4).size is None


def test_every_row_knows_who_and_when() -> None:
    for cls in TABLES.values():
        names = [f.name for f in fields(cls)]
        assert names[0] == "key"
        assert names[-2:] == ["author", "made"]


def test_a_row_knows_its_table_and_its_values() -> None:
    row = Segment(key="s", object="o", start=1, stop=3, event="anomaly")
    assert table_of(row) == "segment"
    assert TABLES[table_of(row)](key="s", **values_of(row)) == row
    assert "key" not in values_of(row)
    assert row.range == FrameRange(1, 3)
    assert Clip(key="c", video="v", id="v:0:2", start=0, stop=2).range == FrameRange(0, 2)


def test_keys_are_new_or_follow_from_what_they_name() -> None:
    assert len({new_key() for _ in range(100)}) == 100
    assert (keyframe_key("o", 3), override_key("o", "c"), dialogue_key("c", "zh")) == ("o@3", "o@c", "c@zh")


def test_a_draft_is_what_nobody_decided_on() -> None:
    assert Object(key="o", video="v", track=1, model="m", verdict="undecided").is_draft
    assert not Object(key="o", video="v", track=1, model="m", verdict="rejected").is_draft
    assert not Object(key="o", video="v", track=1).is_draft


def test_texts_are_found_by_name_and_language() -> None:
    row = Object(key="o", video="v", track=1, appearance_en="red", appearance_zh="红")
    assert (text(row, "appearance"), text(row, "appearance", "zh")) == ("red", "红")


def test_a_keyframe_has_its_box_on_the_grid() -> None:
    assert Keyframe(key="k", object="o", frame=0, x=1.004, y=0.0, w=2.0, h=3.0).box.x == 1.0


def test_the_event_classes_are_the_twelve() -> None:
    assert len(EVENTS) == len(set(EVENTS)) == 12
    assert EVENTS[-1] == "anomaly"
