"""What reviewers and annotators say to each other about the clip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui.docks import Dock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.state import State


def make(state: State) -> QWidget:
    from tvau_studio.gui.docks._comments_panel import CommentsPanel

    return CommentsPanel(state)


DOCK = Dock("Comments", "right", make, order=1, stretch=1, group="labels")
