from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.media import imageops

PICTURE = np.random.default_rng(0).integers(0, 256, (30, 50, 3), np.uint8)


def _read(path: Path) -> np.ndarray:
    import cv2

    return cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]


def test_a_png_gives_back_every_pixel_under_any_name(tmp_path: Path) -> None:
    path = tmp_path / "监控 ü %d.png"
    imageops.write_picture(path, PICTURE)
    assert np.array_equal(_read(path), PICTURE)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_jpeg_is_near(tmp_path: Path) -> None:
    smooth = imageops.resize(PICTURE[:3, :5], (30, 50), "linear")
    imageops.write_picture(tmp_path / "a.JPG", smooth)
    assert np.abs(_read(tmp_path / "a.JPG").astype(int) - smooth).mean() < 4


def test_sizes() -> None:
    assert imageops.resize(PICTURE, (10, 20)).shape == (10, 20, 3)
    assert imageops.thumbnail(PICTURE, 25).shape == (15, 25, 3)
    assert imageops.thumbnail(PICTURE, 80) is PICTURE
    assert imageops.thumbnail(np.zeros((1, 90, 3), np.uint8), 3).shape == (1, 3, 3)
    grey = np.full((8, 8, 3), 77, np.uint8)
    assert (imageops.resize(grey, (3, 5)) == 77).all()


def test_refusals_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="there is no folder"):
        imageops.write_picture(tmp_path / "missing" / "a.png", PICTURE)
    with pytest.raises(UsageError, match=r"does not end in \.png"):
        imageops.write_picture(tmp_path / "a.txt", PICTURE)
    (tmp_path / "a.png").mkdir()
    with pytest.raises(StudioError, match="is a folder"):
        imageops.write_png(tmp_path / "a.png", PICTURE)
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_opencv_comes_with_the_first_call_and_leaves_qt_alone() -> None:
    code = (
        "import os, sys; import numpy as np; from tvau_studio.media import imageops; assert 'cv2' not in sys.modules; "
        "imageops.thumbnail(np.zeros((4, 4, 3), np.uint8), 2); assert 'cv2' in sys.modules; "
        "assert os.environ['QT_QPA_FONTDIR'] == 'mine' and 'QT_QPA_PLATFORM_PLUGIN_PATH' not in os.environ"
    )
    env = {**os.environ, "QT_QPA_FONTDIR": "mine"}
    env.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)
    subprocess.run([sys.executable, "-c", code], check=True, env=env)
