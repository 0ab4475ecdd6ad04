"""What a person is told where the open video's file goes, changes or grows, and where it takes long to be read."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain.paths import cache_folder
from tvau_studio.gui.app import Session
from tvau_studio.gui.player.file_bar import FileBar
from tvau_studio.gui.player.notice import Notice
from tvau_studio.gui.state import State, file_watch
from tvau_studio.media import packet_table
from tvau_studio.media.video import Video
from tvau_studio.services.projects import Project

Widget = Callable[[str], QWidget]


@pytest.fixture
def video_file(tmp_path: Path, make_video: Callable[..., Path]) -> Path:
    """One that a test may do anything to."""
    return make_video(tmp_path / "own.mp4")


def looked(state: State, qtbot: QtBot, found: str) -> None:
    def look() -> bool:
        state.file.look()
        return state.file.found == found

    qtbot.waitUntil(look, timeout=10_000)


def press(qtbot: QtBot, widget: QWidget, name: str) -> None:
    def shown() -> list[QPushButton]:
        return [b for b in widget.findChildren(QPushButton) if b.text() == name and b.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()), timeout=10_000)
    shown()[0].click()


def test_a_file_that_goes_and_comes_back_while_one_looks_at_it(
    state: State, qtbot: QtBot, widget: Widget, video_file: Path, tmp_path: Path
) -> None:
    bar = widget("fileBar")
    assert isinstance(bar, FileBar)
    assert bar.text == ""
    video_file.rename(tmp_path / "away.mp4")
    looked(state, qtbot, "gone")
    assert bar.text.startswith(f"{video_file.name} is not there any more.")
    state.playback.seek(3)  # what can be had still is
    qtbot.waitUntil(lambda: state.playback.frame == 3, timeout=10_000)
    (tmp_path / "away.mp4").rename(video_file)
    looked(state, qtbot, "same")
    assert bar.text == ""


def test_a_recording_that_grows_is_read_again_where_one_was(
    window: Session, qtbot: QtBot, widget: Widget, video_file: Path, tmp_path: Path, make_video: Callable[..., Path]
) -> None:
    state = window.state
    state.playback.seek(7)
    qtbot.waitUntil(lambda: state.playback.frame == 7, timeout=10_000)
    longer = make_video(tmp_path / "longer.mp4", 46)
    with longer.open("rb") as source, video_file.open("r+b") as target:  # the same file, and longer
        shutil.copyfileobj(source, target)
    looked(state, qtbot, "grown")
    bar = widget("fileBar")
    assert "it is being recorded" in bar.text
    with qtbot.waitSignal(state.workspace.opened, timeout=20_000):
        press(qtbot, bar, "Read it again")
    qtbot.waitUntil(lambda: state.playback.frame == 7, timeout=10_000)
    assert state.playback.frames == 46
    qtbot.waitUntil(lambda: state.document.saved, timeout=10_000)
    assert state.document.video_row.frames == 46
    assert bar.text == ""
    with video_file.open("ab") as file:
        file.write(bytes(10))
    looked(state, qtbot, "same")  # it goes on growing: no word for a while


def test_a_disk_that_does_not_answer(
    state: State, qtbot: QtBot, widget: Widget, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = threading.Event()
    monkeypatch.setattr(Video, "look", lambda self: answer.wait(30) and "same")
    monkeypatch.setattr(file_watch, "_PATIENCE", 0.0)
    looked(state, qtbot, "silent")
    assert "does not answer; retry once it is back" in widget("fileBar").text
    answer.set()
    qtbot.waitUntil(lambda: state.file.found == "same", timeout=10_000)


def test_a_long_file_tells_how_far_it_is_read_and_can_be_stopped(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, project_file: Path
) -> None:
    shutil.rmtree(cache_folder() / "indexes")
    monkeypatch.setattr(packet_table, "_LOOK", 4)
    session.window.show()
    state, notice = session.state, session.window.findChild(Notice)
    go_on = threading.Event()
    at = packet_table.Watch.at

    def slow(self: packet_table.Watch, done: int) -> None:
        at(self, done)
        if self._told >= 50:
            go_on.wait(20)

    monkeypatch.setattr(packet_table.Watch, "at", slow)
    session.start(lambda: Project.open(project_file, person="ann"))
    qtbot.waitUntil(lambda: notice.isVisible() and "%" in notice._text.text(), timeout=20_000)
    assert notice.title == "Reading the video, this once …"
    with qtbot.waitSignal(state.workspace.videoFailed, timeout=20_000):
        press(qtbot, notice, "Stop")
        go_on.set()
    assert "you stopped it" in notice._text.text()
    with qtbot.waitSignal(state.playback.frameShown, timeout=20_000):
        press(qtbot, notice, "Retry")
    assert state.playback.frame == 0
