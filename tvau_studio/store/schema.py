"""The tables: one for each class of rows in `domain.labels`, the log of edits, and one row about the project itself.

A table of rows has the fields of its class as columns, under the same names. Foreign keys are checked when a
transaction ends, so that the order of the changes in an Edit does not matter. What has to be unique beyond the key (a
clip's id in the project, a track in its video) is checked by the writer under the write lock, not by an index: an Edit
that exchanges two numbers would break an index half-way.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from tvau_studio.domain.labels import TABLES

VERSION = 7
"""The schema that this program writes: the number of the last migration."""

FORMAT = "tvau-studio project"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key() -> Column[Any]:
    return Column("key", String, primary_key=True)


def _text(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False)


def _int(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, Integer, nullable=nullable)


def _real(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, Double, nullable=nullable)


def _flag(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, Boolean, nullable=nullable)


def _parent(name: str, table: str, nullable: bool = False) -> Column[Any]:
    key = ForeignKey(f"{table}.key", deferrable=True, initially="DEFERRED")
    return Column(name, String, key, nullable=nullable)


def _stamp() -> tuple[Column[Any], Column[Any]]:
    """Who made the row, and when, in seconds since 1970."""
    return _text("author"), _real("made")


video = Table(
    "video",
    metadata,
    _key(),
    _text("path"),
    _text("fingerprint"),
    _int("frames", nullable=True),
    _int("height", nullable=True),
    _int("width", nullable=True),
    _real("fps", nullable=True),
    Column("split", Text),
    _text("environment_en"),
    _text("environment_zh"),
    *_stamp(),
    Index(None, "path"),
)

clip = Table(
    "clip",
    metadata,
    _key(),
    _parent("video", "video"),
    _text("id"),
    _int("start"),
    _int("stop"),
    _text("state"),
    _flag("anomaly", nullable=True),
    _text("environment_en"),
    _text("environment_zh"),
    _text("annotator"),
    _text("assignee"),
    _text("masks"),
    *_stamp(),
    Index(None, "video", "start"),
    Index(None, "id"),
    Index(None, "state"),
)

object_ = Table(
    "object",
    metadata,
    _key(),
    _parent("video", "video"),
    _int("track"),
    _text("appearance_en"),
    _text("appearance_zh"),
    _text("model"),
    _text("verdict"),
    _flag("touched"),
    _real("score", nullable=True),
    *_stamp(),
    Index(None, "video", "track"),
)

keyframe = Table(
    "keyframe",
    metadata,
    _key(),
    _parent("object", "object"),
    _int("frame"),
    _real("x"),
    _real("y"),
    _real("w"),
    _real("h"),
    _flag("occluded"),
    _flag("outside"),
    _flag("smooth"),
    _flag("support"),
    *_stamp(),
    Index(None, "object", "frame"),
)

segment = Table(
    "segment",
    metadata,
    _key(),
    _parent("object", "object"),
    _int("start"),
    _int("stop"),
    Column("event", Text),
    _text("motion_en"),
    _text("motion_zh"),
    *_stamp(),
    Index(None, "object"),
)

override = Table(
    "override",
    metadata,
    _key(),
    _parent("object", "object"),
    _parent("clip", "clip"),
    Column("start_region", Text),
    Column("end_region", Text),
    _text("trajectory_en"),
    _text("trajectory_zh"),
    *_stamp(),
    Index(None, "object"),
    Index(None, "clip"),
)

description = Table(
    "description",
    metadata,
    _key(),
    _parent("clip", "clip"),
    _int("position"),
    _text("language"),
    _text("text"),
    *_stamp(),
    Index(None, "clip"),
)

dialogue = Table(
    "dialogue",
    metadata,
    _key(),
    _parent("clip", "clip"),
    _text("language"),
    _text("messages"),
    *_stamp(),
    Index(None, "clip"),
)

event_class = Table(
    "event_class",
    metadata,
    _key(),
    _int("position"),
    _text("name_zh"),
    _text("shortcut"),
    _text("colour"),
    *_stamp(),
)

comment = Table(
    "comment",
    metadata,
    _key(),
    _parent("clip", "clip"),
    _text("text"),
    _parent("object", "object", nullable=True),
    _int("frame", nullable=True),
    _text("field"),
    _parent("reply_to", "comment", nullable=True),
    _flag("resolved"),
    _text("reason"),
    *_stamp(),
    Index(None, "clip"),
    Index(None, "object"),
    Index(None, "reply_to"),
)

ROWS: dict[str, Table] = {
    t.name: t for t in (video, clip, object_, keyframe, segment, override, description, dialogue, event_class, comment)
}
"""Every table of rows by its name (the names of `labels.TABLES`), parents before children."""


def defaults(name: str) -> dict[str, Any]:
    """What the fields of a row are that an entry of the log does not name: it was written before they were there."""
    return dict(_DEFAULTS[name])


_DEFAULTS = {
    name: {f.name: f.default for f in dataclasses.fields(kind) if f.default is not dataclasses.MISSING}
    for name, kind in TABLES.items()
}

PARENTS: dict[str, dict[str, str]] = {
    name: {c.name: next(iter(c.foreign_keys)).column.table.name for c in table.columns if c.foreign_keys}
    for name, table in ROWS.items()
}
"""Table -> {column: the table that it points to}."""

edit = Table(
    "edit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("id", String, nullable=False),
    _text("session"),
    _text("person"),
    _real("made"),
    _text("label"),
    _text("merge"),
    Column("video", String),
    _int("frame", nullable=True),
    Column("object", String),
    _text("kind"),
    _int("step"),
    _text("state"),
    Index(None, "person", "state", "step"),
    Index(None, "step"),
)
"""One row per Edit, in the order of the commits. seq: 1, 2, 3 ... without a gap. session: the window that made it.
video, frame, object: its place.

