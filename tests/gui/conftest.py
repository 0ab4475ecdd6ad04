"""A window as a person has it: a real project on disk, real small videos, the real lanes.

`session` is one window; it is closed, and has to close without leaving anything, when the test ends. Tests that need no
model name none that exists, so that nothing heavy is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.paths import config_folder
from tvau_studio.gui.app import Session
from tvau_studio.gui.docks._chat_panel import ChatPanel
from tvau_studio.gui.state import State
from tvau_studio.gui.state.turns import Turn
from tvau_studio.services.asking import Evidence, Reply
from tvau_studio.services.projects import Project
from tvau_studio.services.settings import Settings

FRAMES, SIZE, RATE = 40, (96, 160), 25.0


def grey(n: int) -> int:
    """How bright picture n is."""
    return 16 + 5 * n


@pytest.fixture(scope="session")
def number_of() -> Callable[[np.ndarray], int]:
    """number_of(picture): which picture of `make_video` it is."""
    return lambda picture: round((float(picture[8:-8, 8:-8].mean()) - 16) / 5)


@pytest.fixture(scope="session")
def make_video() -> Callable[..., Path]:
    """make_video(path, frames, times): a video whose pictures carry their number in their brightness."""
    return _make_video


def _make_video(path: Path, frames: int = FRAMES, times: list[float] | None = None) -> Path:
    from tvau_studio.media.encoder import write_video

    def pictures() -> Iterator[tuple[float, np.ndarray]]:
        for n in range(frames):
            yield (times[n] if times else n / RATE), np.full((*SIZE, 3), grey(n), np.uint8)

    write_video(path, pictures())
    return path


@pytest.fixture(scope="session")
def video_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _make_video(tmp_path_factory.mktemp("videos") / "yard.mp4")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(tmp_path / "settings.toml")
    made["model"] = str(tmp_path / "no-model")
    made["name"] = "ann"
    made["theme"] = "dark"
    return made


@pytest.fixture
def project_file(tmp_path: Path, video_file: Path) -> Path:
    """A project with one video and two clips of it, 0:24 and 12:36 ... as ``24/12`` cuts it."""
    path = tmp_path / "yard.tvau"
    with Project.create(path, person="ann") as project:
        project.add_videos([video_file], clips="24/12")
    return path


@pytest.fixture
def session(qapp: QApplication, qtbot: QtBot, settings: Settings) -> Iterator[Session]:
    """A window with nothing open, not yet shown; of its usual size, whatever the one of another test was."""
    (config_folder() / "window.ini").unlink(missing_ok=True)
    made = Session(qapp, settings)
    qtbot.addWidget(made.window)
    yield made
    made.window.close()
    assert not made.studio.jobs.active()


@pytest.fixture
def window(session: Session, qtbot: QtBot, project_file: Path) -> Session:
    """The window on `project_file`, with the first picture of its first clip shown."""
    with qtbot.waitSignals([session.state.workspace.opened, session.state.playback.frameShown], timeout=20_000):
        session.start(lambda: Project.open(project_file, person="ann"))
    qtbot.waitUntil(lambda: session.studio.models.state != "unknown", timeout=20_000)
    return session


@pytest.fixture
def state(window: Session) -> State:
    return window.state


@pytest.fixture
def saved(state: State, qtbot: QtBot) -> Callable[[], Document]:
    """saved(): waits until everything is committed; the rows as another program reads them from the file."""

    def wait() -> Document:
        qtbot.waitUntil(lambda: state.document.saved, timeout=10_000)
        project = state.studio.project
        assert project is not None
        assert project.path is not None
        with Project.open(project.path, person="someone else") as other:
            return other.document()

    return wait


@pytest.fixture
def widget(window: Session) -> Callable[[str], QWidget]:
    """widget(objectName)."""

    def find(name: str) -> QWidget:
        found = window.window.findChild(QWidget, name)
        assert found is not None, name
        return found

    return find


@pytest.fixture
def with_model(settings: Settings, model_folder: Path) -> Settings:
    """Name it before `window`: the window then has a model."""
    settings["model"] = str(model_folder)
    return settings


@pytest.fixture
def panel(window: Session) -> ChatPanel:
    """The pane in which one asks."""
    found = window.window.findChild(ChatPanel)
    assert found is not None
    return found


@pytest.fixture
def told(state: State) -> Callable[..., Turn]:
    """told(answer, *evidence, anomaly, question): a turn as the conversation holds it once it was answered."""

    def tell(answer: str, *evidence: Evidence, anomaly: bool | None = True, question: str = "?") -> Turn:
        frames = state.playback.range or (0, 24)
        reply = Reply(question, answer, "v", frames, "m", anomaly, evidence, 1.25, 7)
        turn = Turn(question, frames, "m", answer, reply, "done")
        state.conversation.turns.append(turn)
        state.conversation.turnAdded.emit(len(state.conversation.turns) - 1)
        return turn

    return tell


@pytest.fixture
def asking(session: Session, model_folder: Path, project_file: Path, qtbot: QtBot) -> ChatPanel:
    """The pane of a window with a network behind it, about frames 0:4."""
    session.studio.settings["model"] = str(model_folder)
    with qtbot.waitSignals([session.state.workspace.opened, session.state.playback.frameShown], timeout=20_000):
        session.start(lambda: Project.open(project_file, person="ann"))
    qtbot.waitUntil(lambda: session.studio.models.state != "unknown", timeout=20_000)
    session.state.heat.stop()
    session.state.playback.set_range((0, 4))
    found = session.window.findChild(ChatPanel)
    assert found is not None
    return found


# -- hands: what a person does with objects

LEFT = Qt.MouseButton.LeftButton
Press = Callable[[str], None]
Click = Callable[..., None]


@pytest.fixture
def press(window: Session, qtbot: QtBot) -> Press:
    """press("Ctrl+B"): on what has the focus."""
    window.window.activateWindow()
    window.window.canvas.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.window.canvas, timeout=5000)

    def keys(text: str) -> None:
        if QApplication.focusWidget() is None:  # this platform gives the focus to nobody when a dialog closes
            window.window.activateWindow()
            qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=5000)
        target = QApplication.focusWidget()
        qtbot.keySequence(target, QKeySequence(text))

    return keys


@pytest.fixture
def click(window: Session, qtbot: QtBot) -> Click:
    """click(x, y, held): on the picture, in its pixels."""
    canvas = window.window.canvas

    def at(x: float, y: float, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.mouseClick(canvas, LEFT, held, canvas.view.to_widget(x, y).toPoint())

    return at


@pytest.fixture
def two(state: State) -> tuple[str, str]:
    """a goes to the right in 0:20 and is away then; b stands at the right from 24 on. Nothing is selected."""
    document, video = state.document, state.document.video_row.key
    document.attempt(actions.new_object, document.who, video, 0, Box(10, 20, 20, 20), key="a", event="person running")
    document.attempt(actions.set_box, document.who, "a", 19, Box(86, 20, 20, 20))
    document.attempt(actions.set_outside, document.who, "a", 20)
    document.attempt(actions.new_object, document.who, video, 24, Box(106, 20, 20, 20), key="b", event="person running")
    return "a", "b"


@pytest.fixture
def three(state: State) -> list[str]:
    """Three boxes beside each other in all frames: a, b, c; d lies in a."""
    document, video = state.document, state.document.video_row.key
    for i, key in enumerate("abc"):
        document.attempt(
            actions.new_object, document.who, video, 0, Box(5 + 50 * i, 20, 40, 50), key=key, event="anomaly"
        )
    document.attempt(actions.new_object, document.who, video, 0, Box(15, 30, 10, 10), key="d")
    state.selection.clear()
    return list("abc")


@pytest.fixture
def seek() -> Callable[..., Any]:
    return _seek


def _seek(state: State, qtbot: QtBot, frame: int) -> None:
    state.playback.seek(frame)
    qtbot.waitUntil(lambda: state.playback.frame == frame)


@pytest.fixture
def boxes() -> Callable[..., Any]:
    return _boxes


def _boxes(state: State, key: str, *frames: int) -> list[float | None]:
    """Where its left edge is."""
    track = state.document.document.track(key)
    return [shown.box.x if (shown := track.at(f)) else None for f in frames]


@pytest.fixture
def dialog() -> Callable[..., Any]:
    return _dialog


def _dialog(qtbot: QtBot, name: str) -> QDialog:
    def there() -> QDialog | None:
        return next((w for w in QApplication.topLevelWidgets() if w.objectName() == name and w.isVisible()), None)

    qtbot.waitUntil(lambda: there() is not None, timeout=5000)
    found = there()
    assert found is not None
    qtbot.waitUntil(lambda: found.isAncestorOf(QApplication.focusWidget() or found.parentWidget()), timeout=5000)
    return found


@pytest.fixture
def box_open() -> Callable[..., Any]:
    return _box_open


def _box_open(name: str) -> bool:
    """Whether the dialog is still there."""
    return any(w.objectName() == name for w in QApplication.topLevelWidgets())
