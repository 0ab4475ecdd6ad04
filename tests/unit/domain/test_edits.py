"""An Edit and its inverse leave nothing behind, and several in one do what they do one after another."""

from __future__ import annotations

import itertools
import random
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Conflict, Edit, Place, changed, compose, created, edit, removed
from tvau_studio.domain.labels import Segment, Video

ROW = Video(key="v", path="a.mp4", frames=10)


def test_a_change_names_only_the_touched_fields() -> None:
    change = changed(ROW, path="b.mp4", frames=10)
    assert change == Change("video", "v", {"path": "a.mp4"}, {"path": "b.mp4"})
    assert changed(ROW, path="a.mp4") is None


def test_making_and_removing_are_inverse() -> None:
    assert created(ROW).inverse() == removed(ROW)
    assert created(ROW).before is None
    assert (created(ROW).after or {})["path"] == "a.mp4"


def test_an_edit_of_nothing_is_false() -> None:
    assert not edit("Nothing", [None])
    assert edit("Something", [None, created(ROW)])


def test_the_place_says_where_and_makes_no_difference() -> None:
    one, other = edit("A", [created(ROW)], place=Place("v", 3)), edit("A", [created(ROW)])
    assert one == other
    assert one.inverse().place == Place("v", 3)


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        (Change("object", "o", {"video": "a"}, {"video": "b"}), True),
        (Change("object", "o", {"track": 1}, {"track": 2}), False),
        (Change("object", "o", {"video": "a"}, None), False),
    ],
)
def test_a_row_that_comes_to_another_row_has_moved(change: Change, moved: bool) -> None:
    assert change.moved is moved


def test_a_conflict_says_who_and_keeps_what_was_found() -> None:
    conflict = Conflict(Change("event_class", "e", {"position": 1}, {"position": 2}), {"position": 3}, "Bo")
    assert str(conflict).startswith("Bo changed this event class")
    assert conflict.found == {"position": 3}


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), steps=st.integers(1, 25))
def test_every_edit_is_taken_back_by_its_inverse(random_edits: ModuleType, seed: int, steps: int) -> None:
    rng = random.Random(seed)
    document = Document(random_edits.base_rows())
    states = [random_edits.contents(document)]
    done: list[Edit] = []
    for _ in range(steps):
        one = random_edits.random_edit(rng, document)
        document.apply(one)
        done.append(one)
        states.append(random_edits.contents(document))
        document.apply(one.inverse())
        assert random_edits.contents(document) == states[-2]
        document.apply(one.inverse().inverse())
        assert random_edits.contents(document) == states[-1]
    for one, before in zip(reversed(done), reversed(states[:-1]), strict=True):
        document.apply(one.inverse())
        assert random_edits.contents(document) == before


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), steps=st.integers(1, 25))
def test_composed_edits_do_what_they_do_one_by_one(random_edits: ModuleType, seed: int, steps: int) -> None:
    rng = random.Random(seed)
    slow, fast = Document(random_edits.base_rows()), Document(random_edits.base_rows())
    done = []
    for _ in range(steps):
        one = random_edits.random_edit(rng, slow)
        slow.apply(one)
        done.append(one)
    net = compose(done)
    before = random_edits.contents(fast)
    fast.apply(net)
    assert random_edits.contents(fast) == random_edits.contents(slow)
    assert len({(c.table, c.key) for c in net.changes}) == len(net.changes)
    fast.apply(net.inverse())
    assert random_edits.contents(fast) == before


def test_what_ends_as_it_began_is_left_out() -> None:
    there = Change("video", "v", {"path": "a"}, {"path": "b"})
    assert not compose([edit("1", [there]), edit("2", [there.inverse()])])
    segment = Segment(key="s", object="o", start=0, stop=1)
    assert not compose([edit("1", [created(segment)]), edit("2", [removed(segment)])])
    assert not compose([edit("1", [removed(segment)]), edit("2", [created(segment)])])


def test_typing_composes_to_one_change() -> None:
    texts = ["", "a", "ab", "abc"]
    typed = [edit("Edit", [Change("video", "v", {"path": p}, {"path": q})]) for p, q in itertools.pairwise(texts)]
    assert compose(typed).changes == (Change("video", "v", {"path": ""}, {"path": "abc"}),)
