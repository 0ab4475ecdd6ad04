"""What is done to whole paths: propagate, duplicate, split, merge, exchange, trim, thin.

In frames that a command does not speak of, every path stays as it was: where it is cut between two keyframes, a
support keyframe holds it (see `domain.splicing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tvau_studio.domain.actions._parts import Who, new_keyframe, place_of, touched
from tvau_studio.domain.actions.objects import new_object, removals, remove_keyframes
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Edit, Place, changed, created, edit, removed
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Keyframe, Segment, keyframe_key, new_key, values_of
from tvau_studio.domain.splicing import FOREVER, Gap, Piece, beside, gaps, pieces, spliced, thinned
from tvau_studio.domain.tracks import Track, united


def rewritten(document: Document, object: str, keyframes: Iterable[Keyframe]) -> list[Change]:
    """What makes these the keyframes of an object; one that is the same stays, with who made it."""
    wanted = {k.frame: replace(k, key=keyframe_key(object, k.frame), object=object) for k in keyframes}
    changes: list[Change | None] = []
    for old in document.track(object).keyframes:
        new = wanted.pop(old.frame, None)
        if new is None:
            changes.append(removed(old))
        else:
            fields = {n: v for n, v in values_of(new).items() if n not in ("author", "made")}
            changes.append(changed(old, **fields))
    changes += [created(k) for k in wanted.values()]
    return [c for c in changes if c is not None]


def _shown(document: Document, object: str, frame: int) -> Track:
    track = document.track(object)
    if track.at(frame) is None:
        raise UsageError(
            "The object is not in the picture in frame {frame}; go to a frame in which it is.", frame=frame
        )
    return track


def propagate(document: Document, who: Who, object: str, frame: int, count: int) -> Edit:
    """The box of `frame` holds for `count` more frames, before it where negative; other frames stay as they are."""
    track = _shown(document, object, frame)
    length = document.video(document.object(object).video).frames or FOREVER
    a, b = max(0, min(frame, frame + count)), min(max(frame, frame + count) + 1, max(length, frame + 1))
    shown = track.at(frame)
    assert shown is not None
    ends = {frame, a if count < 0 else b - 1}
    still = Track([new_keyframe(object, f, shown.box, who, occluded=shown.occluded) for f in sorted(ends)])
    path = spliced([*pieces(track, 0, a), Piece(FrameRange(a, b), still), *pieces(track, b)])
    changes = rewritten(document, object, path)
    if not changes:
        return edit("", ())
    return edit("Propagate box", [touched(document, object), *changes], "", place_of(document, object, frame))


def duplicate(
    document: Document, who: Who, object: str, dx: float = 0.0, dy: float = 0.0, key: str | None = None
) -> Edit:
    """Another object with the same path, moved by dx, dy pixels, the same segments and texts; made by a person."""
    old = document.object(object)
    row = replace(
        old,
        key=key or new_key(),
        track=document.next_track(old.video),
        model="",
        verdict="accepted",
        touched=False,
        score=None,
        **who.stamp(),
    )
    changes = [created(row)]
    for k in document.track(object).keyframes:
        box = k.box.moved(dx, dy)
        there = replace(k, key=keyframe_key(row.key, k.frame), object=row.key, x=box.x, y=box.y, **who.stamp())
        changes.append(created(there))
    for s in document.segments(object):
        changes.append(created(replace(s, key=new_key(), object=row.key, **who.stamp())))
    first = document.track(object).keyframes
    place = Place(old.video, first[0].frame if first else None, row.key)
    return edit("Duplicate object", changes, "", place)


def paste_object(document: Document, who: Who, source: str, frame: int, box: Box, key: str | None = None) -> Edit:
    """A new object in `frame`, with the texts of `source` and the event that it has there, or had last."""
    old = document.object(source)
    known = document.segments(source)
    here = next((s for s in known if s.start <= frame < s.stop), known[-1] if known else None)
    made = new_object(document, who, old.video, frame, box, event=here.event if here else None, key=key)
    first, *rest = made.changes  # the object's own row is made first
    texts = {"appearance_en": old.appearance_en, "appearance_zh": old.appearance_zh}
    row = replace(first, after={**(first.after or {}), **texts})
    return replace(made, label="Paste object", changes=(row, *rest))


def split_object(document: Document, who: Who, object: str, frame: int, key: str | None = None) -> Edit:
    """From `frame` on it is another object, with the same texts; segments that reach over the frame are cut there.

    Raises UsageError where nothing would be left on one side.
    """
    old, track = document.object(object), document.track(object)
    before, behind = pieces(track, 0, frame), pieces(track, frame)
    if not before or not behind:
        raise UsageError("The object is on one side of frame {frame} alone; split it elsewhere.", frame=frame)
    row = replace(old, key=key or new_key(), track=document.next_track(old.video), **who.stamp())
    changes: list[Change | None] = [touched(document, object), created(row)]
    changes += rewritten(document, object, spliced(before))
    changes += [created(_owned(k, row.key)) for k in spliced(behind)]
    for s in document.segments(object):
        if s.start >= frame:
            changes.append(changed(s, object=row.key))
        elif s.stop > frame:
            changes.append(changed(s, stop=frame))
            changes.append(created(replace(s, key=new_key(), object=row.key, start=frame)))
    return edit("Split object", changes, "", Place(old.video, frame, row.key))


def _owned(keyframe: Keyframe, object: str) -> Keyframe:
    return replace(keyframe, key=keyframe_key(object, keyframe.frame), object=object)


def gap_between(document: Document, objects: Sequence[str]) -> list[FrameRange]:
    """The frames between the objects' paths in which none of them is, once they are merged."""
    return gaps(_merged(document, objects))


