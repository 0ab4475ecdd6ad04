"""What others did since: the log of edits as a feed."""

from __future__ import annotations

from sqlalchemy import func, select

from tvau_studio.domain.history import Entry
from tvau_studio.store import schema, writer
from tvau_studio.store.engine import Store


def last_seq(store: Store) -> int:
    """The number of the newest Edit in the log; cheap enough to ask several times a second."""
    with store.reading() as connection:
        return int(connection.execute(select(func.coalesce(func.max(schema.edit.c.seq), 0))).scalar_one())


def since(store: Store, seq: int) -> list[Entry]:
    """Every entry of the log behind number `seq`, in order: everybody's, undo and redo too."""
    with store.reading() as connection:
        return writer.entries(connection, schema.edit.c.seq > seq)
