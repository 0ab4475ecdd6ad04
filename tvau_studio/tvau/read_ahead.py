"""Pictures read and scaled by a thread of their own, a few ahead of the network that looks at them.

Decoding and scaling take a third to a half of the time that the shipped network takes for a pair; done meanwhile, they
cost nearly nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from types import TracebackType

from torch import Tensor


class ReadAhead:
    """`read(frame)` for each of `frames` (ascending), kept until `drop`; at most `ahead` are kept, or as many as
    somebody waits for. A context manager; leaving it ends the thread.
    """

    def __init__(self, read: Callable[[int], Tensor], frames: Sequence[int], ahead: int) -> None:
        self._read, self._frames, self._ahead = read, frames, ahead
        self._planned = set(frames)
        self._ready: dict[int, Tensor] = {}
        self._changed = threading.Condition()
        self._wanted: int | None = None
        self._error: Exception | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="tvau-read-ahead", daemon=True)

    def __enter__(self) -> ReadAhead:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def take(self, frame: int) -> Tensor:
        """The picture; read here and now where it was not planned or has been dropped. Raises what reading raised."""
        with self._changed:
            if frame in self._planned:
                self._wanted = frame
                self._changed.notify_all()
                self._changed.wait_for(lambda: frame in self._ready or self._error is not None)
                self._wanted = None
                if frame not in self._ready:
                    assert self._error is not None
                    raise self._error
                return self._ready[frame]
        return self._read(frame)

    def drop(self, before: int) -> None:
        """What lies before this frame is not wanted any more."""
        with self._changed:
            for frame in [f for f in self._ready if f < before]:
                del self._ready[frame]
                self._planned.discard(frame)
            self._changed.notify_all()

    def _work(self) -> None:
        for frame in self._frames:
            with self._changed:
                # Whoever waits for a frame gets it, however many others are kept.
                self._changed.wait_for(
                    lambda: self._closed or len(self._ready) < self._ahead or self._wanted is not None
                )
                if self._closed:
                    return
            try:
                picture = self._read(frame)
            except Exception as error:
                with self._changed:
                    self._error = error
                    self._changed.notify_all()
                return
            with self._changed:
                self._ready[frame] = picture
                self._changed.notify_all()
