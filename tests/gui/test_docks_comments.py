"""Comments beside the picture and on the timeline: pinned, answered, resolved, found again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.gui.docks._comment_parts import ThreadCard
from tvau_studio.gui.docks._comments_panel import CommentsPanel
from tvau_studio.gui.state import State
from tvau_studio.gui.timeline.widget import Timeline
from tvau_studio.services.projects import Project

THING = "a" * 32


@pytest.fixture
def panel(window: Session, qtbot: QtBot) -> CommentsPanel:
    """In front; object 1 is selected, frame 5 is shown."""
    state = window.state
    video = state.document.video_row.key
    assert state.document.attempt(actions.new_object, state.document.who, video, 2, Box(1, 1, 9, 9), key=THING)
    state.selection.select(THING)
    state.playback.seek(5)
    qtbot.waitUntil(lambda: state.playback.frame == 5, timeout=10_000)
    found = window.window.show_panel("comments")
    assert isinstance(found, CommentsPanel)
    return found


def cards(panel: CommentsPanel) -> list[ThreadCard]:
    return [card for card in panel._cards.findChildren(ThreadCard) if not card.isHidden()]


def words(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.text() and not label.isHidden()]


def test_a_comment_is_pinned_to_what_is_looked_at(
    window: Session, state: State, panel: CommentsPanel, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    window.window.actions_by_name["commentAction"].trigger()
    qtbot.waitUntil(panel._text.hasFocus)
    qtbot.keyClicks(panel._text, "too wide")
    qtbot.mouseClick(panel.findChild(QPushButton, "commentReason_place"), Qt.MouseButton.LeftButton)
    qtbot.keyClick(panel._text, Qt.Key.Key_Return)
    (row,) = saved().comments(state.workspace.clip)
    assert (row.text, row.reason, row.object, row.frame, row.author) == ("too wide", "place", THING, 5, "ann")
    qtbot.waitUntil(lambda: len(cards(panel)) == 1)
    assert panel._text.toPlainText() == ""
    assert words(cards(panel)[0])[:2] == ["place", words(cards(panel)[0])[1]]
    assert cards(panel)[0].findChild(QPushButton, "threadPin").text() == "object 1 · frame 5"
    assert panel._title.text() == "COMMENTS · 1 OPEN"


def test_pins_can_be_let_go(state: State, panel: CommentsPanel, qtbot: QtBot) -> None:
    for pin in (panel._object, panel._frame):
        qtbot.mouseClick(pin, Qt.MouseButton.LeftButton)
    panel._text.setPlainText("good work")
    panel.send()
    (row,) = state.document.document.comments(state.workspace.clip)
    assert (row.object, row.frame) == (None, None)


@pytest.fixture
def asked(state: State, panel: CommentsPanel, qtbot: QtBot, project_file: Path, saved: Callable[[], Document]) -> str:
    """Bo asked something about frame 9; his comment is shown."""
    saved()
    with Project.open(project_file, person="bo") as bo:
        edit = actions.add_comment(bo.document(), Who("bo"), state.workspace.clip, "is this a dog?", frame=9, key="r")
        bo.commit(edit)
    qtbot.waitUntil(lambda: len(cards(panel)) == 1, timeout=10_000)
    return "r"


def test_a_comment_is_answered_resolved_and_reopened(
    state: State, panel: CommentsPanel, asked: str, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    def button(name: str) -> QPushButton | None:
        return next((card.findChild(QPushButton, name) for card in cards(panel)), None)

    def press(name: str) -> None:
        qtbot.waitUntil(lambda: button(name) is not None and button(name).isVisible(), timeout=10_000)
        qtbot.mouseClick(button(name), Qt.MouseButton.LeftButton)

    assert cards(panel)[0].findChild(QPushButton, "threadDelete") is None  # it is bo's
    press("threadReply")
    answer = next(card.findChild(QLineEdit, "threadAnswer") for card in cards(panel))
    qtbot.waitUntil(answer.isVisible)
    qtbot.keyClicks(answer, "yes")
    qtbot.keyClick(answer, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any("yes" in words(card) for card in cards(panel)), timeout=10_000)
    press("threadResolve")
    qtbot.waitUntil(lambda: not cards(panel), timeout=10_000)
    assert "resolved" in panel._empty.text()
    qtbot.mouseClick(panel._resolved, Qt.MouseButton.LeftButton)
    press("threadReopen")
    qtbot.waitUntil(lambda: panel._title.text() == "COMMENTS · 1 OPEN", timeout=10_000)
    assert [c.text for c in saved().comments(state.workspace.clip)] == ["is this a dog?", "yes"]


def test_a_click_on_the_pin_goes_to_the_frame(state: State, panel: CommentsPanel, asked: str, qtbot: QtBot) -> None:
    pin = cards(panel)[0].findChild(QPushButton, "threadPin")
    qtbot.waitUntil(pin.isVisible)
    qtbot.mouseClick(pin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state.playback.frame == 9, timeout=10_000)


def test_a_mark_on_the_timeline_leads_to_the_comment(
    window: Session, state: State, panel: CommentsPanel, asked: str, qtbot: QtBot
) -> None:
    window.window.show_panel("objects")
    line = window.window.findChild(Timeline, "timeline")
    x = line.layout_now().gutter + line.scale.x(9.5)
    place = QPointF(x, 20)
    assert line.hit(place).comment == asked
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=place.toPoint())
    qtbot.waitUntil(lambda: state.playback.frame == 9, timeout=10_000)
    assert panel.isVisible()
    qtbot.waitUntil(lambda: bool(cards(panel)) and cards(panel)[0].property("chosen"))
    state.document.attempt(actions.resolve_comment, asked)
    assert not line._marks[0].open


def test_the_next_open_comment_by_key(window: Session, state: State, panel: CommentsPanel, qtbot: QtBot) -> None:
    clip = state.workspace.clip
    for frame, key in ((3, "b"), (8, "c")):
        state.document.attempt(actions.add_comment, state.document.who, clip, "x", frame=frame, key=key)
    state.document.attempt(actions.add_comment, state.document.who, clip, "x", frame=6, key="d")
    state.document.attempt(actions.resolve_comment, "d")
    go = window.window.actions_by_name["nextCommentAction"]
    for frame in (8, 3, 8):
        go.trigger()
        qtbot.waitUntil(lambda frame=frame: state.playback.frame == frame, timeout=10_000)


def test_what_is_typed_waits_with_its_clip_and_outlives_the_window(
    state: State, panel: CommentsPanel, qtbot: QtBot
) -> None:
    qtbot.keyClicks(panel._text, "half a sen")
    first = state.workspace.clip
    with qtbot.waitSignal(state.workspace.opened, timeout=10_000):
        state.workspace.next_clip(1)
    assert panel._text.toPlainText() == ""
    with qtbot.waitSignal(state.workspace.opened, timeout=10_000):
        state.workspace.open_clip(first)
    assert panel._text.toPlainText() == "half a sen"
    from tvau_studio.services.drafts import Drafts

    found = Drafts().get(f"{state.workspace.target}|comment|{first}")
    assert found is not None
    assert found.text == "half a sen"


def test_nothing_open_says_so(session: Session) -> None:
    panel = session.window.show_panel("comments")
    assert panel._empty.text() == "Nothing is open."
    assert not panel._write.isEnabled()
