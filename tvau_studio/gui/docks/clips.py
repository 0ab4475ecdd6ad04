"""The clips of the project: find one, open it, see how far the work has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui.docks import Dock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.state import State


def make(state: State) -> QWidget:
    from tvau_studio.gui.docks._clip_panel import ClipPanel

    return ClipPanel(state)


DOCK = Dock("Clips", "left", make)
