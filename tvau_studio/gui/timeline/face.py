"""What drags and menus need of the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tvau_studio.gui.state import State
    from tvau_studio.gui.timeline.scale import Scale


class Face(Protocol):
    """The timeline, as those see it that act for it."""

    state: State
    scale: Scale

    def redraw(self) -> None: ...

    def snapped(self, x: float, free: bool) -> int: ...

    def pan(self, dx: float, dy: float = 0.0) -> None: ...

    def centre_on_overview(self, x: float) -> None: ...

    def fit(self) -> None: ...

    def fit_range(self) -> None: ...

    def tr(self, text: str) -> str: ...
