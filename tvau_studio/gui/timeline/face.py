"""What the hand, drags and menus need of the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF, Qt

    from tvau_studio.gui.state import State
    from tvau_studio.gui.timeline.filmstrip import Filmstrip
    from tvau_studio.gui.timeline.lanes import Lanes
    from tvau_studio.gui.timeline.layout import Hit, Layout
    from tvau_studio.gui.timeline.scale import Scale


class Face(Protocol):
    """The timeline, as those see it that act for it."""

    state: State
    scale: Scale
    lanes: Lanes
    film: Filmstrip

    def redraw(self) -> None: ...

    def update(self) -> None: ...

    def setCursor(self, cursor: Qt.CursorShape) -> None: ...

    def layout_now(self) -> Layout: ...

    def hit(self, position: QPointF) -> Hit: ...

    def snapped(self, x: float, free: bool) -> int: ...

    def zoom(self, factor: float, x: float | None = None) -> None: ...

    def pan(self, dx: float, dy: float = 0.0) -> None: ...

    def centre_on_overview(self, x: float) -> None: ...

    def fit(self) -> None: ...

    def fit_range(self) -> None: ...

    def tr(self, text: str) -> str: ...
