"""Who did what, when, from the log: edits, time at work, clips handed on, and what remarks were about."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from tvau_studio.store import schema
from tvau_studio.store.engine import Store

IDLE = 300.0
"""Seconds between two edits of a person beyond which nobody was at work."""


@dataclass
class Day:
    """What one person did on one day. day: ``2026-11-25``, local. edits: undo and redo too. seconds: at work, from edit
    to edit, pauses of more than `IDLE` left out. handed: clips by the state that the person gave them, each clip once.
    """

    person: str
    day: str
    edits: int = 0
    seconds: float = 0.0
    handed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Labeller:
    """What became of one person's clips. clips: by state, of those that this person labelled. remarks: by reason ("" =
    without one), that others pinned to them. returns: how often they came back.
    """

    person: str
    clips: Counter[str]
    remarks: Counter[str]
    returns: int


def days(store: Store) -> list[Day]:
    """Every person's days, the newest first."""
    c, d = schema.edit.c, schema.change.c
    found: dict[tuple[str, str], Day] = {}
    last: dict[str, float] = {}
    handed: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    of_clips = (
        select(d.seq, d.row_key, d.after)
        .where(d.table_name == "clip", d.before.is_not(None), d.after.is_not(None))
        .order_by(d.seq, d.position)
    )
    with store.reading() as connection:
        edits = connection.execute(
            select(c.seq, c.person, c.made).where(c.state != "base").order_by(c.person, c.made, c.seq)
        ).all()
        states = [(row.seq, row.row_key, json.loads(row.after).get("state")) for row in connection.execute(of_clips)]
    whose: dict[int, tuple[str, str]] = {}
    for row in edits:
        day = time.strftime("%Y-%m-%d", time.localtime(row.made))
        whose[row.seq] = where = (row.person, day)
        one = found.setdefault(where, Day(*where))
        one.edits += 1
        gap = row.made - last.get(row.person, -IDLE * 2)
        one.seconds += gap if 0 < gap <= IDLE else 0.0
        last[row.person] = row.made
    for seq, clip, state in states:
        if state is not None and seq in whose:
            handed[whose[seq]][clip] = state
    for where, clips in handed.items():
        found[where].handed.update(clips.values())
    return sorted(found.values(), key=lambda one: (one.day, one.person), reverse=True)


def labellers(store: Store) -> list[Labeller]:
    """Everybody who labelled a clip, by name."""
    clip, remark = schema.clip.c, schema.comment.c
    d = schema.change.c
    with store.reading() as connection:
        clips = connection.execute(select(clip.key, clip.annotator, clip.state).where(clip.annotator != "")).all()
        remarks = connection.execute(
            select(remark.clip, remark.author, remark.reason).where(remark.reply_to.is_(None))
        ).all()
        changes = connection.execute(
            select(d.row_key, d.after).where(d.table_name == "clip", d.before.is_not(None), d.after.is_not(None))
        ).all()
    annotator = {row.key: row.annotator for row in clips}
    returned = Counter(
        annotator[row.row_key]
        for row in changes
        if row.row_key in annotator and json.loads(row.after).get("state") == "returned"
    )
    states = _counted((row.annotator, row.state) for row in clips)
    reasons = _counted(
        (annotator[row.clip], row.reason)
        for row in remarks
        if row.clip in annotator and row.author != annotator[row.clip]
    )
    return [Labeller(name, states[name], reasons[name], returned[name]) for name in sorted(states)]


def _counted(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, value in pairs:
        found[str(name)][str(value)] += 1
    return found
