"""VIAME CSV: track, image or time, frame, left, top, right, bottom, confidence, length, classes and attributes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box, on_grid
from tvau_studio.domain.labels import new_key
from tvau_studio.domain.labels import text as text_of
from tvau_studio.formats import sparse, text
from tvau_studio.formats.base import Format, Part, Reading, ReadOptions, WriteOptions
from tvau_studio.formats.build import Builder, chosen_things, main_label, number

_COLUMNS = 9
"""At least so many; then come pairs of a class and its confidence, then attributes in brackets."""
_NAMES = ("left", "top", "right", "bottom", "confidence")
_FPS = re.compile(r"\bfps:\s*([0-9.]+)")
_HEADER = (
    "# 1: Detection or Track-id,2: Video or Image Identifier,3: Unique Frame Identifier,"
    "4-7: Img-bbox(TL_x,TL_y,BR_x,BR_y),8: Detection or Length Confidence,9: Target Length (0 or -1 if invalid),"
    "10-11+: Repeated Species,Confidence Pairs or Attributes\n"
)


@dataclass
class _Track:
    """rows: frame -> (line, box)."""

    label: str
    line: int
    rows: dict[int, tuple[int, Box]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)


@dataclass
class _Row:
    line: int
    track: int
    image: str
    frame: int
    box: Box
    label: str
    more: list[str]


def read(path: Path, options: ReadOptions) -> Reading:
    """One video without a name. Raises Malformed."""
    build = Builder(path)
    told = list(text.csv_rows(path, comment="#"))
    if told and all(_is_number(field) for _, fields in told for field in fields):
        raise build.refuse(f"line {told[0][0]}", "every field is a number, as in MOT; here a class has to have a name")
    rows = [_row(build, line, fields) for line, fields in told]
    frames = _frames(build, rows)
    tracks: dict[int, _Track] = {}
    for row in rows:
        frame = frames.get(row.image, row.frame)
        track = tracks.setdefault(row.track, _Track(row.label, row.line))
        if frame in track.rows:
            first = track.rows[frame][0]
            why = f"track {row.track} is twice in frame {frame}"
            raise build.refuse(f"line {row.line} (first at line {first})", why)
        track.rows[frame] = (row.line, row.box)
        if row.label != track.label:
            build.note(f"the class of track {row.track} changes; the first counts")
        for item in row.more:
            _more(build, track, frame, item)
    rate = _FPS.search(text.decode(path, text.read_bytes(path))[:10_000])
    fps = float(rate[1]) if rate and rate[1].count(".") < 2 and rate[1] != "." else 0.0
    video = build.video(fps=fps or None)
    for number_, track in tracks.items():
        key = new_key()
        boxes = {frame: box for frame, (_, box) in track.rows.items()}
        keyframes = sparse.keyframes(key, boxes, track.hidden)
        where = f"line {track.line}, track {number_}"
        build.keyed(video, number_, keyframes, key=key, label=track.label, where=where, **track.texts)
    if not tracks:
        build.warn("the file holds no object")
    return build.reading


def _is_number(field: str) -> bool:
    try:
        text.real(field)
    except ValueError:
        return False
    return True


def _row(build: Builder, line: int, fields: list[str]) -> _Row:
    where = f"line {line}"
    fields = [field.strip() for field in fields]
    if len(fields) < _COLUMNS:
        raise build.refuse(where, f"{len(fields)} columns, {_COLUMNS} at least are needed")
    track = _whole(build, where, "the track", fields[0])
    frame = _whole(build, where, "the frame", fields[2])
    x, y, right, bottom, _ = (_real(build, where, name, fields[n]) for n, name in enumerate(_NAMES, start=3))
    if right < x:
        raise build.refuse(where, f"right {right:g} < left {x:g}")
    if bottom < y:
        # Tools that count rows from below leave such boxes; DIVE takes them.
        build.note("a box stands on its head: its top and bottom were exchanged")
        y, bottom = bottom, y
    try:
        box = Box(x, y, right - x, bottom - y)
    except StudioError:
        raise build.refuse(where, "the box is too large") from None
    rest = fields[_COLUMNS:]
    pairs = next((n for n, item in enumerate(rest) if item.startswith("(")), len(rest))
    return _Row(line, track, fields[1], frame, box, _label(build, where, rest[:pairs]), rest[pairs:])


def _label(build: Builder, where: str, pairs: list[str]) -> str:
    """The class that is thought most likely, the first on a tie."""
    best, most = "", -math.inf
    for name, confidence in zip(pairs[::2], [*pairs[1::2], ""], strict=False):
        if not confidence:
            if name:
                build.note("a class without a confidence was taken as sure")
            value = 1.0
        else:
            value = _real(build, where, f"the confidence of {name[:40]!r}", confidence)
        if value > most:
            best, most = name, value
    if len(pairs) > 2:
        build.note("a class that is thought less likely is not taken")
    return best


def _frames(build: Builder, rows: list[_Row]) -> dict[str, int]:
    """Image -> frame, where the frame numbers cannot be it: two different images have the same."""
    images: dict[int, str] = {}
    if all(images.setdefault(row.frame, row.image) == row.image for row in rows):
        return {}
    build.warn("several images have the same frame number; frames were counted by images")
    return {image: n for n, image in enumerate(dict.fromkeys(row.image for row in rows))}


def _more(build: Builder, track: _Track, frame: int, item: str) -> None:
    """An attribute in brackets behind the classes."""
    kind, _, value = item.partition(") ")
    name, _, value = value.partition(" ")
    if kind == "(trk-atr" and name in ("appearance", "motion"):
        track.texts.setdefault(name, value)
    elif kind == "(atr" and name == "occluded":
        track.hidden |= {frame} if value.lower() == "true" else set()
    elif item:
        build.note(f"{kind}) of an object is not taken")


def _whole(build: Builder, where: str, name: str, value: str) -> int:
    try:
        found = text.whole(value)
    except ValueError:
        raise build.refuse(where, f"{name} is no whole number: {value[:40]!r}") from None
    if not 0 <= found < 2**31:
        raise build.refuse(where, f"{name} is {value[:40]}, below 0 or too large")
    return found


def _real(build: Builder, where: str, name: str, value: str) -> float:
    try:
        found = text.real(value)
    except ValueError:
        raise build.refuse(where, f"{name} is no number: {value[:40]!r}") from None
    if not math.isfinite(found):
        raise build.refuse(where, f"{name} is not finite: {value[:40]}")
    return found


def write(parts: Iterable[Part], options: WriteOptions) -> Iterator[bytes]:
    """The boxes of one video in its clips; a track's class is its main event, its texts are attributes."""
    yield _HEADER.encode("ascii")
    for part in parts:
        fps = part.video.fps
        for thing in chosen_things(part, options):
            label = main_label(part, thing)
            main = part.document.main_segment(thing.key, FrameRange(0, 2**31))
            texts = {
                "appearance": text_of(thing, "appearance", options.language),
                "motion": text_of(main, "motion", options.language) if main else "",
            }
            more = [f"(trk-atr) {name} {value}" for name, value in texts.items() if value]
            track = part.document.track(thing.key)
            for frame in sorted({frame for clip in part.clips for frame in clip.range}):
                seen = track.at(frame)
                if seen is None or seen.box.is_point:
                    continue
                x, y, w, h = seen.box.tuple()
                corners = [number(v) for v in (x, y, on_grid(x + w), on_grid(y + h))]
                hidden = ["(atr) occluded true"] if seen.occluded else []
                when = _time(frame / fps) if fps else f"{frame:06d}"
                yield text.csv_line(
                    [str(thing.track), when, str(frame), *corners, "1", "-1", label, "1", *hidden, *more]
                )


def _time(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours:02d}:{minutes:02d}:{rest:09.6f}"


FORMAT = Format(
    name="viame",
    title="VIAME CSV",
    suffixes=(".csv",),
    read=read,
    write=write,
    holds=frozenset({"boxes", "gaps", "occluded", "event", "normal", "appearance", "motion"}),
    unit="video",
)
