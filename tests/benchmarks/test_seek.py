"""Random exact seeks, 1080p H.264, a key frame each 250 and each 30 pictures: ours beside OpenCV and mpv."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tvau_studio.media.imageops import resize
from tvau_studio.media.video import Video

pytestmark = pytest.mark.benchmark

FRAMES, HEIGHT, WIDTH = 600, 1080, 1920
SEEKS = 40
LIMIT = 0.8


@pytest.fixture(scope="module", params=[250, 30])
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A textured scene under a camera that pans, six boxes that move before it; x264 with its usual B pictures."""
    path = tmp_path_factory.mktemp("seek") / f"gop{request.param}.mp4"
    texture = np.random.default_rng(0).integers(0, 256, (500, 900, 3), np.uint8)
    scene = resize(texture, (HEIGHT + 400, WIDTH + 800), "linear")
    gop = str(request.param)
    options = {"crf": "23", "preset": "veryfast", "g": gop, "keyint_min": gop, "sc_threshold": "0"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(30), options=options)
        stream.height, stream.width, stream.pix_fmt = HEIGHT, WIDTH, "yuv420p"
        for n in range(FRAMES):
            x, y = n % 800, n // 2 % 400
            picture = scene[y : y + HEIGHT, x : x + WIDTH].copy()
            for k in range(6):
                left, top = (n * (3 + k) + k * 300) % (WIDTH - 100), (k * 170 + n) % (HEIGHT - 200)
                picture[top : top + 160, left : left + 80] = (40 * k, 255 - 40 * k, 120)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def timed(read: Callable[[int], np.ndarray], frame: int) -> tuple[float, np.ndarray]:
    start = time.perf_counter()
    picture = read(frame)
    return time.perf_counter() - start, picture


def test_random_exact_seeks_against_opencv(film: Path) -> None:
    """p50 and p95, ours / OpenCV's: at most 0.8; each seek of both in turn, so that a busy moment meets both alike."""
    import cv2

    capture = cv2.VideoCapture(str(film))

    def theirs(frame: int) -> np.ndarray:
        capture.set(cv2.CAP_PROP_POS_FRAMES, frame)
        return capture.read()[1][:, :, ::-1]

    order = random.Random(5).sample(range(FRAMES), SEEKS)
    with Video(film) as video:
        video[0], theirs(0)
        ours: list[float] = []
        them: list[float] = []
        for frame in order:
            seconds, picture = timed(video.__getitem__, frame)
            ours.append(seconds)
            seconds, other = timed(theirs, frame)
            them.append(seconds)
            assert np.abs(picture.astype(int) - other).mean() < 3, "not the same picture"
    capture.release()
    a, b = (np.percentile(t, [50, 95]) * 1000 for t in (ours, them))
    print(f"\n{film.stem}: ours p50 {a[0]:.0f} ms, p95 {a[1]:.0f}; OpenCV {b[0]:.0f}, {b[1]:.0f}", end="; ")
    print(f"ratios {a[0] / b[0]:.2f}, {a[1] / b[1]:.2f}")
    assert (a / b <= LIMIT).all()


def test_noted_beside_mpv(film: Path) -> None:
    """The same seeks in mpv with --hr-seek=yes, noted only: its script says when each seek is shown."""
    mpv = shutil.which("mpv")
    if mpv is None:
        pytest.skip("mpv is not installed")
    script = film.with_suffix(".lua")
    seconds = [n / 30 + 1 / 60 for n in random.Random(5).sample(range(FRAMES), SEEKS)]
    script.write_text(
        f"local t, i, start = {{{','.join(f'{s:.4f}' for s in seconds)}}}, 0, nil\n"
        "mp.register_event('playback-restart', function()\n"
        "  if start then print(string.format('seek %.1f', (mp.get_time() - start) * 1000)) end\n"
        "  i = i + 1\n"
        "  if not t[i] then mp.command('quit') return end\n"
        "  start = mp.get_time(); mp.commandv('seek', t[i], 'absolute+exact')\n"
        "end)\n"
    )
    command = [
        mpv,
        "--no-config",
        "--hr-seek=yes",
        "--vo=null",
        "--ao=null",
        "--pause",
        f"--script={script}",
        str(film),
    ]
    told = subprocess.run(command, capture_output=True, text=True, timeout=300).stdout
    times = [float(x) for x in re.findall(r"seek ([\d.]+)", told)]
    assert len(times) == SEEKS
    print(f"\n{film.stem}: mpv p50 {np.percentile(times, 50):.0f} ms, p95 {np.percentile(times, 95):.0f}")
