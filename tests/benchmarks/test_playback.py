"""Playing with the heat over it, while the network computes: pictures shown of those that were due, and how long the
window's thread was held.

Run by itself on a quiet machine: pytest -m benchmark tests/benchmarks/test_playback.py -s
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tvau_studio.domain import actions
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.app import Session
from tvau_studio.media.video import Video
from tvau_studio.services.models import model_id
from tvau_studio.services.projects import Project
from tvau_studio.services.settings import Settings
from tvau_studio.store.heatmap_cache import HeatmapCache

pytestmark = pytest.mark.benchmark

SECONDS = 8.0


def film(path: Path, height: int, width: int, rate: int = 30) -> Path:
    """A moving scene with some grain, H.264 with a key picture each 250."""
    import av

    generator = np.random.default_rng(0)
    y, x = np.mgrid[: height + 256, : width + 512]
    scene = 90 + 50 * np.sin(x / 70) + 30 * np.cos(y / 50)
    grain = generator.integers(-12, 12, (*scene.shape, 3))
    pictures = np.clip(scene[..., None] + grain, 0, 255).astype(np.uint8)
    with av.open(str(path), "w") as container:
        options = {"preset": "ultrafast", "crf": "23", "g": "250"}
        stream = container.add_stream("libx264", rate=rate, options=options)
        stream.height, stream.width, stream.pix_fmt = height, width, "yuv420p"
        for n in range(round((SECONDS + 2) * rate)):
            left, top = (7 * n) % 512, (3 * n) % 256
            picture = np.ascontiguousarray(pictures[top : top + height, left : left + width])
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def repeated(path: Path, target: Path, times: int) -> Path:
    """The same packets that many times over, one behind the other."""
    import av

    with av.open(str(target), "w") as container:
        stream = None
        start = 0
        for _ in range(times):
            with av.open(str(path)) as source:
                stream = stream or container.add_stream_from_template(source.streams.video[0])
                packets = [p for p in source.demux(source.streams.video[0]) if p.size]
                for packet in packets:
                    packet.pts, packet.dts = packet.pts + start, packet.dts + start
                    packet.stream = stream
                    container.mux(packet)
                start += sum(p.duration for p in packets)
    return target


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
def session(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    made = Session(qapp, Settings(tmp_path / "settings.toml"))  # with the shipped model
    qtbot.addWidget(made.window)
    yield made
    made.window.close()


def with_heat(path: Path) -> None:
    """Have the heat of the film known to the project beside it."""
    with Video(path) as video:
        pairs = range(len(video) // 2)
        maps = np.random.default_rng(0).random((len(pairs), 38, 68)).astype(np.float32)
        HeatmapCache(path.with_suffix(".tvau.cache")).write(video.fingerprint, model_id(), pairs, maps)


def opened(session: Session, qtbot: QtBot, path: Path) -> None:
    """The film with a box over it, in a project of its own."""
    with Project.create(path.with_suffix(".tvau")) as project:
        project.add_videos([path])
        row = project.videos[0]
        document = project.document(row.key)
        project.commit(actions.new_object(document, project.who, row.key, 0, Box(100, 100, 80, 120)))
    state = session.state
    with qtbot.waitSignals([state.workspace.opened, state.playback.frameShown], timeout=60_000):
        session.start(lambda: Project.open(path.with_suffix(".tvau")))


@dataclass
class Played:
    """shown, due: pictures. held: milliseconds by which each beat of the window's thread came late. computing, heated:
    of each picture shown, whether the network computed, and whether its heat was there."""

    shown: int
    due: int
    held: np.ndarray
    computing: list[bool]
    heated: list[bool]

    def __str__(self) -> str:
        return (
            f"shown {self.shown} of {self.due} due ({self.shown / self.due:.3f}), the network computing during "
            f"{np.mean(self.computing):.0%} of them, heat over {np.mean(self.heated):.0%}; thread held p95 "
            f"{np.percentile(self.held, 95):.1f}, p99 {np.percentile(self.held, 99):.1f}, most {self.held.max():.1f} ms"
        )


def played(session: Session, qtbot: QtBot) -> Played:
    """Play for SECONDS."""
    state = session.state
    holds = Holds()
    computing: list[bool] = []
    heated: list[bool] = []
    state.playback.frameShown.connect(lambda _: computing.append(state.heat.busy))
    state.playback.frameShown.connect(lambda n: heated.append(state.heat.map_at(n) is not None))
    state.playback.play()
    holds.start()
    end = time.perf_counter() + SECONDS
    qtbot.waitUntil(lambda: time.perf_counter() > end, timeout=60_000)
    holds.stop()
    state.playback.pause()
    due = state.playback.shown + state.playback.dropped
    return Played(state.playback.shown, due, np.array(holds.held) * 1000, computing, heated)


@pytest.mark.parametrize("size", [(476, 868), (1080, 1920)], ids=["868x476", "1080p"])
def test_pictures_shown_while_the_network_computes(
    session: Session, qtbot: QtBot, tmp_path: Path, size: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    # Six times longer than what is played, so that the network has to compute until the end.
    opened(session, qtbot, repeated(film(tmp_path / "once.mp4", *size), tmp_path / "film.mp4", 6))
    heat = session.state.heat
    # The network is loaded, and what is computed first is what is played first.
    qtbot.waitUntil(lambda: not np.isnan(heat.scores()[:4]).any(), timeout=120_000)
    found = played(session, qtbot)
    with capsys.disabled():
        print(f"\n{size[1]}x{size[0]} at 30/s: {found}; pairs known at the end {np.isfinite(heat.scores()).sum()}")
    assert np.mean(found.computing) >= 0.9
    assert found.shown / found.due >= 0.99
    assert np.percentile(found.held, 99) <= 16
    assert found.held.max() <= 50


def test_scrubbing_back_and_forth_over_decoded_pictures(
    session: Session, qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the pointer's move to the painted picture, 1080p with heat and a box: p95 at most 16 ms."""
    path = film(tmp_path / "film.mp4", 1080, 1920)
    with_heat(path)
    opened(session, qtbot, path)
    playback, canvas = session.state.playback, session.window.player.canvas
    qtbot.waitUntil(lambda: not np.isnan(session.state.heat.scores()).any(), timeout=60_000)
    qtbot.waitUntil(lambda: all(playback.nearest(n) is not None for n in range(15)), timeout=60_000)
    session.state.heat.map_at(0)
    generator = np.random.default_rng(0)
    steps: list[float] = []
    for _ in range(300):
        held = [n for n in range(playback.frames) if n != playback.frame and playback.nearest(n) is not None]
        n = int(generator.choice(held))
        start = time.perf_counter()
        playback.scrub(n)
        assert playback.frame == n
        canvas.repaint()
        steps.append(time.perf_counter() - start)
        qtbot.wait(5)
    took = np.array(steps) * 1000
    with capsys.disabled():
        print(f"\nscrubbing: next picture p50 {np.median(took):.1f}, p95 {np.percentile(took, 95):.1f} ms")
    assert np.percentile(took, 95) <= 16


def test_pictures_shown_at_sixty_a_second_with_heat_that_is_known(
    session: Session, qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = film(tmp_path / "film.mp4", 1080, 1920, rate=60)
    with_heat(path)
    opened(session, qtbot, path)
    qtbot.waitUntil(lambda: not np.isnan(session.state.heat.scores()).any(), timeout=60_000)
    found = played(session, qtbot)
    with capsys.disabled():
        print(f"\n1920x1080 at 60/s: {found}")
    assert not any(found.computing)
    assert np.mean(found.heated) > 0.99
    assert found.shown / found.due >= 0.97
