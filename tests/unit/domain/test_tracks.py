"""Where an object is between its keyframes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Keyframe, Segment
from tvau_studio.domain.tracks import Track, event_at, main_segment, united


def key(frame: int, x: float = 0.0, y: float = 0.0, w: float = 10.0, h: float = 10.0, **marks: bool) -> Keyframe:
    return Keyframe(key=f"o@{frame}", object="o", frame=frame, x=x, y=y, w=w, h=h, **marks)


numbers = st.integers(-5000, 50000).map(lambda n: n / 100)
sizes = st.integers(0, 50000).map(lambda n: n / 100)


@st.composite
def paths(draw: st.DrawFn, smooth: bool | None = None, outside: bool | None = None) -> list[Keyframe]:
    frames = draw(st.lists(st.integers(0, 60), min_size=1, max_size=8, unique=True))
    flag = st.booleans()
    return [
        key(
            frame, draw(numbers), draw(numbers), draw(sizes), draw(sizes),
            occluded=draw(flag),
            outside=draw(flag) if outside is None else outside,
            smooth=draw(flag) if smooth is None else smooth,
        )
        for frame in frames
    ]  # fmt: skip


@given(paths())
def test_a_keyframe_is_shown_exactly(keyframes: list[Keyframe]) -> None:
    track = Track(keyframes)
    for k in keyframes:
        shown = track.at(k.frame)
        assert (shown is None) == k.outside
        if shown is not None:
            assert (shown.box, shown.occluded, shown.keyframe) == (k.box, k.occluded, True)


@given(paths(), st.permutations(range(8)))
def test_the_order_of_the_keyframes_makes_no_difference(keyframes: list[Keyframe], order: list[int]) -> None:
    mixed = [keyframes[i] for i in order if i < len(keyframes)]
    assert Track(mixed).keyframes == Track(keyframes).keyframes


@given(paths(smooth=False, outside=False))
def test_on_a_line_every_number_goes_one_way(keyframes: list[Keyframe]) -> None:
    track = Track(keyframes)
    for a, b in itertools.pairwise(track.keyframes):
        boxes = []
        for frame in range(a.frame, b.frame + 1):
            shown = track.at(frame)
            assert shown is not None
            boxes.append(shown.box.tuple())
        for values in zip(*boxes, strict=True):
            ordered = sorted(values)
            assert list(values) in (ordered, ordered[::-1])


def test_on_a_line_the_middle_is_the_middle() -> None:
    track = Track([key(10, 0, 100, 10, 20), key(20, 50, 0, 20, 40)])
    shown = track.at(15)
    assert shown is not None
    assert (shown.box, shown.keyframe) == (Box(25, 50, 15, 30), False)


@given(paths(), st.integers(0, 70))
def test_between_two_keyframes_only_they_and_their_neighbours_count(keyframes: list[Keyframe], frame: int) -> None:
    """Two before and two after decide; a keyframe further away changes nothing."""
    ordered = sorted(keyframes, key=lambda k: k.frame)
    i = sum(k.frame <= frame for k in ordered)
    near = ordered[max(0, i - 2) : i + 2]
    assert Track(keyframes).at(frame) == Track(near).at(frame)


def test_before_the_first_keyframe_there_is_nothing_and_behind_the_last_it_stays() -> None:
    track = Track([key(10, 5), key(20, 9)])
    assert track.at(9) is None
    shown = track.at(1000)
    assert shown is not None
    assert shown.box == key(20, 9).box
    assert Track([]).at(0) is None


def test_outside_ends_it_and_the_box_stays_where_it_was_until_then() -> None:
    track = Track([key(0, 0), key(10, 10), key(20, 99, outside=True), key(30, 50), key(40, 60)])
    shown = track.at(19)
    assert shown is not None
    assert shown.box == key(10, 10).box  # never on the way to a box that is not there
    assert [track.at(f) for f in (20, 25, 29)] == [None, None, None]
    back = track.at(30)
    assert back is not None
    assert back.box.x == 50


def test_occluded_lasts_until_the_next_keyframe() -> None:
    track = Track([key(0), key(10, occluded=True), key(20)])
    shown = [track.at(f) for f in (9, 10, 19, 20, 99)]
    assert [s is not None and s.occluded for s in shown] == [False, True, True, False, False]


def test_a_smooth_path_is_the_catmull_rom_curve() -> None:
    track = Track([key(0, 0), key(10, 10, smooth=True), key(20, 10), key(30, 40)])
    # Hermite with tangents (10 - 0) / 20 and (40 - 10) / 20 a frame, halfway: (p + q) / 2 + span * (left - right) / 8
    shown = track.at(15)
    assert shown is not None
    assert shown.box.x == pytest.approx((10 + 10) / 2 + 10 * (0.5 - 1.5) / 8)
    straight = track.at(5)
    assert straight is not None
    assert straight.box.x == 5  # the way of a keyframe that is not smooth is a line


@given(a=st.integers(-50, 50), b=st.integers(1, 50))
def test_a_smooth_path_through_a_line_is_that_line(a: int, b: int) -> None:
    line = [key(f, a + b * f, smooth=True) for f in (0, 7, 16, 20)]
    for frame in range(21):
        shown = Track(line).at(frame)
        assert shown is not None
        assert shown.box.x == pytest.approx(a + b * frame, abs=0.011)


def test_a_curve_sees_nothing_behind_a_gap() -> None:
    def middle(before: list[Keyframe]) -> Box:
        shown = Track([*before, key(10, 0, smooth=True), key(20, 10), key(30, 100, outside=True)]).at(15)
        assert shown is not None
        return shown.box

    assert middle([]) == middle([key(0, 500, outside=True)]) == Box(5, 0, 10, 10)


@given(paths(), st.integers(0, 60), st.integers(1, 30))
def test_visible_stretches_are_exactly_the_frames_in_which_it_is_seen(
    keyframes: list[Keyframe], start: int, length: int
) -> None:
    track, frames = Track(keyframes), FrameRange(start, start + length)
    stretches = track.visible(frames)
    assert [f for s in stretches for f in s] == [f for f in frames if track.at(f) is not None]
    assert all(not a.touches(b) for a, b in itertools.pairwise(stretches))
    assert [f for f, _ in track.shown(frames)] == [f for s in stretches for f in s]


@given(paths())
def test_a_box_never_has_a_negative_size(keyframes: list[Keyframe]) -> None:
    for _, shown in Track(keyframes).shown(FrameRange(0, 70)):
        assert shown.box.w >= 0
        assert shown.box.h >= 0


def test_regions_name_each_cell_on_the_way_once() -> None:
    track = Track([key(0, -5, -5), key(20, 85, 85), key(40, -5, 85)])
    frames = FrameRange(0, 41)
    assert track.regions(frames, (90, 90)) == ("top-left", "middle", "bottom-right", "bottom", "bottom-left")
    assert track.regions(FrameRange(0, 3), (90, 90)) == ("top-left",)
    assert Track([]).regions(frames, (90, 90)) == ()


def segment(name: str, start: int, stop: int, event: str | None = None) -> Segment:
    return Segment(key=name, object="o", start=start, stop=stop, event=event)


def test_the_main_segment_covers_most_of_the_range_the_earlier_on_a_tie() -> None:
    long, first, second = segment("long", 0, 100), segment("first", 100, 110), segment("second", 110, 120)
    assert main_segment([first, long], FrameRange(90, 110)) == long  # 10 frames each
    assert main_segment([second, first], FrameRange(100, 120)) == first
    assert main_segment([second, first], FrameRange(105, 120)) == second
    assert main_segment([first], FrameRange(0, 100)) is None


def test_the_event_of_a_frame_is_that_of_the_earliest_segment_with_one() -> None:
    segments = [segment("n", 0, 50), segment("b", 20, 40, "b"), segment("a", 10, 30, "a")]
    assert [event_at(segments, f) for f in (5, 10, 25, 30, 40)] == [None, "a", "a", "b", None]


# -- segments that say the same


def seg(start: int, stop: int, event: str | None = None, motion: str = "", key: str = "") -> Segment:
    return Segment(key=key or f"{start}:{stop}", object="o", start=start, stop=stop, event=event, motion_en=motion)


SEGMENTS = st.lists(
    st.builds(
        lambda a, n, event, key: seg(a, a + n, event, key=key),
        st.integers(0, 20),
        st.integers(1, 10),
        st.sampled_from([None, "x", "y"]),
        st.uuids().map(str),
    ),
    max_size=6,
)


def test_segments_that_say_the_same_and_meet_are_one() -> None:
    found = united([seg(4, 8), seg(0, 4), seg(9, 12), seg(2, 6, "x"), seg(6, 7, "x", "runs")])
    assert [(s.start, s.stop, s.event, s.motion_en) for s in found] == [
        *[(0, 8, None, ""), (2, 6, "x", "")],
        *[(6, 7, "x", "runs"), (9, 12, None, "")],
    ]


@given(SEGMENTS)
def test_uniting_keeps_what_is_said_of_each_frame(segments: list[Segment]) -> None:
    def said(rows: list[Segment]) -> set[tuple[int, str | None]]:
        return {(frame, s.event) for s in rows for frame in s.range}

    once = united(segments)
    assert said(once) == said(segments)
    assert united(once) == once


def test_the_main_segment_covers_most_of_the_range() -> None:
    rows = [seg(0, 5, "x"), seg(5, 10, "x"), seg(0, 6, "y"), seg(20, 30)]
    main = main_segment(rows, FrameRange(0, 10))
    assert main is not None
    assert (main.event, main.start) == ("x", 0)  # ten frames in two parts against six
    later = main_segment(rows, FrameRange(4, 10))
    assert later is not None
    assert (later.event, later.start) == ("x", 5)  # the part that lies there, to be edited
    assert main_segment(rows, FrameRange(12, 20)) is None
    assert main_segment([seg(3, 6, "y"), seg(0, 3, "z")], FrameRange(0, 6)).event == "z"  # type: ignore[union-attr]


@given(SEGMENTS, st.integers(0, 20), st.integers(1, 10))
def test_nothing_outside_of_the_range_decides(segments: list[Segment], start: int, length: int) -> None:
    frames = FrameRange(start, start + length)
    cut = [seg(c.start, c.stop, s.event) for s in segments if (c := s.range.overlap(frames))]
    a, b = main_segment(segments, frames), main_segment(cut, frames)
    assert (a and a.event) == (b and b.event)
