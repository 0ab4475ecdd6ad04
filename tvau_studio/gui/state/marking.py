"""A segment that is marked while playing: from when a key goes down until it is let go, less a reaction time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from tvau_studio.domain.frames import FrameRange

if TYPE_CHECKING:
    from tvau_studio.gui.state.playback import Playback
    from tvau_studio.services.settings import Settings

_TAP = 250
"""Milliseconds up to which a press is a tap, no segment."""


class Marking(QObject):
    """event: what is being marked, or None. start: the frame in which its key went down."""

    changed = Signal()

    def __init__(self, playback: Playback, settings: Settings) -> None:
        super().__init__()
        self._playback = playback
        self._settings = settings
        self._clock = QElapsedTimer()
        self.event: str | None = None
        self.start = 0

    def begin(self, event: str) -> None:
        """The key is down."""
        self.event, self.start = event, max(0, self._playback.frame)
        self._clock.start()
        self.changed.emit()

    def end(self) -> FrameRange | None:
        """The key is let go: the frames that were marked, both ends earlier by the reaction time; None for a tap."""
        event, self.event = self.event, None
        self.changed.emit()
        if event is None or self._clock.elapsed() < _TAP:
            return None
        video = self._playback.video
        rate = (video.info.fps or 25.0) if video is not None else 25.0
        late = round(rate * abs(self._playback.speed) * self._settings["reaction_ms"] / 1000)
        first, last = sorted((self.start, max(0, self._playback.frame)))
        if self._playback.speed > 0:
            first, last = max(0, first - late), last - late
        else:
            first, last = first + late, last + late
        last = min(last, self._playback.frames - 1)
        return FrameRange(first, last + 1) if last >= first else None
