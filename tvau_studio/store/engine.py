"""An open project: its engine, its transactions, and what its database raises said in a sentence."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, exc

from tvau_studio.domain.errors import StudioError
from tvau_studio.store import dialect


class Store:
    """An open project. target: the path of its file, or its URL without the password. From any thread."""

    def __init__(self, target: str | Path, engine: Engine) -> None:
        self.target = str(target)
        self.path = None if dialect.is_url(self.target) else Path(self.target)
        self.engine = engine

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction under the project's write lock; committed at its end, undone where something is raised."""
        with translated(self.target), dialect.writing(self.engine) as connection:
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the project."""
        with translated(self.target), dialect.reading(self.engine) as connection:
            yield connection

    def close(self) -> None:
        """Give every connection back; the last one to go folds SQLite's log into the file."""
        self.engine.dispose()


@contextlib.contextmanager
def translated(target: str | Path) -> Iterator[None]:
    """Turns what the database raises into a StudioError."""
    try:
        yield
    except (exc.DBAPIError, sqlite3.Error) as error:
        raise _sentence(str(target), error) from error


def _sentence(target: str, error: Exception) -> StudioError:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    low = reason.lower()
    if "not a database" in low or "malformed" in low:
        return StudioError(
            "{path} is damaged ({reason}); take its last backup, or ask: tvau-studio db check {path}",
            path=target,
            reason=reason,
        )
    if "database is locked" in low or "database is busy" in low:
        return StudioError(
            "{path} has been held by another program for {seconds} seconds; close that program or try again.",
            path=target,
            seconds=dialect.BUSY_SECONDS,
        )
    if "full" in low:
        return StudioError("The disk that holds {path} is full; make room and try again.", path=target)
    if "readonly" in low or "read-only" in low or "unable to open" in low or "permission denied" in low:
        return StudioError(
            "{path} cannot be written; check the rights of the file and of its folder, or save the project elsewhere.",
            path=target,
        )
    return StudioError("The project {path} cannot be read or written: {reason}.", path=target, reason=reason)
