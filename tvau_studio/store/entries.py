"""Every clip as queries see it, read at once: see `domain.queries.Entry`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import Connection, and_, func, select

from tvau_studio.domain.geometry import REGIONS
from tvau_studio.domain.queries import Entry
from tvau_studio.store import schema
from tvau_studio.store.clip_list import spans
from tvau_studio.store.engine import Store


@dataclass(frozen=True)
class Catalogue:
    """entries: every clip, by the path of its video, then start, stop, id. holders: (table, key) of a row with texts ->
    places in `entries` of the clips that it belongs to, for videos, clips, objects and segments. seq: the number in the
    log up to which all this holds.
    """

    entries: list[Entry]
    holders: Mapping[tuple[str, str], list[int]]
    seq: int


def catalogue(store: Store) -> Catalogue:
    """Read a hundred thousand clips with what is in them; some seconds where there are a million boxes."""
    with store.reading() as connection:
        seq = int(connection.execute(select(func.coalesce(func.max(schema.edit.c.seq), 0))).scalar_one())
        entries = _own_rows(connection)
        place = {entry.key: n for n, entry in enumerate(entries)}
        holders: dict[tuple[str, str], list[int]] = defaultdict(list)
        for key, n in place.items():
            holders["clip", key].append(n)
        for n, video in enumerate(_column(connection, entries)):
            holders["video", video].append(n)
        _objects(connection, entries, place, holders)
        _events(connection, entries, place, holders)
        _rows_of_clips(connection, place, holders)
    return Catalogue(entries, dict(holders), seq)


def _own_rows(connection: Connection) -> list[Entry]:
    clip, video, comment = schema.clip.c, schema.video.c, schema.comment.c
    query = select(
        clip.key, clip.id, video.path, clip.start, clip.stop, clip.state, video.split, clip.assignee, clip.annotator
    ).join(schema.video, video.key == clip.video)
    rows = sorted(connection.execute(query.add_columns(clip.anomaly)).all(), key=lambda r: (r[2], r[3], r[4], r[1]))
    waiting = select(comment.clip, func.count()).where(~comment.resolved).group_by(comment.clip)
    comments: dict[str, int] = {row[0]: int(row[1]) for row in connection.execute(waiting)}
    return [
        Entry(
            key=r[0],
            id=r[1],
            video=r[2],
            start=r[3],
            stop=r[4],
            state=r[5],
            split=r[6],
            assignee=r[7],
            annotator=r[8],
            comments=comments.get(r[0], 0),
            anomalous=bool(r[9]),
        )
        for r in rows
    ]


def _column(connection: Connection, entries: list[Entry]) -> list[str]:
    """The key of each clip's video."""
    videos = {row[0]: row[1] for row in connection.execute(select(schema.clip.c.key, schema.clip.c.video))}
    return [videos[entry.key] for entry in entries]


def _objects(
    connection: Connection, entries: list[Entry], place: dict[str, int], holders: dict[tuple[str, str], list[int]]
) -> None:
    clip, thing = schema.clip.c, schema.object_.c
    span = spans(None).cte("span")
    query = (
        select(clip.key, thing.key, thing.verdict, thing.model, thing.score)
        .distinct()
        .select_from(span)
        .join(schema.object_, and_(thing.key == span.c.object, thing.verdict != "rejected"))
        .join(schema.clip, and_(thing.video == clip.video, clip.start < span.c.stop, clip.stop > span.c.start))
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for key, thing_key, verdict, model, score in connection.execute(query):
        n = place[key]
        holders["object", thing_key].append(n)
        found[n].append((verdict, model, score))
    for n, things in found.items():
        scores = [score for _, _, score in things if score is not None]
        entries[n] = replace(
            entries[n],
            objects=len(things),
            drafts=sum(verdict == "undecided" for verdict, _, _ in things),
            models=frozenset(model for _, model, _ in things if model),
            score=max(scores) if scores else None,
        )


def _events(
    connection: Connection, entries: list[Entry], place: dict[str, int], holders: dict[tuple[str, str], list[int]]
) -> None:
    clip, thing, segment = schema.clip.c, schema.object_.c, schema.segment.c
    meets = and_(thing.video == clip.video, clip.start < segment.stop, clip.stop > segment.start)
    query = (
        select(clip.key, segment.key, segment.event, thing.verdict, clip.anomaly)
        .select_from(schema.segment)
        .join(schema.object_, and_(thing.key == segment.object, thing.verdict != "rejected"))
        .join(schema.clip, meets)
    )
    events: dict[int, set[str]] = defaultdict(set)
    anomalous: set[int] = set()
    for key, segment_key, event, verdict, said in connection.execute(query):
        n = place[key]
        holders["segment", segment_key].append(n)
        if event is not None:
            events[n].add(event)
            if said is None and verdict == "accepted":
                anomalous.add(n)
    for n, names in events.items():
        entries[n] = replace(entries[n], events=tuple(sorted(names)), anomalous=entries[n].anomalous or n in anomalous)


def _rows_of_clips(connection: Connection, place: dict[str, int], holders: dict[tuple[str, str], list[int]]) -> None:
    for name in ("override", "description", "dialogue", "comment"):
        c = schema.ROWS[name].c
        for key, clip in connection.execute(select(c.key, c.clip)):
            holders[name, key].append(place[clip])


def regions(store: Store) -> dict[str, frozenset[str]]:
    """Clip -> the regions in which keyframes of its objects lie (of objects that are in the picture there and were not
    rejected). Read when somebody asks for a region."""
    clip, thing, video, k = schema.clip.c, schema.object_.c, schema.video.c, schema.keyframe.c
    with store.reading() as connection:
        boxes = connection.execute(
            select(thing.video, k.frame, (k.x + k.w / 2) / video.width, (k.y + k.h / 2) / video.height)
            .join(schema.object_, and_(thing.key == k.object, thing.verdict != "rejected"))
            .join(schema.video, video.key == thing.video)
            .where(~k.outside, video.width > 0, video.height > 0)
            .order_by(thing.video, k.frame)
        ).all()
        windows = connection.execute(select(clip.key, clip.video, clip.start, clip.stop)).all()
    if not boxes:
        return {}
    names = np.array([row[0] for row in boxes])
    frames = np.array([row[1] for row in boxes], np.int64)
    columns = np.clip((np.array([row[2] for row in boxes]) * 3).astype(int), 0, 2)
    rows = np.clip((np.array([row[3] for row in boxes]) * 3).astype(int), 0, 2)
    which = rows * 3 + columns
    starts = {str(name): int(at) for name, at in zip(*np.unique(names, return_index=True), strict=True)}
    counts = dict(zip(*np.unique(names, return_counts=True), strict=True))
    found = {}
    for key, video_key, start, stop in windows:
        first = starts.get(video_key)
        if first is None:
            continue
        last = first + int(counts[np.str_(video_key)])
        a, b = first + np.searchsorted(frames[first:last], [start, stop])
        if b > a:
            found[key] = frozenset(REGIONS[n] for n in np.unique(which[a:b]))
    return found


def edits_by_day(store: Store) -> dict[int, int]:
    """How many edits were made on each day on which there were any; days since 1970, UTC."""
    made = schema.edit.c.made
    day = func.round(made / 86400.0 - 0.5)  # both databases round; only one of them has a floor for certain
    with store.reading() as connection:
        rows = connection.execute(select(day, func.count()).where(schema.edit.c.state != "base").group_by(day))
        return {int(row[0]): int(row[1]) for row in rows}
