from __future__ import annotations

import math
from pathlib import Path

import av
import numpy as np
import pytest

from tvau_studio.media.video import Video

ONE = 1 << 16


def meant() -> np.ndarray:
    """uint8 [48, 80, 3]: a picture without any symmetry."""
    picture = np.full((48, 80, 3), 40, np.uint8)
    picture[:16, :32] = (220, 40, 40)
    picture[32:, :16] = (40, 220, 40)
    picture[:16, 64:] = (40, 40, 220)
    return picture


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_picture_is_turned_and_mirrored_as_the_file_says(tmp_path: Path, turn: int, mirrored: bool) -> None:
    """The display matrix maps (x, y) of what is stored to (a x + c y, b x + d y), downwards."""
    stored = np.rot90(meant(), turn // 90)  # back, against the clock
    stored = np.ascontiguousarray(stored[:, ::-1] if mirrored else stored)
    cos, sin = round(math.cos(math.radians(turn))), round(math.sin(math.radians(turn)))
    flip = -1 if mirrored else 1
    path = tmp_path / "v.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "4"})
        stream.height, stream.width, stream.pix_fmt = *stored.shape[:2], "yuv444p"
        stream.set_display_matrix([flip * cos * ONE, flip * sin * ONE, 0, -sin * ONE, cos * ONE, 0, 0, 0, 1 << 30])
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(stored, format="rgb24")))
        container.mux(stream.encode(None))
    with Video(path) as video:
        assert video.info.rotation == turn
        assert video.info.size == (48, 80)
        assert np.abs(video[1].astype(int) - meant()).max() < 30
        assert video[1].flags.c_contiguous
        assert np.abs(video.small(2, 40).astype(int) - meant()[::2, ::2])[4:-4, 4:-4].mean() < 12
        first = video[1]
    with Video(path) as known:  # its index comes from the disk
        assert np.array_equal(known[1], first)
