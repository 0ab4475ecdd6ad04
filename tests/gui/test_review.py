"""The queue by keys: submit, accept, return with a reason, reopen with a reason; what is accepted is locked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QListView, QMenu, QPlainTextEdit, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Keyframe, Object
from tvau_studio.gui.app import Session
from tvau_studio.gui.docks._clip_panel import ClipPanel
from tvau_studio.gui.docks._warnings_panel import WarningsPanel
from tvau_studio.gui.state import State
from tvau_studio.services.projects import Project

THING = "a" * 32


@pytest.fixture
def whole(state: State, saved: Callable[[], Document]) -> State:
    """Everything that is asked for is there: an object with its texts, and the environment."""
    document = state.document
    video = document.video_row.key
    document.attempt(actions.set_text, "video", video, "environment", "en", "a yard")
    document.attempt(actions.new_object, document.who, video, 2, Box(1, 1, 9, 9), key=THING)
    document.attempt(actions.set_text, "object", THING, "appearance", "en", "a man")
    saved()
    return state


@pytest.fixture
def press(window: Session) -> Callable[[str], None]:
    """press(name of a command)."""
    return lambda name: window.window.actions_by_name[name].trigger()


def states(state: State) -> list[str]:
    return [head.state for head in state.workspace.clips.heads]


def until_open(state: State, qtbot: QtBot, place: int) -> None:
    key = state.workspace.clips.heads[place].key
    qtbot.waitUntil(lambda: state.document.clip_row is not None and state.document.clip_row.key == key, timeout=10_000)


def test_who_does_both_labels_all_then_reviews_all(whole: State, press: Callable[[str], None], qtbot: QtBot) -> None:
    for place in (1, 2, 0):
        press("doneAction")
        until_open(whole, qtbot, place)
    assert states(whole) == ["to review"] * 3
    for _ in range(3):
        here = whole.workspace.clip
        press("doneAction")
        qtbot.waitUntil(lambda here=here: whole.workspace.clips.row(here).state == "accepted", timeout=10_000)
    qtbot.waitUntil(lambda: states(whole) == ["accepted"] * 3, timeout=10_000)


def test_an_annotator_does_not_accept_and_a_reviewer_does_not_submit(
    whole: State, press: Callable[[str], None], qtbot: QtBot
) -> None:
    settings = whole.studio.settings
    settings["role"] = "annotator"
    press("doneAction")
    until_open(whole, qtbot, 1)
    settings["role"], settings["name"] = "reviewer", "bo"
    press("doneAction")
    until_open(whole, qtbot, 0)
    assert states(whole) == ["to review", "new", "new"]
    press("doneAction")
    qtbot.waitUntil(lambda: states(whole) == ["accepted", "new", "new"], timeout=10_000)


def test_a_clip_with_warnings_is_asked_about_and_submitted_when_it_is_asked_again(
    window: Session, state: State, press: Callable[[str], None], qtbot: QtBot
) -> None:
    document = state.document
    document.attempt(actions.new_object, document.who, document.video_row.key, 2, Box(1, 1, 9, 9), key=THING)
    press("doneAction")
    assert state.document.clip_row.state == "new"
    assert "2 warnings" in window.window.messages.text
    panel = window.window.findChild(WarningsPanel)
    assert panel.isVisible()
    qtbot.waitUntil(lambda: len(state.warnings.findings) == 4, timeout=10_000)  # the environment of three clips
    press("nextWarningAction")
    press("nextWarningAction")
    assert state.warnings.shown == state.warnings.findings[1]
    press("doneAction")
    until_open(state, qtbot, 1)
    assert states(state)[0] == "to review"
    press("doneAction")
    assert "Submit it all the same?" in window.window.messages.text
    window.window.messages._step.click()
    until_open(state, qtbot, 2)
    assert states(state) == ["to review", "to review", "new"]


def test_a_clip_is_returned_to_whoever_labelled_it_by_keys_alone(
    whole: State,
    press: Callable[[str], None],
    widget: Callable[[str], QWidget],
    qtbot: QtBot,
    saved: Callable[[], Document],
) -> None:
    press("doneAction")
    until_open(whole, qtbot, 1)
    whole.studio.settings["role"], whole.studio.settings["name"] = "reviewer", "bo"
    press("queueAction")
    until_open(whole, qtbot, 0)
    whole.selection.select(THING)
    press("returnClipAction")
    dialog = widget("returnDialog")
    assert isinstance(dialog, QDialog)
    words = widget("returnRemark")
    qtbot.waitUntil(words.hasFocus)
    qtbot.keyClick(words, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClicks(words, "a woman")
    qtbot.keyClick(words, Qt.Key.Key_Return)
    document = saved()
    clip = document.clip(whole.workspace.clips.heads[0].key)
    assert (clip.state, clip.assignee, clip.annotator) == ("returned", "ann", "ann")
    (remark,) = document.comments(clip.key)
    assert (remark.reason, remark.text, remark.object, remark.author) == ("text", "a woman", THING, "bo")
    whole.studio.settings["role"], whole.studio.settings["name"] = "annotator", "ann"
    press("nextClipAction")
    press("queueAction")
    until_open(whole, qtbot, 0)


def test_what_is_accepted_is_locked_until_it_is_reopened_with_a_reason(
    whole: State,
    press: Callable[[str], None],
    widget: Callable[[str], QWidget],
    qtbot: QtBot,
    saved: Callable[[], Document],
) -> None:
    press("acceptClipAction")
    document = whole.document
    assert document.is_locked
    with qtbot.waitSignal(document.refused) as said:
        assert not document.attempt(actions.set_box, document.who, THING, 3, Box(5, 5, 5, 5))
    assert "locked" in said.args[0]
    assert not document.attempt(actions.set_text, "video", document.video_row.key, "environment", "en", "x")
    assert document.attempt(actions.add_comment, document.who, document.clip_row.key, "well done")
    press("reopenClipAction")
    go, words = widget("reopenDialogGo"), widget("reopenWhy")
    assert isinstance(go, QPushButton)
    assert isinstance(words, QPlainTextEdit)
    assert not go.isEnabled()
    qtbot.keyClicks(words, "wrong video")
    qtbot.keyClick(words, Qt.Key.Key_Return)
    assert document.attempt(actions.set_box, document.who, THING, 3, Box(5, 5, 5, 5))
    row = saved().clip(document.clip_row.key)
    assert (row.state, row.assignee) == ("in work", "ann")
    assert saved().comments(row.key)[-1].text == "wrong video"


def test_after_a_draft_comes_the_next(
    state: State, press: Callable[[str], None], saved: Callable[[], Document]
) -> None:
    video = state.document.video_row.key
    rows: list[Object | Keyframe] = []
    for n, frame in enumerate((3, 9, 30)):
        rows.append(Object(key=f"d{n}", video=video, track=n + 1, model="tiny", verdict="undecided"))
        rows.append(Keyframe(key=f"d{n}@{frame}", object=f"d{n}", frame=frame, x=1, y=1, w=9, h=9))
    state.document.commit(edit("Propose", [created(row) for row in rows]))
    state.selection.select("d0")
    press("acceptAction")
    assert state.selection.object == "d1"
    press("rejectAction")
    assert state.selection.object == "d1"  # the third lies in another clip
    assert [saved().object(f"d{n}").verdict for n in range(3)] == ["accepted", "rejected", "undecided"]


def test_clips_are_claimed_and_assigned_and_mine_are_listed(
    window: Session, whole: State, press: Callable[[str], None], qtbot: QtBot, project_file: Path
) -> None:
    panel = window.window.findChild(ClipPanel)
    clips = whole.workspace.clips
    press("claimAction")
    until_open(whole, qtbot, 1)
    qtbot.waitUntil(lambda: clips.heads[1].assignee == "ann", timeout=10_000)
    mine = panel.findChild(QPushButton, "clipsMine")
    qtbot.mouseClick(mine, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel._count.text() == "1 OF 3", timeout=10_000)
    qtbot.mouseClick(mine, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel._count.text() == "3", timeout=10_000)
    listed = panel.findChild(QTableView, "clipList")
    panel._menu(listed.visualRect(listed.model().index(2, 0)).center())
    (menu,) = [m for m in panel.findChildren(QMenu) if m.isVisible()]
    (one,) = [a.menu() for a in menu.actions() if a.menu() and a.text() == "Assign to"]
    one.actions()[0].trigger()
    menu.close()
    qtbot.waitUntil(lambda: clips.heads[2].assignee == "ann", timeout=10_000)
    with Project.open(project_file, person="bo") as bo:
        assert [c.assignee for c in bo.clips] == ["", "ann", "ann"]


def test_the_list_of_warnings_follows_the_work_and_leads_to_each(window: Session, state: State, qtbot: QtBot) -> None:
    panel = window.window.show_panel("warnings")
    document = state.document
    qtbot.waitUntil(lambda: panel._title.text() == "WARNINGS · 3", timeout=10_000)
    document.attempt(actions.set_text, "video", document.video_row.key, "environment", "en", "a yard")
    qtbot.waitUntil(lambda: panel._title.text() == "WARNINGS", timeout=10_000)
    assert "Nothing looks wrong" in panel._empty.text()
    document.attempt(actions.new_object, document.who, document.video_row.key, 7, Box(300, 300, 9, 9), key=THING)
    qtbot.waitUntil(lambda: panel._title.text() == "WARNINGS · 2", timeout=10_000)
    listed = panel.findChild(QListView, "warningsList")
    words = [listed.model().index(n, 0).data() for n in range(2)]
    (outside,) = [n for n, text in enumerate(words) if "outside of the picture" in text]
    place = listed.visualRect(listed.model().index(outside, 0)).center()
    qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    qtbot.waitUntil(lambda: state.playback.frame == 7, timeout=10_000)
    assert state.selection.object == THING
    document.attempt(actions.delete_object, THING)
    qtbot.waitUntil(lambda: panel._title.text() == "WARNINGS", timeout=10_000)


def test_only_what_was_touched_is_looked_at_again(whole: State, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    qtbot.waitUntil(lambda: whole.warnings.settled, timeout=10_000)
    looked: list[tuple[str, str]] = []
    check = whole.warnings._check
    monkeypatch.setattr(whole.warnings, "_check", lambda *part: (looked.append(part), check(*part))[1])
    document = whole.document
    document.attempt(actions.set_box, document.who, THING, 4, Box(2, 2, 9, 9))
    qtbot.waitUntil(lambda: bool(looked) and whole.warnings.settled, timeout=10_000)
    assert set(looked) == {("object", THING), ("twins", "")}
