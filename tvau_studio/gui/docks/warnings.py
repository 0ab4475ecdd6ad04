"""What looks wrong in the labels of the open video."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui.docks import Dock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.state import State


def make(state: State) -> QWidget:
    from tvau_studio.gui.docks._warnings_panel import WarningsPanel

    return WarningsPanel(state)


DOCK = Dock("Warnings", "right", make, order=3, stretch=1, group="labels")
