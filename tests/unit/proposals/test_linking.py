from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.heatmap import Heatmap
from tvau_studio.proposals.components import components
from tvau_studio.proposals.linking import heat_tracks, link


def test_components_touch_by_corners_and_are_measured_in_pixels() -> None:
    values = np.zeros((4, 6), np.float32)
    values[0, 0] = values[1, 1] = 0.6
    values[3, 4:6] = 0.9
    hot, warm = components(values, (80, 240), 0.5)
    assert hot.box.tuple() == (160, 60, 80, 20)
    assert hot.centre == (200, 70)
    assert hot.score == np.float32(0.9)
    assert hot.area == 2 / 24
    assert warm.box.tuple() == (0, 0, 80, 40)
    assert components(values, (80, 240), 0.95) == []


def points(*rows: list[tuple[float, float]]) -> list[np.ndarray]:
    return [np.array(row, np.float64).reshape(-1, 2) for row in rows]


def test_tracks_follow_pause_resume_and_begin() -> None:
    got = link(points([(0, 0)], [(5, 0), (90, 90)], [], [(91, 90), (9, 0)], [(300, 0)]), 10)
    assert got == [{0: 0, 1: 0, 3: 1}, {1: 1, 3: 0}, {4: 0}]


def test_the_sum_of_distances_decides_not_the_nearest_first() -> None:
    got = link(points([(0, 0), (10, 0)], [(9, 0), (19, 0)]), 10)
    assert got == [{0: 0, 1: 0}, {0: 1, 1: 1}]


@given(st.lists(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=4), max_size=6))
def test_every_centroid_is_in_exactly_one_track(rows: list[list[tuple[float, float]]]) -> None:
    tracks = link(points(*rows), 12)
    seen = [(step, row) for track in tracks for step, row in track.items()]
    assert sorted(seen) == [(step, row) for step, centroids in enumerate(rows) for row in range(len(centroids))]
    for track in tracks:
        path = [np.array(rows[s][r]) for s, r in sorted(track.items())]
        assert all(np.linalg.norm(b - a) <= 12 for a, b in pairwise(path))


def test_heat_tracks() -> None:
    values = np.zeros((4, 9, 18), np.float32)
    for t in range(4):
        values[t, 4, 1 + t] = 0.6 + t / 10
    values[2, 0, 17] = 0.99
    frames = np.stack([2 * np.arange(4), 2 * np.arange(4) + 1], 1)
    heat = Heatmap(values, frames, (900, 900), "m")
    flash, walker = heat_tracks(heat, 0.5)
    assert list(flash.steps) == [2]
    assert list(walker.steps) == [0, 1, 2, 3]
    assert walker.hottest == 3
    assert heat_tracks(heat, 0.5, min_steps=2) == [walker]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=4),
)
def test_no_other_matching_is_shorter(before: list[tuple[int, int]], after: list[tuple[int, int]]) -> None:
    """Where every distance is accepted, the sum over the matched is the least of all ways to match as many."""
    tracks = link(points(before, after), 100)
    a, b = np.array(before, float), np.array(after, float)
    got = [float(np.linalg.norm(a[t[0]] - b[t[1]])) for t in tracks if len(t) == 2]
    assert len(got) == min(len(a), len(b))
    few, many = (a, b) if len(a) <= len(b) else (b, a)
    ways = permutations(range(len(many)), len(few))
    least = min(sum(float(np.linalg.norm(few[i] - many[j])) for i, j in enumerate(way)) for way in ways)
    assert abs(sum(got) - least) < 1e-9
