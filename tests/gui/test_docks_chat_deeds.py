"""What can be done with an answer: followed, corrected, made a label, copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.dialogue import templates
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.gui.docks._bubbles import TurnView
from tvau_studio.gui.docks._chat_panel import ChatPanel
from tvau_studio.gui.rich_text import AnswerText
from tvau_studio.gui.state import State
from tvau_studio.gui.state.conversation import Turn
from tvau_studio.services.asking import Evidence

LEFT = Qt.MouseButton.LeftButton
Told = Callable[..., Turn]


def last(panel: ChatPanel) -> TurnView:
    return panel.transcript.in_sight()[-1]


def part(view: QWidget, name: str, kind: type = QWidget) -> QWidget:
    found = view.findChild(kind, name)
    assert found is not None, name
    return found


def menu_texts(view: TurnView) -> list[str]:
    menu = view.answer.menu()
    found = [action.text() for action in menu.actions() if action.isEnabled() and action.text()]
    menu.deleteLater()
    return found


def choose(view: TurnView, text: str) -> None:
    menu = view.answer.menu()
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.deleteLater()


def test_how_sure_an_answer_is(state: State, panel: ChatPanel, told: Told) -> None:
    turn = told("Yes, a man.")
    turn.reply = replace(turn.reply, p_yes=0.93)
    panel.transcript.refresh(0)
    assert part(last(panel), "turnSure", QLabel).text() == "P(Yes) 0.93"
    turn.reply = replace(turn.reply, p_yes=0.55, shown=("right",))
    turn.answer = "Yes, a man, from the left to the middle."
    panel.transcript.refresh(0)
    said = "Uncertain: P(Yes) 0.55.\nSays left, middle; the heat is in the right."
    assert part(last(panel), "turnDoubt", QLabel).text() == said


def test_an_answer_becomes_a_draft_object(
    state: State, panel: ChatPanel, qtbot: QtBot, saved: Callable[[], Document], told: Told
) -> None:
    box, other = Box(40, 30, 20, 20), Box(100, 30, 20, 20)
    evidence = Evidence("left", "middle", box, (6, 15)), Evidence("right", None, other, (2, 4))
    told("Yes, person running: a man.", *evidence)
    part(last(panel), "turnDraft", QPushButton).click()
    (thing,) = saved().objects(state.document.video_row.key)
    assert state.selection.object == thing.key
    assert (thing.is_draft, thing.model) == (True, "m")
    assert saved().segments(thing.key)[0].event == "person running"
    choose(last(panel), "Draft object at right · 2:4")
    assert len(saved().objects(state.document.video_row.key)) == 2
    state.document.undo()
    qtbot.waitUntil(lambda: len(state.document.document.objects(state.document.video_row.key)) == 1)


def test_a_segment_from_an_answer(state: State, panel: ChatPanel, saved: Callable[[], Document], told: Told) -> None:
    document = state.document
    document.attempt(actions.new_object, document.who, document.video_row.key, 0, Box(1, 1, 9, 9), stop=1, key="o")
    state.playback.set_range((6, 14))
    told("Yes, people fighting.")
    state.selection.select("o")
    choose(last(panel), "Segment 6:14 of object 1")
    assert [(s.start, s.stop, s.event) for s in saved().segments("o")][1:] == [(6, 14, "people fighting")]


def test_a_corrected_answer_is_trained_on(
    state: State, panel: ChatPanel, qtbot: QtBot, saved: Callable[[], Document], told: Told
) -> None:
    clip = state.document.clip_row
    question = templates("en")["ask_anomaly"]
    state.playback.set_range((clip.start, clip.stop))
    told("Yes, a **dog**.", question=question)
    choose(last(panel), "Correct the answer…")
    field = part(last(panel), "turnCorrection", QPlainTextEdit)
    qtbot.waitUntil(field.isVisible)
    assert part(last(panel), "turnAnswer").isHidden()
    field.setPlainText("Yes, a cat.")
    part(last(panel), "turnCorrectionTrain", QPushButton).click()
    assert part(last(panel), "turnAnswer", AnswerText).toPlainText() == "Yes, a cat."
    assert part(last(panel), "turnState", QLabel).text().startswith("Corrected")
    assert "Yes, a cat." in saved().dialogue(clip.key, "en").messages
    # About other frames it cannot be the clip's.
    state.playback.set_range((clip.start, clip.stop - 2))
    told("No.")
    assert "Train on this answer" not in menu_texts(last(panel))


def test_a_turn_as_markdown(state: State, panel: ChatPanel, told: Told) -> None:
    told("Yes, a **man**.", Evidence("left", "middle", Box(1, 2, 3, 4), (6, 15)), question="Who?\nReally?")
    choose(last(panel), "Copy question and answer as Markdown")
    assert QApplication.clipboard().text() == (
        "**Frames 0:24 of yard**\n\n> Who?\n> Really?\n\nYes, a **man**.\n\n- left → middle · 6:15 [1, 2, 3, 4]\n\n"
        "_m · 7 tokens · 1.2 s_\n"
    )
    assert part(last(panel), "turnAnswer", AnswerText).toPlainText() == "Yes, a man."


def test_hovering_a_word_shows_its_place_and_leaving_takes_it_away(state: State, panel: ChatPanel, told: Told) -> None:
    box = Box(40, 30, 20, 20)
    told("Yes, from the left to the middle.", Evidence("left", "middle", box, (6, 15)))
    answer, frame = part(last(panel), "turnAnswer", AnswerText), state.playback.frame
    answer.highlighted.emit(QUrl("evidence:0"))
    assert state.selection.place == (box, "left → middle · 6:15")
    assert state.playback.frame == frame
    answer.highlighted.emit(QUrl(""))
    assert state.selection.place is None


def test_the_exact_prompt(state: State, panel: ChatPanel, window: Session, told: Told) -> None:
    turn = told("Yes.")
    turn.reply = replace(turn.reply, prompt="<|im_start|>user\nWho?", prompt_tokens=99, wait=0.25, left_out=2)
    choose(last(panel), "Show the exact prompt…")
    dialog = window.window.findChild(QWidget, "promptDialog")
    assert part(dialog, "promptText", QPlainTextEdit).toPlainText() == "<|im_start|>user\nWho?"
    assert part(dialog, "promptFacts", QLabel).text() == (
        "99 tokens in the prompt · 7 in the answer · first word after 0.25 s · 6 tokens/s · m · "
        "2 earlier question(s) did not fit"
    )
    dialog.close()
