"""Prompt sets in the store: by name, the last writing counts."""

from __future__ import annotations

import time

from sqlalchemy import select

from tvau_studio.store import schema
from tvau_studio.store.engine import Store


def read(store: Store) -> dict[str, str]:
    """Name -> content, by name."""
    c = schema.prompt_set.c
    with store.reading() as connection:
        return {str(name): str(text) for name, text in connection.execute(select(c.name, c.content).order_by(c.name))}


def write(store: Store, name: str, content: str, author: str) -> None:
    """Keep a set under a name, in place of one that is there."""
    values = {"name": name, "content": content, "author": author, "made": round(time.time(), 3)}
    with store.writing() as connection:
        connection.execute(schema.prompt_set.delete().where(schema.prompt_set.c.name == name))
        connection.execute(schema.prompt_set.insert().values(values))


def delete(store: Store, name: str) -> None:
    with store.writing() as connection:
        connection.execute(schema.prompt_set.delete().where(schema.prompt_set.c.name == name))
