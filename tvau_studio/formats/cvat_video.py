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
    """The boxes of one video in its clips, frame by frame as CVAT writes them: those between two keyframes, which it
    would draw itself, are marked as such. No dates are written.
    """
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
    keys = {k.frame: k for k in sparse.keyframes(thing.key, boxes, hidden, keyframes)}
    for frame in sorted(keys.keys() | boxes.keys()):
        if frame < frames:
            k = keys.get(frame)
            yield _shape(frame, k.box if k else boxes[frame], k, frame in hidden, attributes)
            attributes = ""
    yield b"  </track>\n"


def _shape(frame: int, box: Box, k: Keyframe | None, hidden: bool, attributes: str) -> bytes:
    """k: the keyframe of that frame, None between two."""
    kind = "points" if box.is_point else "box"
    if box.is_point:
        where = f'points="{number(box.x)},{number(box.y)}"'
    else:
        right, bottom = on_grid(box.x + box.w), on_grid(box.y + box.h)
        where = f'xtl="{number(box.x)}" ytl="{number(box.y)}" xbr="{number(right)}" ybr="{number(bottom)}"'
    outside, keyframe = int(k is not None and k.outside), int(k is not None)
    flags = f'outside="{outside}" occluded="{int(hidden)}" keyframe="{keyframe}"'
    return f'    <{kind} frame="{frame}" {flags} {where} z_order="0">\n{attributes}    </{kind}>\n'.encode()


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
