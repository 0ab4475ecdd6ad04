"""An Edit is written whole or refused whole; undo and redo follow the log, and outlive the process."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from sqlalchemy import select

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Conflict, Edit, Place, changed, created, edit, removed
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Clip, Keyframe, Object, Segment, Video, keyframe_key
from tvau_studio.store import checking, history, repository, schema, tail, writer
from tvau_studio.store.engine import Store
from tvau_studio.store.rows import Stamp

ANN, OTHER_WINDOW, BO = Stamp("ann", "w1"), Stamp("ann", "w2"), Stamp("bo", "w3")
VIDEO = Video(key="v", path="v.mp4", frames=50)
CLIP = Clip(key="c", video="v", id="v:0:50", start=0, stop=50)
THING = Object(key="o", video="v", track=1)


@pytest.fixture
def filled(store: Store) -> Store:
    """Bo entered a video, a clip and an object."""
    writer.apply(store, edit("Begin", [created(r) for r in (VIDEO, CLIP, THING)]), BO)
    return store


def row(store: Store, table: str, key: str) -> object:
    return repository.load(store).get(table, key)


def text(store: Store, value: str, stamp: Stamp = ANN, merge: str = "", field: str = "appearance_en") -> int:
    thing = row(store, "object", "o")
    assert isinstance(thing, Object)
    return writer.apply(store, edit("Edit appearance", [changed(thing, **{field: value})], merge), stamp)


def appearance(store: Store) -> str:
    thing = row(store, "object", "o")
    assert isinstance(thing, Object)
    return thing.appearance_en


def test_what_is_written_is_read_back(filled: Store) -> None:
    path = Keyframe(key=keyframe_key("o", 3), object="o", frame=3, x=0.1 + 0.2, y=-1e-9, w=1e6, h=5.0, smooth=True)
    writer.apply(filled, edit("Box", [created(path)]), ANN)
    assert row(filled, "keyframe", "o@3") == path
    (entry,) = tail.since(filled, tail.last_seq(filled) - 1)
    assert entry.edit.changes == (created(path),)  # floats in the log to the last bit
    assert checking.check(filled) == []


def test_numbers_of_numpy_are_numbers(filled: Store) -> None:
    values = {"frames": np.int64(7), "fps": np.float32(0.5)}
    writer.apply(filled, edit("Facts", [changed(VIDEO, **values)]), ANN)
    found = row(filled, "video", "v")
    assert isinstance(found, Video)
    assert (found.frames, found.fps) == (7, 0.5)
    assert checking.check(filled) == []


@pytest.mark.parametrize("value", ["a\x00b", "\ud800"])
def test_a_character_that_cannot_be_stored_is_said(filled: Store, value: str) -> None:
    with pytest.raises(StudioError, match="character that cannot be stored"):
        text(filled, value)
    assert appearance(filled) == ""


def test_texts_of_any_script_and_length_are_kept(filled: Store) -> None:
    value = "红衣男子 🚲 شخص\u202e\x07\n" + "x" * 1_000_000
    text(filled, value)
    assert appearance(filled) == value


# -- conflicts


def test_an_edit_of_what_is_no_longer_so_is_refused_whole_and_names_who(filled: Store) -> None:
    seen = THING
    text(filled, "a man", BO)
    seq = tail.last_seq(filled)
    both = edit("Both", [changed(VIDEO, frames=99), changed(seen, appearance_en="a woman")])
    with pytest.raises(Conflict, match=r"^bo changed this object in the meantime") as caught:
        writer.apply(filled, both, ANN)
    assert caught.value.found is not None
    assert caught.value.found["appearance_en"] == "a man"
    assert row(filled, "video", "v") == VIDEO
    assert tail.last_seq(filled) == seq


def test_different_fields_of_one_row_do_not_collide(filled: Store) -> None:
    text(filled, "a man", BO)
    writer.apply(filled, edit("Chinese", [changed(THING, appearance_zh="男")]), ANN)
    thing = row(filled, "object", "o")
    assert isinstance(thing, Object)
    assert (thing.appearance_en, thing.appearance_zh) == ("a man", "男")


def test_ones_own_other_window_is_named_as_such(filled: Store) -> None:
    text(filled, "a man", OTHER_WINDOW)
    with pytest.raises(Conflict, match=r"ann \(you, in another window\)"):
        writer.apply(filled, edit("Edit", [changed(THING, appearance_en="a woman")]), ANN)


def conflicting(store: Store) -> list[Edit]:
    """Edits that fit no more, each because of an edit of bo's that it did not see."""
    other = Object(key="p", video="v", track=2)
    segment = Segment(key="s", object="o", start=0, stop=5)
    box = Keyframe(key="p@0", object="p", frame=0, x=0, y=0, w=1, h=1)
    writer.apply(store, edit("Bo's", [created(other), created(segment)]), BO)
    writer.apply(store, edit("Bo's", [removed(other)]), BO)
    clip = Clip(key="d", video="v", id=CLIP.id, start=1, stop=2)
    return [
        edit("made already", [created(THING)]),
        edit("gone", [removed(other)]),
        edit("gone", [changed(other, track=5)]),
        edit("its object is gone", [created(box)]),
        edit("it has a segment that I did not see", [removed(THING)]),
        edit("the number is taken", [created(Object(key="q", video="v", track=1))]),
        edit("the number is taken twice", [created(Object(key=k, video="v", track=7)) for k in "qr"]),
        edit("the id is taken", [created(clip)]),
    ]


