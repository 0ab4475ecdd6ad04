"""The history beside the picture: whose step it was, back to it, and one field as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QListView, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.gui.docks import _history_words as words
from tvau_studio.gui.docks._history_model import PAGE
from tvau_studio.gui.docks._history_panel import HistoryPanel
from tvau_studio.gui.state import State
from tvau_studio.services.projects import Project

THING = "a" * 32


@pytest.fixture
def panel(window: Session) -> HistoryPanel:
    """In front, with an object in frame 2 that was moved in frame 5 and named."""
    document = window.state.document
    found = window.window.show_panel("history")
    assert isinstance(found, HistoryPanel)
    video = document.video_row.key
    assert document.attempt(actions.new_object, document.who, video, 2, Box(1, 1, 9, 9), key=THING)
    assert document.attempt(actions.set_box, document.who, THING, 5, Box(20, 20, 9, 9))
    assert document.attempt(actions.set_text, "object", THING, "appearance", "en", "a red coat")
    return found


def titles(panel: HistoryPanel) -> list[str]:
    return [line.title for line in panel._model.lines]


@pytest.fixture
def rows(panel: HistoryPanel, qtbot: QtBot) -> QListView:
    qtbot.waitUntil(lambda: len(titles(panel)) == 4, timeout=10_000)
    found = panel.findChild(QListView, "historyList")
    assert found is not None
    return found


def test_every_step_is_listed_the_newest_first(panel: HistoryPanel, rows: QListView) -> None:
    assert titles(panel) == ["Edit appearance", "Move box", "New object", "Add video"]
    assert all(line.about.startswith("ann · ") for line in panel._model.lines)
    assert panel._model.lines[1].about.endswith("· yard 5")


def test_a_click_goes_to_the_frame_and_selects_the_object(state: State, rows: QListView, qtbot: QtBot) -> None:
    place = rows.visualRect(rows.model().index(1, 0)).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: state.playback.frame == 5, timeout=10_000)
    assert state.selection.object == THING


def test_back_to_a_step_and_forth_again(
    state: State, panel: HistoryPanel, rows: QListView, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    rows.setCurrentIndex(rows.model().index(1, 0))
    button = panel.findChild(QPushButton, "historyBack")
    assert button.text() == "Undo this and 1 later step"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [line.undone for line in panel._model.lines] == [True, True, False, False])
    assert len(state.document.document.track(THING)) == 1
    assert saved().object(THING).appearance_en == ""
    rows.setCurrentIndex(rows.model().index(0, 0))
    assert button.text() == "Do again up to here"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not any(line.undone for line in panel._model.lines))
    assert saved().object(THING).appearance_en == "a red coat"


def test_steps_of_others_come_by_themselves_and_are_not_ones_own_to_undo(
    state: State, panel: HistoryPanel, rows: QListView, qtbot: QtBot, project_file: Path, saved: Callable[[], Document]
) -> None:
    saved()
    with Project.open(project_file, person="bo") as bo:
        bo.commit(actions.set_text(bo.document(), "object", THING, "appearance", "zh", "红衣"))
    qtbot.waitUntil(lambda: len(titles(panel)) == 5, timeout=10_000)
    rows.setCurrentIndex(rows.model().index(0, 0))
    button = panel.findChild(QPushButton, "historyBack")
    assert not button.isEnabled()
    assert "own steps" in button.toolTip()
    scope = panel.findChild(QComboBox, "historyScope")
    scope.setCurrentIndex(scope.findData("mine"))
    scope.activated.emit(scope.currentIndex())
    qtbot.waitUntil(lambda: len(titles(panel)) == 4)


def test_the_story_of_an_object_gives_a_value_back(
    state: State, panel: HistoryPanel, rows: QListView, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    document = state.document
    document.attempt(actions.set_text, "object", THING, "appearance", "en", "a blue coat")
    panel.show_object()
    assert "Select an object" in panel._empty.text()
    state.selection.select(THING)
    saved()
    wanted = "Object: appearance “a red coat” → “a blue coat”"
    qtbot.waitUntil(lambda: titles(panel)[:1] == [wanted], timeout=10_000)
    assert "Box in frame 5: made" in titles(panel)
    rows = panel.findChild(QListView, "historyList")
    panel._menu(rows.visualRect(rows.model().index(0, 0)).center())
    (menu,) = panel.findChildren(QMenu)
    (action,) = [a for a in menu.actions() if "a red coat" in a.text()]
    action.trigger()
    menu.close()
    assert document.document.object(THING).appearance_en == "a red coat"
    assert document.undo_label == "Restore a value"


def test_a_long_history_is_read_as_one_scrolls(
    state: State, panel: HistoryPanel, rows: QListView, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    document = state.document
    for n in range(PAGE):
        document.attempt(actions.set_box, document.who, THING, 2, Box(n, 1, 9, 9))
    saved()
    qtbot.waitUntil(lambda: len(titles(panel)) == PAGE, timeout=10_000)
    rows.scrollToBottom()
    qtbot.waitUntil(lambda: len(titles(panel)) == PAGE + 4, timeout=10_000)


def test_when_it_was() -> None:
    noon = 1_700_000_000.0
    assert len(words.when(noon, noon + 60)) == 5
    assert words.when(noon, noon + 86_400) != words.when(noon, noon + 60)
    assert words.when(noon, noon + 400 * 86_400).startswith("2023-")


def test_without_a_project_it_says_so(session: Session) -> None:
    panel = session.window.show_panel("history")
    assert panel._empty.text() == "No project is open."
