from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent, QImage, QKeySequence
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio import cli
from tvau_studio.domain import actions
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.geometry import Box
from tvau_studio.gui import files, openers
from tvau_studio.gui.app import Session
from tvau_studio.gui.commands import COMMANDS, MENUS
from tvau_studio.gui.state import State
from tvau_studio.services.projects import Project

NAMES = """
mainWindow player heatmapToggle heatmapOpacity heatmapThreshold colormapBox playButton frameSpin speedBox rangeStart
rangeEnd modelLabel statusBar
"""


def test_main_widgets_are_found_by_name_and_named_for_people(window: Session) -> None:
    top = window.window
    for name in NAMES.split():
        found = top if name == "mainWindow" else top.findChild(QWidget, name)
        assert found is not None, name
        assert found.accessibleName(), name
    for name in ("undoAction", "redoAction", "exportAction", "importAction"):
        action = top.findChild(QAction, name)
        assert action is not None, name
        assert action.text(), name
        assert not action.shortcut().isEmpty(), name


# -- commands


def test_no_key_means_two_things_and_every_command_has_a_menu() -> None:
    keys = [QKeySequence(k).toString() for c in COMMANDS for k in c.keys]
    assert all(keys)
    assert len(keys) == len(set(keys))
    assert len({c.name for c in COMMANDS}) == len(COMMANDS)
    assert {c.menu for c in COMMANDS} == set(MENUS)


def test_what_is_possible_can_be_asked_with_nothing_open(session: Session) -> None:
    for command in COMMANDS:
        for ask in (command.enabled, command.checked):
            assert ask is None or ask(session.window) in (True, False), command.name


def press(qtbot: QtBot, session: Session, key: str) -> None:
    """Press keys as a person does: on what has the focus, else on the picture."""
    target = QApplication.focusWidget() or session.window.canvas
    qtbot.keySequence(target, QKeySequence(key))


@pytest.fixture
def active(window: Session, qtbot: QtBot) -> Session:
    window.window.activateWindow()
    window.window.canvas.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.window.canvas, timeout=5000)
    return window


def test_keys_step_seek_and_set_the_range(active: Session, qtbot: QtBot) -> None:
    playback = active.state.playback

    def goes_to(key: str, frame: int) -> None:
        press(qtbot, active, key)
        qtbot.waitUntil(lambda: playback.frame == frame, timeout=10_000)

    goes_to("Right", 1)
    goes_to("F", 2)
    goes_to("D", 1)
    goes_to("V", 11)
    goes_to("Shift+Right", 36)
    press(qtbot, active, "O")
    goes_to("C", 26)
    press(qtbot, active, "I")
    assert playback.range == (26, 37)
    goes_to("Home", 0)
    goes_to("End", 39)
    press(qtbot, active, "Ctrl+L")
    assert playback.loop
    press(qtbot, active, "Shift+I")
    assert playback.range == (0, 24)


def test_letters_are_text_while_one_types(active: Session, qtbot: QtBot, widget: Callable[[str], QWidget]) -> None:
    heat = active.state.heat
    shown = heat.enabled
    press(qtbot, active, "A")
    assert heat.enabled is not shown
    press(qtbot, active, "G")
    spin = widget("frameSpin")
    assert isinstance(spin, QSpinBox)
    assert QApplication.focusWidget() is spin
    qtbot.keyClicks(spin, "12")
    assert active.state.playback.frame == 0
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: active.state.playback.frame == 12, timeout=10_000)
    active.window.palette_field.setFocus()
    qtbot.keyClicks(active.window.palette_field, "a")
    assert heat.enabled is not shown
    assert active.window.palette_field.text() == "a"


def test_new_box_by_key_and_mouse_then_undo_by_key(active: Session, qtbot: QtBot) -> None:
    canvas, state = active.window.canvas, active.state
    press(qtbot, active, "N")
    assert canvas.drawing
    a, b = (canvas.view.to_widget(*p).toPoint() for p in ((20, 20), (70, 60)))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=a)
    qtbot.mouseMove(canvas, b)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=b)
    key = state.selection.object
    assert key is not None
    press(qtbot, active, "1")
    event = state.document.document.segments(key)[0].event
    assert event == state.document.document.event_classes[0].key
    for _ in range(2):
        with qtbot.waitSignal(state.document.went, timeout=10_000):
            press(qtbot, active, "Ctrl+Z")
    assert state.selection.object is None
    assert ("object", key) not in state.document.document


