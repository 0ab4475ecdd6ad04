"""A scan on the command line that is stopped with Ctrl-C goes on where it was, and leaves no half file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.media.encoder import write_video

PATIENCE = 120


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process there")
def test_ctrl_c_leaves_what_was_done(model_folder: Path, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (4, 120, 200, 3), np.uint8)
    write_video(tmp_path / "a.mp4", ((n / 25, np.roll(noise[n // 9 % 4], 3 * n, 1)) for n in range(6000)))
    out, cache = tmp_path / "out" / "events.jsonl", tmp_path / "cache"
    out.parent.mkdir()
    words = [sys.executable, "-m", "tvau_studio", "scan", str(tmp_path / "a.mp4"), "--model", str(model_folder)]
    words += ["--device", "cpu", "--no-ask", "--threshold", "0.2", "--cache", str(cache), "-o", str(out)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        end = time.monotonic() + PATIENCE
        while not list(cache.rglob("*.npz")) and running.poll() is None and time.monotonic() < end:
            time.sleep(0.005)
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=PATIENCE)[1]
    assert running.returncode == 130, said
    assert said.strip() == "tvau-studio: stopped; nothing was left half-written."
    assert list(out.parent.iterdir()) == []
    assert not list(cache.rglob("*.journal"))
    before = {p: p.stat().st_mtime_ns for p in cache.rglob("*.npz")}
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(out.read_text(encoding="utf-8").splitlines()[0])["frames"][0] == 0
    after = {p: p.stat().st_mtime_ns for p in cache.rglob("*.npz")}
    # Whole files of the first run were not written again: only the one that it broke off in.
    assert sum(after[p] != before[p] for p in before) <= 1
    assert len(after) == -(-3000 // 64)
