"""The card over the timeline: the picture of the place under the pointer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.gui.app import Session
from tvau_studio.gui.state import State
from tvau_studio.gui.timeline.hover_card import HoverCard
from tvau_studio.gui.timeline.widget import Timeline
from tvau_studio.services.projects import Project

LONG = 600


@pytest.fixture
def long_video(session: Session, qtbot: QtBot, tmp_path: Path, make_video: Callable[..., Path]) -> State:
    """A window on a video that is longer than what is read ahead; its pictures' grey tells their number, modulo 40."""
    from tvau_studio.media.encoder import write_video

    path = tmp_path / "long.mp4"
    write_video(path, ((n / 25, np.full((96, 160, 3), 16 + 5 * (n % 40), np.uint8)) for n in range(LONG)))
    with Project.create(tmp_path / "p.tvau") as project:
        project.add_videos([path], clips="whole")
    state = session.state
    with qtbot.waitSignals([state.workspace.opened, state.playback.frameShown], timeout=20_000):
        session.start(lambda: Project.open(tmp_path / "p.tvau"))
    return state


def test_it_tells_of_the_frame_under_the_pointer(long_video: State, session: Session, qtbot: QtBot) -> None:
    state = long_video
    timeline = session.window.findChild(QWidget, "timeline")
    assert isinstance(timeline, Timeline)
    card = session.window.findChild(QWidget, "hoverCard")
    assert isinstance(card, HoverCard)

    def at(frame: int) -> QPoint:
        return QPoint(round(timeline.layout_now().gutter + timeline.scale.x(frame + 0.5)), 40)

    def level() -> int:
        image = card._picture.pixmap().toImage()
        return image.pixelColor(image.width() // 2, image.height() // 2).green()

    qtbot.mouseMove(timeline, at(100))
    qtbot.mouseMove(timeline, at(477))
    assert card.isVisible()
    frame = int(card._number.text())
    assert abs(frame - 477) <= 2
    assert card._time.text() == f"00:{frame / 25:06.3f}"
    assert card._score.text() == "no heat yet"
    assert state.playback.frame == 0  # nothing is sought
    place = frame - frame % max(1, LONG // 240)
    qtbot.waitUntil(lambda: abs(level() - (16 + 5 * (place % 40))) <= 3, timeout=20_000)
    # It keeps within the timeline and above it.
    assert card.mapTo(session.window, QPoint(0, 0)).y() + card.height() <= timeline.mapTo(session.window, QPoint()).y()
    state.heat.scores()[frame // 2] = 0.25
    qtbot.mouseMove(timeline, at(476))
    qtbot.mouseMove(timeline, QPoint(at(frame).x(), 41))
    assert card._score.text() == "score 0.25"
    # Over the lanes it goes; while one drags the playhead it stays, and the picture follows.
    qtbot.mouseMove(timeline, QPoint(at(300).x(), timeline.height() - 30))
    assert card.isHidden()
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=QPoint(at(300).x(), 8))
    qtbot.mouseMove(timeline, QPoint(at(400).x(), 8))
    assert card.isVisible()
    shown = int(card._number.text())
    qtbot.waitUntil(lambda: state.playback.frame == shown, timeout=20_000)
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=QPoint(at(400).x(), 8))
    card.leave()
