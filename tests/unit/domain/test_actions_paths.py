"""Commands on whole paths: each changes what it says, and every other frame stays as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Edit, created
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Clip, Comment, Keyframe, Object, Row, Segment, Video, keyframe_key
from tvau_studio.domain.links import links
from tvau_studio.domain.splicing import GAPS, Gap, difference
from tvau_studio.domain.tracks import Track

WHO = Who("ann", clock=lambda: 1234.5)
FRAMES = 60
numbers = st.integers(0, 9000).map(lambda n: n / 100)


def document(**paths: list[Keyframe]) -> Document:
    rows: list[Row] = [Video(key="v", path="v.mp4", frames=FRAMES, height=90, width=90)]
    rows.append(Clip(key="c", video="v", id="v:0:60", start=0, stop=FRAMES))
    for n, (name, keyframes) in enumerate(paths.items(), start=1):
        rows.append(Object(key=name, video="v", track=n, appearance_en=f"the {name}"))
        rows += keyframes
        rows.append(Segment(key=f"s-{name}", object=name, start=0, stop=FRAMES, event="person running"))
    return Document(rows)


def at(name: str, frame: int, x: float, outside: bool = False, **more: object) -> Keyframe:
    return Keyframe(
        key=keyframe_key(name, frame), object=name, frame=frame, x=x, y=5, w=10, h=10, outside=outside, **more
    )  # type: ignore[arg-type]


@st.composite
def two(draw: st.DrawFn) -> Document:
    def one(name: str) -> list[Keyframe]:
        frames = draw(st.lists(st.integers(0, FRAMES - 1), min_size=1, max_size=6, unique=True))
        return [at(name, f, draw(numbers), draw(st.booleans()), occluded=draw(st.booleans())) for f in frames]

    return document(a=one("a"), b=one("b"))


def same(a: Track, b: Track, frame: int) -> bool:
    p, q = a.at(frame), b.at(frame)
    if p is None or q is None:
        return p is q
    return difference(p.box, q.box) <= 0.031 and p.occluded == q.occluded


def contents(doc: Document) -> dict[str, set[Row]]:
    return {table: set(doc.rows(table)) for table in ("object", "keyframe", "segment", "override", "comment")}


def tried(doc: Document, action: object, *args: object, **more: object) -> Edit | None:
    """The Edit, applied; None where it was refused. What is taken back is as if nothing had been."""
    before = contents(doc)
    try:
        edit = action(doc, *args, **more)  # type: ignore[operator]
    except UsageError:
        assert contents(doc) == before
        return None
    doc.apply(edit)
    doc.apply(edit.inverse())
    assert contents(doc) == before
    doc.apply(edit)
    return edit  # type: ignore[no-any-return]


@given(two(), st.integers(0, FRAMES - 1), st.integers(-70, 70))
def test_a_box_that_is_propagated_stays_that_long(doc: Document, frame: int, count: int) -> None:
    old = doc.track("a")
    if tried(doc, actions.propagate, WHO, "a", frame, count) is None:
        assert old.at(frame) is None
        return
    new, first, last = doc.track("a"), max(0, min(frame, frame + count)), min(FRAMES - 1, max(frame, frame + count))
    for f in range(FRAMES):
        shown = new.at(f)
        if first <= f <= last:
            assert shown is not None
            assert shown.box == old.at(frame).box  # type: ignore[union-attr]
        else:
            assert same(old, new, f)


@given(two(), st.integers(0, FRAMES - 1))
def test_a_split_object_is_two_that_make_the_whole(doc: Document, frame: int) -> None:
    old = doc.track("a")
    if tried(doc, actions.split_object, WHO, "a", frame, key="z") is None:
        return
    for f in range(FRAMES):
        assert same(doc.track("a" if f < frame else "z"), old, f)
        assert doc.track("z" if f < frame else "a").at(f) is None
    assert [(s.start, s.stop) for s in (*doc.segments("a"), *doc.segments("z"))] == (
        [(0, frame), (frame, FRAMES)] if frame else [(0, FRAMES)]
    )
    assert doc.object("z").appearance_en == "the a"
    assert doc.object("z").track == 3


@given(two(), st.sampled_from(GAPS))
def test_merged_objects_are_where_either_was(doc: Document, gap: Gap) -> None:
    a, b = doc.track("a"), doc.track("b")
    holes = [f for r in actions.gap_between(doc, ["a", "b"]) for f in r]
    if tried(doc, actions.merge_objects, ["a", "b"], gap) is None:
        return
    assert [o.key for o in doc.objects("v")] == ["a"]
    new = doc.track("a")
    for f in range(FRAMES):
        if f in holes:
            assert (new.at(f) is None) == (gap == "absent")
        else:
            assert same(new, a if a.at(f) is not None else b, f)
    assert [(s.object, s.start, s.stop) for s in doc.segments("a")] == [("a", 0, FRAMES)]


@given(two(), st.integers(0, FRAMES - 1))
def test_exchanging_twice_changes_nothing_on_screen(doc: Document, frame: int) -> None:
    a, b = doc.track("a"), doc.track("b")
    if tried(doc, actions.exchange, "a", "b", frame) is None:
        return
    for f in range(FRAMES):
        assert same(doc.track("a"), a if f < frame else b, f)
        assert same(doc.track("b"), b if f < frame else a, f)
    if tried(doc, actions.exchange, "a", "b", frame) is not None:
        assert all(same(doc.track("a"), a, f) and same(doc.track("b"), b, f) for f in range(FRAMES))


@given(two(), st.integers(0, FRAMES - 2), st.integers(1, FRAMES))
def test_what_is_trimmed_is_gone_outside_alone(doc: Document, start: int, length: int) -> None:
    old, stop = doc.track("a"), min(FRAMES, start + length)
    if tried(doc, actions.trim, "a", start, stop) is None:
        return
    for f in range(FRAMES):
        assert same(doc.track("a"), old, f) if start <= f < stop else doc.track("a").at(f) is None
    assert [(s.start, s.stop) for s in doc.segments("a")] == [(start, stop)]


@given(two(), st.floats(-20, 20))
def test_a_duplicate_is_the_same_a_little_beside(doc: Document, dx: float) -> None:
    tried(doc, actions.duplicate, WHO, "a", dx, 0.0, key="z")
    old, new = doc.track("a"), doc.track("z")
    for f in range(FRAMES):
        p, q = old.at(f), new.at(f)
        assert (p is None) == (q is None)
        if p is not None and q is not None:
            assert abs(q.box.x - p.box.x - dx) <= 0.02
    assert [(s.start, s.stop, s.event) for s in doc.segments("z")] == [(0, FRAMES, "person running")]


def test_a_duplicated_draft_is_a_persons() -> None:
    doc = document(a=[at("a", 0, 1)])
    doc.apply(
        Edit("Propose", tuple(c for c in [actions_changed(doc, model="tvau-tiny", verdict="undecided", score=0.5)]))
    )
    doc.apply(actions.duplicate(doc, WHO, "a", key="z"))
    row = doc.object("z")
    assert (row.model, row.verdict, row.score, row.author) == ("", "accepted", None, "ann")


def actions_changed(doc: Document, **fields: object):  # type: ignore[no-untyped-def]
    from tvau_studio.domain.edits import changed

    return changed(doc.object("a"), **fields)


def test_a_merge_brings_over_what_was_said() -> None:
    doc = document(a=[at("a", 0, 1), at("a", 10, 1, outside=True)], b=[at("b", 20, 1)])
    doc.apply(actions.set_text(doc, "object", "b", "appearance", "zh", "红衣"))
    doc.apply(Edit("Remark", (created(Comment(key="m", clip="c", text="why?", object="b")),)))
    doc.apply(actions.set_segment(doc, "s-a", stop=10))
    doc.apply(actions.set_segment(doc, "s-b", start=20))
    apart = Document([r for t in contents(doc) for r in doc.rows(t)] + [doc.video("v"), doc.clip("c")])
    doc.apply(actions.merge_objects(doc, ["a", "b"], "move"))
    row = doc.object("a")
    assert (row.appearance_en, row.appearance_zh) == ("the a", "红衣")
    assert [c.object for c in doc.comments("c")] == ["a"]
    assert [(s.start, s.stop) for s in doc.segments("a")] == [(0, FRAMES)]
    apart.apply(actions.merge_objects(apart, ["a", "b"], "absent"))
    assert [(s.start, s.stop) for s in apart.segments("a")] == [(0, 10), (20, FRAMES)]


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (lambda d: actions.merge_objects(d, ["a"]), "two objects"),
        (lambda d: actions.merge_objects(d, ["a", "a"]), "two objects"),
        (lambda d: actions.exchange(d, "a", "a", 3), "two objects"),
        (lambda d: actions.split_object(d, WHO, "a", 0), "one side"),
        (lambda d: actions.trim(d, "b", 0, 10), "nothing of it would be left"),
        (lambda d: actions.propagate(d, WHO, "b", 3, 4), "not in the picture in frame 3"),
        (lambda d: actions.remove_keyframes_in(d, "a", FrameRange(0, 60)), "only keyframes"),
    ],
)
def test_what_makes_no_sense_is_refused(wish, why: str) -> None:  # type: ignore[no-untyped-def]
    doc = document(a=[at("a", 0, 1), at("a", 9, 4)], b=[at("b", 20, 1)])
    with pytest.raises(UsageError, match=why):
        wish(doc)


def test_keyframes_of_a_range_go_at_once() -> None:
    doc = document(a=[at("a", f, f) for f in (0, 5, 7, 30)])
    edit = actions.remove_keyframes_in(doc, "a", FrameRange(5, 30))
    doc.apply(edit)
    assert edit.label == "Delete 2 keyframes"
    assert [k.frame for k in doc.track("a").keyframes] == [0, 30]
    assert not actions.remove_keyframes_in(doc, "a", FrameRange(5, 30))


def test_thinning_is_one_step() -> None:
    doc = document(a=[at("a", f, 2 * f) for f in range(0, 21)])
    doc.apply(actions.thin(doc, "a", 0.5))
    assert [k.frame for k in doc.track("a").keyframes] == [0, 20]
    assert not actions.thin(doc, "a", 0.5)


def test_links_are_ranked_by_gap_and_overlap() -> None:
    doc = document(
        a=[at("a", 0, 0), at("a", 10, 20), at("a", 11, 20, outside=True)],
        far=[at("far", 12, 80), at("far", 30, 80)],
        near=[at("near", 15, 30), at("near", 30, 60)],
        twin=[at("twin", 5, 10.5), at("twin", 10, 20.5), at("twin", 11, 20, outside=True)],
    )
    found = links(doc, "a", FRAMES)
    assert [f.object for f in found] == ["twin", "near", "far"]
    assert [f.gap for f in found] == [-6, 4, 1]
    assert found[1].iou > 0.9  # it moves on as it moved
    assert found[2].iou == 0
    assert links(doc, "near", FRAMES)[0].object == "a"
    assert links(doc, "near", FRAMES, longest=3) == []


def test_the_middle_of_a_gap() -> None:
    track = Track([at("a", 0, 0), at("a", 10, 0), at("a", 11, 0), at("a", 20, 0, outside=True), at("a", 30, 0)])
    assert [track.middle_of_gap(f) for f in (0, 9, 10, 12, 25, 40)] == [5, 5, None, 15, None, None]


@given(two(), st.integers(0, FRAMES - 2), st.integers(1, 20), st.booleans(), st.booleans())
def test_what_a_tracker_found_is_taken_and_the_rest_stays(
    doc: Document, frame: int, length: int, forward: bool, ended: bool
) -> None:
    old = doc.track("a")
    frames = range(frame + 1, min(FRAMES, frame + 1 + length)) if forward else range(max(0, frame - length), frame)
    boxes = {f: Box(3 * f, 7, 12, 12) for f in frames}
    more = {"tool": "tracker", "score": 0.5, "ended": ended}
    if tried(doc, actions.take_track, WHO, "a", frame, boxes, **more) is None:
        assert old.at(frame) is None or not boxes
        return
    new = doc.track("a")
    for f, box in boxes.items():
        shown = new.at(f)
        assert shown is not None
        assert difference(shown.box, box) <= 1.6  # thinned
    assert new.at(frame).box == old.at(frame).box  # type: ignore[union-attr]
    first, last = min(frame, *boxes), max(frame, *boxes)
    set_behind = [k.frame for k in old.keyframes if k.frame > last]
    for f in range(FRAMES):
        if f < first:
            assert same(new, old, f) if any(k.frame < first for k in old.keyframes) else new.at(f) is None
        elif f > last and forward and ended:
            assert same(new, old, f) if set_behind and f >= set_behind[0] else new.at(f) is None
        elif f > last and forward and not set_behind:
            assert new.at(f) is not None
        elif f > last:
            assert same(new, old, f)
    row = doc.object("a")
    assert (row.model, row.verdict, row.touched, row.score) == ("tracker", "undecided", True, 0.5)
