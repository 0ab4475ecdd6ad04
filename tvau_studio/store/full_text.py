"""Looking for words in every text of a project, by parts of words, in any script.

SQLite keeps an FTS5 table of trigrams beside the rows, which triggers follow; PostgreSQL has indexes of pg_trgm over
the same columns where the database may have that extension, and reads the columns where it may not. Both find the same:
every row whose texts hold the words somewhere, whatever the capitals.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import Connection, exc, text

from tvau_studio.store.engine import Store

_log = logging.getLogger(__name__)

TEXTS: dict[str, tuple[str, ...]] = {
    "video": ("environment_en", "environment_zh"),
    "clip": ("environment_en", "environment_zh"),
    "object": ("appearance_en", "appearance_zh"),
    "segment": ("motion_en", "motion_zh"),
    "override": ("trajectory_en", "trajectory_zh"),
    "description": ("text",),
    "dialogue": ("messages",),
    "comment": ("text",),
}
"""Table -> its columns that a person writes sentences into."""

_TRIGRAM = 3
"""Shorter words are in no trigram: their texts are read one by one."""


def set_up(connection: Connection) -> None:
    """Make what finds words quickly, over the rows that are there; the last step of a migration."""
    if connection.dialect.name == "sqlite":
        _set_up_sqlite(connection)
    else:
        _set_up_postgresql(connection)


def hits(store: Store, word: str) -> list[tuple[str, str]]:
    """(table, key) of every row whose texts hold `word`, in no order. An empty word is held by none."""
    if not word:
        return []
    with store.reading() as connection:
        if connection.dialect.name == "sqlite":
            return _hits_sqlite(connection, word)
        return _hits_columns(connection, word, "ILIKE")


def _joined(columns: Sequence[str], row: str = "") -> str:
    return " || ' ' || ".join(f"coalesce({row}{c}, '')" for c in columns)


def _like(word: str) -> str:
    for special in "\\%_":
        word = word.replace(special, f"\\{special}")
    return f"%{word}%"


# -- SQLite


def _set_up_sqlite(connection: Connection) -> None:
    for statement in (
        "CREATE TABLE words_place (id INTEGER PRIMARY KEY, tbl TEXT NOT NULL, row_key TEXT NOT NULL)",
        "CREATE UNIQUE INDEX ix_words_place_row ON words_place (tbl, row_key)",
        "CREATE VIRTUAL TABLE words USING fts5(text, tokenize='trigram')",
    ):
        connection.execute(text(statement))
    for table, columns in TEXTS.items():
        changed = " OR ".join(f"old.{c} IS NOT new.{c}" for c in columns)
        take = (
            f"DELETE FROM words WHERE rowid = (SELECT id FROM words_place WHERE tbl = '{table}' AND row_key = old.key);"
        )
        forget = f"DELETE FROM words_place WHERE tbl = '{table}' AND row_key = old.key;"
        put = (
            f"INSERT OR IGNORE INTO words_place (tbl, row_key) VALUES ('{table}', new.key);"
            f"INSERT INTO words (rowid, text) SELECT id, {_joined(columns, 'new.')} FROM words_place"
            f" WHERE tbl = '{table}' AND row_key = new.key AND trim({_joined(columns, 'new.')}) <> '';"
        )
        some = f"trim({_joined(columns, 'new.')}) <> ''"
        for name, when, body in (
            ("put", f"AFTER INSERT ON {_q(table)} WHEN {some}", put),
            ("take", f"AFTER DELETE ON {_q(table)}", take + forget),
            ("change", f"AFTER UPDATE ON {_q(table)} WHEN {changed}", take + put),
        ):
            connection.exec_driver_sql(f"CREATE TRIGGER words_{table}_{name} {when} BEGIN {body} END")
        connection.exec_driver_sql(
            f"INSERT INTO words_place (tbl, row_key) SELECT '{table}', key FROM {_q(table)}"
            f" WHERE trim({_joined(columns)}) <> ''"
        )
        connection.exec_driver_sql(
            f"INSERT INTO words (rowid, text) SELECT p.id, {_joined(columns, 't.')} FROM words_place p"
            f" JOIN {_q(table)} t ON t.key = p.row_key WHERE p.tbl = '{table}'"
        )


def _q(table: str) -> str:
    return f'"{table}"'


def _hits_sqlite(connection: Connection, word: str) -> list[tuple[str, str]]:
    if len(word) >= _TRIGRAM:
        quoted = '"' + word.replace('"', '""') + '"'
        rows = connection.execute(
            text("SELECT tbl, row_key FROM words JOIN words_place ON id = words.rowid WHERE words MATCH :w"),
            {"w": quoted},
        )
    else:
        rows = connection.execute(
            text("SELECT tbl, row_key FROM words JOIN words_place ON id = words.rowid WHERE text LIKE :w ESCAPE '\\'"),
            {"w": _like(word)},
        )
    return [(row[0], row[1]) for row in rows]


# -- PostgreSQL


def _set_up_postgresql(connection: Connection) -> None:
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            for table, columns in TEXTS.items():
                index = f"CREATE INDEX ix_words_{table} ON {_q(table)} USING gin (({_joined(columns)}) gin_trgm_ops)"
                connection.execute(text(index))
    except exc.DBAPIError as error:
        _log.info("no pg_trgm here, words are looked for without an index: %s", error.orig)


def _hits_columns(connection: Connection, word: str, like: str) -> list[tuple[str, str]]:
    found = []
    for table, columns in TEXTS.items():
        query = text(f"SELECT key FROM {_q(table)} WHERE ({_joined(columns)}) {like} :w ESCAPE '\\'")
        found += [(table, row[0]) for row in connection.execute(query, {"w": _like(word)})]
    return found
