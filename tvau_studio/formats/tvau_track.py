"""The centroids of the first author's thesis, ``track.json``.

``{"SS_VVVV-aaa_bbb.npy": {"size": [H, W], "frame number": T, "object number": K, "object 1": [s, ...], ...}}`` where s
is ``"<region>_(<x>,<y>)"`` or null, one per frame. The objects are the anomalous ones of a clip; they come in as
points.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tvau_studio.domain.geometry import REGIONS, Box, region_of
from tvau_studio.domain.labels import Clip
from tvau_studio.formats import text
from tvau_studio.formats.base import Format, Part, Reading, ReadOptions, WriteOptions
from tvau_studio.formats.build import Builder
from tvau_studio.formats.thesis import clip_name, video_name

_PLACE = re.compile(r"(?P<region>[a-z-]+)_\((?P<x>\d{1,6}),(?P<y>\d{1,6})\)")
_EVENT = "anomaly"


def read(path: Path, options: ReadOptions) -> Reading:
    """One video for each clip of the file. Raises Malformed."""
    build = Builder(path)
    content = text.json_file(path)
    if not isinstance(content, dict):
        raise build.refuse("the root", "an object of clips is wanted")
    early = sum(_clip(build, name, clip) for name, clip in content.items())
    if early:
        why = "lists of this kind begin at frame 0 also where an object comes later"
        build.warn(f"{early} objects are gone before their clips end; {why}: check when they come")
    if not content:
        build.warn("the file holds no clip")
    return build.reading


def _clip(build: Builder, name: str, clip: Any) -> int:
    """Take in one clip; how many of its objects may be shifted in time."""
    if not isinstance(clip, dict):
        raise build.refuse(name, "an object is wanted")
    size, frames, count = (clip.get(key, 0) for key in ("size", "frame number", "object number"))
    if not (isinstance(size, list) and len(size) == 2 and all(_whole(v) and v > 0 for v in size)):
        raise build.refuse(name, "size has to be [H, W]")
    if not _whole(frames) or frames < 1 or not _whole(count) or count < 0:
        raise build.refuse(name, "frame number and object number have to be whole numbers")
    video = build.video(video_name(name), frames=frames, size=(size[0], size[1]), where=name)
    known = {"size", "frame number", "object number", *(f"object {k}" for k in range(1, count + 1))}
    early = 0
    for k in range(1, count + 1):
        where = f"{name}, object {k}"
        places = clip.get(f"object {k}")
        if not isinstance(places, list):
            raise build.refuse(where, f"object number is {count}, but there is no list of it")
        if len(places) != frames:
            raise build.refuse(where, f"{len(places)} entries, but frame number is {frames}")
        rows = {n: box for n, place in enumerate(places) if (box := _point(build, f"{where}, frame {n}", place, size))}
        build.thing(video, k, rows, event=_EVENT, where=where)
        early += 0 in rows and places[-1] is None
    if unknown := [key for key in clip if key not in known]:
        raise build.refuse(f"{name}, {unknown[0]}", f"object number is {count}")
    return early


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _point(build: Builder, where: str, place: object, size: list[int]) -> Box | None:
    if place is None:
        return None
    parts = _PLACE.fullmatch(place) if isinstance(place, str) else None
    if parts is None:
        raise build.refuse(where, f"{place!r} is not region_(x,y)")
    x, y = int(parts["x"]), int(parts["y"])
    if parts["region"] not in REGIONS:
        raise build.refuse(where, f"{parts['region']} is none of the nine regions")
    if x > size[1] or y > size[0]:
        raise build.refuse(where, f"({x},{y}) lies outside of the picture, {size[1]}x{size[0]}")
    if parts["region"] != region_of(x, y, size):
        build.note("a place lies in another region than the file says; the place counts")
    return Box(x, y, 0, 0)


def write(parts: Iterable[Part], options: WriteOptions) -> Iterator[bytes]:
    """Every clip, with its objects that have an event. Clips of videos whose picture size is not known are left out."""
    lead = "{\n"
    for part in parts:
        if part.video.size is None:
            options.warn(f"{part.path} was left out: the size of its pictures is not known")
            continue
        for clip in part.clips:
            entry = json.dumps({clip_name(part, clip, ".npy"): _entry(part, clip, options)}, indent=2)
            yield (lead + entry[2:-2]).encode("utf-8")
            lead = ",\n"
    yield b"{}\n" if lead == "{\n" else b"\n}\n"


def _entry(part: Part, clip: Clip, options: WriteOptions) -> dict[str, Any]:
    document, size = part.document, part.video.size
    assert size is not None
    lists = []
    for thing in options.things(document, clip):
        if any(s.event and s.range.overlap(clip.range) for s in document.segments(thing.key)):
            places: list[str | None] = [None] * len(clip.range)
            for frame, seen in document.track(thing.key).shown(clip.range):
                x, y = (min(max(round(v), 0), limit - 1) for v, limit in zip(seen.box.centre, size[::-1], strict=True))
                places[frame - clip.start] = f"{region_of(x, y, size)}_({x},{y})"
            if any(places):
                lists.append(places)
    found: dict[str, Any] = {"size": list(size), "frame number": len(clip.range), "object number": len(lists)}
    return found | {f"object {k}": places for k, places in enumerate(lists, start=1)}


FORMAT = Format(
    name="tvau-track",
    title="Centroids of the thesis (track.json)",
    suffixes=(".json",),
    read=read,
    write=write,
    holds=frozenset({"clips", "points", "gaps", "masks"}),
    thesis_names=True,
)
