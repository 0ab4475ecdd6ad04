from __future__ import annotations

import numpy as np
import pytest

from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.heatmap import Heatmap


def heat(first: int, pairs: int, step: int = 1) -> Heatmap:
    numbers = first + step * np.arange(pairs)
    values = np.arange(pairs, dtype=np.float32)[:, None, None] * np.ones((1, 2, 3), np.float32)
    return Heatmap(values, np.stack([2 * numbers, 2 * numbers + 1], 1), (20, 30), "m")


def test_a_frame_has_the_map_of_its_pair() -> None:
    h = heat(3, 4)
    assert [h.at(n)[0, 0] for n in range(6, 14)] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert h.at(6).dtype == np.float32
    for frame in (5, 14, -1):
        with pytest.raises(UsageError, match="6:14"):
            h.at(frame)


def test_left_out_pairs_show_the_one_before() -> None:
    h = heat(0, 3, step=3)
    assert [h.at(n)[0, 0] for n in (0, 5, 6, 11, 12, 17)] == [0, 0, 1, 1, 2, 2]
    with pytest.raises(UsageError):
        h.at(18)


def test_the_score_is_the_maximum() -> None:
    h = heat(0, 3)
    assert h.score.dtype == np.float32
    assert h.score.tolist() == [0, 1, 2]
