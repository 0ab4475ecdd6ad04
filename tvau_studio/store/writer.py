"""The only way in: an Edit is checked, written and logged in one transaction, or refused whole.

The log (tables `edit` and `change`) is undo, history and the feed of other windows at once. Undo belongs to a person:
the windows of one person share one line. Typing and nudging join into one step: an Edit joins the step before it where
both carry the same merge key, nothing else was done or undone by this person in between, and no more than `PAUSE`
seconds went by.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, func, select, update

from tvau_studio.domain.edits import Change, Edit, Place, compose
from tvau_studio.domain.history import Entry
from tvau_studio.domain.labels import new_key
from tvau_studio.store import rows, schema
from tvau_studio.store.engine import Store
from tvau_studio.store.rows import Fields, Stamp

PAUSE = 2.0
"""Seconds between two edits with the same merge key within which they are one step of undo."""


# -- writing


def apply(store: Store, edit: Edit, stamp: Stamp) -> int:
    """Write an Edit; its number in the log. Durable when this returns.

    Raises Conflict where a touched field is not what the Edit saw (then nothing is written), StudioError where the
    database cannot be written.
    """
    with store.writing() as connection:
        rows.write(connection, edit, stamp)
        now = round(time.time(), 3)
        seq = _last_seq(connection) + 1
        step = _step_to_join(connection, edit, stamp.person, now) or seq
        _drop_undone(connection, stamp.person)
        _log(connection, seq, edit, stamp, now, kind="do", step=step, state="done")
    return seq


def record(store: Store, edit: Edit, stamp: Stamp) -> int:
    """Write facts that nobody did (where a video lies, what its file says): see `apply`; there is nothing to undo."""
    with store.writing() as connection:
        rows.write(connection, edit, stamp)
        seq = _last_seq(connection) + 1
        _log(connection, seq, edit, stamp, round(time.time(), 3), kind="do", step=seq, state="base")
    return seq


def write_base(connection: Connection, edit: Edit, person: str, now: float) -> None:
    """What a new project begins with: logged like every Edit, and never undone."""
    stamp = Stamp(person, "")
    rows.write(connection, edit, stamp)
    _log(connection, _last_seq(connection) + 1, edit, stamp, now, kind="do", step=1, state="base")


def undo(store: Store, stamp: Stamp) -> tuple[int, Edit] | None:
    """Take back the last step of this person: its number in the log and the Edit that did it; None where there is none.

    Raises Conflict where somebody changed since what the step had set; then nothing is written.
    """
    return _travel(store, stamp, "undo")


def redo(store: Store, stamp: Stamp) -> tuple[int, Edit] | None:
    """Do again what this person took back last."""
    return _travel(store, stamp, "redo")


def undo_to(store: Store, stamp: Stamp, step: int) -> tuple[int, Edit] | None:
    """Take back this person's steps from the newest down to that one: the number of the last and the Edit that did all
    of it. Each is written by itself: where one is refused (Conflict), those before it stay taken back.
    """
    return _travel_to(store, stamp, "undo", lambda next: next >= step)


def redo_to(store: Store, stamp: Stamp, step: int) -> tuple[int, Edit] | None:
    """Do again what this person took back, up to that step."""
    return _travel_to(store, stamp, "redo", lambda next: next <= step)


def _travel_to(store: Store, stamp: Stamp, kind: str, goes_on: Callable[[int], bool]) -> tuple[int, Edit] | None:
    done: list[Edit] = []
    seq = 0
    while True:
        with store.reading() as connection:
            next = _next_step(connection, stamp.person, kind)
        if next is None or not goes_on(next):
            break
        found = _travel(store, stamp, kind)
        if found is None:
            break
        seq, edit = found
        done.append(edit)
    return (seq, compose(done)) if done else None


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
            rows.write(connection, edit, stamp)
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
    query = select(c.step, c.merge, c.made, c.state).where(c.person == person, c.state != "base")
    query = query.order_by(c.seq.desc()).limit(1)
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
    logged = [
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
    if logged:
        connection.execute(schema.change.insert(), logged)


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _dump(fields: Mapping[str, Any] | None) -> str | None:
    return None if fields is None else _encode(rows.plain(fields))


# -- reading the log


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
