from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tvau_studio.domain.errors import Cancelled
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.heatmap import Heatmap
from tvau_studio.services.overlays import enlarged, overlay, write_overlay


def test_enlarging_is_bilinear_between_centres() -> None:
    values = np.array([[0.0, 1.0]], np.float32)
    np.testing.assert_allclose(enlarged(values, 2, 4), [[0, 0.25, 0.75, 1]] * 2)
    np.testing.assert_allclose(enlarged(np.full((3, 5), 0.3, np.float32), 70, 90), 0.3, atol=1e-6)


def test_cold_places_stay_and_hot_ones_change() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    values = np.zeros((4, 6), np.float32)
    np.testing.assert_array_equal(overlay(picture, values), picture)
    values[1, 2] = 1.0
    out = overlay(picture, values)
    assert (out[15, 25] != picture[15, 25]).any()
    np.testing.assert_array_equal(out[30:], picture[30:])
    np.testing.assert_array_equal(overlay(picture, values, opacity=0.0), picture)


def test_a_film_of_a_range(video: Any, tmp_path: Path) -> None:
    heat = Heatmap(np.ones((4, 4, 6), np.float32), np.array([[2, 3], [4, 5], [6, 7], [8, 9]]), (120, 200), "m")
    done: list[int] = []
    write_overlay(video, FrameRange(3, 9), heat, tmp_path / "o.mp4", lambda n, total: done.append(n))
    with av.open(str(tmp_path / "o.mp4")) as container:
        assert len(list(container.decode(video=0))) == 6
    assert done == [1, 2, 3, 4, 5, 6]
    with pytest.raises(Cancelled):
        write_overlay(video, FrameRange(3, 9), heat, tmp_path / "p.mp4", cancel=lambda: True)
    assert [p.name for p in tmp_path.iterdir()] == ["o.mp4"]
