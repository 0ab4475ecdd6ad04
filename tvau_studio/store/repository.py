"""Reading a project: rows for a document, the list of clips, a snapshot to export."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, or_, select, true

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
    state: str | None = None,
    search: str = "",
    offset: int = 0,
    limit: int | None = None,
) -> list[ClipSummary]:
    """A page of the clips. order: ``video`` (path, then start), ``id`` or ``state``. search: part of an id or path."""
    if order not in ORDERS:
        raise UsageError("There is no order {order!r}; choose one of {known}.", order=order, known=", ".join(ORDERS))
    with store.reading() as connection:
        return _clip_list(connection, order, state, search, offset, limit)


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
    connection: Connection, order: str, state: str | None, search: str, offset: int, limit: int | None
) -> list[ClipSummary]:
    clip, video = schema.clip.c, schema.video.c
    query = _chosen(
        select(clip.key, clip.id, clip.video, video.path, clip.start, clip.stop, clip.state, clip.anomaly),
        state,
        search,
    )
    by_video = (video.path, clip.start, clip.stop, clip.id)
    query = query.order_by(*{"video": by_video, "id": (clip.id,), "state": (clip.state, *by_video)}[order])
    rows = connection.execute(query.offset(offset).limit(limit)).all()
    everything = limit is None and not offset and state is None and not search
    counts, events = _contents(connection, None if everything else [row.key for row in rows])
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
    connection: Connection, keys: Sequence[str] | None
) -> tuple[dict[str, tuple[int, int]], dict[str, set[tuple[str, bool]]]]:
    """What is in the clips (None = all): clip -> (objects, drafts) and clip -> {(event, whether accepted)}."""
    counts: dict[str, tuple[int, int]] = {}
    events: dict[str, set[tuple[str, bool]]] = defaultdict(set)
    parts: list[Sequence[str] | None] = [None]
    if keys is not None:
        parts = [keys[i : i + _BATCH] for i in range(0, len(keys), _BATCH)]
    clip, thing, segment = schema.clip.c, schema.object_.c, schema.segment.c
    meets = and_(segment.object == thing.key, segment.start < clip.stop, segment.stop > clip.start)
    for part in parts:
        here = clip.key.in_(part) if part is not None else true()
        kept = and_(thing.video == clip.video, thing.verdict != "rejected")
        drafts = func.count().filter(thing.verdict == "undecided")
        seen = or_(_visible(), exists().where(meets))
        query = select(clip.key, func.count(), drafts).join(schema.object_, kept).where(here, seen).group_by(clip.key)
        counts.update({key: (n, d) for key, n, d in connection.execute(query)})
        which = select(clip.key, segment.event, thing.verdict).distinct()
        which = which.join(schema.object_, kept).join(schema.segment, meets).where(here, segment.event.is_not(None))
        for key, event, verdict in connection.execute(which):
            events[key].add((event, verdict == "accepted"))
    return counts, events


def _visible() -> Any:
    """Whether the object is in the picture in any frame of the clip: a keyframe in it says so, or the last one before
    it.
    """
    clip, thing, k = schema.clip.c, schema.object_.c, schema.keyframe.c
    inside = exists().where(k.object == thing.key, k.frame >= clip.start, k.frame < clip.stop, ~k.outside)
    before = (
        select(k.outside).where(k.object == thing.key, k.frame < clip.start).order_by(k.frame.desc()).limit(1)
    ).scalar_subquery()
    # A keyframe at the very start that says "outside" ends what the one before it began.
    at_start = exists().where(k.object == thing.key, k.frame == clip.start, k.outside)
    return or_(inside, and_(before.is_(False), ~at_start))


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
