"""What becomes of the open video's file while one looks at it: gone, replaced, grown, or its disk does not answer."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tvau_studio.gui.bridge import Bridge
    from tvau_studio.gui.state.playback import Playback
    from tvau_studio.media.video import FileState, Video

    Found = FileState | Literal["silent"]

_EVERY = 2000
"""Milliseconds between two looks."""
_PATIENCE = 6.0
"""Seconds after which a disk that has not answered is called silent."""
_RESTS = 60.0
"""Seconds for which a file that was read again because it had grown may grow on without a word."""


class FileWatch(QObject):
    """found: same, grown, changed, gone or silent."""

    changed = Signal(str)
    """`found` is another one now."""

    def __init__(self, bridge: Bridge, playback: Playback, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.found: Found = "same"
        self._bridge = bridge
        self._playback = playback
        self._clock = clock
        self._asked: float | None = None  # since when a look is on its way
        self._generation = 0
        self._again: dict[str, float] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self.look)
        playback.videoChanged.connect(self._begin)

    def _begin(self) -> None:
        self._generation += 1
        self._asked = None
        self._set("same")
        if self._playback.video is None:
            self._timer.stop()
        else:
            self._timer.start()

    def read_again(self) -> None:
        """The open file is read again now: for a while it may go on growing."""
        if self._playback.video is not None:
            self._again[str(self._playback.video.path)] = self._clock()

    def look(self) -> None:
        """Ask the disk, on a thread of its own: it may never answer."""
        video = self._playback.video
        if video is None:
            return
        if self._asked is not None:
            if self._clock() - self._asked > _PATIENCE:
                self._set("silent")
            return
        self._asked = self._clock()
        generation = self._generation

        def ask() -> None:
            found = video.look()
            self._bridge.post(lambda: self._take(generation, video, found))

        threading.Thread(target=ask, name="tvau-file-watch", daemon=True).start()

    def _take(self, generation: int, video: Video, found: FileState) -> None:
        if generation != self._generation:
            return
        self._asked = None
        since = self._clock() - self._again.get(str(video.path), -_RESTS)
        self._set("same" if found == "grown" and since < _RESTS else found)

    def _set(self, found: Found) -> None:
        if found != self.found:
            self.found = found
            self.changed.emit(found)

    def close(self) -> None:
        self._generation += 1
        self._timer.stop()
