"""Rows under check: what an Edit touches is compared with the database, and what is different in the end is written."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from tvau_studio.domain.edits import Change, Conflict, Edit
from tvau_studio.domain.errors import StudioError
from tvau_studio.store import schema

_BATCH = 500
_LOOK_BACK = 200
"""Changes of a row that are looked through for who changed a field of it."""

Fields = dict[str, Any]
Rows = Mapping[tuple[str, str], Fields]
RowsAfter = Mapping[tuple[str, str], "Fields | None"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who writes. person: whose line of undo it is. session: the window, or the run of a verb."""

    person: str
    session: str


def write(connection: Connection, edit: Edit, stamp: Stamp) -> None:
    """Check every Change against the rows as the ones before it left them, then write what is different in the end."""
    before = _current(connection, edit.changes)
    after: dict[tuple[str, str], Fields | None] = {}
    for change in edit.changes:
        where = (change.table, change.key)
        row = after.get(where, before.get(where))
        _check(connection, change, row, stamp)
        known = schema.defaults(change.table) if row is None else row
        after[where] = None if change.after is None else {**known, **_writable(change.after)}
    _check_relations(connection, edit.changes, before, after, stamp)
    _delete(connection, before, after)
    _insert(connection, before, after)
    _update(connection, before, after)


def _writable(fields: Mapping[str, Any]) -> Fields:
    for value in fields.values():
        if isinstance(value, str) and ("\x00" in value or not (value.isascii() or _encodes(value))):
            raise StudioError("A text holds a character that cannot be stored; type or paste it again without it.")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"not a finite number in {fields}")
    return plain(fields)


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check(connection: Connection, change: Change, row: Fields | None, stamp: Stamp) -> None:
    if change.before is None:
        fits, clashing = row is None, []
    else:
        clashing = [name for name, value in change.before.items() if row is not None and row[name] != value]
        fits = row is not None and not clashing
    if not fits:
        raise Conflict(change, row, _who(connection, change.table, change.key, stamp, clashing))


def _who(connection: Connection, table: str, key: str, stamp: Stamp, fields: Collection[str] = ()) -> str:
    """Who touched a row (one of these fields of it, where they are named) last, as a person wants to read it."""
    c, d = schema.edit.c, schema.change.c
    query = (
        select(c.person, c.session, d.after)
        .join_from(schema.change, schema.edit, c.seq == d.seq)
        .where(d.table_name == table, d.row_key == key)
        .order_by(c.seq.desc())
        .limit(_LOOK_BACK)
    )
    for person, session, after in connection.execute(query):
        if not fields or after is None or not json.loads(after).keys().isdisjoint(fields):
            mine = f"{person} (you, in another window)" if session != stamp.session else f"{person} (you)"
            return str(person) if person != stamp.person else mine
    return ""


def _current(connection: Connection, changes: Sequence[Change]) -> dict[tuple[str, str], Fields]:
    """The rows that the changes touch, as they are in the database: (table, key) -> all fields but the key."""
    wanted: dict[str, dict[str, None]] = defaultdict(dict)
    for change in changes:
        wanted[change.table][change.key] = None
    found: dict[tuple[str, str], Fields] = {}
    for name, keys in wanted.items():
        table = schema.ROWS[name]
        for part in _parts(keys):
            for row in connection.execute(select(table).where(table.c.key.in_(part))).mappings():
                fields = dict(row)
                found[name, fields.pop("key")] = fields
    return found


def _parts(keys: Iterable[str]) -> Iterator[list[str]]:
    every = list(keys)
    for i in range(0, len(every), _BATCH):
        yield every[i : i + _BATCH]


