"""Reading a project: rows for a document, a snapshot to export, counts. The list of clips is in `clip_list`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select

from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import TABLES, Clip, EventClass, Object, Row, Segment, Video
from tvau_studio.domain.phrases import Phrase
from tvau_studio.store import schema
from tvau_studio.store.engine import Store


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


def video(store: Store, key: str) -> Video | None:
    """One video's row."""
    with store.reading() as connection:
        found = _rows(connection, "video", schema.video.c.key == key)
    return next((row for row in found if isinstance(row, Video)), None)


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


def event_usage(store: Store) -> dict[str, int]:
    """Event -> how many segments of the whole project are of it; those without an event are not counted."""
    c = schema.ROWS["segment"].c
    with store.reading() as connection:
        return _by(connection, c.event, c.event.is_not(None))


def segments_of(store: Store, event: str) -> list[Segment]:
    """Every segment of the project that is of an event."""
    with store.reading() as connection:
        rows = _rows(connection, "segment", schema.ROWS["segment"].c.event == event)
        return [row for row in rows if isinstance(row, Segment)]


_PHRASES = {
    "appearance": ("object", "appearance"),
    "motion": ("segment", "motion"),
    "environment": ("video", "environment"),
    "trajectory": ("override", "trajectory"),
}
_MOST_PHRASES = 2000


def phrases(store: Store, field: str, language: str) -> list[Phrase]:
    """The texts of a field in a language, the most frequent first, at most 2,000; with the event that they are about,
    where the field is of an object or a segment.
    """
    table, name = _PHRASES[field]
    c = schema.ROWS[table].c
    text, segment = c[f"{name}_{language}"], schema.ROWS["segment"].c
    event = segment.event if table in ("object", "segment") else literal(None)
    query = select(text, event, func.count()).where(text != "")
    if table == "object":
        query = query.select_from(schema.ROWS["object"].outerjoin(schema.ROWS["segment"], segment.object == c.key))
    query = query.group_by(text, event) if table in ("object", "segment") else query.group_by(text)
    with store.reading() as connection:
        found = connection.execute(query.order_by(func.count().desc(), text).limit(_MOST_PHRASES))
        return [Phrase(str(words), of, int(n)) for words, of, n in found]


def _by(connection: Connection, column: Any, where: Any = None) -> dict[str, int]:
    query = select(column, func.count()).group_by(column).order_by(column)
    if where is not None:
        query = query.where(where)
    return {str(name): int(n) for name, n in connection.execute(query)}
