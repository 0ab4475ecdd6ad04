"""The video's time, under the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui.docks import Dock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.state import State


def make(state: State) -> QWidget:
    from tvau_studio.gui.timeline.widget import Timeline

    return Timeline(state)


DOCK = Dock("Timeline", "bottom", make)
