"""Paths cut and joined are, frame for frame, what they were."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Keyframe
from tvau_studio.domain.splicing import GAPS, Piece, beside, difference, farthest, gaps, pieces, spliced, thinned
from tvau_studio.domain.tracks import Track

END = 70
numbers = st.integers(0, 9000).map(lambda n: n / 100)


@st.composite
def tracks(draw: st.DrawFn, smooth: bool = False) -> Track:
    frames = draw(st.lists(st.integers(0, 50), min_size=1, max_size=7, unique=True))
    return Track(
        [
            Keyframe(
                key=f"o@{f}", object="o", frame=f, x=draw(numbers), y=draw(numbers), w=draw(numbers), h=draw(numbers),
                occluded=draw(st.booleans()), outside=draw(st.booleans()), smooth=smooth and draw(st.booleans()),
            )
            for f in frames
        ]
    )  # fmt: skip


def same(a: Track, b: Track, frame: int) -> bool:
    p, q = a.at(frame), b.at(frame)
    if p is None or q is None:
        return p is q
    return difference(p.box, q.box) <= 0.031 and p.occluded == q.occluded


@given(tracks(), st.integers(0, 60), st.integers(0, 60))
def test_a_piece_is_what_it_was_and_nothing_else(track: Track, a: int, b: int) -> None:
    cut = Track(spliced(pieces(track, a, b)))
    for frame in range(END):
        assert same(cut, track, frame) if a <= frame < b else cut.at(frame) is None


@given(tracks(), tracks(), st.integers(0, 60))
def test_one_path_goes_on_as_another(a: Track, b: Track, at: int) -> None:
    joined = Track(spliced([*pieces(a, 0, at), *pieces(b, at)]))
    for frame in range(END):
        assert same(joined, a if frame < at else b, frame)


@given(tracks(smooth=True))
def test_a_whole_path_keeps_its_keyframes(track: Track) -> None:
    kept = {k for k in spliced(pieces(track)) if not k.outside}
    assert kept == {k for k in track.keyframes if not k.outside}


@given(tracks(), tracks())
def test_beside_is_what_the_first_leaves_free(a: Track, b: Track) -> None:
    parts = [*pieces(a), *beside(b, pieces(a))]
    joined = Track(spliced(parts))
    for frame in range(END):
        assert same(joined, a if a.at(frame) is not None else b, frame)


def path(*places: tuple[int, float] | tuple[int, None]) -> Track:
    return Track(
        [Keyframe(key=f"o@{f}", object="o", frame=f, x=x or 0.0, y=0, w=10, h=10, outside=x is None) for f, x in places]
    )


def test_what_is_between_two_pieces_is_asked() -> None:
    a, b = path((0, 0.0), (10, 10.0), (11, None)), path((21, 40.0), (30, 40.0))
    parts = [*pieces(a), *pieces(b)]
    assert gaps(parts) == [FrameRange(11, 21)]
    boxes = {gap: Track(spliced(parts, gap)).at(16) for gap in GAPS}
    assert boxes["absent"] is None
    assert boxes["stay"] is not None
    assert boxes["stay"].box == Box(10, 0, 10, 10)
    assert boxes["move"] is not None
    assert 20 < boxes["move"].box.x < 30
    for gap in GAPS:
        joined = Track(spliced(parts, gap))
        assert all(same(joined, a, f) for f in range(11))
        assert all(same(joined, b, f) for f in range(21, 40))


def test_the_same_path_in_two_pieces_is_one() -> None:
    track = path((0, 0.0), (40, 40.0))
    parts = [Piece(FrameRange(0, 10), track), Piece(FrameRange(10, 50), track)]
    assert [k.frame for k in spliced(parts)] == [0, 40, 50]


@given(tracks(smooth=True), st.floats(0.05, 40))
def test_thinning_stays_within_its_tolerance(track: Track, tolerance: float) -> None:
    thin = Track(thinned(track, tolerance))
    assert set(thin.keyframes) <= set(track.keyframes)
    for frame in range(END):
        a, b = track.at(frame), thin.at(frame)
        assert (a is None) == (b is None)
        if a is not None and b is not None:
            assert a.occluded == b.occluded
    assert farthest(track, thin) <= tolerance + 0.031


def test_what_lies_on_a_line_goes() -> None:
    dense = path(*((f, float(f)) for f in range(21)), *((f, 40.0 - f) for f in range(21, 41)))
    assert [k.frame for k in thinned(dense, 0.5)] == [0, 20, 40]
    assert farthest(dense, Track(thinned(dense, 0.5))) == 0
    assert len(thinned(path((0, 0.0), (5, 3.0), (10, 0.0)), 3.5)) == 2
    assert thinned(Track([]), 1) == []
