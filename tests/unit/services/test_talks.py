"""What is asked stays in the project, whatever was typed, and comes back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.geometry import Box
from tvau_studio.domain.talks import Turn, newest_path, path_to, title_of, versions
from tvau_studio.services.asking import Evidence, Reply
from tvau_studio.services.projects import Project
from tvau_studio.services.talks import kept, new_talk, restored


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.tvau", person="ann") as made:
        yield made


BOX = Box(1.5, 2, 30, 40.25)
REPLY = Reply(
    "Why?",
    "Yes, from the left to the right.",
    "v.mp4",
    (4, 28),
    "m",
    True,
    (Evidence("left", None, BOX, (4, 10), ((4, BOX), (6, Box(3, 2, 30, 40)))), Evidence(None, "top", None, (4, 28))),
    1.25,
    7,
    p_yes=0.75,
    wait=0.5,
    prompt="<|im_start|>",
    prompt_tokens=99,
    left_out=1,
    evidence=False,
    shown=("left", "middle"),
    heat_max=0.875,
    heat_frame=6,
)


def test_a_reply_comes_back_as_it_was(project: Project) -> None:
    talk = new_talk("v", "c", "ann")
    project.talks.save(talk)
    turn = Turn(key="a", talk=talk.key, start=4, stop=28, question="Why?", reply=kept(REPLY), made=1.0)
    project.talks.save(turn)
    (found,) = project.talks.turns(talk.key)
    assert found == turn
    assert restored(found) == REPLY
    assert project.talks.talk(talk.key) == talk


@pytest.mark.parametrize(
    "data", [None, {}, {"objects": 3}, {**kept(REPLY), "frames": []}, {**kept(REPLY), "objects": [1]}]
)
def test_what_another_version_wrote_is_no_reply(data: dict[str, object] | None) -> None:
    assert restored(Turn(key="a", talk="t", start=0, stop=1, question="q", reply=data)) is None


def test_a_question_may_hold_anything(project: Project) -> None:
    talk = new_talk("v", None, "ann")
    project.talks.save(replace(talk, title="a\x00b\ud800c", draft="\x00"))
    project.talks.save(Turn(key="a", talk=talk.key, start=0, stop=2, question="\x00\udcff🙂" + "x" * 300_000, made=1.0))
    (turn,) = project.talks.turns(talk.key)
    assert turn.question.startswith("🙂xxx")
    assert len(turn.question) == 200_000
    assert [(line.title, line.turns) for line in project.talks.lines(search="\x00")] == [("abc", 1)]


def turn(key: str, parent: str | None, beside: str | None = None) -> Turn:
    return Turn(key=key, talk="t", parent=parent, beside=beside, start=0, stop=2, question=key)


def test_branches() -> None:
    turns = [turn("a", None), turn("b", "a"), turn("c", "a"), turn("d", "b"), turn("c2", "a", "c"), turn("e", "c")]
    assert [t.key for t in versions(turns, turns[1])] == ["b", "c"]
    assert [t.key for t in path_to(turns, "d")] == ["a", "b", "d"]
    assert [t.key for t in newest_path(turns)] == ["a", "c", "e"]
    assert [t.key for t in newest_path(turns, "b")] == ["d"]
    assert path_to(turns, None) == newest_path(turns, "e") == []


@given(st.lists(st.integers(-1, 9), max_size=10))
def test_a_path_ends_whatever_the_rows_say(parents: list[int]) -> None:
    """Rows that point in circles, as no program of ours writes them, hang nothing."""
    turns = [turn(str(i), None if p < 0 else str(p)) for i, p in enumerate(parents)]
    for path in (newest_path(turns), *(path_to(turns, t.key) for t in turns)):
        assert len(path) <= len(turns) + 1


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Why?", "Why?"),
        ("  two\n lines\x07 ", "two lines"),
        ("word " * 40, "word " * 11 + "word…"),
        ("x" * 80, "x" * 60 + "…"),
        ("", ""),
    ],
)
def test_a_title_is_one_line(question: str, title: str) -> None:
    assert title_of(question) == title
