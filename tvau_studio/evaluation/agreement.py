"""How far two people agree about one clip: object by object, each figure with its definition.

Objects of the two versions are matched one to one so that the sum of their track IoUs is as large as can be (Hungarian
method); a pair below `LEAST` is no pair, and both stand alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np

from tvau_studio.domain.document import Document
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import Object, text

LEAST = 0.1
_MOST_FRAMES = 200
"""Frames of a clip that are looked at, spread evenly; of shorter clips every one."""


@dataclass(frozen=True)
class Pair:
    """One object in both versions, or in one (the other key None; then every figure is None or 0).

    track_iou: the mean over the frames in which either shows it of the IoU of its boxes, 0 where only one does.
    time_iou: frames in which both show it, of those in which either does. event: whether both give it the same event
    class. start, end: whether it comes from and goes to the same region. text: chrF of the two appearances, 0..100;
    None where one is empty.
    """

    mine: str | None
    theirs: str | None
    track_iou: float = 0.0
    time_iou: float = 0.0
    event: bool | None = None
    start: bool | None = None
    end: bool | None = None
    text: float | None = None


@dataclass(frozen=True)
class Side:
    """One version of a clip. document: of its video. video: its key there. objects: those seen in `frames`."""

    document: Document
    video: str
    frames: FrameRange
    language: str = "en"

    @property
    def objects(self) -> list[Object]:
        things = self.document.objects(self.video)
        return [o for o in things if o.verdict == "accepted" and self.document.meets(o, self.frames)]


def agree(mine: Side, theirs: Side) -> list[Pair]:
    """The objects of both versions, pairs first. Both sides: the same frames of the same video."""
    from scipy.optimize import linear_sum_assignment

    ours, others = mine.objects, theirs.objects
    frames = _frames(mine.frames)
    overlaps = np.zeros((len(ours), len(others), 2))
    for i, one in enumerate(ours):
        for j, other in enumerate(others):
            overlaps[i, j] = _overlap(mine, one, theirs, other, frames)
    found: list[Pair] = []
    left, right = set(range(len(ours))), set(range(len(others)))
    if ours and others:
        for i, j in zip(*(side.tolist() for side in linear_sum_assignment(-overlaps[:, :, 0])), strict=True):
            if overlaps[i, j, 0] >= LEAST:
                found.append(_pair(mine, ours[i], theirs, others[j], *overlaps[i, j].tolist()))
                left.discard(i)
                right.discard(j)
    found += [Pair(ours[i].key, None) for i in sorted(left)]
    return found + [Pair(None, others[j].key) for j in sorted(right)]


def overall(pairs: Sequence[Pair]) -> dict[str, float | None]:
    """Means over all pairs, objects of one version alone counted as 0 where that is a figure: ``track IoU``, ``time
    IoU``, ``event``, ``from``, ``to`` (shares of pairs), ``text``; None where nothing is there to be averaged.
    """
    both = [p for p in pairs if p.mine and p.theirs]
    texts = [p.text for p in both if p.text is not None]
    figures: dict[str, list[float]] = {
        "track IoU": [p.track_iou for p in pairs],
        "time IoU": [p.time_iou for p in pairs],
        "event": [float(p.event) for p in both if p.event is not None],
        "from": [float(p.start) for p in both if p.start is not None],
        "to": [float(p.end) for p in both if p.end is not None],
        "text": texts,
    }
    return {name: mean(values) if values else None for name, values in figures.items()}


def _frames(frames: FrameRange) -> list[int]:
    n = len(frames)
    if n <= _MOST_FRAMES:
        return list(range(frames.start, frames.stop))
    return [int(n) for n in np.unique(np.linspace(frames.start, frames.stop - 1, _MOST_FRAMES).astype(int))]


def _overlap(mine: Side, one: Object, theirs: Side, other: Object, frames: Sequence[int]) -> tuple[float, float]:
    a, b = mine.document.track(one.key), theirs.document.track(other.key)
    shared, either, both = 0.0, 0, 0
    for frame in frames:
        here, there = a.at(frame), b.at(frame)
        either += here is not None or there is not None
        if here is not None and there is not None:
            both += 1
            shared += here.box.iou(there.box)
    return (shared / either, both / either) if either else (0.0, 0.0)


def _pair(mine: Side, one: Object, theirs: Side, other: Object, track_iou: float, time_iou: float) -> Pair:
    events = [
        segment.event if segment is not None else None
        for segment in (
            mine.document.main_segment(one.key, mine.frames),
            theirs.document.main_segment(other.key, theirs.frames),
        )
    ]
    places = [_regions(mine, one), _regions(theirs, other)]
    known = all(places)
    words = [text(one, "appearance", mine.language), text(other, "appearance", mine.language)]
    return Pair(
        one.key,
        other.key,
        track_iou,
        time_iou,
        events[0] == events[1],
        places[0][0] == places[1][0] if known else None,
        places[0][-1] == places[1][-1] if known else None,
        chrf(*words) if all(word.strip() for word in words) else None,
    )


def _regions(side: Side, thing: Object) -> tuple[str, ...]:
    size = side.document.video(side.video).size
    return side.document.track(thing.key).regions(side.frames, size) if size else ()


def chrf(one: str, other: str) -> float:
    """chrF2 of two texts, 0..100, the mean of both directions, so that it does not matter who is asked (sacrebleu)."""
    from sacrebleu import sentence_chrf

    return (sentence_chrf(one, [other]).score + sentence_chrf(other, [one]).score) / 2
