"""The studio's training export as frame pairs with masks.

A line of the export is one clip (see `read`). A box is anomalous only in frames where a segment of its object has an
event; where a clip brings pixel masks, these count in place of the boxes. Clips are split by video: windows of one
video overlap, and neighbours in both halves would make any validation figure a lie.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.formats import text
from tvau_studio.formats.base import path_from_file
from tvau_studio.formats.jsonl_lines import Line, read_lines
from tvau_studio.formats.text import load_json

UNKNOWN_EVENT = "anomaly"
"""What an event class that the prompts do not know is trained as."""

_VAL_SHARE = 10
"""Where the export names no split, one video of so many is kept for validation, chosen by its name."""


@dataclass(frozen=True)
class Example:
    """One clip. row: its line as read. video, masks: absolute paths. frames: of the video. line: its number in the
    file, from 1."""

    row: dict[str, Any]
    video: Path
    masks: Path | None
    frames: FrameRange
    line: int

    @property
    def split(self) -> str | None:
        value = self.row.get("split")
        return None if value is None else str(value)

    def anomalous_boxes(self, frame: int) -> list[tuple[int, Sequence[float]]]:
        """(index in `objects`, [x, y, w, h]) of the boxes that are anomalous in that frame of the video."""
        return [
            (n, box[1:])
            for n, thing in enumerate(self.row["objects"])
            if self.event(n, frame) is not None
            for box in thing["boxes"]
            if box[0] == frame
        ]

    def event(self, thing: int, frame: int) -> str | None:
        """The event of object number `thing` in that frame, of the earliest segment that has one there."""
        for a, b, event, *_ in sorted(self.row["objects"][thing].get("segments", ()), key=lambda s: (s[0], s[1])):
            if event is not None and a <= frame < b:
                return str(event)
        return None


@dataclass
class DataSet:
    """examples: in the file's order. notes: what was odd, and how often; to be told to the person."""

    path: Path
    examples: list[Example]
    notes: Counter[str] = field(default_factory=Counter)

    def split(self) -> tuple[list[Example], list[Example]]:
        """(for training, for validation), by video; what the export calls ``test`` is in neither."""
        train, val = [], []
        for example in self.examples:
            name = example.split or ("val" if _kept_for_validation(example.row["video"]) else "train")
            if name == "train":
                train.append(example)
            elif name == "val":
                val.append(example)
        return train, val


def _kept_for_validation(video: str) -> bool:
    return hashlib.sha256(video.encode()).digest()[0] % _VAL_SHARE == 0


def read(path: str | Path, events: Iterable[str] | None = None) -> DataSet:
    """Read an export. events: the classes that the prompts know (None: any will do).

    Raises StudioError where the file is missing or malformed (with the line), or where one video is in two splits.
    Boxes outside the picture and unknown event classes are counted in `notes`. Whether the videos are there is asked by
    `check_files`, of the examples that are wanted.
    """
    path = Path(path)
    lines = {line.number: line for line in read_lines(path)}
    rows = {number: load_json(content) for number, content in text.lines(path)}
    found = DataSet(path, [_example(path, line, rows[number]) for number, line in lines.items()])
    if not found.examples:
        raise StudioError("{path} holds no clip; export some first.", path=path)
    _check_splits(found)
    known = None if events is None else set(events)
    for example in found.examples:
        _note(found.notes, example, known)
    return found


def _example(path: Path, line: Line, row: dict[str, Any]) -> Example:
    masks = Path(path_from_file(line.masks, path.parent)) if line.masks else None
    return Example(row, Path(path_from_file(line.video, path.parent)), masks, line.frames, line.number)


def check_files(path: Path, examples: Sequence[Example]) -> None:
    """Raises StudioError where a video or a mask file of the examples is missing. path: the export that names it."""
    for what, paths in (
        ("video", {e.video for e in examples}),
        ("mask file", {e.masks for e in examples if e.masks is not None}),
    ):
        missing = sorted(str(p) for p in paths if not p.exists())
        if missing:
            raise StudioError(
                "{missing} of {total} {what}s of {path} are missing, first {first}; put them back, or export again "
                "from where they are.",
                missing=len(missing),
                total=len(paths),
                what=what,
                path=path,
                first=missing[0],
            )


def _check_splits(found: DataSet) -> None:
    seen: dict[Path, str | None] = {}
    for example in found.examples:
        if seen.setdefault(example.video, example.split) != example.split:
            raise StudioError(
                "{video} is in two splits (line {line} of {path}); a video belongs to one.",
                video=example.video,
                line=example.line,
                path=found.path,
            )


