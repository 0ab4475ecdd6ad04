"""The list of clips: heads of all, and what is in those that are asked for, as the document finds it."""

from __future__ import annotations

import random
from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import compose, created, edit
from tvau_studio.domain.labels import Clip, Keyframe, Object, Row, Segment, Video, keyframe_key
from tvau_studio.store import clip_list, tail, writer
from tvau_studio.store.engine import Store
from tvau_studio.store.rows import Stamp

ANN = Stamp("ann", "w")


@pytest.fixture
def two(store: Store) -> Store:
    """Two videos; ``b`` comes before ``a`` by path."""
    rows = [
        Video(key="a", path="z.mp4", frames=40), Video(key="b", path="Cam/x.mp4", frames=40),
        Clip(key="a2", video="a", id="z:10:20", start=10, stop=20, assignee="bo"),
        Clip(key="a1", video="a", id="z:0:10", start=0, stop=10),
        Clip(key="b1", video="b", id="y:0:40", start=0, stop=40, state="accepted", annotator="ann"),
        Object(key="o", video="a", track=1), Object(key="p", video="b", track=1),
    ]  # fmt: skip
    writer.apply(store, edit("Fill", [created(row) for row in rows]), ANN)
    return store


def test_heads_come_by_path_then_start(two: Store) -> None:
    found = clip_list.heads(two)
    assert [h.key for h in found.heads] == ["b1", "a1", "a2"]
    assert found.heads[0] == ("b1", "y:0:40", "b", 0, 40, "accepted", "ann", "")
    assert found.paths == {"a": "z.mp4", "b": "Cam/x.mp4"}
    assert found.seq == tail.last_seq(two)


def test_what_is_in_a_clip_is_counted_where_it_is_asked_for(two: Store) -> None:
    segment = Segment(key="s", object="o", start=8, stop=12, event="person running")
    writer.apply(two, edit("Event", [created(segment)]), ANN)
    (found,) = clip_list.summaries(two, ["a2", "gone"])
    assert (found.key, found.path, found.objects, found.drafts, found.events) == (
        "a2", "z.mp4", 1, 0, ("person running",),
    )  # fmt: skip
    assert (found.anomalous, found.assignee, found.known) == (True, "bo", True)
    assert [c.key for c in clip_list.clip_list(two)] == ["b1", "a1", "a2"]
    assert clip_list.summaries(two, []) == []


def test_clips_are_found_by_their_events(two: Store) -> None:
    segment = Segment(key="s", object="o", start=8, stop=12, event="person running")
    normal = Segment(key="n", object="p", start=0, stop=40)
    writer.apply(two, edit("Event", [created(segment), created(normal)]), ANN)
    assert clip_list.clips_with_event(two, "RUNN") == {"a1", "a2"}
    assert clip_list.clips_with_event(two, "fight") == set()


def summary_by_document(document: Document, clip: Clip) -> tuple[int, int, tuple[str, ...], bool]:
    things = document.objects_in(clip)
    events = {
        s.event for o in things for s in document.segments(o.key) if s.event is not None and s.range.overlap(clip.range)
    }
    return len(things), sum(o.is_draft for o in things), tuple(sorted(events)), document.anomalous(clip)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_the_list_counts_what_the_document_finds(store: Store, random_edits: ModuleType, seed: int) -> None:
    rng = random.Random(seed)
    document = Document(random_edits.base_rows())
    edits = [random_edits.base_edit()]
    for _ in range(40):
        one = random_edits.random_edit(rng, document)
        document.apply(one)
        edits.append(one)
    drafts = [
        created(replace(o, key=f"{o.key}-d", track=o.track + 100, verdict=rng.choice(("undecided", "rejected"))))
        for o in document.objects(random_edits.VIDEO)
    ]
    marks: list[Row] = []
    for change in drafts:
        frame = rng.randrange(40)
        marks.append(Segment(key=f"s{change.key}", object=change.key, start=frame, stop=frame + 3, event="anomaly"))
        marks.append(Keyframe(key=keyframe_key(change.key, frame), object=change.key, frame=frame, x=0, y=0, w=1, h=1))
    more = edit("Drafts", [*drafts, *(created(m) for m in marks)])
    document.apply(more)
    everything = compose([*edits, more])
    writer.apply(store, everything, ANN)
    clips = document.clips(random_edits.VIDEO)
    try:
        found = {c.key: (c.objects, c.drafts, c.events, c.anomalous) for c in clip_list.clip_list(store)}
        asked = clip_list.summaries(store, [c.key for c in clips])
        drafted = clip_list.clips_with_drafts(store)
        events = {name: clip_list.clips_with_event(store, name) for name in ("anomaly", "running")}
    finally:
        writer.apply(store, everything.inverse(), ANN)
    assert found == {c.key: summary_by_document(document, c) for c in clips}
    assert {c.key: (c.objects, c.drafts, c.events, c.anomalous) for c in asked} == found
    assert drafted == {key for key, (_, n, _, _) in found.items() if n}
    for name, keys in events.items():
        assert keys == {key for key, (_, _, names, _) in found.items() if any(name in n for n in names)}
