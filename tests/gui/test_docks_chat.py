"""The dialogue in the real window, with a real (random, tiny) network behind it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.dialogue import templates
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
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


def answers(panel: ChatPanel) -> list[str]:
    return [view.turn.answer for view in panel.transcript.in_sight()]


def part(view: QWidget, name: str, kind: type = QWidget) -> QWidget:
    found = view.findChild(kind, name)
    assert found is not None, name
    return found


# -- what is shown


def test_answers_are_characters_not_markup(state: State, panel: ChatPanel, told: Told) -> None:
    evil = '<img src="file:///etc/passwd"><a href="http://x">b</a> &amp; <script>x</script> left'
    told(evil, Evidence("left", None, None, (3, 9)), question="<h1>loud</h1>")
    answer, question = part(last(panel), "turnAnswer", AnswerText), part(last(panel), "turnQuestion", AnswerText)
    assert answer.toPlainText() == evil
    assert question.toPlainText() == "<h1>loud</h1>"
    # The only link in it is ours.
    assert answer.toHtml().count("<a href=") == 1
    assert 'href="evidence:0"' in answer.toHtml()


class _Shows(QObject):
    """Notes what is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(watched.objectName())
        return False


def test_an_answer_opens_no_window_even_for_a_moment(
    state: State, panel: ChatPanel, qapp: QApplication, told: Told
) -> None:
    shows = _Shows()
    qapp.installEventFilter(shows)
    told("Yes.", Evidence("left", None, None, (3, 9)))
    state.conversation.reset.emit()
    qapp.processEvents()
    qapp.removeEventFilter(shows)
    assert shows.seen == []


def test_clicking_a_word_shows_frame_place_and_object(state: State, panel: ChatPanel, qtbot: QtBot, told: Told) -> None:
    document, box = state.document, Box(40, 30, 20, 20)
    document.attempt(actions.new_object, document.who, document.video_row.key, 0, box, key="o")
    told("Yes. It goes from the left to the middle.", Evidence("left", "middle", box, (6, 15)))
    answer = part(last(panel), "turnAnswer", AnswerText)
    qtbot.waitUntil(answer.isVisible)
    cursor = QTextCursor(answer.document())
    cursor.setPosition(answer.toPlainText().index("middle") + 3)
    qtbot.mouseClick(answer.viewport(), LEFT, pos=answer.cursorRect(cursor).center())
    qtbot.waitUntil(lambda: state.playback.frame == 14)
    assert state.selection.object == "o"
    assert state.selection.place == (box, "left → middle · 6:15")
    qtbot.mouseClick(part(last(panel), "turnEvidence", QPushButton), LEFT)
    qtbot.waitUntil(lambda: state.playback.frame == 6)
    state.selection.clear()
    assert state.selection.place is None


def test_text_and_heat_that_disagree_are_told_and_follow_the_threshold(
    state: State, panel: ChatPanel, told: Told
) -> None:
    state.heat.scores()[:12] = 0.1
    state.heat.scores()[6] = 0.91
    told("No.", anomaly=False)
    doubt = part(last(panel), "turnDoubt", QLabel)
    assert doubt.text() == "Says No; heat max 0.91 at frame 12."
    assert not doubt.isHidden()
    state.heat.set_threshold(0.95)
    panel._doubts.timeout.emit()
    assert doubt.isHidden()
    assert part(last(panel), "turnSure", QLabel).text() == "Heat agrees: max 0.91 at frame 12"
    state.heat.scores()[:] = float("nan")


def test_an_answer_becomes_a_text_of_the_selected_object(
    state: State, panel: ChatPanel, qtbot: QtBot, saved: Callable[[], Document], told: Told
) -> None:
    document, words = state.document, templates("en")
    document.attempt(actions.new_object, document.who, document.video_row.key, 0, Box(1, 1, 9, 9), key="o")
    told("Yes, a man in red.")
    keep = part(last(panel), "turnKeep", QPushButton)
    assert keep.isHidden()
    state.selection.select("o")
    assert keep.text() == "→ make it object 1's text"
    keep.click()
    told("It moves to the left.", question=words["ask_trajectory"])
    part(last(panel), "turnKeep", QPushButton).click()
    told("院子里。", question=templates("zh")["ask_environment"])
    part(last(panel), "turnKeep", QPushButton).click()
    rows = saved()
    assert rows.object("o").appearance_en == "a man in red."
    assert rows.override("o", state.workspace.clip).trajectory_en == "It moves to the left."
    assert rows.videos[0].environment_zh == "院子里。"