kind: ``do``, or ``undo``/``redo`` of a step. step: the number (a seq) of the step of undo that it belongs to: edits
that merge share it; for an undo or redo, the step that it took back or did again. state, of ``do`` rows: ``done``,
``undone`` (redo would do it again), ``dropped`` (undone, and then something else was done) or ``base`` (what a new
project begins with; never undone); "" for an undo or redo.
"""

change = Table(
    "change",
    metadata,
    Column("seq", Integer, ForeignKey("edit.seq", deferrable=True, initially="DEFERRED"), primary_key=True),
    Column("position", Integer, primary_key=True),
    _text("table_name"),
    Column("row_key", String, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Index(None, "table_name", "row_key", "seq"),
)
"""The Changes of an Edit, in their order. before, after: the touched fields as JSON, or NULL (see
`domain.edits.Change`).
"""

talk = Table(
    "talk",
    metadata,
    _key(),
    Column("video", String, nullable=False),
    Column("clip", String),
    _text("title"),
    _text("draft"),
    *_stamp(),
    Index(None, "video", "made"),
)
"""A line of questions about a clip or a video; fields as `domain.talks.Talk`. No foreign key to its video: talks are
not edits, they wait where a video is taken out and its removal taken back.
"""

turn = Table(
    "turn",
    metadata,
    _key(),
    Column("talk", String, ForeignKey("talk.key", ondelete="CASCADE"), nullable=False),
    Column("parent", String),
    Column("beside", String),
    _int("start"),
    _int("stop"),
    Column("object", String),
    Column("language", Text),
    _text("model"),
    _text("prompts"),
    _flag("evidence"),
    _text("question"),
    _text("answer"),
    _text("corrected"),
    _text("state"),
    _text("error"),
    Column("reply", Text),
    _real("wait", nullable=True),
    _real("seconds", nullable=True),
    _int("tokens", nullable=True),
    *_stamp(),
    Index(None, "talk", "made"),
)
"""One question and its answer; fields as `domain.talks.Turn`."""

snapshot = Table(
    "snapshot",
    metadata,
    _key(),
    _text("name"),
    _text("note"),
    *_stamp(),
    _int("videos"),
    _int("clips"),
    _int("objects"),
    Index(None, "name", unique=True),
)
"""A named state of the labels; fields as `domain.snapshots.SnapshotInfo`. Rows are added and never changed."""

snapshot_part = Table(
    "snapshot_part",
    metadata,
    _key(),
    Column("snapshot", String, nullable=False),
    _int("position"),
    Column("video", String, nullable=False),
    _text("head"),
    Column("content", LargeBinary, nullable=False),
    Column("digest", String, nullable=False),
    Index(None, "snapshot", "video"),
)
"""One video of a snapshot: its own row as JSON, its rows compressed, and the SHA-256 of both. No foreign keys: it
outlives the rows.
"""

release = Table(
    "release_record",
    metadata,
    _key(),
    _text("snapshot"),
    *_stamp(),
    _text("file"),
    Column("digest", String, nullable=False),
    _text("rules"),
    _text("facts"),
    Index(None, "made"),
)
"""One export that was made; fields as `domain.snapshots.Release`, rules and facts as JSON."""

prompt_set = Table(
    "prompt_set",
    metadata,
    Column("name", String, primary_key=True),
    _text("content"),
    _text("author"),
    _real("made"),
)
"""Prompt sets of the project's own; content as JSON, fields as resources/prompts.json."""

project = Table(
    "project",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _text("format"),
    _text("name"),
    _text("program"),
    _real("created"),
)
"""One row, whose lock is the write lock where the database has none for the whole file."""
