"""The main job, as a person does it, in the real window with mouse and keys: open a real clip, see its heat, draw a
box, type its texts, undo, redo, ask, export, and read back what was written.

The network is a random one of the real classes: what it says is worth nothing, how it is said is what counts here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.gui.app import Session
from tvau_studio.services.projects import Project
from tvau_studio.services.settings import Settings

LEFT = Qt.MouseButton.LeftButton
SOON = 60_000


@pytest.fixture
def session(qapp: QApplication, qtbot: QtBot, model_folder: Path, tmp_path: Path) -> Iterator[Session]:
    settings = Settings(tmp_path / "settings.toml")
    settings["model"] = str(model_folder)
    settings["name"] = "ann"
    made = Session(qapp, settings)
    made.window.resize(1280, 800)
    qtbot.addWidget(made.window)
    yield made
    made.window.close()
    assert not made.studio.jobs.active()


def test_the_main_job(session: Session, shared_data: Path, tmp_path: Path, qtbot: QtBot) -> None:
    window, state = session.window, session.state

    def find(kind: type, name: str) -> QWidget:
        found = window.findChild(kind, name)
        assert found is not None, name
        return found

    def press(key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.keyClick(QApplication.focusWidget() or window, key, held)

    control = Qt.KeyboardModifier.ControlModifier

    # Open a real clip.
    clip = shared_data / "tvau" / "01_0014-168_191.mp4"

    def project_of_the_clip() -> Project:
        project = Project.create(tmp_path / "job.tvau", person="ann")
        project.add_videos([clip])
        return project

    with qtbot.waitSignals([state.workspace.opened, state.playback.frameShown], timeout=SOON):
        session.start(project_of_the_clip)
    window.activateWindow()
    assert state.playback.frames == 24
    assert find(QWidget, "clipList").model().rowCount() == 1

    # Its heat comes by itself, pair by pair, and is over the picture.
    qtbot.waitUntil(lambda: not np.isnan(state.heat.scores()).any() and len(state.heat.scores()) == 12, timeout=SOON)
    assert state.heat.map_at(state.playback.frame) is not None
    canvas = window.canvas
    hot = canvas.grab().toImage()
    canvas.setFocus()
    press(Qt.Key.Key_A)
    assert not state.heat.enabled
    assert canvas.grab().toImage() != hot
    press(Qt.Key.Key_A)

    # Go to a frame, draw a box on it.
    state.playback.seek(5)
    qtbot.waitUntil(lambda: state.playback.frame == 5, timeout=SOON)
    press(Qt.Key.Key_N)
    assert canvas.drawing
    a, b = canvas.view.to_widget(300, 120).toPoint(), canvas.view.to_widget(420, 260).toPoint()
    qtbot.mousePress(canvas, LEFT, pos=a)
    qtbot.mouseMove(canvas, QPoint((a.x() + b.x()) // 2, (a.y() + b.y()) // 2))
    qtbot.mouseMove(canvas, b)
    qtbot.mouseRelease(canvas, LEFT, pos=b)
    assert state.selection.row is not None
    key = state.selection.object
    assert find(QWidget, "objectTable").model().rowCount() == 1
    # A second keyframe: the box is dragged in another frame.
    state.playback.seek(15)
    qtbot.waitUntil(lambda: state.playback.frame == 15, timeout=SOON)
    middle = canvas.view.to_widget(360, 190).toPoint()
    qtbot.mousePress(canvas, LEFT, pos=middle)
    qtbot.mouseMove(canvas, middle + QPoint(30, 0))
    qtbot.mouseMove(canvas, middle + QPoint(80, 0))
    qtbot.mouseRelease(canvas, LEFT, pos=middle + QPoint(80, 0))
    assert [k.frame for k in state.document.document.track(key).keyframes] == [5, 15]

    # Say what it is and does.
    event = find(QComboBox, "eventBox")
    event.setFocus()
    for _ in range(event.findText("person riding bicycle")):
        press(Qt.Key.Key_Down)
    assert event.currentText() == "person riding bicycle"
    for name, text in (("appearanceEdit", "A young man in a white shirt"), ("motionEdit", "rides a bicycle")):
        field = find(QPlainTextEdit, name)
        field.setFocus()
        qtbot.waitUntil(lambda field=field: QApplication.focusWidget() is field)
        qtbot.keyClicks(field, text)

    # Undo and redo, by their keys.
    motion = find(QPlainTextEdit, "motionEdit")
    press(Qt.Key.Key_Z, control)
    qtbot.waitUntil(lambda: motion.toPlainText() == "", timeout=SOON)
    qtbot.waitUntil(lambda: state.document.redo_label == "Edit motion", timeout=SOON)
    press(Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: motion.toPlainText() == "rides a bicycle", timeout=SOON)

    # Ask about a range.
    state.playback.set_range((4, 12))
    field = find(QPlainTextEdit, "chatInput")
    field.setFocus()
    qtbot.keyClicks(field, "Is there any anomaly in the video?")
    press(Qt.Key.Key_Return)
    talk = state.conversation
    qtbot.waitUntil(lambda: len(talk.turns) == 1 and not talk.busy, timeout=SOON)
    assert talk.turns[0].state == "done", talk.turns[0].error
    assert talk.turns[0].frames == (4, 12)
    assert find(QWidget, "turnAnswer").toPlainText() == talk.turns[0].answer

    # Export everything, and read it back.
    window.canvas.setFocus()
    press(Qt.Key.Key_E, control)
    dialog = find(QWidget, "exportDialog")
    out = tmp_path / "labels.jsonl"
    dialog.findChild(QLineEdit, "exportPath").setText(str(out))
    clips = dialog.findChild(QComboBox, "exportState")
    clips.setCurrentIndex(clips.findData("all"))
    go = dialog.findChild(QPushButton, "dialogGo")
    text = dialog.findChild(QLabel, "previewText")
    qtbot.waitUntil(lambda: go.isEnabled() and "1 clip with 1 object" in text.text(), timeout=SOON)
    qtbot.mouseClick(go, LEFT)
    qtbot.waitUntil(out.is_file, timeout=SOON)
    (line,) = [json.loads(row) for row in out.read_text(encoding="utf-8").splitlines()]
    assert line["frames"] == [0, 24]
    assert line["size"] == [476, 868]
    assert line["anomaly"] is True
    (thing,) = line["objects"]
    assert thing["event"] == "person riding bicycle"
    assert (thing["appearance"], thing["motion"]) == ("A young man in a white shirt", "rides a bicycle")
    assert thing["keyframes"] == [5, 15]
    boxes = {row[0]: row[1:] for row in thing["boxes"]}
    assert min(boxes) == 5
    np.testing.assert_allclose(boxes[5], (300, 120, 120, 140), atol=3)
    assert boxes[15][0] > boxes[10][0] > boxes[5][0]
    assert "bicycle" in line["messages"][1]["content"][0]["text"]

    # What was done is in the project when the window is gone.
    project = state.studio.project
    assert project is not None
    path = project.path
    assert path is not None
    window.close()
    qtbot.waitUntil(lambda: not session.studio.jobs.active(), timeout=SOON)
    with Project.open(path) as again:
        copy = tmp_path / "again.jsonl"
        again.export("jsonl", copy, state="all")
        assert copy.read_bytes() == out.read_bytes()
        with Project.create(tmp_path / "empty.tvau") as empty:
            empty.import_("jsonl", out)
            empty.export("jsonl", copy, state="all")
            assert copy.read_bytes() == out.read_bytes()
