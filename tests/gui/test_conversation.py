"""Talks of a window: in the project before they are answered, there again when it opens, in versions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from tvau_studio.domain import talks as rows
from tvau_studio.gui.app import Session
from tvau_studio.gui.state.conversation import Conversation
from tvau_studio.gui.state.turns import Turn
from tvau_studio.services.projects import Project

pytestmark = pytest.mark.usefixtures("with_model")
LONG = 60_000
QUESTION = "Is there any anomaly in the video?"


@pytest.fixture
def talk(window: Session) -> Conversation:
    window.state.heat.stop()
    return window.state.conversation


@pytest.fixture
def ask(talk: Conversation, qtbot: QtBot) -> Callable[..., Turn]:
    """ask(question, a, b, ...): asked, and answered when it returns."""

    def run(question: str = QUESTION, a: int = 0, b: int = 8, **more: Any) -> Turn:
        return ended(qtbot, talk, lambda: talk.ask(question, a, b, **more))

    return run


def ended(qtbot: QtBot, talk: Conversation, begin: Callable[[], Turn | None]) -> Turn:
    turn = begin()
    assert turn is not None
    qtbot.waitUntil(lambda: not talk.busy, timeout=LONG)
    return turn


@pytest.fixture
def elsewhere(project_file: Path) -> Iterator[Project]:
    """The project as another program sees it."""
    with Project.open(project_file, person="ann") as project:
        yield project


def stored(window: Session, qtbot: QtBot, project: Project) -> list[rows.Turn]:
    qtbot.waitUntil(lambda: not [j for j in window.studio.jobs.active() if j.lane == "store" and j.keep], timeout=LONG)
    return [turn for line in project.talks.lines() for turn in project.talks.turns(line.talk.key)]


def reopen(window: Session, qtbot: QtBot, path: Path) -> None:
    with qtbot.waitSignal(window.state.workspace.opened, timeout=LONG):
        window.state.workspace.open(lambda: Project.open(path, person="ann"))
    qtbot.waitUntil(lambda: not [j for j in window.studio.jobs.active() if j.lane == "store"], timeout=LONG)


def test_what_was_said_is_there_when_the_project_opens_again(
    window: Session, talk: Conversation, ask: Callable[..., Turn], qtbot: QtBot, project_file: Path, elsewhere: Project
) -> None:
    first, second = ask(), ask("它是什么？", language="en")
    kept = stored(window, qtbot, elsewhere)
    assert [(t.question, t.answer, t.state) for t in kept] == [
        (first.question, first.answer, "complete"),
        (second.question, second.answer, "complete"),
    ]
    assert kept[1].parent == kept[0].key
    assert (kept[1].language, kept[1].model, kept[1].author) == ("en", "random", "ann")
    assert "Is there any anomaly" in second.reply.prompt  # the first is in the second's prompt
    assert kept[0].tokens == first.reply.new_tokens
    assert len(kept[0].prompts) == 16  # which prompts stand behind the heat
    reopen(window, qtbot, project_file)
    qtbot.waitUntil(lambda: len(talk.turns) == 2, timeout=LONG)
    assert [(t.key, t.answer, t.reply) for t in talk.turns] == [(t.key, t.answer, t.reply) for t in (first, second)]
    # And one goes on from there.
    third = ask("And now?")
    assert third.parent == second.key
    assert first.answer in third.reply.prompt


def test_a_program_that_breaks_off_has_kept_the_question_and_what_was_answered(
    window: Session, talk: Conversation, qtbot: QtBot, elsewhere: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tvau_studio.services import asking

    hold, real = threading.Event(), asking.converse

    class Held:
        def __init__(self, running: asking.Conversation) -> None:
            self.running, self.reply = running, None

        def __iter__(self) -> Iterator[str]:
            yield "Yes, "
            assert hold.wait(60)
            yield from self.running

    monkeypatch.setattr(asking, "converse", lambda *a, **k: Held(real(*a, **k)))
    turn = talk.ask(QUESTION, 0, 8)
    assert [t.state for t in stored(window, qtbot, elsewhere)] == ["answering"]
    qtbot.waitUntil(lambda: stored(window, qtbot, elsewhere)[0].answer == "Yes, ", timeout=LONG)
    # Another program that opens the project now sees what a crash would leave.
    from tvau_studio.gui.state.turns import read

    found = read(stored(window, qtbot, elsewhere)[0])
    assert (found.question, found.answer, found.state, found.interrupted) == (QUESTION, "Yes, ", "stopped", True)
    talk.stop()
    talk.stop()
    hold.set()
    qtbot.waitUntil(lambda: not talk.busy, timeout=LONG)
    assert (turn.state, turn.interrupted) == ("stopped", False)
    assert [t.state for t in stored(window, qtbot, elsewhere)] == ["stopped"]


def test_asking_again_and_differently_makes_versions(
    window: Session, talk: Conversation, ask: Callable[..., Turn], qtbot: QtBot, project_file: Path
) -> None:
    first, second = ask("One?"), ask("Two?")
    other = ended(qtbot, talk, lambda: talk.ask_instead(first, "Uno?", (0, 8)))
    assert talk.turns == [other]
    assert talk.versions(other) == [first, other]
    talk.show_version(first)
    assert talk.turns == [first, second]
    again = ended(qtbot, talk, lambda: talk.again(second))
    assert [t.question for t in talk.turns] == ["One?", "Two?"]
    assert talk.versions(again) == [second, again]
    assert "One?" in again.reply.prompt
    assert "Two?" not in again.reply.prompt.rpartition("Two?")[0]  # its other version is not in its prompt
    reopen(window, qtbot, project_file)
    qtbot.waitUntil(lambda: bool(talk.turns), timeout=LONG)
    assert [t.question for t in talk.turns] == ["Uno?"]
    talk.show_version(talk.versions(talk.turns[0])[0])
    assert [t.key for t in talk.turns] == [first.key, again.key]


def test_a_comparison_stands_beside(talk: Conversation, ask: Callable[..., Turn], qtbot: QtBot) -> None:
    turn = ask(compare=True)
    other = talk.beside(turn)
    assert talk.turns == [turn]
    assert (turn.evidence, other.evidence, other.state) == (True, False, "done")
    assert other.answer != turn.answer  # random weights babble differently without the anomaly tokens
    assert not other.reply.evidence
    assert "anomaly_prompt" in turn.reply.prompt
    assert "anomaly_prompt" not in other.reply.prompt
    ended(qtbot, talk, lambda: talk.compare(turn))
    assert len(talk.book.place.every) == 2  # the new comparison takes the old one's place


def test_another_range_is_another_prompt(ask: Callable[..., Turn]) -> None:
    ask("About these?", 0, 8)
    assert "About these?" not in ask("And those?", 10, 20).reply.prompt
    assert "About these?" in ask("And these again?", 0, 8).reply.prompt


def test_a_half_typed_question_is_kept(
    window: Session, talk: Conversation, qtbot: QtBot, project_file: Path, elsewhere: Project
) -> None:
    book, field = talk.book, window.window.findChild(QPlainTextEdit, "chatInput")
    book.set_draft("   ")
    assert book.place.talk is None  # nothing to keep
    field.setPlainText("Is the ga\x00te op")
    qtbot.waitUntil(lambda: [x.title for x in elsewhere.talks.lines()] == ["Is the gate op"], timeout=LONG)
    with qtbot.waitSignal(talk.reset, timeout=LONG):
        window.state.workspace.open_clip(window.state.workspace.clips[1].key)
    assert field.toPlainText() == book.draft == ""
    reopen(window, qtbot, project_file)
    qtbot.waitUntil(lambda: book.draft == "Is the gate op", timeout=LONG)
    assert field.toPlainText() == "Is the gate op"


def test_talks_of_the_history(
    window: Session, talk: Conversation, ask: Callable[..., Turn], qtbot: QtBot, elsewhere: Project
) -> None:
    book = talk.book
    first = ask("The first?")
    old = book.place.talk
    book.new_talk()
    assert talk.turns == []
    second = ask("The second?")
    assert second.parent is None
    assert "The first?" not in second.reply.prompt
    book.rename(old, " Gate ")
    stored(window, qtbot, elsewhere)
    assert [x.title for x in elsewhere.talks.lines()] == ["The second?", "Gate"]
    with qtbot.waitSignal(talk.reset, timeout=LONG):
        window.state.workspace.open_clip(window.state.workspace.clips[1].key)
    # Opening one of another clip opens the clip.
    book.open_talk(old)
    qtbot.waitUntil(lambda: [t.key for t in talk.turns] == [first.key], timeout=LONG)
    assert window.state.workspace.clip == window.state.workspace.clips[0].key
    assert book.place.talk.title == "Gate"
    book.remove_talk(old)
    assert talk.turns == []
    stored(window, qtbot, elsewhere)
    assert [x.title for x in elsewhere.talks.lines()] == ["The second?"]


def test_a_correction_is_kept_and_counts(
    window: Session, talk: Conversation, ask: Callable[..., Turn], qtbot: QtBot, elsewhere: Project
) -> None:
    turn = ask()
    talk.correct(turn, " No, it is calm. ")
    assert turn.said == "No, it is calm."
    assert stored(window, qtbot, elsewhere)[0].corrected == "No, it is calm."
    assert "No, it is calm." in ask("Why?").reply.prompt
    talk.correct(turn, turn.answer)
    assert turn.corrected == ""


def test_a_failure_can_be_asked_again_in_its_place(
    window: Session, talk: Conversation, ask: Callable[..., Turn], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tvau_studio.domain.errors import StudioError

    def gone(*args: object, **more: object) -> object:
        raise StudioError("The model is gone.")

    with monkeypatch.context() as patch:
        patch.setattr(window.studio.models, "get", gone)
        turn = ask()
    assert (turn.state, turn.error) == ("failed", "The model is gone.")
    again = ended(qtbot, talk, lambda: talk.again(turn))
    assert (again.state, talk.turns, talk.book.place.every) == ("done", [again], [again])


def test_closing_keeps_the_answer_so_far(window: Session, talk: Conversation, project_file: Path) -> None:
    talk.ask(QUESTION, 0, 8)
    window.window.findChild(QPlainTextEdit, "chatInput").setPlainText("and th")
    window.window.close()
    with Project.open(project_file) as project:
        (line,) = project.talks.lines()
        (turn,) = project.talks.turns(line.talk.key)
    assert (turn.question, turn.state, line.talk.draft) == (QUESTION, "stopped", "and th")
