"""What a person can do to labels, each as a function from a document to an `Edit`.

Nothing here changes the document: the Edit does, once it is applied. Every function returns an Edit that is false
where nothing would change, and raises UsageError where the wish makes no sense.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Edit, Place, changed, created, edit, removed
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import (
    Clip,
    Comment,
    Keyframe,
    Object,
    Override,
    Segment,
    State,
    Video,
    keyframe_key,
    new_key,
    override_key,
)


@dataclass(frozen=True)
class Who:
    """Who acts: stamped on every row that is made. name: the setting `name`, by default the login name."""

    name: str
    clock: Any = field(default=time.time, compare=False)

    def stamp(self) -> dict[str, Any]:
        return {"author": self.name, "made": round(float(self.clock()), 3)}


def _place(document: Document, object: str, frame: int | None = None) -> Place:
    return Place(document.object(object).video, frame, object)


def _touch(document: Document, object: str) -> Change | None:
    """A draft that a person changes is no longer the model's alone to replace."""
    row = document.object(object)
    return changed(row, touched=True) if row.model and row.is_draft else None


# -- objects and boxes


def new_object(
    document: Document,
    who: Who,
    video: str,
    frame: int,
    box: Box,
    *,
    event: str | None = None,
    stop: int | None = None,
    key: str | None = None,
) -> Edit:
    """A new object that is in the picture from `frame` on. event: of a first segment frame:stop (the video's end)."""
    row = Object(key=key or new_key(), video=video, track=document.next_track(video), **who.stamp())
    first = _keyframe(row.key, frame, box, who)
    changes = [created(row), created(first)]
    end = stop if stop is not None else document.video(video).frames
    if end is not None and end > frame:
        segment = Segment(key=new_key(), object=row.key, start=frame, stop=end, event=event, **who.stamp())
        changes.append(created(segment))
    return edit("New object", changes, place=Place(video, frame, row.key))


def delete_object(document: Document, object: str) -> Edit:
    """The object with all that belongs to it."""
    return edit("Delete object", _removals(document, document.object(object)), place=_place(document, object))


def _removals(document: Document, row: Object) -> list[Change]:
    changes = [removed(k) for k in document.track(row.key).keyframes]
    changes += [removed(s) for s in document.segments(row.key)]
    for clip in document.clips(row.video):
        override = document.override(row.key, clip.key)
        changes += [removed(override)] if override else []
        changes += [changed(c, object=None) or removed(c) for c in document.comments(clip.key) if c.object == row.key]
    return [*changes, removed(row)]


def _keyframe(object: str, frame: int, box: Box, who: Who, **more: Any) -> Keyframe:
    x, y, w, h = box.tuple()
    if frame < 0:
        raise UsageError("There is no frame {frame}; frames count from 0.", frame=frame)
    return Keyframe(
        key=keyframe_key(object, frame), object=object, frame=frame, x=x, y=y, w=w, h=h, **more, **who.stamp()
    )


def set_box(
    document: Document, who: Who, object: str, frame: int, box: Box, *, merge: str = "", label: str = ""
) -> Edit:
    """The box of the object in `frame`: changes the keyframe that is there, or makes one."""
    there = document.get("keyframe", keyframe_key(object, frame))
    x, y, w, h = box.tuple()
    if isinstance(there, Keyframe):
        change = changed(there, x=x, y=y, w=w, h=h, outside=False, support=False)
    else:
        shown = document.track(object).at(frame)
        occluded = shown.occluded if shown else False
        smooth = _smooth_before(document, object, frame)
        change = created(_keyframe(object, frame, box, who, occluded=occluded, smooth=smooth))
    if change is None:
        return edit("", ())
    return edit(label or "Move box", [_touch(document, object), change], merge, _place(document, object, frame))


def _smooth_before(document: Document, object: str, frame: int) -> bool:
    before = [k for k in document.track(object).keyframes if k.frame < frame]
    return bool(before) and before[-1].smooth


