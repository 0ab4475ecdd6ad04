"""Segments: what an object does, and when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tvau_studio.domain.actions._parts import Who, place_of, touched
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Edit, changed, created, edit, removed
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import Segment, new_key


def add_segment(
    document: Document,
    who: Who,
    object: str,
    start: int,
    stop: int,
    event: str | None = None,
    motion_en: str = "",
    motion_zh: str = "",
) -> Edit:
    """A segment start:stop."""
    check_range(start, stop)
    row = Segment(
        key=new_key(),
        object=object,
        start=start,
        stop=stop,
        event=event,
        motion_en=motion_en,
        motion_zh=motion_zh,
        **who.stamp(),
    )
    return edit("New segment", [touched(document, object), created(row)], "", place_of(document, object, start))


def set_segment(document: Document, segment: str, *, merge: str = "", **fields: Any) -> Edit:
    """start, stop, event, motion_en, motion_zh of a segment."""
    row = document.get("segment", segment)
    if not isinstance(row, Segment):
        raise UsageError("This segment is no longer there.")
    check_range(fields.get("start", row.start), fields.get("stop", row.stop))
    change = changed(row, **fields)
    if change is None:
        return edit("", ())
    label = "Set event" if "event" in fields else "Set motion" if any("motion" in f for f in fields) else "Move segment"
    return edit(label, [touched(document, row.object), change], merge, place_of(document, row.object, row.start))


def delete_segment(document: Document, segment: str) -> Edit:
    row = document.get("segment", segment)
    if not isinstance(row, Segment):
        raise UsageError("This segment is no longer there.")
    changes = [touched(document, row.object), removed(row)]
    return edit("Delete segment", changes, "", place_of(document, row.object, row.start))


def check_range(start: int, stop: int) -> None:
    if start < 0 or stop <= start:
        raise UsageError("A segment {a}:{b} holds no frame.", a=start, b=stop)


def split_segment(document: Document, who: Who, segment: str, frame: int, key: str | None = None) -> Edit:
    """The segment ends at `frame`, and another one that says the same goes on from there. Raises UsageError where one
    of the two would hold no frame.
    """
    row = document.get("segment", segment)
    if not isinstance(row, Segment):
        raise UsageError("This segment is no longer there.")
    if not row.start < frame < row.stop:
        raise UsageError(
            "The segment {range} is on one side of frame {frame} alone; split it elsewhere.",
            range=row.range,
            frame=frame,
        )
    rest = replace(row, key=key or new_key(), start=frame, **who.stamp())
    changes = [touched(document, row.object), changed(row, stop=frame), created(rest)]
    return edit("Split segment", changes, "", place_of(document, row.object, frame))
