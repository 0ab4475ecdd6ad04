"""The log as people read it: steps of undo in pages, the story of one object field by field."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import and_, func, or_, select

from tvau_studio.domain.edits import Place
from tvau_studio.domain.history import FieldChange, Step
from tvau_studio.store import schema
from tvau_studio.store.engine import Store


def steps(
    store: Store, limit: int, *, before: int | None = None, person: str | None = None, video: str | None = None
) -> list[Step]:
    """A page of the steps that are done, and of those that could be done again: the newest first.

    before: only steps with a lower number than this. person, video: only theirs.
    """
    c = schema.edit.c
    wanted = [c.kind == "do", c.state.in_(("done", "undone"))]
    wanted += [c.step < before] if before is not None else []
    wanted += [c.person == person] if person is not None else []
    wanted += [c.video == video] if video is not None else []
    newest = (
        select(func.max(c.seq).label("seq"), func.count().label("edits"))
        .where(*wanted)
        .group_by(c.step)
        .order_by(c.step.desc())
        .limit(limit)
        .subquery()
    )
    query = select(schema.edit, newest.c.edits).join(newest, newest.c.seq == c.seq).order_by(c.step.desc())
    with store.reading() as connection:
        return [
            Step(
                row.step,
                row.label,
                row.person,
                row.made,
                row.state == "undone",
                Place(row.video, row.frame, row.object) if row.video is not None else None,
            )
            for row in connection.execute(query)
        ]


def of_object(store: Store, object: str, limit: int, *, before: int | None = None) -> list[FieldChange]:
    """Everything that was ever written about an object, the newest first: its own fields, its boxes, segments and what
    is said of it in a clip; undo and redo too. before: only what has a lower number in the log than this.
    """
    e, d = schema.edit.c, schema.change.c
    segments = select(schema.segment.c.key).where(schema.segment.c.object == object)
    about = or_(
        and_(d.table_name == "object", d.row_key == object),
        and_(d.table_name.in_(("keyframe", "override")), d.row_key.between(f"{object}@", f"{object}@~")),
        and_(d.table_name == "segment", d.row_key.in_(segments)),
    )
    query: Any = (
        select(schema.change, e.person, e.made, e.kind, e.label, e.frame).join(schema.edit, e.seq == d.seq).where(about)
    )
    if before is not None:
        query = query.where(d.seq < before)
    numbers = query.with_only_columns(d.seq).distinct().order_by(d.seq.desc()).limit(limit).subquery()
    query = query.where(d.seq.in_(select(numbers.c.seq))).order_by(d.seq.desc(), d.position)
    with store.reading() as connection:
        return [
            FieldChange(
                row.seq,
                row.person,
                row.made,
                row.kind,
                row.label,
                row.table_name,
                row.row_key,
                _fields(row.before),
                _fields(row.after),
            )
            for row in connection.execute(query)
        ]


def _fields(text: str | None) -> Any:
    return None if text is None else json.loads(text)
