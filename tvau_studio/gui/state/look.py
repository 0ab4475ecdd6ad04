"""How the picture is looked at: its tones, what lies over it, whether the view goes with the selected object.

Nothing of it changes a label or an exported file, and nothing but boxes and grid outlives the video.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from tvau_studio.domain.tones import Tones


class Look(QObject):
    """tones: how bright pictures are shown. boxes, grid: whether objects and the nine regions are drawn. follow: the
    selected object stays in the middle."""

    tonesChanged = Signal()
    changed = Signal()
    """boxes, grid or follow changed."""

    def __init__(self) -> None:
        super().__init__()
        self.tones = Tones()
        self.boxes = True
        self.grid = False
        self.follow = False

    def set_tones(self, **parts: float | bool) -> None:
        """Change some of `Tones`' fields."""
        self._take(replace(self.tones, **parts))

    def reset_tones(self) -> None:
        self._take(Tones())

    def _take(self, tones: Tones) -> None:
        if tones != self.tones:
            self.tones = tones
            self.tonesChanged.emit()

    def set(self, *, boxes: bool | None = None, grid: bool | None = None, follow: bool | None = None) -> None:
        """Set what is given; None leaves it."""
        before = (self.boxes, self.grid, self.follow)
        self.boxes = self.boxes if boxes is None else boxes
        self.grid = self.grid if grid is None else grid
        self.follow = self.follow if follow is None else follow
        if before != (self.boxes, self.grid, self.follow):
            self.changed.emit()