def set_outside(document: Document, who: Who, object: str, frame: int) -> Edit:
    """From `frame` on the object is not in the picture, up to its next keyframe."""
    return _mark(document, who, object, frame, "Not in the picture from here", outside=True)


def set_occluded(document: Document, who: Who, object: str, frame: int, occluded: bool) -> Edit:
    """From `frame` on the object is hidden (or seen again), up to its next keyframe."""
    return _mark(document, who, object, frame, "Hidden" if occluded else "Seen again", occluded=occluded)


def set_smooth(document: Document, object: str, smooth: bool) -> Edit:
    """Every way between keyframes of the object a curve, or a line."""
    changes: list[Change | None] = [changed(k, smooth=smooth) for k in document.track(object).keyframes]
    if not any(changes):
        return edit("", ())
    return edit(
        "Smooth path" if smooth else "Straight path", [_touch(document, object), *changes], "", _place(document, object)
    )


def _mark(document: Document, who: Who, object: str, frame: int, label: str, **marks: bool) -> Edit:
    there = document.get("keyframe", keyframe_key(object, frame))
    if isinstance(there, Keyframe):
        change = changed(there, support=False, **marks)
    else:
        shown = document.track(object).at(frame)
        if shown is None:
            raise UsageError(
                "The object is not in the picture in frame {frame}; give it a box there first.", frame=frame
            )
        change = created(_keyframe(object, frame, shown.box, who, **{"occluded": shown.occluded, **marks}))
    if change is None or change.before == {"support": True}:
        return edit("", ())
    return edit(label, [_touch(document, object), change], "", _place(document, object, frame))


def add_keyframe(document: Document, who: Who, object: str, frame: int) -> Edit:
    """Fix the box that is shown in `frame`."""
    shown = document.track(object).at(frame)
    if shown is None:
        raise UsageError("The object is not in the picture in frame {frame}; give it a box there first.", frame=frame)
    return set_box(document, who, object, frame, shown.box, label="Add keyframe")


def remove_keyframes(document: Document, object: str, frames: Iterable[int]) -> Edit:
    """Take keyframes away. Raises UsageError where none would be left: that is deleting the object."""
    wanted = set(frames)
    track = document.track(object)
    gone = [k for k in track.keyframes if k.frame in wanted]
    if gone and len(gone) == len(track):
        raise UsageError("These are the object's only keyframes; delete the object instead.")
    if not gone:
        return edit("", ())
    changes = [_touch(document, object), *(removed(k) for k in gone)]
    return edit("Delete keyframe", changes, "", _place(document, object, gone[0].frame))


def move_keyframe(document: Document, who: Who, object: str, frame: int, to: int) -> Edit:
    """A keyframe to another frame, over one that is there."""
    there = document.get("keyframe", keyframe_key(object, frame))
    if not isinstance(there, Keyframe):
        raise UsageError("The object has no keyframe in frame {frame}.", frame=frame)
    if to == frame:
        return edit("", ())
    target = document.get("keyframe", keyframe_key(object, to))
    marks = {"occluded": there.occluded, "outside": there.outside, "smooth": there.smooth}
    changes = [_touch(document, object), removed(there)]
    changes += [removed(target)] if isinstance(target, Keyframe) else []
    changes.append(created(_keyframe(object, to, there.box, who, **marks)))
    return edit("Move keyframe", changes, "", _place(document, object, to))


# -- segments


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
    _check_range(start, stop)
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
    return edit("New segment", [_touch(document, object), created(row)], "", _place(document, object, start))


def set_segment(document: Document, segment: str, *, merge: str = "", **fields: Any) -> Edit:
    """start, stop, event, motion_en, motion_zh of a segment."""
    row = document.get("segment", segment)
    if not isinstance(row, Segment):
        raise UsageError("This segment is no longer there.")
    _check_range(fields.get("start", row.start), fields.get("stop", row.stop))
    change = changed(row, **fields)
    if change is None:
        return edit("", ())
    label = "Set event" if "event" in fields else "Set motion" if any("motion" in f for f in fields) else "Move segment"
    return edit(label, [_touch(document, row.object), change], merge, _place(document, row.object, row.start))


