"""The timeline: what is drawn when, and what mouse, wheel and keys do."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from tvau_studio.domain import actions
from tvau_studio.domain.labels import Segment
from tvau_studio.gui.theme import mono_font
from tvau_studio.gui.theme.tokens import LABEL, SMALL
from tvau_studio.gui.timeline import painter as drawing
from tvau_studio.gui.timeline.drags import Drag, MoveEdge, MoveKeyframe, OverviewPan, Pan, RangeEdge, Scrub
from tvau_studio.gui.timeline.lanes import Lanes
from tvau_studio.gui.timeline.layout import LANE, ClipBar, Hit, Layout, hit
from tvau_studio.gui.timeline.menu import menu_for, tip_for
from tvau_studio.gui.timeline.pyramid import Pyramid
from tvau_studio.gui.timeline.scale import Scale
from tvau_studio.gui.timeline.scene import Look, Scene

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from tvau_studio.domain.edits import Edit
    from tvau_studio.gui.state import State

_SNAP = 7.0
"""Pixels within which an edge jumps to what lies there."""
_CURSORS = {
    "range-start": Qt.CursorShape.SizeHorCursor,
    "range-end": Qt.CursorShape.SizeHorCursor,
    "segment-start": Qt.CursorShape.SizeHorCursor,
    "segment-end": Qt.CursorShape.SizeHorCursor,
    "playhead": Qt.CursorShape.SizeHorCursor,
    "keyframe": Qt.CursorShape.PointingHandCursor,
    "clip": Qt.CursorShape.PointingHandCursor,
    "label": Qt.CursorShape.PointingHandCursor,
}


class Timeline(QWidget):
    """The time of the open video. It reads the states; each drag that changes labels is one Edit when let go.

    What stays while a video plays is kept as a picture, so that a frame costs the playhead alone.
    """

    def __init__(self, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.setObjectName("timeline")
        self.setAccessibleName(self.tr("Timeline"))
        self.setAccessibleDescription(
            self.tr(
                "Scores, objects and clips over the frames. Plus and minus zoom, Alt+Shift+arrow moves the keyframe."
            )
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.scale = Scale(0, 1.0)
        self._video = ""
        self._scroll = 0
        self._look = Look(state.theme.tokens)
        self._lanes = Lanes(state.document.document, "", 0)
        self._clips: list[ClipBar] = []
        self._starts: list[int] = []
        self._longest = 0
        self._pyramid = Pyramid(np.zeros(0, np.float32))
        self._drag: Drag | None = None
        self._hover = Hit()
        self._pointer: QPointF | None = None
        self._frame = -1
        self._picture: QPixmap | None = None
        self._drawn_heat = (-1.0, "")
        self._read()
        state.document.loaded.connect(self._loaded)
        state.document.changed.connect(self._edited)
        state.playback.videoChanged.connect(self._loaded)
        state.playback.frameShown.connect(self._frame_shown)
        state.playback.rangeChanged.connect(self.redraw)
        state.workspace.opened.connect(self._opened)
        state.selection.changed.connect(self._selected)
        state.heat.scoresChanged.connect(self._scored)
        state.heat.changed.connect(self._heat_changed)
        state.theme.changed.connect(self._themed)

    def sizeHint(self) -> QSize:
        return QSize(800, min(320, max(226, self._layout().natural_height)))

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 168)

    # -- what is shown

    def _layout(self) -> Layout:
        return Layout(self.width(), self.height(), len(self._lanes), self._scroll)

    def _body(self) -> float:
        return float(max(1, self.width() - self._layout().gutter))

    def _frames(self) -> int:
        """How many frames there are to show: of a video that cannot be opened what its row says."""
        if self.state.playback.frames:
            return self.state.playback.frames
        row = self.state.document.video_row
        if row is None:
            return 0
        stops = [c.stop for c in self.state.document.document.clips(row.key)]
        return row.frames or max(stops, default=0)

    def _read(self) -> None:
        """Take everything anew from the states."""
        document, row = self.state.document.document, self.state.document.video_row
        frames = self._frames()
        self._lanes = Lanes(document, row.key if row else "", frames, self.state.studio.settings["text_language"])
        self._read_clips()
        if frames != self.scale.frames or (row.key if row else "") != self._video:
            self._video = row.key if row else ""
            self.scale = Scale.fitted(frames, self._body())
            self._scroll = 0
        self._frame = self.state.playback.frame
        scores = self.state.heat.scores()
        self._pyramid = Pyramid(scores)
        self.redraw()

    def _read_clips(self) -> None:
        row = self.state.document.video_row
        clips = self.state.document.document.clips(row.key) if row else []
        ends: list[int] = []
        self._clips = []
        for clip in clips:
            place = next((i for i, end in enumerate(ends) if end <= clip.start), len(ends))
            ends[place:] = [clip.stop, *ends[place + 1 :]]
            self._clips.append(ClipBar(clip.key, clip.start, clip.stop, clip.state, place))
        self._starts = [c.start for c in self._clips]
        self._longest = max((c.stop - c.start for c in self._clips), default=0)

    def _clips_in_sight(self) -> list[ClipBar]:
        first = bisect_left(self._starts, self.scale.left - self._longest)
        return self._clips[first : bisect_left(self._starts, self.scale.right)]

    def _clips_title(self) -> str:
        lengths = {c.stop - c.start for c in self._clips}
        steps = {b - a for a, b in zip(self._starts, self._starts[1:], strict=False)}
        if len(lengths) == 1 and len(steps) == 1:
            return self.tr("Clips {length}/{step}").format(length=lengths.pop(), step=steps.pop())
        return self.tr("Clips")

    def _scene(self) -> Scene:
        drag, heat, selection = self._drag, self.state.heat, self.state.selection
        font = QFont(self.font())
        font.setPixelSize(LABEL)
        return Scene(
            layout=self._layout(),
            scale=self.scale,
            lanes=self._lanes,
            clips=self._clips_in_sight(),
            scores=self._pyramid,
            threshold=heat.threshold,
            colormap=heat.colormap,
            range=self.state.playback.range,
            clip=self.state.workspace.clip,
            selected=selection.object,
            selected_segment=selection.segment,
            moved=(drag.object, drag.frame, drag.to) if isinstance(drag, MoveKeyframe) else None,
            edges=(drag.segment, *drag.range) if isinstance(drag, MoveEdge) else None,
            hover=self._hover.what,
            look=self._look,
            font=font,
            mono=mono_font(SMALL),
            words={"score": self.tr("Anomaly score"), "clips": self._clips_title()},
        )

    def redraw(self) -> None:
        """Something else than the playhead changed."""
        self._picture = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        scene = self._scene()
        if self._picture is None:
            ratio = self.devicePixelRatioF()
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            painter = QPainter(self._picture)
            drawing.still(painter, scene)
            painter.end()
        painter = QPainter(self)
        ratio = self._picture.devicePixelRatio()
        for rect in event.region():
            source = QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)
            painter.drawPixmap(QRectF(rect), self._picture, source)
        drawing.moving(painter, scene, self._frame)
        if self._pointer is not None and self._drag is None and self.scale.frames:
            frame = self.scale.frame(self._pointer.x() - scene.layout.gutter)
            drawing.pointer(painter, scene, frame, self._score_at(frame))

    def _score_at(self, frame: int) -> float | None:
        scores = self.state.heat.scores()
        pair = frame // 2
        return float(scores[pair]) if pair < len(scores) and not np.isnan(scores[pair]) else None

    # -- what the states tell

    def _loaded(self) -> None:
        self._drag = None
        self._read()

    def _opened(self) -> None:
        """A clip is open: bring it into sight, if it is not; the zoom stays where the clip can be seen in it."""
        clip = self.state.document.clip_row
        if clip is None or not self.scale.frames:
            return
        wide = self.scale.per_frame * len(clip.range)
        if wide < 0.08 * self.scale.width or self.scale.x(clip.start) < 0 or self.scale.x(clip.stop) > self.scale.width:
            self.scale = Scale.fitted(self.scale.frames, self._body(), clip.start, clip.stop, margin=1.5)
        self.redraw()

    def _edited(self, edit: Edit) -> None:
        self._lanes.touched(edit)
        if any(change.table in ("clip", "video") for change in edit.changes):
            self._read_clips()
        self._scroll = max(0, min(self._scroll, self._layout().furthest))
        self.redraw()

    def _selected(self) -> None:
        key = self.state.selection.object
        if key is not None and key in self._lanes.keys:
            self._scroll_to(self._lanes.keys.index(key))
        self.redraw()

    def _scroll_to(self, index: int) -> None:
        top, bottom = index * LANE, (index + 1) * LANE
        height = self._layout().lanes_height
        if top < self._scroll:
            self._scroll = top
        elif height and bottom > self._scroll + height:
            self._scroll = bottom - height

    def _scored(self, a: int, b: int) -> None:
        scores = self.state.heat.scores()
        if len(scores) != len(self._pyramid):
            self._pyramid = Pyramid(scores)
        else:
            self._pyramid.update(scores, a, b)
        self.redraw()

    def _heat_changed(self) -> None:
        drawn = (self.state.heat.threshold, self.state.heat.colormap)
        if drawn != self._drawn_heat:
            self._drawn_heat = drawn
            self.redraw()

    def _themed(self) -> None:
        self._look = Look(self.state.theme.tokens)
        self.redraw()

    def _frame_shown(self, frame: int) -> None:
        if not isinstance(self._drag, (Pan, OverviewPan)):
            followed = self.scale.showing(frame)
            if followed != self.scale:
                self.scale = followed
                self.redraw()
        scene = self._scene()
        self.update(drawing.playhead_rect(scene, self._frame))
        self._frame = frame
        self.update(drawing.playhead_rect(scene, frame))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.scale = self.scale.resized(self._body())
        self._scroll = max(0, min(self._scroll, self._layout().furthest))
        self.redraw()

    # -- looking around

    def fit(self) -> None:
        """Show the whole video."""
        self.scale = Scale.fitted(self.scale.frames, self._body())
        self.redraw()

    def fit_range(self) -> None:
        """Show the range, with some room on both sides."""
        if self.state.playback.range is not None:
            self.scale = Scale.fitted(self.scale.frames, self._body(), *self.state.playback.range, margin=0.2)
            self.redraw()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Closer (factor > 1), at x from the left edge of the drawing, by default at the playhead."""
        if x is None:
            x = min(max(0.0, self.scale.x(self._frame + 0.5)), self.scale.width)
        self.scale = self.scale.zoomed(factor, x)
        self.redraw()

    def pan(self, dx: float, dy: float = 0.0) -> None:
        """What is drawn moves by so many pixels."""
        self.scale = self.scale.panned(dx)
        self._scroll = max(0, min(self._layout().furthest, int(self._scroll - dy)))
        self.redraw()

    def centre_on_overview(self, x: float) -> None:
        """x: in the overview, from its left edge."""
        centre = x / self._body() * self.scale.frames
        self.scale = self.scale.panned(self.scale.x((self.scale.left + self.scale.right) / 2) - self.scale.x(centre))
        self.redraw()

    def snapped(self, x: float, free: bool) -> int:
        """The edge between two frames at x: of what lies near, else the nearest. free: the nearest."""
        edge = self.scale.edge(x)
        if free:
            return edge
        near = [0, self.scale.frames, self._frame, self._frame + 1]
        near += [e for c in self._clips_in_sight() for e in (c.start, c.stop)]
        for index in self._layout().visible_lanes():
            near += [e for bar in self._lanes[index].bars for e in (bar.start, bar.stop)]
        best = min(near, key=lambda e: abs(self.scale.x(e) - x))
        return best if abs(self.scale.x(best) - x) <= _SNAP else edge

    # -- mouse

    def _hit(self, position: QPointF) -> Hit:
        return hit(
            self._layout(),
            self.scale,
            self._lanes,
            self._clips_in_sight(),
            self._frame,
            self.state.playback.range,
            self.state.selection.segment,
            position.x(),
            position.y(),
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        position, button = event.position(), event.button()
        x, y = position.x() - self._layout().gutter, position.y()
        if not self.scale.frames:
            return
        found = self._hit(position)
        if button == Qt.MouseButton.MiddleButton:
            self._drag = Pan(self, x, y)
        elif button == Qt.MouseButton.LeftButton:
            self._drag = self._press(found, x, y, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        self.redraw()

    def _press(self, found: Hit, x: float, y: float, shift: bool) -> Drag | None:
        playback, selection = self.state.playback, self.state.selection
        what = found.what
        if what == "overview":
            return OverviewPan(self, x, y)
        if what in ("ruler", "score", "strip", "playhead"):
            if shift:
                return RangeEdge(self, x, y, self.snapped(x, False))
            return Scrub(self, x, y)
        if what in ("range-start", "range-end") and playback.range is not None:
            return RangeEdge(self, x, y, playback.range[1 if what == "range-start" else 0])
        if what == "label":
            selection.select(found.object)
            return None
        if what == "keyframe":
            selection.select(found.object, self._segment_at(found))
            return MoveKeyframe(self, x, y, found)
        if what in ("segment-start", "segment-end"):
            selection.select(found.object, found.segment)
            return MoveEdge(self, x, y, found)
        if what in ("segment", "lane"):
            selection.select(found.object, found.segment)
            return Pan(self, x, y, frame=self.scale.frame(x))
        return Pan(self, x, y)

    def _segment_at(self, found: Hit) -> str | None:
        """The segment of the keyframe's object that holds its frame; the selected one before others."""
        assert found.object is not None
        assert found.frame is not None
        bars = [b for b in self._lanes.of(found.object).bars if b.start <= found.frame < b.stop]
        chosen = next((b for b in bars if b.key == self.state.selection.segment), bars[0] if bars else None)
        return chosen.key if chosen else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        x = position.x() - self._layout().gutter
        if self._drag is not None:
            self._drag.move(x, position.y(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
            return
        found = self._hit(position) if self.scale.frames else Hit()
        if found.what != self._hover.what:
            self.setCursor(_CURSORS.get(found.what, Qt.CursorShape.ArrowCursor))
            if {found.what, self._hover.what} & {"range-start", "range-end", "overview"}:
                self._picture = None
        self._hover = found
        self._pointer = position if position.x() >= self._layout().gutter else None
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is not None:
            drag.release()
            self.redraw()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        found = self._hit(event.position())
        playback = self.state.playback
        if found.what == "clip" and found.clip is not None:
            self.state.workspace.open_clip(found.clip)
        elif found.what == "label" and found.object is not None:
            playback.seek(self._lanes.of(found.object).first)
        elif found.what == "segment":
            row = self.state.document.document.get("segment", found.segment or "")
            if isinstance(row, Segment):
                playback.set_range((row.start, row.stop))
        elif found.what in ("ruler", "overview"):
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        if self._hover.what:
            self._hover = Hit()
            self._picture = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta, layout = event.angleDelta(), self._layout()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.position().x() < layout.gutter:
            self.pan(0, delta.y() / 2)
        elif delta.x() or shift:
            self.pan(delta.x() or delta.y())
        else:
            self.zoom(1.0015 ** delta.y(), event.position().x() - layout.gutter)
        event.accept()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._drag is not None and event.key() == Qt.Key.Key_Escape:
            event.accept()  # while something is dragged Esc is ours, not the window's
            return True
        if event.type() == QEvent.Type.ToolTip:
            text = tip_for(self, self._lanes, self._hit(QPointF(event.pos()))) if self.scale.frames else ""
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    # -- keys and menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers()
        both = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
        if key == Qt.Key.Key_Escape and self._drag is not None:
            drag, self._drag = self._drag, None
            drag.cancel()
            self.redraw()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1.5)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / 1.5)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and held & both == both:
            self._nudge_keyframe(-1 if key == Qt.Key.Key_Left else 1)
        else:
            super().keyPressEvent(event)

    def _nudge_keyframe(self, d: int) -> None:
        """Move the selected object's keyframe in the frame shown by d frames, and go with it."""
        key, frame = self.state.selection.object, self.state.playback.frame
        if key is None or frame not in self._lanes.of(key).keyframes or not 0 <= frame + d < self.scale.frames:
            return
        document = self.state.document
        if document.attempt(actions.move_keyframe, document.who, key, frame, frame + d):
            self.state.playback.seek(frame + d)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        found = self._hit(QPointF(event.pos())) if self.scale.frames else Hit()
        if found.object is not None:
            self.state.selection.select(found.object, found.segment)
        x = event.pos().x() - self._layout().gutter
        menu = menu_for(self, self, found, self.scale.frame(x) if self.scale.frames else 0)
        by_mouse = event.reason() == event.Reason.Mouse
        menu.popup(event.globalPos() if by_mouse else self._menu_place())

    def _menu_place(self) -> QPoint:
        """Where the menu opens that was asked for with the keyboard."""
        return self.mapToGlobal(QPoint(self.width() // 2, self._layout().lanes_top))
