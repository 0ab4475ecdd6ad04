"""Commands on whole paths by the keys of a person: copied, cut, joined, thinned, gone through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QListWidget,
)
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.gui.state import State

LEFT, CTRL, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Press = Callable[[str], None]
Click = Callable[..., None]


def test_copy_and_paste(
    state: State, two: tuple[str, str], press: Press, qtbot: QtBot, seek: Callable[..., Any], boxes: Callable[..., Any]
) -> None:
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


def test_propagate_asks_how_far(
    state: State,
    two: tuple[str, str],
    press: Press,
    qtbot: QtBot,
    seek: Callable[..., Any],
    boxes: Callable[..., Any],
    dialog: Callable[..., Any],
    box_open: Callable[..., Any],
) -> None:
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
    state: State,
    two: tuple[str, str],
    press: Press,
    qtbot: QtBot,
    saved: Callable[[], Document],
    seek: Callable[..., Any],
    boxes: Callable[..., Any],
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
    state: State,
    two: tuple[str, str],
    press: Press,
    qtbot: QtBot,
    boxes: Callable[..., Any],
    dialog: Callable[..., Any],
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
    state: State, two: tuple[str, str], press: Press, qtbot: QtBot, dialog: Callable[..., Any]
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


def test_exchange_from_here_on(
    state: State, two: tuple[str, str], press: Press, qtbot: QtBot, seek: Callable[..., Any], boxes: Callable[..., Any]
) -> None:
    seek(state, qtbot, 10)
    state.selection.select("a")
    press("X")  # one alone cannot be exchanged
    assert boxes(state, "b", 24) == [106]
    state.selection.select_all(["a", "b"])
    press("X")
    assert boxes(state, "a", 9, 12, 24) == [pytest.approx(46), None, 106]
    assert boxes(state, "b", 9, 10, 19) == [None, pytest.approx(50), 86]


def test_trim_thin_and_keyframes_by_the_range(
    state: State,
    two: tuple[str, str],
    press: Press,
    qtbot: QtBot,
    boxes: Callable[..., Any],
    dialog: Callable[..., Any],
    box_open: Callable[..., Any],
) -> None:
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
