"""A column of turns of which only those in sight are widgets: two thousand scroll as two do.

Each turn has a height: measured once it was in sight, guessed before. Widgets that leave the sight are filled with
others that come in, so that scrolling makes none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from tvau_studio.gui.docks._bubbles import TurnView
from tvau_studio.gui.state.turns import Turn

_GUESS = 150.0
"""Height of a turn that was not in sight yet."""
_BEYOND = 160
"""Pixels above and below the sight in which turns are widgets already."""
_AHEAD = 8
"""So many widgets are made before they are needed."""
_NEAR = 24
"""So near to the end the sight follows it."""


class Transcript(QAbstractScrollArea):
    """make: a new, empty `TurnView`. divider(n): whether turn n begins another range."""

    def __init__(self, make: Callable[[], TurnView], divider: Callable[[int], bool]) -> None:
        super().__init__()
        self._make = make
        self._divider = divider
        self._turns: Sequence[Turn] = ()
        self._heights = np.zeros(0)
        self._known = np.zeros(0, bool)
        self._views: dict[int, TurnView] = {}
        self._spare: list[TurnView] = []
        self._at = 0
        self._stick = True
        self._placing = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("QAbstractScrollArea { background: transparent; border: 0; }")
        self.verticalScrollBar().setSingleStep(20)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._place)
        self._ahead = QTimer(self)
        self._ahead.setInterval(60)
        self._ahead.timeout.connect(self._make_ahead)

    # -- what is shown

    def show_turns(self, turns: Sequence[Turn], to_end: bool = True) -> None:
        """Show these turns, from the end."""
        self._turns = turns
        for view in [*self._views.values()]:
            self._release(view)
        self._views.clear()
        self._heights = np.full(len(turns), _GUESS)
        self._known = np.zeros(len(turns), bool)
        self._stick = to_end
        self._place()
        if len(turns) > len(self._views):
            self._ahead.start()

    def grow(self, turns: Sequence[Turn], to_end: bool = True) -> None:
        """These turns begin as those that are shown; more follow."""
        self._turns = turns
        more = len(self._turns) - len(self._heights)
        self._heights = np.concatenate([self._heights, np.full(max(0, more), _GUESS)])
        self._known = np.concatenate([self._known, np.zeros(max(0, more), bool)])
        self._stick = self._stick or to_end
        self._place()

    def refresh(self, number: int) -> None:
        """Turn `number` looks different."""
        if 0 <= number < len(self._known):
            self._known[number] = False
        view = self._views.get(number)
        if view is not None:
            view.refresh()
            self._soon.start()

    def in_sight(self) -> list[TurnView]:
        """The turns that are widgets now, from above to below."""
        return [self._views[n] for n in sorted(self._views)]

    def view(self, number: int) -> TurnView | None:
        """The widget of a turn, where it is in sight."""
        return self._views.get(number)

    def restyle(self) -> None:
        """The colours of the theme."""
        for view in [*self._views.values(), *self._spare]:
            view.restyle()

    def scroll_to(self, number: int) -> None:
        """Bring a turn to the top of the sight."""
        self._stick = False
        offsets = self._offsets()
        self.verticalScrollBar().setValue(int(offsets[max(0, min(number, len(offsets) - 1))]))

    # -- where it stands

    def _offsets(self) -> np.ndarray:
        return np.concatenate([[0.0], np.cumsum(self._heights)])

    def _scrolled(self, value: int) -> None:
        if not self._placing:
            bar = self.verticalScrollBar()
            self._stick = value >= bar.maximum() - _NEAR
            self._place()

    def _place(self) -> None:
        """Give every turn in sight a widget of its height, where it belongs. What is measured above the sight does not
        move what is in it.
        """
        if self._placing:
            return
        self._placing = True
        try:
            self._soon.stop()
            bar, width, height = self.verticalScrollBar(), self.viewport().width(), self.viewport().height()
            at = float(bar.value())
            for _ in range(4):
                offsets = self._offsets()
                most = max(0.0, offsets[-1] - height)
                at = most if self._stick else min(at, most)
                first, last = self._range(offsets, at, height)
                # The turn at the upper edge keeps its place while those above it get their heights.
                edge = min(len(self._heights) - 1, max(first, int(np.searchsorted(offsets, at, "right")) - 1))
                within = at - offsets[edge] if edge >= 0 else 0.0
                if not self._measure(first, last, width):
                    break
                if edge >= 0:
                    at = float(self._offsets()[edge]) + within
            offsets = self._offsets()
            bar.setPageStep(height)
            bar.setRange(0, max(0, int(offsets[-1]) - height))
            bar.setValue(bar.maximum() if self._stick else int(at))
            top = bar.value()
            for number, view in self._views.items():
                # One that has the focus stays alive out of sight, so that typing in it goes on.
                view.setGeometry(QRect(0, int(offsets[number]) - top, width, int(self._heights[number])))
                view.show()
        finally:
            self._placing = False

    def _range(self, offsets: np.ndarray, at: float, height: int) -> tuple[int, int]:
        """The first turn in sight and the one behind the last."""
        first = int(np.searchsorted(offsets, at - _BEYOND, "right")) - 1
        last = int(np.searchsorted(offsets, at + height + _BEYOND, "left"))
        return max(0, first), min(len(self._heights), last)

    def _measure(self, first: int, last: int, width: int) -> bool:
        """Make widgets of turns first:last and let the others go; whether a height changed."""
        focus = QApplication.focusWidget()
        for number in [n for n in self._views if not first <= n < last]:
            view = self._views[number]
            if focus is None or not view.isAncestorOf(focus):
                self._release(self._views.pop(number))
        changed = False
        for number in range(first, last):
            view = self._views.get(number)
            if view is None:
                view = self._spare.pop() if self._spare else self._new()
                view.show_turn(self._turns[number], self._divider(number))
                self._views[number] = view
            if not self._known[number]:
                wanted = float(view.height_at(width))
                # What it asked for is done: without this each would be measured twice.
                QCoreApplication.removePostedEvents(view, QEvent.Type.LayoutRequest.value)
                changed = changed or wanted != self._heights[number]
                self._heights[number], self._known[number] = wanted, True
        return changed

    def _new(self) -> TurnView:
        view = self._make()
        view.setParent(self.viewport())
        view.installEventFilter(self)
        return view

    def _make_ahead(self) -> None:
        """One more widget, while nobody scrolls: what scrolling needs is there before."""
        if len(self._views) + len(self._spare) >= _AHEAD:
            self._ahead.stop()
            return
        view = self._new()
        view.hide()
        self._spare.append(view)

    def _release(self, view: TurnView) -> None:
        view.hide()
        self._spare.append(view)

    # -- events

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and not self._placing:
            number = next((n for n, view in self._views.items() if view is watched), None)
            if number is not None:
                self._known[number] = False
                self._soon.start()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._known[:] = False
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(300, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 80)
