"""Making, opening, upgrading and copying a project: a SQLite file or a PostgreSQL database."""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, exc, inspect, select, text, update

from tvau_studio.domain.dialogue import event_name
from tvau_studio.domain.edits import Edit, created
from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.labels import EVENTS, EventClass
from tvau_studio.store import dialect, schema, writer
from tvau_studio.store.engine import Store, translated

_log = logging.getLogger(__name__)

_alembic = threading.Lock()
"""Alembic keeps what it works on in globals of its modules."""

_NO_PROJECT = "{path} is no tvau-studio project; choose a *.tvau file, or make one with: tvau-studio new PROJECT"


# -- making


def create(target: str | Path, name: str, person: str, program: str) -> Store:
    """A new, empty project with the event classes that every project begins with. program: the version that makes it.

    Raises StudioError where something is there already, or nothing can be written; then nothing is left behind.
    """
    if dialect.is_url(str(target)):
        return _create_in_database(str(target), name, person, program)
    check_new(target)
    path = Path(target)
    handle, temporary = _temporary(path)
    os.close(handle)
    try:
        engine = dialect.make_engine(temporary)
        try:
            with translated(path):
                with dialect.writing(engine) as connection:
                    _migrate(connection)
                    _fill(connection, name, person, program)
                dialect.finish_sqlite(engine)
                dialect.use_wal(engine)
        finally:
            engine.dispose()
        _into_place(Path(temporary), path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        _sweep(temporary)
    return open_store(path)


def _sweep(temporary: str) -> None:
    """Take away what is left of a file that was written aside, and what SQLite put beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(temporary + suffix).unlink(missing_ok=True)


def check_new(target: str | Path) -> None:
    """Raises StudioError where a project file cannot be made at that path because of what lies there, or does not."""
    if dialect.is_url(str(target)):
        return
    path = Path(target)
    if path.exists():
        raise StudioError("{path} exists already; choose another name, or add to it with: tvau-studio add", path=path)
    if not path.parent.is_dir():
        raise StudioError("The folder {folder} is not there; make it first.", folder=path.parent)
    for suffix in ("-wal", "-journal"):
        left = path.with_name(path.name + suffix)
        if left.exists():
            raise StudioError("{left} was left behind by another project; move it away first.", left=left)
    handle, temporary = _temporary(path)
    os.close(handle)
    Path(temporary).unlink()


def _temporary(path: Path) -> tuple[int, str]:
    """A new file beside `path`, open and empty."""
    try:
        return tempfile.mkstemp(prefix=f".{path.name}-", suffix=".new", dir=path.parent)
    except OSError as error:
        raise _unwritable(path, error) from error


def _into_place(temporary: Path, path: Path) -> None:
    """Give a finished file its name, never over another one."""
    mask = os.umask(0)
    os.umask(mask)
    temporary.chmod(0o666 & ~mask)
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise StudioError("{path} exists already; choose another name.", path=path) from None
    except OSError:  # a file system without hard links
        temporary.rename(path)


def _unwritable(path: Path, error: OSError) -> StudioError:
    return StudioError(
        "{path} cannot be written ({reason}); choose a folder that you may write to.",
        path=path,
        reason=error.strerror or error,
    )


def _create_in_database(url: str, name: str, person: str, program: str) -> Store:
    engine = _connect(url)
    try:
        with translated(shown(url)), dialect.writing_schema(engine) as connection:
            if inspect(connection).has_table("project"):
                raise StudioError("{url} holds a project already; open it instead.", url=shown(url))
            _migrate(connection)
            _fill(connection, name, person, program)
    except BaseException:
        engine.dispose()
        raise
    return Store(shown(url), engine)


def _fill(connection: Connection, name: str, person: str, program: str) -> None:
    now = round(time.time(), 3)
    connection.execute(
        schema.project.insert().values(id=1, format=schema.FORMAT, name=name, program=program, created=now)
    )
    digits = "123456789"
    classes = [
        EventClass(
            key=event,
            position=n,
            name_zh=event_name(event, "zh"),
            shortcut=digits[n] if n < len(digits) else "",
            author=person,
            made=now,
        )
        for n, event in enumerate(EVENTS)
    ]
    base = Edit("New project", tuple(created(row) for row in classes))
    writer.write_base(connection, base, person, now)


# -- opening


def open_store(target: str | Path, *, upgrade: bool = True) -> Store:
    """Open a project. An older schema is upgraded, after a copy of the file was made beside it.

    Raises StudioError where it is missing, no project, made by a newer program, or cannot be written.
    """
    if dialect.is_url(str(target)):
        return _open_database(str(target))
    path = Path(target)
    check_file(path)
    engine = dialect.make_engine(path)
    try:
        with translated(path):
            with dialect.reading(engine) as connection:
                version = read_version(connection)
            _refuse_newer(version, path)
            if version < schema.VERSION and upgrade:
                _upgrade_file(path, engine, version)
            # Says now, not at the first edit, that nothing can be written. Of a file that may only be read SQLite gives
            # out even the write lock; the first statement that writes, be it no row, is refused.
            with dialect.writing(engine) as connection:
                c = schema.project.c
                connection.execute(update(schema.project).where(c.id < 0).values(name=c.name))
    except BaseException:
        engine.dispose()
        raise
    return Store(path, engine)


def check_file(path: Path) -> None:
    """Raises StudioError where the file is missing or is no project of ours. Reads a hundred bytes."""
    try:
        found = dialect.header(path)
    except FileNotFoundError:
        raise StudioError("{path} is not there; check the name, or make it with: tvau-studio new", path=path) from None
    except IsADirectoryError:
        raise StudioError("{path} is a folder, not a project; choose a *.tvau file.", path=path) from None
    except OSError as error:
        raise StudioError("{path} cannot be read ({reason}).", path=path, reason=error.strerror or error) from error
    if found != dialect.APPLICATION_ID:
        raise StudioError(_NO_PROJECT, path=path)


def _open_database(url: str) -> Store:
    engine = _connect(url)
    try:
        with translated(shown(url)), dialect.reading(engine) as connection:
            if not inspect(connection).has_table("project"):
                raise StudioError("{url} holds no project; make one with: tvau-studio new {url}", url=shown(url))
            version = read_version(connection)
            _refuse_newer(version, shown(url))
            if version < schema.VERSION:
                # Others may be at work in it: a person decides when.
                raise StudioError(
                    "{url} has an older schema; when nobody works in it: tvau-studio db upgrade {url}", url=shown(url)
                )
    except BaseException:
        engine.dispose()
        raise
    return Store(shown(url), engine)


def _connect(url: str) -> Engine:
    if not url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        raise UsageError("{url} is no project; give a *.tvau file or a postgresql:// URL.", url=shown(url))
    try:
        return dialect.make_engine(url)
    except ModuleNotFoundError as error:
        raise StudioError(
            "PostgreSQL needs one more package; install it with: pip install 'tvau-studio[postgres]'"
        ) from error
    except (exc.ArgumentError, ValueError) as error:
        raise UsageError("{url} is no URL of a database.", url=shown(url)) from error


def shown(url: str) -> str:
    """A path, or a URL as it may be shown: without its password."""
    if not dialect.is_url(url):
        return url
    scheme, separator, rest = url.partition("://")
    user, at, host = rest.rpartition("@")
    return f"{scheme}{separator}{user.partition(':')[0]}{at}{host}"


# -- versions


def read_version(connection: Connection) -> int:
    """The number of the schema; 0 where there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return 0
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return int(str(found)) if found and str(found).isdigit() else 0


def _refuse_newer(version: int, target: str | Path) -> None:
    if version > schema.VERSION:
        raise StudioError(
            "{path} was made by a newer version of tvau-studio (schema {found}, this one knows {known}); update the "
            "program.",
            path=target,
            found=version,
            known=schema.VERSION,
        )


def _migrate(connection: Connection) -> None:
    """Bring the schema to its newest version, within the transaction of `connection`."""
    from alembic import command
    from alembic.config import Config

    for name in ("alembic.runtime.migration", "alembic.runtime.plugins"):
        logging.getLogger(name).setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    with _alembic:
        command.upgrade(config, "head")


def _upgrade_file(path: Path, engine: Engine, version: int) -> Path:
    copy = _free_name(path.with_name(f"{path.stem}.schema-{version}{path.suffix}"))
    backup(path, copy)
    _log.info("%s is upgraded; its former state is %s", path, copy)
    with dialect.writing(engine) as connection:
        _migrate(connection)
    dialect.finish_sqlite(engine)
    return copy


def _free_name(path: Path) -> Path:
    n = 1
    free = path
    while free.exists():
        n += 1
        free = path.with_name(f"{path.stem}-{n}{path.suffix}")
    return free


def upgrade(target: str | Path) -> tuple[int, int, Path | None]:
    """Bring a project to the newest schema: the version before, the version after, and where the copy of the former
    state lies (None where nothing was to do, or for a URL).
    """
    if dialect.is_url(str(target)):
        engine = _connect(str(target))
        try:
            with translated(shown(str(target))), dialect.writing_schema(engine) as connection:
                version = read_version(connection)
                if not version:
                    raise StudioError("{url} holds no project.", url=shown(str(target)))
                _refuse_newer(version, shown(str(target)))
                _migrate(connection)
        finally:
            engine.dispose()
        return version, schema.VERSION, None
    store = open_store(target, upgrade=False)
    try:
        with store.reading() as connection:
            version = read_version(connection)
        copy = _upgrade_file(Path(target), store.engine, version) if version < schema.VERSION else None
    finally:
        store.close()
    return version, schema.VERSION, copy


def backup(path: Path, target: Path) -> None:
    """Copy a project while it may be in use, as one file; never over another one. Raises StudioError."""
    if target.exists():
        raise StudioError("{path} exists already; choose another name for the backup.", path=target)
    handle, temporary = _temporary(target)
    os.close(handle)
    try:
        with translated(path):
            dialect.backup_sqlite(path, Path(temporary))
        _into_place(Path(temporary), target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        _sweep(temporary)


def remove(store: Store) -> None:
    """Close a project and delete its file. Raises StudioError where it is open elsewhere too; then it stays."""
    path = store.path
    assert path is not None
    with translated(path):
        alone = dialect.leave_wal(store.engine)
    store.close()
    if not alone:
        raise StudioError("{path} is open in another window; close that window first.", path=path)
    path.unlink()


def set_aside(path: Path, target: Path) -> None:
    """Move a project's file, be it damaged, to another name in the same file system. Raises StudioError where it is
    open in a window."""
    engine = dialect.make_engine(path)
    try:
        if not dialect.leave_wal(engine):
            raise StudioError("{path} is open in a window; close it first.", path=path)
    except sqlite3.DatabaseError:
        pass  # damaged: what lies beside it goes with it
    finally:
        engine.dispose()
    try:
        for suffix in ("", "-wal", "-shm"):
            beside = path.with_name(path.name + suffix)
            if beside.exists():
                beside.replace(target.with_name(target.name + suffix))
    except OSError as error:
        raise _unwritable(target, error) from error


def facts(store: Store) -> dict[str, Any]:
    """``name``, ``made_with`` (the version of the program), ``made`` (when) and ``schema``. Raises StudioError."""
    with store.reading() as connection:
        row = connection.execute(select(schema.project)).mappings().first()
        version = read_version(connection)
    if row is None or row["format"] != schema.FORMAT:
        raise StudioError(_NO_PROJECT, path=store.target)
    made = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(row["created"]))
    return {"name": row["name"], "made_with": row["program"], "made": made, "schema": version}
