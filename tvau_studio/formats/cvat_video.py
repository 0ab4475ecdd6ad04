"""CVAT for video 1.1: tracks of boxes and points with keyframes, one video a file.

A track has one label: the event of its longest segment, or ``normal``. Its appearance and motion are attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box, on_grid
from tvau_studio.domain.labels import EVENTS, Keyframe, Object, text
from tvau_studio.formats import sparse
from tvau_studio.formats.base import Format, Part, WriteOptions
from tvau_studio.formats.build import NORMAL, main_label, number
from tvau_studio.formats.cvat_read import VERSION, read

_NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ATTRIBUTES = ("appearance", "motion")
_Path = tuple[dict[int, Box], set[int], set[int]]


def write(parts: Iterable[Part], options: WriteOptions) -> Iterator[bytes]:
    """The keyframes of one video in its clips; between them CVAT draws lines as we do. No dates are written."""
    for part in parts:
        things = list(_things(part, options))
        reach = max((max(path[0]) + 1 for _, path in things), default=1)
        frames = part.video.frames or reach
        yield from _head(part, frames, {main_label(part, thing) for thing, _ in things})
        for thing, path in things:
            yield from _track(part, thing, path, frames, options)
        yield b"</annotations>\n"


def _things(part: Part, options: WriteOptions) -> Iterator[tuple[Object, _Path]]:
    """Objects that are seen in the clips: boxes, hidden frames, frames with a keyframe."""
    found: dict[str, tuple[Object, _Path]] = {}
    for clip in part.clips:
        for thing in options.things(part.document, clip):
            boxes, hidden, keyframes = found.setdefault(thing.key, (thing, ({}, set(), set())))[1]
            for frame, seen in part.document.track(thing.key).shown(clip.range):
                boxes[frame] = seen.box
                hidden |= {frame} if seen.occluded else set()
                keyframes |= {frame} if seen.keyframe else set()
    return (entry for entry in sorted(found.values(), key=lambda e: e[0].track) if entry[1][0])


def _head(part: Part, frames: int, labels: set[str]) -> Iterator[bytes]:
    names = [NORMAL, *EVENTS, *sorted(labels - {NORMAL, *EVENTS})]
    attributes = "".join(
        f"<attribute><name>{name}</name><mutable>False</mutable><input_type>text</input_type>"
        "<default_value></default_value><values></values></attribute>"
        for name in _ATTRIBUTES
    )
    yield (
        f'<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>{VERSION}</version>\n  <meta>\n    <task>\n'
        f"      <name>{_xml(part.video.stem)}</name>\n      <size>{frames}</size>\n      <mode>interpolation</mode>\n"
        f"      <start_frame>0</start_frame>\n      <stop_frame>{frames - 1}</stop_frame>\n"
        "      <frame_filter></frame_filter>\n      <labels>\n"
    ).encode()
    for name in names:
        yield f"        <label><name>{_xml(name)}</name><attributes>{attributes}</attributes></label>\n".encode()
    yield b"      </labels>\n"
    if part.video.size is not None:
        height, width = part.video.size
        yield f"      <original_size><width>{width}</width><height>{height}</height></original_size>\n".encode()
    yield f"    </task>\n    <source>{_xml(part.path)}</source>\n  </meta>\n".encode()


def _track(part: Part, thing: Object, path: _Path, frames: int, options: WriteOptions) -> Iterator[bytes]:
    boxes, hidden, keyframes = path
    name = quoteattr(_clean(main_label(part, thing)))
    yield f'  <track id="{thing.track}" label={name} source="{"auto" if thing.is_draft else "manual"}">\n'.encode()
    main = part.document.main_segment(thing.key, FrameRange(0, 2**31))
    texts = {
        "appearance": text(thing, "appearance", options.language),
        "motion": text(main, "motion", options.language) if main else "",
    }
    attributes = "".join(f'      <attribute name="{k}">{_xml(v)}</attribute>\n' for k, v in texts.items())
    for k in sparse.keyframes(thing.key, boxes, hidden, keyframes):
        if k.frame < frames:
            yield _shape(k, attributes)
            attributes = ""
    yield b"  </track>\n"


def _shape(k: Keyframe, attributes: str) -> bytes:
    kind = "points" if k.box.is_point else "box"
    if k.box.is_point:
        where = f'points="{number(k.x)},{number(k.y)}"'
    else:
        right, bottom = on_grid(k.x + k.w), on_grid(k.y + k.h)
        where = f'xtl="{number(k.x)}" ytl="{number(k.y)}" xbr="{number(right)}" ybr="{number(bottom)}"'
    flags = f'outside="{int(k.outside)}" occluded="{int(k.occluded)}" keyframe="1"'
    return f'    <{kind} frame="{k.frame}" {flags} {where} z_order="0">\n{attributes}    </{kind}>\n'.encode()


def _xml(value: str) -> str:
    # A carriage return that is not escaped would come back as a line feed.
    return escape(_clean(value), {"\r": "&#13;"})


def _clean(value: str) -> str:
    """Without the characters that no XML can hold."""
    return _NOT_XML.sub("", value)


FORMAT = Format(
    name="cvat-video",
    title="CVAT for video 1.1",
    suffixes=(".xml",),
    read=read,
    write=write,
    holds=frozenset({"boxes", "points", "gaps", "occluded", "event", "normal", "motion", "appearance", "keyframes"}),
    unit="video",
)
