"""Is a project sound? What the database says of itself, and whether every row is what the log of edits made it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, exists, func, select

from tvau_studio.store import dialect, schema
from tvau_studio.store.engine import Store

_BATCH = 500
MOST = 20
"""So many problems are named, at most."""


def check(store: Store) -> list[str]:
    """What is wrong, each in a sentence; empty where all is well. Reads everything, and holds no lock."""
    with store.reading() as connection:
        found = dialect.integrity(connection)
        if found:
            return found[:MOST]  # what a broken database says about its rows is worth nothing
        problems = _problems(connection)
        return [problem for problem, _ in zip(problems, range(MOST), strict=False)]


def _problems(connection: Connection) -> Iterator[str]:
    c = schema.edit.c
    edits, last = connection.execute(select(func.count(), func.max(c.seq))).one()
    if edits != (last or 0):
        yield f"the log of edits has {edits} entries, numbered up to {last}: some are missing"
    if connection.execute(select(func.count()).select_from(schema.project)).scalar_one() != 1:
        yield "the project's own row is missing"
    for table in schema.ROWS:
        yield from _against_log(connection, table)
        yield from _without_log(connection, table)
    clip, thing = schema.clip.c, schema.object_.c
    for id, n in connection.execute(select(clip.id, func.count()).group_by(clip.id).having(func.count() > 1)):
        yield f"{n} clips have the id {id}"
    query = select(thing.video, thing.track, func.count()).group_by(thing.video, thing.track)
    for video, track, n in connection.execute(query.having(func.count() > 1)):
        yield f"{n} objects of the video {video} have track {track}"


def _against_log(connection: Connection, name: str) -> Iterator[str]:
    """Rows that are not what the log's changes of them end in."""
    d, table = schema.change.c, schema.ROWS[name]
    keys = select(d.row_key).where(d.table_name == name).distinct().order_by(d.row_key).limit(_BATCH)
    after = None
    while True:
        part = list(connection.execute(keys if after is None else keys.where(d.row_key > after)).scalars())
        if not part:
            return
        after = part[-1]
        query = select(d.row_key, d.before, d.after).where(d.table_name == name, d.row_key.in_(part))
        changes: dict[str, list[tuple[str | None, str | None]]] = defaultdict(list)
        for key, old, new in connection.execute(query.order_by(d.seq, d.position)):
            changes[key].append((old, new))
        rows = {
            row["key"]: dict(row) for row in connection.execute(select(table).where(table.c.key.in_(part))).mappings()
        }
        for key in part:
            row = rows.get(key)
            if row is not None:
                del row["key"]
            if _folded(name, changes[key]) != row:
                yield f"the row {key} of {name} is not what the log of edits says"


def _folded(name: str, changes: list[tuple[str | None, str | None]]) -> Any:
    """The fields of a row after all its changes, None where it is gone; a text where a change does not fit."""
    defaults = schema.defaults(name)
    state: dict[str, Any] | None = None
    for before, after in changes:
        old = None if before is None else json.loads(before)
        if (state is None) != (old is None) or (old and state and any(state[k] != v for k, v in old.items())):
            return "the changes do not follow from one another"
        state = None if after is None else {**(state or defaults), **json.loads(after)}
    return state


def _without_log(connection: Connection, name: str) -> Iterator[str]:
    d, c = schema.change.c, schema.ROWS[name].c
    logged = exists().where(d.table_name == name, d.row_key == c.key)
    for key in connection.execute(select(c.key).where(~logged).limit(MOST)).scalars():
        yield f"the row {key} of {name} does not stand in the log of edits"
