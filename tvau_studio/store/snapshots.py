"""Named states of the labels, kept whole and compressed, video by video; and the record of exports.

Nothing here changes a snapshot once it is made. A part that is no longer what was written (its SHA-256 says so) is
refused, so that what a snapshot gives is what was there when it was made, or nothing.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, func, select

from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.labels import TABLES, Row, Video, new_key, table_of
from tvau_studio.domain.snapshots import Release, SnapshotInfo
from tvau_studio.store import repository, schema
from tvau_studio.store.engine import Store

_LEVEL = 6


def make(
    store: Store,
    name: str,
    note: str,
    author: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancel: Callable[[], None] = lambda: None,
) -> SnapshotInfo:
    """Keep the labels as they are now. Raises UsageError for a name that is empty or taken, StudioError where nothing
    can be written; then there is none.
    """
    name = " ".join(name.split())
    if not name:
        raise UsageError("A snapshot needs a name.")
    _check_free(store, name)
    parts: list[tuple[str, str, bytes]] = []
    clips = objects = 0
    with repository.snapshot(store) as labels:
        for n, video in enumerate(labels.videos):
            cancel()
            document = labels.document(video.key)
            clips += sum(1 for _ in document.rows("clip"))
            objects += sum(1 for _ in document.rows("object"))
            head = json.dumps(asdict(document.video(video.key)), ensure_ascii=False, allow_nan=False)
            parts.append((video.key, head, _packed(document)))
            progress(n + 1, len(labels.videos))
    made = SnapshotInfo(new_key(), name, note.strip(), author, round(time.time(), 3), len(parts), clips, objects)
    with store.writing() as connection:
        if _named(connection, name) is not None:
            raise _taken(name)
        connection.execute(schema.snapshot.insert().values(asdict(made)))
        for position, (video_key, head, content) in enumerate(parts):
            values = {
                "key": f"{made.key}@{position}",
                "snapshot": made.key,
                "position": position,
                "video": video_key,
                "head": head,
                "content": content,
                "digest": _digest(head, content),
            }
            connection.execute(schema.snapshot_part.insert().values(values))
    return made


def _check_free(store: Store, name: str) -> None:
    with store.reading() as connection:
        if _named(connection, name) is not None:
            raise _taken(name)


def _taken(name: str) -> UsageError:
    return UsageError(
        "There is a snapshot {name!r} already, and snapshots never change; choose another name.", name=name
    )


def _named(connection: Connection, name: str) -> SnapshotInfo | None:
    row = connection.execute(select(schema.snapshot).where(schema.snapshot.c.name == name)).mappings().first()
    return None if row is None else SnapshotInfo(**row)


def all_of(store: Store) -> list[SnapshotInfo]:
    """Every snapshot, the oldest first."""
    query = select(schema.snapshot).order_by(schema.snapshot.c.made, schema.snapshot.c.key)
    with store.reading() as connection:
        return [SnapshotInfo(**row) for row in connection.execute(query).mappings()]


class Kept:
    """The labels of a snapshot, read video by video, as those of the project are. videos: every video, by path."""

    def __init__(self, connection: Connection, info: SnapshotInfo) -> None:
        self._connection, self.info = connection, info
        c = schema.snapshot_part.c
        heads = connection.execute(select(c.head).where(c.snapshot == info.key)).scalars().all()
        if len(heads) != info.videos:
            raise _damaged(info)
        found = [Video(**_known(Video, json.loads(head))) for head in heads]
        self.videos: list[Video] = sorted(found, key=lambda v: (v.path, v.key))

    def document(self, video: str) -> Document:
        """The rows of one video, with the event classes of that time. Raises StudioError where they are damaged."""
        c = schema.snapshot_part.c
        query = select(c.head, c.content, c.digest).where(c.snapshot == self.info.key, c.video == video)
        row = self._connection.execute(query).first()
        if row is None or _digest(row.head, row.content) != row.digest:
            raise _damaged(self.info)
        return _unpacked(row.content)


def _damaged(info: SnapshotInfo) -> StudioError:
    return StudioError(
        "The snapshot {name!r} is damaged: it is no longer what was written; take the project from a backup.",
        name=info.name,
    )


def opened(connection: Connection, name: str) -> Kept:
    """Raises UsageError where there is no such snapshot, StudioError where it is damaged."""
    info = _named(connection, name)
    if info is None:
        known = [row[0] for row in connection.execute(select(schema.snapshot.c.name).order_by(schema.snapshot.c.made))]
        raise UsageError(
            "There is no snapshot {name!r} (there is: {known}).", name=name, known=", ".join(known) or "none"
        )
    return Kept(connection, info)


def _digest(head: str, content: bytes) -> str:
    return hashlib.sha256(head.encode("utf-8", "surrogatepass") + b"\n" + content).hexdigest()


def _known(kind: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The values of fields that a kind of row has; one that came to the program later takes what it is by default."""
    names = {f.name for f in dataclasses.fields(kind)}
    return {name: value for name, value in values.items() if name in names}


def _packed(document: Document) -> bytes:
    """The rows of a video and the event classes: a line of field names per table, then their values."""
    pieces = []
    for table, rows in _by_table(document):
        names = [f.name for f in dataclasses.fields(TABLES[table])]
        pieces.append([table, names, [[getattr(row, name) for name in names] for row in rows]])
    text = json.dumps(pieces, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), _LEVEL)


def _by_table(document: Document) -> Iterator[tuple[str, list[Row]]]:
    for table in TABLES:
        if rows := list(document.rows(table)):
            assert all(table_of(row) == table for row in rows)
            yield table, rows


def _unpacked(content: bytes) -> Document:
    rows: list[Row] = []
    for table, names, values in json.loads(zlib.decompress(content).decode("utf-8", "surrogatepass")):
        make_row: Any = TABLES[table]
        kept = _known(make_row, {name: i for i, name in enumerate(names)})
        rows += [make_row(**{name: row[i] for name, i in kept.items()}) for row in values]
    return Document(rows)


# -- what was released


def record(store: Store, release: Release) -> None:
    """Remember an export."""
    values = asdict(release)
    for name in ("rules", "facts"):
        values[name] = json.dumps(values[name], ensure_ascii=False, allow_nan=False, sort_keys=True)
    with store.writing() as connection:
        connection.execute(schema.release.insert().values(values))


def releases(store: Store) -> list[Release]:
    """Every export that was remembered, the last one first."""
    query = select(schema.release).order_by(schema.release.c.made.desc(), schema.release.c.key)
    with store.reading() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    return [Release(**{**row, "rules": json.loads(row["rules"]), "facts": json.loads(row["facts"])}) for row in rows]


def count(store: Store) -> int:
    """How many snapshots there are."""
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(schema.snapshot)).scalar_one())