def _merged(document: Document, objects: Sequence[str]) -> list[Piece]:
    parts: list[Piece] = []
    for key in objects:
        parts += beside(document.track(key), parts)
    return parts


def merge_objects(document: Document, objects: Sequence[str], gap: Gap = "absent") -> Edit:
    """Several objects as the first of them. Where two are in the picture at once, the box of the earlier named holds.

    gap: what is so in frames between. Segments that say the same and meet become one (over a gap too, unless it is
    "absent"); texts that the first lacks come from the next. Raises UsageError for fewer than two objects, or two
    videos.
    """
    keys = list(dict.fromkeys(objects))
    rows = [document.object(key) for key in keys]
    if len(rows) < 2 or len({r.video for r in rows}) > 1:
        raise UsageError("Merging needs two objects of one video; select another one as well.")
    first, others = rows[0], rows[1:]
    parts = _merged(document, keys)
    if not parts:
        raise UsageError("None of these objects is ever in the picture; there is nothing to merge.")
    changes: list[Change | None] = [touched(document, first.key)]
    changes += rewritten(document, first.key, spliced(parts, gap))
    texts = {
        name: next((v for r in rows if (v := getattr(r, name))), "") for name in ("appearance_en", "appearance_zh")
    }
    changes.append(changed(first, **texts))
    bridged = [] if gap == "absent" else gaps(parts)
    changes += _joined_segments([s for key in keys for s in document.segments(key)], first.key, bridged)
    moved = {s.key for key in keys for s in document.segments(key)}
    for row in others:
        gone = [c for c in removals(document, row) if not (c.table == "segment" and c.key in moved)]
        changes += [
            replace(c, after={"object": first.key}) if c.table == "comment" and c.after is not None else c for c in gone
        ]
    return edit("Merge objects", changes, "", place_of(document, first.key))


def _joined_segments(segments: Sequence[Segment], object: str, bridged: Sequence[FrameRange]) -> list[Change | None]:
    """What gives the segments to one object, joined where they say the same and meet, also across a bridged gap."""
    reached = [replace(s, object=object) for s in segments]
    for hole in bridged:
        reached = [
            replace(s, stop=hole.stop)
            if s.stop == hole.start and any(s.start < t.start == hole.stop and _same(s, t) for t in reached)
            else s
            for s in reached
        ]
    kept = {s.key: s for s in united(reached)}
    changes: list[Change | None] = []
    for old in segments:
        new = kept.get(old.key)
        if new is None:
            changes.append(removed(old))
        else:
            changes.append(changed(old, object=object, start=new.start, stop=new.stop))
    return changes


def _same(a: Segment, b: Segment) -> bool:
    return (a.event, a.motion_en, a.motion_zh) == (b.event, b.motion_en, b.motion_zh)


def exchange(document: Document, one: str, other: str, frame: int) -> Edit:
    """From `frame` on each of the two objects goes the other's path: what a tracker mixed up is put right. What is said
    of them (texts, segments) stays with them.
    """
    if one == other:
        raise UsageError("Exchanging needs two objects; select another one as well.")
    a, b = document.track(one), document.track(other)
    here, there = [*pieces(a, 0, frame), *pieces(b, frame)], [*pieces(b, 0, frame), *pieces(a, frame)]
    if not pieces(a, frame) and not pieces(b, frame):
        raise UsageError("From frame {frame} on neither of the two objects is in the picture.", frame=frame)
    if not here or not there:
        raise UsageError("One of the two objects would never be in the picture; exchange them at a later frame.")
    changes = [
        *(touched(document, key) for key in (one, other)),
        *rewritten(document, one, spliced(here)),
        *rewritten(document, other, spliced(there)),
    ]
    return edit("Exchange objects", changes, "", place_of(document, one, frame))


def trim(document: Document, object: str, start: int, stop: int) -> Edit:
    """The object is in the picture in start:stop alone, and its segments are cut to that. Raises UsageError where
    nothing would be left.
    """
    frames = FrameRange(start, stop)
    left = pieces(document.track(object), start, stop)
    if not left:
        raise UsageError("The object is not in the picture in {range}; nothing of it would be left.", range=frames)
    path = spliced(left)
    if stop == FOREVER or (document.video(document.object(object).video).frames or FOREVER) <= stop:
        path = [k for k in path if not (k.outside and k.frame >= stop)]
    changes: list[Change | None] = [*rewritten(document, object, path)]
    for s in document.segments(object):
        common = s.range.overlap(frames)
        changes.append(removed(s) if common is None else changed(s, start=common.start, stop=common.stop))
    if not any(changes):
        return edit("", ())
    return edit("Trim object", [touched(document, object), *changes], "", place_of(document, object, start))


def remove_keyframes_in(document: Document, object: str, frames: FrameRange) -> Edit:
    """Take every keyframe in `frames` away. Raises UsageError where none would be left."""
    gone = [k.frame for k in document.track(object).keyframes if k.frame in frames]
    made = remove_keyframes(document, object, gone)
    return replace(made, label=f"Delete {len(gone)} keyframes") if len(gone) > 1 else made


def thin(document: Document, object: str, tolerance: float) -> Edit:
    """Take keyframes away that the path does not need to stay within `tolerance` pixels of what it is."""
    kept = {k.frame for k in thinned(document.track(object), tolerance)}
    gone = [k for k in document.track(object).keyframes if k.frame not in kept]
    if not gone:
        return edit("", ())
    changes = [touched(document, object), *(removed(k) for k in gone)]
    return edit("Thin keyframes", changes, "", place_of(document, object, gone[0].frame))
