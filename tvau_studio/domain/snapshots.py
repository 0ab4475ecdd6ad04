"""A named state of the labels that never changes, the record of a release, and what differs between two states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import LANGUAGES, Clip, Object, Row, Segment, values_of


@dataclass(frozen=True)
class SnapshotInfo:
    """name: unique in the project. note: what a person said of it. author, made: who made it and when (seconds since
    1970). videos, clips, objects: how many it holds.
    """

    key: str
    name: str
    note: str
    author: str
    made: float
    videos: int
    clips: int
    objects: int


@dataclass(frozen=True)
class Release:
    """One export. snapshot: the name of what was written, "" for the labels as they were then. file: its name. digest:
    SHA-256 of the file, hexadecimal; "" where there were several. rules: format, state, language, ... facts: counts,
    who labelled, which model proposed.
    """

    key: str
    snapshot: str
    author: str
    made: float
    file: str
    digest: str
    rules: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """What differs at one place. what: ``added``, ``removed`` (a video, clip, object or segment), ``changed`` (a
    field), ``boxes`` (of an object). video, clip, object: keys, "" where there is none. path, track, id: what people
    call them. field: which text or fact. before, after: its values, None where there is none; for boxes how many
    keyframes changed.
    """

    what: str
    table: str
    video: str
    path: str
    clip: str = ""
    id: str = ""
    object: str = ""
    track: int | None = None
    field: str = ""
    before: Any = None
    after: Any = None


_SKIPPED = frozenset({"author", "made", "key", "video", "object", "clip", "touched", "position"})
"""Fields that say nothing about the labels themselves."""


def differences(before: Document, after: Document) -> Iterator[Difference]:
    """What differs between two states of one project, video by video, each by path: the video itself, its clips, its
    objects. Either may hold any part of the project.
    """
    old, new = ({v.key: v for v in d.videos} for d in (before, after))
    for key in sorted(old.keys() | new.keys(), key=lambda k: ((new.get(k) or old[k]).path, k)):
        video = new.get(key) or old[key]
        if key not in old or key not in new:
            yield Difference("added" if key in new else "removed", "video", key, video.path)
        else:
            for name, a, b in _fields(old[key], new[key]):
                yield Difference("changed", "video", key, video.path, field=name, before=a, after=b)
        yield from _clips(before, after, key, video.path)
        yield from _objects(before, after, key, video.path)


def _fields(a: Row, b: Row) -> Iterator[tuple[str, Any, Any]]:
    new = values_of(b)
    for name, value in values_of(a).items():
        if name not in _SKIPPED and value != new[name]:
            yield name, value, new[name]


def _clips(before: Document, after: Document, video: str, path: str) -> Iterator[Difference]:
    old, new = ({c.key: c for c in d.clips(video)} for d in (before, after))
    for key, clip in sorted((old | new).items(), key=lambda e: (e[1].start, e[1].stop, e[1].id)):
        if key not in old or key not in new:
            yield Difference("added" if key in new else "removed", "clip", video, path, key, clip.id)
            continue
        changes = [*_fields(old[key], new[key]), *_texts_of(before, after, clip)]
        for name, a, b in changes:
            yield Difference("changed", "clip", video, path, key, clip.id, field=name, before=a, after=b)


def _texts_of(before: Document, after: Document, clip: Clip) -> Iterator[tuple[str, Any, Any]]:
    told = [[[d.language, d.text] for d in document.descriptions(clip.key)] for document in (before, after)]
    if told[0] != told[1]:
        yield "descriptions", told[0], told[1]
    for language in LANGUAGES:
        said = [d.dialogue(clip.key, language) for d in (before, after)]
        words = [row.messages if row else None for row in said]
        if words[0] != words[1]:
            yield f"dialogue_{language}", words[0], words[1]


def _objects(before: Document, after: Document, video: str, path: str) -> Iterator[Difference]:
    old, new = ({o.key: o for o in d.objects(video)} for d in (before, after))
    for key, thing in sorted((old | new).items(), key=lambda e: (e[1].track, e[0])):
        place: dict[str, Any] = {"object": key, "track": thing.track}
        if key not in old or key not in new:
            yield Difference("added" if key in new else "removed", "object", video, path, **place)
            continue
        for name, a, b in _fields(old[key], new[key]):
            yield Difference("changed", "object", video, path, field=name, before=a, after=b, **place)
        if (n := _boxes(before, after, key)) > 0:
            yield Difference("boxes", "object", video, path, before=0, after=n, **place)
        yield from _segments(before, after, thing, path)
        yield from _overrides(before, after, thing, path)


def _boxes(before: Document, after: Document, thing: str) -> int:
    """How many keyframes are other ones, gone, or new."""
    old, new = (
        {k.frame: (k.box, k.occluded, k.outside, k.smooth) for k in d.track(thing).keyframes} for d in (before, after)
    )
    return sum(old.get(frame) != new.get(frame) for frame in old.keys() | new.keys())


def _segments(before: Document, after: Document, thing: Object, path: str) -> Iterator[Difference]:
    def said(s: Segment) -> tuple[int, int, str | None]:
        return s.start, s.stop, s.event

    old, new = ({s.key: s for s in d.segments(thing.key)} for d in (before, after))
    for key in sorted(old.keys() | new.keys(), key=lambda k: said(new.get(k) or old[k])[:2]):
        place: dict[str, Any] = {"object": thing.key, "track": thing.track}
        a, b = old.get(key), new.get(key)
        if a is None or b is None:
            values: dict[str, Any] = {"before": said(a) if a else None, "after": said(b) if b else None}
            yield Difference("added" if b else "removed", "segment", thing.video, path, **place, **values)
            continue
        for name, x, y in _fields(a, b):
            yield Difference("changed", "segment", thing.video, path, field=name, before=x, after=y, **place)


def _overrides(before: Document, after: Document, thing: Object, path: str) -> Iterator[Difference]:
    names = ("start_region", "end_region", "trajectory_en", "trajectory_zh")
    for clip in after.clips(thing.video):
        a, b = before.override(thing.key, clip.key), after.override(thing.key, clip.key)
        for name in names:
            x, y = (getattr(row, name) if row else None for row in (a, b))
            if (x or None) != (y or None):
                place: dict[str, Any] = {"clip": clip.key, "id": clip.id, "object": thing.key, "track": thing.track}
                yield Difference("changed", "override", thing.video, path, field=name, before=x, after=y, **place)


def summary(found: Iterator[Difference]) -> dict[str, int]:
    """How many differences of each kind there are, as ``object added`` or ``clip state``."""
    counts: Counter[str] = Counter()
    for one in found:
        counts[f"{one.table} {one.field or one.what}"] += 1
    return dict(sorted(counts.items()))
