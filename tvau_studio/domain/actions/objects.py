"""Objects and their boxes, keyframe by keyframe."""

from __future__ import annotations

from collections.abc import Iterable

from tvau_studio.domain.actions._parts import Who, new_keyframe, place_of, touched
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Edit, Place, changed, created, edit, removed
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Keyframe, Object, Segment, keyframe_key, new_key


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
    first = new_keyframe(row.key, frame, box, who)
    changes = [created(row), created(first)]
    end = stop if stop is not None else document.video(video).frames
    if end is not None and end > frame:
        segment = Segment(key=new_key(), object=row.key, start=frame, stop=end, event=event, **who.stamp())
        changes.append(created(segment))
    return edit("New object", changes, place=Place(video, frame, row.key))


def delete_object(document: Document, object: str) -> Edit:
    """The object with all that belongs to it."""
    return edit("Delete object", removals(document, document.object(object)), place=place_of(document, object))


def removals(document: Document, row: Object) -> list[Change]:
    """What takes an object away with all that belongs to it; remarks stay, pinned to the clip alone."""
    changes = [removed(k) for k in document.track(row.key).keyframes]
    changes += [removed(s) for s in document.segments(row.key)]
    for clip in document.clips(row.video):
        override = document.override(row.key, clip.key)
        changes += [removed(override)] if override else []
        changes += [changed(c, object=None) or removed(c) for c in document.comments(clip.key) if c.object == row.key]
    return [*changes, removed(row)]


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
        change = created(new_keyframe(object, frame, box, who, occluded=occluded, smooth=smooth))
    if change is None:
        return edit("", ())
    return edit(label or "Move box", [touched(document, object), change], merge, place_of(document, object, frame))


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
    label = "Smooth path" if smooth else "Straight path"
    return edit(label, [touched(document, object), *changes], "", place_of(document, object))


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
        change = created(new_keyframe(object, frame, shown.box, who, **{"occluded": shown.occluded, **marks}))
    if change is None or change.before == {"support": True}:
        return edit("", ())
    return edit(label, [touched(document, object), change], "", place_of(document, object, frame))


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
    changes = [touched(document, object), *(removed(k) for k in gone)]
    return edit("Delete keyframe", changes, "", place_of(document, object, gone[0].frame))


def move_keyframe(document: Document, who: Who, object: str, frame: int, to: int) -> Edit:
    """A keyframe to another frame, over one that is there."""
    there = document.get("keyframe", keyframe_key(object, frame))
    if not isinstance(there, Keyframe):
        raise UsageError("The object has no keyframe in frame {frame}.", frame=frame)
    if to == frame:
        return edit("", ())
    target = document.get("keyframe", keyframe_key(object, to))
    marks = {"occluded": there.occluded, "outside": there.outside, "smooth": there.smooth}
    changes = [touched(document, object), removed(there)]
    changes += [removed(target)] if isinstance(target, Keyframe) else []
    changes.append(created(new_keyframe(object, to, there.box, who, **marks)))
    return edit("Move keyframe", changes, "", place_of(document, object, to))
