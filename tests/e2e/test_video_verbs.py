"""``info`` and ``frame`` as a person runs them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.media.encoder import write_video
from tvau_studio.media.video import Video

KEYS = ["frames", "size", "display_size", "codec", "container"]
KEYS += ["duration", "fps", "variable_rate", "rotation", "first_pts"]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven pictures of moving noise, 60 x 100, whose name begins with a dash."""
    path = tmp_path_factory.mktemp("clip") / "-a clip %d 监控.mp4"
    noise = np.random.default_rng(0).integers(0, 256, (60, 120, 3), np.uint8)
    write_video(path, ((n / 25, noise[:, n : n + 100]) for n in range(7)))
    return path


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tvau_studio", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", env=os.environ)


def read(path: Path) -> np.ndarray:
    import cv2

    return cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]


def test_info_in_words_and_as_json(clip: Path) -> None:
    told = run("info", clip.name, "--json", folder=clip.parent)
    assert (told.returncode, told.stderr) == (0, "")
    facts = json.loads(told.stdout)
    assert list(facts) == KEYS
    assert facts["frames"] == 7
    assert facts["size"] == facts["display_size"] == [60, 100]
    assert (facts["codec"], facts["fps"], facts["first_pts"]) == ("h264", 25.0, 0.0)
    words = run("info", clip.name, folder=clip.parent)
    assert words.returncode == 0
    assert "100x60" in words.stdout
    assert "25 per second" in words.stdout


def test_frame_writes_exactly_that_picture(clip: Path, tmp_path: Path) -> None:
    with Video(clip) as video:
        for n in (0, 5, -1):
            done = run("frame", clip.name, str(n), "-o", str(tmp_path / f"{n}.png"), folder=clip.parent)
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
            assert np.array_equal(read(tmp_path / f"{n}.png"), video[n])


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["frame", "CLIP", "7", "-o", "OUT/a.png"], 2, "no frame 7 .* 0 to 6"),
        (["frame", "CLIP", "1", "-o", "OUT/missing/a.png"], 1, "no folder"),
        (["frame", "CLIP", "1", "-o", "OUT/a.bmp"], 2, r"\.png or \.jpg"),
        (["frame", "CLIP", "x", "-o", "OUT/a.png"], 2, "invalid int"),
        (["frame", "missing.mp4", "1", "-o", "OUT/a.png"], 1, r"missing\.mp4 .* No such file"),
        (["info", "missing.mp4"], 1, r"missing\.mp4 .* No such file"),
        (["info", "."], 1, "folder"),
    ],
)
def test_refusals_are_one_line_and_write_nothing(
    clip: Path, tmp_path: Path, words: list[str], code: int, sentence: str
) -> None:
    words = [w.replace("CLIP", clip.name).replace("OUT", str(tmp_path)) for w in words]
    done = run(*words, folder=clip.parent)
    assert (done.returncode, done.stdout) == (code, "")
    last = done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert re.search(sentence, last), last
    assert list(tmp_path.iterdir()) == []