@pytest.mark.parametrize("n", range(8))
def test_nothing_is_written_over_what_others_did(filled: Store, n: int) -> None:
    one = conflicting(filled)[n]
    seq = tail.last_seq(filled)
    with pytest.raises(Conflict):
        writer.apply(filled, one, ANN)
    assert tail.last_seq(filled) == seq
    assert checking.check(filled) == []


def test_numbers_may_be_exchanged_in_one_edit(filled: Store) -> None:
    other = Object(key="p", video="v", track=2)
    writer.apply(filled, edit("New", [created(other)]), ANN)
    writer.apply(filled, edit("Exchange", [changed(THING, track=2), changed(other, track=1)]), ANN)
    assert [o.key for o in repository.objects(filled)] == ["p", "o"]


def test_an_import_may_take_the_place_of_what_it_replaces(filled: Store) -> None:
    again = Clip(key="d", video="v", id=CLIP.id, start=0, stop=50)
    writer.apply(filled, edit("Import", [removed(CLIP), created(again)]), ANN)
    assert [c.key for c in repository.clips(filled)] == ["d"]
    writer.undo(filled, ANN)
    assert [c.key for c in repository.clips(filled)] == ["c"]


def test_the_order_of_the_changes_makes_no_difference(filled: Store) -> None:
    other = Object(key="p", video="v", track=2)
    segment = Segment(key="s", object="p", start=0, stop=5)
    writer.apply(filled, edit("Child first", [created(segment), created(other)]), ANN)
    writer.apply(filled, edit("Parent first", [removed(other), removed(segment)]), ANN)
    assert checking.check(filled) == []


# -- undo


def test_undo_and_redo_follow_the_line_and_survive_a_restart(
    filled: Store, target: Path | str, opened: Callable[[Path | str], Store]
) -> None:
    for value in ("a", "ab", "abc"):
        text(filled, value)
    assert writer.labels(filled, "ann") == ("Edit appearance", "")
    writer.undo(filled, ANN)
    filled.close()
    again = opened(target)
    assert (appearance(again), writer.labels(again, "ann")) == ("ab", ("Edit appearance", "Edit appearance"))
    writer.undo(again, ANN)
    writer.undo(again, ANN)
    assert (appearance(again), writer.undo(again, ANN)) == ("", None)
    for value in ("a", "ab", "abc"):
        done = writer.redo(again, ANN)
        assert done is not None
        assert appearance(again) == value
    assert writer.redo(again, ANN) is None
    assert checking.check(again) == []


def test_a_new_edit_ends_what_could_be_done_again(filled: Store) -> None:
    text(filled, "a")
    writer.undo(filled, ANN)
    text(filled, "b")
    assert writer.redo(filled, ANN) is None
    assert writer.labels(filled, "ann") == ("Edit appearance", "")
    writer.undo(filled, ANN)
    assert appearance(filled) == ""


