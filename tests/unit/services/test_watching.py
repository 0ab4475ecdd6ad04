from __future__ import annotations

import http.server
import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.events import Rule, spans
from tvau_studio.media.live import LiveSource
from tvau_studio.media.video import Video
from tvau_studio.services import events_file
from tvau_studio.services.watching import EVENTS, Grouping, Plan, Summary, watch

SIZE, RATE = (64, 96), 25
RULE = Rule(0.5, 4, 6)


class Host:
    """Heat where the picture is bright: the map of a pair is what its first picture shows. slow: whom it waits for."""

    pair_distance, device = 1, "cpu"

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.wait: Callable[[], object] = lambda: None

    def heat(self, video: Any, pairs: Sequence[int], *, remember: bool) -> np.ndarray:
        self.wait()
        self.seen += pairs
        grey = np.stack([video[2 * k].mean(2) for k in pairs])  # [n, 64, 96]
        return (grey.reshape(len(pairs), 4, 16, 6, 16).mean((2, 4)) / 255).astype(np.float32)


class Bright:
    name, has_heat = "bright", True

    def __init__(self) -> None:
        self.host = Host()


@pytest.fixture
def model() -> Any:
    return Bright()


def picture(n: int, bright: range, size: tuple[int, int] = SIZE) -> np.ndarray:
    """Dark; in the frames `bright` the right half is white."""
    made = np.full((*size, 3), 20, np.uint8)
    if n in bright:
        made[:, size[1] // 2 :] = 235
    return made


def film(path: Path, frames: int = 120, bright: range = range(50, 70), size: tuple[int, int] = SIZE) -> Path:
    """A transport stream with a key frame each 12 pictures, as cameras send them."""
    with av.open(str(path), "w", format="mpegts") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"g": "12", "bf": "0", "preset": "ultrafast"})
        stream.height, stream.width, stream.pix_fmt = *size, "yuv420p"
        for n in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture(n, bright, size), format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """serve(data, then): an address at which these bytes are sent; then it waits for `then` before it hangs up."""
    servers: list[tuple[http.server.ThreadingHTTPServer, threading.Thread]] = []
    stop = threading.Event()

    def start(data: bytes, *, hangs: bool = False) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(data)
                self.wfile.flush()
                if hangs:
                    stop.wait(60)

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_address[1]}/live.ts"

    yield start
    stop.set()
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def watched(source: str, model: Any, folder: Path, plan: Plan, patience: float = 20.0, **more: Any) -> Summary:
    # As many pictures kept as there are: nothing may be skipped because the test's machine is slow.
    with LiveSource(source, patience=patience, pictures=1000, before=plan.before) as live:
        return watch(live, model, folder, plan, **more)


def is_bright(shown: np.ndarray) -> bool:
    return bool(shown[:, 60:].mean() > 128)


@given(st.lists(st.sampled_from([0.1, 0.6, 0.9]), min_size=1, max_size=40), st.integers(1, 9), st.integers(0, 12))
def test_events_that_come_pair_by_pair_are_those_of_the_whole(scores: list[float], shortest: int, gap: int) -> None:
    grouping = Grouping(Rule(0.5, shortest, gap))
    ended = [grouping.add(k, s, np.full((1, 1), s, np.float32)) for k, s in enumerate(scores)]
    found = [e for e in [*ended, grouping.end()] if e is not None and grouping.counts(e)]
    want = spans(np.array(scores), 2 * len(scores), Rule(0.5, shortest, gap))
    assert [(*e.frames, 2 * e.peak, e.score) for e in found] == [(w.start, w.stop, w.peak, w.score) for w in want]


def test_an_event_is_kept_with_what_came_before_and_behind(
    model: Any, serve: Callable[..., str], tmp_path: Path
) -> None:
    address = serve(film(tmp_path / "a.ts").read_bytes())
    told: list[int] = []
    out = tmp_path / "out"
    made = watched(
        address, model, out, Plan(RULE, before=0.5, after=0.4, behind=1000), look=lambda look: told.append(look.pair)
    )
    assert (made.ended, made.failed, made.skipped) == (f"{address} has ended: its sender hung up.", False, 0)
    assert told == model.host.seen == list(range(60))
    [event] = made.events
    assert (event.score, event.model) == (pytest.approx(0.92, abs=0.05), "bright")
    assert event.region in ("right", "top-right", "bottom-right")
    assert event.box.x == pytest.approx(48)
    assert [e.frames for e in events_file.read(out / EVENTS)] == [event.frames]
    assert sorted(p.suffix for p in out.iterdir()) == [".jsonl", ".mp4"]
    with Video(event.video) as kept:
        shown = [is_bright(p) for p in kept]
        a, b = event.frames
        assert shown == [a <= n < b for n in range(len(kept))]
        assert b - a == 20
        assert a >= 0.5 * RATE  # from a key frame, half a second before at least
        assert len(kept) - b >= 0.4 * RATE - 2


def test_what_is_too_short_leaves_nothing(model: Any, serve: Callable[..., str], tmp_path: Path) -> None:
    address = serve(film(tmp_path / "a.ts", 60, range(30, 32)).read_bytes())
    made = watched(address, model, tmp_path / "out", Plan(RULE, behind=1000))
    assert made.events == []
    assert list((tmp_path / "out").iterdir()) == []


