"""Rows in memory: the ways through them, what follows from them, and edits that are refused whole."""

from __future__ import annotations

import random
from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tvau_studio.domain.document import Document, make_row
from tvau_studio.domain.edits import Change, Conflict, created, edit, removed
from tvau_studio.domain.labels import (
    Clip,
    Comment,
    Description,
    EventClass,
    Keyframe,
    Object,
    Override,
    Row,
    Segment,
    Video,
    keyframe_key,
    override_key,
    values_of,
)

VIDEO = Video(key="v", path="v.mp4", frames=50, height=90, width=90, environment_en="a street")
EARLY = Clip(key="c1", video="v", id="v:0:20", start=0, stop=20)
LATE = Clip(key="c2", video="v", id="v:30:50", start=30, stop=50, environment_en="a square")


def thing(key: str, track: int, *boxes: tuple[int, float, float], **more: object) -> list[Row]:
    rows: list[Row] = [Object(key=key, video="v", track=track, **more)]  # type: ignore[arg-type]
    for frame, x, y in boxes:
        rows.append(Keyframe(key=keyframe_key(key, frame), object=key, frame=frame, x=x, y=y, w=4.0, h=4.0))
    return rows


def outside(key: str, frame: int) -> Keyframe:
    return Keyframe(key=keyframe_key(key, frame), object=key, frame=frame, x=0.0, y=0.0, w=4.0, h=4.0, outside=True)


def segment(key: str, object: str, start: int, stop: int, event: str | None = None) -> Segment:
    return Segment(key=key, object=object, start=start, stop=stop, event=event)


def document(*rows: Row) -> Document:
    return Document([VIDEO, LATE, EARLY, *rows])


def test_rows_come_in_their_order() -> None:
    doc = document(
        *thing("o2", 2), *thing("o1", 1), segment("s2", "o1", 5, 9), segment("s1", "o1", 1, 30),
        Description(key="d2", clip="c1", position=1, language="en", text="b"),
        Description(key="d1", clip="c1", position=0, language="zh", text="a"),
        EventClass(key="z", position=0), EventClass(key="a", position=1),
        Comment(key="m2", clip="c1", text="later", made=2.0), Comment(key="m1", clip="c1", text="first", made=1.0),
    )  # fmt: skip
    assert [c.key for c in doc.clips("v")] == ["c1", "c2"]
    assert [o.key for o in doc.objects("v")] == ["o1", "o2"]
    assert [s.key for s in doc.segments("o1")] == ["s1", "s2"]
    assert [d.key for d in doc.descriptions("c1")] == ["d1", "d2"]
    assert [e.key for e in doc.event_classes] == ["z", "a"]
    assert [m.key for m in doc.comments("c1")] == ["m1", "m2"]
    assert doc.next_track("v") == 3
    assert Document().next_track("v") == 1


def test_an_object_is_in_every_clip_whose_frames_it_crosses() -> None:
    doc = document(
        *thing("through", 1, (5, 0, 0)), *thing("early", 2, (0, 0, 0)), outside("early", 10),
        *thing("late", 3, (40, 0, 0)),
        *thing("texts only", 4), segment("s", "texts only", 0, 20), *thing("no", 5, (0, 0, 0), verdict="rejected"),
    )  # fmt: skip
    assert [o.key for o in doc.objects_in(EARLY)] == ["through", "early", "texts only"]
    assert [o.key for o in doc.objects_in(LATE)] == ["through", "late"]


@pytest.mark.parametrize(
    ("verdict", "event", "override", "expected"),
    [
        ("accepted", "anomaly", None, True),
        ("accepted", None, None, False),
        ("undecided", "anomaly", None, False),
        ("rejected", "anomaly", None, False),
        ("accepted", "anomaly", False, False),
        ("accepted", None, True, True),
    ],
)
def test_a_clip_is_anomalous_by_its_accepted_segments_or_by_what_a_person_says(
    verdict: str, event: str | None, override: bool | None, expected: bool
) -> None:
    clip = replace(EARLY, anomaly=override)
    doc = Document([VIDEO, clip, *thing("o", 1, (0, 0, 0), verdict=verdict), segment("s", "o", 19, 25, event)])
    assert doc.anomalous(clip) is expected


