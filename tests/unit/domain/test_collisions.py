"""A refused Edit, field by field: done again, left to a person, or gone."""

from __future__ import annotations

import random
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.collisions import collide, resolve
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Conflict, Edit
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Clip, Keyframe, Object, Video

ANN, BO = Who("ann", lambda: 1.0), Who("bo", lambda: 2.0)


def document() -> Document:
    return Document(
        [
            Video(key="v", path="v.mp4", frames=9),
            Clip(key="c", video="v", id="v:0:9", start=0, stop=9),
            Object(key="o", video="v", track=1),
            Keyframe(key="o@3", object="o", frame=3, x=1, y=2, w=3, h=4),
        ]
    )


def text(value: str) -> Edit:
    return actions.set_text(document(), "object", "o", "appearance", "en", value)


def after(*edits: Edit) -> Document:
    made = document()
    for edit in edits:
        made.apply(edit)
    return made


def test_what_both_changed_is_a_clash_of_two_values() -> None:
    now = after(text("a dog"))
    found = collide(now, [text("a man")], "bo")
    (clash,) = found.clashes
    assert (clash.mine, clash.theirs) == ({"appearance_en": "a man"}, {"appearance_en": "a dog"})
    assert (found.who, found.edit.label) == ("bo", "Edit appearance")
    now.apply(resolve(now, found, mine=True))
    assert now.object("o").appearance_en == "a man"
    assert not resolve(after(text("a dog")), found, mine=False)


def test_the_same_said_twice_is_no_clash() -> None:
    now = after(text("a man"))
    found = collide(now, [text("a man")])
    assert found.clashes == ()
    assert not resolve(now, found, mine=True)


def test_what_nobody_else_touched_is_done_again() -> None:
    box = actions.set_box(document(), ANN, "o", 3, Box(5, 5, 5, 5))
    now = after(text("a dog"))
    found = collide(now, [text("a man"), box])
    assert len(found.clashes) == 1
    now.apply(resolve(now, found, mine=False))
    assert now.object("o").appearance_en == "a dog"
    assert now.track("o").keyframes[0].x == 5


def test_a_box_set_by_both_in_a_new_frame() -> None:
    mine = actions.set_box(document(), ANN, "o", 5, Box(5, 5, 5, 5))
    now = after(actions.set_box(document(), BO, "o", 5, Box(7, 7, 5, 5)))
    found = collide(now, [mine])
    (clash,) = found.clashes
    assert (clash.mine, clash.theirs) == ({"x": 5.0, "y": 5.0}, {"x": 7.0, "y": 7.0})
    now.apply(resolve(now, found, mine=True))
    assert now.track("o").at(5).box == Box(5, 5, 5, 5)  # type: ignore[union-attr]


def test_two_new_objects_take_two_numbers_and_nobody_is_asked() -> None:
    mine = actions.new_object(document(), ANN, "v", 0, Box(1, 1, 1, 1), key="a")
    now = after(actions.new_object(document(), BO, "v", 0, Box(2, 2, 2, 2), key="b"))
    found = collide(now, [mine])
    assert found.clashes == ()
    now.apply(resolve(now, found, mine=True))
    assert {o.key: o.track for o in now.objects("v")} == {"o": 1, "b": 2, "a": 3}


def test_what_is_gone_is_a_clash_that_only_they_can_win() -> None:
    now = after(actions.delete_object(document(), "o"))
    found = collide(now, [text("a man"), actions.set_box(document(), ANN, "o", 5, Box(5, 5, 5, 5))])
    assert {c.theirs for c in found.clashes} == {None}
    assert not resolve(now, found, mine=True)


def test_deleting_what_another_went_on_with() -> None:
    mine = actions.delete_object(document(), "o")
    now = after(actions.set_box(document(), BO, "o", 3, Box(9, 9, 9, 9)))
    later = actions.set_box(now, BO, "o", 7, Box(9, 9, 9, 9))
    now.apply(later)
    found = collide(now, [mine])
    (clash,) = found.clashes
    assert clash.mine is None
    assert clash.theirs == {"x": 9.0, "y": 9.0, "w": 9.0, "h": 9.0}
    now.apply(resolve(now, found, mine=True))
    assert now.objects("v") == []
    assert list(now.rows("keyframe")) == []


@given(seed=st.integers(0, 2**32), mine=st.booleans())
@example(seed=940, mine=False)
@example(seed=940, mine=True)
def test_either_way_it_fits(random_edits: ModuleType, seed: int, mine: bool) -> None:
    """Whatever two people did from the same state, both ways out fit, and theirs keeps all that is theirs."""
    rng = random.Random(seed)
    start = Document(random_edits.base_rows())
    for _ in range(6):
        start.apply(random_edits.random_edit(rng, start))
    here = Document(row for table in random_edits.FIELDS for row in start.rows(table))
    there = Document(row for table in random_edits.FIELDS for row in start.rows(table))
    edits = []
    for _ in range(3):
        edit = random_edits.random_edit(rng, here, "ann")
        here.apply(edit)
        edits += [edit] if edit else []
        there.apply(random_edits.random_edit(rng, there, "bo"))
    if not edits:
        return
    found = collide(there, edits)
    before = random_edits.contents(there)
    fits = resolve(there, found, mine)
    there.apply(fits)
    for clash in found.clashes:
        row = there.get(clash.table, clash.key)
        if not mine and clash.theirs is not None and row is not None:
            assert all(getattr(row, name) == value for name, value in clash.theirs.items())
    there.apply(fits.inverse())
    assert random_edits.contents(there) == before


def test_a_conflict_knows_who() -> None:
    with pytest.raises(Conflict) as caught:
        after(text("a dog")).apply(text("a man"))
    assert caught.value.who == ""
