"""Reading: a video's rows, one state of everything."""

from __future__ import annotations

from types import ModuleType

import pytest

from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import Clip, Object, Row, Video
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
