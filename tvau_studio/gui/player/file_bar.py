"""A sentence over the player about the open video's file, with what helps; the pictures that can be had stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui.messages import MessageBar
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.player.notice import Step
    from tvau_studio.gui.state import State


class FileBar(MessageBar):
    """relink: what offers to link the video to another file."""

    def __init__(self, state: State, relink: Step, parent: QWidget | None = None) -> None:
        super().__init__(state.theme, parent)
        self.setObjectName("fileBar")
        self.setAccessibleName(tr("The video's file"))
        self._state = state
        self._relink = relink
        state.file.changed.connect(self._show)

    def _show(self, found: str) -> None:
        video = self._state.playback.video
        name = video.path.name if video is not None else ""
        workspace = self._state.workspace
        if found == "gone":
            text = tr("{name} is not there any more. Put it back, or link the video to where it is now.", name=name)
            self.tell("warn", text, step=self._relink)
        elif found == "changed":
            text = tr("{name} was replaced by another file; what you see may be the old one.", name=name)
            self.tell("warn", text, step=(tr("Open it again"), workspace.retry))
        elif found == "grown":
            text = tr("{name} has grown since it was opened: it is being recorded.", name=name)
            self.tell("warn", text, step=(tr("Read it again"), workspace.read_again))
        elif found == "silent":
            text = tr("The disk of {name} does not answer; retry once it is back.", name=name)
            self.tell("warn", text, step=(tr("Retry"), workspace.retry))
        else:
            self.clear()
