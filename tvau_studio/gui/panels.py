"""Where the panels stand: columns at the sides, rows under the picture, several of one group behind tabs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QSplitter, QTabWidget, QToolButton, QVBoxLayout, QWidget

from tvau_studio.gui import docks
from tvau_studio.gui.state import State
from tvau_studio.gui.words import tr

_LEFT, _RIGHT, _BELOW = 268, 372, 0.3
"""Widths of the panels at the sides and the share of the height that those below the picture get, at first."""
_NARROWEST = {"left": 200, "right": 320}


class Panels(QSplitter):
    """The picture (`middle`) with every panel of `docks` round it. `shown`: whether the panels are seen."""

    helpWanted = Signal(str)
    """The manual's page of a panel is asked for: the name of its file in `docks`."""

    def __init__(self, state: State, middle: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._state = state
        self._widgets: dict[str, QWidget] = {}
        self._waiting: dict[str, tuple[docks.Dock, QVBoxLayout]] = {}
        self._sides: list[QWidget] = []
        self._fresh = True
        self.shown = True
        areas: dict[str, list[docks.Dock]] = {"left": [], "right": [], "bottom": []}
        for dock in docks.find():
            areas[dock.area].append(dock)
        self.middle = _splitter(Qt.Orientation.Vertical)
        self.middle.addWidget(middle)
        self.middle.setStretchFactor(0, 1)
        for widget, _ in self._groups(areas["bottom"]):
            self.middle.addWidget(widget)
            self._sides.append(widget)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        for widget in (self._column("left", areas["left"]), self.middle, self._column("right", areas["right"])):
            self.addWidget(widget)
            self.setStretchFactor(self.count() - 1, 1 if widget is self.middle else 0)

    def _column(self, side: str, found: Sequence[docks.Dock]) -> QWidget:
        groups = self._groups(found)
        if len(groups) == 1:
            column = groups[0][0]
        else:
            column = _splitter(Qt.Orientation.Vertical)
            for n, (widget, stretch) in enumerate(groups):
                column.addWidget(widget)
                column.setStretchFactor(n, stretch)
            column.setSizes([1000 * stretch for _, stretch in groups])
        column.setMinimumWidth(_NARROWEST[side])
        self._sides.append(column)
        return column

    def _groups(self, found: Sequence[docks.Dock]) -> list[tuple[QWidget, int]]:
        """Each group's widget and stretch: the panel itself, or tabs where it has company."""
        groups = []
        for _, members in groupby(found, key=lambda d: d.group or d.name):
            several = list(members)
            front = self._make(several[0])
            if len(several) == 1:
                groups.append((front, several[0].stretch))
                continue
            tabs = QTabWidget()
            tabs.setDocumentMode(True)
            tabs.setProperty("panel", True)
            tabs.setAccessibleName(", ".join(tr(dock.title) for dock in several))
            tabs.addTab(front, tr(several[0].title))
            for dock in several[1:]:
                tabs.addTab(self._place(dock), tr(dock.title))
            tabs.currentChanged.connect(lambda n, names=[d.name for d in several]: self._fill(names[n]))
            tabs.setCornerWidget(self._help(tabs, [dock.name for dock in several]))
            groups.append((tabs, several[0].stretch))
        return groups

    def _help(self, tabs: QTabWidget, names: Sequence[str]) -> QWidget:
        """What opens the manual at the panel in front."""
        made = QToolButton()
        made.setText("?")
        made.setProperty("role", "quiet")
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setToolTip(tr("What this panel is for"))
        made.setAccessibleName(made.toolTip())
        made.clicked.connect(lambda: self.helpWanted.emit(names[tabs.currentIndex()]))
        return made

    def _place(self, dock: docks.Dock) -> QWidget:
        """Where a panel will be that nobody sees at first: it is made behind the first picture."""
        place = QWidget()
        place.setProperty("panel", True)
        room = QVBoxLayout(place)
        room.setContentsMargins(0, 0, 0, 0)
        self._waiting[dock.name] = (dock, room)
        return place

    def _fill(self, name: str) -> None:
        if name in self._waiting:
            dock, room = self._waiting.pop(name)
            room.addWidget(self._make(dock))

    def complete(self) -> None:
        """Make the panels that are still to be made, one at a time, so that nothing is held up by it."""
        if self._waiting:
            self._fill(next(iter(self._waiting)))
            QTimer.singleShot(0, self, self.complete)

    def _make(self, dock: docks.Dock) -> QWidget:
        widget = dock.make(self._state)
        widget.setProperty("panel", True)
        widget.setObjectName(widget.objectName() or f"{dock.name}Panel")
        self._widgets[dock.name] = widget
        return widget

    def raise_(self, name: str) -> QWidget:
        """Bring the panel of that file to the front, and give it."""
        if not self.shown:
            self.set_shown(True)
        self._fill(name)
        widget = self._widgets[name]
        for tabs in self.findChildren(QTabWidget):
            for n in range(tabs.count()):
                if tabs.widget(n) is widget or tabs.widget(n).isAncestorOf(widget):
                    tabs.setCurrentIndex(n)
        return widget

    def set_shown(self, shown: bool) -> None:
        self.shown = shown
        for side in self._sides:
            side.setVisible(shown)

    # -- sizes

    def settle(self) -> None:
        """Give every panel its first size, unless `restore` has given it another."""
        if not self._fresh or self.middle.count() < 2:
            return
        self._fresh = False
        height, below = self.middle.height(), round(_BELOW * self.middle.height())
        self.setSizes([_LEFT, self.width() - _LEFT - _RIGHT, _RIGHT])
        rows = self.middle.count() - 1
        self.middle.setSizes([height - below, *[below // rows] * rows])

    def keep(self, kept: QSettings) -> None:
        for name, splitter in self._splitters().items():
            kept.setValue(name, splitter.saveState())

    def restore(self, kept: QSettings) -> None:
        for name, splitter in self._splitters().items():
            if (value := kept.value(name)) is not None:
                splitter.restoreState(value)
                self._fresh = False

    def _splitters(self) -> dict[str, QSplitter]:
        # By the number of parts: sizes of another set of panels mean nothing.
        return {f"columns{self.count()}": self, f"middle{self.middle.count()}": self.middle}


def _splitter(orientation: Qt.Orientation) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(1)
    return splitter
