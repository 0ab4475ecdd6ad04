"""What a hand does on the picture: draw, select, move and resize boxes, shift the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, Qt

from tvau_studio.domain import actions
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import new_key
from tvau_studio.gui.heat_box import hot_box
from tvau_studio.gui.player.layers import boxes
from tvau_studio.gui.player.layers.boxes import Seen

if TYPE_CHECKING:
    from tvau_studio.gui.player.view import View
    from tvau_studio.gui.state import State

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
_STILL = 3
"""Widget pixels that the pointer may move before a press becomes a drag."""


@dataclass
class Drag:
    """kind: new, move, pan, still (nothing follows), pick (with Ctrl or Shift: a click takes in or out, a drag draws a
    box), or a handle. start: in the picture (pan: in the widget). box: as it was; draft: now. moved: the pointer has
    left the place where it was pressed. held: the object was selected already.
    """

    kind: str
    start: QPointF
    frame: int
    object: str = ""
    box: Box | None = None
    draft: Box | None = None
    moved: bool = False
    held: bool = False


class Surface(Protocol):
    """What a hand works on: the canvas."""

    view: View
    drawing: bool

    @property
    def boxes_shown(self) -> bool: ...
    @property
    def frame(self) -> int: ...
    def has_picture(self) -> bool: ...
    def selected(self) -> Seen | None: ...
    def under(self, at: QPointF) -> list[Seen]: ...
    def set_view(self, view: View) -> None: ...
    def set_drawing(self, on: bool) -> None: ...
    def setCursor(self, cursor: Qt.CursorShape) -> None: ...
    def update(self) -> None: ...


class Hand:
    """drag: what is being done, None between. Each release is at most one Edit."""

    def __init__(self, canvas: Surface, state: State) -> None:
        self._canvas = canvas
        self._state = state
        self.drag: Drag | None = None
        self._corner: QPointF | None = None  # of a box drawn by two clicks, in the picture
        self._space: bool | None = None  # held; True once it was used to pan

    def let_go(self) -> None:
        """Drop what is being dragged; nothing has happened."""
        self.drag = self._corner = None
        self._canvas.update()

    def press(
        self, button: Qt.MouseButton, at: QPointF, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        left = button == Qt.MouseButton.LeftButton
        if button == Qt.MouseButton.MiddleButton or (left and self._space is not None):
            if self._space is not None:
                self._space = True
            self.drag = Drag("pan", at, self._canvas.frame)
            self.show_cursor(at)
        elif left and self._canvas.has_picture():
            self._press_picture(at, held)

    def _press_picture(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        canvas, place = self._canvas, self._canvas.view.to_picture(at)
        if canvas.drawing:
            self._state.playback.pause()
            self.drag = Drag("new", self._corner or place, canvas.frame)
            if self._corner is not None:
                self.move(at)
            return
        if modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier):
            self.drag = Drag("pick", place, canvas.frame)
            return
        chosen = canvas.selected() if canvas.boxes_shown else None
        if chosen is not None and chosen.row.key in self._state.sight.locked:
            chosen = None
        handle = boxes.handle_at(chosen.shown.box, canvas.view, at) if chosen is not None else ""
        if chosen is not None and handle:
            self._grab(handle, chosen, place)
            return
        under = canvas.under(at)
        if not under:
            self._state.selection.clear()
            return
        held = next((s for s in under if chosen is not None and s.row.key == chosen.row.key), None)
        self._grab("move", held or under[0], place)
        if self.drag is not None and self.drag.object in self._state.sight.pinned:
            self.drag.kind = "still"
        self._state.selection.select((held or under[0]).row.key)

    def _grab(self, kind: str, one: Seen, place: QPointF) -> None:
        self._state.playback.pause()
        held = self._state.selection.object == one.row.key
        self.drag = Drag(kind, place, self._canvas.frame, one.row.key, one.shown.box, held=held)

    def move(self, at: QPointF) -> bool:
        """False where nothing is dragged."""
        drag, view = self.drag, self._canvas.view
        if drag is None and self._corner is not None and self._canvas.drawing:
            drag = Drag("new", self._corner, self._canvas.frame)
            self.drag, drag.moved = drag, True
        if drag is None:
            self.show_cursor(at)
            return False
        if drag.kind == "pan":
            self._canvas.set_view(view.moved(at.x() - drag.start.x(), at.y() - drag.start.y()))
            drag.start = at
            return True
        place = view.to_picture(at)
        dx, dy = place.x() - drag.start.x(), place.y() - drag.start.y()
        if not drag.moved and abs(dx * view.sx) < _STILL and abs(dy * view.sy) < _STILL:
            return True
        drag.moved = True
        if drag.kind == "pick":
            drag.kind = "new"
            self._state.playback.pause()
        if drag.kind == "new":
            drag.draft = boxes.spanned(drag.start.x(), drag.start.y(), place.x(), place.y())
        elif drag.box is not None and drag.kind != "still":
            drag.draft = drag.box.moved(dx, dy) if drag.kind == "move" else boxes.resized(drag.box, drag.kind, dx, dy)
        self._canvas.update()
        return True

    def release(self, at: QPointF) -> None:
        drag, self.drag = self.drag, None
        self.show_cursor(at)
        if drag is None or drag.kind == "pan":
            return
        if drag.kind == "pick":
            if under := self._canvas.under(at):
                self._state.selection.toggle(under[0].row.key)
        elif drag.kind == "new" and drag.draft is None:
            self._corner = drag.start  # a click: the next one is the other corner
        elif drag.draft is not None and drag.kind == "new":
            self._corner = None
            self._make(drag.draft, drag.frame)
        elif drag.draft is not None:
            label = "Move box" if drag.kind == "move" else "Resize box"
            document = self._state.document
            document.attempt(actions.set_box, document.who, drag.object, drag.frame, drag.draft, label=label)
        elif drag.kind in ("move", "still") and drag.held:
            self._select_next_under(at, drag.object)
        self._canvas.update()

    def snap(self, at: QPointF) -> bool:
        """The selected object where it lies there, else a new one, gets the box of the heat under the pointer; False
        where it is cold."""
        canvas, state = self._canvas, self._state
        place = canvas.view.to_picture(at)
        box = (
            hot_box(state, canvas.frame, place.x(), place.y()) if canvas.has_picture() and not canvas.drawing else None
        )
        if box is None:
            return False
        self.let_go()
        state.playback.pause()
        chosen = canvas.selected()
        if chosen is not None and chosen.shown.box.contains(place.x(), place.y()):
            document = state.document
            document.attempt(actions.set_box, document.who, chosen.row.key, canvas.frame, box, label="Snap box to heat")
        else:
            self._make(box, canvas.frame)
        return True

    def _make(self, box: Box, frame: int) -> None:
        document, view = self._state.document, self._canvas.view
        row = document.video_row
        if row is None or not Box(0, 0, view.width, view.height).iou(box):
            return  # drawn beside the picture
        key = new_key()
        self._canvas.set_drawing(False)
        if document.attempt(actions.new_object, document.who, row.key, frame, box, key=key):
            self._state.selection.select(key)

    def _select_next_under(self, at: QPointF, current: str) -> None:
        """A click on what is selected goes on to the next below it."""
        keys = [s.row.key for s in self._canvas.under(at)]
        if current in keys and len(keys) > 1:
            self._state.selection.select(keys[(keys.index(current) + 1) % len(keys)])

    def hold_space(self) -> None:
        self._space = False
        self.show_cursor(None)

    def release_space(self) -> bool:
        """True where it was pressed and not used to pan."""
        tapped, self._space = self._space is False, None
        self.show_cursor(None)
        return tapped

    def show_cursor(self, at: QPointF | None) -> None:
        """at: where the pointer is, None where that does not matter."""
        canvas = self._canvas
        if self.drag is not None and self.drag.kind == "pan":
            canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space is not None:
            canvas.setCursor(Qt.CursorShape.OpenHandCursor)
        elif canvas.drawing:
            canvas.setCursor(Qt.CursorShape.CrossCursor)
        else:
            one = canvas.selected() if at is not None else None
            handle = boxes.handle_at(one.shown.box, canvas.view, at) if one is not None and at is not None else ""
            canvas.setCursor(_CURSORS.get(handle, Qt.CursorShape.ArrowCursor))
