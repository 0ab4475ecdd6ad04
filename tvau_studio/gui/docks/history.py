"""What was done in the project: by whom, when, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui.docks import Dock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.state import State


def make(state: State) -> QWidget:
    from tvau_studio.gui.docks._history_panel import HistoryPanel

    return HistoryPanel(state)


DOCK = Dock("History", "right", make, order=2, stretch=1, group="labels")
