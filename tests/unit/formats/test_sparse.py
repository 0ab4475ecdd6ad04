from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.formats.generated import HUNDREDTHS
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box, blend
from tvau_studio.domain.tracks import Track
from tvau_studio.formats import sparse

BOXES = st.builds(Box, HUNDREDTHS, HUNDREDTHS, st.integers(0, 500), st.integers(0, 500))
FRAMES = st.sets(st.integers(0, 30))


@given(rows=st.dictionaries(st.integers(0, 30), BOXES), occluded=FRAMES, listed=FRAMES)
def test_the_path_is_exactly_the_rows(rows: dict[int, Box], occluded: set[int], listed: set[int]) -> None:
    track = Track(sparse.keyframes("o", rows, occluded, listed & set(rows)))
    shown = dict(track.shown(FrameRange(0, 40)))
    assert {frame: seen.box for frame, seen in shown.items()} == rows
    assert {frame for frame, seen in shown.items() if seen.occluded} == occluded & set(rows)
    assert {k.frame for k in track.keyframes if not k.support} == listed & set(rows)


@given(a=BOXES, b=BOXES, length=st.integers(1, 400))
def test_a_straight_way_needs_its_ends_alone(a: Box, b: Box, length: int) -> None:
    rows = {5 + n: blend(a, b, n / length) for n in range(length + 1)}
    found = sparse.keyframes("o", rows, (), {5, 5 + length})
    assert [(k.frame, k.support, k.outside) for k in found] == [
        (5, False, False),
        (5 + length, False, False),
        (6 + length, True, True),
    ]


def test_each_stretch_has_ends_of_its_own() -> None:
    rows = {n: Box(1, 2, 3, 4) for n in (0, 1, 2, 5, 9, 10)}
    found = sparse.keyframes("o", rows)
    assert [(k.frame, k.outside) for k in found] == [
        *[(0, False), (2, False), (3, True)],
        *[(5, False), (6, True)],
        *[(9, False), (10, False), (11, True)],
    ]
    assert sparse.keyframes("o", {}) == []
