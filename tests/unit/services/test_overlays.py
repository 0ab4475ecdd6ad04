from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import Cancelled
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.heatmap import Heatmap
from tvau_studio.services.overlays import Style, area_above, blob_at, edges, enlarged, overlay, sampled, write_overlay


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
    np.testing.assert_array_equal(overlay(picture, values, Style(opacity=0.0)), picture)


def test_a_cell_is_one_colour_where_heat_is_not_smooth() -> None:
    values = np.array([[0.0, 1.0], [0.5, 0.25]], np.float32)
    np.testing.assert_array_equal(enlarged(values, 4, 6, smooth=False), np.kron(values, np.ones((2, 3))))
    np.testing.assert_array_equal(sampled(values, np.array([0.0, 1.0]), np.array([0.0, 1.0]), smooth=False), values)


def test_gain_and_the_line_at_the_threshold() -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    values = np.full((4, 6), 0.25, np.float32)
    hot = overlay(picture, values, Style(opacity=1.0, factor=4.0))
    np.testing.assert_array_equal(hot, overlay(picture, np.ones_like(values), Style(opacity=1.0)))
    values[1:3, 2:4] = 0.5
    lined = overlay(picture, values, Style(opacity=0.0, smooth=False, factor=0.1, threshold=0.4))
    line = edges(np.kron(values >= 0.4, np.ones((10, 10), bool)))
    assert line.sum() == 2 * (20 + 20) - 1  # in its own pixel, or the one before it, on each side
    np.testing.assert_array_equal(lined[..., 0], line * 150)


@given(st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_the_area_of_cells_is_their_share(seed: int, threshold: float) -> None:
    values = np.random.default_rng(seed).random((5, 7), np.float32)
    assert area_above(values, threshold, smooth=False) == pytest.approx(float((values >= threshold).mean()))
    assert area_above(values, 0.0) == 1.0


@given(st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_a_blob_is_what_hangs_together(seed: int, threshold: float) -> None:
    from scipy import ndimage

    values = np.random.default_rng(seed).random((6, 8), np.float32)
    numbers, _ = ndimage.label(values >= threshold, np.ones((3, 3)))
    for row, column in np.ndindex(values.shape):
        found = blob_at(values, threshold, (row + 0.5) / 6, (column + 0.5) / 8)
        if not numbers[row, column]:
            assert found is None
        else:
            same = numbers == numbers[row, column]
            assert found == (pytest.approx(float(values[same].max())), same.mean())


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
