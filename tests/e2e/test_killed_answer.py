"""The window dies while it answers: the question is there, with what was answered until a moment before, and so is the
one that was being typed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tvau_studio.services.projects import Project

WINDOW = """
import sys, threading
from PySide6.QtWidgets import QApplication, QPlainTextEdit
app = QApplication([])
from tvau_studio.gui import openers
from tvau_studio.gui.app import Session
from tvau_studio.services import asking
from tvau_studio.services.settings import Settings
class Slow(asking.Conversation):
    def __iter__(self):
        for n, piece in enumerate(super().__iter__()):
            yield piece
            if n == 2:
                threading.Event().wait(60)  # a large network on a small machine
asking.Conversation = Slow
settings = Settings()
settings["name"] = "ann"
settings["model"] = sys.argv[2]
session = Session(app, settings)
session.state.heat.stop()
talk = session.state.conversation
def ask():
    session.state.heat.stop()
    talk.ask("Is there any anomaly in the video?", 0, 8)
    session.window.findChild(QPlainTextEdit, "chatInput").setPlainText("And who is")
session.state.workspace.opened.connect(ask)
talk.turnChanged.connect(lambda n: print(len(talk.turns[n].answer), flush=True))
session.start(openers.project(sys.argv[1]))
app.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_killed_while_it_answers(tmp_path: Path, model_folder: Path) -> None:
    import numpy as np

    from tvau_studio.media.encoder import write_video

    write_video(tmp_path / "v.mp4", ((n / 10, np.full((48, 64, 3), 9 * n, np.uint8)) for n in range(12)))
    with Project.create(tmp_path / "p.tvau", person="ann") as project:
        project.add_videos([tmp_path / "v.mp4"])
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "TVAU_STUDIO_HOME": str(tmp_path / "home")}
    words = [sys.executable, "-c", WINDOW, str(tmp_path / "p.tvau"), str(model_folder)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as window:
        assert window.stdout is not None
        try:
            assert any(int(line) > 0 for line in window.stdout)  # the first words are on the screen
            with Project.open(tmp_path / "p.tvau", person="ann") as project:
                while not (lines := project.talks.lines()) or not lines[0].talk.draft or not _answer(project):
                    assert window.poll() is None
        finally:
            window.send_signal(signal.SIGKILL)
    with Project.open(tmp_path / "p.tvau", person="ann") as project:
        (line,) = project.talks.lines()
        (turn,) = project.talks.turns(line.talk.key)
        assert (turn.question, turn.state) == ("Is there any anomaly in the video?", "answering")
        assert turn.answer
        assert line.talk.draft == "And who is"


def _answer(project: Project) -> str:
    (line,) = project.talks.lines()
    return "".join(turn.answer for turn in project.talks.turns(line.talk.key))
