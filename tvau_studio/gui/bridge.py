"""The way back from the lanes to the thread that draws."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Bridge(QObject):
    """Calls made on the thread that it lives on, in the order in which they were posted from any thread.

    After `close` nothing is called any more: what is on its way finds nobody.
    """

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Have `call` run on this object's thread. From any thread."""
        if self._open:
            self._posted.emit(call)

    def close(self) -> None:
        self._open = False

    @Slot(object)
    def _call(self, call: Callable[[], None]) -> None:
        if self._open:
            call()
