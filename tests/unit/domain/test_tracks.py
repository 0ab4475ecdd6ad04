from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import Segment
from tvau_studio.domain.tracks import main_segment, united


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
