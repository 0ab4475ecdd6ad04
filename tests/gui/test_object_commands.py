"""Commands on objects by the keys and the mouse of a person."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import changed, edit
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.gui.state import State
from tvau_studio.gui.theme.tokens import OBJECT_COLOURS

LEFT, CTRL, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Press = Callable[[str], None]
Click = Callable[..., None]


@pytest.fixture
def press(window: Session, qtbot: QtBot) -> Press:
    """press("Ctrl+B"): on what has the focus."""
    window.window.activateWindow()
    window.window.canvas.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.window.canvas, timeout=5000)

    def keys(text: str) -> None:
        if QApplication.focusWidget() is None:  # this platform gives the focus to nobody when a dialog closes
            window.window.activateWindow()
            qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=5000)
        target = QApplication.focusWidget()
        qtbot.keySequence(target, QKeySequence(text))

    return keys


@pytest.fixture
def click(window: Session, qtbot: QtBot) -> Click:
    """click(x, y, held): on the picture, in its pixels."""
    canvas = window.window.canvas

    def at(x: float, y: float, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.mouseClick(canvas, LEFT, held, canvas.view.to_widget(x, y).toPoint())

    return at


@pytest.fixture
def two(state: State) -> tuple[str, str]:
    """a goes to the right in 0:20 and is away then; b stands at the right from 24 on. Nothing is selected."""
    document, video = state.document, state.document.video_row.key
    document.attempt(actions.new_object, document.who, video, 0, Box(10, 20, 20, 20), key="a", event="person running")
    document.attempt(actions.set_box, document.who, "a", 19, Box(86, 20, 20, 20))
    document.attempt(actions.set_outside, document.who, "a", 20)
    document.attempt(actions.new_object, document.who, video, 24, Box(106, 20, 20, 20), key="b", event="person running")
    return "a", "b"


def seek(state: State, qtbot: QtBot, frame: int) -> None:
    state.playback.seek(frame)
    qtbot.waitUntil(lambda: state.playback.frame == frame)


def boxes(state: State, key: str, *frames: int) -> list[float | None]:
    """Where its left edge is."""
    track = state.document.document.track(key)
    return [shown.box.x if (shown := track.at(f)) else None for f in frames]


def dialog(qtbot: QtBot, name: str) -> QDialog:
    def there() -> QDialog | None:
        return next((w for w in QApplication.topLevelWidgets() if w.objectName() == name and w.isVisible()), None)

    qtbot.waitUntil(lambda: there() is not None, timeout=5000)
    found = there()
    assert found is not None
    qtbot.waitUntil(lambda: found.isAncestorOf(QApplication.focusWidget() or window_of(found)), timeout=5000)
    return found


def box_open(name: str) -> bool:
    """Whether the dialog is still there."""
    return any(w.objectName() == name for w in QApplication.topLevelWidgets())


def window_of(box: QDialog) -> QWidget:
    return box.parentWidget()


def test_copy_and_paste(state: State, two: tuple[str, str], press: Press, qtbot: QtBot) -> None:
    state.selection.select("a")
    press("Ctrl+C")
    seek(state, qtbot, 30)
    state.selection.select("b")
    press("Ctrl+V")
    assert boxes(state, "b", 30) == [10]
    state.selection.clear()
    press("Ctrl+V")
    made = state.selection.object
    assert made not in (None, "a", "b")
    assert boxes(state, made, 29, 30) == [None, 10]
    assert [s.event for s in state.document.document.segments(made)] == ["person running"]


def test_propagate_asks_how_far(state: State, two: tuple[str, str], press: Press, qtbot: QtBot) -> None:
    seek(state, qtbot, 4)
    state.selection.select("a")
    was = boxes(state, "a", *range(20))
    press("Ctrl+B")
    box = dialog(qtbot, "propagateDialog")
    press("6")
    assert "4:11" in box.said.text()
    press("Return")
    qtbot.waitUntil(lambda: not box_open("propagateDialog"))
    now = boxes(state, "a", *range(20))
    assert now[4:11] == [was[4]] * 7
    assert now[:4] + now[11:] == pytest.approx(was[:4] + was[11:], abs=0.02)


def test_duplicate_split_and_undo_by_key(
    state: State, two: tuple[str, str], press: Press, qtbot: QtBot, saved: Callable[[], Document]
) -> None:
    state.selection.select("a")
    press("Ctrl+D")
    copy = state.selection.object
    assert boxes(state, copy, 0) == [20]
    state.selection.select("a")
    seek(state, qtbot, 10)
    press("S")
    rest = state.selection.object
    assert boxes(state, "a", 9, 10) == [pytest.approx(46), None]
    assert boxes(state, rest, 9, 19) == [None, 86]
    assert len(saved().objects(state.document.video_row.key)) == 4
    press("Ctrl+Z")
    qtbot.waitUntil(lambda: boxes(state, "a", 19) == [86])
    assert state.document.document.get("object", rest) is None


def test_merge_suggests_what_goes_on_and_asks_for_the_gap(
    state: State, two: tuple[str, str], press: Press, qtbot: QtBot
) -> None:
    state.selection.select("a")
    press("M")
    box = dialog(qtbot, "mergeDialog")
    words = box.findChild(QListWidget, "mergeList").item(0).text()
    assert words.startswith("2 · 4 frames apart · overlap ")
    assert state.selection.objects == ("a", "b")  # both are shown
    assert "20:24" in box.said.text()
    box.rules["move"].click()
    box.go.click()
    assert state.selection.objects == ("a",)
    assert boxes(state, "a", 19, 22, 24) == [86, pytest.approx(98, abs=0.1), 106]
    assert [(s.start, s.stop) for s in state.document.document.segments("a")] == [(0, 40)]


def test_merge_that_is_left_leaves_the_selection(
    state: State, two: tuple[str, str], press: Press, qtbot: QtBot
) -> None:
    state.selection.select("a")
    press("M")
    dialog(qtbot, "mergeDialog").reject()
    assert state.selection.objects == ("a",)
    assert len(state.document.document.objects(state.document.video_row.key)) == 2


def test_two_selected_without_a_gap_merge_at_once(state: State, two: tuple[str, str], press: Press) -> None:
    state.selection.select("a")
    press("Ctrl+D")
    state.selection.select_all(["a", state.selection.object])
    press("M")
    assert [o.key for o in state.document.document.objects(state.document.video_row.key)] == ["a", "b"]


def test_exchange_from_here_on(state: State, two: tuple[str, str], press: Press, qtbot: QtBot) -> None:
    seek(state, qtbot, 10)
    state.selection.select("a")
    press("X")  # one alone cannot be exchanged
    assert boxes(state, "b", 24) == [106]
    state.selection.select_all(["a", "b"])
    press("X")
    assert boxes(state, "a", 9, 12, 24) == [pytest.approx(46), None, 106]
    assert boxes(state, "b", 9, 10, 19) == [None, pytest.approx(50), 86]


def test_trim_thin_and_keyframes_by_the_range(state: State, two: tuple[str, str], press: Press, qtbot: QtBot) -> None:
    document = state.document
    for frame in (3, 6, 9, 12):
        document.attempt(actions.add_keyframe, document.who, "a", frame)
    state.selection.select("a")
    state.playback.set_range((3, 10))
    press("Ctrl+Del")
    assert [k.frame for k in document.document.track("a").keyframes] == [0, 12, 19, 20]
    press("Shift+K")
    box = dialog(qtbot, "thinDialog")
    assert box.said.text() == "1 of 4 keyframes go; then the boxes are off by 0.00 px at most."
    press("Return")
    qtbot.waitUntil(lambda: [k.frame for k in document.document.track("a").keyframes] == [0, 19, 20])
    qtbot.waitUntil(lambda: not box_open("thinDialog"))
    press("Ctrl+T")
    assert boxes(state, "a", 2, 3, 9, 10) == [None, pytest.approx(22), pytest.approx(46), None]
    assert [(s.start, s.stop) for s in document.document.segments("a")] == [(3, 10)]


def test_going_to_the_middle_of_a_gap_and_to_the_next_start(
    state: State, two: tuple[str, str], press: Press, qtbot: QtBot
) -> None:
    state.selection.select("a")
    press("Shift+R")
    qtbot.waitUntil(lambda: state.playback.frame == 9)
    press("Shift+Down")
    qtbot.waitUntil(lambda: state.playback.frame == 24)
    assert state.selection.object == "b"
    press("Shift+Up")
    qtbot.waitUntil(lambda: state.playback.frame == 0)
    assert state.selection.object == "a"


# -- several


@pytest.fixture
def three(state: State) -> list[str]:
    """Three boxes beside each other in all frames: a, b, c; d lies in a."""
    document, video = state.document, state.document.video_row.key
    for i, key in enumerate("abc"):
        document.attempt(
            actions.new_object, document.who, video, 0, Box(5 + 50 * i, 20, 40, 50), key=key, event="anomaly"
        )
    document.attempt(actions.new_object, document.who, video, 0, Box(15, 30, 10, 10), key="d")
    state.selection.clear()
    return list("abc")


def test_ctrl_and_a_click_take_in_and_out(
    state: State, three: list[str], press: Press, click: Click, saved: Callable[[], Document], qtbot: QtBot
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
    window: Session, state: State, three: list[str], press: Press, click: Click, qtbot: QtBot
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
    window: Session, state: State, two: tuple[str, str], press: Press, qtbot: QtBot
) -> None:
    said: list[str] = []
    state.document.told.connect(said.append)
    state.selection.select("a")
    seek(state, qtbot, 10)
    press("Del")
    assert said[-1] == "Absent in 10:19 (9 frames). It is there again at its keyframe 19."
    press("Shift+Del")
    assert said[-1] == "Object 1 is deleted with its boxes in 11 frames."
    assert said[-1] in window.window.messages._text.text()


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


# -- segments


def test_segments_are_added_split_and_trimmed_by_key(
    state: State, two: tuple[str, str], press: Press, qtbot: QtBot
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
    window: Session, state: State, two: tuple[str, str], press: Press, qtbot: QtBot
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


# -- event classes


@pytest.fixture
def classes(window: Session, two: tuple[str, str], qtbot: QtBot) -> QDialog:
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


def test_a_class_is_added_named_and_given_a_key(
    state: State, press: Press, classes: QDialog, qtbot: QtBot, saved: Callable[[], Document]
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


# -- several in the table and the panel


def row_place(table: QTableView, row: int, column: int, dx: int = 0) -> QPoint:
    return table.visualRect(table.model().index(row, column)).center() + QPoint(dx, 0)


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


def saved_texts(state: State, saved: Callable[[], Document]) -> Document:
    state.document.flush.emit()
    return saved()


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
    assert state.document.undo_label == "Accept draft"


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


# -- heat


@pytest.fixture
def hot(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """A spot of heat round (40..80, 30..60) in every picture."""
    values = np.zeros((96, 160), np.float32)
    values[30:60, 40:80] = 1.0
    monkeypatch.setattr(state.heat, "map_at", lambda frame: values)


def test_a_double_click_on_heat_makes_its_box_and_again_snaps(
    window: Session, state: State, hot: None, press: Press, qtbot: QtBot
) -> None:
    canvas = window.window.canvas
    qtbot.mouseDClick(canvas, LEFT, pos=canvas.view.to_widget(60, 45).toPoint())
    made = state.selection.object
    assert made is not None
    box = state.document.document.track(made).at(0).box
    assert box.tuple() == pytest.approx((40, 30, 40, 30), abs=1.5)
    state.document.attempt(actions.set_box, state.document.who, made, 0, Box(20, 20, 70, 60))
    press("Alt+A")
    assert state.document.document.track(made).at(0).box == box
    state.document.attempt(actions.set_box, state.document.who, made, 0, Box(20, 20, 70, 60))
    qtbot.mouseDClick(canvas, LEFT, pos=canvas.view.to_widget(60, 45).toPoint())
    assert state.document.document.track(made).at(0).box == box
    assert len(state.document.document.objects(state.document.video_row.key)) == 1
    state.document.attempt(actions.set_box, state.document.who, made, 0, Box(100, 70, 20, 20))
    with qtbot.waitSignal(state.document.refused) as said:
        press("Alt+A")
    assert "no heat" in said.args[0]


# -- the keypad


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


# -- what goes wrong


def test_boxes_of_no_size_and_boxes_dragged_out(
    window: Session,
    state: State,
    three: list[str],
    press: Press,
    click: Click,
    saved: Callable[[], Document],
    qtbot: QtBot,
) -> None:
    canvas, document = window.window.canvas, state.document
    state.selection.select("a")
    start = canvas.view.to_widget(8, 24).toPoint()
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, QPoint(start.x() - 3000, start.y() - 3000))
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(start.x() - 3000, start.y() - 3000))
    box = saved().track("a").at(0).box
    assert box.x + box.w < 0  # kept as drawn, and still to be reached by the table and the lane
    press("Ctrl+2")
    assert canvas.view.scale is not None
    for key, values in (("b", (50, 20, 0, 0)), ("c", (0, 0, 0, 40))):
        document.attempt(actions.set_box, document.who, key, 0, Box(*values))
    canvas.grab()
    window.window.findChild(QWidget, "timeline").grab()
    state.selection.select_all(["a", "b", "c"])
    press("Ctrl+Right")
    press("Alt+A")
    press("Ctrl+D")
    assert len(saved().objects(document.video_row.key)) == 5


def test_names_of_every_script_are_drawn_and_never_markup(window: Session, state: State, three: list[str]) -> None:
    document = state.document
    for key, words in (("a", "<b>x</b>\n" * 40), ("b", "رجل 🚲 ‮abc"), ("c", "\u200b" * 500 + "漢" * 500)):
        document.attempt(actions.set_text, "object", key, "appearance", "en", words)
    for name in ("player", "timeline", "objectTable", "objectForm"):
        window.window.findChild(QWidget, name).grab()
    for key in "abc":
        state.selection.select(key)
        window.window.findChild(QWidget, "objectForm").grab()
    assert window.window.findChild(QPlainTextEdit, "appearanceEdit").toPlainText().startswith("\u200b")


def test_a_split_that_cannot_be_written_stays_on_screen_and_is_written_later(
    state: State, two: tuple[str, str], press: Press, qtbot: QtBot, saved: Callable[[], Document], monkeypatch
) -> None:
    saved()
    project = state.studio.project

    def full(_: object) -> int:
        raise StudioError("{path} cannot be written: it is read-only.", path="yard.tvau")

    monkeypatch.setattr(project, "commit", full)
    state.selection.select("a")
    seek(state, qtbot, 10)
    with qtbot.waitSignal(state.document.stalled, timeout=10_000):
        press("S")
    with qtbot.waitSignal(state.document.stalled, timeout=10_000):
        press("Ctrl+D")
    made = state.selection.object
    assert len(state.document.document.objects(state.document.video_row.key)) == 4
    assert not state.document.saved
    monkeypatch.undo()
    state.document.retry()
    document = saved()
    assert len(document.objects(state.document.video_row.key)) == 4
    assert document.track(made).at(12) is not None
