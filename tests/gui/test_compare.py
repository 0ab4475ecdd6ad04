"""Heat of a class or a phrase, and two of them compared, with a real (random) network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.gui.app import Session
from tvau_studio.gui.player.canvas import Canvas
from tvau_studio.gui.player.layers.heat import difference_lookup
from tvau_studio.gui.state import State
from tvau_studio.services.heat_sources import HeatSource
from tvau_studio.services.settings import Settings

LEFT = Qt.MouseButton.LeftButton
Find = Callable[[str], QWidget]


@pytest.fixture
def compared(with_model: Settings, window: Session, qtbot: QtBot) -> State:
    state = window.state
    qtbot.waitUntil(lambda: not np.isnan(state.heat.scores()[:12]).any(), timeout=60_000)
    window.window.actions_by_name["compareAction"].trigger()
    return state


def typed(qtbot: QtBot, box: QWidget, words: str) -> None:
    assert isinstance(box, QComboBox)
    box.lineEdit().setFocus()
    box.lineEdit().selectAll()
    qtbot.keyClicks(box.lineEdit(), words)
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Return)


def press(qtbot: QtBot, button: QWidget) -> None:
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, LEFT)


def test_a_phrase_that_is_typed_becomes_heat(compared: State, window: Session, widget: Find, qtbot: QtBot) -> None:
    state = compared
    anomaly = state.heat.map_at(0)
    typed(qtbot, widget("heatOf"), "a red balloon")
    assert state.compare.sources[0] == HeatSource("phrase", "a red balloon")
    qtbot.waitUntil(lambda: state.compare.map_at(0) is not None, timeout=60_000)
    assert np.abs(state.compare.map_at(0) - anomaly).max() > 1e-3
    assert window.window.player.card.toggle.text() == "A red balloon"
    qtbot.waitUntil(lambda: not state.compare.maps[0].busy, timeout=60_000)
    known = state.compare.curves()[0][1]
    assert not np.isnan(known[:12]).any()  # the clip 0:24, and no more
    assert np.isnan(known[12:]).all()
    # It is kept: gone away from and come back to, nothing is computed.
    press(qtbot, widget("compareCardReset"))
    assert state.compare.map_at(0) is anomaly
    typed(qtbot, widget("heatOf"), "a red balloon")
    qtbot.waitUntil(lambda: state.compare.map_at(0) is not None, timeout=60_000)
    assert state.studio.jobs is not None
    typed(qtbot, widget("heatOf"), "person running")
    assert state.compare.sources[0] == HeatSource("class", "person running")
    qtbot.waitUntil(lambda: not state.compare.maps[0].busy, timeout=60_000)


def test_two_stand_beside_each_other_and_move_together(
    compared: State, window: Session, widget: Find, qtbot: QtBot
) -> None:
    player = window.window.player
    press(qtbot, widget("compareSide"))
    beside = widget("playerBeside")
    assert isinstance(beside, Canvas)
    qtbot.waitUntil(lambda: abs(beside.width() - player.canvas.width()) <= 1)
    typed(qtbot, widget("heatBeside"), "person jumping")
    qtbot.waitUntil(lambda: compared.compare.map_at(0, 1) is not None, timeout=60_000)
    player.canvas.zoom(3.0)
    assert beside.view.sy == player.canvas.view.sy
    beside.set_view(beside.view.moved(20, 10))
    assert (player.canvas.view.x, player.canvas.view.y) == (beside.view.x, beside.view.y)
    press(qtbot, widget("heatExchange"))
    assert [s.words for s in compared.compare.sources] == ["person jumping", ""]
    press(qtbot, widget("compareOff"))
    assert player.beside is None
    player.canvas.fit()


def test_the_line_between_two_is_dragged(compared: State, window: Session, widget: Find, qtbot: QtBot) -> None:
    canvas = window.window.canvas
    press(qtbot, widget("compareWipe"))
    at = QPoint(canvas.width() // 2, canvas.height() // 2)
    qtbot.mousePress(canvas, LEFT, pos=at)
    qtbot.mouseMove(canvas, QPoint(canvas.width() // 4, at.y()))
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(canvas.width() // 4, at.y()))
    assert compared.compare.wipe == pytest.approx(0.25, abs=0.01)
    qtbot.mousePress(canvas, LEFT, pos=at)  # beside the line: nothing of it
    qtbot.mouseRelease(canvas, LEFT, pos=at)
    assert compared.compare.wipe == pytest.approx(0.25, abs=0.01)
    told: list[str] = []
    canvas.pointed.connect(told.append)
    canvas._hover(canvas.view.to_widget(80, 50))
    assert " | " in told[-1]  # both heats


def test_equal_heats_have_no_difference(compared: State, window: Session, widget: Find, qtbot: QtBot) -> None:
    canvas = window.window.canvas
    compared.look.set(boxes=False)
    compared.heat.set_enabled(False)
    bare = canvas.grab().toImage()
    compared.heat.set_enabled(True)
    press(qtbot, widget("compareDifference"))
    place = canvas.view.to_widget(120, 20).toPoint()
    assert canvas.grab().toImage().pixelColor(place) == bare.pixelColor(place)
    table = difference_lookup(0.5)
    assert table[0] >> 24 == table[255] >> 24 == 128
    assert table[128] == 0


def test_a_second_model_that_cannot_be_loaded_is_said(
    compared: State, widget: Find, qtbot: QtBot, tmp_path: Path
) -> None:
    press(qtbot, widget("compareSide"))
    compared.compare.set_source(1, HeatSource(model=str(tmp_path / "none")))
    qtbot.waitUntil(lambda: bool(compared.compare.maps[1].error), timeout=30_000)
    assert compared.compare.map_at(0, 1) is None
    assert not compared.compare.maps[1].busy


def test_maps_that_were_let_go_of_come_back_from_the_disk(compared: State, widget: Find, qtbot: QtBot) -> None:
    typed(qtbot, widget("heatOf"), "a red balloon")
    maps = compared.compare.maps[0]
    qtbot.waitUntil(lambda: maps.map_at(0) is not None and not maps.busy, timeout=60_000)
    first = maps.map_at(0)
    maps._maps.clear()  # as where others took their place
    assert maps.map_at(0) is None
    with qtbot.waitSignal(maps.changed, timeout=20_000):
        pass
    np.testing.assert_allclose(maps.map_at(0), first, atol=1e-3)
