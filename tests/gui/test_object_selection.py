"""Objects selected, hidden, locked, edited several at once, by mouse and key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import changed, edit
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.gui.state import State

LEFT, CTRL, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Press = Callable[[str], None]
Click = Callable[..., None]


def row_place(table: QTableView, row: int, column: int, dx: int = 0) -> QPoint:
    return table.visualRect(table.model().index(row, column)).center() + QPoint(dx, 0)


def saved_texts(state: State, saved: Callable[[], Document]) -> Document:
    state.document.flush.emit()
    return saved()


def test_ctrl_and_a_click_take_in_and_out(
    state: State,
    three: list[str],
    press: Press,
    click: Click,
    saved: Callable[[], Document],
    qtbot: QtBot,
    boxes: Callable[..., Any],
) -> None:
    click(70, 40)
    click(120, 40, CTRL)
    click(20, 60, SHIFT)
    assert state.selection.objects == ("b", "c", "a")
    click(120, 40, CTRL)
    assert state.selection.objects == ("b", "a")
    press("3")
    document = saved()
    assert [document.segments(k)[0].event for k in "abc"] == ["person loitering", "person loitering", "anomaly"]
    press("Ctrl+Right")
    assert [boxes(state, k, 0)[0] for k in "abc"] == [6, 56, 105]
    press("Ctrl+Z")
    qtbot.waitUntil(lambda: boxes(state, "a", 0) == [5])
    press("Shift+Del")
    assert state.selection.objects == ()
    assert [o.key for o in saved().objects(state.document.video_row.key)] == ["c", "d"]
    press("Ctrl+Z")
    qtbot.waitUntil(lambda: len(state.document.document.objects(state.document.video_row.key)) == 4)


def test_the_smallest_box_first_then_the_next_below(state: State, three: list[str], click: Click) -> None:
    click(20, 35)
    assert state.selection.object == "d"
    click(20, 35)
    assert state.selection.object == "a"
    click(20, 35)
    assert state.selection.object == "d"


def test_tab_walks_and_goes_on_behind_the_last(
    window: Session, state: State, three: list[str], press: Press, qtbot: QtBot
) -> None:
    canvas = window.window.canvas
    seen = []
    for _ in range(4):
        qtbot.keyClick(canvas, Qt.Key.Key_Tab)
        seen.append(state.selection.object)
    assert seen == ["a", "b", "c", "d"]
    assert QApplication.focusWidget() is canvas
    qtbot.keyClick(canvas, Qt.Key.Key_Backtab, SHIFT)
    assert state.selection.object == "c"
    state.selection.select("d")
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not canvas


def test_hidden_locked_pinned_and_alone(
    window: Session, state: State, three: list[str], press: Press, click: Click, qtbot: QtBot, boxes: Callable[..., Any]
) -> None:
    canvas = window.window.canvas

    def shown() -> list[str]:
        return [s.row.key for s in canvas.seen()]

    state.selection.select("a")
    press("Alt+H")
    assert shown() == ["b", "c", "d"]
    state.selection.select("b")
    press("Alt+O")
    assert shown() == ["b"]
    press("Alt+Shift+H")
    assert shown() == ["a", "b", "c", "d"]
    press("Alt+L")
    state.selection.clear()
    click(70, 40)  # a locked one cannot be touched
    assert state.selection.objects == ()
    state.selection.select("b")
    refused: list[str] = []
    state.document.refused.connect(refused.append)
    press("Ctrl+Right")
    press("4")
    press("Shift+Del")
    assert refused == ["Object 2 is locked; unlock it first (Alt+L)."] * 3
    assert boxes(state, "b", 0) == [55]
    press("Alt+L")
    press("Alt+P")
    start, end = canvas.view.to_widget(70, 40).toPoint(), canvas.view.to_widget(90, 40).toPoint()
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, LEFT, pos=end)
    assert boxes(state, "b", 0) == [55]
    press("Ctrl+Right")
    assert boxes(state, "b", 0) == [56]


def test_a_box_by_two_clicks(window: Session, state: State, press: Press, click: Click, qtbot: QtBot) -> None:
    canvas = window.window.canvas
    press("N")
    click(20, 20)
    assert canvas.drawing
    assert state.selection.object is None
    qtbot.mouseMove(canvas, canvas.view.to_widget(50, 40).toPoint())
    click(60, 70)
    assert not canvas.drawing
    made = state.selection.row
    assert made is not None
    box = state.document.document.track(made.key).at(0).box
    assert box.tuple() == pytest.approx((20, 20, 40, 50), abs=1.5)
    press("N")
    click(20, 20)
    press("Esc")  # the first corner
    press("Esc")  # the mode
    assert not canvas.drawing
    click(100, 80)
    assert len(state.document.document.objects(state.document.video_row.key)) == 1


def test_colours_tell_what_is_chosen(window: Session, state: State, three: list[str]) -> None:
    canvas = window.window.canvas

    def colours() -> list[str]:
        return [s.colour.name() for s in canvas.seen()]

    assert len(set(colours())) == 4
    state.sight.set_colour_by("class")
    a, b, c, d = colours()
    assert a == b == c != d
    state.document.attempt(
        lambda doc: edit("Draft", [changed(doc.object("a"), model="tvau-tiny", verdict="undecided", author="bo")])
    )
    state.sight.set_colour_by("state")
    a, b, c, d = colours()
    assert a != b == c == d
    state.sight.set_colour_by("author")
    a, b, c, d = colours()
    assert a != b == c == d


def test_absent_and_delete_say_how_many_frames(
    window: Session, state: State, two: tuple[str, str], press: Press, qtbot: QtBot, seek: Callable[..., Any]
) -> None:
    said: list[str] = []
    state.document.told.connect(said.append)
    state.selection.select("a")
    seek(state, qtbot, 10)
    press("Del")
    assert said[-1] == "Absent in 10:19 (9 frames). It is there again at its keyframe 19."
    press("Shift+Del")
    assert said[-1] == "Object 1 is deleted with its boxes in 11 frames."
    assert window.window.player.toast.text == said[-1]


def test_the_menu_on_the_picture_offers_what_is_possible(
    window: Session, state: State, two: tuple[str, str], qtbot: QtBot
) -> None:
    state.selection.select("a")
    window.window.canvas.menuWanted.emit(QPoint(5, 5))
    menu = next(m for m in window.window.findChildren(QMenu) if m.isVisible())
    words = [a.text() for a in menu.actions()]
    assert "Split here" in words
    path = next(a.menu() for a in menu.actions() if a.text() == "Path")
    assert "Thin keyframes…" in [a.text() for a in path.actions()]
    assert "Exchange from here on" not in words
    menu.close()


def test_several_rows_one_panel_one_step(
    window: Session, state: State, three: list[str], qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    table = window.window.findChild(QTableView, "objectTable")
    view = table.viewport()
    qtbot.mouseClick(view, LEFT, pos=row_place(table, 0, 1))
    qtbot.mouseClick(view, LEFT, CTRL, pos=row_place(table, 2, 1))
    assert state.selection.objects == ("a", "c")
    assert window.window.findChild(QWidget, "objectTitle").text() == "2 OBJECTS SELECTED"
    event = window.window.findChild(QComboBox, "manyEvent")
    assert event.currentText() == "anomaly"
    qtbot.mouseClick(view, LEFT, SHIFT, pos=row_place(table, 3, 1))
    assert set(state.selection.objects) == {"c", "d"}
    assert event.currentIndex() == -1  # they differ
    event.setFocus()
    event.activated.emit(event.findText("person jumping"))
    field = window.window.findChild(QPlainTextEdit, "manyAppearance")
    field.setFocus()
    qtbot.keyClicks(field, "in grey")
    document = saved_texts(state, saved)
    assert [document.object(k).appearance_en for k in "abcd"] == ["", "", "in grey", "in grey"]
    assert [document.segments(k)[0].event for k in "cd"] == ["person jumping"] * 2
    state.document.undo()
    qtbot.waitUntil(lambda: state.document.document.object("c").appearance_en == "")
    assert state.document.document.object("d").appearance_en == ""


def test_drafts_among_several_are_decided_together(
    window: Session, state: State, three: list[str], press: Press
) -> None:
    draft = {"model": "tvau-tiny", "verdict": "undecided"}
    state.document.attempt(
        lambda doc: edit("Draft", [changed(doc.object("a"), **draft), changed(doc.object("b"), **draft)])
    )
    state.selection.select_all(["c", "b", "a"])
    press("Y")
    assert {o.verdict for o in state.selection.rows} == {"accepted"}
    assert state.document.undo_label == "Accept drafts"


def test_eye_and_lock_in_the_row(window: Session, state: State, three: list[str], qtbot: QtBot) -> None:
    table = window.window.findChild(QTableView, "objectTable")
    qtbot.mouseClick(table.viewport(), LEFT, pos=row_place(table, 1, 3, -10))
    assert state.sight.hidden == {"b"}
    qtbot.mouseClick(table.viewport(), LEFT, pos=row_place(table, 1, 3, 10))
    assert state.sight.locked == {"b"}
    assert state.selection.objects == ()


def test_both_languages_beside_each_other(
    window: Session, state: State, three: list[str], qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    find = window.window.findChild
    state.selection.select("a")
    qtbot.mouseClick(find(QPushButton, "language_both"), LEFT)
    first, other = find(QPlainTextEdit, "appearanceEdit"), find(QPlainTextEdit, "appearanceEditOther")
    assert other.isVisible()
    other.setFocus()
    other.insertPlainText("红衣")
    document = saved_texts(state, saved)
    assert (document.object("a").appearance_en, document.object("a").appearance_zh) == ("", "红衣")
    assert find(QLabel, "appearanceEditLanguage").text() == "EN · missing"
    first.setFocus()
    qtbot.keyClicks(first, "in red")
    document = saved_texts(state, saved)
    assert document.object("a").appearance_en == "in red"
    assert find(QLabel, "appearanceEditLanguage").text() == "EN"
    qtbot.mouseClick(find(QPushButton, "language_en"), LEFT)
    assert not other.isVisible()


def test_many_objects_are_filtered_by_words(window: Session, state: State, three: list[str], qtbot: QtBot) -> None:
    find = window.window.findChild
    field, table = find(QLineEdit, "objectFilter"), find(QTableView, "objectTable")
    assert not field.isVisible()
    document, video = state.document, state.document.video_row.key
    for n in range(8):
        document.attempt(actions.new_object, document.who, video, 0, Box(5 * n, 5, 9, 9), key=f"n{n}", event="anomaly")
    document.attempt(actions.set_text, "object", "n3", "appearance", "zh", "红衣")
    assert field.isVisible()
    field.setFocus()
    qtbot.keyClicks(field, "anom 1")
    assert [table.model().index(i, 0).data() for i in range(table.model().rowCount())] == ["1", "10", "11", "12"]
    assert find(QLabel, "objectCount").text() == "OBJECTS · 4 of 12"
    document.attempt(actions.delete_object, "n7")
    assert table.model().rowCount() == 3
    field.setText("红")
    assert table.model().rowCount() == 1
    field.setText("nowhere")
    assert find(QLabel, "objectsEmpty").text() == "No object holds these words."
    field.clear()
    assert table.model().rowCount() == 11