def test_absent_occluded_and_whole_object(active: Session, qtbot: QtBot) -> None:
    state = active.state
    row = state.document.video_row
    state.document.attempt(actions.new_object, state.document.who, row.key, 0, Box(5, 5, 20, 20), key="b" * 32)
    state.selection.select("b" * 32)
    track = state.document.document.track
    press(qtbot, active, "V")
    qtbot.waitUntil(lambda: state.playback.frame == 10, timeout=10_000)
    press(qtbot, active, "Q")
    assert track("b" * 32).at(10).occluded
    press(qtbot, active, "V")
    qtbot.waitUntil(lambda: state.playback.frame == 20, timeout=10_000)
    press(qtbot, active, "Del")
    assert track("b" * 32).at(20) is None
    assert track("b" * 32).at(19) is not None
    press(qtbot, active, "E")
    qtbot.waitUntil(lambda: state.playback.frame == 10, timeout=10_000)
    press(qtbot, active, "Shift+Del")
    assert ("object", "b" * 32) not in state.document.document


def test_a_held_key_shows_the_bare_picture(active: Session, qtbot: QtBot) -> None:
    canvas, state = active.window.canvas, active.state
    row = state.document.video_row
    state.document.attempt(actions.new_object, state.document.who, row.key, 0, Box(5, 5, 60, 50), key="b" * 32)
    before = canvas.grab().toImage()
    qtbot.keyPress(canvas, Qt.Key.Key_B)
    assert canvas.grab().toImage() != before
    qtbot.keyRelease(canvas, Qt.Key.Key_B)
    assert canvas.grab().toImage() == before


