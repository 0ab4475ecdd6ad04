"""The cards of the heatmap: how it is drawn, its legend and area, the list of peaks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QPushButton, QSlider, QTableView, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.gui.app import Session
from tvau_studio.gui.player.canvas import Canvas
from tvau_studio.gui.player.heat_card import percent
from tvau_studio.gui.state import State
from tvau_studio.services.overlays import Style

Find = Callable[[str], QWidget]


@pytest.fixture
def maps(window: Session, state: State) -> np.ndarray:
    """Heat of every pair of the video: one hot quarter whose heat is 0.9, 0.4, 0.4, 0.7, 0.7, 0.2 and cold behind."""
    maps = np.zeros((20, 4, 4), np.float32)
    for pair, heat in enumerate((0.9, 0.4, 0.4, 0.7, 0.7, 0.2)):
        maps[pair, :2, :2] = heat
    state.heat._take(range(20), maps)
    return maps


def cell(table: QTableView, row: int, column: int) -> str:
    return str(table.model().index(row, column, QModelIndex()).data())


def test_how_it_is_drawn_is_kept(window: Session, state: State, maps: np.ndarray, widget: Find) -> None:
    window.window.player.toggle("heat")
    gain, scale = widget("heatGain"), widget("heatScale")
    smooth, contour = widget("heatSmooth"), widget("heatContour")
    assert isinstance(gain, QSlider)
    assert isinstance(scale, QComboBox)
    assert isinstance(smooth, QCheckBox)
    assert isinstance(contour, QCheckBox)
    assert state.heat.style == Style("inferno", 0.6, 1.0, True, 0.5)
    gain.setValue(100)  # 2 to the power of 1
    smooth.click()
    contour.click()
    assert state.heat.style == Style("inferno", 0.6, 2.0, False, None)
    assert window.window.player.card.top.text() == "0.50"
    scale.setCurrentIndex(scale.findData("video"))
    scale.activated.emit(scale.currentIndex())
    assert state.heat.top == pytest.approx(0.45)
    assert window.window.player.card.top.text() == "0.45"
    kept = state.studio.settings
    assert [kept[k] for k in ("heat_gain", "heat_scale", "heat_smooth", "heat_contour")] == [2.0, "video", False, False]
    reset = widget("drawingCardReset")
    assert isinstance(reset, QPushButton)
    reset.click()
    assert state.heat.style == Style(threshold=0.5)
    assert (gain.value(), smooth.isChecked(), contour.isChecked()) == (0, True, True)


def test_the_clips_own_scale_knows_its_own_scores_alone(state: State, maps: np.ndarray, qtbot: QtBot) -> None:
    state.heat.set_scale("clip")
    assert state.heat.top == pytest.approx(0.9)
    clips = state.document.document.clips(state.document.video_row.key)
    assert (clips[1].start, clips[1].stop) == (12, 36)
    with qtbot.waitSignal(state.workspace.opened):
        state.workspace.open_clip(clips[1].key)
    state.heat._scores[6:] = 0.3
    assert state.heat.top == pytest.approx(0.3)


def test_area_and_blob_are_said(state: State, maps: np.ndarray, window: Session, widget: Find, qtbot: QtBot) -> None:
    state.heat.set_smooth(False)
    card = window.window.player.card
    assert card.area.text() == "25 % ≥ 0.50"
    canvas = widget("player")
    assert isinstance(canvas, Canvas)
    told: list[str] = []
    canvas.pointed.connect(told.append)
    canvas._hover(canvas.view.to_widget(20, 20))
    assert told[-1].endswith("heat 0.90 · blob 0.90, 25 % of the picture")
    canvas._hover(canvas.view.to_widget(150, 90))
    assert told[-1].endswith("heat 0.00")
    state.playback.seek(2)
    qtbot.waitUntil(lambda: state.playback.frame == 2)
    assert card.area.text() == "0 % ≥ 0.50"


def test_a_share_is_never_rounded_to_nothing() -> None:
    assert [percent(x) for x in (0, 0.0001, 0.0123, 0.25, 1)] == ["0 %", "0.1 %", "1.2 %", "25 %", "100 %"]


def test_peaks_are_listed_gone_to_and_taken_as_range(
    window: Session, state: State, maps: np.ndarray, widget: Find, qtbot: QtBot
) -> None:
    window.window.actions_by_name["peaksAction"].trigger()
    table = widget("peakTable")
    assert isinstance(table, QTableView)
    assert [[cell(table, r, c) for c in range(3)] for r in range(2)] == [
        ["0:2", "0.90", "0.03"],
        ["6:10", "0.70", "0.03"],
    ]
    table.selectRow(1)
    qtbot.waitUntil(lambda: state.playback.frame == 6)
    button = widget("peakToRange")
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert state.playback.range == (6, 10)
    state.heat.set_threshold(0.8)
    qtbot.waitUntil(lambda: table.model().rowCount() == 1)
    window.window.actions_by_name["peakRangeAction"].trigger()
    assert state.playback.range == (0, 2)
    state.heat.set_threshold(0.95)
    qtbot.waitUntil(lambda: table.isHidden())
    assert not button.isEnabled()
    window.window.actions_by_name["nextPeakAction"].trigger()
    assert state.playback.frame == 6


def test_what_the_settings_say_holds_at_once(state: State, window: Session) -> None:
    told: list[None] = []
    state.heat.changed.connect(lambda: told.append(None))
    state.studio.settings["heat_opacity"] = 0.25
    state.studio.settings["heat_colours"] = "turbo"
    assert (state.heat.opacity, state.heat.colormap, len(told)) == (0.25, "turbo", 2)
    assert window.window.player.card.colours.currentText() == "turbo"
    state.heat.set_opacity(0.5)
    assert len(told) == 3