def test_one_undoes_ones_own_edits_and_ones_windows_share_the_line(filled: Store) -> None:
    text(filled, "a", OTHER_WINDOW)
    writer.apply(filled, edit("Bo's", [changed(VIDEO, frames=9)]), BO)
    done = writer.undo(filled, ANN)
    assert done is not None
    assert (appearance(filled), repository.videos(filled)[0].frames) == ("", 9)
    assert writer.redo(filled, BO) is None
    assert writer.redo(filled, OTHER_WINDOW) is not None


def test_undo_is_refused_where_somebody_changed_the_same(filled: Store) -> None:
    text(filled, "a")
    text(filled, "b", BO)
    before = history.steps(filled, 10), tail.last_seq(filled)
    with pytest.raises(Conflict, match=r"^bo changed"):
        writer.undo(filled, ANN)
    assert (history.steps(filled, 10), tail.last_seq(filled)) == before
    assert appearance(filled) == "b"
    writer.undo(filled, BO)
    assert writer.undo(filled, ANN) is not None


def test_an_object_that_somebody_went_on_with_is_not_undone_away(filled: Store) -> None:
    doc = repository.load(filled)
    made = actions.new_object(doc, Who("ann"), "v", 0, Box(0, 0, 1, 1))
    writer.apply(filled, made, ANN)
    doc.apply(made)
    key = doc.objects("v")[-1].key
    writer.apply(filled, actions.set_box(doc, Who("bo"), key, 9, Box(1, 1, 1, 1)), BO)
    with pytest.raises(Conflict, match=r"^bo changed"):
        writer.undo(filled, ANN)
    assert checking.check(filled) == []


def test_what_a_project_begins_with_is_never_undone(store: Store) -> None:
    assert writer.undo(store, Stamp("maker", "")) is None
    assert writer.labels(store, "maker") == ("", "")


