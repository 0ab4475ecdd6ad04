"""A project from before event classes had a colour: they are there, and what the log says of them still fits."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import EventClass, values_of
from tvau_studio.store import checking, lifecycle, repository, schema, writer
from tvau_studio.store.rows import Stamp

ANN = Stamp("ann", "w")
OLD = EventClass(key="dog off the lead", position=0, shortcut="4", author="ann", made=1.0)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A project of schema 6 with a class."""
    upgrade, path = command.upgrade, tmp_path / "old.tvau"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "VERSION", 6)
        patch.setattr(lifecycle, "EVENTS", ())  # classes as they are now do not fit into it
        patch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0006"))
        lifecycle.create(path, "old", "maker", "0").close()
    fields = {name: value for name, value in values_of(OLD).items() if name != "colour"}
    with closing(sqlite3.connect(path)) as connection:
        names = ["key", *fields]
        values = [OLD.key, *fields.values()]
        marks = ", ".join("?" * len(names))
        connection.execute(f"INSERT INTO event_class ({', '.join(names)}) VALUES ({marks})", values)
        (seq,) = connection.execute("SELECT coalesce(max(seq), 0) + 1 FROM edit").fetchone()
        connection.execute(
            "INSERT INTO edit (seq, id, session, person, made, label, merge, kind, step, state) "
            "VALUES (?, 'x', 'w', 'ann', 1.0, 'New event class', '', 'do', ?, 'done')",
            (seq, seq),
        )
        connection.execute(
            "INSERT INTO change (seq, position, table_name, row_key, after) VALUES (?, 0, 'event_class', ?, ?)",
            (seq, OLD.key, json.dumps(fields)),
        )
        connection.commit()
    return path


def test_an_old_class_is_kept_undone_done_again_and_coloured(old: Path) -> None:
    store = lifecycle.open_store(old)
    try:
        assert repository.event_classes(store) == [OLD]
        assert checking.check(store) == []
        writer.undo(store, ANN)
        assert repository.event_classes(store) == []
        writer.redo(store, ANN)
        assert repository.event_classes(store) == [OLD]
        classes = Document(repository.event_classes(store))
        writer.apply(store, actions.set_class(classes, OLD.key, colour="#2fc08f"), ANN)
        assert repository.event_classes(store)[0].colour == "#2fc08f"
        assert checking.check(store) == []
    finally:
        store.close()
