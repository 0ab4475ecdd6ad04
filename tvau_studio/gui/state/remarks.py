"""Remarks of reviewers in the open video: threads, which of them is pointed at, and what is being typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from tvau_studio.domain.labels import Comment

if TYPE_CHECKING:
    from tvau_studio.domain.edits import Edit
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.gui.state.workspace import Workspace
    from tvau_studio.services.drafts import Drafts


@dataclass(frozen=True)
class Thread:
    """A remark with its answers, the oldest first."""

    first: Comment
    answers: Sequence[Comment]


class Remarks(QObject):
    """pointed: the key of the thread that was asked for last, "" = none."""

    changed = Signal()
    """Threads came, went or say something else."""
    wanted = Signal()
    """A thread, or the field for a new one, is to be shown: bring the panel to the front."""
    arrived = Signal()
    """The panel is in front: show what was asked for."""

    def __init__(self, document: ClipDocument, workspace: Workspace, drafts: Drafts) -> None:
        super().__init__()
        self._document = document
        self._workspace = workspace
        self._drafts = drafts
        self.pointed = ""
        document.loaded.connect(self.changed)
        document.changed.connect(self._edited)

    def _edited(self, edit: Edit) -> None:
        if any(change.table in ("comment", "object") for change in edit.changes):
            self.changed.emit()

    def threads(self, whole_video: bool = False) -> list[Thread]:
        """Those of the open clip, or of all clips of the open video: by frame, those without one first."""
        document, clip, video = self._document.document, self._document.clip_row, self._document.video_row
        clips = document.clips(video.key) if whole_video and video else [clip] if clip else []
        found = []
        for one in clips:
            rows = document.comments(one.key)
            firsts = [row for row in rows if row.reply_to is None]
            found += [Thread(first, [row for row in rows if row.reply_to == first.key]) for first in firsts]
        return sorted(found, key=lambda t: (t.first.frame is not None, t.first.frame or 0, t.first.made))

    def point_at(self, key: str) -> None:
        """Show a thread; "" = the field for a new one."""
        self.pointed = key
        self.wanted.emit()
        self.arrived.emit()

    # -- what is typed

    def _place(self) -> str:
        clip = self._document.clip_row
        return f"{self._workspace.target}|comment|{clip.key if clip is not None else ''}"

    @property
    def draft(self) -> str:
        """What is typed about the open clip and not sent."""
        found = self._drafts.get(self._place())
        return found.text if found is not None else ""

    @draft.setter
    def draft(self, text: str) -> None:
        self._drafts.keep(self._place(), text)
