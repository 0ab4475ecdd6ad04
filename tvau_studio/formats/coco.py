"""COCO with videos: ``videos``, ``images`` with a frame, ``annotations`` with a track.

Read in the shapes that are about: CocoVID (``frame_id``, ``instance_id``), TAO (``frame_index``, ``track_id``,
``tracks``), YouTube-VIS (one annotation a track, ``bboxes`` over the frames), kwcoco as DIVE writes it, and without
videos.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.geometry import Box, on_grid
from tvau_studio.domain.labels import EVENTS
from tvau_studio.formats import text
from tvau_studio.formats.base import Format, Part, Reading, ReadOptions, WriteOptions
from tvau_studio.formats.build import NORMAL, Builder, chosen_things, main_label

_FRAME = ("frame_index", "frame_id", "frame")
_TRACK = ("track_id", "instance_id")
_NOT_TAKEN = ("segmentation", "segmentations", "keypoints", "score", "scores", "dive_confidence_pairs", "caption")


@dataclass
class _Video:
    """frames: image id -> frame. taken: those frames. size: (H, W). step: 1 = each frame was looked at."""

    name: str
    size: tuple[int, int] | None
    where: str
    length: int = 0
    step: int | None = None
    frames: dict[Any, int] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)


@dataclass
class _Track:
    label: str
    where: str
    numbered: bool
    rows: dict[int, Box] = field(default_factory=dict)


def read(path: Path, options: ReadOptions) -> Reading:
    """One video for each of the file; where it names none, one without a name. Raises Malformed."""
    return _Reader(path).read()


class _Reader:
    def __init__(self, path: Path) -> None:
        self.build = Builder(path)
        root = text.json_file(path)
        if not isinstance(root, dict):
            raise self.build.refuse("the root", "an object with images and annotations is wanted")
        if "annotations" not in root:
            raise self.build.refuse("the root", "there are no annotations: this is no COCO file")
        self.root = root
        self.videos: dict[Any, _Video] = {}
        self.image_video: dict[Any, Any] = {}
        self.tracks: dict[tuple[Any, Any], _Track] = {}

    def read(self) -> Reading:
        self._videos()
        self._images()
        names = {id: str(c.get("name", id)) for id, c in self._by_id("categories", "category")}
        known = {id for id, _ in self._by_id("tracks", "track")} if self.root.get("tracks") else None
        ids: set[Any] = set()
        for n, row in enumerate(self._list("annotations"), start=1):
            where = f"annotation id {row['id']}" if "id" in row else f"annotation number {n}"
            if "id" in row and (not isinstance(row["id"], int | str) or row["id"] in ids):
                raise self.build.refuse(where, "its id is used twice, or is none")
            ids.add(row.get("id"))
            self._annotation(where, row, names, known, n)
        self._enter()
        return self.build.reading

    def _list(self, key: str) -> list[dict[str, Any]]:
        rows = self.root.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.build.refuse(key, "a list of objects is wanted")
        return rows

    def _by_id(self, key: str, name: str) -> Iterator[tuple[Any, dict[str, Any]]]:
        seen: set[Any] = set()
        for row in self._list(key):
            id = row.get("id")
            if not isinstance(id, int | str) or isinstance(id, bool):
                raise self.build.refuse(f"a {name}", f"its id is {id!r}, a number is wanted")
            if id in seen:
                raise self.build.refuse(f"{name} id {id}", "the id is used twice")
            seen.add(id)
            yield id, row

    def _size(self, where: str, row: dict[str, Any]) -> tuple[int, int] | None:
        height, width = row.get("height"), row.get("width")
        if height is None and width is None:
            return None
        if not all(isinstance(v, int) and not isinstance(v, bool) and v >= 0 for v in (height, width)):
            raise self.build.refuse(where, f"a picture of {width!r} x {height!r} pixels is none")
        return (int(str(height)), int(str(width))) if height and width else None

    def _videos(self) -> None:
        for id, row in self._by_id("videos", "video"):
            where = f"video id {id}"
            files = row.get("file_names") or []
            if not isinstance(files, list) or not all(isinstance(f, str) for f in files):
                raise self.build.refuse(where, "file_names is no list of names")
            # YouTube-VIS names no videos, only the pictures in the folder of each.
            name = row.get("name") or row.get("file_name") or (files[0].rpartition("/")[0] if files else "") or str(id)
            if not isinstance(name, str):
                raise self.build.refuse(where, "its name is no text")
            step = 1 if row.get("step") == 1 else None
            self.videos[id] = _Video(name, self._size(where, row), where, len(files), step)
        if not self.videos:
            self.videos[None] = _Video("", None, "the images")

    def _images(self) -> None:
        for id, row in self._by_id("images", "image"):
            where = f"image id {id}"
            owner = row.get("video_id") if None not in self.videos else None
            if owner not in self.videos:
                raise self.build.refuse(where, f"video {owner!r} does not exist")
            video = self.videos[owner]
            frame = next((row[key] for key in _FRAME if row.get(key) is not None), len(video.frames))
            if not isinstance(frame, int) or isinstance(frame, bool) or not 0 <= frame < 2**31:
                raise self.build.refuse(where, f"its frame is {frame!r}, a whole number from 0 is wanted")
            if frame in video.taken:
                raise self.build.refuse(where, f"there is another image of this video in frame {frame}")
            video.frames[id] = frame
            video.taken.add(frame)
            video.size = video.size or self._size(where, row)
            self.image_video[id] = owner

    def _annotation(self, where: str, row: dict[str, Any], names: dict[Any, str], known: Any, n: int) -> None:
        category = row.get("category_id")
        if category is not None and (isinstance(category, list | dict) or category not in names):
            raise self.build.refuse(where, f"category {category!r} does not exist")
        label = names.get(category, "")
        for key in _NOT_TAKEN:
            if row.get(key):
                self.build.note(f"{key} of an annotation is not taken")
        if "bboxes" in row:
            self._over_frames(where, row, label, n)
            return
        image = row.get("image_id")
        if isinstance(image, list | dict) or image not in self.image_video:
            raise self.build.refuse(where, f"image {image!r} does not exist")
        owner = self.image_video[image]
        number = next((row[key] for key in _TRACK if row.get(key) is not None), None)
        if isinstance(number, list | dict | float | bool):
            raise self.build.refuse(where, f"its track is {number!r}, a number is wanted")
        if number is not None and known is not None and number not in known:
            raise self.build.refuse(where, f'track {number!r} is not among "tracks"')
        which = (owner, number if number is not None else ("alone", n))
        track = self.tracks.setdefault(which, _Track(label, where, isinstance(number, int) and number >= 0))
        if track.label != label:
            self.build.note(f"the category of track {number} changes; the first counts")
        frame = self.videos[owner].frames[image]
        if frame in track.rows:
            raise self.build.refuse(where, f"track {number} is twice in image {image}")
        track.rows[frame] = self._box(where, row.get("bbox"))

    def _over_frames(self, where: str, row: dict[str, Any], label: str, n: int) -> None:
        """YouTube-VIS: a box or null for every frame of the video."""
        owner, boxes = row.get("video_id"), row["bboxes"]
        if isinstance(owner, list | dict) or owner not in self.videos:
            raise self.build.refuse(where, f"video {owner!r} does not exist")
        if not isinstance(boxes, list):
            raise self.build.refuse(where, "bboxes is no list")
        video = self.videos[owner]
        video.length = max(video.length, len(boxes))
        id = row.get("id")
        track = _Track(label, where, isinstance(id, int) and id >= 0)
        track.rows = {frame: self._box(f"{where}, frame {frame}", box) for frame, box in enumerate(boxes) if box}
        self.tracks[owner, id if id is not None else ("alone", n)] = track

    def _box(self, where: str, values: Any) -> Box:
        if not isinstance(values, list) or len(values) != 4:
            raise self.build.refuse(where, "bbox has to be four numbers")
        for value in values:
            if not isinstance(value, int | float) or isinstance(value, bool):
                raise self.build.refuse(where, f"bbox holds {str(value)[:40]!r}, which is no number")
            if not math.isfinite(value):
                raise self.build.refuse(where, "bbox is not finite")
        x, y, w, h = values
        if w < 0 or h < 0:
            raise self.build.refuse(where, f"{'width' if w < 0 else 'height'} {min(w, h)}")
        try:
            return Box(x, y, w, h)
        except StudioError:
            raise self.build.refuse(where, "bbox is too large") from None

    def _enter(self) -> None:
        keys = {}
        for id, video in self.videos.items():
            reach = max([video.length, *(frame + 1 for frame in video.frames.values())])
            keys[id] = self.build.video(video.name, frames=reach or None, size=video.size, where=video.where)
        seen = {id: [] if v.step else sorted(v.frames.values()) for id, v in self.videos.items()}
        for (owner, number), track in self.tracks.items():
            id = number if track.numbered else None
            self.build.thing(keys[owner], id, track.rows, label=track.label, seen=seen[owner], where=track.where)
        if not self.tracks:
            self.build.warn("the file holds no annotation")


def write(parts: Iterable[Part], options: WriteOptions) -> Iterator[bytes]:
    """Every video with an image for each frame of its clips, and its boxes; a track's category is its main event.

    Frames and tracks stand under the names of both CocoVID and TAO. The pictures themselves are not written.
    """
    videos: list[dict[str, Any]] = []
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    numbers = {name: n for n, name in enumerate([NORMAL, *EVENTS], start=1)}
    for part in parts:
        size = {} if part.video.size is None else {"height": part.video.size[0], "width": part.video.size[1]}
        # Where clips are far apart their frames would look like samples, between which a reader draws lines.
        videos.append({"id": len(videos) + 1, "name": part.path, **size, "step": 1})
        frames = {frame: len(images) + n for n, frame in enumerate(_frames(part), start=1)}
        for frame, id in frames.items():
            name = f"{part.video.stem}/{frame:06d}.jpg"
            where = {"frame_id": frame, "frame_index": frame}
            images.append({"id": id, "video_id": len(videos), **where, "file_name": name, **size})
        for thing in chosen_things(part, options):
            label = main_label(part, thing)
            number = numbers.setdefault(label, len(numbers) + 1)
            track = part.document.track(thing.key)
            for frame, id in frames.items():
                seen = track.at(frame)
                if seen is not None and not seen.box.is_point:
                    x, y, w, h = seen.box.tuple()
                    annotations.append(
                        {
                            "id": len(annotations) + 1,
                            "image_id": id,
                            "video_id": len(videos),
                            "category_id": number,
                            "track_id": thing.track,
                            "instance_id": thing.track,
                            "bbox": [x, y, w, h],
                            "area": on_grid(w * h),
                            "iscrowd": 0,
                        }
                    )
    categories = [{"id": n, "name": name} for name, n in numbers.items()]
    root = {"videos": videos, "images": images, "categories": categories, "annotations": annotations}
    yield json.dumps(root, ensure_ascii=False, allow_nan=False).encode("utf-8") + b"\n"


def _frames(part: Part) -> list[int]:
    return sorted({frame for clip in part.clips for frame in clip.range})


FORMAT = Format(
    name="coco",
    title="COCO with videos",
    suffixes=(".json",),
    read=read,
    write=write,
    holds=frozenset({"boxes", "gaps", "event", "normal"}),
)
