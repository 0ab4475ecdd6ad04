"""Paths cut and joined: pieces of tracks put behind each other, frame for frame as they were."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, get_args

from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Keyframe, keyframe_key
from tvau_studio.domain.tracks import Track

FOREVER = 1 << 40
"""The stop of a path behind whose last keyframe the object stays where it is."""

Gap = Literal["absent", "move", "stay"]
"""What is so in frames between two pieces: the object is not in the picture, goes on to where it is next on a line, or
stays where it was last."""
GAPS: tuple[Gap, ...] = get_args(Gap)


@dataclass(frozen=True, slots=True)
class Piece:
    """The path of a track in `frames`, in each of which it is in the picture."""

    frames: FrameRange
    track: Track


def pieces(track: Track, start: int = 0, stop: int = FOREVER) -> list[Piece]:
    """What of a track lies in start:stop."""
    return [Piece(r, track) for r in track.visible(FrameRange(start, stop))] if start < stop else []


def beside(track: Track, taken: Sequence[Piece]) -> list[Piece]:
    """What of a track lies in none of the frames of `taken`."""
    left = track.visible(FrameRange(0, FOREVER))
    for piece in taken:
        a, b = piece.frames.start, piece.frames.stop
        parts = [(r.start, min(r.stop, a)) for r in left] + [(max(r.start, b), r.stop) for r in left]
        left = [FrameRange(x, y) for x, y in parts if x < y]
    return [Piece(r, track) for r in sorted(left)]


def gaps(parts: Iterable[Piece]) -> list[FrameRange]:
    """The frames between pieces, ascending."""
    ordered = sorted(parts, key=lambda p: p.frames)
    return [FrameRange(a.frames.stop, b.frames.start) for a, b in pairwise(ordered) if a.frames.stop < b.frames.start]


def spliced(parts: Iterable[Piece], gap: Gap = "absent") -> list[Keyframe]:
    """The keyframes of a path that is, in the frames of each piece, that piece's; by frame.

    parts: no two share a frame. Where a path is cut between two keyframes a *support* keyframe keeps it exact (a curve
    is kept at the cut and bends a little beside it).
    """
    ordered = _united(sorted(parts, key=lambda p: p.frames))
    found: list[Keyframe] = []
    for i, piece in enumerate(ordered):
        after = ordered[i + 1] if i + 1 < len(ordered) else None
        stop = piece.frames.stop
        ends = stop < FOREVER and (after is None or (after.frames.start > stop and gap == "absent"))
        found += _inside(piece, closed=after is not None and not ends)
        last = found[-1]
        if ends:
            shown = _pin(piece.track, stop - 1)
            found.append(replace(shown, frame=stop, key=keyframe_key(shown.object, stop), outside=True, support=False))
        elif after is not None and after.frames.start > stop and gap == "stay" and last.frame < after.frames.start - 1:
            at = after.frames.start - 1
            found.append(replace(last, frame=at, key=keyframe_key(last.object, at), support=True))
    return found


def _united(parts: Sequence[Piece]) -> list[Piece]:
    """Pieces of one track that meet as one."""
    found: list[Piece] = []
    for piece in parts:
        last = found[-1] if found else None
        if last is not None and last.track is piece.track and last.frames.stop == piece.frames.start:
            found[-1] = Piece(FrameRange(last.frames.start, piece.frames.stop), piece.track)
        else:
            found.append(piece)
    return found


def _inside(piece: Piece, closed: bool) -> list[Keyframe]:
    """The keyframes of one piece. closed: another follows, to which the box must not begin to move before the end."""
    start, stop = piece.frames.start, piece.frames.stop
    keyframes = piece.track.keyframes
    found = [k for k in keyframes if start <= k.frame < stop]
    if not found or found[0].frame != start:
        found.insert(0, _pin(piece.track, start))
    last = found[-1]
    i = bisect_right([k.frame for k in keyframes], last.frame)
    moves = i < len(keyframes) and not keyframes[i].outside
    if last.frame < stop - 1 and stop < FOREVER and (closed or moves):
        found.append(_pin(piece.track, stop - 1))
    return found


def _pin(track: Track, frame: int) -> Keyframe:
    """The track as it is in a frame, as a keyframe."""
    i = bisect_right([k.frame for k in track.keyframes], frame) - 1
    before, shown = track.keyframes[i], track.at(frame)
    assert shown is not None
    if before.frame == frame:
        return before
    x, y, w, h = shown.box.tuple()
    key = keyframe_key(before.object, frame)
    return replace(before, key=key, frame=frame, x=x, y=y, w=w, h=h, support=True)


# -- fewer keyframes


def difference(a: Box, b: Box) -> float:
    """How far apart the edges of two boxes are at most, pixels."""
    edges = zip((a.x, a.y, a.x + a.w, a.y + a.h), (b.x, b.y, b.x + b.w, b.y + b.h), strict=True)
    return max(abs(p - q) for p, q in edges)


def thinned(track: Track, tolerance: float) -> list[Keyframe]:
    """As few of the track's keyframes as keep every edge of its box within `tolerance` pixels in every frame.

    Ends of visible stretches, changes of occlusion and curves stay as they are (Douglas and Peucker's method on the
    four edges over time).
    """
    keys = track.keyframes
    fixed = {0, len(keys) - 1} if keys else set()
    for i, (a, b) in enumerate(pairwise(keys)):
        if a.outside or b.outside or a.occluded != b.occluded:
            fixed |= {i, i + 1}
        if a.smooth:
            fixed |= {i - 1, i, i + 1, i + 2}  # its tangents see that far
    ends = sorted(i for i in fixed if 0 <= i < len(keys))
    kept = [keys[i] for i in ends[:1]]
    for first, last in pairwise(ends):
        kept += _simplified(keys[first : last + 1], tolerance)[1:]
    return kept


def _simplified(run: Sequence[Keyframe], tolerance: float) -> list[Keyframe]:
    """The first and the last of a run of straight ways, and those between that are needed."""
    keep = {0, len(run) - 1}
    left = [(0, len(run) - 1)]
    while left:
        a, b = left.pop()
        line = Track([run[a], run[b]]) if b - a > 1 else None
        worst, at = tolerance, 0
        for i in range(a + 1, b):
            shown = line.at(run[i].frame) if line is not None else None
            off = difference(shown.box, run[i].box) if shown is not None else tolerance + 1
            if off > worst:
                worst, at = off, i
        if at:
            keep.add(at)
            left += [(a, at), (at, b)]
    return [run[i] for i in sorted(keep)]


def farthest(before: Track, after: Track) -> float:
    """How far the boxes of two paths are apart at most, pixels, over the frames in which both are in the picture."""
    frames = [k.frame for t in (before, after) for k in t.keyframes]
    worst = 0.0
    for frame in range(min(frames, default=0), max(frames, default=-1) + 1):
        a, b = before.at(frame), after.at(frame)
        if a is not None and b is not None:
            worst = max(worst, difference(a.box, b.box))
    return worst
