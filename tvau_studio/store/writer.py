"""The only way in: an Edit is checked, written and logged in one transaction, or refused whole.

The log (tables `edit` and `change`) is undo, history and the feed of other windows at once. Undo belongs to a person:
the windows of one person share one line. Typing and nudging join into one step: an Edit joins the step before it where
both carry the same merge key, nothing else was done or undone by this person in between, and no more than `PAUSE`
seconds went by.
"""

from __future__ import annotations

import json
import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from tvau_studio.domain.edits import Change, Conflict, Edit, Place, compose
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import new_key
from tvau_studio.store import schema
from tvau_studio.store.engine import Store

PAUSE = 2.0
"""Seconds between two edits with the same merge key within which they are one step of undo."""

_BATCH = 500

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who writes. person: whose line of undo it is. session: the window, or the run of a verb."""

    person: str
    session: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the history. when: seconds since 1970. undone: it was taken back, and redo would do it again."""

    step: int
    label: str
    person: str
    when: float
    undone: bool
    place: Place | None


# -- writing


def apply(store: Store, edit: Edit, stamp: Stamp) -> int:
    """Write an Edit; its number in the log. Durable when this returns.

    Raises Conflict where a touched field is not what the Edit saw (then nothing is written), StudioError where the
    database cannot be written.
    """
    with store.writing() as connection:
        _write_rows(connection, edit, stamp)
        now = round(time.time(), 3)
        seq = _last_seq(connection) + 1
        step = _step_to_join(connection, edit, stamp.person, now) or seq
        _drop_undone(connection, stamp.person)
        _log(connection, seq, edit, stamp, now, kind="do", step=step, state="done")
    return seq


def write_base(connection: Connection, edit: Edit, person: str, now: float) -> None:
    """What a new project begins with: logged like every Edit, and never undone."""
    stamp = Stamp(person, "")
    _write_rows(connection, edit, stamp)
    _log(connection, _last_seq(connection) + 1, edit, stamp, now, kind="do", step=1, state="base")


def undo(store: Store, stamp: Stamp) -> tuple[int, Edit] | None:
    """Take back the last step of this person: its number in the log and the Edit that did it; None where there is none.

    Raises Conflict where somebody changed since what the step had set; then nothing is written.
    """
    return _travel(store, stamp, "undo")


def redo(store: Store, stamp: Stamp) -> tuple[int, Edit] | None:
    """Do again what this person took back last."""
    return _travel(store, stamp, "redo")


def _travel(store: Store, stamp: Stamp, kind: str) -> tuple[int, Edit] | None:
    c = schema.edit.c
    with store.writing() as connection:
        while (step := _next_step(connection, stamp.person, kind)) is not None:
            done = compose([entry.edit for entry in entries(connection, c.step == step, "do")])
            state = "undone" if kind == "undo" else "done"
            connection.execute(update(schema.edit).where(c.step == step, c.kind == "do").values(state=state))
            if not done:  # typing that ended as it began: nothing that a person would see
                continue
            edit = done.inverse() if kind == "undo" else done
            _write_rows(connection, edit, stamp)
            seq = _last_seq(connection) + 1
            _log(connection, seq, edit, stamp, round(time.time(), 3), kind=kind, step=step, state="")
            return seq, edit
    return None


def _next_step(connection: Connection, person: str, kind: str) -> int | None:
    """Undo takes the newest step that is done, redo the oldest that is undone: it was undone last."""
    state, pick = ("done", func.max) if kind == "undo" else ("undone", func.min)
    c = schema.edit.c
    found = connection.execute(select(pick(c.step)).where(c.person == person, c.state == state)).scalar()
    return None if found is None else int(found)


def _last_seq(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(schema.edit.c.seq), 0))).scalar_one())


def _step_to_join(connection: Connection, edit: Edit, person: str, now: float) -> int | None:
    if not edit.merge:
        return None
    c = schema.edit.c
    query = select(c.step, c.merge, c.made, c.state).where(c.person == person).order_by(c.seq.desc()).limit(1)
    last = connection.execute(query).first()
    if last is None or last.state != "done" or last.merge != edit.merge or not 0 <= now - last.made <= PAUSE:
        return None
    return int(last.step)


def _drop_undone(connection: Connection, person: str) -> None:
    """What was undone cannot be done again once something else was done."""
    c = schema.edit.c
    connection.execute(update(schema.edit).where(c.person == person, c.state == "undone").values(state="dropped"))


def _log(
    connection: Connection, seq: int, edit: Edit, stamp: Stamp, now: float, *, kind: str, step: int, state: str
) -> None:
    place = edit.place
    connection.execute(
        schema.edit.insert().values(
            seq=seq,
            id=new_key(),
            session=stamp.session,
            person=stamp.person,
            made=now,
            label=edit.label,
            merge=edit.merge,
            video=place.video if place else None,
            frame=place.frame if place else None,
            object=place.object if place else None,
            kind=kind,
            step=step,
            state=state,
        )
    )
    rows = [
        {
            "seq": seq,
            "position": n,
            "table_name": change.table,
            "row_key": change.key,
            "before": _dump(change.before),
            "after": _dump(change.after),
        }
        for n, change in enumerate(edit.changes)
    ]
    if rows:
        connection.execute(schema.change.insert(), rows)


