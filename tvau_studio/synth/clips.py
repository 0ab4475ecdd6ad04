"""Whole clips with tracks, masks, segments and texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tvau_studio.synth import effects
from tvau_studio.synth.actors import MOTIONS, Actor
from tvau_studio.synth.chance import Dice
from tvau_studio.synth.colours import Text
from tvau_studio.synth.scenes import Options, Scene, compose
from tvau_studio.synth.stories import EVENTS

MIN_PIXELS = 8
"""An object of which fewer pixels are seen is not labelled in that frame."""

Segment = tuple[int, int, str | None, Text]
"""First frame, frame after the last, event or None, state of motion."""
Pixels = tuple[int, int, int, int]
"""x, y, w, h of the pixels that are seen."""


@dataclass(frozen=True, slots=True)
class SynthObject:
    """One object of a clip.

    track: its number in `SynthClip.instances`; event: the event of most of its frames, None for a normal object;
    segments: in order of time; appearance: English and Chinese; kind: what it is ("person", "bicycle", "car", ...);
    colours: the colour words that the appearance uses; boxes: frame -> tight box of its visible pixels, only for
    frames in which it is seen.
    """

    track: int
    event: str | None
    segments: tuple[Segment, ...]
    appearance: Text
    kind: str
    colours: tuple[str, ...]
    boxes: dict[int, Pixels]

    def event_at(self, frame: int) -> str | None:
        """The event that it is in that frame; None: normal."""
        for a, b, event, _ in self.segments:
            if a <= frame < b and event is not None:
                return event
        return None


@dataclass(frozen=True, slots=True)
class SynthClip:
    """A rendered clip. pictures: uint8 [T, H, W, 3] RGB; instances: uint8 [T, H, W], 0 the setting, k the object of
    track k."""

    pictures: NDArray[np.uint8]
    instances: NDArray[np.uint8]
    fps: float
    objects: tuple[SynthObject, ...]
    environment: Text

    def masks(self) -> NDArray[np.uint8]:
        """uint8 [T, H, W]: 1 where an object is seen while a segment with an event holds."""
        return (self.classes() > 0).astype(np.uint8)

    def classes(self) -> NDArray[np.uint8]:
        """uint8 [T, H, W]: 0 normal, 1 + the index in `stories.EVENTS` where an event is seen."""
        out = np.empty_like(self.instances)
        for frame, instances in enumerate(self.instances):
            table = np.zeros(256, np.uint8)
            for thing in self.objects:
                event = thing.event_at(frame)
                if event is not None:
                    table[thing.track] = 1 + EVENTS.index(event)
            out[frame] = table[instances]
        return out

    @property
    def anomalous(self) -> NDArray[np.bool_]:
        """bool [T]: frames in which an event is seen."""
        return np.asarray(self.masks().any(axis=(1, 2)), np.bool_)


def box_of(mask: NDArray[np.bool_]) -> Pixels:
    """The tight box of a mask with at least one pixel."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    x, y = int(columns[0]), int(rows[0])
    return x, y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1


def _segments(actor: Actor, first: int, last: int, fps: float) -> tuple[Segment, ...]:
    """What the actor does from frame `first` to `last`, both seen."""
    out: list[Segment] = []
    for frame in range(first, last + 1):
        span = actor.span(frame / fps)
        motion = MOTIONS[span.motion]
        if out and out[-1][2] == span.event and out[-1][3] == motion:
            out[-1] = (out[-1][0], frame + 1, span.event, motion)
        else:
            out.append((frame, frame + 1, span.event, motion))
    return tuple(out)


def _main_event(segments: tuple[Segment, ...]) -> str | None:
    lengths: dict[str, int] = {}
    for a, b, event, _ in segments:
        if event is not None:
            lengths[event] = lengths.get(event, 0) + b - a
    return max(lengths, key=lambda e: lengths[e]) if lengths else None


def _label(scene: Scene, owners: NDArray[np.int32], fps: float) -> tuple[NDArray[np.uint8], tuple[SynthObject, ...]]:
    """Owners int32 [T, H, W] to instances with consecutive tracks, and the objects."""
    instances = np.zeros(owners.shape, np.uint8)
    objects: list[SynthObject] = []
    for number, actor in enumerate(scene.actors, 1):
        boxes: dict[int, Pixels] = {}
        track = len(objects) + 1
        for frame in range(len(owners)):
            mask = owners[frame] == number
            if np.count_nonzero(mask) >= MIN_PIXELS:
                boxes[frame] = box_of(mask)
                instances[frame][mask] = track
        if not boxes:
            continue
        segments = _segments(actor, min(boxes), max(boxes), fps)
        grey = scene.lens.grey
        colours = () if grey else actor.words
        objects.append(
            SynthObject(track, _main_event(segments), segments, actor.describe(grey), actor.kind, colours, boxes)
        )
        if track == 255:
            break
    return instances, tuple(objects)


def render_clip(
    seed: int,
    frames: int = 24,
    size: tuple[int, int] = (224, 392),
    fps: float = 24.0,
    options: Options | None = None,
) -> SynthClip:
    """Render one clip. The same arguments give the same bytes on one machine.

    frames: >= 1; size: [H, W] pixels, each >= 16; options: what is in it, by default anything.
    """
    dice = Dice(1, seed)
    scene = compose(dice, size, frames / fps, options or Options())
    shifts = effects.shakes(scene.lens, dice, frames)
    pictures = np.empty((frames, *size, 3), np.uint8)
    owners = np.empty((frames, *size), np.int32)
    for frame in range(frames):
        shift = (float(shifts[frame, 0]), float(shifts[frame, 1]))
        pictures[frame], owners[frame] = scene.picture(frame / fps, dice, shift)
    instances, objects = _label(scene, owners, fps)
    return SynthClip(pictures, instances, fps, objects, scene.place.describe())
