"""A camera's stream against the clock, on a quiet machine.

Printed with ``pytest -m benchmark -s tests/benchmarks/test_watch.py``.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.paths import resource
from tvau_studio.media.encoder import write_video
from tvau_studio.media.imageops import resize
from tvau_studio.media.live import LiveSource
from tvau_studio.media.video import Video
from tvau_studio.services.models import load_model
from tvau_studio.services.watching import Look, Plan, watch

pytestmark = pytest.mark.benchmark

SECONDS, RATE = 60, 25


def test_a_minute_of_a_camera(tmp_path: Path) -> None:
    """868x476 at 25 pictures a second for a minute: nothing is left out, and what the last ten seconds are behind is
    less than a pair more than in the ten behind the first five.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        pytest.skip("ffmpeg is not installed")
    try:
        source = resource("demo") / "square_morning.mp4"
    except StudioError:
        pytest.skip("the demo is not in resources/")
    with Video(source) as video:
        pictures = [resize(video[n], (476, 868), "linear") for n in range(len(video))]
    write_video(tmp_path / "a.mp4", ((n / RATE, pictures[n % len(pictures)]) for n in range(5 * RATE)))
    model = load_model("tvau-tiny", "cpu")
    model.host.heat(Video(tmp_path / "a.mp4"), [0], remember=False)  # what is made once is not the stream's
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/live.ts"
    words = [program, "-v", "quiet", "-re", "-stream_loop", "-1", "-i", str(tmp_path / "a.mp4"), "-c", "copy"]
    words += ["-f", "mpegts", "-listen", "1", address]
    looks: list[Look] = []
    with subprocess.Popen(words, stdin=subprocess.DEVNULL) as server:
        try:
            end = time.monotonic() + 20
            while True:
                try:
                    live = LiveSource(address)
                    break
                except StudioError:  # it does not listen yet
                    if time.monotonic() > end:
                        raise
            with live:
                made = watch(live, model, tmp_path / "out", Plan(seconds=SECONDS), look=looks.append)
        finally:
            server.kill()
    pairs = SECONDS * RATE // 2
    delays = np.array([one.delay for one in looks])
    ten = 10 * RATE // 2
    early, late = np.median(delays[ten // 2 : ten // 2 + ten]), np.median(delays[-ten:])
    print(
        f"\n{made.pairs} of about {pairs} pairs, {made.skipped} left out; delay {1000 * early:.0f} ms early, "
        f"{1000 * late:.0f} ms late, {1000 * made.most:.0f} ms at most"
    )
    assert made.skipped == 0
    assert made.pairs >= 0.95 * pairs
    assert late <= early + 2 / RATE
