"""Playing with the heat over it, while the network computes: pictures shown of those that were due, and how long the
window's thread was held.

Run by itself on a quiet machine: pytest -m benchmark tests/benchmarks/test_playback.py -s
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.services.projects import Project
from tvau_studio.services.settings import Settings

pytestmark = pytest.mark.benchmark

SECONDS, RATE = 8.0, 30


def film(path: Path, height: int, width: int) -> Path:
    """A moving scene with some grain, H.264 with a key picture each 250."""
    import av

    generator = np.random.default_rng(0)
    y, x = np.mgrid[: height + 256, : width + 512]
    scene = 90 + 50 * np.sin(x / 70) + 30 * np.cos(y / 50)
    grain = generator.integers(-12, 12, (*scene.shape, 3))
    pictures = np.clip(scene[..., None] + grain, 0, 255).astype(np.uint8)
    with av.open(str(path), "w") as container:
        options = {"preset": "ultrafast", "crf": "23", "g": "250"}
        stream = container.add_stream("libx264", rate=RATE, options=options)
        stream.height, stream.width, stream.pix_fmt = height, width, "yuv420p"
        for n in range(round((SECONDS + 2) * RATE)):
            left, top = (7 * n) % 512, (3 * n) % 256
            picture = np.ascontiguousarray(pictures[top : top + height, left : left + width])
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


class Holds(QObject):
    """held: by how many seconds each beat of 5 ms came late."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.held.append(max(0.0, now - self._last - 0.005))
        self._last = now


@pytest.fixture
def session(qapp: QApplication, qtbot: QtBot, tmp_path: Path, model_folder: Path) -> Iterator[Session]:
    settings = Settings(tmp_path / "settings.toml")
    settings["model"] = str(model_folder)
    made = Session(qapp, settings)
    qtbot.addWidget(made.window)
    yield made
    made.window.close()


@pytest.mark.parametrize("size", [(476, 868), (1080, 1920)], ids=["868x476", "1080p"])
def test_pictures_shown_of_those_due(
    session: Session, qtbot: QtBot, tmp_path: Path, size: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    with Project.create(tmp_path / "p.tvau") as project:
        project.add_videos([film(tmp_path / "film.mp4", *size)])
        row = project.videos[0]
        document = project.document(row.key)
        project.commit(actions.new_object(document, project.who, row.key, 0, Box(100, 100, 80, 120)))
    state = session.state
    with qtbot.waitSignals([state.workspace.opened, state.playback.frameShown], timeout=60_000):
        session.start(lambda: Project.open(tmp_path / "p.tvau"))
    # The network is loaded and computes while the video plays; what is computed first is what is played first.
    qtbot.waitUntil(lambda: not np.isnan(state.heat.scores()[:4]).any(), timeout=120_000)
    assert state.heat.busy
    state.playback.set_range((0, round(SECONDS * RATE)))
    holds = Holds()
    busy: list[bool] = []
    state.playback.frameShown.connect(lambda _: busy.append(state.heat.busy))
    state.playback.play()
    holds.start()
    end = time.perf_counter() + SECONDS
    qtbot.waitUntil(lambda: time.perf_counter() > end, timeout=60_000)
    holds.stop()
    state.playback.pause()
    due = state.playback.shown + state.playback.dropped
    held = np.array(holds.held) * 1000
    with capsys.disabled():
        print(
            f"\n{size[1]}x{size[0]} at {RATE}/s: shown {state.playback.shown} of {due} due "
            f"({state.playback.shown / due:.3f}), the network computing during {np.mean(busy):.0%} of them; "
            f"thread held p95 {np.percentile(held, 95):.1f}, p99 {np.percentile(held, 99):.1f}, "
            f"most {held.max():.1f} ms"
        )
    assert state.playback.shown / due >= 0.99
    assert held.max() <= 50
