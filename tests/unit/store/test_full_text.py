"""Words are found in every text, by parts, in any script, and the index follows the rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tvau_studio.domain.edits import Change, changed, created, edit, removed
from tvau_studio.domain.labels import Clip, Comment, Description, Object, Override, Segment, Video, new_key
from tvau_studio.store import full_text, writer
from tvau_studio.store.engine import Store
from tvau_studio.store.rows import Stamp

VIDEO = Video(
    key=new_key(), path="a.mp4", environment_en="A square in front of a station", environment_zh="车站前的广场"
)
CLIP = Clip(key=new_key(), video=VIDEO.key, id="a:0:24", start=0, stop=24, environment_en="At night")
THING = Object(key=new_key(), video=VIDEO.key, track=1, appearance_en='A man in a "red" jacket, 100% wool')
DEED = Segment(key=new_key(), object=THING.key, start=0, stop=24, motion_zh="正在奔跑")
SAID = Override(key=f"{THING.key}@{CLIP.key}", object=THING.key, clip=CLIP.key, trajectory_en="from_left to right")
TOLD = Description(key=new_key(), clip=CLIP.key, position=0, language="en", text="Somebody runs.")
NOTE = Comment(key=new_key(), clip=CLIP.key, text="Umbrella?")
ROWS = (VIDEO, CLIP, THING, DEED, SAID, TOLD, NOTE)


def _commit(store: Store, *changes: Change | None) -> None:
    writer.apply(store, edit("Test", changes), Stamp("ann", "s"))


@pytest.fixture
def filled(store: Store) -> Store:
    _commit(store, *map(created, ROWS))
    return store


@pytest.mark.parametrize(
    ("word", "table"),
    [
        ("STATION", "video"),
        ("tatio", "video"),
        ("广场", "video"),
        ("场", "video"),
        ("at night", "clip"),
        ('"red" jacket', "object"),
        ("100%", "object"),
        ("奔跑", "segment"),
        ("from_left", "override"),
        ("body runs", "description"),
        ("umbrella?", "comment"),
        ("a?", "comment"),
    ],
)
def test_a_part_of_a_text_finds_its_row(filled: Store, word: str, table: str) -> None:
    (row,) = (r for r, name in zip(ROWS, _tables(), strict=True) if name == table)
    assert full_text.hits(filled, word) == [(table, row.key)]


def _tables() -> list[str]:
    return ["video", "clip", "object", "segment", "override", "description", "comment"]


@pytest.mark.parametrize("word", ["", "bicycle", "100_", "%", "fromXleft", "red jacket", "squarein"])
def test_what_no_text_holds_is_not_found(filled: Store, word: str) -> None:
    found = full_text.hits(filled, word)
    assert found == ([("object", THING.key)] if word == "%" else [])


def test_the_index_follows_changes_and_removals(filled: Store) -> None:
    change = changed(THING, appearance_en="A woman with an umbrella")
    assert change is not None
    _commit(filled, change)
    assert full_text.hits(filled, "jacket") == []
    assert {t for t, _ in full_text.hits(filled, "umbrella")} == {"object", "comment"}
    emptied = changed(replace(THING, appearance_en="A woman with an umbrella"), appearance_en="")
    _commit(filled, emptied, removed(NOTE))
    assert full_text.hits(filled, "umbrella") == []
    again = changed(replace(THING, appearance_en=""), appearance_en="umbrella")
    _commit(filled, again, created(NOTE))
    assert {t for t, _ in full_text.hits(filled, "umbrella")} == {"object", "comment"}
