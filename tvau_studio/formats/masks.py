"""Pixel masks, one ``.npy`` a clip: uint8 or bool [T, H, W], as the ``gt/`` of the first author's thesis.

A mask of several values holds object ids (0 = background). One of 0 and 1, or 0 and 255, is binary: its 8-connected
parts are linked from frame to frame as the thesis does. Objects come in as the boxes around their pixels.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import Clip, Object
from tvau_studio.formats import mask_tracks
from tvau_studio.formats.base import Format, Malformed, Part, Reading, ReadOptions, WriteOptions
from tvau_studio.formats.build import Builder, shown_boxes

_MAGIC = b"\x93NUMPY"


def load(path: Path) -> mask_tracks.Masks:
    """Masks uint8 or bool [T, H, W], as `mapped` gives them. Raises Malformed or StudioError."""
    found = mapped(path)
    if found.ndim != 3 or 0 in found.shape:
        raise Malformed(path, "the shape", f"{list(found.shape)} is not [T, H, W]")
    if found.dtype not in (np.uint8, np.bool_):
        raise Malformed(path, "the type", f"{found.dtype} is neither uint8 nor bool")
    return found


def mapped(path: Path) -> npt.NDArray[Any]:
    """The array in a ``.npy``, mapped from the file: nothing is read before it is looked at, and nothing is unpickled.
    Raises Malformed, or StudioError where the file cannot be read.
    """
    if path.is_dir():
        raise Malformed(path, "", "this is a folder; give the file in it")
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise StudioError("{path} cannot be read: {why}.", path=path, why=error.strerror or error) from None
    if magic != _MAGIC:
        raise Malformed(path, "the header", "this is no .npy file")
    try:
        found = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError, SyntaxError) as error:
        raise Malformed(path, *_reason(error)) from None
    if not isinstance(found, np.ndarray):
        raise Malformed(path, "the header", "this is an archive of arrays, not one")
    return found


def _reason(error: Exception) -> tuple[str, str]:
    """Where and why numpy refuses a file."""
    text = " ".join(str(error).split())
    if "mmap length" in text or "buffer" in text:
        return "the data", "it is shorter than the header says"
    if "pickle" in text or "object" in text.lower():
        return "the header", "it announces Python objects, which are never loaded"
    return "the header", text[:120] or type(error).__name__


def read(path: Path, options: ReadOptions) -> Reading:
    """One video without a name, as long as the masks. Raises Malformed."""
    masks = load(path)
    build = Builder(path)
    frames, height, width = masks.shape
    video = build.video(frames=frames, size=(height, width))
    build.clip(video, masks=str(path.absolute()))
    ids = mask_tracks.ids(masks)
    if mask_tracks.is_binary(ids):
        for rows in mask_tracks.linked(masks):
            build.thing(video, None, rows, event=mask_tracks.EVENT, where="the binary mask")
    else:
        for id, rows in mask_tracks.by_id(masks, ids).items():
            build.thing(video, id, rows, event=mask_tracks.EVENT, where=f"object id {id}")
    if not ids:
        build.warn("the masks are empty: there is no object")
    return build.reading


def write(parts: Iterable[Part], options: WriteOptions) -> Iterator[bytes]:
    """The boxes of one clip's anomalous objects, filled with 1, 2, ... by track in frames in which they have an event;
    where one lies over another the later counts. Nothing, where the size of the pictures is not known.
    """
    for part in parts:
        [clip] = part.clips
        if part.video.size is None:
            options.warn(f"{clip.id} was left out: the size of its pictures is not known")
            continue
        masks = np.zeros((len(clip.range), *part.video.size), np.uint8)
        things = [o for o in options.things(part.document, clip) if _anomalous(part, o, clip)]
        if len(things) > 255:
            raise StudioError("{id} holds {n} objects; masks hold 255 at most.", id=clip.id, n=len(things))
        numbers = {o.track: n for n, o in enumerate(things, start=1)}
        events = {o.track: part.document.segments(o.key) for o in things}
        for frame, track, box in shown_boxes(part, options):
            if any(s.event and frame in s.range for s in events.get(track, ())):
                ys = slice(max(0, math.floor(box.y)), max(0, math.ceil(box.y + box.h)))
                xs = slice(max(0, math.floor(box.x)), max(0, math.ceil(box.x + box.w)))
                masks[frame - clip.start, ys, xs] = numbers[track]
        buffer = io.BytesIO()
        np.save(buffer, masks, allow_pickle=False)
        yield buffer.getvalue()


def _anomalous(part: Part, thing: Object, clip: Clip) -> bool:
    return any(s.event and s.range.overlap(clip.range) for s in part.document.segments(thing.key))


FORMAT = Format(
    name="masks",
    title="Pixel masks, a .npy for each clip",
    suffixes=(".npy",),
    read=read,
    write=write,
    holds=frozenset({"clips", "gaps", "boxes"}),
    unit="clip",
    thesis_names=True,
)
