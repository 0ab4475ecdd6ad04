"""The objects of the open clip, the selected one's labels, and the clip's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui.docks import Dock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.state import State


def make(state: State) -> QWidget:
    from tvau_studio.gui.docks._object_panel import ObjectPanel

    return ObjectPanel(state)


DOCK = Dock("Objects", "right", make, order=0, stretch=5, group="labels")
