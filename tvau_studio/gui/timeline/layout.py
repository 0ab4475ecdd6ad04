"""Where each row of the timeline lies, and what lies under the pointer. Pixels, from the widget's top-left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tvau_studio.gui.timeline.lanes import Bar, Lane, Lanes
from tvau_studio.gui.timeline.scale import Scale

RULER = 26
CURVE, LOW_CURVE = 48, 26
"""Height of the scores, and what they shrink to before a lane has to be scrolled."""
STRIP = 9
FILM = 48
"""Height of the filmstrip, where it is shown."""
GAP = 8
LANE = 26
BAR = 17
CLIPS = 26
OVERVIEW = 22
KNOB = 6.0
"""Half the width of what a diamond can be taken by, and of a playhead."""
EDGE = 5.0
"""How far from an edge it can still be taken."""

_LINE = 3.0
"""How near the pointer has to come to the threshold's line."""

What = Literal[
    "",
    "ruler",
    "film",
    "score",
    "strip",
    "playhead",
    "range-start",
    "range-end",
    "threshold",
    "label",
    "keyframe",
    "segment",
    "segment-start",
    "segment-end",
    "lane",
    "clip",
    "clip-start",
    "clip-end",
    "overview",
    "comment",
]


@dataclass(frozen=True, slots=True)
class Hit:
    """what: the kind of thing. object, segment, clip, comment: keys where they are known. frame: of a keyframe."""

    what: What = ""
    object: str | None = None
    segment: str | None = None
    clip: str | None = None
    frame: int | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ClipBar:
    """A clip. row: 0 and up, so that clips which overlap lie below each other."""

    key: str
    start: int
    stop: int
    state: str
    row: int


