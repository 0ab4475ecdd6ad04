"""Giving a field the value back that it had once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tvau_studio.domain.actions._parts import place_of, touched
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Edit, Place, changed, edit
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import Clip, Keyframe, Object, Override, Segment, Video


def restore(document: Document, table: str, key: str, values: Mapping[str, Any]) -> Edit:
    """Set fields of a row to what they were, as the history says. Raises UsageError where the row is gone."""
    row = document.get(table, key)
    if row is None:
        raise UsageError("This {table} is no longer there; undo brings it back.", table=table.replace("_", " "))
    change = changed(row, **values)
    if change is None:
        return edit("", ())
    if isinstance(row, Keyframe | Segment | Override):
        place = place_of(document, row.object, row.frame if isinstance(row, Keyframe) else None)
        return edit("Restore a value", [touched(document, row.object), change], "", place)
    if isinstance(row, Object):
        return edit("Restore a value", [touched(document, row.key), change], "", place_of(document, row.key))
    video = row.key if isinstance(row, Video) else row.video if isinstance(row, Clip) else None
    made = edit("Restore a value", [change])
    return replace(made, place=Place(video)) if video else made
