"""Which objects may be one and the same: suggestions for merging."""

from __future__ import annotations

from dataclasses import dataclass

from tvau_studio.domain.document import Document
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.tracks import Track

_SPEED = 6
"""Frames at the end of a path that say how it moves on."""


_TOGETHER, _TWIN = 4, 0.1
"""Seen together in more frames, with less overlap: two things."""


@dataclass(frozen=True)
class Link:
    """object: the other one's key. gap: frames between the two paths; below 0: so many in which both are seen.
    iou: 0..1, of the boxes that meet over the gap, the earlier moved on as it moved last; where both are seen the mean
    over these frames.
    """

    object: str
    gap: int
    iou: float


def links(document: Document, object: str, frames: int, longest: int = 96) -> list[Link]:
    """Objects of the same video that may go on where this one ends, or end where it begins; the likeliest first.

    frames: of the video. longest: gap, frames. Objects far away with a long gap come last; those that are
    seen beside this one are two things and left out.
    """
    mine = document.track(object)
    found = []
    for thing in document.objects(document.object(object).video):
        if thing.key != object and thing.verdict != "rejected":
            link = _link(thing.key, mine, document.track(thing.key), max(frames, 1))
            if link is not None and link.gap <= longest and not (link.gap < -_TOGETHER and link.iou < _TWIN):
                found.append(link)
    return sorted(found, key=lambda k: (-k.iou / (1 + max(0, k.gap) / 24), abs(k.gap), k.object))


def _link(key: str, mine: Track, other: Track, frames: int) -> Link | None:
    whole = FrameRange(0, frames)
    a, b = mine.visible(whole), other.visible(whole)
    if not a or not b:
        return None
    common = [c for x in a for y in b if (c := x.overlap(y)) is not None]
    if common:
        both = [f for c in common for f in c]
        ious = [p.box.iou(q.box) for f in both if (p := mine.at(f)) and (q := other.at(f))]
        return Link(key, -len(both), sum(ious) / len(ious))
    joints = [(y.start - x.stop, mine, x.stop, other, y.start) for x in a for y in b if y.start >= x.stop]
    joints += [(x.start - y.stop, other, y.stop, mine, x.start) for x in a for y in b if x.start >= y.stop]
    gap, first, stop, second, start = min(joints, key=lambda j: j[0])
    there = second.at(start)
    assert there is not None
    return Link(key, gap, _moved_on(first, stop - 1, start).iou(there.box))


def _moved_on(track: Track, last: int, to: int) -> Box:
    """The box of frame `last`, moved on to frame `to` as fast as it moved before."""
    end = track.at(last)
    assert end is not None
    before = last
    while last - before < _SPEED and before > 0 and track.at(before - 1) is not None:
        before -= 1
    start = track.at(before)
    if start is None or before == last:
        return end.box
    share = (to - last) / (last - before)
    (x0, y0), (x1, y1) = start.box.centre, end.box.centre
    return end.box.moved((x1 - x0) * share, (y1 - y0) * share)
