"""Which drafts of a model a person means: by how sure it was, how large they are, where they are, what they do."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from tvau_studio.domain.document import Document
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import region_of
from tvau_studio.domain.labels import Object


@dataclass(frozen=True)
class DraftFilter:
    """least_score, most_score: of the draft, 0..1; one without a score counts as 0. least_size, most_size: pixels, the
    side of a square as large as its box (the median over its keyframes). region: that its box is in at the middle of
    its life, "" = any. event: of one of its segments, "" = any. Bounds are inclusive.
    """

    least_score: float = 0.0
    most_score: float = 1.0
    least_size: float = 0.0
    most_size: float = float("inf")
    region: str = ""
    event: str = ""

    def takes(self, document: Document, thing: Object) -> bool:
        if not self.least_score <= (thing.score or 0.0) <= self.most_score:
            return False
        if not self.least_size <= size_of(document, thing) <= self.most_size:
            return False
        if self.region and where(document, thing) != self.region:
            return False
        return not self.event or any(s.event == self.event for s in document.segments(thing.key))


def size_of(document: Document, thing: Object) -> float:
    """The side of a square as large as the object's box, pixels: the median over its keyframes; 0 without any."""
    sides = [(k.w * k.h) ** 0.5 for k in document.track(thing.key).keyframes if not k.outside]
    return float(median(sides)) if sides else 0.0


def where(document: Document, thing: Object) -> str:
    """The region in which its box is at the middle of its life; "" where it has none, or the picture no known size."""
    size = document.video(thing.video).size
    seen = document.track(thing.key).visible(FrameRange(0, document.video(thing.video).frames or 2**31))
    if size is None or not seen:
        return ""
    keyframes = document.track(thing.key).keyframes
    stop = min(seen[-1].stop, keyframes[-1].frame + 1)
    shown = document.track(thing.key).at((seen[0].start + max(seen[0].start, stop - 1)) // 2)
    shown = shown or document.track(thing.key).at(seen[0].start)
    return region_of(*shown.box.centre, size) if shown is not None else ""


def drafts(document: Document, video: str, frames: FrameRange | None, wish: DraftFilter) -> list[Object]:
    """The drafts on which nobody decided, by track, that a filter takes. frames: only those that are seen in these."""
    return [
        thing
        for thing in document.objects(video)
        if thing.is_draft and (frames is None or document.meets(thing, frames)) and wish.takes(document, thing)
    ]