# -- steps


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time: [seconds]."""
    now = [1000.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    return now


def steps(store: Store) -> list[str]:
    return [s.label for s in history.steps(store, 100) if s.person == "ann"]


def test_typing_is_one_step(filled: Store, clock: list[float]) -> None:
    for n in range(1, 6):
        clock[0] += 1.5
        text(filled, "abcde"[:n], merge="o/appearance")
    assert len(steps(filled)) == 1
    done = writer.undo(filled, ANN)
    assert done is not None
    assert len(done[1].changes) == 1
    assert appearance(filled) == ""
    writer.redo(filled, ANN)
    assert appearance(filled) == "abcde"


def test_a_pause_another_field_and_another_edit_end_a_step(filled: Store, clock: list[float]) -> None:
    text(filled, "a", merge="m")
    clock[0] += writer.PAUSE + 0.1
    text(filled, "ab", merge="m")
    text(filled, "b", merge="n", field="appearance_zh")
    text(filled, "abc", merge="m")
    assert len(steps(filled)) == 4
    text(filled, "abcd")
    text(filled, "abcde", merge="m")
    assert len(steps(filled)) == 6


def test_edits_of_others_in_between_do_not_end_a_step(filled: Store, clock: list[float]) -> None:
    text(filled, "a", merge="m")
    writer.apply(filled, edit("Bo's", [changed(VIDEO, frames=9)]), BO)
    text(filled, "ab", merge="m")
    assert len(steps(filled)) == 1


def test_facts_are_in_nobodys_line_and_do_not_end_a_step(filled: Store, clock: list[float]) -> None:
    text(filled, "a", merge="m")
    writer.record(filled, edit("Look", [changed(VIDEO, frames=9)]), ANN)
    text(filled, "ab", merge="m")
    assert steps(filled) == ["Edit appearance"]
    writer.undo(filled, ANN)
    assert (appearance(filled), repository.videos(filled)[0].frames) == ("", 9)
    writer.record(filled, edit("Look", [changed(repository.videos(filled)[0], frames=8)]), ANN)
    assert writer.redo(filled, ANN) is not None
    assert checking.check(filled) == []


def test_undo_and_redo_end_a_step(filled: Store, clock: list[float]) -> None:
    text(filled, "a", merge="m")
    writer.undo(filled, ANN)
    text(filled, "b", merge="m")
    writer.undo(filled, ANN)
    writer.redo(filled, ANN)
    text(filled, "bc", merge="m")
    assert len(steps(filled)) == 2


def test_a_step_that_ended_as_it_began_is_passed_over(filled: Store, clock: list[float]) -> None:
    text(filled, "z")
    text(filled, "za", merge="m")
    text(filled, "z", merge="m")
    writer.undo(filled, ANN)
    assert appearance(filled) == ""
    writer.redo(filled, ANN)
    assert appearance(filled) == "z"
    assert writer.redo(filled, ANN) is None


def test_the_history_says_what_who_and_when(filled: Store, clock: list[float]) -> None:
    writer.apply(filled, edit("Far", [changed(VIDEO, frames=9)], place=Place("v", 7, "o")), ANN)
    clock[0] += 60
    text(filled, "a", BO)
    writer.undo(filled, BO)
    found = history.steps(filled, 2)
    assert [(s.label, s.person, s.when, s.undone) for s in found] == [
        ("Edit appearance", "bo", 1060.0, True),
        ("Far", "ann", 1000.0, False),
    ]
    assert found[1].place == Place("v", 7, "o")
    text(filled, "b", BO)
    assert [s.label for s in history.steps(filled, 10)] == ["Edit appearance", "Far", "Begin"]


def test_the_log_is_the_feed_of_other_windows(filled: Store) -> None:
    seq = tail.last_seq(filled)
    first = text(filled, "a")
    writer.undo(filled, OTHER_WINDOW)
    found = tail.since(filled, seq)
    assert [(e.seq, e.kind, e.session, e.person) for e in found] == [
        (first, "do", "w1", "ann"), (first + 1, "undo", "w2", "ann"),
    ]  # fmt: skip
    assert found[1].edit.changes == found[0].edit.inverse().changes
    assert tail.since(filled, first + 1) == []


def test_a_document_that_follows_the_log_is_the_project(filled: Store, random_edits: ModuleType) -> None:
    writer.apply(filled, random_edits.base_edit(), BO)
    seq, mirror = tail.last_seq(filled), repository.load(filled, random_edits.VIDEO)
    rng = random.Random(7)
    for _ in range(60):
        doc = repository.load(filled, random_edits.VIDEO)
        if rng.random() < 0.3:
            (writer.undo if rng.random() < 0.6 else writer.redo)(filled, ANN)
        elif one := random_edits.random_edit(rng, doc):
            writer.apply(filled, one, ANN)
    for entry in tail.since(filled, seq):
        mirror.apply(entry.edit)
    assert random_edits.contents(mirror) == random_edits.contents(repository.load(filled, random_edits.VIDEO))
    assert checking.check(filled) == []


def test_a_thousand_rows_are_one_edit(filled: Store) -> None:
    rows: list[Object | Keyframe] = []
    for n in range(600):
        rows.append(Object(key=f"n{n}", video="v", track=n + 2))
        rows.append(Keyframe(key=f"n{n}@0", object=f"n{n}", frame=0, x=0, y=0, w=1, h=1))
    writer.apply(filled, edit("Import", [created(r) for r in rows]), ANN)
    assert len(repository.objects(filled)) == 601
    writer.undo(filled, ANN)
    assert len(repository.objects(filled)) == 1
    with filled.reading() as connection:
        assert connection.execute(select(schema.keyframe)).all() == []
    assert checking.check(filled) == []


def test_a_change_of_a_document_and_of_the_store_are_one_check(filled: Store) -> None:
    doc: Document = repository.load(filled)
    bad = edit(
        "Bad", [Change("object", "o", {"track": 1}, {"track": 2}), Change("clip", "c", {"id": "x"}, {"id": "y"})]
    )
    with pytest.raises(Conflict) as one:
        doc.apply(bad)
    with pytest.raises(Conflict) as two:
        writer.apply(filled, bad, ANN)
    assert one.value.change == two.value.change == bad.changes[1]