def _dump(fields: Mapping[str, Any] | None) -> str | None:
    return None if fields is None else json.dumps(_plain(fields), ensure_ascii=False, allow_nan=False)


def _plain(fields: Mapping[str, Any]) -> Fields:
    """Fields as plain Python values: a number of numpy would reach the database as bytes."""
    return {name: value.item() if hasattr(value, "item") else value for name, value in fields.items()}


# -- rows


def _write_rows(connection: Connection, edit: Edit, stamp: Stamp) -> None:
    """Check every Change against the rows as the ones before it left them, then write what is different in the end."""
    before = _current(connection, edit.changes)
    after: dict[tuple[str, str], Fields | None] = {}
    for change in edit.changes:
        where = (change.table, change.key)
        row = after.get(where, before.get(where))
        _check(connection, change, row, stamp)
        after[where] = None if change.after is None else {**(row or {}), **_writable(change.after)}
    _check_relations(connection, edit.changes, before, after, stamp)
    _delete(connection, before, after)
    _insert(connection, before, after)
    _update(connection, before, after)


def _writable(fields: Mapping[str, Any]) -> Fields:
    for value in fields.values():
        if isinstance(value, str) and ("\x00" in value or not _encodes(value)):
            raise StudioError("A text holds a character that cannot be stored; type or paste it again without it.")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"not a finite number in {fields}")
    return _plain(fields)


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check(connection: Connection, change: Change, row: Fields | None, stamp: Stamp) -> None:
    if change.before is None:
        fits = row is None
    else:
        fits = row is not None and all(row[name] == value for name, value in change.before.items())
    if not fits:
        raise Conflict(change, row, _who(connection, change.table, change.key, stamp))


def _who(connection: Connection, table: str, key: str, stamp: Stamp) -> str:
    """Who touched a row last, as a person wants to read it."""
    c, d = schema.edit.c, schema.change.c
    query = (
        select(c.person, c.session)
        .join_from(schema.change, schema.edit, c.seq == d.seq)
        .where(d.table_name == table, d.row_key == key)
        .order_by(c.seq.desc())
        .limit(1)
    )
    last = connection.execute(query).first()
    if last is None:
        return ""
    return str(last.person) if last.person != stamp.person else f"{last.person} (you, in another window)"


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
    before: Mapping[tuple[str, str], Fields],
    after: Mapping[tuple[str, str], Fields | None],
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
    after: Mapping[tuple[str, str], Fields | None],
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
    after: Mapping[tuple[str, str], Fields | None],
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


Rows = Mapping[tuple[str, str], Fields]
RowsAfter = Mapping[tuple[str, str], "Fields | None"]


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


# -- reading the log


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log. seq: its number. kind: do, undo or redo."""

    seq: int
    session: str
    person: str
    when: float
    kind: str
    edit: Edit


def entries(connection: Connection, where: Any, kind: str = "") -> list[Entry]:
    """Entries of the log in their order."""
    c, d = schema.edit.c, schema.change.c
    if kind:
        where = where & (c.kind == kind)
    heads = connection.execute(select(schema.edit).where(where).order_by(c.seq)).all()
    if not heads:
        return []
    changes: dict[int, list[Change]] = defaultdict(list)
    query = (
        select(d.seq, d.table_name, d.row_key, d.before, d.after)
        .join_from(schema.change, schema.edit, c.seq == d.seq)
        .where(where)
        .order_by(d.seq, d.position)
    )
    for seq, table, key, before, after in connection.execute(query):
        changes[seq].append(Change(table, key, _load(before), _load(after)))
    return [
        Entry(
            row.seq,
            row.session,
            row.person,
            row.made,
            row.kind,
            Edit(
                row.label,
                tuple(changes[row.seq]),
                row.merge,
                Place(row.video, row.frame, row.object) if row.video is not None else None,
            ),
        )
        for row in heads
    ]


def _load(fields: str | None) -> Fields | None:
    return None if fields is None else json.loads(fields)


def labels(store: Store, person: str) -> tuple[str, str]:
    """What undo and redo of this person would do: the labels, "" where nothing."""
    with store.reading() as connection:
        found = []
        for kind in ("undo", "redo"):
            step = _next_step(connection, person, kind)
            c = schema.edit.c
            query = select(c.label).where(c.step == step, c.kind == "do").order_by(c.seq.desc()).limit(1)
            found.append("" if step is None else str(connection.execute(query).scalar_one()))
    return found[0], found[1]


def history(store: Store, limit: int) -> list[Step]:
    """The last steps of everybody, the newest first: those that are done, and those that could be done again."""
    c = schema.edit.c
    newest = (
        select(func.max(c.seq).label("seq"), c.step)
        .where(c.kind == "do", c.state.in_(("done", "undone")))
        .group_by(c.step)
        .order_by(c.step.desc())
        .limit(limit)
        .subquery()
    )
    query = select(schema.edit).join(newest, newest.c.seq == c.seq).order_by(c.seq.desc())
    with store.reading() as connection:
        return [
            Step(
                row.step,
                row.label,
                row.person,
                row.made,
                row.state == "undone",
                Place(row.video, row.frame, row.object) if row.video is not None else None,
            )
            for row in connection.execute(query)
        ]
