"""A box followed through the pictures of a video, from where a person drew it, forward or backward."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tvau_studio.domain.errors import Cancelled, UsageError
from tvau_studio.domain.geometry import Box

if TYPE_CHECKING:
    from tvau_studio.media.motion import Grey
    from tvau_studio.media.video import Video

TOOL = "tracker"
"""How a draft that came from here is named."""

_UNSURE = 0.2
"""Confidence below which the next picture has to be better."""
_NONE = 0.1
"""Below this it is another picture, behind a cut say."""
_BAD = 3
"""So many unsure steps in a row, and it is lost."""
_UNLIKE, _STUCK = 0.15, 8
"""What looks so unlike the start and stands still for so many frames, though it moved, hangs on the background."""
_MOVED, _STANDS = 0.5, 0.2
"""Pixels a frame: it moved; it stands."""
_SEEN = 0.3
"""Share of the box that has to lie in the picture."""
_CHUNK = 48
"""Pictures read at a time going backward."""


@dataclass(frozen=True)
class Tracked:
    """boxes: frame -> box, cut at the picture's edge, without the frame where it began. confidence: the mean, 0..1.
    why: "" = it came to the end; "lost", or "left": it went out of the picture. frame: the last one that holds.
    """

    boxes: dict[int, Box]
    confidence: float
    why: str
    frame: int


def track(
    video: Video,
    frame: int,
    box: Box,
    stop: int,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Tracked:
    """Follow `box` of picture `frame` as far as `stop`, which is the last picture, before it or behind it.

    It stops where it is no longer sure: too few points can be followed, the box hangs on the background, or has left
    the picture. progress(done, total) counts pictures. Raises UsageError for a box that is too small or beside the
    picture, Cancelled once `cancel()` was true.
    """
    from tvau_studio.media import motion

    height, width = video.info.size
    whole = Box(0, 0, width, height)
    if box.w < 6 or box.h < 6 or _seen(box, whole) < _SEEN:
        raise UsageError("The box is too small to be followed, or beside the picture; draw it round the object.")
    total = abs(stop - frame)
    boxes: dict[int, Box] = {}
    sure: list[float] = []
    pictures = _pictures(video, frame, stop, cancel)
    first = before = next(pictures)[1]
    here, bad, stuck, fastest = box, 0, 0, 0.0
    why = ""
    for n, picture in pictures:
        if cancel is not None and cancel():
            raise Cancelled
        found = motion.step(before, picture, here)
        if found is None or found.confidence < _NONE:
            why = "lost"
            break
        bad = bad + 1 if found.confidence < _UNSURE else 0
        alike = motion.likeness(first, box, picture, found.box)
        way = sum(abs(a - b) for a, b in zip(found.box.centre, box.centre, strict=True))
        fastest = max(fastest, way / abs(n - frame))
        stands = found.speed < _STANDS and fastest > _MOVED and alike < _UNLIKE
        stuck = stuck + 1 if stands else 0
        if _seen(found.box, whole) < _SEEN:
            why = "left"
            break
        boxes[n], here, before = _cut(found.box, whole), found.box, picture
        sure.append(found.confidence)
        if bad >= _BAD or stuck >= _STUCK:
            why = "lost"
            for gone in list(boxes)[-max(bad, stuck) :]:
                del boxes[gone]
            break
        if progress is not None:
            progress(abs(n - frame), total)
    kept = list(boxes)
    confidence = sum(sure[: len(kept)]) / len(kept) if kept else 0.0
    return Tracked(boxes, round(confidence, 4), why, kept[-1] if kept else frame)


def _seen(box: Box, whole: Box) -> float:
    """Share of the box that lies in the picture."""
    cut = _cut(box, whole)
    return cut.area / box.area if box.area else 0.0


def _cut(box: Box, whole: Box) -> Box:
    x0, y0 = max(box.x, whole.x), max(box.y, whole.y)
    x1, y1 = min(box.x + box.w, whole.w), min(box.y + box.h, whole.h)
    return Box(x0, y0, max(0.0, x1 - x0), max(0.0, y1 - y0))


def _pictures(video: Video, frame: int, stop: int, cancel: Callable[[], bool] | None) -> Iterator[tuple[int, Grey]]:
    """(number, grey picture) from `frame` to `stop`, both included. Backward they are read forward, part by part."""
    from tvau_studio.media.imageops import grey

    if stop >= frame:
        for n in range(frame, stop + 1):
            yield n, grey(video.read(n, cancel))
        return
    end = frame + 1
    while end > stop:
        start = max(stop, end - _CHUNK)
        part = [(n, grey(video.read(n, cancel))) for n in range(start, end)]
        yield from reversed(part)
        end = start
