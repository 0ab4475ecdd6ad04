"""A picture of the window with everything in it that a person would see."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from tvau_studio.domain.errors import StudioError

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.state import State

_EVERY = 50
"""Milliseconds between two looks at whether all is there."""
_CALM = 4
"""So many looks in a row have to find nothing going on."""
_NEAR = 24
"""Pairs from the picture on whose heat has to be there; what a longer clip lacks is computed behind a person's back."""
_HEAT, _ALL = 60.0, 80.0
"""Seconds that the heat, and everything, may take; then the picture is taken of what is there."""
_BESIDE = ("Look for edits of others", "Heatmap")
"""Jobs that are not waited for."""


class Screenshot(QObject):
    """failed(): why what was asked for could not be opened, or None. error: why there is no picture."""

    def __init__(self, window: QWidget, state: State, path: Path, failed: Callable[[], StudioError | None]) -> None:
        super().__init__()
        self._window = window
        self._state = state
        self._path = path
        self._failed = failed
        self._started = 0.0
        self._calm = 0
        self.error: StudioError | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self._look)

    def begin(self, now: float) -> None:
        self._started = now
        self._timer.start()

    def _look(self) -> None:
        waited = time.monotonic() - self._started
        if (error := self._failed()) is not None:
            self._end(error)
            return
        self._calm = self._calm + 1 if self._is_calm(waited) else 0
        if self._calm >= _CALM or waited > _ALL:
            self._end(self._save())

    def _is_calm(self, waited: float) -> bool:
        state = self._state
        if state.workspace.loading or state.studio.models.state == "unknown":
            return False
        showing = state.playback.video is not None and state.workspace.video_error is None
        if showing and (state.playback.frame < 0 or state.playback.target != state.playback.frame):
            return False
        if state.heat.busy and not self._heat_is_there() and waited < _HEAT:
            return False
        return all(job.name in _BESIDE for job in state.studio.jobs.active())

    def _heat_is_there(self) -> bool:
        """Whether the heat of the picture shown, and of what comes next in its clip, is known."""
        state = self._state
        clip, scores = state.document.clip_row, state.heat.scores()
        here, end = state.playback.frame // 2, len(scores)
        if clip is not None:
            here, end = max(here, clip.start // 2), min(end, (clip.stop + 1) // 2)
        return not np.isnan(scores[here : min(end, here + _NEAR)]).any()

    def _save(self) -> StudioError | None:
        if not self._window.grab().save(str(self._path), "PNG"):
            return StudioError("{path} cannot be written; choose another place for the picture.", path=self._path)
        return None

    def _end(self, error: StudioError | None) -> None:
        self._timer.stop()
        self.error = error
        QApplication.quit()
