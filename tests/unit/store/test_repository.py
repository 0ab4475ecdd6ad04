"""Reading: a video's rows, the list of clips, one state of everything."""

from __future__ import annotations

import random
from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import compose, created, edit
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import Clip, Keyframe, Object, Row, Segment, Video, keyframe_key
from tvau_studio.store import repository, writer
from tvau_studio.store.engine import Store
from tvau_studio.store.rows import Stamp

ANN = Stamp("ann", "w")


def fill(store: Store, *rows: Row) -> None:
    writer.apply(store, edit("Fill", [created(row) for row in rows]), ANN)


@pytest.fixture
def two(store: Store) -> Store:
    """Two videos; ``b`` comes before ``a`` by path."""
    fill(
        store,
        Video(key="a", path="z.mp4", frames=40), Video(key="b", path="cam/x.mp4", frames=40),
        Clip(key="a2", video="a", id="z:10:20", start=10, stop=20),
        Clip(key="a1", video="a", id="z:0:10", start=0, stop=10),
        Clip(key="b1", video="b", id="y:0:40", start=0, stop=40, state="accepted"),
        Object(key="o", video="a", track=1), Object(key="p", video="b", track=1),
    )  # fmt: skip
    return store


def test_a_document_holds_one_video_or_all(two: Store, random_edits: ModuleType) -> None:
    one, other, everything = (repository.load(two, key) for key in ("a", "b", None))
    assert [c.key for c in one.clips("a")] == ["a1", "a2"]
    assert [len(list(d.rows("video"))) for d in (one, other, everything)] == [1, 1, 2]
    assert len(one.event_classes) == len(everything.event_classes) == 12
    assert one.event_classes[0].key == "person running"
    for table in random_edits.FIELDS:
        if table != "event_class":
            keys = {r.key for d in (one, other) for r in d.rows(table)}
            assert keys == {r.key for r in everything.rows(table)}
    with pytest.raises(UsageError, match="no such video"):
        repository.load(two, "gone")


def test_lists_of_rows_have_their_order(two: Store) -> None:
    assert [v.key for v in repository.videos(two)] == ["b", "a"]
    assert [c.key for c in repository.clips(two)] == ["b1", "a1", "a2"]
    assert [o.key for o in repository.objects(two)] == ["p", "o"]


def test_the_list_of_clips_comes_in_pages_and_orders(two: Store) -> None:
    def keys(**how: object) -> list[str]:
        return [c.key for c in repository.clip_list(two, **how)]  # type: ignore[arg-type]

    assert keys() == ["b1", "a1", "a2"]
    assert keys(order="id") == ["b1", "a1", "a2"]
    assert keys(order="state") == ["b1", "a1", "a2"]
    assert keys(limit=1, offset=1) == ["a1"]
    assert keys(offset=2) == ["a2"]
    assert keys(state="accepted") == ["b1"]
    assert keys(video="a") == ["a1", "a2"]
    assert keys(search="CAM/") == ["b1"]
    assert keys(search="10:2") == ["a2"]
    assert keys(search="%") == []
    assert [repository.clip_count(two), repository.clip_count(two, search="z:")] == [3, 2]
    with pytest.raises(UsageError, match="no order"):
        keys(order="size")


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
    try:
        found = {c.key: (c.objects, c.drafts, c.events, c.anomalous) for c in repository.clip_list(store)}
        one_page = {c.key: (c.objects, c.drafts, c.events, c.anomalous) for c in repository.clip_list(store, limit=5)}
    finally:
        writer.apply(store, everything.inverse(), ANN)
    assert found == {c.key: summary_by_document(document, c) for c in document.clips(random_edits.VIDEO)}
    assert one_page == found


def test_a_snapshot_stays_as_it_was(two: Store) -> None:
    with repository.snapshot(two) as snapshot:
        assert [v.key for v in snapshot.videos] == ["b", "a"]
        writer.apply(two, edit("Later", [created(Object(key="new", video="a", track=2))]), ANN)
        assert [len(d.objects(d.videos[0].key)) for d in snapshot.documents()] == [1, 1]
    assert len(repository.load(two, "a").objects("a")) == 2


def test_counts(two: Store) -> None:
    found = repository.counts(two)
    assert {k: v for k, v in found["rows"].items() if v} == {"video": 2, "clip": 3, "object": 2, "event_class": 12}
    assert found["clips"] == {"accepted": 1, "new": 2}
    assert found["edits"] == {"ann": 1}
