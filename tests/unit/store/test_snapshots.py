"""Snapshots stay what they were, and say so where they are not."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from sqlalchemy import update

from tests.unit.formats.generated import documents
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.labels import TABLES, Video
from tvau_studio.domain.snapshots import Release
from tvau_studio.store import checking, lifecycle, repository, schema, snapshots, writer
from tvau_studio.store.engine import Store
from tvau_studio.store.rows import Stamp


@given(document=documents())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_come_back_as_they_were(document: Document) -> None:
    for video in document.videos:
        one = Document(r for t in TABLES for r in document.rows(t))
        again = snapshots._unpacked(snapshots._packed(one))
        assert all(list(again.rows(t)) == list(one.rows(t)) for t in TABLES)
        assert again.video(video.key) == video


def test_a_field_that_came_later_takes_its_default() -> None:
    old = zlib.compress(json.dumps([["video", ["key", "path", "gone"], [["v", "a.mp4", 1]]]]).encode())
    [video] = snapshots._unpacked(old).videos
    assert (video.key, video.path, video.frames) == ("v", "a.mp4", None)


def test_names_are_unique_and_listed(store: Store) -> None:
    made = snapshots.make(store, "  first  release ", "for the paper\n", "ann")
    assert (made.name, made.note, made.author) == ("first release", "for the paper", "ann")
    snapshots.make(store, "second", "", "bob")
    assert [s.name for s in snapshots.all_of(store)] == ["first release", "second"]
    assert snapshots.all_of(store)[0] == made
    with pytest.raises(UsageError, match="'second' already"):
        snapshots.make(store, "second", "", "ann")
    with pytest.raises(UsageError, match="needs a name"):
        snapshots.make(store, " \n", "", "ann")
    assert snapshots.count(store) == 2
    with store.reading() as connection, pytest.raises(UsageError, match="there is: first release, second"):
        snapshots.opened(connection, "third")
    assert checking.check(store) == []


def test_one_that_was_tampered_with_is_refused(store: Store) -> None:
    video = Video(key="v", path="a.mp4", frames=9)
    writer.apply(store, edit("Add", [created(video)]), Stamp("ann", "s"))
    snapshots.make(store, "s", "", "ann")
    part = schema.snapshot_part
    with store.writing() as connection:
        connection.execute(update(part).where(part.c.position == 0).values(content=b"other"))
    with store.reading() as connection:
        kept = snapshots.opened(connection, "s")
        assert kept.videos == [video_of(store)]
        with pytest.raises(StudioError, match="is damaged"):
            kept.document("v")
    with store.writing() as connection:
        connection.execute(part.delete())
    with store.reading() as connection, pytest.raises(StudioError, match="is damaged"):
        snapshots.opened(connection, "s")


def video_of(store: Store) -> Video:
    [video] = repository.videos(store)
    return video


def test_exports_are_remembered_the_last_one_first(store: Store) -> None:
    for n in range(2):
        row = Release(f"k{n}", "s", "ann", float(n), "a.jsonl", "0f", {"format": "jsonl"}, {"people": {"ann": 3}})
        snapshots.record(store, row)
    assert [r.key for r in snapshots.releases(store)] == ["k1", "k0"]
    assert snapshots.releases(store)[1].facts == {"people": {"ann": 3}}


def test_a_project_without_snapshots_gets_them(
    tmp_path: Path, opened: Callable[[Path], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade, path = command.upgrade, tmp_path / "old.tvau"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "VERSION", 3)
        patch.setattr(lifecycle, "EVENTS", ())  # classes as they are now do not fit into it
        patch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0003"))
        lifecycle.create(path, "old", "maker", "0").close()
    store = opened(path)
    assert path.with_name("old.schema-3.tvau").exists()
    snapshots.make(store, "s", "", "ann")
    assert checking.check(store) == []
