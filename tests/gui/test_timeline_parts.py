"""What the timeline is made of: frames to pixels, scores at every scale, lanes, what lies under the pointer."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Edit
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Clip, Object, Video
from tvau_studio.gui.timeline.clip_bars import ClipBars
from tvau_studio.gui.timeline.density import Density
from tvau_studio.gui.timeline.lanes import Lane, Lanes, Stretch
from tvau_studio.gui.timeline.layout import KNOB, LANE, ClipBar, Hit, Layout, hit
from tvau_studio.gui.timeline.painter import between_diamonds
from tvau_studio.gui.timeline.pyramid import Pyramid
from tvau_studio.gui.timeline.scale import CLOSEST, Scale

WHO = Who("ann")

scales = st.builds(
    lambda frames, width, left, zoom: Scale(frames, width, left * frames, zoom).bounded(),
    st.integers(1, 10_000_000),
    st.floats(50, 4000),
    st.floats(0, 1),
    st.floats(1e-4, 100),
)


# -- scale


@given(scales, st.floats(0, 1))
def test_a_pixel_is_in_the_frame_that_it_shows(scale: Scale, share: float) -> None:
    x = share * scale.width
    frame = scale.frame(x)
    assert 0 <= frame < scale.frames
    assert scale.x(frame) - 1e-3 <= x
    assert x <= scale.x(frame + 1) + 1e-3 or frame == scale.frames - 1


@given(scales, st.floats(0.01, 100), st.floats(0, 1))
def test_zoom_keeps_what_is_under_the_pointer_unless_the_end_of_the_video_forbids_it(
    scale: Scale, factor: float, share: float
) -> None:
    x = share * scale.width
    zoomed = scale.zoomed(factor, x)
    least = zoomed.width / zoomed.frames
    assert least * 0.999 <= zoomed.per_frame <= max(CLOSEST, least) * 1.001
    assert zoomed.left >= 0
    assert zoomed.right <= zoomed.frames + 1e-6 * zoomed.frames
    inside = zoomed.left > 1e-9 and zoomed.right < zoomed.frames - 1e-6 * zoomed.frames
    if inside:
        assert zoomed.at(x) == pytest.approx(scale.at(x), abs=2 / zoomed.per_frame)


def test_a_view_is_fitted_panned_and_turned_like_a_page() -> None:
    scale = Scale.fitted(1000, 500)
    assert (scale.left, scale.right) == (0, 1000)
    assert scale.is_fitted
    near = Scale.fitted(1000, 500, 100, 150)
    assert (near.left, near.right) == (100, 150)
    assert near.panned(100).left == pytest.approx(90)
    assert near.panned(-1e9).right == pytest.approx(1000)
    assert near.showing(120) is near
    after = near.showing(150)
    assert after.x(150) == pytest.approx(0.08 * 500)
    before = near.showing(99)
    assert before.x(99) == pytest.approx(0.92 * 500)
    assert scale.resized(800).is_fitted
    assert near.resized(800).left == 100


@given(scales)
def test_numbers_stand_apart_and_lie_in_sight(scale: Scale) -> None:
    numbers, small = scale.ticks()
    assert all(b - a >= 0.99 * 64 / scale.per_frame for a, b in pairwise(numbers))
    assert not set(numbers) & set(small)
    assert len(numbers) <= scale.width / 64 + 2
    assert all(0 <= n < scale.frames for n in [*numbers, *small])


# -- scores

values = st.lists(st.one_of(st.none(), st.floats(0, 1, width=32)), min_size=1, max_size=700)


def array(found: list[float | None]) -> np.ndarray:
    return np.array([np.nan if v is None else v for v in found], np.float32)


@given(values, st.floats(0, 1), st.floats(0, 1), st.integers(1, 60))
def test_columns_are_least_and_most_of_what_lies_in_them(
    found: list[float | None], a: float, b: float, count: int
) -> None:
    scores = array(found)
    first, last = sorted((a * len(scores), b * len(scores)))
    edges = np.linspace(first, last + 1e-6, count + 1)
    least, most, known = Pyramid(scores).columns(edges)
    wide = (edges[-1] - edges[0]) / count
    for i in range(count):
        strict = scores[int(np.floor(edges[i])) : max(int(np.floor(edges[i])) + 1, int(np.ceil(edges[i + 1])))]
        # A column may take in what lies up to its own width beside it, never less than what lies in it.
        around = scores[max(0, int(np.floor(edges[i] - wide))) : max(1, int(np.ceil(edges[i + 1] + wide)) + 1)]
        if not np.all(np.isnan(strict)):
            assert most[i] >= np.nanmax(strict)
            assert least[i] <= np.nanmin(strict)
            assert most[i] <= np.nanmax(around)
            assert least[i] >= np.nanmin(around)
        if known[i]:
            assert not np.any(np.isnan(strict))


@given(values, values, st.floats(0, 1))
def test_a_changed_part_is_as_if_all_were_made_anew(
    old: list[float | None], new: list[float | None], at: float
) -> None:
    scores = array(old)
    a = int(at * (len(scores) - 1))
    part = array(new)[: len(scores) - a]
    pyramid = Pyramid(scores)
    changed = scores.copy()
    changed[a : a + len(part)] = part
    pyramid.update(changed, a, a + len(part))
    for count in (1, 7, 64):
        edges = np.linspace(0, len(scores), count + 1)
        for one, other in zip(pyramid.columns(edges), Pyramid(changed).columns(edges), strict=True):
            np.testing.assert_array_equal(one, other)


def test_outside_of_the_values_nothing_is_known() -> None:
    least, most, known = Pyramid(np.ones(4, np.float32)).columns(np.array([-4.0, -2.0, 2.0, 4.0, 6.0]))
    assert np.isnan(most).tolist() == [True, False, False, True]
    assert np.isnan(least[0])
    assert known.tolist() == [False, True, True, False]


# -- lanes


@pytest.fixture
def document() -> Document:
    made = Document([Video(key="v", path="v.mp4", frames=100), Clip(key="c", video="v", id="c", start=0, stop=100)])
    made.apply(actions.new_object(made, WHO, "v", 10, Box(1, 2, 3, 4), event="anomaly", stop=40, key="o"))
    return made


def test_a_lane_shows_life_hiding_and_absence(document: Document) -> None:
    for edit in (
        actions.set_occluded(document, WHO, "o", 20, True),
        actions.set_occluded(document, WHO, "o", 30, False),
    ):
        document.apply(edit)
    document.apply(actions.set_outside(document, WHO, "o", 50))
    lane = Lanes(document, "v", 100)[0]
    assert lane.life == (Stretch(10, 20, False), Stretch(20, 30, True), Stretch(30, 50, False))
    assert lane.keyframes == (10, 20, 30, 50)
    assert lane.outside == {50}
    assert lane.keyframes_in(20, 50) == (20, 30)
    assert [(b.start, b.stop, b.label, b.row) for b in lane.bars] == [(10, 40, "anomaly", 0)]
    assert lane.label == "1 · anomaly"


def test_segments_that_overlap_lie_below_each_other(document: Document) -> None:
    for a, b in ((20, 60), (40, 50), (60, 70)):
        document.apply(actions.add_segment(document, WHO, "o", a, b, motion_en="walks"))
    lane = Lanes(document, "v", 100)[0]
    assert [(b.start, b.row) for b in lane.bars] == [(10, 0), (20, 1), (40, 0), (60, 0)]
    assert lane.rows == 2


def test_only_what_an_edit_touches_is_made_anew(document: Document) -> None:
    document.apply(actions.new_object(document, WHO, "v", 0, Box(1, 2, 3, 4), key="p"))
    lanes = Lanes(document, "v", 100)
    first, second = lanes[0], lanes[1]
    edit = actions.set_segment(document, document.segments("o")[0].key, stop=30)
    document.apply(edit)
    lanes.touched(edit)
    assert lanes[0].bars[0].stop == 30
    assert lanes[0] is not first
    assert lanes[1] is second
    for edit in (
        actions.set_text(document, "object", "p", "appearance", "zh", "骑车的人"),
        actions.set_box(document, WHO, "p", 5, Box(9, 9, 9, 9)),
    ):
        document.apply(edit)
        lanes.touched(edit)
    assert lanes[1].label == "2 · 骑车的人"
    assert lanes[1].keyframes == (0, 5)
    edit = actions.delete_object(document, "o")
    document.apply(edit)
    lanes.touched(edit)
    assert lanes.keys == ["p"]
    edit = edit.inverse()
    document.apply(edit)
    lanes.touched(edit)
    assert lanes.keys == ["o", "p"]


def test_rejected_drafts_have_no_lane(document: Document) -> None:
    draft = Object(key="d", video="v", track=2, model="m", verdict="rejected")
    document._put("object", draft)
    assert Lanes(document, "v", 100).keys == ["o"]


# -- what lies under the pointer


def under(document: Document, x: float, y: float, **more: object) -> Hit:
    layout = Layout(1000, 300, 1)
    scale = Scale.fitted(100, 1000 - layout.gutter)
    settings = {
        "clips": [ClipBar("c", 0, 50, "new", 0), ClipBar("d", 25, 75, "new", 1)],
        "frame": 60,
        "range_": (5, 15),
        "selected": None,
        **more,
    }
    return hit(layout, scale, Lanes(document, "v", 100), x=layout.gutter + scale.x(x), y=y, **settings)  # type: ignore[arg-type]


def test_each_thing_is_found_where_it_is_drawn(document: Document) -> None:
    lane = Layout(1000, 300, 1).lane_top(0) + LANE / 2
    assert under(document, 10.5, lane) == Hit("keyframe", "o", frame=10)
    assert under(document, 25, lane).what == "segment"
    assert under(document, 40, lane).what == "segment-end"
    assert under(document, 10, lane - KNOB - 2).what == "segment-start"
    assert under(document, 70, lane) == Hit("lane", "o")
    assert under(document, 60.5, 5).what == "playhead"
    assert under(document, 5, 50).what == "range-start"
    assert under(document, 15, 5).what == "range-end"
    assert under(document, 33, 5).what == "ruler"
    assert under(document, 33, 50).what == "score"
    clips = Layout(1000, 300, 1).clips_top
    assert under(document, 30, clips + 8).clip == "c"
    assert under(document, 30, clips + 17).clip == "d"
    assert under(document, 60, clips + 8).clip == "d"
    assert under(document, 90, clips + 8) == Hit()
    layout = Layout(1000, 300, 1)
    named = hit(layout, Scale.fitted(100, 800), Lanes(document, "v", 100), [], 0, None, None, 20, lane)
    assert named == Hit("label", "o")


def test_of_segments_at_one_place_the_selected_one_is_taken(document: Document) -> None:
    document.apply(actions.add_segment(document, WHO, "o", 40, 80))
    first, second = (s.key for s in document.segments("o"))
    lane = Layout(1000, 300, 1).lane_top(0) + LANE / 2
    assert under(document, 40, lane, selected=first) == Hit("segment-end", "o", first)
    assert under(document, 40, lane, selected=second) == Hit("segment-start", "o", second)


# -- clips and density


@given(
    st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 60), st.sampled_from(["new", "accepted"])), max_size=60),
    st.floats(0, 1),
    st.floats(0.01, 20),
)
def test_of_clips_that_lie_on_one_pixel_one_is_drawn(
    rows: list[tuple[int, int, str]], left: float, per_frame: float
) -> None:
    clips = [
        Clip(key=f"c{n}", video="v", id=f"c{n}", start=a, stop=a + length, state=state)
        for n, (a, length, state) in enumerate(sorted(rows))
    ]
    bars = ClipBars(clips)
    scale = Scale(2100, 20.0, left * 2100, per_frame).bounded()
    seen, drawn = bars.in_sight(scale), bars.drawn(scale, "c0")
    assert set(drawn) <= set(seen)
    places = {(c.row, c.state, int(scale.x(c.stop) // 1)) for c in drawn}
    for clip in seen:
        near = {(clip.row, clip.state, int(scale.x(clip.stop) // 1) + d) for d in (-1, 0, 1)}
        assert near & places
    assert ("c0" in {c.key for c in seen}) == ("c0" in {c.key for c in drawn})


def test_the_density_counts_objects_in_the_picture(document: Document) -> None:
    density = Density()
    lanes = Lanes(document, "v", 100)
    objects, drafts = density.columns(lanes, 100, 10)
    # The one object is there from frame 10 to the end.
    np.testing.assert_allclose(objects, [0] + 9 * [1], atol=1e-9)
    np.testing.assert_allclose(drafts, 0)
    for edit in (
        actions.new_object(document, WHO, "v", 0, Box(1, 2, 3, 4), key="d"),
        Edit("A model's", (Change("object", "d", {"verdict": "accepted"}, {"verdict": "undecided"}),)),
    ):
        document.apply(edit)
        lanes.touched(edit)
    edit = actions.set_outside(document, WHO, "d", 25)
    document.apply(edit)
    lanes.touched(edit)
    objects, drafts = density.columns(lanes, 100, 10)
    np.testing.assert_allclose(objects, [1, 2, 1.5, *7 * [1]], atol=1e-9)
    np.testing.assert_allclose(drafts, [1, 1, 0.5, *7 * [0]], atol=1e-9)
    assert density.columns(lanes, 100, 10)[0] is objects
    for width in (1, 7, 333):
        assert density.columns(lanes, 100, width)[0].sum() * 100 / width == pytest.approx(90 + 25)


@given(st.sets(st.integers(0, 99), max_size=40), st.floats(10, 300))
def test_words_of_a_bar_lie_between_its_diamonds(keyframes: set[int], wanted: float) -> None:
    scale = Scale(100, 800, 0.0, 8.0)
    lane = Lane("o", 1, "", False, tuple(sorted(keyframes)), frozenset(), frozenset(), (), (), 1)
    left, width = between_diamonds(scale, lane, 0.0, 800.0, wanted)
    marks = [8 * (frame + 0.5) - 1 for frame in sorted(keyframes)]
    room = max(b - a for a, b in pairwise([0.0, *marks, 800.0]))
    assert 0 <= left <= left + width <= 800
    if room >= 44:
        assert not any(left < x < left + width for x in marks)
        assert width >= min(wanted + 16, room)
