"""CVAT for video 1.1 -> rows.

The file is read as a stream; one that declares a DOCTYPE is refused there, so that no entity is ever expanded and no
other file or address is looked at.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

import numpy as np

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Keyframe, keyframe_key, new_key
from tvau_studio.formats import sparse
from tvau_studio.formats.base import Reading, ReadOptions
from tvau_studio.formats.build import Builder
from tvau_studio.formats.text import read_bytes, real, whole

VERSION = "1.1"
_SHAPES = frozenset({"box", "points", "polyline", "polygon", "ellipse", "cuboid", "mask", "skeleton"})
_PIECE = 1 << 16


@dataclass
class _Shape:
    """One shape of a track. corners: x, y of what it is drawn around."""

    frame: int
    kind: str
    outside: bool
    occluded: bool
    keyframe: bool
    where: str
    corners: list[tuple[float, float]] = field(default_factory=list)


@dataclass
class _Track:
    id: str
    label: str
    task: str
    where: str
    shapes: dict[int, _Shape] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass
class _Task:
    """What the head says of one video."""

    size: int | None = None
    start: int = 0
    stop: int | None = None
    source: str = ""
    height: int | None = None
    width: int | None = None

    @property
    def frames(self) -> int | None:
        if self.stop is not None:
            return self.stop + 1
        return None if self.size is None else self.start + self.size


def read(path: Path, options: ReadOptions) -> Reading:
    """One video for each task that has tracks. Raises Malformed."""
    return _Reader(path).read()


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.build = Builder(path)
        self.stack: list[str] = []
        self.text = ""
        self.labels: set[str] = set()
        self.task = _Task()
        self.tasks: dict[str, _Task] = {}
        self.tracks: list[_Track] = []
        self.ids: dict[str, str] = {}
        self.shape: _Shape | None = None
        self.attribute = ""
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.buffer_text = True

    @property
    def line(self) -> str:
        return f"line {self.parser.CurrentLineNumber}"

    def read(self) -> Reading:
        data = read_bytes(self.path)
        if not data.strip():
            raise self.build.refuse("line 1", "the file is empty")
        try:
            for i in range(0, len(data), _PIECE):
                self.parser.Parse(data[i : i + _PIECE], False)
            self.parser.Parse(b"", True)
        except expat.ExpatError as error:
            why = expat.errors.messages[error.code]
            raise self.build.refuse(f"line {error.lineno}", f"this is no sound XML: {why}") from None
        self._enter()
        return self.build.reading

    # -- events of the parser

    def _doctype(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        raise self.build.refuse(f"{self.line}, the DOCTYPE", "a document type is not taken: it could hide anything")

    def _characters(self, data: str) -> None:
        self.text += data

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self.stack and tag != "annotations":
            raise self.build.refuse(f"{self.line}, the root element", f"it is {tag[:40]}, not annotations")
        parent = self.stack[-1] if self.stack else ""
        self.stack.append(tag)
        self.text = ""
        if tag == "image" and parent == "annotations":
            why = "this is CVAT for images, whose pictures are no video; export it as CVAT for video 1.1"
            raise self.build.refuse(f"{self.line}, the element image", why)
        if tag == "tag" and parent == "annotations":
            self.build.note("a tag of a frame is not taken")
        elif tag == "track" and parent == "annotations":
            self._track(attributes)
        elif parent == "track" and tag in _SHAPES:
            self._shape(tag, attributes)
        elif parent == "skeleton" and self.shape is not None:
            if attributes.get("outside", "0") != "1":
                self.shape.corners += self._points(self.shape.where, attributes)
        elif tag == "attribute" and parent in _SHAPES | {"track"}:
            self.attribute = attributes.get("name", "")

    def _end(self, tag: str) -> None:
        self.stack.pop()
        path = "/".join(self.stack[1:])
        value = self.text.strip()
        if tag == "version" and self.stack == ["annotations"] and value != VERSION:
            self.build.warn(f"version {value[:20]!r} of the format is not known; it was read as {VERSION}")
        elif tag == "name" and path.endswith("labels/label"):
            self.labels.add(value)
        elif tag == "attribute" and self.attribute and self.tracks:
            self._attribute(self.attribute, self.text)
            self.attribute = ""
        elif path.startswith("meta"):
            self._meta(path, tag, value)
        elif self.shape is not None and tag == self.shape.kind and self.stack[-1] == "track":
            self.shape = None
        self.text = ""

    def _meta(self, path: str, tag: str, value: str) -> None:
        whole = {"size": "size", "start_frame": "start", "stop_frame": "stop"}
        task = self.task
        if path in ("meta/task", "meta/job", "meta/project/tasks/task") and tag in whole and value:
            setattr(task, whole[tag], self._whole(f"{self.line}, {tag}", tag, value))
        elif path.endswith("original_size") and tag in ("width", "height"):
            setattr(task, tag, self._whole(f"{self.line}, {tag}", tag, value) or None)
        elif tag == "source" and value:
            task.source = value
        elif tag == "id" and path == "meta/project/tasks/task":
            self.tasks[value] = task
        elif tag == "task" and path == "meta/project/tasks":
            self.task = _Task()

    # -- tracks and their shapes

    def _track(self, attributes: dict[str, str]) -> None:
        id = attributes.get("id", f"number {len(self.tracks) + 1}")
        where = f"{self.line}, track {id}"
        if id in self.ids:
            raise self.build.refuse(where, f"its id is used twice (first at {self.ids[id]})")
        self.ids[id] = self.line
        label = attributes.get("label", "")
        if self.labels and label not in self.labels:
            self.build.warn(f"the label {label!r} of track {id} is not among those of the task")
        self.tracks.append(_Track(id, label, attributes.get("task_id", ""), where))

    def _shape(self, tag: str, attributes: dict[str, str]) -> None:
        track = self.tracks[-1]
        named = attributes.get("frame", "")
        where = f"{self.line}, track {track.id}, {tag} of frame {named[:20]}"
        frame = self._whole(where, "frame", self._have(where, attributes, "frame"))
        if frame in track.shapes:
            raise self.build.refuse(where, "there are two shapes of this track in this frame")
        flags = {name: attributes.get(name, "0") == "1" for name in ("outside", "occluded")}
        shape = _Shape(frame, tag, flags["outside"], flags["occluded"], attributes.get("keyframe", "1") == "1", where)
        if tag == "box":
            x, y, right, bottom = (
                self._real(where, name, self._have(where, attributes, name)) for name in ("xtl", "ytl", "xbr", "ybr")
            )
            for low, high, names in ((x, right, "xbr {} < xtl {}"), (y, bottom, "ybr {} < ytl {}")):
                if high < low:
                    raise self.build.refuse(where, names.format(f"{high:g}", f"{low:g}"))
            if real(attributes.get("rotation") or "0"):
                self.build.note("the rotation of a box is not taken")
            shape.corners = [(x, y), (right, bottom)]
        elif tag != "skeleton":
            shape.corners = self._points(where, attributes)
        track.shapes[frame] = shape
        self.shape = shape

    def _points(self, where: str, attributes: dict[str, str]) -> list[tuple[float, float]]:
        """The corners of what a shape other than a box covers."""
        if "points" in attributes:
            found = []
            for pair in filter(None, attributes["points"].split(";")):
                left, comma, right = pair.partition(",")
                if not comma:
                    raise self.build.refuse(where, f"{pair[:40]!r} is no point x,y")
                found.append((self._real(where, "points", left), self._real(where, "points", right)))
            return found
        if "cx" in attributes:
            cx, cy, rx, ry = (self._real(where, n, self._have(where, attributes, n)) for n in ("cx", "cy", "rx", "ry"))
            return [(cx - abs(rx), cy - abs(ry)), (cx + abs(rx), cy + abs(ry))]
        if "left" in attributes:
            names = ("left", "top", "width", "height")
            x, y, w, h = (self._real(where, n, self._have(where, attributes, n)) for n in names)
            return [(x, y), (x + abs(w), y + abs(h))]
        corners = [name for name in attributes if name.startswith("x") and f"y{name[1:]}" in attributes]
        return [
            (self._real(where, name, attributes[name]), self._real(where, name, attributes[f"y{name[1:]}"]))
            for name in corners
        ]

    def _attribute(self, name: str, value: str) -> None:
        track = self.tracks[-1]
        if name in ("appearance", "motion"):
            track.attributes.setdefault(name, value)
        else:
            self.build.note(f"the attribute {name!r} is not taken")

    def _have(self, where: str, attributes: dict[str, str], name: str) -> str:
        if name not in attributes:
            raise self.build.refuse(where, f"{name} is missing")
        return attributes[name]

    def _real(self, where: str, name: str, value: str) -> float:
        return self._number(where, name, value, real, "no number")

    def _whole(self, where: str, name: str, value: str) -> int:
        found = self._number(where, name, value, whole, "no whole number")
        if not 0 <= found < 2**31:
            raise self.build.refuse(where, f"{name} is {value[:40]}, below 0 or too large")
        return int(found)

    def _number(self, where: str, name: str, value: str, kind: Callable[[str], float], wrong: str) -> float:
        try:
            found = kind(value)
        except ValueError:
            raise self.build.refuse(where, f"{name} is {wrong}: {value[:40]!r}") from None
        if not math.isfinite(found):
            raise self.build.refuse(where, f"{name} is not finite: {value[:40]}")
        return found

    # -- into rows

    def _enter(self) -> None:
        if not self.tracks:
            self.build.warn("the file holds no track")
        # A task that has no id of its own in the head is the only one.
        used = dict.fromkeys(t.task for t in self.tracks) if self.tasks else {"": None}
        for name in used:
            task = self.tasks.get(name, self.task)
            size = (task.height, task.width) if task.height and task.width else None
            video = self.build.video(task.source, frames=task.frames, size=size, where="the head")
            for track in [t for t in self.tracks if not self.tasks or t.task == name]:
                self._object(video, track, task.frames)

    def _object(self, video: str, track: _Track, frames: int | None) -> None:
        for frame, shape in track.shapes.items():
            if frames is not None and frame >= frames and not (shape.outside and frame == frames):
                raise self.build.refuse(shape.where, f"the video has {frames} frames")
        key = new_key()
        number = int(track.id) if track.id.isdecimal() and int(track.id) < 2**31 else None
        texts = {name: track.attributes.get(name, "") for name in ("appearance", "motion")}
        keyframes = self._keyframes(key, track)
        self.build.keyed(video, number, keyframes, key=key, label=track.label, where=track.where, **texts)

    def _keyframes(self, key: str, track: _Track) -> list[Keyframe]:
        """What has to be kept of a track: every keyframe of the file, and where a line between them would miss."""
        found: list[Keyframe] = []
        run: list[tuple[_Shape, Box]] = []

        def close() -> None:
            if run:
                forced = {n for n, (shape, _) in enumerate(run) if shape.keyframe} | {0, len(run) - 1}
                forced |= {n for n in range(1, len(run)) if run[n][0].occluded != run[n - 1][0].occluded}
                frames = np.array([shape.frame for shape, _ in run])
                kept = sparse.needed(frames, np.array([box.tuple() for _, box in run]), forced)
                found.extend(_keyframe(key, *run[n]) for n in kept)
                run.clear()

        last: Box | None = None
        for frame in sorted(track.shapes):
            shape = track.shapes[frame]
            if shape.kind != "box" and len(shape.corners) > 1:
                self.build.note(f"a shape of the kind {shape.kind} is taken as the box around it")
            if shape.outside or not shape.corners:
                close()
                if last is not None:
                    found.append(_keyframe(key, shape, last, outside=True))
                last = None
                continue
            last = self._box(shape)
            run.append((shape, last))
        close()
        return found

    def _box(self, shape: _Shape) -> Box:
        xs, ys = zip(*shape.corners, strict=True)
        try:
            return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
        except StudioError:
            raise self.build.refuse(shape.where, "its coordinates are too large") from None


def _keyframe(key: str, shape: _Shape, box: Box, outside: bool = False) -> Keyframe:
    return Keyframe(
        key=keyframe_key(key, shape.frame),
        object=key,
        frame=shape.frame,
        x=box.x,
        y=box.y,
        w=box.w,
        h=box.h,
        occluded=shape.occluded and not outside,
        outside=outside,
        support=not shape.keyframe,
    )
