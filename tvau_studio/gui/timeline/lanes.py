"""What the timeline draws of each object: made once, and again only where an Edit touched it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import Object, Segment, text

if TYPE_CHECKING:
    from tvau_studio.domain.edits import Edit


@dataclass(frozen=True, slots=True)
class Bar:
    """A segment. row: 0 and up, so that segments which overlap lie below each other."""

    key: str
    start: int
    stop: int
    event: str | None
    label: str
    row: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames start:stop in which the object is in the picture; occluded: hidden behind something."""

    start: int
    stop: int
    occluded: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """One object. keyframes: frames at which someone set it, ascending; support: those that an import added, which
    nobody set. rows: how many bars lie below each other at most, 1 and up.
    """

    key: str
    track: int
    label: str
    draft: bool
    keyframes: tuple[int, ...]
    outside: frozenset[int]
    support: frozenset[int]
    life: tuple[Stretch, ...]
    bars: tuple[Bar, ...]
    rows: int

    @property
    def first(self) -> int:
        """The first frame in which anything is said of it."""
        return min([*self.keyframes[:1], *(b.start for b in self.bars[:1])], default=0)

    def keyframes_in(self, a: float, b: float) -> tuple[int, ...]:
        """The keyframes of a <= frame < b."""
        return self.keyframes[bisect_left(self.keyframes, a) : bisect_left(self.keyframes, b)]


class Lanes:
    """The objects of a video, by track; rejected drafts are not shown. frames: of the video.
    language: of appearance and motion."""

    def __init__(self, document: Document, video: str, frames: int, language: str = "en") -> None:
        self._document = document
        self._video = video
        self._frames = frames
        self._language = language
        self._known: dict[str, Lane] = {}
        self.version = 0
        """Grows with each Edit."""
        self._keys: list[str] | None = None

    @property
    def keys(self) -> list[str]:
        """The objects in their order."""
        if self._keys is None:
            there = ("video", self._video) in self._document
            things = self._document.objects(self._video) if there else []
            self._keys = [o.key for o in things if o.verdict != "rejected"]
        return self._keys

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, index: int) -> Lane:
        return self.of(self.keys[index])

    def of(self, key: str) -> Lane:
        lane = self._known.get(key)
        if lane is None:
            lane = self._known[key] = self._make(self._document.object(key))
        return lane

    def touched(self, edit: Edit) -> None:
        """An Edit was applied to the document."""
        self.version += 1
        for change in edit.changes:
            if change.table == "object":
                self._known.pop(change.key, None)
                self._keys = None
            elif change.table == "keyframe":
                self._known.pop(change.key.rpartition("@")[0], None)
            elif change.table == "segment":
                row = self._document.get("segment", change.key)
                owner = (change.before or change.after or {}).get("object")
                if isinstance(row, Segment):
                    self._known.pop(row.object, None)
                if owner:
                    self._known.pop(owner, None)

    def _make(self, thing: Object) -> Lane:
        track = self._document.track(thing.key)
        segments = self._document.segments(thing.key)
        bars, rows = _stacked([(s, self._bar_text(s)) for s in segments])
        what = text(thing, "appearance", self._language) or text(thing, "appearance", "en")
        what = what or text(thing, "appearance", "zh") or next((s.event for s in segments if s.event), "")
        return Lane(
            key=thing.key,
            track=thing.track,
            label=f"{thing.track} · {' '.join(what.split())[:80]}" if what else str(thing.track),
            draft=thing.is_draft,
            keyframes=tuple(k.frame for k in track.keyframes),
            outside=frozenset(k.frame for k in track.keyframes if k.outside),
            support=frozenset(k.frame for k in track.keyframes if k.support),
            life=_life(track.keyframes, max(1, self._frames)),
            bars=bars,
            rows=rows,
        )

    def _bar_text(self, segment: Segment) -> str:
        motion = text(segment, "motion", self._language) or text(segment, "motion", "en")
        return segment.event or " ".join((motion or text(segment, "motion", "zh")).split())[:80]


def _life(keyframes: tuple, frames: int) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for i, here in enumerate(keyframes):
        stop = keyframes[i + 1].frame if i + 1 < len(keyframes) else max(frames, here.frame + 1)
        if here.outside:
            continue
        if found and found[-1].stop == here.frame and found[-1].occluded == here.occluded:
            found[-1] = Stretch(found[-1].start, stop, here.occluded)
        else:
            found.append(Stretch(here.frame, stop, here.occluded))
    return tuple(found)


def _stacked(segments: list[tuple[Segment, str]]) -> tuple[tuple[Bar, ...], int]:
    """Each segment in the first row that is free; segments come by start."""
    ends: list[int] = []
    bars = []
    for segment, label in segments:
        row = next((i for i, end in enumerate(ends) if end <= segment.start), len(ends))
        ends[row:] = [segment.stop, *ends[row + 1 :]]
        bars.append(Bar(segment.key, segment.start, segment.stop, segment.event, label, row))
    return tuple(bars), max(1, len(ends))