def _note(notes: Counter[str], example: Example, known: set[str] | None) -> None:
    size = example.row.get("size")
    for thing in example.row["objects"]:
        events = {segment[2] for segment in thing.get("segments", ()) if segment[2] is not None}
        for event in sorted(events - known) if known is not None else ():
            notes[f"objects whose class {event!r} the prompts do not know: trained as {UNKNOWN_EVENT!r}"] += 1
        if size:
            height, width = size
            outside = sum(x >= width or y >= height or x + w <= 0 or y + h <= 0 for _, x, y, w, h in thing["boxes"])
            if outside:
                notes["boxes wholly outside the picture: left out"] += outside


# -- pairs and masks


def pairs(frames: FrameRange) -> range:
    """The frame pairs of a window: pair k serves frames 2k and 2k + 1 of the video."""
    return range(frames.start // 2, (frames.stop - 1) // 2 + 1)


def rasterise(boxes: Iterable[Sequence[float]], size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """bool [H, W]: pixels whose centre lies in a box [x, y, w, h]; what reaches over the edge is cut off."""
    height, width = size
    mask = np.zeros(size, np.bool_)
    for x, y, w, h in boxes:
        # Pixel c has its centre at c + 0.5.
        left, top = max(0, int(np.ceil(x - 0.5))), max(0, int(np.ceil(y - 0.5)))
        right, bottom = min(width, int(np.ceil(x + w - 0.5))), min(height, int(np.ceil(y + h - 0.5)))
        mask[top : max(top, bottom), left : max(left, right)] = True
    return mask


def class_map(example: Example, pair: int, size: tuple[int, int], events: Sequence[str]) -> npt.NDArray[np.uint8]:
    """What is anomalous in either frame of a pair: uint8 [H, W], 0 nothing, 1 + the index in `events`.

    size: [H, W] of the map; boxes are in pixels of the picture, whose size the row says (else they are taken as of
    `size`). Masks of the clip, where it has some, say where; the boxes then say which event.
    """
    out = np.zeros(size, np.uint8)
    picture = example.row.get("size") or size
    sy, sx = size[0] / picture[0], size[1] / picture[1]
    frames = [f for f in (2 * pair, 2 * pair + 1) if f in example.frames]
    for frame in frames:
        for thing, (x, y, w, h) in example.anomalous_boxes(frame):
            event = example.event(thing, frame)
            assert event is not None
            number = 1 + events.index(event if event in events else UNKNOWN_EVENT)
            out[rasterise([(x * sx, y * sy, w * sx, h * sy)], size)] = number
    if example.masks is not None:
        mask = np.zeros(size, np.bool_)
        for frame in frames:
            mask |= _mask(example, frame, size)
        out = np.where(mask, np.where(out > 0, out, 1 + events.index(UNKNOWN_EVENT)), 0).astype(np.uint8)
    return out


def _mask(example: Example, frame: int, size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """The clip's mask of a frame, bool [H, W] (nearest where its size differs)."""
    assert example.masks is not None
    try:
        masks = np.load(example.masks, mmap_mode="r", allow_pickle=False)
        if masks.ndim != 3 or len(masks) != len(example.frames):
            raise ValueError(f"its shape is {masks.shape}, not [{len(example.frames)}, H, W]")
    except (OSError, ValueError, EOFError) as error:
        raise StudioError(
            "The mask file {path} cannot be used: {why}.", path=example.masks, why=str(error).rstrip(".")
        ) from None
    mask = np.asarray(masks[frame - example.frames.start]) > 0
    rows = ((np.arange(size[0]) + 0.5) * mask.shape[0] / size[0]).astype(int)
    columns = ((np.arange(size[1]) + 0.5) * mask.shape[1] / size[1]).astype(int)
    return np.asarray(mask[rows][:, columns], np.bool_)


def coverage(mask: npt.NDArray[np.bool_], grid: tuple[int, int]) -> npt.NDArray[np.float32]:
    """float32 [H', W']: the share 0..1 of each cell's area that a mask [H, W] covers; the grid spans the mask."""
    rows, columns = (_shares(side, cells) for side, cells in zip(mask.shape, grid, strict=True))
    return np.asarray(rows @ mask.astype(np.float32) @ columns.T, np.float32)


def _shares(side: int, cells: int) -> npt.NDArray[np.float32]:
    """[cells, side]: which share of a cell each pixel fills; rows add up to 1."""
    edges = np.arange(cells + 1) * side / cells
    pixels = np.arange(side)
    common = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return np.asarray(np.maximum(common, 0) * cells / side, np.float32)
