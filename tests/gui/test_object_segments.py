"""Segments by key, event classes in their dialog, places on the keypad."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QMenu,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.gui.app import Session
from tvau_studio.gui.state import State
from tvau_studio.gui.theme.tokens import OBJECT_COLOURS

LEFT, CTRL, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Press = Callable[[str], None]
Click = Callable[..., None]


@pytest.fixture
def classes(window: Session, two: tuple[str, str], qtbot: QtBot, dialog: Callable[..., Any]) -> QDialog:
    window.window.actions_by_name["classesAction"].trigger()
    found = dialog(qtbot, "classesDialog")
    qtbot.waitUntil(lambda: found.table.item(0, 4).text() != "")
    return found


def names(state: State) -> list[str]:
    return [c.key for c in state.document.document.event_classes]


def write(qtbot: QtBot, table: QTableWidget, row: int, column: int, text: str) -> None:
    """As a person does: two clicks, type, Enter."""
    table.setCurrentCell(row, column)
    table.editItem(table.item(row, column))
    typed(qtbot, text)


def typed(qtbot: QtBot, text: str) -> None:
    """Type over what the open field holds, Enter; the field is gone then."""
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    field = QApplication.focusWidget()
    field.selectAll()
    if text.isascii():
        qtbot.keyClicks(field, text)
    else:
        field.insert(text)  # as an input method does
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not isinstance(QApplication.focusWidget(), QLineEdit))


def test_segments_are_added_split_and_trimmed_by_key(
    state: State, two: tuple[str, str], press: Press, qtbot: QtBot, seek: Callable[..., Any]
) -> None:
    def segments() -> list[tuple[int, int, str | None]]:
        return [(s.start, s.stop, s.event) for s in state.document.document.segments("a")]

    state.selection.select("a")
    seek(state, qtbot, 12)
    press("Shift+S")
    assert segments() == [(0, 12, "person running"), (12, 40, "person running")]
    press("2")
    assert segments()[1] == (12, 40, "people fighting")  # the new one is selected
    seek(state, qtbot, 15)
    press("<")
    seek(state, qtbot, 30)
    press(">")
    assert segments()[1] == (15, 31, "people fighting")
    state.playback.set_range((2, 5))
    press("Z")
    assert segments()[1] == (2, 5, None)
    press("Ctrl+Shift+Del")
    assert len(segments()) == 2


def test_a_key_held_while_playing_marks_a_segment(
    window: Session, state: State, two: tuple[str, str], press: Press, qtbot: QtBot, seek: Callable[..., Any]
) -> None:
    canvas, playback = window.window.canvas, state.playback
    state.studio.settings["reaction_ms"] = 40  # one frame at 25 a second
    state.document.attempt(actions.delete_segment, state.document.document.segments("b")[0].key)
    state.selection.select("b")
    playback.set_range(None)
    playback.play()
    qtbot.waitUntil(lambda: playback.frame >= 3)
    qtbot.keyPress(canvas, Qt.Key.Key_4)
    start = state.marking.start
    qtbot.waitUntil(lambda: playback.frame >= start + 10, timeout=10_000)
    qtbot.keyRelease(canvas, Qt.Key.Key_4)
    playback.pause()
    (made,) = state.document.document.segments("b")
    assert made.event == "person jumping"
    assert made.start == start - 1
    assert made.stop >= start + 9
    # A tap sets the event of what is there.
    playback.seek(made.start)
    qtbot.waitUntil(lambda: playback.frame == made.start)
    playback.play()
    qtbot.keyClick(canvas, Qt.Key.Key_1)
    playback.pause()
    assert [s.event for s in state.document.document.segments("b")] == ["person running"]


def test_a_class_is_added_named_and_given_a_key(
    state: State,
    press: Press,
    classes: QDialog,
    qtbot: QtBot,
    saved: Callable[[], Document],
    box_open: Callable[..., Any],
) -> None:
    classes.add.click()
    typed(qtbot, "dog off the lead")
    qtbot.waitUntil(lambda: names(state)[-1] == "dog off the lead")
    at = len(names(state)) - 1
    qtbot.waitUntil(lambda: classes.table.item(at, 1).text() == "dog off the lead")
    write(qtbot, classes.table, at, 2, "未牵绳的狗")
    write(qtbot, classes.table, at, 3, "7")
    write(qtbot, classes.table, at, 3, "x")
    assert classes.error.text() == "'x' is no key for an event class; give a digit from 1 to 9."
    classes.table.setCurrentCell(at, 0)
    classes.up.click()
    row = saved().event_classes[at - 1]
    assert (row.key, row.name_zh, row.shortcut) == ("dog off the lead", "未牵绳的狗", "7")
    classes.close()
    qtbot.waitUntil(lambda: not box_open("classesDialog"))
    state.selection.select("a")
    press("7")
    assert state.document.document.segments("a")[0].event == "dog off the lead"


def test_a_class_in_use_is_renamed_everywhere_and_not_deleted_in_silence(
    state: State, classes: QDialog, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    table = classes.table
    assert table.item(0, 4).text() == "2"
    write(qtbot, table, 0, 1, "somebody runs")
    qtbot.waitUntil(lambda: names(state)[0] == "somebody runs", timeout=5000)
    assert {s.event for s in saved().rows("segment")} == {"somebody runs"}
    qtbot.waitUntil(lambda: table.item(0, 4).text() == "2", timeout=5000)
    write(qtbot, table, 0, 1, "people fighting")
    qtbot.waitUntil(classes.error.isVisible)
    assert "already" in classes.error.text()
    assert names(state)[0] == "somebody runs"
    table.setCurrentCell(0, 0)
    classes.drop.click()
    assert classes.findChild(QWidget, "classWhy").text() == "2 segments are somebody runs."
    classes.into.setCurrentIndex(classes.into.findText("anomaly"))
    classes.findChild(QWidget, "classSure").click()
    qtbot.waitUntil(lambda: "somebody runs" not in names(state), timeout=5000)
    assert {s.event for s in saved().rows("segment")} == {"anomaly"}
    state.document.undo()
    qtbot.waitUntil(lambda: names(state)[0] == "somebody runs", timeout=5000)
    assert {s.event for s in saved().rows("segment")} == {"somebody runs"}


def test_a_class_is_given_a_colour(state: State, classes: QDialog, qtbot: QtBot, saved: Callable[[], Document]) -> None:
    table = classes.table
    place = table.visualItemRect(table.item(0, 0)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=place)
    menu = classes.findChild(QMenu, "classColours")
    assert menu is not None
    menu.actions()[3].trigger()
    menu.close()
    colour = saved().event_classes[0].colour
    assert colour == OBJECT_COLOURS[2]
    state.sight.set_colour_by("class")
    assert state.sight.colour(state.document.document.object("a")) == colour


def test_a_class_that_nothing_is_of_goes_at_once(state: State, classes: QDialog, qtbot: QtBot) -> None:
    classes.table.setCurrentCell(3, 0)
    gone = names(state)[3]
    classes.drop.click()
    qtbot.waitUntil(lambda: gone not in names(state), timeout=5000)


def test_from_and_to_on_the_keypad(
    window: Session, state: State, two: tuple[str, str], press: Press, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    canvas, pad = window.window.canvas, Qt.KeyboardModifier.KeypadModifier
    state.selection.select("a")
    qtbot.keyClick(canvas, Qt.Key.Key_7, pad)
    qtbot.keyClick(canvas, Qt.Key.Key_3, pad | CTRL)
    document = saved()
    override = document.override("a", state.workspace.clip)
    assert (override.start_region, override.end_region) == ("top-left", "bottom-right")
    assert [s.event for s in document.segments("a")] == ["person running"]  # no event was set
    qtbot.keyClick(canvas, Qt.Key.Key_0, pad)
    assert saved().override("a", state.workspace.clip).start_region is None
    qtbot.keyClick(canvas, Qt.Key.Key_7)
    assert [s.event for s in saved().segments("a")] == ["person riding bicycle"]
