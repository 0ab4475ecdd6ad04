"""Reading a project: rows for a document, the list of clips, a snapshot to export."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, case, distinct, func, or_, select, true

from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import TABLES, Clip, EventClass, Object, Row, Video
from tvau_studio.store import schema
from tvau_studio.store.engine import Store

_BATCH = 500


def load(store: Store, video: str | None = None) -> Document:
    """A video with all that belongs to it and the project's event classes; None: the whole project. Raises UsageError
    where the project has no such video.
    """
    with store.reading() as connection:
        return read_document(connection, video)


def load_at(store: Store, video: str | None) -> tuple[Document, int]:
    """See `load`; and the number in the log up to which these rows hold."""
    with store.reading() as connection:
        document = read_document(connection, video)
        return document, int(connection.execute(select(func.coalesce(func.max(schema.edit.c.seq), 0))).scalar_one())


def read_document(connection: Connection, video: str | None = None) -> Document:
    """See `load`; within a transaction."""
    rows: list[Row] = []
    for name in TABLES:
        rows += _rows(connection, name, _belongs(name, video))
    if video is not None and not any(isinstance(row, Video) for row in rows):
        raise UsageError("The project has no such video any more.")
    return Document(rows)


def _belongs(name: str, video: str | None) -> Any:
    """The condition that a row of the table belongs to the video; None = every row."""
    if video is None or name == "event_class":
        return None
    c = schema.ROWS[name].c
    if name == "video":
        return c.key == video
    if "video" in c:
        return c.video == video
    parent = schema.ROWS["object" if name in ("keyframe", "segment") else "clip"]
    return c[parent.name].in_(select(parent.c.key).where(parent.c.video == video))


def _rows(connection: Connection, name: str, where: Any = None) -> list[Row]:
    table, make = schema.ROWS[name], TABLES[name]
    query: Select[Any] = select(table)
    if where is not None:
        query = query.where(where)
    names = [c.name for c in table.columns]
    # The order in which they were made, so that a document looks the same each time.
    query = query.order_by(*([table.c.position] if name == "event_class" else []), table.c.made, table.c.key)
    return [make(**dict(zip(names, row, strict=True))) for row in connection.execute(query)]


def videos(store: Store) -> list[Video]:
    """By path."""
    with store.reading() as connection:
        found = [row for row in _rows(connection, "video") if isinstance(row, Video)]
    return sorted(found, key=lambda v: (v.path, v.key))


def clips(store: Store) -> list[Clip]:
    """By the path of their video, then start, then stop."""
    with store.reading() as connection:
        paths = _paths(connection)
        found = [row for row in _rows(connection, "clip") if isinstance(row, Clip)]
    return sorted(found, key=lambda c: (paths[c.video], c.start, c.stop, c.id))


def objects(store: Store) -> list[Object]:
    """By the path of their video, then track; rejected drafts too."""
    with store.reading() as connection:
        paths = _paths(connection)
        found = [row for row in _rows(connection, "object") if isinstance(row, Object)]
    return sorted(found, key=lambda o: (paths[o.video], o.track, o.key))


def _paths(connection: Connection) -> dict[str, str]:
    query = select(schema.video.c.key, schema.video.c.path)
    return {key: path for key, path in connection.execute(query)}  # noqa: C416 - a result is taken for a mapping


def event_classes(store: Store) -> list[EventClass]:
    """In their order."""
    with store.reading() as connection:
        return [row for row in _rows(connection, "event_class") if isinstance(row, EventClass)]


# -- the list of clips


@dataclass(frozen=True, slots=True)
class ClipSummary:
    """A clip as the browser lists it. key, id, start, stop, state: the clip's. video, path: its video's key and path.
    objects: how many things are in it, drafts among them, rejected ones not; drafts: how many nobody decided on.
    events: the event classes in it, sorted, drafts' too. anomalous: see `Document.anomalous`.
    """

    key: str
    id: str
    video: str
    path: str
    start: int
    stop: int
    state: str
    objects: int
    drafts: int
    events: tuple[str, ...]
    anomalous: bool


ORDERS = ("video", "id", "state")


def clip_list(
    store: Store,
    *,
    order: str = "video",
    video: str | None = None,
    state: str | None = None,
    search: str = "",
    offset: int = 0,
    limit: int | None = None,
) -> list[ClipSummary]:
    """A page of the clips. order: ``video`` (path, then start), ``id`` or ``state``. video: its key, None = of all.
    search: part of an id or path.
    """
    if order not in ORDERS:
        raise UsageError("There is no order {order!r}; choose one of {known}.", order=order, known=", ".join(ORDERS))
    with store.reading() as connection:
        return _clip_list(connection, order, video, state, search, offset, limit)


def clip_count(store: Store, *, state: str | None = None, search: str = "") -> int:
    """How many clips `clip_list` would list."""
    with store.reading() as connection:
        chosen = _chosen(select(schema.clip.c.key), state, search).subquery()
        return int(connection.execute(select(func.count()).select_from(chosen)).scalar_one())


def _chosen(query: Select[Any], state: str | None, search: str) -> Select[Any]:
    query = query.join(schema.video, schema.video.c.key == schema.clip.c.video)
    if state is not None:
        query = query.where(schema.clip.c.state == state)
    if search:
        query = query.where(
            or_(
                schema.clip.c.id.icontains(search, autoescape=True),
                schema.video.c.path.icontains(search, autoescape=True),
            )
        )
    return query


def _clip_list(
    connection: Connection,
    order: str,
    video: str | None,
    state: str | None,
    search: str,
    offset: int,
    limit: int | None,
) -> list[ClipSummary]:
    clip, path = schema.clip.c, schema.video.c.path
    columns = (clip.key, clip.id, clip.video, path, clip.start, clip.stop, clip.state, clip.anomaly)
    query = _chosen(select(*columns), state, search)
    if video is not None:
        query = query.where(clip.video == video)
    by_video = (path, clip.start, clip.stop, clip.id)
    query = query.order_by(*{"video": by_video, "id": (clip.id,), "state": (clip.state, *by_video)}[order])
    rows = connection.execute(query.offset(offset).limit(limit)).all()
    everything = limit is None and not offset and state is None and not search and video is None
    counts, events = _contents(connection, None if everything else rows)
    return [
        ClipSummary(
            row.key,
            row.id,
            row.video,
            row.path,
            row.start,
            row.stop,
            row.state,
            *counts.get(row.key, (0, 0)),
            tuple(sorted({event for event, _ in events.get(row.key, ())})),
            row.anomaly if row.anomaly is not None else any(accepted for _, accepted in events.get(row.key, ())),
        )
        for row in rows
    ]


def _contents(
    connection: Connection, rows: Sequence[Any] | None
) -> tuple[dict[str, tuple[int, int]], dict[str, set[tuple[str, bool]]]]:
    """What is in the clips (None = all): clip -> (objects, drafts) and clip -> {(event, whether accepted)}."""
    counts: dict[str, tuple[int, int]] = {}
    events: dict[str, set[tuple[str, bool]]] = defaultdict(set)
    clip, thing, segment = schema.clip.c, schema.object_.c, schema.segment.c
    parts: list[Any] = [None] if rows is None else [rows[i : i + _BATCH] for i in range(0, len(rows), _BATCH)]
    for part in parts:
        kept = and_(thing.video == clip.video, thing.verdict != "rejected")
        here = clip.key.in_([row.key for row in part]) if part is not None else true()
        span = _spans(None if part is None else {row.video for row in part}).cte("span")
        drafts = func.count(distinct(thing.key)).filter(thing.verdict == "undecided")
        query = (
            select(clip.key, func.count(distinct(thing.key)), drafts)
            .select_from(span)
            .join(schema.object_, thing.key == span.c.object)
            .join(schema.clip, and_(kept, clip.start < span.c.stop, clip.stop > span.c.start))
            .where(here)
            .group_by(clip.key)
        )
        counts.update({key: (n, d) for key, n, d in connection.execute(query)})
        meets = and_(kept, clip.start < segment.stop, clip.stop > segment.start)
        which = (
            select(clip.key, segment.event, thing.verdict)
            .distinct()
            .select_from(schema.segment)
            .join(schema.object_, thing.key == segment.object)
            .join(schema.clip, meets)
            .where(here, segment.event.is_not(None))
        )
        for key, event, verdict in connection.execute(which):
            events[key].add((event, verdict == "accepted"))
    return counts, events


_FOREVER = 2**31 - 1


def _spans(videos: Collection[str] | None) -> Any:
    """object, start, stop: every stretch of frames in which an object of the videos (None = all) is in the picture, as
    `Track.visible` says, and every segment of one.
    """
    k, segment = schema.keyframe.c, schema.segment.c

    def wanted(query: Select[Any], column: Any) -> Select[Any]:
        thing = schema.object_.c
        return query if videos is None else query.where(column.in_(select(thing.key).where(thing.video.in_(videos))))

    order: dict[str, Any] = {"partition_by": k.object, "order_by": k.frame}
    until = func.coalesce(func.lead(k.frame).over(**order), _FOREVER).label("until")
    before = func.coalesce(func.lag(k.outside).over(**order), true()).label("before")
    keys = wanted(select(k.object, k.frame, k.outside, until, before), k.object).cte("keys")
    # A stretch begins behind a keyframe that said "outside", and goes on to the next one that does.
    begins = func.sum(case((keys.c.before, 1), else_=0))
    nth = begins.over(partition_by=keys.c.object, order_by=keys.c.frame).label("nth")
    parts = select(keys.c.object, keys.c.frame, keys.c.outside, keys.c.until, nth).cte("parts")
    start, stop = func.min(parts.c.frame).label("start"), func.max(parts.c.until).label("stop")
    seen = select(parts.c.object, start, stop).where(~parts.c.outside).group_by(parts.c.object, parts.c.nth)
    return seen.union_all(wanted(select(segment.object, segment.start, segment.stop), segment.object))


# -- everything, for an export


class Snapshot:
    """One state of the project, read video by video: it stays the same while others write.

    videos: every video, by path.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        found = [row for row in _rows(connection, "video") if isinstance(row, Video)]
        self.videos = sorted(found, key=lambda v: (v.path, v.key))

    def document(self, video: str) -> Document:
        """The rows of one video, with the project's event classes."""
        return read_document(self._connection, video)

    def documents(self) -> Iterator[Document]:
        """The rows of every video, one after another, by path."""
        for video in self.videos:
            yield self.document(video.key)


@contextlib.contextmanager
def snapshot(store: Store) -> Iterator[Snapshot]:
    """One read transaction over the whole project."""
    with store.reading() as connection:
        yield Snapshot(connection)


# -- counts


def counts(store: Store) -> dict[str, dict[str, int]]:
    """How many rows each table has, clips each state, objects each verdict, and edits each person."""
    with store.reading() as connection:
        rows = {}
        for name, table in schema.ROWS.items():
            rows[name] = int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        return {
            "rows": rows,
            "clips": _by(connection, schema.clip.c.state),
            "objects": _by(connection, schema.object_.c.verdict),
            "edits": _by(connection, schema.edit.c.person, schema.edit.c.state != "base"),
        }


def _by(connection: Connection, column: Any, where: Any = None) -> dict[str, int]:
    query = select(column, func.count()).group_by(column).order_by(column)
    if where is not None:
        query = query.where(where)
    return {str(name): int(n) for name, n in connection.execute(query)}