def _check_relations(
    connection: Connection,
    changes: Sequence[Change],
    before: Rows,
    after: RowsAfter,
    stamp: Stamp,
) -> None:
    """What a row points to is there, nothing points to a row that goes, and numbers that must differ do.

    Each of these is somebody else's edit that this one did not see.
    """
    last = {(c.table, c.key): c for c in changes}
    pointed: dict[str, dict[str, Change]] = defaultdict(dict)
    gone: dict[str, dict[str, Change]] = defaultdict(dict)
    numbered: list[tuple[str, str, Fields]] = []
    for (table, key), row in after.items():
        old = before.get((table, key))
        if row is None:
            if old is not None:
                gone[table][key] = last[table, key]
            continue
        for column, parent in schema.PARENTS[table].items():
            if row[column] is not None and (old is None or old[column] != row[column]):
                pointed[parent][row[column]] = last[table, key]
        if table == "clip" and (old is None or old["id"] != row["id"]):
            numbered.append((table, key, {"id": row["id"]}))
        if table == "object" and (old is None or (old["video"], old["track"]) != (row["video"], row["track"])):
            numbered.append((table, key, {"video": row["video"], "track": row["track"]}))
    for parent, users in pointed.items():
        here = {k for k in users if after.get((parent, k)) is not None}
        there = {k for k in users if (parent, k) not in after}
        c = schema.ROWS[parent].c
        for part in _parts(there):
            here.update(connection.execute(select(c.key).where(c.key.in_(part))).scalars())
        for key in users.keys() - here:
            raise Conflict(users[key], None, _who(connection, parent, key, stamp))
    for table, keys in gone.items():
        _check_orphans(connection, table, keys, after, stamp)
    _check_numbers(connection, numbered, after, last, stamp)


def _check_orphans(
    connection: Connection,
    table: str,
    gone: Mapping[str, Change],
    after: RowsAfter,
    stamp: Stamp,
) -> None:
    for child, columns in schema.PARENTS.items():
        for column in (name for name, parent in columns.items() if parent == table):
            c = schema.ROWS[child].c
            for part in _parts(gone):
                for key, owner in connection.execute(select(c.key, c[column]).where(c[column].in_(part))):
                    if (child, key) not in after:
                        raise Conflict(gone[owner], None, _who(connection, child, key, stamp))
    for (child, _), row in after.items():
        for column, parent in schema.PARENTS[child].items():
            if row is not None and parent == table and row[column] in gone:
                raise Conflict(gone[row[column]], None, "")


def _check_numbers(
    connection: Connection,
    numbered: Sequence[tuple[str, str, Fields]],
    after: RowsAfter,
    last: Mapping[tuple[str, str], Change],
    stamp: Stamp,
) -> None:
    taken: dict[tuple[Any, ...], str] = {}
    for table, key, number in numbered:
        name = (table, *number.values())
        if name in taken:
            raise Conflict(last[table, key], number)
        taken[name] = key
    for table, column in (("clip", "id"), ("object", "video")):
        c = schema.ROWS[table].c
        mine = [n for n in numbered if n[0] == table]
        columns = [c.key, *(c[name] for name in (mine[0][2] if mine else ()))]
        for part in _parts({n[2][column]: None for n in mine}):
            for key, *values in connection.execute(select(*columns).where(c[column].in_(part))):
                user = taken.get((table, *values))
                if user is not None and user != key and (table, key) not in after:
                    raise Conflict(last[table, user], None, _who(connection, table, key, stamp))


def _delete(connection: Connection, before: Rows, after: RowsAfter) -> None:
    gone: dict[str, list[str]] = defaultdict(list)
    for (table, key), row in after.items():
        if row is None and (table, key) in before:
            gone[table].append(key)
    for table, keys in gone.items():
        c = schema.ROWS[table].c
        for part in _parts(keys):
            connection.execute(schema.ROWS[table].delete().where(c.key.in_(part)))


def _insert(connection: Connection, before: Rows, after: RowsAfter) -> None:
    new: dict[str, list[Fields]] = defaultdict(list)
    for (table, key), row in after.items():
        if row is not None and (table, key) not in before:
            new[table].append({"key": key, **row})
    for table, rows in new.items():
        connection.execute(schema.ROWS[table].insert(), rows)


def _update(connection: Connection, before: Rows, after: RowsAfter) -> None:
    groups: dict[tuple[str, tuple[str, ...]], list[Fields]] = defaultdict(list)
    for (table, key), row in after.items():
        old = before.get((table, key))
        if row is None or old is None:
            continue
        touched = tuple(name for name, value in row.items() if old[name] != value)
        if touched:
            # A bound name must not be a column's name.
            groups[table, touched].append({"row_key": key, **{f"new_{name}": row[name] for name in touched}})
    for (name, fields), rows in groups.items():
        target = schema.ROWS[name]
        values: dict[str, Any] = {n: bindparam(f"new_{n}") for n in fields}
        connection.execute(update(target).where(target.c.key == bindparam("row_key")).values(values), rows)


def plain(fields: Mapping[str, Any]) -> Fields:
    """Fields as plain Python values: a number of numpy would reach the database as bytes."""
    return {
        name: value.item() if type(value) not in _PLAIN and hasattr(value, "item") else value
        for name, value in fields.items()
    }


_PLAIN = frozenset({str, int, float, bool, type(None)})
