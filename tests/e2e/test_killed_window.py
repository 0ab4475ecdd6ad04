"""The window dies in the middle of an edit: what was said to be saved is there, and the project is sound."""

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
from PySide6.QtWidgets import QApplication
app = QApplication([])
from tvau_studio.domain import actions
from tvau_studio.domain.geometry import Box
from tvau_studio.gui import openers
from tvau_studio.gui.app import Session
session = Session(app)
document = session.state.document
def edit():
    row = document.video_row
    document.attempt(actions.new_object, document.who, row.key, 0, Box(10, 10, 20, 20))
def status():
    if document.video_row is not None and document.saved:
        print(len(document.document.objects(document.video_row.key)), flush=True)
        edit()
document.undoChanged.connect(status)
session.state.workspace.opened.connect(edit)
session.start(openers.project(sys.argv[1]))
app.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_killed_in_the_middle_of_an_edit(tmp_path: Path) -> None:
    import numpy as np

    from tvau_studio.media.encoder import write_video

    write_video(tmp_path / "v.mp4", ((n / 10, np.full((48, 64, 3), 9 * n, np.uint8)) for n in range(12)))
    with Project.create(tmp_path / "p.tvau") as project:
        project.add_videos([tmp_path / "v.mp4"])
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    words = [sys.executable, "-c", WINDOW, str(tmp_path / "p.tvau")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as window:
        assert window.stdout is not None
        saved = 0
        for line in window.stdout:
            saved = int(line)
            if saved >= 5:
                break  # the next edit is being made at this moment
        window.send_signal(signal.SIGKILL)
        saved = max([saved, *map(int, window.stdout.read().split())])
    with Project.open(tmp_path / "p.tvau") as project:
        objects = project.objects
        assert saved <= len(objects) <= saved + 1
        document = project.document()
        assert all(len(document.track(o.key)) == 1 for o in objects)
        assert project.undo_label == "New object"
        assert project.undo() is not None
    done = subprocess.run(
        [sys.executable, "-m", "tvau_studio", "db", "check", str(tmp_path / "p.tvau")], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
