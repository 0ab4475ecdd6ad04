"""What SQLite and PostgreSQL do differently: the only SQL that is not common to both."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, select, text

from tvau_studio.store import schema

APPLICATION_ID = 0x54564155
"""``TVAU`` in the header of a SQLite file, by which ``file`` and we tell a project from any other database."""

BUSY_SECONDS = 10
"""How long a writer waits for another one before it gives up."""

_WRITES = "tvau_writes"


def is_url(target: str) -> bool:
    return "://" in target


def make_engine(target: str | Path) -> Engine:
    """An engine on a SQLite file or a PostgreSQL URL. Nothing is opened yet."""
    if is_url(str(target)):
        scheme, _, rest = str(target).partition("://")
        url = f"postgresql+psycopg://{rest}" if scheme in ("postgresql", "postgres") else str(target)
        return create_engine(url, pool_pre_ping=True)
    # mode=rw: SQLite must never make an empty file where a project is missing.
    uri = f"{Path(target).absolute().as_uri()}?mode=rw"
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False),
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=-1,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    # Python's own transaction handling would begin too late and commit behind our back.
    connection.isolation_level = None
    cursor = connection.cursor()
    for setting in ("foreign_keys=ON", "synchronous=FULL", f"busy_timeout={BUSY_SECONDS * 1000}", "cache_size=-32000"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that holds the project's write lock from its first statement: the order of commits is the order of
    the log, also for readers.
    """
    with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        if engine.dialect.name != "sqlite":
            connection.execute(select(schema.project.c.id).with_for_update())
        yield connection


@contextlib.contextmanager
def writing_schema(engine: Engine) -> Iterator[Connection]:
    """A transaction that makes or changes tables in a database of others' too; one program at a time."""
    with engine.connect() as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({APPLICATION_ID})"))
        yield connection


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees the project as it is at its first statement, whatever others commit meanwhile."""
    options: dict[str, Any] = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def finish_sqlite(engine: Engine) -> None:
    """Mark a new or upgraded SQLite file as ours, in the file itself rather than in its log."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version={schema.VERSION}")
            connection.commit()


def use_wal(engine: Engine) -> None:
    """Readers never wait for the writer from here on (kept in the file)."""
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode=WAL").fetchall()
        finally:
            raw.close()


def leave_wal(engine: Engine) -> bool:
    """Fold the log beside a SQLite file into it for good; False where somebody else has it open."""
    engine.dispose()
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA busy_timeout=0")
        return bool(cursor.execute("PRAGMA journal_mode=DELETE").fetchone()[0] == "delete")
    except sqlite3.OperationalError:
        return False
    finally:
        raw.close()


def integrity(connection: Connection) -> list[str]:
    """What the database itself finds wrong: broken pages or indexes, rows that point to nothing."""
    if connection.dialect.name != "sqlite":
        return []
    found = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check"))]
    problems = [] if found == ["ok"] else found
    lost = Counter((row[0], row[2]) for row in connection.execute(text("PRAGMA foreign_key_check")))
    problems += [f"{n} row(s) of {table} belong to a {parent} that is not there" for (table, parent), n in lost.items()]
    return problems


def backup_sqlite(source: Path, target: Path) -> None:
    """A consistent copy of a project that is in use, as one file. target: must not exist."""
    with (
        contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as old,
        contextlib.closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        # A copy is one file: it needs no log beside it until it is opened as a project.
        new.execute("PRAGMA journal_mode=DELETE").fetchall()


def header(path: Path) -> int | None:
    """The application id of a SQLite file, or None where the file is no SQLite database. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100 or not head.startswith(b"SQLite format 3\x00"):
        return None
    return int.from_bytes(head[68:72], "big")
