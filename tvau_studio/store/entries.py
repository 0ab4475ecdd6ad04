"""Clips as queries see them, read at once: see `domain.queries.Entry`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, and_, func, select, true

from tvau_studio.domain.geometry import REGIONS
from tvau_studio.domain.queries import Entry
from tvau_studio.store import schema
from tvau_studio.store.clip_list import spans
from tvau_studio.store.engine import Store


@dataclass(frozen=True)
class Catalogue:
    """entries: the clips, by the path of their video, then start, stop, id. videos: the key of each one's video.
    holders: (table, key) of a row with texts -> places in `entries` of the clips that it belongs to. seq: the number in
    the log up to which all this holds.
    """

    entries: list[Entry]
    videos: list[str]
    holders: dict[tuple[str, str], list[int]]
    seq: int


def catalogue(store: Store, videos: Collection[str] | None = None) -> Catalogue:
    """The clips of these videos (None = all) with what is in them; all of a hundred thousand, with a million boxes,
    take seconds."""
    with store.reading() as connection:
        seq = int(connection.execute(select(func.coalesce(func.max(schema.edit.c.seq), 0))).scalar_one())
        reader = _Reader(connection, videos)
        return Catalogue(reader.entries(), reader.videos, dict(reader.holders), seq)


def joined(whole: Catalogue, part: Catalogue) -> Catalogue:
    """`whole` with some videos read anew. Both hold the same clips of these videos."""
    fresh = set(part.videos)
    place = {entry.key: n for n, entry in enumerate(whole.entries) if whole.videos[n] in fresh}
    entries = list(whole.entries)
    for entry in part.entries:
        entries[place[entry.key]] = entry
    holders = {row: places for row, places in whole.holders.items() if whole.videos[places[0]] not in fresh}
    for row, places in part.holders.items():
        holders[row] = [place[part.entries[n].key] for n in places]
    return Catalogue(entries, whole.videos, holders, part.seq)


class _Reader:
    """Reads a catalogue, table by table."""

    def __init__(self, connection: Connection, wanted: Collection[str] | None) -> None:
        self._connection = connection
        self._wanted = wanted
        self._here = true() if wanted is None else schema.clip.c.video.in_(wanted)
        self.videos: list[str] = []
        self.holders: dict[tuple[str, str], list[int]] = defaultdict(list)

    def entries(self) -> list[Entry]:
        own = self._own_rows()
        self._place = {row["key"]: n for n, row in enumerate(own)}
        for n, row in enumerate(own):
            self.holders["clip", row["key"]].append(n)
            self.holders["video", self.videos[n]].append(n)
        self._objects(own)
        self._events(own)
        self._rows_of_clips()
        return [Entry(**row) for row in own]

    def _own_rows(self) -> list[dict[str, Any]]:
        clip, video, comment = schema.clip.c, schema.video.c, schema.comment.c
        waiting = (
            select(comment.clip, func.count())
            .join(schema.clip, clip.key == comment.clip)
            .where(~comment.resolved, self._here)
            .group_by(comment.clip)
        )
        comments = {row[0]: int(row[1]) for row in self._connection.execute(waiting)}
        names = ("video", "start", "stop", "id", "key", "state", "split", "assignee", "annotator")
        query = (
            select(
                video.path,
                clip.start,
                clip.stop,
                clip.id,
                clip.key,
                clip.state,
                video.split,
                clip.assignee,
                clip.annotator,
                clip.video,
                clip.anomaly,
            )
            .join(schema.video, video.key == clip.video)
            .where(self._here)
        )
        rows = sorted(self._connection.execute(query).all(), key=lambda row: row[:5])
        self.videos = [row[9] for row in rows]
        self._said = {row[4] for row in rows if row[10] is not None}
        return [
            {**dict(zip(names, row, strict=False)), "comments": comments.get(row[4], 0), "anomalous": bool(row[10])}
            for row in rows
        ]

    def _objects(self, own: list[dict[str, Any]]) -> None:
        clip, thing = schema.clip.c, schema.object_.c
        chosen = None if self._wanted is None else select(thing.key).where(thing.video.in_(self._wanted))
        span = spans(chosen).cte("span")
        query = (
            select(clip.key, thing.key, thing.verdict, thing.model, thing.score)
            .distinct()
            .select_from(span)
            .join(schema.object_, and_(thing.key == span.c.object, thing.verdict != "rejected"))
            .join(schema.clip, and_(thing.video == clip.video, clip.start < span.c.stop, clip.stop > span.c.start))
            .where(self._here)
        )
        models: dict[int, set[str]] = defaultdict(set)
        for key, thing_key, verdict, model, score in self._connection.execute(query):
            n = self._place[key]
            row = own[n]
            self.holders["object", thing_key].append(n)
            row["objects"] = row.get("objects", 0) + 1
            row["drafts"] = row.get("drafts", 0) + (verdict == "undecided")
            if model:
                models[n].add(model)
            if score is not None:
                row["score"] = max(score, row.get("score", 0.0))
        for n, names in models.items():
            own[n]["models"] = frozenset(names)

    def _events(self, own: list[dict[str, Any]]) -> None:
        clip, thing, segment = schema.clip.c, schema.object_.c, schema.segment.c
        meets = and_(thing.video == clip.video, clip.start < segment.stop, clip.stop > segment.start)
        query = (
            select(clip.key, segment.key, segment.event, thing.verdict)
            .select_from(schema.segment)
            .join(schema.object_, and_(thing.key == segment.object, thing.verdict != "rejected"))
            .join(schema.clip, meets)
            .where(self._here)
        )
        events: dict[int, set[str]] = defaultdict(set)
        for key, segment_key, event, verdict in self._connection.execute(query):
            n = self._place[key]
            self.holders["segment", segment_key].append(n)
            if event is not None:
                events[n].add(event)
                if verdict == "accepted" and key not in self._said:
                    own[n]["anomalous"] = True
        for n, names in events.items():
            own[n]["events"] = tuple(sorted(names))

    def _rows_of_clips(self) -> None:
        for name in ("override", "description", "dialogue", "comment"):
            c = schema.ROWS[name].c
            query = select(c.key, c.clip).join(schema.clip, schema.clip.c.key == c.clip).where(self._here)
            for key, clip in self._connection.execute(query):
                self.holders[name, key].append(self._place[clip])


def regions(store: Store) -> dict[str, frozenset[str]]:
    """Clip -> the regions in which keyframes of its objects lie (of objects that are in the picture there and were not
    rejected). Read when somebody asks for a region."""
    clip, thing, video, k = schema.clip.c, schema.object_.c, schema.video.c, schema.keyframe.c
    with store.reading() as connection:
        number = {row[0]: n for n, row in enumerate(connection.execute(select(video.key)))}
        boxes = connection.execute(
            select(thing.video, k.frame, (k.x + k.w / 2) / video.width, (k.y + k.h / 2) / video.height)
            .join(schema.object_, and_(thing.key == k.object, thing.verdict != "rejected"))
            .join(schema.video, video.key == thing.video)
            .where(~k.outside, video.width > 0, video.height > 0)
        ).all()
        windows = connection.execute(select(clip.key, clip.video, clip.start, clip.stop)).all()
    if not boxes or not windows:
        return {}
    at = np.array([number[row[0]] for row in boxes], np.int64) * _FRAMES + np.array([row[1] for row in boxes])
    third = np.clip(np.array([row[2:] for row in boxes], np.float64) * 3, 0, 2).astype(np.int64)
    order = np.argsort(at)
    at, cell = at[order], (third[:, 1] * 3 + third[:, 0])[order]
    # So many keyframes in each region before each place: a window's count is a difference.
    before = np.zeros((len(at) + 1, 9), np.int64)
    np.cumsum(cell[:, None] == np.arange(9), axis=0, out=before[1:])
    videos = np.array([number[row[1]] for row in windows], np.int64) * _FRAMES
    first = np.searchsorted(at, videos + np.array([row[2] for row in windows]))
    last = np.searchsorted(at, videos + np.array([row[3] for row in windows]))
    there = before[last] > before[first]
    bits = there @ (1 << np.arange(9))
    sets = {int(b): frozenset(r for n, r in enumerate(REGIONS) if b >> n & 1) for b in np.unique(bits)}
    return {row[0]: sets[int(b)] for row, b in zip(windows, bits, strict=True) if b}


_FRAMES = 1 << 40
"""More frames than any video has."""


def edits_by_day(store: Store) -> dict[int, int]:
    """How many edits were made on each day on which there were any; days since 1970, UTC."""
    made = schema.edit.c.made
    day = func.round(made / 86400.0 - 0.5)  # both databases round; only one of them has a floor for certain
    with store.reading() as connection:
        rows = connection.execute(select(day, func.count()).where(schema.edit.c.state != "base").group_by(day))
        return {int(row[0]): int(row[1]) for row in rows}
