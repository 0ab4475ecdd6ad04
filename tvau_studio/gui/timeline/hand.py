"""What mouse and wheel do on the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from tvau_studio.domain.labels import Segment
from tvau_studio.gui.timeline.drags import (
    ClipEdge,
    Drag,
    MoveEdge,
    MoveKeyframe,
    OverviewPan,
    Pan,
    RangeEdge,
    Scrub,
    Threshold,
)
from tvau_studio.gui.timeline.layout import Hit

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QWheelEvent

    from tvau_studio.gui.timeline.face import Face

_CURSORS = {
    "range-start": Qt.CursorShape.SizeHorCursor,
    "range-end": Qt.CursorShape.SizeHorCursor,
    "clip-start": Qt.CursorShape.SizeHorCursor,
    "clip-end": Qt.CursorShape.SizeHorCursor,
    "threshold": Qt.CursorShape.SizeVerCursor,
    "segment-start": Qt.CursorShape.SizeHorCursor,
    "segment-end": Qt.CursorShape.SizeHorCursor,
    "playhead": Qt.CursorShape.SizeHorCursor,
    "keyframe": Qt.CursorShape.PointingHandCursor,
    "clip": Qt.CursorShape.PointingHandCursor,
    "film": Qt.CursorShape.PointingHandCursor,
    "label": Qt.CursorShape.PointingHandCursor,
    "comment": Qt.CursorShape.PointingHandCursor,
}
_LIT = {"range-start", "range-end", "overview", "threshold"}
"""What is drawn otherwise while the pointer is on it."""


class Hand:
    """drag: what is being done, None between. hover: what lies under the pointer. pointer: where it is, None where it
    is not over the drawing."""

    def __init__(self, timeline: Face) -> None:
        self._timeline = timeline
        self._state = timeline.state
        self.drag: Drag | None = None
        self.hover = Hit()
        self.pointer: QPointF | None = None

    def let_go(self) -> None:
        """Forget what is being dragged; nothing has happened."""
        self.drag = None

    def cancel(self) -> bool:
        """Esc; False where nothing is dragged."""
        if self.drag is None:
            return False
        drag, self.drag = self.drag, None
        drag.cancel()
        self._timeline.redraw()
        return True

    def press(self, event: QMouseEvent) -> None:
        timeline, position, button = self._timeline, event.position(), event.button()
        x, y = position.x() - timeline.layout_now().gutter, position.y()
        if button == Qt.MouseButton.MiddleButton:
            self.drag = Pan(timeline, x, y)
        elif button == Qt.MouseButton.LeftButton:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.drag = self._begin(timeline.hit(position), x, y, shift)
        timeline.redraw()

    def _begin(self, found: Hit, x: float, y: float, shift: bool) -> Drag | None:
        timeline, playback, selection = self._timeline, self._state.playback, self._state.selection
        what = found.what
        if what == "overview":
            return OverviewPan(timeline, x, y)
        if what == "comment" and found.comment is not None:
            playback.seek(found.frame or 0)
            self._state.remarks.point_at(found.comment)
            return None
        if what == "film" and not shift:
            playback.pause()
            playback.seek(timeline.film.frame_at(timeline.scale, x))
            return None
        if what in ("ruler", "film", "score", "strip", "playhead"):
            if shift:
                return RangeEdge(timeline, x, y, timeline.snapped(x, False))
            return Scrub(timeline, x, y)
        if what in ("range-start", "range-end") and playback.range is not None:
            return RangeEdge(timeline, x, y, playback.range[1 if what == "range-start" else 0])
        if what == "threshold":
            return Threshold(timeline, x, y)
        if what in ("clip-start", "clip-end"):
            return ClipEdge(timeline, x, y, found)
        if what == "label":
            if shift and found.object is not None:
                selection.toggle(found.object)
            else:
                selection.select(found.object)
            return None
        if what == "keyframe":
            selection.select(found.object, self._segment_at(found))
            return MoveKeyframe(timeline, x, y, found)
        if what in ("segment-start", "segment-end"):
            selection.select(found.object, found.segment)
            return MoveEdge(timeline, x, y, found)
        if what in ("segment", "lane"):
            selection.select(found.object, found.segment)
            return Pan(timeline, x, y, frame=timeline.scale.frame(x))
        return Pan(timeline, x, y)

    def _segment_at(self, found: Hit) -> str | None:
        """The segment of the keyframe's object that holds its frame; the selected one before others."""
        assert found.object is not None
        assert found.frame is not None
        bars = [b for b in self._timeline.lanes.of(found.object).bars if b.start <= found.frame < b.stop]
        chosen = next((b for b in bars if b.key == self._state.selection.segment), bars[0] if bars else None)
        return chosen.key if chosen else None

    def move(self, event: QMouseEvent) -> None:
        timeline, position = self._timeline, event.position()
        gutter = timeline.layout_now().gutter
        self.pointer = position if position.x() >= gutter else None
        if self.drag is not None:
            free = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            self.drag.move(position.x() - gutter, position.y(), free)
            return
        found = timeline.hit(position)
        if found.what != self.hover.what:
            timeline.setCursor(_CURSORS.get(found.what, Qt.CursorShape.ArrowCursor))
            if {found.what, self.hover.what} & _LIT:
                timeline.redraw()
        self.hover = found
        timeline.update()

    def release(self) -> None:
        drag, self.drag = self.drag, None
        if drag is not None:
            drag.release()
            self._timeline.redraw()

    def double_click(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        found = self._timeline.hit(event.position())
        playback = self._state.playback
        if found.what == "clip" and found.clip is not None:
            self._state.workspace.open_clip(found.clip)
        elif found.what == "label" and found.object is not None:
            playback.seek(self._timeline.lanes.of(found.object).first)
        elif found.what == "segment":
            row = self._state.document.document.get("segment", found.segment or "")
            if isinstance(row, Segment):
                playback.set_range((row.start, row.stop))
        elif found.what in ("ruler", "overview"):
            self._timeline.fit()

    def leave(self) -> None:
        self.pointer = None
        if self.hover.what:
            self.hover = Hit()
            self._timeline.redraw()
        self._timeline.update()

    def wheel(self, event: QWheelEvent) -> None:
        timeline = self._timeline
        delta, layout = event.angleDelta(), timeline.layout_now()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.position().x() < layout.gutter:
            timeline.pan(0, delta.y() / 2)
        elif delta.x() or shift:
            timeline.pan(delta.x() or delta.y())
        else:
            timeline.zoom(1.0015 ** delta.y(), event.position().x() - layout.gutter)