def delete_segment(document: Document, segment: str) -> Edit:
    row = document.get("segment", segment)
    if not isinstance(row, Segment):
        raise UsageError("This segment is no longer there.")
    changes = [_touch(document, row.object), removed(row)]
    return edit("Delete segment", changes, "", _place(document, row.object, row.start))


def _check_range(start: int, stop: int) -> None:
    if start < 0 or stop <= start:
        raise UsageError("A segment {a}:{b} holds no frame.", a=start, b=stop)


# -- texts and overrides


def set_text(document: Document, table: str, key: str, name: str, language: str, value: str) -> Edit:
    """A text of a video (environment), a clip (environment), an object (appearance) or a segment (motion).

    Typing on in the same field merges into one step of undo. Characters that no database keeps (NUL, halves of
    surrogate pairs, as a broken paste brings them) are left out.
    """
    value = value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    row = document.get(table, key)
    if row is None:
        raise UsageError("The {table} that this text belongs to is no longer there.", table=table)
    change = changed(row, **{f"{name}_{language}": value})
    if change is None:
        return edit("", ())
    owner = row.key if isinstance(row, Object) else row.object if isinstance(row, Segment) else None
    place = _place(document, owner) if owner else Place(row.key if isinstance(row, Video) else row.video)  # type: ignore[union-attr]
    touch = _touch(document, owner) if owner else None
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
    return edit("Set place", [_touch(document, object), change], merge, _place(document, object))


# -- clips, review


def set_clip(document: Document, clip: str, label: str = "Edit clip", **fields: Any) -> Edit:
    """anomaly, state, assignee, annotator, start, stop ... of a clip."""
    row = document.clip(clip)
    return edit(label, [changed(row, **fields)], "", Place(row.video))


def set_state(document: Document, who: Who, clip: str, state: State) -> Edit:
    """The review state of a clip. Raises UsageError where it cannot be accepted yet: a draft in it is undecided."""
    row = document.clip(clip)
    if state == "accepted" and (drafts := sum(o.is_draft for o in document.objects_in(row))):
        raise UsageError("This clip still holds {n} undecided draft(s); accept or reject them first.", n=drafts)
    fields: dict[str, Any] = {"state": state}
    if state == "to review" and not row.annotator:
        fields["annotator"] = who.name
    return edit(f"Mark as {state}", [changed(row, **fields)], "", Place(row.video))


def return_clip(document: Document, who: Who, clip: str, text: str, frame: int | None = None) -> Edit:
    """Give a clip back to whoever labelled it, with what has to be changed ("" = nothing is said)."""
    row = document.clip(clip)
    changes = [changed(row, state="returned")]
    if text.strip():
        remark = Comment(key=new_key(), clip=clip, text=text.strip(), frame=frame, **who.stamp())
        changes.append(created(remark))
    return edit("Mark as returned", changes, "", Place(row.video, frame))


def decide(document: Document, objects: Iterable[str], accept: bool) -> Edit:
    """Accept or reject drafts."""
    rows = [document.object(key) for key in objects]
    changes = [changed(row, verdict="accepted" if accept else "rejected") for row in rows]
    place = _place(document, rows[0].key) if rows else None
    return edit("Accept draft" if accept else "Reject draft", changes, "", place)


def new_clip(document: Document, who: Who, video: str, start: int, stop: int, id: str, **fields: Any) -> Edit:
    """A clip start:stop of a video. id: unique in the project (see `labels.Clip`)."""
    if start < 0 or stop <= start:
        raise UsageError("A clip {a}:{b} holds no frame.", a=start, b=stop)
    row = Clip(key=new_key(), video=video, id=id, start=start, stop=stop, **fields, **who.stamp())
    return edit("New clip", [created(row)], "", Place(video, start))
