"""A check finds what was changed behind the log's back, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from tvau_studio.domain.errors import StudioError
from tvau_studio.store import checking, writer
from tvau_studio.store.engine import Store
from tvau_studio.store.rows import Stamp


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE clip SET stop = stop + 1 WHERE key = 'clip-0'", "the row clip-0 of clip is not what the log"),
        ("DELETE FROM event_class WHERE key = 'anomaly'", "the row anomaly of event_class is not what the log"),
        ("INSERT INTO event_class VALUES ('new', 1, '', '', '', 0, '')", "the row new of event_class does not stand"),
        ("DELETE FROM change WHERE seq = 2 AND row_key = 'clip-12'", "the row clip-12 of clip does not stand in"),
        ("UPDATE change SET before = '{}' WHERE row_key = 'clip-0'", "the row clip-0 of clip is not what the log"),
        ("UPDATE edit SET seq = 9 WHERE seq = 2; UPDATE change SET seq = 9 WHERE seq = 2", "numbered up to 9"),
        ("DELETE FROM project", "own row is missing"),
        ("DELETE FROM video", "2 row(s) of clip belong to a video that is not there"),
        ("UPDATE clip SET id = 'same'", "2 clips have the id same"),
    ],
)
def test_what_was_changed_behind_the_log_is_found(
    file_store: Store,
    project: Path,
    random_edits: ModuleType,
    opened: Callable[[Path], Store],
    statement: str,
    said: str,
) -> None:
    writer.apply(file_store, random_edits.base_edit(), Stamp("ann", "w"))
    assert checking.check(file_store) == []
    file_store.close()
    with closing(sqlite3.connect(project)) as connection:
        connection.executescript(statement)
    problems = checking.check(opened(project))
    assert any(said in p for p in problems), problems
    assert len(problems) <= checking.MOST


def test_a_broken_page_is_said(file_store: Store, project: Path, opened: Callable[[Path], Store]) -> None:
    file_store.close()
    data = bytearray(project.read_bytes())
    with closing(sqlite3.connect(project)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_clip_id'").fetchone()
    data[(page - 1) * 4096 : page * 4096] = b"\x0a" + bytes([255] * 4095)
    project.write_bytes(data)
    with pytest.raises(StudioError, match="is damaged"):
        checking.check(opened(project))
