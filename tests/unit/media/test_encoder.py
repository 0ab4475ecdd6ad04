from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from tvau_studio.domain.errors import StudioError
from tvau_studio.media.encoder import write_video


def test_times_sizes_and_pictures_come_back(tmp_path: Path) -> None:
    """Odd sides, and a rate that varies."""
    times = [3.0, 3.04, 3.2, 3.25, 4.0]
    grey = [20, 70, 120, 170, 220]
    write_video(tmp_path / "o.mp4", ((t, np.full((45, 61, 3), g, np.uint8)) for t, g in zip(times, grey, strict=True)))
    with av.open(str(tmp_path / "o.mp4")) as container:
        frames = list(container.decode(video=0))
    assert [(f.height, f.width) for f in frames] == [(46, 62)] * 5
    assert [float(f.time) for f in frames] == pytest.approx([t - 3.0 for t in times], abs=1e-3)
    assert [int(f.to_ndarray(format="rgb24").mean()) for f in frames] == pytest.approx(grey, abs=4)
    assert [p.name for p in tmp_path.iterdir()] == ["o.mp4"]


def test_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "o.mp4").write_bytes(b"old")

    def broken():  # type: ignore[no-untyped-def]
        yield 0.0, np.zeros((32, 32, 3), np.uint8)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_video(tmp_path / "o.mp4", broken())
    with pytest.raises(StudioError, match="no picture"):
        write_video(tmp_path / "o.mp4", iter(()))
    assert (tmp_path / "o.mp4").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["o.mp4"]
    with pytest.raises(StudioError, match="cannot be written"):
        write_video(tmp_path / "no" / "o.mp4", iter(()))


def test_colours_come_back_and_are_named_in_the_file(tmp_path: Path) -> None:
    red = np.full((64, 64, 3), (220, 30, 30), np.uint8)
    write_video(tmp_path / "o.mp4", [(0.0, red), (0.04, red)])
    with av.open(str(tmp_path / "o.mp4")) as container:
        frame = next(container.decode(video=0))
    assert (int(frame.colorspace), int(frame.color_range)) == (6, 1)
    assert np.abs(frame.to_ndarray(format="rgb24")[30, 30].astype(int) - (220, 30, 30)).max() <= 3
