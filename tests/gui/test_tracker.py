"""A box is followed at the press of a key; what comes is a draft and one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.media.encoder import write_video
from tvau_studio.services.projects import Project

FRAMES = 40


@pytest.fixture(scope="session")
def moving_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A textured square goes right by 3 pixels a frame from (10, 40); in picture 30 it is gone."""
    path = tmp_path_factory.mktemp("videos") / "moving.mp4"
    rng = np.random.default_rng(3)
    ground = rng.integers(60, 120, (120, 200, 3), np.uint8)
    thing = np.kron(rng.integers(0, 256, (8, 8, 3)), np.ones((4, 4, 1))).astype(np.uint8)

    def pictures() -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
        for n in range(FRAMES):
            picture = ground.copy()
            if n < 30:
                picture[40:72, 10 + 3 * n : 42 + 3 * n] = thing
            yield n / 25, picture

    write_video(path, pictures())
    return path


@pytest.fixture
def project_file(tmp_path: Path, moving_file: Path) -> Path:
    path = tmp_path / "moving.tvau"
    with Project.create(path, person="ann") as project:
        project.add_videos([moving_file])
    return path


@pytest.fixture
def press(window: Session, qtbot: QtBot) -> Callable[..., None]:
    window.window.activateWindow()
    window.window.canvas.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.window.canvas, timeout=5000)
    return lambda *key: qtbot.keyClick(window.window.canvas, *key)


def begin(window: Session, qtbot: QtBot, frame: int) -> None:
    state = window.state
    state.playback.seek(frame)
    qtbot.waitUntil(lambda: state.playback.frame == frame)
    video = state.document.video_row.key
    state.document.attempt(
        actions.new_object, state.document.who, video, frame, Box(10 + 3 * frame, 40, 32, 32), key="o", event="anomaly"
    )
    state.selection.select("o")


def test_forward_it_stops_where_it_is_lost(
    window: Session, qtbot: QtBot, press: Callable[..., None], saved: Callable[[], Document]
) -> None:
    state = window.state
    begin(window, qtbot, 5)
    said: list[str] = []
    state.document.told.connect(said.append)
    press(Qt.Key.Key_T)
    qtbot.waitUntil(lambda: not state.tracker.busy and bool(said), timeout=20_000)
    assert said[-1].startswith("Tracked ")
    assert "lost behind frame" in said[-1]
    document = saved()
    track = document.track("o")
    for n in range(6, 29):
        shown = track.at(n)
        assert shown is not None
        assert shown.box.iou(Box(10 + 3 * n, 40, 32, 32)) > 0.8, n
    assert track.at(35) is None
    assert len(track) < 12  # thinned to what it needs
    row = document.object("o")
    assert (row.model, row.verdict) == ("tracker", "undecided")
    assert row.score is not None
    assert row.score > 0.5
    (segment,) = document.segments("o")
    assert segment.start == 5
    assert 29 <= segment.stop <= 34
    press(Qt.Key.Key_Y)
    assert saved().object("o").verdict == "accepted"
    state.document.undo()
    state.document.undo()
    qtbot.waitUntil(lambda: len(state.document.document.track("o")) == 1)
    assert state.document.document.object("o").verdict == "accepted"


def test_backward_to_the_start_of_the_range(
    window: Session, qtbot: QtBot, press: Callable[..., None], saved: Callable[[], Document]
) -> None:
    state = window.state
    begin(window, qtbot, 25)
    state.playback.set_range((10, 30))
    press(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: len(state.document.document.track("o")) > 1, timeout=20_000)
    document = saved()
    track = document.track("o")
    assert track.at(9) is None
    assert track.at(10).box.iou(Box(40, 40, 32, 32)) > 0.8
    assert track.at(25).box == Box(85, 40, 32, 32)
    assert document.segments("o")[0].start == 10


def test_a_later_keyframe_stays_and_escape_stops(
    window: Session, qtbot: QtBot, press: Callable[..., None], saved: Callable[[], Document]
) -> None:
    state = window.state
    begin(window, qtbot, 5)
    state.document.attempt(actions.set_box, state.document.who, "o", 38, Box(150, 10, 20, 20))
    state.playback.set_range((0, 15))
    press(Qt.Key.Key_T)
    qtbot.waitUntil(lambda: len(state.document.document.track("o")) > 2, timeout=20_000)
    track = saved().track("o")
    assert track.at(14).box.iou(Box(52, 40, 32, 32)) > 0.8
    assert track.at(38).box == Box(150, 10, 20, 20)
    before = state.document.document.track("o").keyframes
    state.playback.set_range((0, 40))
    press(Qt.Key.Key_T)
    assert state.tracker.busy
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not state.tracker.busy, timeout=20_000)
    assert state.document.document.track("o").keyframes == before


def test_what_cannot_be_followed_is_one_sentence(window: Session, qtbot: QtBot, press: Callable[..., None]) -> None:
    state = window.state
    begin(window, qtbot, 35)
    state.document.attempt(actions.set_box, state.document.who, "o", 35, Box(10, 10, 2, 2))
    with qtbot.waitSignal(state.document.refused, timeout=20_000) as said:
        press(Qt.Key.Key_T)
    assert "too small" in said.args[0]
    assert len(state.document.document.track("o")) == 1
