"""MOT Challenge CSV: ``frame,id,x,y,w,h,conf,...``, one video a file, frames from 1.

Coordinates are taken as they are written, as CVAT, datumaro and TrackEval do. A file with a frame 0 counts from 0.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import new_key
from tvau_studio.formats import sparse, text
from tvau_studio.formats.base import Format, Part, Reading, ReadOptions, WriteOptions
from tvau_studio.formats.build import Builder, number, shown_boxes

_USUAL = b"0123456789.,-+ \t\r\n"
"""What a file of tracks is written with by tools."""
_NAMES = ("frame", "id", "x", "y", "width", "height", "conf", "class", "visibility")
_MOST = 10
_MOT16 = 9
"""Columns of a file that knows classes and visibility; ten are those of 2015, which end in world coordinates."""


def read(path: Path, options: ReadOptions) -> Reading:
    """One video without a name. A line without a track (id -1) is an object of its own. Raises Malformed."""
    if (table := _table(path)) is not None:
        return _quickly(path, table, options.first_frame)
    build = Builder(path)
    classes = _classes(path)
    tracks: dict[int, dict[int, tuple[int, Box]]] = {}
    labels: dict[int, str] = {}
    single: list[tuple[int, int, Box, str]] = []
    for line, content in text.lines(path):
        where = f"line {line}"
        fields = [field.strip() for field in content.split(",")]
        if len(fields) == 1:
            raise build.refuse(where, "the fields are not separated by commas")
        if len(fields) < 6:
            raise build.refuse(where, f"{len(fields)} columns, 6 at least are needed")
        if len(fields) > _MOST:
            raise build.refuse(where, f"{len(fields)} columns, {_MOST} at most; a comma is no decimal point")
        values = [_number(build, where, n, field) for n, field in enumerate(fields)]
        frame, track = _whole(build, where, "frame", values[0]), _whole(build, where, "id", values[1])
        if frame < 0:
            raise build.refuse(where, f"frame {frame} is below 0")
        box = _box(build, where, values[2:6])
        label = ""
        if len(values) >= _MOT16 and len(fields) == _MOT16 and values[7] >= 1:
            label = _label(build, where, classes, _whole(build, where, "class", values[7]))
        if len(fields) == _MOT16 and values[8] != 1 and values[8] >= 0:
            build.note("how much of a box is visible is not taken")
        if len(values) > 6 and values[6] not in (1, -1):
            build.note("a confidence is not taken")
        if track < 0:
            single.append((line, frame, box, label))
            continue
        rows = tracks.setdefault(track, {})
        if frame in rows:
            raise build.refuse(f"{where} (first at line {rows[frame][0]})", f"track {track} is twice in frame {frame}")
        rows[frame] = (line, box)
        if labels.setdefault(track, label) != label:
            build.note("a track changes its class; the first counts")
    _enter(build, tracks, labels, single, options.first_frame)
    return build.reading


def _table(path: Path) -> npt.NDArray[np.float64] | None:
    """float [n, columns] of a file of tracks as tools write them, a million lines in seconds; None where anything is
    unusual, or wrong, so that it is read line by line and told with its line.
    """
    data = text.read_bytes(path)
    if not data.strip() or data.translate(None, _USUAL):
        return None
    try:
        found = np.loadtxt(io.BytesIO(data), delimiter=",", ndmin=2)
    except ValueError:
        return None
    columns = found.shape[1]
    # Of nine columns the last two are a class and how much is visible, which few files leave alone.
    if not 6 <= columns <= _MOST or columns == _MOT16 or not (np.abs(found) < 1e9).all():
        return None
    frames, tracks = found[:, 0], found[:, 1]
    whole = (frames == np.floor(frames)) & (tracks == np.floor(tracks)) & (frames >= 0) & (tracks >= 0)
    sound = whole & (found[:, 4:6] >= 0).all(1)
    if columns > 6:
        sound &= (found[:, 6] == 1) | (found[:, 6] == -1)
    return found if sound.all() else None


def _quickly(path: Path, table: npt.NDArray[np.float64], first: int | None) -> Reading:
    """What `_enter` makes of the same rows."""
    order = np.lexsort((table[:, 0], table[:, 1]))
    frames, tracks = table[order, 0].astype(np.int64), table[order, 1].astype(np.int64)
    same = (frames[1:] == frames[:-1]) & (tracks[1:] == tracks[:-1])
    build = Builder(path)
    if same.any():
        n = int(np.flatnonzero(same)[0])
        lines = sorted(_lines(path, len(table))[order[n : n + 2]].tolist())
        why = f"track {tracks[n]} is twice in frame {frames[n]}"
        raise build.refuse(f"line {lines[1]} (first at line {lines[0]})", why)
    if first is None:
        first = min(1, int(frames.min()))
    if frames.min() < first:
        raise build.refuse("", f"frame {frames.min()} is before the first, {first}")
    boxes = sparse.on_grid_all(table[order, 2:6])
    video = build.video()
    starts = np.flatnonzero(np.diff(tracks, prepend=-1))
    spans = list(zip(starts.tolist(), [*starts[1:].tolist(), len(tracks)], strict=True))
    numbers = _lines(path, len(table))
    # Tracks come in the order in which the file names them, as read line by line.
    for a, b in sorted(spans, key=lambda span: int(order[span[0] : span[1]].min())):
        key, track = new_key(), int(tracks[a])
        keyframes = sparse.of_arrays(key, frames[a:b] - first, boxes[a:b])
        where = f"line {numbers[order[a:b].min()]}, track {track}"
        build.keyed(video, track, keyframes, key=key, where=where)
    return build.reading


def _lines(path: Path, rows: int) -> npt.NDArray[np.int64]:
    """The number of the line that holds each row; blank lines hold none."""
    data = text.read_bytes(path).rstrip(b"\n")
    if data.count(b"\n") + 1 == rows:
        return np.arange(1, rows + 1)
    return np.array([number for number, _ in text.lines(path)])


def _enter(
    build: Builder,
    tracks: dict[int, dict[int, tuple[int, Box]]],
    labels: dict[int, str],
    single: list[tuple[int, int, Box, str]],
    first: int | None,
) -> None:
    frames = [frame for rows in tracks.values() for frame in rows] + [frame for _, frame, _, _ in single]
    if first is None:
        first = min([1, *frames])
    if frames and min(frames) < first:
        raise build.refuse("", f"frame {min(frames)} is before the first, {first}")
    video = build.video()
    for track, rows in tracks.items():
        boxes = {frame - first: box for frame, (_, box) in rows.items()}
        where = f"line {min(line for line, _ in rows.values())}, track {track}"
        build.thing(video, track, boxes, label=labels[track], where=where)
    for line, frame, box, label in single:
        build.thing(video, None, {frame - first: box}, label=label, where=f"line {line}")
    if not frames:
        build.warn("the file holds no object")


def _number(build: Builder, where: str, column: int, field: str) -> float:
    name = f"column {column + 1}" + (f" ({_NAMES[column]})" if column < len(_NAMES) else "")
    try:
        value = text.real(field)
    except ValueError:
        raise build.refuse(where, f"{name} is no number: {field[:40]!r}") from None
    if not math.isfinite(value):
        raise build.refuse(where, f"{name} is not finite: {field[:40]}")
    return value


def _whole(build: Builder, where: str, name: str, value: float) -> int:
    if value != int(value) or abs(value) >= 2**31:
        raise build.refuse(where, f"the {name} is no whole number: {value:g}")
    return int(value)


def _box(build: Builder, where: str, values: list[float]) -> Box:
    x, y, w, h = values
    for name, value in (("width", w), ("height", h)):
        if value < 0:
            raise build.refuse(where, f"the {name} is {value:g}")
    try:
        return Box(x, y, w, h)
    except StudioError:
        raise build.refuse(where, f"[{x:g}, {y:g}, {w:g}, {h:g}] is no box") from None


def _classes(path: Path) -> list[str]:
    """``labels.txt`` beside the file, a name a line; classes count from 1."""
    names = path.with_name("labels.txt")
    if path.name == "labels.txt" or not names.is_file():
        return []
    return [line.strip() for _, line in text.lines(names)]


def _label(build: Builder, where: str, classes: list[str], number: int) -> str:
    if not classes:
        build.note("a class number is not taken: there is no labels.txt that names it")
        return ""
    if number > len(classes):
        raise build.refuse(where, f"class {number} is not in labels.txt, which names {len(classes)}")
    return classes[number - 1]


def write(parts: Iterable[Part], options: WriteOptions) -> Iterator[bytes]:
    """The boxes of one video in its clips, ten columns as in 2015; points have no size and are left out."""
    for part in parts:
        for frame, track, box in sorted(shown_boxes(part, options), key=lambda row: row[:2]):
            values = ",".join(number(v) for v in box.tuple())
            yield f"{frame + 1},{track},{values},1,-1,-1,-1\n".encode("ascii")


FORMAT = Format(
    name="mot",
    title="MOT Challenge",
    suffixes=(".txt", ".csv"),
    read=read,
    write=write,
    holds=frozenset({"boxes", "gaps"}),
    unit="video",
)
