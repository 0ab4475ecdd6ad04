"""A project from before remarks had a reason: they are there, and what the log says of them still fits."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from tvau_studio.domain.edits import created, edit, removed
from tvau_studio.domain.labels import Clip, Comment, Video, values_of
from tvau_studio.store import checking, lifecycle, repository, schema, writer
from tvau_studio.store.rows import Stamp

ANN = Stamp("ann", "w")
OLD = Comment(key="r", clip="c", text="look", author="ann", made=1.0)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A project of schema 4 with a remark."""
    upgrade, path = command.upgrade, tmp_path / "old.tvau"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "VERSION", 4)
        patch.setattr(lifecycle, "EVENTS", ())  # classes as they are now do not fit into it
        patch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0004"))
        store = lifecycle.create(path, "old", "maker", "0")
        rows = [Video(key="v", path="v.mp4"), Clip(key="c", video="v", id="v:0:9", start=0, stop=9)]
        writer.apply(store, edit("Begin", [created(row) for row in rows]), ANN)
        store.close()
    fields = {name: value for name, value in values_of(OLD).items() if name != "reason"}
    with closing(sqlite3.connect(path)) as connection:
        names = ["key", *fields]
        connection.execute(
            f"INSERT INTO comment ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", ["r", *fields.values()]
        )
        connection.execute(
            "INSERT INTO edit (seq, id, session, person, made, label, merge, kind, step, state) "
            "VALUES (3, 'x', 'w', 'ann', 1.0, 'Comment', '', 'do', 3, 'done')"
        )
        entry = (3, 0, "comment", "r", json.dumps(fields))
        connection.execute(
            "INSERT INTO change (seq, position, table_name, row_key, after) VALUES (?, ?, ?, ?, ?)", entry
        )
        connection.commit()
    return path


def test_an_old_remark_is_kept_undone_and_done_again(old: Path) -> None:
    store = lifecycle.open_store(old)
    try:
        assert repository.load(store).get("comment", "r") == OLD
        assert checking.check(store) == []
        writer.undo(store, ANN)
        assert repository.load(store).get("comment", "r") is None
        writer.redo(store, ANN)
        assert repository.load(store).get("comment", "r") == OLD
        writer.apply(store, edit("Delete", [removed(OLD)]), ANN)
        assert checking.check(store) == []
    finally:
        store.close()