def test_a_segment_that_only_touches_the_clip_says_nothing() -> None:
    doc = document(*thing("o", 1, (0, 0, 0)), segment("s", "o", 20, 30, "anomaly"))
    assert not doc.anomalous(EARLY)
    assert not doc.anomalous(LATE)


def test_regions_follow_from_the_boxes_within_the_clip() -> None:
    doc = document(*thing("o", 1, (0, 0.0, 0.0), (49, 84.0, 84.0)))
    assert doc.regions(doc.object("o"), EARLY) == ("top-left", "middle")
    assert doc.regions(doc.object("o"), LATE) == ("middle", "bottom-right")
    unknown = Document([replace(VIDEO, height=None), EARLY, *thing("o", 1, (0, 0.0, 0.0))])
    assert unknown.regions(unknown.object("o"), EARLY) == ()


def test_the_environment_is_the_clips_own_or_the_videos() -> None:
    doc = document()
    assert (doc.environment(EARLY), doc.environment(LATE), doc.environment(LATE, "zh")) == ("a street", "a square", "")


def test_an_override_is_found_by_object_and_clip() -> None:
    row = Override(key=override_key("o", "c1"), object="o", clip="c1", start_region="top")
    doc = document(*thing("o", 1), row)
    assert doc.override("o", "c1") == row
    assert doc.override("o", "c2") is None


def test_a_track_is_kept_until_one_of_its_keyframes_changes() -> None:
    doc = document(*thing("o", 1, (0, 0, 0)), *thing("p", 2, (0, 0, 0)))
    first, other = doc.track("o"), doc.track("p")
    assert doc.track("o") is first
    key = keyframe_key("o", 0)
    doc.apply(edit("Move", [Change("keyframe", key, {"x": 0}, {"x": 7.0})]))
    assert doc.track("o") is not first
    assert doc.track("p") is other
    shown = doc.track("o").at(0)
    assert shown is not None
    assert shown.box.x == 7.0


def test_a_row_that_moves_is_listed_at_its_new_parent() -> None:
    doc = document(*thing("o", 1), *thing("p", 2), segment("s", "o", 0, 5))
    doc.apply(edit("Give", [Change("segment", "s", {"object": "o"}, {"object": "p"})]))
    assert doc.segments("o") == []
    assert [s.key for s in doc.segments("p")] == ["s"]


def test_an_edit_that_does_not_fit_changes_nothing(random_edits: ModuleType) -> None:
    doc = document(*thing("o", 1, (0, 0, 0)))
    before = random_edits.contents(doc)
    good = Change("object", "o", {"track": 1}, {"track": 9})
    row = doc.object("o")
    for bad in (
        Change("object", "o", {"track": 1}, {"track": 5}),  # the first Change made it 9
        created(row),
        removed(Object(key="gone", video="v", track=3)),
        Change("video", "nobody", {"path": "a"}, {"path": "b"}),
    ):
        with pytest.raises(Conflict) as caught:
            doc.apply(edit("Both", [good, bad]))
        assert caught.value.change == bad
        assert random_edits.contents(doc) == before
    with pytest.raises(Conflict):
        doc.check(edit("Look", [created(row)]))


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_the_lists_by_parent_always_agree_with_the_rows(random_edits: ModuleType, seed: int) -> None:
    rng = random.Random(seed)
    doc = Document(random_edits.base_rows())
    for _ in range(30):
        doc.apply(random_edits.random_edit(rng, doc))
        fresh = Document(row for table in random_edits.FIELDS for row in doc.rows(table))
        for one in doc.objects(random_edits.VIDEO):
            assert doc.track(one.key).keyframes == fresh.track(one.key).keyframes
            assert doc.segments(one.key) == fresh.segments(one.key)
        for clip in doc.clips(random_edits.VIDEO):
            assert doc.objects_in(clip) == fresh.objects_in(clip)
            assert doc.comments(clip.key) == fresh.comments(clip.key)
        assert doc.objects(random_edits.VIDEO) == fresh.objects(random_edits.VIDEO)
        frame = rng.randrange(-1, 50)
        there = [o for o in doc.objects(random_edits.VIDEO) if o.verdict != "rejected" and doc.track(o.key).at(frame)]
        assert doc.present(random_edits.VIDEO, frame) == there


def test_a_row_is_made_from_its_fields() -> None:
    assert make_row("clip", "c1", values_of(EARLY)) == EARLY
