"""Rows of a project in memory, with the ways through them that views and formats need.

A document holds part of a project (one video with all that belongs to it, or everything) and is changed by Edits
alone, under the same check as the store: where a touched field is no longer what the Edit saw, the whole Edit is
refused and nothing changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from tvau_studio.domain.edits import Change, Conflict, Edit
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import (
    TABLES,
    Clip,
    Comment,
    Description,
    Dialogue,
    EventClass,
    Keyframe,
    Object,
    Override,
    Row,
    Segment,
    Video,
    dialogue_key,
    override_key,
    table_of,
    values_of,
)
from tvau_studio.domain.presence import Presence
from tvau_studio.domain.tracks import Track, main_segment

R = TypeVar("R", bound=Row)

_PARENT = {
    "clip": "video",
    "object": "video",
    "keyframe": "object",
    "segment": "object",
    "override": "clip",
    "description": "clip",
    "dialogue": "clip",
    "comment": "clip",
}
"""Table -> the field by which its rows are listed."""


class Document:
    """rows: of any tables, in any order."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows: dict[str, dict[str, Row]] = {name: {} for name in TABLES}
        self._children: dict[str, dict[str, dict[str, None]]] = {name: defaultdict(dict) for name in _PARENT}
        self._tracks: dict[str, Track] = {}
        self._ordered: dict[str, list[Object]] = {}
        self._presence: dict[str, Presence] = {}
        for row in rows:
            self._put(table_of(row), row)

    # -- rows

    def get(self, table: str, key: str) -> Row | None:
        return self._rows[table].get(key)

    def rows(self, table: str) -> Iterator[Row]:
        """Every row of a table, in the order in which they came."""
        yield from self._rows[table].values()

    def __contains__(self, where: tuple[str, str]) -> bool:
        table, key = where
        return key in self._rows[table]

    def _put(self, table: str, row: Row) -> None:
        self._drop(table, row.key)
        self._rows[table][row.key] = row
        if table in _PARENT:
            self._children[table][getattr(row, _PARENT[table])][row.key] = None
        self._forget(table, row)

    def _drop(self, table: str, key: str) -> None:
        row = self._rows[table].pop(key, None)
        if row is not None and table in _PARENT:
            self._children[table][getattr(row, _PARENT[table])].pop(key, None)
        if row is not None:
            self._forget(table, row)

    def _forget(self, table: str, row: Row) -> None:
        if isinstance(row, Keyframe):
            self._tracks.pop(row.object, None)
            owner = self._rows["object"].get(row.object)
            if isinstance(owner, Object) and owner.video in self._presence:
                self._presence[owner.video].touch(row.object)
        elif isinstance(row, Object):
            self._ordered.pop(row.video, None)
            self._presence.pop(row.video, None)

    def _of(self, table: str, parent: str, kind: type[R]) -> list[R]:
        found = [self._rows[table][key] for key in self._children[table].get(parent, ())]
        return [row for row in found if isinstance(row, kind)]

    # -- ways

    @property
    def videos(self) -> list[Video]:
        return [v for v in self._rows["video"].values() if isinstance(v, Video)]

    @property
    def event_classes(self) -> list[EventClass]:
        """In their order."""
        return sorted((e for e in self._rows["event_class"].values() if isinstance(e, EventClass)), key=_position)

    def video(self, key: str) -> Video:
        row = self._rows["video"][key]
        assert isinstance(row, Video)
        return row

    def clip(self, key: str) -> Clip:
        row = self._rows["clip"][key]
        assert isinstance(row, Clip)
        return row

    def object(self, key: str) -> Object:
        row = self._rows["object"][key]
        assert isinstance(row, Object)
        return row

    def clips(self, video: str) -> list[Clip]:
        """The clips of a video, by start, then stop, then id."""
        return sorted(self._of("clip", video, Clip), key=lambda c: (c.start, c.stop, c.id))

    def objects(self, video: str) -> list[Object]:
        """The objects of a video, by track; rejected drafts too."""
        if (known := self._ordered.get(video)) is None:
            known = sorted(self._of("object", video, Object), key=lambda o: (o.track, o.key))
            self._ordered[video] = known
        return list(known)

    def present(self, video: str, frame: int) -> list[Object]:
        """The objects that are in the picture in that frame, by track; rejected drafts are left out."""
        if (known := self._presence.get(video)) is None:
            there = [o for o in self.objects(video) if o.verdict != "rejected"]
            known = self._presence[video] = Presence(there, self.track)
        return known.at(frame)

    def track(self, object: str) -> Track:
        """The path of an object; kept until one of its keyframes changes."""
        if (known := self._tracks.get(object)) is None:
            known = self._tracks[object] = Track(self._of("keyframe", object, Keyframe))
        return known

    def segments(self, object: str) -> list[Segment]:
        """By start, then stop."""
        return sorted(self._of("segment", object, Segment), key=lambda s: (s.start, s.stop, s.key))

    def descriptions(self, clip: str) -> list[Description]:
        return sorted(self._of("description", clip, Description), key=_position)

    def comments(self, clip: str) -> list[Comment]:
        """The oldest first."""
        return sorted(self._of("comment", clip, Comment), key=lambda c: (c.made, c.key))

    def override(self, object: str, clip: str) -> Override | None:
        row = self._rows["override"].get(override_key(object, clip))
        return row if isinstance(row, Override) else None

    def dialogue(self, clip: str, language: str) -> Dialogue | None:
        row = self._rows["dialogue"].get(dialogue_key(clip, language))
        return row if isinstance(row, Dialogue) else None

    def next_track(self, video: str) -> int:
        """A number for a new object of the video: one above the highest."""
        return max((o.track for o in self._of("object", video, Object)), default=0) + 1

    # -- what follows

    def objects_in(self, clip: Clip) -> list[Object]:
        """The objects of which a box or a segment lies in the clip, by track; rejected drafts are left out."""
        return [o for o in self.objects(clip.video) if o.verdict != "rejected" and self.meets(o, clip.range)]

    def meets(self, object: Object, frames: FrameRange) -> bool:
        """Whether the object is in the picture in any of the frames, or has a segment that meets them."""
        if self.track(object.key).visible(frames):
            return True
        return any(s.range.overlap(frames) for s in self._of("segment", object.key, Segment))

    def anomalous(self, clip: Clip) -> bool:
        """Whether the clip holds an anomaly: what a person said, else whether a segment with an event meets it. Drafts
        that nobody accepted say nothing.
        """
        if clip.anomaly is not None:
            return clip.anomaly
        return any(
            segment.event is not None and segment.range.overlap(clip.range) is not None
            for thing in self.objects(clip.video)
            if thing.verdict == "accepted"
            for segment in self._of("segment", thing.key, Segment)
        )

    def main_segment(self, object: str, frames: FrameRange) -> Segment | None:
        return main_segment(self.segments(object), frames)

    def regions(self, object: Object, clip: Clip) -> tuple[str, ...]:
        """The regions that the object goes through in the clip, derived from its boxes; () where it is not seen or the
        size of the picture is not known.
        """
        size = self.video(clip.video).size
        return self.track(object.key).regions(clip.range, size) if size else ()

    def environment(self, clip: Clip, language: str = "en") -> str:
        """The clip's own text where it has one, else the video's."""
        own = str(getattr(clip, f"environment_{language}"))
        return own or str(getattr(self.video(clip.video), f"environment_{language}"))

    # -- edits

    def check(self, edit: Edit) -> None:
        """Raises `Conflict` where a touched field is not what the Edit saw."""
        for change in edit.changes:
            self._check(change)

    def _check(self, change: Change) -> None:
        row = self._rows[change.table].get(change.key)
        if change.before is None:
            if row is not None:
                raise Conflict(change, values_of(row))
            return
        if row is None:
            raise Conflict(change, None)
        if any(getattr(row, name) != value for name, value in change.before.items()):
            raise Conflict(change, values_of(row))

    def apply(self, edit: Edit) -> None:
        """Make the changes. Raises `Conflict`, and then changes nothing."""
        done: list[tuple[str, str, Row | None]] = []
        try:
            for change in edit.changes:
                self._check(change)
                done.append((change.table, change.key, self._rows[change.table].get(change.key)))
                self._apply(change)
        except Conflict:
            for table, key, old in reversed(done):
                self._drop(table, key)
                if old is not None:
                    self._put(table, old)
            raise

    def _apply(self, change: Change) -> None:
        if change.after is None:
            self._drop(change.table, change.key)
        elif change.before is None:
            self._put(change.table, make_row(change.table, change.key, change.after))
        else:
            row = self._rows[change.table][change.key]
            if not change.moved:
                # A row that only changes its fields keeps its place.
                self._rows[change.table][change.key] = new = replace(row, **change.after)
                self._forget(change.table, new)
            else:
                self._put(change.table, replace(row, **change.after))


def make_row(table: str, key: str, values: Any) -> Row:
    """A row of a table from its fields."""
    return TABLES[table](key=key, **values)


def _position(row: Any) -> tuple[int, str]:
    return row.position, row.key
