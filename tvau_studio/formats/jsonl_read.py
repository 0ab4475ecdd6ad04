"""The lines of a training export -> the rows that they were written from."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from tvau_studio.domain.dialogue import templates, trajectory_text
from tvau_studio.domain.document import Document
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import (
    Clip,
    Description,
    Dialogue,
    Object,
    Override,
    Row,
    Segment,
    Video,
    dialogue_key,
    new_key,
    override_key,
    text,
)
from tvau_studio.domain.tracks import united
from tvau_studio.formats import messages, sparse
from tvau_studio.formats.base import Malformed, Reading, ReadOptions, climbing, named_keys, path_from_file
from tvau_studio.formats.jsonl_lines import Line, LineObject, Notes, read_lines
from tvau_studio.formats.jsonl_write import other_language

K = TypeVar("K")
V = TypeVar("V")
Part = tuple[Line, LineObject]


def read(path: Path, options: ReadOptions) -> Reading:
    """The rows of an export. Raises Malformed for a line that is wrong, or that disagrees with another on its video or
    one of its tracks; StudioError where the file cannot be read.
    """
    notes = Notes()
    lines = list(read_lines(path, notes))
    language = language_of(lines)
    reading = Reading(language=language, warnings=named_keys(notes.unknown))
    if not lines:
        reading.warnings.append("the file holds no clip")
    for line in lines:
        if line.other is not None and line.other == language:
            raise Malformed(path, line.where, "its plain texts are in another language than those of other lines")
    videos: dict[str, list[Line]] = {}
    named = {name: line.where for line in reversed(lines) for name in (line.video, line.masks) if name}
    for name, where in sorted(named.items()):
        reading.warnings += climbing(name, where)
    for line in lines:
        videos.setdefault(path_from_file(line.video, path.parent), []).append(line)
    for name, group in videos.items():
        _Video(path, name, group, language, reading).read()
    return reading


def language_of(lines: Sequence[Line]) -> str:
    """The language of the plain texts: not that which stands under a key of its own; where there is none, Chinese if
    the dialogues ask in Chinese, else English.
    """
    others = {line.other for line in lines} - {None}
    if others:
        return other_language(min(o for o in others if o))
    asked = templates("zh")["ask_anomaly"]
    return "zh" if any(asked in json.dumps(line.messages, ensure_ascii=False) for line in lines) else "en"


class _Merged(Generic[K, V]):
    """Values that several lines give; two that differ are refused."""

    def __init__(self, path: Path, say: Callable[[K, V, V], str]) -> None:
        self._path = path
        self._say = say
        self.values: dict[K, tuple[V, Line]] = {}

    def put(self, key: K, value: V, line: Line) -> None:
        there, first = self.values.setdefault(key, (value, line))
        if there != value:
            raise _disagree(self._path, line, first, self._say(key, there, value))

    def get(self, key: K) -> V | None:
        found = self.values.get(key)
        return found[0] if found else None


def _disagree(path: Path, line: Line, first: Line, why: str) -> Malformed:
    a, b = sorted([line.number, first.number])
    return Malformed(path, f"line {b} (first at line {a})", why)


class _Video:
    """One video's lines. name: its absolute path."""

    def __init__(self, path: Path, name: str, lines: list[Line], language: str, reading: Reading) -> None:
        self.path, self.name, self.lines, self.reading = path, name, lines, reading
        self.language, self.other = language, other_language(language)

    def read(self) -> None:
        facts: _Merged[str, Any] = _Merged(self.path, lambda key, a, b: f"the video has {key} {a} and {b}")
        for line in self.lines:
            for key, value in (("fps", line.fps), ("size", line.size), ("split", line.split)):
                if value is not None:
                    facts.put(key, value, line)
        size = facts.get("size") or (None, None)
        texts = {
            self.language: _common([line.environment for line in self.lines]),
            self.other: _common([line.other_environment for line in self.lines]),
        }
        video = Video(
            key=new_key(),
            path=self.name,
            frames=max(line.frames.stop for line in self.lines),
            height=size[0],
            width=size[1],
            fps=facts.get("fps"),
            split=facts.get("split"),
            environment_en=texts["en"],
            environment_zh=texts["zh"],
        )
        rows: list[Row] = [video]
        clips = {line.id: self._clip(video, line) for line in self.lines}
        rows += clips.values()
        parts: dict[int, list[Part]] = {}
        for line in self.lines:
            for thing in line.objects:
                parts.setdefault(thing.track, []).append((line, thing))
        keys: dict[int, str] = {}
        for track in sorted(parts):
            found = self._track(video, track, parts[track])
            keys[track] = found[0].key
            rows += found
        rows = self._overridden(Document(rows), rows, clips, keys)
        document = Document(rows)
        for line in self.lines:
            rows += self._dialogue(document, clips[line.id].key, line)
        self.reading.rows += rows
        self.reading.where[video.key] = self.lines[0].where
        self.reading.where.update({clips[line.id].key: line.where for line in self.lines})
        self.reading.where.update({keys[t]: f"{p[0][0].where}, object track {t}" for t, p in parts.items()})

    def _clip(self, video: Video, line: Line) -> Clip:
        own = {self.language: line.environment or "", self.other: line.other_environment}
        return Clip(
            key=new_key(),
            video=video.key,
            id=line.id,
            start=line.frames.start,
            stop=line.frames.stop,
            state=line.review or "to review",
            environment_en="" if own["en"] == video.environment_en else own["en"],
            environment_zh="" if own["zh"] == video.environment_zh else own["zh"],
            annotator=line.annotator,
            masks=path_from_file(line.masks, self.path.parent) if line.masks else "",
        )

    # -- one track

    def _track(self, video: Video, track: int, parts: list[Part]) -> list[Any]:
        """The object and what belongs to it, the object first."""
        named: _Merged[str, str] = _Merged(self.path, lambda key, a, b: f"track {track} has the {key} {a!r} and {b!r}")
        rows: _Merged[int, Box] = _Merged(self.path, lambda f, a, b: f"track {track} has two boxes at frame {f}")
        for line, thing in parts:
            if thing.appearance is not None:
                named.put("appearance", thing.appearance, line)
            if thing.other["appearance"]:
                named.put("other appearance", thing.other["appearance"], line)
            named.put("draft", thing.draft, line)
            for frame, box in thing.boxes.items():
                rows.put(frame, box, line)
        boxes = {frame: box for frame, (box, _) in rows.values.items()}
        self._agree(track, parts, "box", boxes, lambda thing: thing.boxes)
        listed, occluded = ({f for _, t in parts for f in get(t) or ()} for get in (_keyframes, _occluded))
        said = [p for p in parts if p[1].keyframes is not None]
        self._agree(track, said, "keyframe", listed, _keyframes)
        said = [p for p in parts if p[1].occluded is not None]
        self._agree(track, said, "hidden box", occluded, _occluded)
        texts = {self.language: named.get("appearance") or "", self.other: named.get("other appearance") or ""}
        draft = named.get("draft") or ""
        row = Object(
            key=new_key(),
            video=video.key,
            track=track,
            appearance_en=texts["en"],
            appearance_zh=texts["zh"],
            model=draft,
            verdict="undecided" if draft else "accepted",
        )
        return [row, *sparse.keyframes(row.key, boxes, occluded, listed), *self._segments(row, parts)]

    def _agree(
        self, track: int, parts: list[Part], what: str, frames: Iterable[int], get: Callable[[LineObject], Any]
    ) -> None:
        """Refuse where one line leaves out what another has in its frames. frames: of all lines together."""
        ordered = sorted(frames)
        for line, thing in parts:
            here = _within(ordered, line.frames)
            if len(here) != len(get(thing)):
                frame = min(set(here) - set(get(thing)))
                first = next(other for other, t in parts if get(t) is not None and frame in get(t))
                raise _disagree(self.path, line, first, f"track {track} has a {what} at frame {frame} in one line only")
        if what == "box":
            listing = {line.id for line, _ in parts}
            for line in self.lines:
                if line.id not in listing and (here := _within(ordered, line.frames)):
                    first = next(other for other, t in parts if here[0] in t.boxes)
                    why = f"track {track} is in the picture at frame {here[0]} in one line only"
                    raise _disagree(self.path, line, first, why)

    def _segments(self, thing: Object, parts: list[Part]) -> list[Segment]:
        found = [self._segment(thing, s) for _, t in parts for s in t.segments or ()]
        joined = united(found)
        by_id = {line.id: t for line, t in parts}
        for line in self.lines:
            part = by_id.get(line.id)
            if part is not None and part.segments is None:
                continue
            own = united(self._segment(thing, s) for s in part.segments or ()) if part else []
            cut = [(c, s) for s in joined if (c := s.range.overlap(line.frames)) is not None]
            want = sorted((c.start, c.stop, *_says(s)) for c, s in cut)
            if want != sorted((s.start, s.stop, *_says(s)) for s in own):
                first = next(other for other, t in parts if other.id != line.id and t.segments)
                raise _disagree(self.path, line, first, f"the segments of track {thing.track} differ in common frames")
        return joined

    def _segment(self, thing: Object, said: Any) -> Segment:
        texts = {self.language: said.motion, self.other: said.other}
        return Segment(
            key=new_key(),
            object=thing.key,
            start=said.start,
            stop=said.stop,
            event=said.event,
            motion_en=texts["en"],
            motion_zh=texts["zh"],
        )

    # -- what a line says in place of what follows from the rest

    def _overridden(
        self, document: Document, rows: list[Row], clips: dict[str, Clip], keys: dict[int, str]
    ) -> list[Row]:
        """The rows with overrides and descriptions, and with clips that know where they override their anomaly."""
        more: list[Row] = []
        changed: dict[str, Clip] = {}
        for line in self.lines:
            clip = clips[line.id]
            if line.anomaly is not None and line.anomaly != document.anomalous(clip):
                changed[clip.key] = replace(clip, anomaly=line.anomaly)
            for part in line.objects:
                more += self._override(document, clip, part, document.object(keys[part.track]))
                self._warn(document, line, part, keys[part.track])
            for position, (language, words) in enumerate(line.descriptions):
                row = Description(key=new_key(), clip=clip.key, position=position, language=language, text=words)
                more.append(row)
        return [changed.get(row.key, row) for row in rows] + more

    def _override(self, document: Document, clip: Clip, part: LineObject, thing: Object) -> list[Override]:
        regions = document.regions(thing, clip)
        start = None if regions and part.start == regions[0] else part.start
        end = None if regions and part.end == regions[-1] else part.end
        own = {self.language: part.trajectory or "", self.other: part.other["trajectory"]}
        own = {name: "" if own[name] == trajectory_text(regions, name) else own[name] for name in own}
        if not (start or end or any(own.values())):
            return []
        return [
            Override(
                key=override_key(thing.key, clip.key),
                object=thing.key,
                clip=clip.key,
                start_region=start,
                end_region=end,
                trajectory_en=own["en"],
                trajectory_zh=own["zh"],
            )
        ]

    def _warn(self, document: Document, line: Line, part: LineObject, thing: str) -> None:
        main = document.main_segment(thing, line.frames)
        event, motion = (main.event, text(main, "motion", self.language)) if main else (None, "")
        if (part.event and part.event != event) or (part.motion and part.motion != motion):
            what = f"event and motion of track {part.track} in {line.where}"
            self.reading.warnings.append(f"{what} are not those of its longest segment; the segments count")

    def _dialogue(self, document: Document, clip: str, line: Line) -> list[Dialogue]:
        """The dialogue, unless it is what follows from the labels anyway."""
        if line.messages is None:
            return []
        row = document.clip(clip)
        item = messages.shown(document, row, line.video)
        if messages.placed(line.messages, item) == messages.derived(document, row, self.language, item):
            return []
        words = json.dumps(line.messages, ensure_ascii=False, allow_nan=False)
        return [Dialogue(key=dialogue_key(clip, self.language), clip=clip, language=self.language, messages=words)]


def _common(texts: Sequence[str | None]) -> str:
    """The text of the video, from those of its clips: where one has none the video cannot have one either, for a clip
    without a text of its own shows the video's.
    """
    known = [t for t in texts if t is not None]
    return known[0] if known and all(known) else ""


def _within(ordered: Sequence[int], frames: FrameRange) -> Sequence[int]:
    return ordered[bisect_left(ordered, frames.start) : bisect_left(ordered, frames.stop)]


def _says(segment: Segment) -> tuple[str, str, str]:
    return segment.event or "", segment.motion_en, segment.motion_zh


def _keyframes(thing: LineObject) -> frozenset[int] | None:
    return thing.keyframes


def _occluded(thing: LineObject) -> frozenset[int] | None:
    return thing.occluded