def test_an_event_that_goes_on_is_cut(model: Any, serve: Callable[..., str], tmp_path: Path) -> None:
    address = serve(film(tmp_path / "a.ts", 100, range(10, 90)).read_bytes())
    made = watched(address, model, tmp_path / "out", Plan(RULE, before=0.2, after=0.2, behind=1000, longest=1.0))
    assert len(made.events) >= 3
    for event in made.events:
        with Video(event.video) as kept:
            assert all(is_bright(kept[n]) for n in range(*event.frames) if n < len(kept))


def test_a_network_that_is_slow_leaves_out_whole_pairs(model: Any, serve: Callable[..., str], tmp_path: Path) -> None:
    address = serve(film(tmp_path / "a.ts", 200, range(0)).read_bytes())
    skipped: list[int] = []
    with LiveSource(address, pictures=40, before=1) as live:
        # It begins to look when all is there already: as slow as a network can be.
        model.host.wait = lambda: live.wait(10_000, 60)
        made = watch(live, model, tmp_path / "out", Plan(RULE, behind=20), skipped=skipped.append)
    assert made.skipped == sum(skipped) > 60
    assert made.pairs + made.skipped == 100
    assert model.host.seen == sorted(set(model.host.seen))
    assert "has ended" in made.ended


def test_a_stream_that_stalls(model: Any, serve: Callable[..., str], tmp_path: Path) -> None:
    address = serve(film(tmp_path / "a.ts", 80, range(40, 80)).read_bytes(), hangs=True)
    made = watched(address, model, tmp_path / "out", Plan(RULE, behind=1000), patience=2)
    assert made.ended == f"{address} has sent nothing for 2 seconds."
    assert made.failed
    assert len(made.events) == 1  # what was seen is kept


def test_a_stream_whose_picture_changes_its_size(model: Any, serve: Callable[..., str], tmp_path: Path) -> None:
    data = film(tmp_path / "a.ts", 40).read_bytes() + film(tmp_path / "b.ts", 40, size=(80, 128)).read_bytes()
    made = watched(serve(data), model, tmp_path / "out", Plan(RULE, behind=1000))
    assert "changed its picture from 96x64 to 128x80" in made.ended
    assert made.failed
    assert 15 <= made.pairs <= 20


def test_a_file_that_grows(model: Any, tmp_path: Path) -> None:
    data = film(tmp_path / "a.ts").read_bytes()
    growing = tmp_path / "growing.ts"
    growing.write_bytes(data[: len(data) // 2])
    seen: list[int] = []

    def look(one: Any) -> None:
        if not seen:
            with growing.open("ab") as file:  # the rest comes once it is being watched
                file.write(data[len(data) // 2 :])
        seen.append(one.pair)

    made = watched(str(growing), model, tmp_path / "out", Plan(RULE, behind=1000), patience=2, look=look)
    assert len(seen) >= 58
    assert made.ended == f"{growing} has sent nothing for 2 seconds."
    assert len(made.events) == 1


def test_watching_is_stopped_or_over(model: Any, serve: Callable[..., str], tmp_path: Path) -> None:
    address = serve(film(tmp_path / "a.ts", 200, range(20, 200)).read_bytes(), hangs=True)
    made = watched(
        address, model, tmp_path / "out", Plan(RULE, behind=1000, after=30), cancel=lambda: model.host.seen[-1:] == [30]
    )
    assert "was stopped" in made.ended
    assert len(made.events) == 1
    assert not list((tmp_path / "out").glob(".*"))
    made = watched(address, model, tmp_path / "out2", Plan(RULE, behind=1000, seconds=0.0), patience=2)
    assert (made.pairs, made.ended) == (0, f"{address} was watched for 0 seconds.")


@pytest.mark.parametrize("source", ["no/such/file.ts", "http://127.0.0.1:9/x", "nonsense://x"])
def test_what_cannot_be_opened(source: str) -> None:
    with pytest.raises(StudioError, match="cannot be opened"):
        LiveSource(source, patience=1)


def test_what_sends_no_video(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.wav"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), format="s16", layout="mono")
        frame.rate = 8000
        container.mux(stream.encode(frame))
    with pytest.raises(StudioError, match="no video"):
        LiveSource(str(tmp_path / "a.wav"), patience=0.3)


def test_a_stream_that_ffmpeg_serves(model_folder: Path, tmp_path: Path) -> None:
    """A real server, at the pace of a camera, and a real (random, tiny) network."""
    import socket

    from tvau_studio.cli import main

    program = shutil.which("ffmpeg")
    if program is None:
        pytest.skip("ffmpeg is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/live.ts"
    words = [program, "-v", "error", "-re", "-i", str(film(tmp_path / "a.ts", 60)), "-c", "copy", "-f", "mpegts"]
    with subprocess.Popen([*words, "-listen", "1", address], stdin=subprocess.DEVNULL) as server:
        try:
            done = 1
            while done and server.poll() is None:  # until it listens
                done = main(["watch", address, "-o", str(tmp_path / "out"), "--model", str(model_folder),
                             "--device", "cpu", "--threshold", "0.2", "--shortest", "1"])  # fmt: skip
        finally:
            server.kill()
    assert done == 0
    rows = [json.loads(line) for line in (tmp_path / "out" / EVENTS).read_text(encoding="utf-8").splitlines()]
    assert rows
    with Video(tmp_path / "out" / rows[0]["video"]) as kept:
        assert len(kept) >= rows[0]["frames"][1] - 2
