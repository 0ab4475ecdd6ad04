"""Boxes from heat, and what goes wrong: boxes of no size, texts of every script, a disk that is full."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.gui.state import State

LEFT, CTRL, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Press = Callable[[str], None]
Click = Callable[..., None]


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
    state: State,
    two: tuple[str, str],
    press: Press,
    qtbot: QtBot,
    saved: Callable[[], Document],
    monkeypatch,
    seek: Callable[..., Any],
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
