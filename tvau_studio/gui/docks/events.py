"""What a scan of whole videos found, the hottest first; drafts and reports are made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui.docks import Dock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.state import State


def make(state: State) -> QWidget:
    from tvau_studio.gui.docks._events_panel import EventsPanel

    return EventsPanel(state)


DOCK = Dock("Events", "right", make, order=11, stretch=1, group="ask")
