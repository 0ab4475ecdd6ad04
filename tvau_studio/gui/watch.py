"""With ``--debug``: each time that the thread of the window was held long enough to be noticed is logged."""

from __future__ import annotations

import logging
import time

from PySide6.QtCore import QObject, Qt, QTimer

_log = logging.getLogger(__name__)

_EVERY, _LIMIT = 10, 0.05


class Watch(QObject):
    """stalls: seconds of each time the event loop was held for more than 50 ms."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.stalls: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        held = now - self._last - _EVERY / 1000
        self._last = now
        if held > _LIMIT:
            self.stalls.append(held)
            _log.debug("the window's thread was held for %.0f ms", 1000 * held)
