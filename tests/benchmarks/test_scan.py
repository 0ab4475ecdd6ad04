"""A scan against the network alone, and its memory.

Printed with ``pytest -m benchmark -s tests/benchmarks/test_scan.py``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import pair_frames
from tvau_studio.domain.paths import resource
from tvau_studio.media.encoder import write_video
from tvau_studio.media.video import Video
from tvau_studio.services import scan_curves
from tvau_studio.services.models import Model, load_model
from tvau_studio.store.heatmap_cache import HeatmapCache

pytestmark = pytest.mark.benchmark

ROUNDS = 7


@pytest.fixture(scope="module")
def loop() -> Callable[[Path, int, tuple[int, int]], Path]:
    """loop(path, frames, size): a clip of the demo, over and over."""
    try:
        source = resource("demo") / "square_morning.mp4"
    except StudioError:
        pytest.skip("the demo is not in resources/")

    def make(path: Path, frames: int, size: tuple[int, int]) -> Path:
        from tvau_studio.media.imageops import resize

        with Video(source) as video:
            pictures = [resize(video[n], size, "linear") for n in range(len(video))]
        write_video(path, ((n / 25, pictures[n % len(pictures)]) for n in range(frames)))
        return path

    return make


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model("tvau-tiny", "cpu")


def test_a_scan_against_the_bare_network(loop: Callable[..., Path], model: Model, tmp_path: Path) -> None:
    """Frames per second of the curve of a video, decoding included / of the vision tower alone on the same pairs, ready
    in memory: at least 0.8.
    """
    path = loop(tmp_path / "a.mp4", 160, (476, 868))
    network = model.host._model
    p = network.processor
    with Video(path) as video:
        frames = len(video)
        scaled = [p.scaled([picture])[0] for picture in video]
    ends = [pair_frames(k, frames, model.host.pair_distance) for k in range(frames // 2)]

    def tower() -> None:
        with torch.inference_mode():
            for at in range(0, len(ends), 5):
                few = ends[at : at + 5]
                first, second = (torch.stack([scaled[pair[i]] for pair in few]) for i in (0, 1))
                network.features(p.patches(first, second), merged=False)

    def scan() -> None:
        with Video(path) as video:
            assert (
                scan_curves.curve(video, model, HeatmapCache(tmp_path / f"{time.monotonic_ns()}")).known == frames // 2
            )

    best = [float("inf")] * 2
    for _ in range(ROUNDS):
        for i, work in enumerate((tower, scan)):
            start = time.perf_counter()
            work()
            best[i] = min(best[i], time.perf_counter() - start)
    bare, ours = (frames / seconds for seconds in best)
    print(f"\nscan {ours:.1f} frames/s, the tower alone {bare:.1f} frames/s, ratio {ours / bare:.2f}")
    assert ours / bare >= 0.8


_MEASURED = """
import resource, sys
from pathlib import Path
from tvau_studio.media.video import Video
from tvau_studio.services import scan_curves, scanning
from tvau_studio.services.models import load_model
path, model, cache = sys.argv[1:]
with Video(path) as video:
    scan_curves.curve(video, load_model(model, "cpu"), scanning.heat_cache(Path(cache)))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_is_flat(loop: Callable[..., Path], model_folder: Path, tmp_path: Path) -> None:
    """Most memory of a process that scans 10,000 frames / 1,000 frames: within 5 %."""
    peaks = []
    for frames in (1_000, 10_000):
        path = loop(tmp_path / f"{frames}.mp4", frames, (120, 216))
        words = [sys.executable, "-c", _MEASURED, str(path), str(model_folder), str(tmp_path / f"cache{frames}")]
        peaks.append(int(subprocess.run(words, check=True, capture_output=True, timeout=600).stdout))
    print(f"\n1,000 frames {peaks[0] / 1024:.0f} MiB, 10,000 frames {peaks[1] / 1024:.0f} MiB")
    assert np.abs(peaks[1] / peaks[0] - 1) <= 0.05
