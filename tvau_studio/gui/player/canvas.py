"""The picture with everything that lies over it.

All layers are drawn of one frame: the one whose picture `Playback` shows. The picture with its heat is drawn once per
frame and kept, so that a box follows the pointer without it being drawn again.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from tvau_studio.domain import actions
from tvau_studio.gui.player import captions
from tvau_studio.gui.player.backdrop import Backdrop
from tvau_studio.gui.player.hand import Hand
from tvau_studio.gui.player.layers import boxes, evidence, regions
from tvau_studio.gui.player.layers.boxes import BoxLayer, Seen, seen_in
from tvau_studio.gui.player.readout import words_at
from tvau_studio.gui.player.view import View
from tvau_studio.gui.state import State
from tvau_studio.gui.theme.tokens import object_colour


class Canvas(QWidget):
    """drawing: the next drag on the picture draws a box."""

    drawingChanged = Signal(bool)
    viewChanged = Signal()
    pointed = Signal(str)
    """What lies under the pointer, in words; "" outside of the picture."""
    menuWanted = Signal(QPoint)

    def __init__(self, state: State, parent: QWidget | None = None, name: str = "player", which: int = 0) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Player")
        self.setAccessibleDescription("The picture with its heatmap and the boxes of the objects")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 160)
        self._state = state
        self._which = which
        self._below = Backdrop(state, which)
        self._wiping = False
        chip = QFont(self.font())
        chip.setPixelSize(12)
        chip.setWeight(QFont.Weight.DemiBold)
        self._boxes = BoxLayer(chip)
        self.view = View()
        self.drawing = False
        self._bare = False  # the bare picture while a key is held
        self._hand = Hand(self, state)
        self._hovered: str | None = None
        self._seen: list[Seen] | None = None
        state.playback.frameShown.connect(self._frame_shown)
        state.playback.videoChanged.connect(self._video_changed)
        state.document.changed.connect(self._labels_changed)
        state.document.loaded.connect(self._labels_changed)
        state.selection.changed.connect(self._look_changed)
        state.selection.pointed.connect(self.update)
        state.sight.changed.connect(self._labels_changed)
        state.look.changed.connect(self._look_changed)
        state.look.tonesChanged.connect(self._take_picture)
        state.heat.changed.connect(self.redraw)
        state.compare.changed.connect(self.redraw)
        state.theme.changed.connect(self.redraw)
        if state.playback.video is not None:
            self._video_changed()
            self._take_picture()

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
            known = row is not None and self.frame >= 0
            self._seen = seen_in(document, row.key, self.frame, language, self._state.sight) if known else []
        return self._seen

    def _video_changed(self) -> None:
        self._hand.let_go()
        self._below.set(None)
        video = self._state.playback.video
        if video is None:
            self.set_view(View(wide=self.width(), high=self.height()))
        else:
            height, width = video.info.size
            shown_height, shown_width = video.info.display_size
            aspect = (shown_width / shown_height) / (width / height)
            same = (self.view.width, self.view.height, self.view.aspect) == (width, height, aspect)
            fresh = View(width, height, aspect, self.width(), self.height())
            self.set_view(self.view if same else fresh)
        self._labels_changed()

    def _frame_shown(self, _frame: int) -> None:
        self._seen = None
        self._follow()
        self._take_picture()

    def _take_picture(self) -> None:
        self._below.set(self._state.playback.picture)
        self.update()

    def _labels_changed(self, *_: object) -> None:
        self._seen = None
        self.update()

    def _look_changed(self) -> None:
        self._follow()
        self.update()

    def redraw(self) -> None:
        """Draw picture and heat again."""
        self._below.forget()
        self.update()

    # -- where it is shown

    def set_view(self, view: View) -> None:
        """Show the picture there."""
        self.view = view
        self.redraw()
        self.viewChanged.emit()

    def fit(self) -> None:
        self.set_view(self.view.fitted())

    def one_to_one(self) -> None:
        """One picture pixel on one pixel of the screen."""
        self.set_view(self.view.at_scale(1 / self.devicePixelRatioF()))

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        self.set_view(self.view.zoomed(factor, at or QPointF(self.width() / 2, self.height() / 2)))

    def zoom_to_selection(self) -> None:
        one = self.selected()
        if one is not None:
            self.set_view(self.view.showing(*one.shown.box.tuple()))

    @property
    def boxes_shown(self) -> bool:
        return self._state.look.boxes

    def follow(self, on: bool) -> None:
        """Whether the view goes with the selected object, which is brought near first unless one is near already."""
        if on and self.view.scale is None:
            self.zoom_to_selection()
        self._state.look.set(follow=on)

    def _follow(self) -> None:
        one = self.selected() if self._state.look.follow and self._hand.drag is None else None
        if one is not None:
            self.set_view(self.view.centred(*one.shown.box.centre))

    def set_bare(self, on: bool) -> None:
        """The bare picture, without heat and boxes."""
        self._bare = on
        self.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.set_view(replace(self.view, wide=self.width(), high=self.height()).kept())

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        below = self._below.draw(self.view, self.width(), self.height(), ratio, self.frame, self._bare)
        painter.drawPixmap(0, 0, below)
        if self.view.empty or self._below.empty or self._bare:
            return
        if self._state.look.grid:
            regions.paint(painter, self.view)
        if self.boxes_shown:
            seen = self._as_dragged()
            chosen = self._state.selection.object
            one = next((s for s in seen if s.row.key == chosen), None)
            sight = self._state.sight
            if one is not None and sight.trail and self._hand.drag is None:
                document = self._state.document.document
                self._boxes.paint_trail(painter, self.view, document, one, self.frame, sight.trail)
            self._boxes.paint(painter, self.view, seen, self._state.selection.objects, self._hovered, sight.names)
        if self._state.selection.place is not None:
            place, words = self._state.selection.place
            evidence.paint(painter, self.view, place, words, QColor("#5aa2ff"), self.font())
        captions.paint(painter, self._state, self._which, self.width(), self.height(), self.font())
        drag = self._hand.drag
        if drag is not None and drag.kind == "new" and drag.draft is not None:
            self._boxes.paint_draft(painter, self.view, drag.draft, self._next_colour())

    def _as_dragged(self) -> list[Seen]:
        drag = self._hand.drag
        if drag is None or drag.draft is None or not drag.object:
            return self.seen()
        draft = drag.draft
        return [replace(s, shown=replace(s.shown, box=draft)) if s.row.key == drag.object else s for s in self.seen()]

    def _next_colour(self) -> QColor:
        row = self._state.document.video_row
        return QColor(object_colour(self._state.document.document.next_track(row.key) if row is not None else 1))

    # -- the hand

    def set_drawing(self, on: bool) -> None:
        """Whether the next drag on the picture draws a box; only on a picture of an open video."""
        on = on and self._state.document.video_row is not None and not self._below.empty
        if on != self.drawing:
            self.drawing = on
            self._hand.let_go()
            self.drawingChanged.emit(on)
        self._hand.show_cursor(None)

    def cancel(self) -> bool:
        """Let go of what is being drawn or dragged, else leave the mode, else deselect; False where there was nothing
        to leave."""
        if self._hand.drag is not None:
            self._hand.let_go()
        elif self.drawing:
            self.set_drawing(False)
        elif self._state.selection.object is not None:
            self._state.selection.clear()
        else:
            return False
        return True

    def selected(self) -> Seen | None:
        """The selected object where it is in the picture."""
        return next((s for s in self.seen() if s.row.key == self._state.selection.object), None)

    def under(self, at: QPointF) -> list[Seen]:
        """The objects under a place of the widget, the smallest first; locked ones cannot be touched."""
        if self._below.empty or self.view.empty or not self.boxes_shown:
            return []
        place = self.view.to_picture(at)
        free = [s for s in self.seen() if s.row.key not in self._state.sight.locked]
        return boxes.hits(free, place.x(), place.y(), self.view)

    def has_picture(self) -> bool:
        return not self._below.empty and not self.view.empty

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._wiping = captions.on_line(self._state, event.position().x(), self.width()) and self._which == 0
        if not self._wiping:
            self._hand.press(event.button(), event.position(), event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._wiping:
            self._state.compare.set_wipe(at.x() / max(1, self.width()))
        elif not self._hand.move(at):
            self._hover(at)
            if self._which == 0 and captions.on_line(self._state, at.x(), self.width()):
                self.setCursor(Qt.CursorShape.SplitHCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._wiping:
            self._hand.release(event.position())
        self._wiping = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._hand.snap(event.position()):
            self.mousePressEvent(event)

    def _hover(self, at: QPointF | None) -> None:
        """What lies under the pointer says all on its chip, and is told in words."""
        under = self.under(at) if at is not None else []
        key = under[0].row.key if under else None
        if key != self._hovered:
            self._hovered = key
            self.update()
        words = words_at(self._state, self._below, self.view, at, self.frame, self._which) if at is not None else ""
        self.pointed.emit(words)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned and not self.view.empty:
            self.zoom(1.0015**turned, event.position())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        under = self.under(QPointF(event.pos()))
        if under and not set(self._state.selection.objects) & {s.row.key for s in under}:
            self._state.selection.select(under[0].row.key)
        self.menuWanted.emit(event.globalPos())

    # -- keys

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selected boxes by so many picture pixels; nudges in a row are one step of undo."""
        keys = self._state.selection.objects
        moved = [s for s in self.seen() if s.row.key in keys]
        if moved:
            document = self._state.document
            boxes_by_key = {s.row.key: s.shown.box.moved(dx, dy) for s in moved}
            merge = f"nudge/{'+'.join(boxes_by_key)}/{self.frame}"
            document.attempt(actions.set_boxes, document.who, self.frame, boxes_by_key, merge=merge)

    def focusNextPrevChild(self, on: bool) -> bool:
        """Tab walks through the objects in the picture; behind the last it goes on to the next widget."""
        keys = [s.row.key for s in self.seen()] if self.boxes_shown else []
        current = self._state.selection.object
        at = keys.index(current) + (1 if on else -1) if current in keys else (0 if on else len(keys) - 1)
        if not 0 <= at < len(keys):
            return super().focusNextPrevChild(on)
        self._state.selection.select(keys[at])
        return True

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
            self._hand.hold_space()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat() and self._hand.release_space():
            self._state.playback.toggle()

    def focusOutEvent(self, event: QEvent) -> None:
        self._hand.release_space()
        super().focusOutEvent(event)
