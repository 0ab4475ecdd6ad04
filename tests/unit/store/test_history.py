"""The log as people read it."""

from __future__ import annotations

import pytest

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.edits import Conflict, changed, created, edit
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Object, Video
from tvau_studio.store import history, repository, writer
from tvau_studio.store.engine import Store
from tvau_studio.store.rows import Stamp

ANN, BO = Stamp("ann", "w1"), Stamp("bo", "w2")


@pytest.fixture
def told(store: Store) -> Store:
    """Ann enters two videos and an object in each, and writes a text five times; bo writes another one."""
    rows = [Video(key=k, path=f"{k}.mp4", frames=9) for k in "vw"]
    things = [Object(key=f"o{v}", video=v, track=1) for v in "vw"]
    writer.apply(store, edit("Begin", [created(row) for row in [*rows, *things]]), ANN)
    for n in range(5):
        write(store, "ov", f"text {n}", ANN)
    write(store, "ow", "bo's", BO)
    return store


def write(store: Store, key: str, value: str, stamp: Stamp) -> None:
    writer.apply(store, actions.set_text(repository.load(store), "object", key, "appearance", "en", value), stamp)


def text(store: Store, key: str = "ov") -> str:
    return repository.load(store).object(key).appearance_en


@pytest.fixture(autouse=True)
def _steps_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "PAUSE", -1.0)


def test_the_history_comes_in_pages(told: Store) -> None:
    first = history.steps(told, 4)
    assert [s.label for s in first] == ["Edit appearance"] * 4
    assert [s.person for s in first] == ["bo", "ann", "ann", "ann"]
    rest = history.steps(told, 10, before=first[-1].step)
    assert [s.label for s in rest] == ["Edit appearance"] * 2 + ["Begin"]
    assert [s.step for s in [*first, *rest]] == sorted((s.step for s in [*first, *rest]), reverse=True)
    assert len(history.steps(told, 10, person="bo")) == 1
    assert [s.place.object for s in history.steps(told, 10, video="w") if s.place] == ["ow"]


def test_back_to_a_step_and_forth_again(told: Store) -> None:
    third = history.steps(told, 10, person="ann")[2]
    done = writer.undo_to(told, ANN, third.step)
    assert done is not None
    assert len(done[1].changes) == 1
    assert text(told) == "text 1"
    assert text(told, "ow") == "bo's"
    assert [s.undone for s in history.steps(told, 10, person="ann")] == [True, True, True, False, False, False]
    assert writer.undo_to(told, ANN, third.step) is None
    assert writer.redo_to(told, ANN, third.step) is not None
    assert text(told) == "text 2"


def test_where_a_step_on_the_way_is_refused_those_before_it_stay_taken_back(told: Store) -> None:
    write(told, "ov", "text 3 by bo", BO)
    write(told, "ov", "text 4", BO)
    third = history.steps(told, 10, person="ann")[2]
    row = repository.load(told).object("ov")
    writer.apply(told, edit("Mine", [changed(row, appearance_zh="人")]), ANN)
    writer.undo(told, BO)
    with pytest.raises(Conflict, match=r"^bo changed"):
        writer.undo_to(told, ANN, third.step)
    assert repository.load(told).object("ov").appearance_zh == ""
    assert text(told) == "text 3 by bo"


def test_the_story_of_an_object(told: Store) -> None:
    document = repository.load(told)
    writer.apply(told, actions.set_box(document, Who("bo"), "ov", 3, Box(1, 2, 3, 4)), BO)
    writer.apply(told, actions.add_segment(document, Who("bo"), "ov", 0, 4, "anomaly"), BO)
    writer.undo(told, ANN)
    story = history.of_object(told, "ov", 100)
    assert [(c.person, c.kind, c.table) for c in story[:3]] == [
        ("ann", "undo", "object"), ("bo", "do", "segment"), ("bo", "do", "keyframe"),
    ]  # fmt: skip
    assert story[0].before == {"appearance_en": "text 4"}
    assert story[0].after == {"appearance_en": "text 3"}
    assert story[-1].before is None
    assert history.of_object(told, "ov", 2) == story[:2]
    assert history.of_object(told, "ov", 2, before=story[1].seq) == story[2:4]
    assert all(c.key != "ow" for c in story)