def test_what_cannot_be_written_is_not_lost_in_silence(
    window: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, project = window.state, window.studio.project

    def full(_: object) -> int:
        raise StudioError("{path} cannot be written: the disk is full.", path="yard.tvau")

    monkeypatch.setattr(project, "commit", full)
    row = state.document.video_row
    with qtbot.waitSignal(state.document.stalled, timeout=10_000):
        state.document.attempt(actions.new_object, state.document.who, row.key, 0, Box(5, 5, 60, 50), key="b" * 32)
    assert "the disk is full" in window.window.messages.text
    assert ("object", "b" * 32) in state.document.document
    assert not window.window.close()
    assert "would be lost" in window.window.messages.text
    monkeypatch.undo()
    state.document.retry()
    qtbot.waitUntil(lambda: state.document.saved, timeout=10_000)
    assert ("object", "b" * 32) in project.document()


def test_the_palette_finds_and_does(active: Session, qtbot: QtBot) -> None:
    field = active.window.palette_field
    press(qtbot, active, "Ctrl+K")
    qtbot.keyClicks(field, "nine reg")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert active.state.look.grid
    assert not field.text()
    clip = active.state.workspace.clips[2]
    press(qtbot, active, "Ctrl+K")
    qtbot.keyClicks(field, clip.id)
    with qtbot.waitSignal(active.state.workspace.opened, timeout=10_000):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert active.state.workspace.clip == clip.key


# -- widgets and states follow each other


def test_the_card_and_the_transport_drive_the_state(
    state: State, qtbot: QtBot, widget: Callable[[str], QWidget]
) -> None:
    widget("heatmapOpacity").setValue(25)
    widget("heatmapThreshold").setValue(75)
    assert (state.heat.opacity, state.heat.threshold) == (0.25, 0.75)
    box = widget("colormapBox")
    assert isinstance(box, QComboBox)
    qtbot.keyClicks(box, "v")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert state.studio.settings["heat_opacity"] == 0.25
    widget("rangeStart").setValue(5)
    widget("rangeEnd").setValue(9)
    assert state.playback.range == (5, 9)
    speed = widget("speedBox")
    assert isinstance(speed, QComboBox)
    speed.setCurrentIndex(speed.findData(2.0))
    speed.activated.emit(speed.currentIndex())
    assert state.playback.speed == 2.0
    widget("frameSpin").setValue(7)
    qtbot.waitUntil(lambda: state.playback.frame == 7, timeout=10_000)
    play = widget("playButton")
    assert isinstance(play, QToolButton)
    qtbot.mouseClick(play, Qt.MouseButton.LeftButton)
    assert state.playback.playing
    assert play.accessibleName() == "Pause"


def test_the_status_bar_says_where_and_whether_it_is_saved(window: Session, qtbot: QtBot) -> None:
    status = window.window.status
    assert status.video.text() == "160 × 96 · 25 fps · H.264"
    assert status.place.text() == "Frame 0 · pair 0"
    assert status.saved.text() == "Saved ✓"
    assert status.person.text() == "ann"
    row = window.state.document.video_row
    who = window.state.document.who
    window.state.document.attempt(actions.new_object, who, row.key, 0, Box(5, 5, 20, 20))
    assert status.saved.text() == "Saving …"
    assert status.undo.text() == "Undo: new object (Ctrl Z)"
    qtbot.waitUntil(lambda: status.saved.text() == "Saved ✓", timeout=10_000)


def test_without_a_model_the_window_says_so_and_works(window: Session) -> None:
    assert window.state.workspace.model_state == "none"
    label = window.window.findChild(QToolButton, "modelLabel")
    assert "not installed" in label.text()
    assert "no-model" in label.toolTip()
    assert window.window.player.card.note.text() == "No heat: the model is not installed."
    assert "no-model" in window.window.player.card.note.toolTip()


# -- nothing, wrong, missing


def texts(session: Session) -> str:
    notice = session.window.player.notice
    return " | ".join(w.text() for w in [*notice.findChildren(QLabel), *notice.findChildren(QPushButton)])


def test_with_nothing_open_it_says_what_to_do(session: Session, qtbot: QtBot) -> None:
    session.start(None)
    qtbot.waitUntil(lambda: session.studio.models.state != "unknown", timeout=10_000)
    assert session.window.player.notice.isVisible()
    assert "No project is open" in texts(session)
    assert "Add videos" in texts(session)


def test_a_project_that_cannot_be_opened_is_one_sentence(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(session.state.workspace.failed, timeout=10_000):
        session.start(openers.of([tmp_path / "none.tvau"]))
    assert "none.tvau" in session.window.messages.text
    assert session.window.messages.isVisible()
    assert session.error is not None
    assert session.studio.project is None


def test_another_project_that_cannot_be_opened_leaves_what_is_open(window: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.state.workspace.failed, timeout=10_000):
        files.take_paths(window.window, [Path("/no/such/project.tvau")])
    assert window.state.workspace.name == "yard"
    assert window.state.playback.frame == 0


def test_a_missing_video_is_a_designed_state(session: Session, qtbot: QtBot, tmp_path: Path, make_video) -> None:
    path = make_video(tmp_path / "short.mp4", 6)
    with Project.create(tmp_path / "p.tvau") as project:
        project.add_videos([path])
    path.unlink()
    with qtbot.waitSignal(session.state.workspace.videoFailed, timeout=10_000):
        session.start(openers.of([tmp_path / "p.tvau"]))
    assert "The video is not there" in texts(session)
    assert "Choose the file" in texts(session)
    assert "Retry" in texts(session)
    make_video(path, 6)
    retry = next(b for b in session.window.player.notice.findChildren(QPushButton) if b.text() == "Retry")
    with qtbot.waitSignal(session.state.playback.frameShown, timeout=10_000):
        qtbot.mouseClick(retry, Qt.MouseButton.LeftButton)
    assert not session.window.player.notice.isVisible()


def test_files_that_are_dropped_are_added(window: Session, qtbot: QtBot, tmp_path: Path, make_video) -> None:
    path = make_video(tmp_path / "张伟 的视频.mp4", 6)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(window.state.workspace.added, timeout=10_000):
        window.window.dropEvent(event)
    qtbot.waitUntil(lambda: window.state.playback.frames == 6, timeout=10_000)
    assert "1 video added" in window.window.messages.text


def test_a_file_that_is_no_video_is_one_sentence(window: Session, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "text.mp4"
    path.write_text("no video at all", encoding="utf-8")
    with qtbot.waitSignal(window.state.workspace.failed, timeout=10_000):
        files.take_paths(window.window, [path])
    assert "text.mp4" in window.window.messages.text
    assert len(window.state.workspace.clips) == 3


def test_the_same_videos_open_the_same_untitled_project(qtbot: QtBot, tmp_path: Path, video_file: Path) -> None:
    names = []
    for _ in range(2):
        with openers.of([video_file])() as project:
            names.append(project.path)
            assert len(project.videos) == 1
    assert names[0] == names[1]


def test_the_message_bar_offers_a_step_and_details(window: Session, qtbot: QtBot) -> None:
    bar, done = window.window.messages, []
    bar.tell("bad", "It broke.", step=("Mend it", lambda: done.append(1)), details="line 1")
    assert bar.text == "It broke."
    buttons = {b.text(): b for b in bar.findChildren(QPushButton)}
    qtbot.mouseClick(buttons["Details"], Qt.MouseButton.LeftButton)
    assert bar._details.isVisible()
    qtbot.mouseClick(buttons["Mend it"], Qt.MouseButton.LeftButton)
    assert done == [1]
    assert bar.text == ""


def test_the_context_menu_holds_what_is_possible(window: Session, qtbot: QtBot) -> None:
    canvas, seen = window.window.canvas, []
    canvas.menuWanted.connect(seen.append)
    canvas.menuWanted.emit(QPoint(5, 5))
    popup = QApplication.activePopupWidget()
    assert popup is not None
    assert "New box" in [a.text() for a in popup.actions()]
    popup.close()


# -- the start

LIGHT_START = """
import json, sys
from PySide6.QtWidgets import QApplication
app = QApplication([])
from tvau_studio.gui import files, openers
from tvau_studio.gui.app import Session
from tvau_studio.services.settings import Settings
session = Session(app, Settings())
heavy = ("torch", "transformers", "cv2", "sqlalchemy", "scipy", "sklearn", "av")
found = {}
session.window.painted.connect(lambda: found.update(painted=[m for m in heavy if m in sys.modules]))
def shown(n):
    found.setdefault("picture", [m for m in heavy if m in sys.modules])
    app.quit()
session.state.playback.frameShown.connect(shown)
session.state.workspace.failed.connect(lambda error: (print(error), app.quit()))
session.start(openers.of([sys.argv[1]]))
app.exec()
session.window.close()
print(json.dumps(found))
"""


def test_nothing_heavy_is_loaded_before_the_window_nor_before_the_first_picture(project_file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIGHT_START, str(project_file)], capture_output=True, text=True, check=True, timeout=120
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["painted"] == []
    assert set(found["picture"]) == {"sqlalchemy", "av"}


def test_a_picture_of_the_window(project_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "w.png"
    words = [str(project_file), "--at-frame", "12", "--screenshot", str(out), "--size", "1280x720"]
    done = subprocess.run(
        [sys.executable, "-m", "tvau_studio", *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr
    image = QImage(str(out))
    assert (image.width(), image.height()) == (1280, 720)
    assert len({image.pixelColor(x, y).name() for x in range(0, 1280, 20) for y in range(0, 720, 20)}) > 8


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--size", "big"], 2, "WIDTHxHEIGHT"),
        (["--at-frame", "-3"], 2, "frames count from 0"),
        (["--project", "a.tvau", "b.mp4"], 2, "not both"),
        (["/no/such.mp4"], 1, "does not exist"),
    ],
)
def test_wrong_words_are_refused_before_a_window_opens(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == code
    assert said in capsys.readouterr().err


def test_the_card_is_as_high_as_what_is_in_it_with_and_without_a_note(window: Session) -> None:
    card = window.window.player.card
    card._show_note()
    assert not card.note.isHidden()  # there is no model
    with_note = card.height()
    card.note.hide()
    card._fit()
    assert 80 < card.height() < with_note
