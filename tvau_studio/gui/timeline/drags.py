"""What a pressed button does until it is let go: each drag is a draft, and letting go makes at most one Edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.domain import actions
from tvau_studio.domain.labels import Clip, Segment

if TYPE_CHECKING:
    from tvau_studio.gui.state import State
    from tvau_studio.gui.timeline.face import Face
    from tvau_studio.gui.timeline.layout import Hit


class Drag:
    """Made when the button goes down. x, y: in the drawing, from the left edge of frame `scale.left`."""

    def __init__(self, timeline: Face, x: float, y: float) -> None:
        self.timeline = timeline
        self.state: State = timeline.state
        self.x, self.y = x, y

    def move(self, x: float, y: float, free: bool) -> None:
        """The pointer is here now. free: do not snap."""

    def release(self) -> None:
        """Let go: make it so."""

    def cancel(self) -> None:
        """Esc: as if nothing had been."""


class Scrub(Drag):
    """The picture follows the pointer: the nearest that is decoded at once, the exact one as soon as it is there."""

    def __init__(self, timeline: Face, x: float, y: float) -> None:
        super().__init__(timeline, x, y)
        self._from = self.state.playback.frame
        self.state.playback.pause()
        self.move(x, y, True)

    def move(self, x: float, y: float, free: bool) -> None:
        self.state.playback.scrub(self.timeline.scale.frame(x))

    def release(self) -> None:
        self.state.playback.rest()

    def cancel(self) -> None:
        self.state.playback.rest()
        self.state.playback.seek(max(0, self._from))


class RangeEdge(Drag):
    """One edge of the range; over the other one it turns round."""

    def __init__(self, timeline: Face, x: float, y: float, fixed: int) -> None:
        super().__init__(timeline, x, y)
        self._fixed = fixed
        self._before = self.state.playback.range

    def move(self, x: float, y: float, free: bool) -> None:
        edge = self.timeline.snapped(x, free)
        a, b = sorted((self._fixed, edge))
        if a < b:
            self.state.playback.set_range((a, b))

    def cancel(self) -> None:
        self.state.playback.set_range(self._before)


class Threshold(Drag):
    """The line over the scores, up and down."""

    def __init__(self, timeline: Face, x: float, y: float) -> None:
        super().__init__(timeline, x, y)
        self._before = self.state.heat.threshold

    def move(self, x: float, y: float, free: bool) -> None:
        self.state.heat.set_threshold(round(self.timeline.layout_now().score_at(y), 2))

    def cancel(self) -> None:
        self.state.heat.set_threshold(self._before)


class Edge(Drag):
    """One edge of a row of frames, which keeps at least one frame. start: it is the first one."""

    def __init__(self, timeline: Face, x: float, y: float, row: Clip | Segment, start: bool) -> None:
        super().__init__(timeline, x, y)
        self._row = row
        self._start = start
        self.range = (row.start, row.stop)

    def move(self, x: float, y: float, free: bool) -> None:
        if abs(x - self.x) < 3 and self.range == (self._row.start, self._row.stop):
            return
        edge = self.timeline.snapped(x, free)
        if self._start:
            self.range = (max(0, min(edge, self._row.stop - 1)), self._row.stop)
        else:
            self.range = (self._row.start, max(edge, self._row.start + 1))
        self.timeline.redraw()


class ClipEdge(Edge):
    """One edge of the open clip."""

    def __init__(self, timeline: Face, x: float, y: float, hit: Hit) -> None:
        assert hit.clip is not None
        row = timeline.state.document.document.clip(hit.clip)
        super().__init__(timeline, x, y, row, hit.what == "clip-start")
        self.clip = hit.clip

    def release(self) -> None:
        start, stop = self.range
        if (start, stop) == (self._row.start, self._row.stop):
            return
        document, playback = self.state.document, self.state.playback
        followed = playback.range == (self._row.start, self._row.stop)
        if document.attempt(actions.set_clip, self.clip, "Move the clip's edge", start=start, stop=stop) and followed:
            playback.set_range((start, stop))  # the range that was the clip stays the clip


class Pan(Drag):
    """What is drawn goes with the pointer. A press that hardly moves is a click: `click` is called instead."""

    def __init__(self, timeline: Face, x: float, y: float, frame: int | None = None) -> None:
        super().__init__(timeline, x, y)
        self._frame = frame
        self._last = (x, y)
        self._moved = False

    def move(self, x: float, y: float, free: bool) -> None:
        if not self._moved and abs(x - self.x) + abs(y - self.y) < 4:
            return
        self._moved = True
        self.timeline.pan(x - self._last[0], y - self._last[1])
        self._last = (x, y)

    def release(self) -> None:
        if not self._moved and self._frame is not None:
            self.state.playback.pause()
            self.state.playback.seek(self._frame)


class OverviewPan(Drag):
    """The window in the overview goes with the pointer."""

    def __init__(self, timeline: Face, x: float, y: float) -> None:
        super().__init__(timeline, x, y)
        self.move(x, y, True)

    def move(self, x: float, y: float, free: bool) -> None:
        self.timeline.centre_on_overview(x)


class MoveKeyframe(Drag):
    """A diamond along its lane. The drawing shows it where it would go."""

    def __init__(self, timeline: Face, x: float, y: float, hit: Hit) -> None:
        super().__init__(timeline, x, y)
        assert hit.object is not None
        assert hit.frame is not None
        self.object, self.frame = hit.object, hit.frame
        self.to = hit.frame

    def move(self, x: float, y: float, free: bool) -> None:
        if abs(x - self.x) < 3 and self.to == self.frame:
            return
        last = max(0, self.timeline.scale.frames - 1)
        moved = round((x - self.x) / self.timeline.scale.per_frame)
        self.to = max(0, min(last, self.frame + moved))
        self.timeline.redraw()

    def release(self) -> None:
        if self.to != self.frame:
            document = self.state.document
            document.attempt(actions.move_keyframe, document.who, self.object, self.frame, self.to)
        else:
            self.state.playback.pause()
            self.state.playback.seek(self.frame)


class MoveEdge(Edge):
    """One edge of a segment."""

    def __init__(self, timeline: Face, x: float, y: float, hit: Hit) -> None:
        assert hit.segment is not None
        row = timeline.state.document.document.get("segment", hit.segment)
        assert isinstance(row, Segment)
        super().__init__(timeline, x, y, row, hit.what == "segment-start")
        self.segment = hit.segment

    def release(self) -> None:
        if self.range != (self._row.start, self._row.stop):
            start, stop = self.range
            self.state.document.attempt(actions.set_segment, self.segment, start=start, stop=stop)
