"""Talks in the project: written as they grow, read when a clip opens, searched, renamed, deleted. Never in the log of
edits.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Table, delete, func, or_, select, update

from tvau_studio.domain.talks import Talk, TalkLine, Turn, title_of
from tvau_studio.store import schema
from tvau_studio.store.engine import Store

_AROUND = 40
"""Characters shown on either side of what a search found."""


def save_talk(store: Store, talk: Talk) -> None:
    """Write a talk as it is now."""
    with store.writing() as connection:
        _put(connection, schema.talk, asdict(talk))


def save_turn(store: Store, turn: Turn) -> None:
    """Write a turn as it is now. One whose talk was deleted meanwhile is not written."""
    values = asdict(turn)
    values["reply"] = None if turn.reply is None else json.dumps(turn.reply, ensure_ascii=False, allow_nan=False)
    with store.writing() as connection:
        c = schema.talk.c
        if connection.execute(select(c.key).where(c.key == turn.talk)).first() is not None:
            _put(connection, schema.turn, values)


def _put(connection: Connection, table: Table, values: dict[str, Any]) -> None:
    key = values["key"]
    changed = connection.execute(update(table).where(table.c.key == key).values(values))
    if not changed.rowcount:
        connection.execute(table.insert().values(values))


def talk(store: Store, key: str) -> Talk | None:
    """A talk, or None where it is not there any more."""
    with store.reading() as connection:
        row = connection.execute(select(schema.talk).where(schema.talk.c.key == key)).mappings().first()
    return None if row is None else Talk(**row)


def turns(store: Store, talk: str) -> list[Turn]:
    """The turns of a talk, the oldest first."""
    c = schema.turn.c
    query = select(schema.turn).where(c.talk == talk).order_by(c.made, c.key)
    with store.reading() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    for row in rows:
        row["reply"] = None if row["reply"] is None else json.loads(row["reply"])
    return [Turn(**row) for row in rows]


def lines(
    store: Store, *, video: str | None = None, clip: str | None = None, search: str = "", limit: int = 500
) -> list[TalkLine]:
    """Talks as a history lists them, the one asked last first. video, clip: only theirs (keys). search: only those
    whose title, or the words of whose turns, hold every word of it, whatever the case.
    """
    t, q = schema.talk.c, schema.turn.c
    counts = (
        select(q.talk, func.count().label("n"), func.max(q.made).label("last"))
        .where(q.beside.is_(None))
        .group_by(q.talk)
        .subquery()
    )
    last = func.coalesce(counts.c.last, t.made)
    query = select(schema.talk, counts.c.n, last.label("last")).outerjoin(counts, counts.c.talk == t.key)
    for column, value in ((t.video, video), (t.clip, clip)):
        query = query if value is None else query.where(column == value)
    for word in search.split():
        pattern = f"%{_escaped(word.lower())}%"
        inside = select(q.key).where(q.talk == t.key, or_(*_has(pattern))).exists()
        query = query.where(or_(func.lower(t.title).like(pattern, escape="\\"), inside))
    found = []
    with store.reading() as connection:
        for row in connection.execute(query.order_by(last.desc(), t.key).limit(limit)).mappings():
            talk = Talk(**{c.name: row[c.name] for c in schema.talk.columns})
            found.append(_line(connection, talk, row["n"] or 0, row["last"], search))
    return found


def _has(pattern: str) -> list[Any]:
    q = schema.turn.c
    return [func.lower(c).like(pattern, escape="\\") for c in (q.question, q.answer, q.corrected)]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _line(connection: Connection, talk: Talk, n: int, last: float, search: str) -> TalkLine:
    q = schema.turn.c
    mine = select(schema.turn).where(q.talk == talk.key, q.beside.is_(None))
    newest = connection.execute(mine.order_by(q.made.desc(), q.key.desc()).limit(1)).mappings().first()
    title = talk.title
    if not title:
        first = connection.execute(mine.order_by(q.made, q.key).limit(1)).mappings().first()
        title = title_of(first["question"] if first is not None else talk.draft)
    found = ""
    word = next(iter(search.split()), "").lower()
    if word and word not in title.lower():
        hit = connection.execute(
            select(q.question, q.answer, q.corrected)
            .where(q.talk == talk.key, or_(*_has(f"%{_escaped(word)}%")))
            .order_by(q.made)
            .limit(1)
        ).first()
        found = next((_around(text, word) for text in hit or () if word in text.lower()), "")
    start, stop = (newest["start"], newest["stop"]) if newest is not None else (0, 0)
    return TalkLine(talk, title, n, start, stop, last, found)


def _around(text: str, word: str) -> str:
    at = text.lower().index(word)
    a, b = max(0, at - _AROUND), at + len(word) + _AROUND
    return f"{'…' if a else ''}{' '.join(text[a:b].split())}{'…' if b < len(text) else ''}"


def rename(store: Store, key: str, title: str) -> None:
    """Give a talk a title; "" = its first question again."""
    with store.writing() as connection:
        connection.execute(update(schema.talk).where(schema.talk.c.key == key).values(title=title))


def remove(store: Store, key: str) -> None:
    """Delete a talk with all its turns; it does not come back."""
    with store.writing() as connection:
        connection.execute(delete(schema.turn).where(schema.turn.c.talk == key))
        connection.execute(delete(schema.talk).where(schema.talk.c.key == key))


def remove_turn(store: Store, key: str) -> None:
    """Delete a turn, what answers beside it, and whatever followed it."""
    q = schema.turn.c
    with store.writing() as connection:
        gone, more = set[str](), {key}
        while more:
            gone |= more
            query = select(q.key).where(or_(q.parent.in_(more), q.beside.in_(more)))
            more = set(connection.execute(query).scalars()) - gone
        connection.execute(delete(schema.turn).where(q.key.in_(gone)))
