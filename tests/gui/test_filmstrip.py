"""The filmstrip over the scores."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.gui.app import Session
from tvau_studio.gui.state import State
from tvau_studio.gui.timeline.filmstrip import frames_of, step_of
from tvau_studio.gui.timeline.layout import FILM, RULER
from tvau_studio.gui.timeline.scale import Scale
from tvau_studio.gui.timeline.widget import Timeline


@given(st.integers(1, 1_000_000), st.floats(50, 4000), st.floats(0, 1), st.floats(1e-4, 100), st.floats(16, 200))
def test_pictures_have_room_and_stay_while_one_pans(
    frames: int, width: float, left: float, zoom: float, wide: float
) -> None:
    scale = Scale(frames, width, left * frames, zoom).bounded()
    step = step_of(scale, wide)
    assert step * scale.per_frame >= wide * 0.999 or step == 1
    found = frames_of(scale, wide)
    assert all(f % step == 0 for f in found)
    assert found[0] <= scale.left + 1e-6
    assert found[-1] + step >= min(scale.right, frames - 1)
    panned = scale.panned(-1.7 * wide)
    assert step_of(panned, wide) == step
    assert {f for f in frames_of(panned, wide) if f <= scale.right - 1} <= set(found)


def test_it_shows_the_pictures_and_a_click_seeks(
    window: Session,
    state: State,
    widget: Callable[[str], QWidget],
    qtbot: QtBot,
    number_of: Callable[[np.ndarray], int],
) -> None:
    timeline = widget("timeline")
    assert isinstance(timeline, Timeline)
    timeline.fit()
    before = timeline.layout_now().lanes_top
    window.window.actions_by_name["filmstripAction"].trigger()
    layout = timeline.layout_now()
    assert layout.lanes_top == before + FILM
    state.playback.set_range(None)
    wanted = frames_of(timeline.scale, timeline.film.wide())
    assert len(wanted) > 3

    def shown(frame: int) -> int:
        x = round(layout.gutter + timeline.scale.x(frame) + timeline.film.wide() / 2)
        level = timeline.grab().toImage().pixelColor(x, RULER + FILM // 2).green()
        return number_of(np.full((40, 40, 3), level, np.uint8))

    for frame in wanted[1:-1]:  # not under the playhead
        qtbot.waitUntil(lambda frame=frame: abs(shown(frame) - frame) <= 0, timeout=20_000)
    frame = wanted[2]
    place = QPoint(round(layout.gutter + timeline.scale.x(frame) + 20), RULER + 20)
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: state.playback.frame == frame, timeout=10_000)
    window.window.actions_by_name["filmstripAction"].trigger()
    assert timeline.layout_now().lanes_top == before


def test_nothing_open_is_no_strip(session: Session) -> None:
    session.studio.settings["filmstrip"] = True
    timeline = session.window.findChild(QWidget, "timeline")
    timeline.resize(600, 240)
    assert not timeline.grab().isNull()
    assert timeline.film.wide() == 0.0