@dataclass(frozen=True, slots=True)
class Layout:
    """width, height: of the widget. lanes: how many there are. scroll: pixels that the lanes are scrolled up. film: the
    height of the filmstrip, 0 without."""

    width: int
    height: int
    lanes: int = 0
    scroll: int = 0
    film: int = 0

    @property
    def gutter(self) -> int:
        """The width of the names at the left."""
        return max(96, min(180, self.width // 5))

    @property
    def curve_top(self) -> int:
        return RULER + self.film

    @property
    def curve(self) -> int:
        """The height of the scores."""
        return max(LOW_CURVE, min(CURVE, CURVE - self.natural_height + self.height))

    def score_y(self, score: float) -> float:
        """Where a score lies in the curve."""
        top, bottom = self.curve_top + 2.0, self.curve_top + self.curve
        return bottom - max(0.0, min(1.0, score)) * (bottom - top - 2)

    def score_at(self, y: float) -> float:
        """The score at a height of the curve, 0..1."""
        top, bottom = self.curve_top + 2.0, self.curve_top + self.curve
        return max(0.0, min(1.0, (bottom - y) / max(1.0, bottom - top - 2)))

    @property
    def strip_top(self) -> int:
        return self.curve_top + self.curve + 2

    @property
    def lanes_top(self) -> int:
        return self.strip_top + STRIP + GAP

    @property
    def lanes_height(self) -> int:
        """Of the part of the lanes that is seen."""
        room = self.height - OVERVIEW - CLIPS - self.lanes_top
        return max(0, min(self.lanes * LANE, room))

    @property
    def clips_top(self) -> int:
        return self.lanes_top + self.lanes_height

    @property
    def overview_top(self) -> int:
        return self.height - OVERVIEW

    @property
    def furthest(self) -> int:
        """The largest sensible `scroll`."""
        return max(0, self.lanes * LANE - self.lanes_height)

    @property
    def natural_height(self) -> int:
        """The height at which nothing has to be scrolled."""
        return self.curve_top + CURVE + 2 + STRIP + GAP + self.lanes * LANE + CLIPS + OVERVIEW

    def lane_top(self, index: int) -> int:
        return self.lanes_top + index * LANE - self.scroll

    def visible_lanes(self) -> range:
        first = self.scroll // LANE
        return range(first, min(self.lanes, -(-(self.scroll + self.lanes_height) // LANE)))

    def lane_at(self, y: float) -> int | None:
        if not self.lanes_top <= y < self.lanes_top + self.lanes_height:
            return None
        index = int((y - self.lanes_top + self.scroll) // LANE)
        return index if index < self.lanes else None


def bar_place(bar: Bar, lane: Lane, top: float) -> tuple[float, float]:
    """(y, height) of a segment's bar in a lane whose upper edge is at `top`."""
    if lane.rows == 1:
        return top + (LANE - BAR) / 2, BAR
    height = (LANE - 3.0) / lane.rows
    return top + 1.5 + bar.row * height, max(2.0, height - 1)


def clip_rows(clips: Sequence[ClipBar]) -> int:
    """How many rows clips are drawn in: as many as they need, at most three."""
    return min(3, 1 + max((c.row for c in clips), default=0))


def clip_place(row: int, rows: int, layout: Layout) -> tuple[float, float]:
    """(y, height) of the clips in a row; what would lie lower lies in the last one."""
    height = 14 / rows
    return layout.clips_top + 6 + min(row, rows - 1) * height, max(2.0, height - (rows > 1))


def hit(
    layout: Layout,
    scale: Scale,
    lanes: Lanes,
    clips: Sequence[ClipBar],
    frame: int,
    range_: tuple[int, int] | None,
    selected: str | None,
    x: float,
    y: float,
    threshold: float = 2.0,
    opened: str = "",
) -> Hit:
    """What lies at x, y. frame: the one shown. selected: the key of the selected segment, which is taken first where
    segments lie close together. threshold: of the heat; above 1 there is no line. opened: the key of the open clip,
    whose edges can be taken."""
    if y >= layout.overview_top:
        return Hit("overview")
    index = layout.lane_at(y)
    if x < layout.gutter:
        return Hit("label", lanes.keys[index]) if index is not None else Hit()
    place = x - layout.gutter
    if y < RULER and frame >= 0 and abs(place - scale.x(frame + 0.5)) <= KNOB:
        return Hit("playhead")
    if range_ is not None and y < layout.lanes_top:
        for what, edge in (("range-start", range_[0]), ("range-end", range_[1])):
            if abs(place - scale.x(edge)) <= EDGE:
                return Hit(what)  # type: ignore[arg-type]
    if threshold <= 1 and layout.curve_top <= y < layout.strip_top and abs(y - layout.score_y(threshold)) <= _LINE:
        return Hit("threshold")
    if y < layout.lanes_top:
        return Hit(
            "ruler" if y < RULER else "film" if y < layout.curve_top else "score" if y < layout.strip_top else "strip"
        )
    if index is not None:
        lane = lanes[index]
        return _in_lane(lane, scale, layout.lane_top(index), place, y, selected)
    if layout.clips_top <= y < layout.clips_top + CLIPS:
        here = next((c for c in clips if c.key == opened), None)
        for what, edge in (("clip-start", here.start), ("clip-end", here.stop)) if here is not None else ():
            if abs(place - scale.x(edge)) <= EDGE:
                return Hit(what, clip=opened)  # type: ignore[arg-type]
        at, rows = scale.at(place), clip_rows(clips)
        inside = [c for c in clips if c.start <= at < c.stop]
        if inside:
            middle = {c.key: sum(clip_place(c.row, rows, layout)[i] * (1, 0.5)[i] for i in (0, 1)) for c in inside}
            return Hit("clip", clip=min(inside, key=lambda c: abs(middle[c.key] - y)).key)
    return Hit()


def _in_lane(lane: Lane, scale: Scale, top: float, x: float, y: float, selected: str | None) -> Hit:
    near = lane.keyframes_in(scale.at(x - KNOB) - 0.5, scale.at(x + KNOB) + 0.5)
    near = tuple(f for f in near if abs(scale.x(f + 0.5) - x) <= KNOB)
    if near and abs(y - (top + LANE / 2)) <= KNOB + 1:
        return Hit("keyframe", lane.key, frame=min(near, key=lambda f: abs(scale.x(f + 0.5) - x)))
    bars = sorted(lane.bars, key=lambda b: b.key != selected)
    for bar in bars:
        bar_top, height = bar_place(bar, lane, top)
        if not bar_top - 1 <= y <= bar_top + height + 1:
            continue
        a, b = scale.x(bar.start), scale.x(bar.stop)
        grip = min(EDGE, max(1.0, (b - a) / 4))
        if abs(x - a) <= grip:
            return Hit("segment-start", lane.key, bar.key)
        if abs(x - b) <= grip:
            return Hit("segment-end", lane.key, bar.key)
        if a <= x < b:
            return Hit("segment", lane.key, bar.key)
    return Hit("lane", lane.key)
