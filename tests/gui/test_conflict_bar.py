"""Two windows change the same: both versions are shown, and either can be kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.state import State
from tvau_studio.services.projects import Project

THING = "a" * 32
BO = Who("bo")


@pytest.fixture
def blind(state: State, saved: Callable[[], Document]) -> State:
    """An object with a box, in a window that does not look at what others do."""
    document = state.document
    assert document.attempt(actions.new_object, document.who, document.video_row.key, 0, Box(1, 1, 9, 9), key=THING)
    saved()
    document.close()
    return state


def texts(bar: QWidget) -> str:
    return " | ".join(found.text() for found in bar.findChildren(QLabel) if found.text())


@pytest.mark.parametrize("mine", [True, False])
def test_both_versions_are_shown_and_one_is_kept(
    blind: State,
    widget: Callable[[str], QWidget],
    qtbot: QtBot,
    project_file: Path,
    saved: Callable[[], Document],
    mine: bool,
) -> None:
    document = blind.document
    with Project.open(project_file, person="bo") as bo:
        bo.commit(actions.set_box(bo.document(), BO, THING, 0, Box(50, 50, 10, 10)))
    with qtbot.waitSignal(document.collided, timeout=10_000):
        document.attempt(actions.set_box, document.who, THING, 0, Box(2, 2, 5, 5), label="Move box")
        document.attempt(actions.set_box, document.who, THING, 9, Box(3, 3, 5, 5))  # nobody else touched this
    bar = widget("conflictBar")
    qtbot.waitUntil(bar.isVisible)
    assert "bo changed the same" in texts(bar)
    assert "Box in frame 0 | box 2 2 5 5 | box 50 50 10 10" in texts(bar)
    assert document.document.track(THING).at(0).box == Box(50, 50, 10, 10)
    button = bar.findChild(QPushButton, "conflictMine" if mine else "conflictTheirs")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    track = saved().track(THING)
    assert track.at(0).box == (Box(2, 2, 5, 5) if mine else Box(50, 50, 10, 10))
    assert track.at(9).box == Box(3, 3, 5, 5)
    assert not bar.isVisible()


def test_two_new_objects_at_once_ask_nobody(
    blind: State, widget: Callable[[str], QWidget], qtbot: QtBot, project_file: Path, saved: Callable[[], Document]
) -> None:
    document = blind.document
    with Project.open(project_file, person="bo") as bo:
        video = document.video_row.key
        bo.commit(actions.new_object(bo.document(), BO, video, 0, Box(5, 5, 5, 5)))
    with qtbot.assertNotEmitted(document.refused):
        document.attempt(actions.new_object, document.who, document.video_row.key, 0, Box(2, 2, 5, 5), key="b" * 32)
        qtbot.waitUntil(lambda: len(document.document.objects(document.video_row.key)) == 3, timeout=10_000)
        assert saved().object("b" * 32).track == 3
    assert not widget("conflictBar").isVisible()


def test_what_is_gone_is_said(
    blind: State, widget: Callable[[str], QWidget], qtbot: QtBot, project_file: Path, saved: Callable[[], Document]
) -> None:
    document = blind.document
    with Project.open(project_file, person="bo") as bo:
        bo.commit(actions.delete_object(bo.document(), THING))
    with qtbot.waitSignal(document.collided, timeout=10_000):
        document.attempt(actions.set_box, document.who, THING, 0, Box(2, 2, 5, 5))
    bar = widget("conflictBar")
    assert "bo deleted" in texts(bar)
    assert not bar.findChild(QPushButton, "conflictMine").isVisible()
    qtbot.mouseClick(bar.findChild(QPushButton, "conflictTheirs"), Qt.MouseButton.LeftButton)
    assert ("object", THING) not in saved()
    assert not bar.isVisible()


def test_words_are_settled_in_their_field_and_what_came_behind_them_is_kept(
    blind: State, widget: Callable[[str], QWidget], qtbot: QtBot, project_file: Path, saved: Callable[[], Document]
) -> None:
    document = blind.document
    blind.selection.select(THING)
    with Project.open(project_file, person="bo") as bo:
        bo.commit(actions.set_text(bo.document(), "object", THING, "appearance", "en", "a dog"))
    with qtbot.waitSignal(document.withdrawn, timeout=10_000):
        document.attempt(actions.set_text, "object", THING, "appearance", "en", "a man")
        document.attempt(actions.set_box, document.who, THING, 9, Box(3, 3, 5, 5))
    qtbot.waitUntil(widget("appearanceEditConflict").isVisible, timeout=10_000)
    assert saved().track(THING).at(9).box == Box(3, 3, 5, 5)
    assert saved().object(THING).appearance_en == "a dog"
