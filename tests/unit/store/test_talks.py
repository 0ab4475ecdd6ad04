"""Talks in the project: kept beside the labels, found again, and gone when they are deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command

from tvau_studio.domain.talks import Talk, Turn
from tvau_studio.store import checking, lifecycle, schema, talks, writer
from tvau_studio.store.engine import Store


def talk(key: str, made: float = 1.0, **more: str) -> Talk:
    return Talk(key=key, video="v", author="ann", made=made, **more)


def turn(key: str, made: float, parent: str | None = None, **more: object) -> Turn:
    fields: dict[str, object] = {"talk": "t", "start": 3, "stop": 9, "question": f"question {key}", **more}
    return Turn(key=key, parent=parent, made=made, **fields)  # type: ignore[arg-type]


@pytest.fixture
def filled(store: Store) -> Store:
    talks.save_talk(store, talk("t"))
    for row in (
        turn("a", 1.0, answer="A bicycle.", reply={"objects": [], "p": 0.25}, state="complete", tokens=3),
        turn("b", 2.0, "a"),
        turn("c", 3.0, "a", question="Wo ist 100% _Beweis_?"),
        turn("d", 4.0, "c", answer="Das Fahrrad"),
        turn("e", 5.0, "c", beside="d", evidence=False),
    ):
        talks.save_turn(store, row)
    return store


def test_what_is_kept_comes_back(filled: Store) -> None:
    found = talks.turns(filled, "t")
    assert [t.key for t in found] == list("abcde")
    assert found[0] == turn("a", 1.0, answer="A bicycle.", reply={"objects": [], "p": 0.25}, state="complete", tokens=3)
    assert talks.talk(filled, "t") == talk("t")
    assert talks.talk(filled, "no") is None


def test_a_turn_grows(filled: Store) -> None:
    talks.save_turn(filled, turn("b", 2.0, "a", answer="So far", state="stopped"))
    assert [(t.answer, t.state) for t in talks.turns(filled, "t") if t.key == "b"] == [("So far", "stopped")]


def test_the_history_is_listed_by_what_was_asked_last(filled: Store) -> None:
    talks.save_talk(filled, talk("empty", 9.0, draft="half a quest", clip="c"))
    talks.save_talk(filled, Talk(key="other", video="w", title="Other", made=0.5))
    first, second, third = talks.lines(filled)
    assert (first.talk.key, first.title, first.turns) == ("empty", "half a quest", 0)
    assert (second.title, second.turns, second.start, second.stop, second.last) == ("question a", 4, 3, 9, 4.0)
    assert third.title == "Other"
    assert [line.talk.key for line in talks.lines(filled, video="w")] == ["other"]
    assert [line.talk.key for line in talks.lines(filled, clip="c")] == ["empty"]


@pytest.mark.parametrize(
    ("words", "found"),
    [("BICYCLE", "A bicycle."), ("fahrrad das", "Das Fahrrad"), ("100%", "Wo ist 100% _Beweis_?"), ("1%0", None)],
)
def test_a_search_finds_words_of_turns(filled: Store, words: str, found: str | None) -> None:
    assert [line.found for line in talks.lines(filled, search=words)] == ([] if found is None else [found])


def test_a_title_is_found_and_renamed(filled: Store) -> None:
    talks.rename(filled, "t", "About the gate")
    (line,) = talks.lines(filled, search="GATE")
    assert (line.title, line.found) == ("About the gate", "")
    talks.rename(filled, "t", "")
    assert talks.lines(filled)[0].title == "question a"


def test_deleting_takes_what_follows(filled: Store) -> None:
    talks.remove_turn(filled, "c")
    assert [t.key for t in talks.turns(filled, "t")] == ["a", "b"]
    talks.remove(filled, "t")
    assert talks.lines(filled) == []
    talks.save_turn(filled, turn("late", 6.0))  # what was still being answered does not bring it back
    assert talks.turns(filled, "t") == []


def test_talks_are_no_edits(filled: Store) -> None:
    assert checking.check(filled) == []
    assert writer.labels(filled, "ann") == ("", "")


def test_a_project_without_talks_gets_them(
    tmp_path: Path, opened: Callable[[Path], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade, path = command.upgrade, tmp_path / "old.tvau"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "VERSION", 1)
        patch.setattr(lifecycle, "EVENTS", ())  # classes as they are now do not fit into it
        patch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0001"))
        lifecycle.create(path, "old", "maker", "0").close()
    store = opened(path)
    assert path.with_name("old.schema-1.tvau").exists()
    with store.reading() as connection:
        assert lifecycle.read_version(connection) == schema.VERSION
    talks.save_talk(store, talk("t"))
    talks.save_turn(store, turn("a", 1.0))
    assert len(talks.turns(store, "t")) == 1
    assert checking.check(store) == []
