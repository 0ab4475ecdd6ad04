"""Questions about the range, and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui.docks import Dock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.state import State


def make(state: State) -> QWidget:
    from tvau_studio.gui.docks._chat_panel import ChatPanel

    return ChatPanel(state)


DOCK = Dock("Ask", "right", make, order=10, stretch=4, group="ask")
