"""What a tracker found, taken into an object's path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tvau_studio.domain.actions._parts import Who, new_keyframe, place_of
from tvau_studio.domain.actions.paths import rewritten
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Edit, changed, edit
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.splicing import FOREVER, Piece, pieces, spliced, thinned
from tvau_studio.domain.tracks import Track

TOLERANCE = 1.5
"""Pixels within which the boxes of a tracker are thinned to keyframes."""


def take_track(
    document: Document,
    who: Who,
    object: str,
    frame: int,
    boxes: Mapping[int, Box],
    *,
    tool: str,
    score: float,
    ended: bool,
) -> Edit:
    """The boxes that a tracker found from `frame` on, or before it, as a draft of `tool`: a person accepts or rejects.

    boxes: by frame, without `frame`, in a row. score: how sure it was, 0..1. ended: it stopped before it was to: the
    object is not in the picture behind the last box, up to the next keyframe that somebody set. Other frames stay as
    they are; where no keyframe follows, the object stays where the tracker left it. Segments that began or ended with
    the path reach as far as it does now.
    """
    old, track = document.object(object), document.track(object)
    here = track.at(frame)
    if here is None or not boxes:
        raise UsageError("The object could not be followed; give it a box round it, or begin in a clearer picture.")
    forward = max(boxes) > frame
    found = {frame: here.box, **boxes}
    path = Track([new_keyframe(object, n, box, who, occluded=here.occluded) for n, box in sorted(found.items())])
    first, last = min(found), max(found)
    behind = [k for k in track.keyframes if k.frame > last]
    stop = FOREVER if forward and not behind and not ended else last + 1
    if forward and behind and ended:
        rest = pieces(track, behind[0].frame)
    else:
        rest = pieces(track, stop) if stop < FOREVER and not (forward and ended) else []
    before = [k for k in track.keyframes if k.frame < first]
    earlier = pieces(track, 0, first) if before else []
    thin = Track([replace(k, support=False) for k in thinned(path, TOLERANCE)])
    keyframes = spliced([*earlier, Piece(FrameRange(first, stop), thin), *rest])
    was = track.keyframes[0].frame
    changes: list[Change | None] = [*rewritten(document, object, keyframes)]
    changes += _segments(document, object, was, first, last + 1 if ended and forward and not rest else None)
    fields = {"model": tool, "verdict": "undecided", "touched": True, "score": round(score, 4)}
    changes.append(changed(old, **fields))
    return edit("Track object", changes, "", place_of(document, object, frame))


def _segments(document: Document, object: str, was: int, first: int, end: int | None) -> list[Change | None]:
    """A segment that began with the path begins with it again; one that reaches past its end is cut there."""
    changes: list[Change | None] = []
    for segment in document.segments(object):
        start = first if segment.start == was and first < was else segment.start
        stop = end if end is not None and segment.stop > end > start else segment.stop
        changes.append(changed(segment, start=start, stop=stop))
    return changes