def test_a_new_range_is_a_divider_and_names_itself(state: State, panel: ChatPanel, qtbot: QtBot, told: Told) -> None:
    state.playback.set_range((6, 14))
    assert part(panel, "chatTitle", QLabel).text() == "ASK ABOUT 6:14"
    subject = part(panel, "chatSubject", QPushButton)
    assert subject.words == "6:14 · 8 frames · 0.3 s · 4 pairs"
    told("one")
    told("two")
    state.playback.set_range((0, 4))
    told("three")
    panel.transcript.scroll_to(0)
    panel.resize(400, 1200)
    panel.transcript.resize(400, 1000)
    found = panel.transcript.in_sight()
    ranges = [(part(v, "turnRange", QLabel).text(), part(v, "turnRange").isHidden()) for v in found]
    assert [text for text, _ in ranges] == ["Frames 6:14", "Frames 6:14", "Frames 0:4"]
    assert [view._divider.isHidden() for view in found] == [False, True, False]
    state.playback.seek(20)
    qtbot.waitUntil(lambda: state.playback.frame == 20)
    qtbot.mouseClick(subject, LEFT)
    qtbot.waitUntil(lambda: state.playback.frame == 0)


def test_each_clip_has_its_own_dialogue(state: State, panel: ChatPanel, qtbot: QtBot, told: Told) -> None:
    told("about the first")
    with qtbot.waitSignal(state.workspace.opened):
        state.workspace.next_clip(1)
    assert state.conversation.turns == []
    assert part(panel, "chatEmpty", QLabel).isVisible()
    with qtbot.waitSignal(state.workspace.opened):
        state.workspace.next_clip(-1)
    assert answers(panel) == ["about the first"]


