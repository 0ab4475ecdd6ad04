"""Projects are made, opened, upgraded and copied; what is none is refused in a sentence, with nothing left behind."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.labels import EVENTS
from tvau_studio.store import checking, dialect, lifecycle, repository, schema
from tvau_studio.store.engine import Store

Opened = Callable[[Path], Store]


def files(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def set_version(path: Path, number: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (f"{number:04d}",))
        connection.commit()


def test_a_new_project_is_one_file_with_the_event_classes(tmp_path: Path) -> None:
    path = tmp_path / "labels 100% é.tvau"
    store = lifecycle.create(path, "labels", "ann", "1.2")
    assert [e.key for e in repository.event_classes(store)] == list(EVENTS)
    assert all(e.name_zh for e in repository.event_classes(store))
    assert lifecycle.facts(store)["name"] == "labels"
    assert checking.check(store) == []
    store.close()
    assert files(tmp_path) == [path.name]


def test_what_we_promise_of_the_file(file_store: Store, project: Path) -> None:
    with file_store.engine.connect() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "application_id", "user_version")
        }
    assert pragma == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1,
        "application_id": dialect.APPLICATION_ID, "user_version": schema.VERSION,
    }  # fmt: skip
    assert dialect.header(project) == dialect.APPLICATION_ID


def test_a_name_that_is_taken_is_refused(project: Path) -> None:
    before = project.read_bytes()
    with pytest.raises(StudioError, match="exists already"):
        lifecycle.create(project, "p", "ann", "0")
    assert project.read_bytes() == before
    assert files(project.parent) == ["p.tvau"]


def test_what_another_project_left_behind_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "p.tvau-wal").write_bytes(b"x" * 100)
    with pytest.raises(StudioError, match="left behind by another project"):
        lifecycle.create(tmp_path / "p.tvau", "p", "ann", "0")
    assert files(tmp_path) == ["p.tvau-wal"]


def test_where_nothing_can_be_written_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StudioError, match=r"folder .* is not there"):
        lifecycle.create(tmp_path / "no" / "p.tvau", "p", "ann", "0")

    def refuse(*args: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("tempfile.mkstemp", refuse)
        with pytest.raises(StudioError, match="cannot be written"):
            lifecycle.create(tmp_path / "p.tvau", "p", "ann", "0")
    with monkeypatch.context() as patch:
        patch.setattr(lifecycle, "_fill", refuse)  # half-way
        with pytest.raises(StudioError, match="cannot be written"):
            lifecycle.create(tmp_path / "p.tvau", "p", "ann", "0")
    assert files(tmp_path) == []


def test_of_two_that_make_the_same_project_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "p.tvau"
    start, results = threading.Barrier(2), []

    def make() -> None:
        start.wait()
        try:
            lifecycle.create(path, "p", "ann", "0").close()
            results.append("made")
        except StudioError as error:
            results.append(str(error))

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("made") == 1
    assert any("exists already" in r for r in results)
    assert files(tmp_path) == ["p.tvau"]


@pytest.mark.parametrize("content", [b"", b"video,description\n", b"SQLite format 3\x00" + bytes(200)])
def test_what_is_no_project_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.tvau"
    path.write_bytes(content)
    with pytest.raises(StudioError, match="is no tvau-studio project"):
        lifecycle.open_store(path)
    assert path.read_bytes() == content
    assert files(tmp_path) == ["x.tvau"]


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE project (id INTEGER)")
    with pytest.raises(StudioError, match="is no tvau-studio project"):
        lifecycle.open_store(path)


def test_a_missing_file_or_a_folder_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="is not there"):
        lifecycle.open_store(tmp_path / "gone.tvau")
    with pytest.raises(StudioError, match="is a folder"):
        lifecycle.open_store(tmp_path)
    assert files(tmp_path) == []


def test_a_newer_schema_is_refused(project: Path) -> None:
    set_version(project, schema.VERSION + 1)
    before = project.read_bytes()
    for call in (lifecycle.open_store, lifecycle.upgrade):
        with pytest.raises(StudioError, match="newer version of tvau-studio"):
            call(project)
    assert project.read_bytes() == before


def test_a_damaged_file_says_so(project: Path) -> None:
    data = bytearray(project.read_bytes())
    data[100:4096] = bytes(3996)
    project.write_bytes(data)
    with pytest.raises(StudioError, match="damaged"):
        lifecycle.open_store(project)


def test_a_project_that_may_only_be_read_says_so_when_it_is_opened(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def read_only(where: str, **how: object) -> sqlite3.Connection:
        return connect(where.replace("mode=rw", "mode=ro"), **how)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(dialect.sqlite3, "connect", read_only)  # whatever the rights of who runs the tests
    with pytest.raises(StudioError, match=r"p\.tvau cannot be written"):
        lifecycle.open_store(project)


def test_an_older_schema_is_upgraded_after_a_copy_was_made(
    project: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = schema.VERSION

    def migrate(connection: object) -> None:
        newer = f"UPDATE alembic_version SET version_num = '{now + 1:04d}'"
        connection.exec_driver_sql(newer)  # type: ignore[attr-defined]

    monkeypatch.setattr(schema, "VERSION", now + 1)
    monkeypatch.setattr(lifecycle, "_migrate", migrate)
    store = opened(project)
    with store.reading() as connection:
        assert lifecycle.read_version(connection) == now + 1
    copy = project.with_name(f"p.schema-{now}.tvau")
    assert copy.exists()
    monkeypatch.setattr(schema, "VERSION", now)
    assert checking.check(opened(copy)) == []


def test_an_upgrade_that_fails_changes_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def migrate(connection: object) -> None:
        connection.exec_driver_sql("DROP TABLE comment")  # type: ignore[attr-defined]
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(schema, "VERSION", schema.VERSION + 1)
        patch.setattr(lifecycle, "_migrate", migrate)
        with pytest.raises(RuntimeError):
            lifecycle.open_store(project)
    assert lifecycle.upgrade(project) == (schema.VERSION, schema.VERSION, None)


def test_a_copy_is_made_while_the_project_is_in_use(
    file_store: Store, project: Path, tmp_path: Path, opened: Opened
) -> None:
    target = tmp_path / "copy.tvau"
    with file_store.writing():
        lifecycle.backup(project, target)
    assert repository.counts(opened(target)) == repository.counts(file_store)
    with pytest.raises(StudioError, match="exists already"):
        lifecycle.backup(project, target)


def test_a_writer_that_never_lets_go_is_named(project: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialect, "BUSY_SECONDS", 0)
    other = opened(shutil.copy(project, project.with_name("q.tvau")))
    third = lifecycle.open_store(other.path or "")
    with (
        other.writing(),
        pytest.raises(StudioError, match="held by another program"),
        third.writing(),
    ):
        pass
    third.close()


def test_a_full_disk_is_said(file_store: Store) -> None:
    full = sqlite3.OperationalError("database or disk is full")
    with pytest.raises(StudioError, match=r"disk .* is full"), file_store.writing():
        raise full


@pytest.mark.parametrize("url", ["mysql://u@h/db", "http://example.org/x"])
def test_only_postgresql_is_taken_as_a_url(url: str) -> None:
    with pytest.raises(UsageError, match="is no project"):
        lifecycle.open_store(url)


def test_a_password_is_never_shown() -> None:
    shown = lifecycle.shown("postgresql://ann:secret@host:5432/labels")
    assert shown == "postgresql://ann@host:5432/labels"
    assert lifecycle.shown("a:b@c.tvau") == "a:b@c.tvau"
    assert lifecycle.shown("postgresql://host/labels") == "postgresql://host/labels"
