"""The window is killed while somebody types: what was typed is there when the project is opened again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tvau_studio.services.projects import Project

WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit
app = QApplication([])
from tvau_studio.gui import openers
from tvau_studio.gui.app import Session
session = Session(app)
state, window = session.state, session.window
thing = sys.argv[2]
def type_():
    state.selection.select(thing)
    field = window.findChild(QPlainTextEdit, "appearanceEdit")
    field.setFocus()
    QTest.keyClicks(field, "a man in a r")
    print("typed", flush=True)  # no pause: nothing of it is an Edit yet
def wait():
    document = state.document
    if document.saved and document.document.object(thing).appearance_en:
        print(document.document.object(thing).appearance_en, flush=True)
        window.close()
        app.quit()
if sys.argv[3] == "type":
    state.workspace.opened.connect(type_)
else:
    timer = QTimer()
    timer.timeout.connect(wait)
    state.workspace.opened.connect(lambda: timer.start(20))
session.start(openers.project(sys.argv[1]))
app.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_what_was_typed_when_the_window_was_killed_comes_back(tmp_path: Path) -> None:
    import numpy as np

    from tvau_studio.domain import actions
    from tvau_studio.domain.geometry import Box
    from tvau_studio.media.encoder import write_video

    write_video(tmp_path / "v.mp4", ((n / 10, np.full((48, 64, 3), 9 * n, np.uint8)) for n in range(12)))
    path, thing = tmp_path / "p.tvau", "a" * 32
    with Project.create(path) as project:
        project.add_videos([tmp_path / "v.mp4"])
        video = project.videos[0].key
        project.commit(actions.new_object(project.document(), project.who, video, 0, Box(1, 1, 9, 9), key=thing))
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "TVAU_STUDIO_HOME": str(tmp_path / "home")}
    words = [sys.executable, "-c", WINDOW, str(path), thing]
    with subprocess.Popen([*words, "type"], stdout=subprocess.PIPE, text=True, env=environment) as window:
        assert window.stdout is not None
        assert window.stdout.readline() == "typed\n"
        window.send_signal(signal.SIGKILL)
    with Project.open(path) as project:
        assert project.document().object(thing).appearance_en == ""
    again = subprocess.run([*words, "look"], capture_output=True, text=True, env=environment, check=False, timeout=120)
    assert again.stdout == "a man in a r\n", again.stderr
    with Project.open(path) as project:
        assert project.document().object(thing).appearance_en == "a man in a r"
        assert project.undo_label == "Edit appearance"
