"""What the verb ``db`` does with a project: check, backup, upgrade, stats."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from tvau_studio.domain.errors import StudioError


def check(target: str | Path) -> dict[str, Any]:
    """Look through a project: ``project``, ``schema`` (its version), ``sound``, ``problems`` (sentences).

    Raises StudioError where it is no project or cannot be read at all.
    """
    from tvau_studio.store import checking, lifecycle, schema

    store = lifecycle.open_store(target, upgrade=False)
    try:
        with store.reading() as connection:
            version = lifecycle.read_version(connection)
        problems = checking.check(store) if version == schema.VERSION else []
    finally:
        store.close()
    return {"project": lifecycle.shown(str(target)), "schema": version, "sound": not problems, "problems": problems}


def backup(target: str | Path, out: str | Path | None = None) -> Path:
    """Copy a project that may be in use, as one file; where the copy lies. out: None = beside it, named by the time."""
    from tvau_studio.store import lifecycle

    if "://" in str(target):
        raise StudioError("A project in a database is backed up with the database's own tools, for example pg_dump.")
    path = Path(target)
    lifecycle.check_file(path)
    copy = (
        Path(out) if out is not None else path.with_name(f"{path.stem}-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}")
    )
    lifecycle.backup(path, copy)
    return copy


def upgrade(target: str | Path) -> dict[str, Any]:
    """Bring a project to the newest schema: ``project``, ``before``, ``after``, ``backup`` (path of the former state,
    or None where nothing was to do).
    """
    from tvau_studio.store import lifecycle

    before, after, copy = lifecycle.upgrade(target)
    return {
        "project": lifecycle.shown(str(target)),
        "before": before,
        "after": after,
        "backup": None if copy is None else str(copy),
    }


def stats(target: str | Path) -> dict[str, Any]:
    """Counts: of rows by table, of clips by state, of objects by verdict, of edits by person."""
    from tvau_studio.store import lifecycle, repository

    store = lifecycle.open_store(target)
    try:
        return {"project": lifecycle.shown(str(target)), **lifecycle.facts(store), **repository.counts(store)}
    finally:
        store.close()
