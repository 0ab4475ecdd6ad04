from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.heatmap import Heatmap, find_peaks


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


@given(
    scores=st.lists(st.one_of(st.just(float("nan")), st.floats(0, 1, width=16)), min_size=1, max_size=40),
    threshold=st.floats(0, 1, width=16),
    odd=st.booleans(),
)
def test_peaks_are_the_runs_at_or_above_the_threshold(scores: list[float], threshold: float, odd: bool) -> None:
    values = np.array(scores, np.float32)
    frames = 2 * len(scores) - odd
    times = np.arange(frames) / 25
    peaks = find_peaks(values, threshold, times)
    inside = np.zeros(len(scores), bool)
    for peak in peaks:
        run = values[peak.start // 2 : (peak.stop + 1) // 2]
        inside[peak.start // 2 : (peak.stop + 1) // 2] = True
        assert peak.most == run.max() == values[peak.frame // 2]
        assert peak.start <= peak.frame < peak.stop <= frames
        assert peak.area >= -1e-9
    np.testing.assert_array_equal(inside, np.nan_to_num(values, nan=-1.0) >= threshold)
    assert all(a.stop < b.start for a, b in pairwise(peaks))


def test_the_area_of_a_peak_is_score_times_seconds() -> None:
    (peak,) = find_peaks(np.array([0.1, 0.7, 0.9, 0.2], np.float32), 0.5, np.arange(8) / 10)
    assert (peak.start, peak.stop, peak.frame) == (2, 6, 4)
    assert peak.area == pytest.approx(0.2 * 0.2 + 0.4 * 0.2)
