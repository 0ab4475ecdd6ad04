"""Rows of a reading, put together by the formats that hold boxes of tracks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Clip, Description, Keyframe, Object, Segment, Split, Video, new_key
from tvau_studio.formats import sparse
from tvau_studio.formats.base import Malformed, Part, Reading, WriteOptions, climbing, path_from_file

NORMAL = "normal"
"""The class of objects without an event in files that want one."""


class Builder:
    """path: the file that is read. Ask for `reading` when everything was added."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reading = Reading()
        self._videos: dict[str, Video] = {}
        self._notes: Counter[str] = Counter()

    def refuse(self, where: str, why: str) -> Malformed:
        return Malformed(self.path, where, why)

    def note(self, what: str) -> None:
        """Count something that is not taken; it becomes one warning: "<what> (<count> times)"."""
        self._notes[what] += 1

    @property
    def reading(self) -> Reading:
        """What was added. A video whose length was not said is as long as its objects reach."""
        counted = [f"{what} ({n} times)" if n > 1 else what for what, n in self._notes.items()]
        rows = [*self._videos.values(), *self._reading.rows]
        return replace(self._reading, rows=rows, warnings=[*self._reading.warnings, *counted])

    def warn(self, sentence: str) -> None:
        self._reading.warnings.append(sentence)

    def video(
        self,
        name: str = "",
        *,
        frames: int | None = None,
        size: tuple[int, int] | None = None,
        fps: float | None = None,
        fingerprint: str = "",
        split: Split | None = None,
        where: str = "",
    ) -> str:
        """A video by the name that the file gives it ("" = none); its key. size: (H, W). fingerprint: where its file
        was looked at.
        """
        key = new_key()
        path = path_from_file(name, self.path.parent) if name else ""
        self._reading.warnings += climbing(name, where) if name else []
        height, width = size or (None, None)
        self._videos[key] = Video(
            key=key,
            path=path,
            fingerprint=fingerprint,
            frames=frames,
            height=height,
            width=width,
            fps=fps,
            split=split,
        )
        self._reading.where[key] = where
        return key

    def frames(self, video: str) -> int | None:
        return self._videos[video].frames

    def reach(self, video: str, frames: int) -> None:
        """The video has at least so many frames."""
        row = self._videos[video]
        self._videos[video] = replace(row, frames=max(row.frames or 0, frames))

    def clip(self, video: str, *, anomaly: bool | None = None, masks: str = "", where: str = "") -> str:
        """The clip over the whole of the video; its key."""
        clip = Clip(key=new_key(), video=video, id="", start=0, stop=0, state="to review", anomaly=anomaly, masks=masks)
        self._reading.rows.append(clip)
        self._reading.where[clip.key] = where
        return clip.key

    def describe(self, clip: str, position: int, language: str, text: str) -> None:
        row = Description(key=new_key(), clip=clip, position=position, language=language, text=text)
        self._reading.rows.append(row)

    def segment(self, thing: str, start: int, stop: int, event: str | None) -> None:
        """What an object does in frames start:stop."""
        self._reading.rows.append(Segment(key=new_key(), object=thing, start=start, stop=stop, event=event))

    def thing(
        self,
        video: str,
        track: int | None,
        rows: Mapping[int, Box],
        *,
        label: str = "",
        event: str | None = None,
        occluded: Collection[int] = (),
        seen: Sequence[int] | None = None,
        where: str = "",
    ) -> str:
        """An object by its boxes; its key. track: its number, None = any. label: a foreign class. event: of a segment
        over its life. seen: the frames that were looked at, ascending; see `spaced`.
        """
        key = new_key()
        keyframes = spaced(key, rows, occluded, seen or ())
        return self.keyed(video, track, keyframes, key=key, label=label, event=event, where=where)

    def keyed(
        self,
        video: str,
        track: int | None,
        keyframes: Sequence[Keyframe],
        *,
        key: str,
        label: str = "",
        event: str | None = None,
        appearance: str = "",
        motion: str = "",
        where: str = "",
    ) -> str:
        """As `thing`, by keyframes of an object of this key."""
        row = Object(key=key, video=video, track=track or 0, appearance_en=appearance)
        self._reading.rows += [row, *keyframes]
        self._reading.where[key] = where
        shown = [k.frame for k in keyframes if not k.outside]
        if track is None:
            self._reading.unnumbered.add(key)
        if label and label != NORMAL:
            self._reading.labels[key] = label
        if shown:
            self.reach(video, shown[-1] + 1)
        if shown and (event is not None or motion or label == NORMAL):
            # Behind its last keyframe a track goes on to the end of the video.
            ends = [k.frame for k in keyframes if k.outside and k.frame > shown[-1]]
            stop = min(ends) if ends else self.frames(video) or shown[-1] + 1
            segment = Segment(key=new_key(), object=key, start=shown[0], stop=stop, event=event, motion_en=motion)
            self._reading.rows.append(segment)
        return key


def spaced(object: str, rows: Mapping[int, Box], occluded: Collection[int], seen: Sequence[int]) -> list[Keyframe]:
    """Keyframes of a track of which the frames `seen` are known, ascending. Where these come in steps (each 30th, say),
    it moves on a line from one to the next; where they come one by one, or `seen` is empty, it is where `rows` says.
    """
    steps = Counter(b - a for a, b in pairwise(seen))
    step = steps.most_common(1)[0][0] if steps else 1
    if step == 1:
        return sparse.keyframes(object, rows, occluded)
    found: list[Keyframe] = []
    for frame in sorted(rows):
        one = sparse.keyframes(object, {frame: rows[frame]}, occluded)
        found += one[:-1] if frame + step in rows else one
    return found


def main_label(part: Part, thing: Object) -> str:
    """The event of an object's longest segment, else `NORMAL`: for formats in which a track has one class."""
    main = part.document.main_segment(thing.key, FrameRange(0, 2**31))
    return main.event if main is not None and main.event else NORMAL


def chosen_things(part: Part, options: WriteOptions) -> list[Object]:
    """The objects of the clips, each once, by track."""
    found = {o.key: o for clip in part.clips for o in options.things(part.document, clip)}
    return sorted(found.values(), key=lambda o: o.track)


def shown_boxes(part: Part, options: WriteOptions) -> Iterator[tuple[int, int, Box]]:
    """(frame, track, box) of every object in the clips, each once; points have no size and are left out."""
    frames: dict[str, set[int]] = {}
    for clip in part.clips:
        for thing in options.things(part.document, clip):
            known = frames.setdefault(thing.key, set())
            for frame, seen in part.document.track(thing.key).shown(clip.range):
                if frame not in known and not seen.box.is_point:
                    known.add(frame)
                    yield frame, thing.track, seen.box


def number(value: float) -> str:
    """A coordinate on the 0.01 grid as text: no more digits than it needs."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