def test_of_many_turns_only_those_in_sight_are_widgets(state: State, panel: ChatPanel, qtbot: QtBot) -> None:
    for n in range(2000):
        text = "word " * (1 + n % 40)
        state.conversation.turns.append(Turn(f"q{n}", (0, 24), "m", f"a{n} {text}", None, "done"))
    state.conversation.reset.emit()
    pane = panel.transcript
    assert answers(panel)[-1].startswith("a1999 ")
    bar = pane.verticalScrollBar()
    assert bar.value() == bar.maximum() > 100_000
    seen: set[int] = set()
    for value in (*range(bar.maximum(), bar.maximum() - 3000, -70), *range(0, bar.maximum(), bar.maximum() // 50)):
        bar.setValue(value)
        views = pane.in_sight()
        numbers = [int(view.turn.answer.split()[0][1:]) for view in views]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        edges = [view.geometry() for view in views]
        assert all(a.bottom() + 1 == b.top() for a, b in pairwise(edges))
        assert edges[0].top() <= 0 or numbers[0] == 0
        assert edges[-1].bottom() + 1 >= pane.viewport().height() or numbers[-1] == 1999
        seen |= set(numbers)
    assert len(seen) > 100
    assert len(panel.findChildren(TurnView)) < 40
    pane.scroll_to(1000)
    assert pane.view(1000).geometry().top() == pytest.approx(0, abs=1)


def test_what_is_in_sight_stays_while_an_answer_grows_below(state: State, panel: ChatPanel, told: Told) -> None:
    for n in range(60):
        told(f"answer {n}")
    pane, bar = panel.transcript, panel.transcript.verticalScrollBar()
    pane.scroll_to(5)
    before = pane.view(5).geometry()
    state.conversation.turns[-1].answer += " and more" * 200
    state.conversation.turnChanged.emit(59)
    pane._place()
    assert pane.view(5).geometry() == before
    bar.setValue(bar.maximum())
    end = bar.maximum()
    state.conversation.turns[-1].answer += " and more" * 200
    state.conversation.turnChanged.emit(59)
    pane._place()
    assert bar.value() == bar.maximum() > end  # at the end one follows it


def test_a_range_that_is_too_long_is_told_before_and_can_be_shortened(
    state: State, panel: ChatPanel, qtbot: QtBot
) -> None:
    state.studio.models.facts["max_frames"] = 10
    state.playback.set_range((0, 30))
    field = part(panel, "chatInput", QPlainTextEdit)
    qtbot.keyClicks(field, "Anything?")
    assert not part(panel, "chatSend", QPushButton).isEnabled()
    assert "30 frames are more than" in part(panel, "chatWarning", QLabel).text()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.toPlainText() == "Anything?"
    assert state.conversation.turns == []
    state.playback.seek(20)
    qtbot.waitUntil(lambda: state.playback.frame == 20)
    panel.ask.refresh()
    shorten = part(panel, "chatShorten", QPushButton)
    assert shorten.text() == "Ask about 15:25 instead"
    qtbot.mouseClick(shorten, LEFT)
    assert state.playback.range == (15, 25)
    assert part(panel, "chatSend", QPushButton).isEnabled()


def test_keys_of_the_field(state: State, panel: ChatPanel, qtbot: QtBot, told: Told) -> None:
    field = part(panel, "chatInput", QPlainTextEdit)
    told("one", question="Asked before")
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.toPlainText() == "Asked before"
    low = field.height()
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(field, "and more")
    assert field.toPlainText() == "Asked before\nand more"
    assert field.height() > low
    field.clear()
    part(last(panel), "turnEdit", QPushButton).click()
    assert field.toPlainText() == "Asked before"
    part(last(panel), "turnCopy", QPushButton).click()
    assert QApplication.clipboard().text() == "one"


def test_a_question_that_fails_stays_in_the_field(state: State, panel: ChatPanel, qtbot: QtBot) -> None:
    field = part(panel, "chatInput", QPlainTextEdit)
    qtbot.keyClicks(field, "Is it safe?")
    qtbot.mouseClick(part(panel, "chatSend", QPushButton), LEFT)  # the settings name a model that is not there
    turns = state.conversation.turns
    qtbot.waitUntil(
        lambda: bool(turns or state.conversation.turns) and last(panel).turn.state == "failed", timeout=60_000
    )
    assert field.toPlainText() == "Is it safe?"
    error = part(last(panel), "turnError", QLabel)
    assert error.isVisible()
    assert "no-model" in error.text()
    assert part(last(panel), "turnRetry", QPushButton).isVisible()


def test_megabytes_and_emoji_in_a_question(state: State, panel: ChatPanel, qtbot: QtBot, told: Told) -> None:
    told("👍" * 50, question="x" * 100_000)
    assert len(part(last(panel), "turnQuestion", AnswerText).toPlainText()) < 2100
    assert panel.minimumSizeHint().width() <= 340
    panel.grab()


# -- with a network


def test_an_answer_streams_in_and_its_facts_stand_below(asking: ChatPanel, qtbot: QtBot) -> None:
    grown: list[str] = []
    talk = asking._state.conversation
    talk.turnChanged.connect(lambda n: grown.append(talk.turns[n].answer))
    field = part(asking, "chatInput", QPlainTextEdit)
    qtbot.keyClicks(field, "What is there?")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.toPlainText() == ""
    assert part(asking, "chatStop").isVisible()
    qtbot.waitUntil(lambda: not talk.busy, timeout=60_000)
    turn = talk.turns[0]
    assert turn.state == "done", turn.error
    assert len(grown) >= 2
    assert turn.answer != grown[0]
    view = last(asking)
    assert part(view, "turnAnswer", AnswerText).toPlainText() == turn.answer
    facts = part(view, "turnFacts", QLabel).text()
    assert facts.startswith("random · ")
    assert f"{turn.reply.new_tokens} tokens" in facts
    assert part(asking, "chatSend").isVisible()
    part(view, "turnRetry", QPushButton).click()
    qtbot.waitUntil(lambda: not talk.busy, timeout=60_000)
    assert [t.question for t in talk.turns] == ["What is there?"]
    again = last(asking)
    assert part(again, "turnVersion", QLabel).text() == "2/2"
    qtbot.mouseClick(part(again, "turnVersionBefore"), LEFT)
    assert talk.turns == [turn]
    assert part(last(asking), "turnVersion", QLabel).text() == "1/2"


def test_stop_ends_computing_and_keeps_the_text(asking: ChatPanel, qtbot: QtBot) -> None:
    talk = asking._state.conversation
    stop = part(asking, "chatStop", QPushButton)

    def enough(n: int) -> None:
        if talk.turns[n].answer and talk.turns[n].state == "answering":
            qtbot.mouseClick(stop, LEFT, pos=QPoint(5, 5))

    talk.turnChanged.connect(enough)
    asking.ask.ask("What is there?")
    qtbot.waitUntil(lambda: not talk.busy, timeout=60_000)
    turn = talk.turns[0]
    assert turn.state == "stopped"
    assert turn.answer
    assert part(last(asking), "turnState", QLabel).text() == "Stopped."
    # The heat of the picture may still be computed beside it; the answer is not.
    qtbot.waitUntil(lambda: not [j for j in asking._state.studio.jobs.active() if j.name == "Answer"])
