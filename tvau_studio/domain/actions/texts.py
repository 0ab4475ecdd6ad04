"""Texts, and what a person says in place of what follows from the boxes."""

from __future__ import annotations

from typing import Any

from tvau_studio.domain.actions._parts import Who, place_of, touched
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Edit, Place, changed, created, edit, removed
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import Object, Override, Segment, Video, override_key

LONGEST = 20_000
"""Characters that a text may have: whole chapters are pasted by mistake."""


def set_text(document: Document, table: str, key: str, name: str, language: str, value: str) -> Edit:
    """A text of a video (environment), a clip (environment), an object (appearance) or a segment (motion).

    Typing on in the same field merges into one step of undo. Characters that no database keeps (NUL, halves of
    surrogate pairs, as a broken paste brings them) are left out.
    """
    if len(value) > LONGEST:
        raise UsageError("The text has {n} characters; keep it below {most}.", n=len(value), most=LONGEST)
    value = value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    row = document.get(table, key)
    if row is None:
        raise UsageError("The {table} that this text belongs to is no longer there.", table=table)
    change = changed(row, **{f"{name}_{language}": value})
    if change is None:
        return edit("", ())
    owner = row.key if isinstance(row, Object) else row.object if isinstance(row, Segment) else None
    place = place_of(document, owner) if owner else Place(row.key if isinstance(row, Video) else row.video)  # type: ignore[union-attr]
    touch = touched(document, owner) if owner else None
    return edit(f"Edit {name}", [touch, change], f"{table}/{key}/{name}/{language}", place)


def set_override(document: Document, who: Who, object: str, clip: str, **fields: Any) -> Edit:
    """start_region, end_region (None = derived), trajectory_en, trajectory_zh ("" = derived) of an object in a clip."""
    there = document.override(object, clip)
    empty = {"start_region": None, "end_region": None, "trajectory_en": "", "trajectory_zh": ""}
    if there is None:
        if all(empty[name] == value for name, value in fields.items()):
            return edit("", ())
        row = Override(key=override_key(object, clip), object=object, clip=clip, **fields, **who.stamp())
        change: Change | None = created(row)
    else:
        after = {name: fields.get(name, getattr(there, name)) for name in empty}
        change = removed(there) if after == empty else changed(there, **fields)
    if change is None:
        return edit("", ())
    merge = f"override/{object}/{clip}/{'+'.join(sorted(fields))}" if any("trajectory" in f for f in fields) else ""
    return edit("Set place", [touched(document, object), change], merge, place_of(document, object))
