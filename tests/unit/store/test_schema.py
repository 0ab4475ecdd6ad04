"""The tables say what the rows of the domain say, and the migrations make exactly these tables."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Boolean, Double, Integer, String

from tvau_studio.domain.labels import TABLES
from tvau_studio.store import schema
from tvau_studio.store.engine import Store

_KINDS = {int: Integer, float: Double, bool: Boolean}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_the_fields_of_its_class(name: str) -> None:
    hints = get_type_hints(TABLES[name])
    columns = schema.ROWS[name].columns
    assert [c.name for c in columns] == [f.name for f in fields(TABLES[name])]
    for column in columns:
        hint = hints[column.name]
        parts = get_args(hint) or (hint,)
        assert column.nullable == (type(None) in parts), column
        kind = next((sql for python, sql in _KINDS.items() if python in parts), String)
        assert isinstance(column.type, kind), column
        assert column.default is None, "what a row holds is said by the row"


def test_parents_come_before_children() -> None:
    assert set(schema.ROWS) == set(TABLES)
    seen: list[str] = []
    for name in schema.ROWS:
        assert set(schema.PARENTS[name].values()) <= {*seen, name}
        seen.append(name)


def test_the_migrations_make_these_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        # What finds words is no table of ours to compare: SQLite makes five of its own for it.
        opts = {"compare_type": True, "include_name": lambda name, *_: not str(name).startswith(("words", "ix_words"))}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, schema.metadata) == []


def test_the_schemas_number_is_that_of_the_last_migration() -> None:
    folder = Path(schema.__file__).parent / "migrations" / "versions"
    assert [int(p.name[:4]) for p in sorted(folder.glob("*.py"))] == list(range(1, schema.VERSION + 1))
