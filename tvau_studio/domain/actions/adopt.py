"""Taking an object over from another version of the same video."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tvau_studio.domain.actions._parts import Who, place_of
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Edit, Place, changed, created, edit, removed
from tvau_studio.domain.labels import Keyframe, Object, Segment, keyframe_key, new_key


def adopt_object(
    document: Document, who: Who, video: str, mine: str | None, other: Document, theirs: str, key: str | None = None
) -> Edit:
    """Give the object `mine` (None: a new one of the video, with `key`) the boxes, segments and texts of the object
    `theirs` of another document. The other document is not changed.
    """
    source = other.object(theirs)
    texts: dict[str, Any] = {"appearance_en": source.appearance_en, "appearance_zh": source.appearance_zh}
    changes: list[Change | None] = []
    if mine is None:
        row = Object(key=key or new_key(), video=video, track=document.next_track(video), **texts, **who.stamp())
        changes.append(created(row))
        here: dict[int, Keyframe] = {}
    else:
        row = document.object(mine)
        changes.append(changed(row, **texts))
        here = {k.frame: k for k in document.track(mine).keyframes}
    wanted = {k.frame: k for k in other.track(theirs).keyframes}
    changes += [removed(k) for frame, k in here.items() if frame not in wanted]
    for frame, there in wanted.items():
        if frame in here:
            fields = ("x", "y", "w", "h", "occluded", "outside", "smooth", "support")
            changes.append(changed(here[frame], **{name: getattr(there, name) for name in fields}))
        else:
            changes.append(created(replace(there, key=keyframe_key(row.key, frame), object=row.key, **who.stamp())))
    old = document.segments(mine) if mine is not None else []
    new = other.segments(theirs)
    if [_said(s) for s in old] != [_said(s) for s in new]:
        changes += [removed(s) for s in old]
        changes += [created(replace(s, key=new_key(), object=row.key, **who.stamp())) for s in new]
    first = min(wanted, default=None)
    place = place_of(document, mine, first) if mine is not None else Place(video, first, row.key)
    return edit("Take the other version", changes, "", place)


def _said(segment: Segment) -> tuple[object, ...]:
    return (segment.start, segment.stop, segment.event, segment.motion_en, segment.motion_zh)
