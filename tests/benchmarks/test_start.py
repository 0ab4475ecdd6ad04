"""From the command to the painted window, and to the first picture of a clip, beside a bare Qt window.

Run by itself on a quiet machine: pytest -m benchmark tests/benchmarks/test_start.py -s
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest

from tvau_studio.services.projects import Project

pytestmark = pytest.mark.benchmark

ROUNDS = 5

BARE = """
import sys
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
from PySide6.QtCore import QTimer
class Window(QMainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, lambda: (print("painted", flush=True), app.quit()))
app = QApplication([])
window = Window()
window.setCentralWidget(QLabel("bare"))
window.resize(1600, 1000)
window.show()
app.exec()
"""

LABELME = """
import os, sys
from PyQt5 import QtCore, QtWidgets
class Eye(QtCore.QObject):
    def eventFilter(self, watched, event):
        if event.type() == QtCore.QEvent.Paint and isinstance(watched, QtWidgets.QMainWindow):
            QtCore.QTimer.singleShot(0, lambda: (print("painted", flush=True), os._exit(0)))
        return False
eye, loop = Eye(), QtWidgets.QApplication.exec_
def run(*_):
    QtWidgets.QApplication.instance().installEventFilter(eye)
    return loop()
QtWidgets.QApplication.exec_ = QtWidgets.QApplication.exec = run
sys.argv = ["labelme"]
from labelme.__main__ import main
main()
"""

OURS = """
import gc, sys
gc.disable()
from PySide6.QtWidgets import QApplication
app = QApplication([])
from tvau_studio.gui import openers
from tvau_studio.gui.app import Session
session = Session(app)
session.window.painted.connect(lambda: print("painted", flush=True))
def shown(frame):
    print("picture", flush=True)
    app.quit()
session.state.playback.frameShown.connect(shown)
session.start(openers.of([sys.argv[1]]))
app.exec()
session.window.close()
"""


def seconds_to(compiled: Path, code: str, *words: str, python: str = sys.executable) -> dict[str, float]:
    """Seconds from the start of the interpreter to each line that it prints. compiled: where bytecode is kept, as an
    installed program has it."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(compiled)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    start = time.perf_counter()
    found: dict[str, float] = {}
    with subprocess.Popen([python, "-c", code, *words], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            found.setdefault(line.strip(), time.perf_counter() - start)
    assert process.returncode == 0
    return found


def test_command_to_picture_beside_labelme(
    tmp_path: Path, shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ours to the first picture of a clip / labelme's to its painted window: at most 0.8. The variable LABELME_PYTHON
    names the interpreter that has labelme."""
    python = os.environ.get("LABELME_PYTHON", "")
    if not python:
        pytest.skip("LABELME_PYTHON does not name an interpreter that has labelme")
    with Project.create(tmp_path / "p.tvau") as project:
        project.add_videos([shared_data / "tvau" / "01_0014-168_191.mp4"])
    ours, theirs = [], []
    for _ in range(ROUNDS + 1):  # in turn, so that both meet the same machine; the first compiles
        ours.append(seconds_to(tmp_path / "pyc", OURS, str(tmp_path / "p.tvau"))["picture"])
        theirs.append(seconds_to(tmp_path / "pyc", LABELME, python=python)["painted"])
    a, b = median(ours[1:]), median(theirs[1:])
    with capsys.disabled():
        print(f"\nto the first picture of a clip {a:.2f} s; labelme to its window {b:.2f} s: {a / b:.2f}")
    assert a / b <= 0.8


def test_command_to_window_and_to_first_picture(
    tmp_path: Path, shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Project.create(tmp_path / "p.tvau") as project:
        project.add_videos([shared_data / "tvau" / "01_0014-168_191.mp4"])
    bare, ours = [], []
    for _ in range(ROUNDS + 1):  # in turn, so that both meet the same machine; the first compiles
        bare.append(seconds_to(tmp_path / "pyc", BARE)["painted"])
        ours.append(seconds_to(tmp_path / "pyc", OURS, str(tmp_path / "p.tvau")))
    del bare[0], ours[0]
    painted = median(o["painted"] for o in ours)
    picture = median(o["picture"] for o in ours)
    with capsys.disabled():
        print(
            f"\nwindow painted after {painted:.2f} s, first picture after {picture:.2f} s; a bare Qt window after "
            f"{median(bare):.2f} s (medians of {ROUNDS}), that is {painted / median(bare):.2f} and "
            f"{picture / median(bare):.2f} times as long"
        )
    assert painted / median(bare) < 6
