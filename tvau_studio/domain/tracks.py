"""Where an object is in any frame, and what follows from that: one function for canvas, export, metrics and API."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box, blend, region_of
from tvau_studio.domain.labels import Keyframe, Segment


@dataclass(frozen=True, slots=True)
class Shown:
    """An object as it is on screen in one frame. keyframe: someone set this very frame."""

    box: Box
    occluded: bool
    keyframe: bool


class Track:
    """The path of one object through its keyframes. keyframes: in any order, frames all different.

    Before its first keyframe the object is not in the picture; behind its last it stays where it is. Between two
    keyframes the box moves on a line, or where the first is `smooth` on a curve (Catmull-Rom, whose tangents see only
    keyframes of the same visible stretch). Up to an `outside` keyframe the box stays where it was; from that keyframe
    on there is none until the next.
    """

    __slots__ = ("_frames", "keyframes")

    def __init__(self, keyframes: Sequence[Keyframe]) -> None:
        self.keyframes: tuple[Keyframe, ...] = tuple(sorted(keyframes, key=lambda k: k.frame))
        self._frames = [k.frame for k in self.keyframes]

    def __len__(self) -> int:
        return len(self.keyframes)

    def at(self, frame: int) -> Shown | None:
        """The object in that frame, or None where it is not in the picture."""
        i = bisect_right(self._frames, frame) - 1
        if i < 0 or self.keyframes[i].outside:
            return None
        here = self.keyframes[i]
        if here.frame == frame:
            return Shown(here.box, here.occluded, True)
        after = self.keyframes[i + 1] if i + 1 < len(self.keyframes) else None
        if after is None or after.outside:
            return Shown(here.box, here.occluded, False)
        t = (frame - here.frame) / (after.frame - here.frame)
        box = self._curve(i, t) if here.smooth else blend(here.box, after.box, t)
        return Shown(box, here.occluded, False)

    def _curve(self, i: int, t: float) -> Box:
        a, b = self.keyframes[i], self.keyframes[i + 1]
        before = self.keyframes[i - 1] if i and not self.keyframes[i - 1].outside else None
        after = self.keyframes[i + 2] if i + 2 < len(self.keyframes) and not self.keyframes[i + 2].outside else None
        values = []
        for n in range(4):
            p, q = a.box.tuple()[n], b.box.tuple()[n]
            span = b.frame - a.frame
            left = (q - before.box.tuple()[n]) / (b.frame - before.frame) if before else (q - p) / span
            right = (after.box.tuple()[n] - p) / (after.frame - a.frame) if after else (q - p) / span
            t2, t3 = t * t, t * t * t
            value = (2 * t3 - 3 * t2 + 1) * p + (t3 - 2 * t2 + t) * span * left
            value += (-2 * t3 + 3 * t2) * q + (t3 - t2) * span * right
            values.append(value)
        return Box(values[0], values[1], max(0.0, values[2]), max(0.0, values[3]))

    def visible(self, frames: FrameRange) -> list[FrameRange]:
        """The stretches of `frames` in which the object is in the picture, ascending, none touching the next."""
        found: list[FrameRange] = []
        for i, key in enumerate(self.keyframes):
            if key.outside:
                continue
            stop = self.keyframes[i + 1].frame if i + 1 < len(self.keyframes) else frames.stop
            a, b = max(key.frame, frames.start), min(stop, frames.stop)
            if a >= b:
                continue
            if found and found[-1].stop == a:
                found[-1] = FrameRange(found[-1].start, b)
            else:
                found.append(FrameRange(a, b))
        return found

    def middle_of_gap(self, frame: int) -> int | None:
        """The middle between the keyframes around `frame`, where a box in between may be farthest off; None where no
        frame lies between them or the object is not in the picture there.
        """
        i = bisect_right(self._frames, frame)
        if not 0 < i < len(self._frames) or self.keyframes[i - 1].outside:
            return None
        middle = (self._frames[i - 1] + self._frames[i]) // 2
        return middle if middle > self._frames[i - 1] else None

    def shown(self, frames: FrameRange) -> Iterator[tuple[int, Shown]]:
        """(frame, object) for every frame of the range in which it is in the picture."""
        for stretch in self.visible(frames):
            for frame in stretch:
                seen = self.at(frame)
                assert seen is not None
                yield frame, seen

    def regions(self, frames: FrameRange, size: Sequence[int]) -> tuple[str, ...]:
        """The regions that its centre goes through in `frames`, each entry different from the one before; () where it
        is not in the picture. size: (H, W). The first is "from", the last is "to".
        """
        found: list[str] = []
        for _, seen in self.shown(frames):
            region = region_of(*seen.box.centre, size)
            if not found or found[-1] != region:
                found.append(region)
        return tuple(found)


def united(segments: Iterable[Segment]) -> list[Segment]:
    """The segments with those joined that say the same and meet or overlap; by start, then stop, then what they say.

    A joined one has the fields of its earliest part.
    """
    found: list[Segment] = []
    for segment in sorted(segments, key=lambda s: (_says(s), s.start, s.stop)):
        last = found[-1] if found else None
        if last is not None and _says(last) == _says(segment) and segment.start <= last.stop:
            found[-1] = replace(last, stop=max(last.stop, segment.stop))
        else:
            found.append(segment)
    return sorted(found, key=lambda s: (s.start, s.stop, _says(s)))


def _says(segment: Segment) -> tuple[bool, str, str, str]:
    """What a segment says, in an order that puts events before normal behaviour and knows no keys."""
    return segment.event is None, segment.event or "", segment.motion_en, segment.motion_zh


def main_segment(segments: Sequence[Segment], frames: FrameRange) -> Segment | None:
    """The segment that covers most of `frames`, the earlier on a tie; None where none meets them.

    Segments that say the same and meet count as one, of which the part that covers most is given. Nothing outside of
    `frames` decides, so that a file that holds these frames alone says the same.
    """
    best: tuple[int, int, tuple[bool, str, str, str]] | None = None
    for segment in united(segments):
        common = segment.range.overlap(frames)
        if common is not None:
            rank = (-len(common), common.start, _says(segment))
            best = rank if best is None else min(best, rank)
    if best is None:
        return None
    whole = FrameRange(best[1], best[1] - best[0])
    parts = [s for s in segments if _says(s) == best[2] and s.range.overlap(whole)]
    return min(parts, key=lambda s: (-len(s.range.overlap(whole) or ()), s.start, s.stop, s.key))


def event_at(segments: Sequence[Segment], frame: int) -> str | None:
    """The event that an object is in that frame: of the earliest segment with one that holds it; None = normal."""
    for segment in sorted(segments, key=lambda s: (s.start, s.stop, s.key)):
        if segment.event is not None and segment.start <= frame < segment.stop:
            return segment.event
    return None
