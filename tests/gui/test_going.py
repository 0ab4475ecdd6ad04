"""Commands that go somewhere, and that look around on the timeline."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.gui.state import State
from tvau_studio.gui.timeline.widget import Timeline


@pytest.fixture
def run(window: Session, state: State, qtbot: QtBot) -> Callable[[str, int | None], None]:
    """run(command, frame): trigger it and wait for the frame, where one is given."""

    def trigger(name: str, frame: int | None = None) -> None:
        action = window.window.actions_by_name[name]
        window.window.refresh_actions()
        assert action.isEnabled(), name
        action.trigger()
        if frame is not None:
            qtbot.waitUntil(lambda: state.playback.frame == frame, timeout=10_000)

    return trigger


def test_ends_of_clip_range_and_life(state: State, run: Callable[..., None]) -> None:
    document = state.document
    document.attempt(
        actions.new_object,
        document.who,
        document.video_row.key,
        6,
        Box(10, 10, 20, 20),
        event="anomaly",
        stop=9,
        key="o",
    )
    document.attempt(actions.set_outside, document.who, "o", 15)
    state.playback.set_range((3, 20))
    run("clipEndAction", 23)
    run("clipStartAction", 0)
    run("rangeBeginAction", 3)
    run("rangeLastAction", 19)
    state.selection.select("o")
    run("lifeStartAction", 6)
    run("lifeEndAction", 14)
    run("rangeLifeAction")
    assert state.playback.range == (6, 15)
    run("noRangeAction")
    assert state.playback.range is None


def test_several_pictures_are_as_many_as_one_wants(state: State, run: Callable[..., None]) -> None:
    run("on10Action", 10)
    state.studio.settings["step_pictures"] = 5
    run("on10Action", 15)
    run("back10Action", 10)


def test_the_timeline_by_commands(
    state: State, run: Callable[..., None], widget: Callable[[str], QWidget], qtbot: QtBot
) -> None:
    timeline = widget("timeline")
    assert isinstance(timeline, Timeline)
    timeline.fit()
    state.playback.set_range((5, 25))
    run("timelineRangeAction")
    left, wide = timeline.scale.left, timeline.scale.right - timeline.scale.left
    assert (left, wide) == (pytest.approx(1), pytest.approx(28))
    run("timelineOnAction")
    assert timeline.scale.left == pytest.approx(left + wide / 4)
    run("timelineBackAction")
    assert timeline.scale.left == pytest.approx(left)
    run("timelineInAction")
    assert timeline.scale.right - timeline.scale.left == pytest.approx(wide / 1.5)
    run("timelineFitAction")
    assert timeline.scale.is_fitted


@pytest.mark.parametrize(
    ("typed", "frame"), [("17", 17), ("0.5s", 12), ("0:01", 25), ("+3", 8), ("-2", 3), ("50%", 20), ("nonsense", 5)]
)
def test_the_field_takes_places_of_every_kind(
    state: State, run: Callable[..., None], widget: Callable[[str], QWidget], qtbot: QtBot, typed: str, frame: int
) -> None:
    state.playback.seek(5)
    qtbot.waitUntil(lambda: state.playback.frame == 5, timeout=10_000)
    run("goToAction")
    field = widget("frameSpin")
    assert isinstance(field, QSpinBox)
    field.lineEdit().selectAll()
    qtbot.keyClicks(field.lineEdit(), typed)
    qtbot.keyClick(field.lineEdit(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: state.playback.frame == frame, timeout=10_000)
    assert field.text() == str(frame)
