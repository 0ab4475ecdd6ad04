"""The picture with everything that lies over it, and what a hand does to it.

All layers are drawn of one frame: the one whose picture `Playback` shows. The picture with its heat is drawn once per
frame and kept, so that a box follows the pointer without it being drawn again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from tvau_studio.domain import actions
from tvau_studio.domain.geometry import Box, region_of
from tvau_studio.gui.player.layers import boxes, evidence
from tvau_studio.gui.player.layers.boxes import BoxLayer, Seen, seen_in
from tvau_studio.gui.player.layers.heat import HeatLayer
from tvau_studio.gui.player.layers.picture import PictureLayer
from tvau_studio.gui.player.view import View
from tvau_studio.gui.state import State
from tvau_studio.gui.theme.tokens import object_colour

_CURSORS = {
    "nw": Qt.CursorShape.SizeFDiagCursor,
    "se": Qt.CursorShape.SizeFDiagCursor,
    "ne": Qt.CursorShape.SizeBDiagCursor,
    "sw": Qt.CursorShape.SizeBDiagCursor,
    "n": Qt.CursorShape.SizeVerCursor,
    "s": Qt.CursorShape.SizeVerCursor,
    "e": Qt.CursorShape.SizeHorCursor,
    "w": Qt.CursorShape.SizeHorCursor,
}


@dataclass
class _Drag:
    """What the hand is doing. kind: new, move, pan, or a handle. start: in the picture (pan: in the widget). box: as it
    was; draft: now. moved: the pointer has left the place where it was pressed."""

    kind: str
    start: QPointF
    frame: int
    object: str = ""
    box: Box | None = None
    draft: Box | None = None
    moved: bool = False


class Canvas(QWidget):
    """drawing: the next drag on the picture draws a box."""

    drawingChanged = Signal(bool)
    viewChanged = Signal()
    pointed = Signal(str)
    """What lies under the pointer, in words; "" outside of the picture."""
    menuWanted = Signal(QPoint)

    def __init__(self, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("player")
        self.setAccessibleName("Player")
        self.setAccessibleDescription("The picture with its heatmap and the boxes of the objects")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 160)
        self._state = state
        self._picture = PictureLayer()
        self._heat = HeatLayer()
        chip = QFont(self.font())
        chip.setPixelSize(12)
        chip.setWeight(QFont.Weight.DemiBold)
        self._boxes = BoxLayer(chip)
        self.view = View()
        self.drawing = False
        self.boxes_shown = True
        self.grid_shown = False
        self._bare = False  # the bare picture while a key is held
        self._drag: _Drag | None = None
        self._space: bool | None = None  # held; True once it was used to pan
        self._backdrop: QPixmap | None = None
        self._seen: list[Seen] | None = None
        state.playback.frameShown.connect(self._frame_shown)
        state.playback.videoChanged.connect(self._video_changed)
        state.document.changed.connect(self._labels_changed)
        state.document.loaded.connect(self._labels_changed)
        state.selection.changed.connect(self.update)
        state.selection.pointed.connect(self.update)
        state.heat.changed.connect(self.redraw)
        state.theme.changed.connect(self.redraw)

    # -- what is shown

    @property
    def frame(self) -> int:
        """The number of the picture that is painted."""
        return self._state.playback.frame

    def seen(self) -> list[Seen]:
        """The objects of the frame shown."""
        if self._seen is None:
            row = self._state.document.video_row
            language = self._state.studio.settings["text_language"]
            document = self._state.document.document
            self._seen = seen_in(document, row.key, self.frame, language) if row is not None and self.frame >= 0 else []
        return self._seen

    def _video_changed(self) -> None:
        self._drag = None
        self._picture.set(None)
        video = self._state.playback.video
        if video is None:
            self._set_view(View(wide=self.width(), high=self.height()))
        else:
            height, width = video.info.size
            shown_height, shown_width = video.info.display_size
            aspect = (shown_width / shown_height) / (width / height)
            same = (self.view.width, self.view.height, self.view.aspect) == (width, height, aspect)
            fresh = View(width, height, aspect, self.width(), self.height())
            self._set_view(self.view if same else fresh)
        self._labels_changed()

    def _frame_shown(self, _frame: int) -> None:
        self._picture.set(self._state.playback.picture)
        self._seen = None
        self.redraw()

    def _labels_changed(self, *_: object) -> None:
        self._seen = None
        self.update()

    def redraw(self) -> None:
        """Draw picture and heat again."""
        self._backdrop = None
        self.update()

    # -- where it is shown

    def _set_view(self, view: View) -> None:
        self.view = view
        self.redraw()
        self.viewChanged.emit()

    def fit(self) -> None:
        self._set_view(self.view.fitted())

    def one_to_one(self) -> None:
        """One picture pixel on one pixel of the screen."""
        self._set_view(self.view.at_scale(1 / self.devicePixelRatioF()))

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        self._set_view(self.view.zoomed(factor, at or QPointF(self.width() / 2, self.height() / 2)))

    def zoom_to_selection(self) -> None:
        one = self._selected()
        if one is not None:
            self._set_view(self.view.showing(*one.shown.box.tuple()))

    def set_boxes_shown(self, on: bool) -> None:
        self.boxes_shown = on
        self.update()

    def set_grid_shown(self, on: bool) -> None:
        self.grid_shown = on
        self.update()

    def set_bare(self, on: bool) -> None:
        """The bare picture, without heat and boxes."""
        self._bare = on
        self.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._set_view(replace(self.view, wide=self.width(), high=self.height()).kept())

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn_backdrop())
        if self.view.empty or self._picture.empty or self._bare:
            return
        if self.grid_shown:
            self._paint_grid(painter)
        if self.boxes_shown:
            seen = self._as_dragged()
            chosen = self._state.selection.object
            one = next((s for s in seen if s.row.key == chosen), None)
            if one is not None and self._drag is None:
                self._boxes.paint_trail(painter, self.view, self._state.document.document, one, self.frame)
            self._boxes.paint(painter, self.view, seen, chosen)
        if self._state.selection.place is not None:
            place, words = self._state.selection.place
            evidence.paint(painter, self.view, place, words, QColor("#5aa2ff"), self.font())
        drag = self._drag
        if drag is not None and drag.kind == "new" and drag.draft is not None:
            self._boxes.paint_draft(painter, self.view, drag.draft, self._next_colour())

    def _drawn_backdrop(self) -> QPixmap:
        """Stage, picture and heat, at the screen's own resolution."""
        if self._backdrop is not None:
            return self._backdrop
        ratio = self.devicePixelRatioF()
        made = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(QColor(self._state.theme.tokens.stage))
        painter = QPainter(made)
        self._picture.paint(painter, self.view)
        heat = self._state.heat
        if heat.enabled and not self._bare and not self._picture.empty and not self.view.empty:
            values = heat.map_at(self.frame)
            if values is not None:
                self._heat.paint(
                    painter,
                    self.view,
                    values,
                    ratio,
                    colours=heat.colormap,
                    opacity=heat.opacity,
                    threshold=heat.threshold,
                    contour=QColor(255, 255, 255, 150),
                )
        painter.end()
        self._backdrop = made
        return made

    def _paint_grid(self, painter: QPainter) -> None:
        """The nine regions."""
        rect = self.view.rect
        painter.setPen(QPen(QColor(255, 255, 255, 110), 1, Qt.PenStyle.DashLine))
        for i in (1, 2):
            x, y = rect.x() + rect.width() * i / 3, rect.y() + rect.height() * i / 3
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))

    def _as_dragged(self) -> list[Seen]:
        drag = self._drag
        if drag is None or drag.draft is None or not drag.object:
            return self.seen()
        draft = drag.draft
        return [replace(s, shown=replace(s.shown, box=draft)) if s.row.key == drag.object else s for s in self.seen()]

    def _next_colour(self) -> QColor:
        row = self._state.document.video_row
        return QColor(object_colour(self._state.document.document.next_track(row.key) if row is not None else 1))

    # -- the hand

    def set_drawing(self, on: bool) -> None:
        if on and (self._state.document.video_row is None or self._picture.empty):
            on = False
        if on != self.drawing:
            self.drawing = on
            self.drawingChanged.emit(on)
        self._show_cursor(None)

    def cancel(self) -> bool:
        """Let go of what is being drawn or dragged, else leave the mode; False where there was nothing to leave."""
        if self._drag is not None:
            self._drag = None
            self.update()
        elif self.drawing:
            self.set_drawing(False)
        elif self._state.selection.object is not None:
            self._state.selection.clear()
        else:
            return False
        return True

    def _selected(self) -> Seen | None:
        return next((s for s in self.seen() if s.row.key == self._state.selection.object), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        at = event.position()
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space is not None):
            if self._space is not None:
                self._space = True
            self._drag = _Drag("pan", at, self.frame)
            self._show_cursor(at)
        elif left and not self._picture.empty and not self.view.empty:
            self._press(at)

    def _press(self, at: QPointF) -> None:
        place = self.view.to_picture(at)
        if self.drawing:
            self._state.playback.pause()
            self._drag = _Drag("new", place, self.frame)
            return
        if not self.boxes_shown:
            return
        chosen = self._selected()
        handle = boxes.handle_at(chosen.shown.box, self.view, at) if chosen is not None else ""
        if chosen is not None and handle:
            self._grab(handle, chosen, place)
            return
        under = boxes.hits(self.seen(), place.x(), place.y(), self.view)
        if not under:
            self._state.selection.clear()
            return
        held = next((s for s in under if chosen is not None and s.row.key == chosen.row.key), None)
        self._grab("move", held or under[0], place)
        if held is None:
            self._state.selection.select(under[0].row.key)

    def _grab(self, kind: str, one: Seen, place: QPointF) -> None:
        self._state.playback.pause()
        self._drag = _Drag(kind, place, self.frame, one.row.key, one.shown.box)
        self._was_selected = self._state.selection.object == one.row.key

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        drag = self._drag
        if drag is None:
            self._show_cursor(at)
            self.pointed.emit(self._words(at))
            return
        if drag.kind == "pan":
            self._set_view(self.view.moved(at.x() - drag.start.x(), at.y() - drag.start.y()))
            drag.start = at
            return
        place = self.view.to_picture(at)
        dx, dy = place.x() - drag.start.x(), place.y() - drag.start.y()
        if not drag.moved and abs(dx * self.view.sx) < 3 and abs(dy * self.view.sy) < 3:
            return
        drag.moved = True
        if drag.kind == "new":
            drag.draft = boxes.spanned(drag.start.x(), drag.start.y(), place.x(), place.y())
        elif drag.box is not None:
            drag.draft = drag.box.moved(dx, dy) if drag.kind == "move" else boxes.resized(drag.box, drag.kind, dx, dy)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        self._show_cursor(event.position())
        if drag is None or drag.kind == "pan":
            return
        if drag.draft is not None and drag.kind == "new":
            self._make(drag.draft, drag.frame)
        elif drag.draft is not None:
            label = "Move box" if drag.kind == "move" else "Resize box"
            document = self._state.document
            document.attempt(actions.set_box, document.who, drag.object, drag.frame, drag.draft, label=label)
        elif drag.kind == "move" and self._was_selected:
            self._select_next_under(event.position(), drag.object)
        self.update()

    def _make(self, box: Box, frame: int) -> None:
        document = self._state.document
        row = document.video_row
        if row is None:
            return
        key = actions.new_key()
        self.set_drawing(False)
        if document.attempt(actions.new_object, document.who, row.key, frame, box, key=key):
            self._state.selection.select(key)

    def _select_next_under(self, at: QPointF, current: str) -> None:
        """A click on what is selected goes on to the next below it."""
        place = self.view.to_picture(at)
        keys = [s.row.key for s in boxes.hits(self.seen(), place.x(), place.y(), self.view)]
        if current in keys and len(keys) > 1:
            self._state.selection.select(keys[(keys.index(current) + 1) % len(keys)])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit("")

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned and not self.view.empty:
            self.zoom(1.0015**turned, event.position())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = self.view.to_picture(QPointF(event.pos()))
        under = boxes.hits(self.seen(), place.x(), place.y(), self.view) if not self.view.empty else []
        if under and self._state.selection.object not in [s.row.key for s in under]:
            self._state.selection.select(under[0].row.key)
        self.menuWanted.emit(event.globalPos())

    def _show_cursor(self, at: QPointF | None) -> None:
        if self._drag is not None and self._drag.kind == "pan":
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space is not None:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self.drawing:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            one = self._selected() if at is not None else None
            handle = boxes.handle_at(one.shown.box, self.view, at) if one is not None and at is not None else ""
            self.setCursor(_CURSORS.get(handle, Qt.CursorShape.ArrowCursor))

    def _words(self, at: QPointF) -> str:
        """Place, colour and heat under the pointer."""
        if self.view.empty or self._picture.empty:
            return ""
        place = self.view.to_picture(at)
        x, y = int(place.x() // 1), int(place.y() // 1)
        colour = self._picture.colour_at(x, y)
        if colour is None:
            return ""
        size = (self.view.height, self.view.width)
        words = f"({x}, {y}) {region_of(place.x(), place.y(), size)} · RGB {colour[0]} {colour[1]} {colour[2]}"
        values = self._state.heat.map_at(self.frame)
        if values is not None:
            import numpy as np

            from tvau_studio.services.overlays import sampled

            there = (np.array([place.y() / size[0]]), np.array([place.x() / size[1]]))
            words += f" · heat {float(sampled(values, *there)[0, 0]):.2f}"
        return words

    # -- keys

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selected box by so many picture pixels; nudges in a row are one step of undo."""
        one = self._selected()
        if one is not None:
            document = self._state.document
            box, merge = one.shown.box.moved(dx, dy), f"nudge/{one.row.key}/{self.frame}"
            document.attempt(actions.set_box, document.who, one.row.key, self.frame, box, merge=merge)

    def event(self, event: QEvent) -> bool:
        # Space pans while the button is held; only where it was not used for that does letting it go play or pause.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
            and event.modifiers() == Qt.KeyboardModifier.NoModifier
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self._space = False
            self._show_cursor(None)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat() and self._space is not None:
            panned, self._space = self._space, None
            self._show_cursor(None)
            if not panned:
                self._state.playback.toggle()

    def focusOutEvent(self, event: QEvent) -> None:
        self._space = None
        super().focusOutEvent(event)

    def picture_rect(self) -> QRectF:
        """Where the picture lies in the widget."""
        return self.view.rect
