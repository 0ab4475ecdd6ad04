"""Decoded pictures around the place where someone looks, bounded in bytes."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]


class FrameCache:
    """Pictures by frame number; when full, the one farthest from the focus goes first. Safe from any thread."""

    def __init__(self, max_bytes: int) -> None:
        """max_bytes: bound on the pictures' bytes; one picture is always kept, however large."""
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._pictures: dict[int, Picture] = {}
        self._numbers: list[int] = []
        self._bytes = 0
        self._focus = 0
        self._direction = 1

    def __len__(self) -> int:
        return len(self._pictures)

    def __contains__(self, frame: int) -> bool:
        return frame in self._pictures

    @property
    def bytes(self) -> int:
        """Bytes of the pictures held."""
        return self._bytes

    def resize(self, max_bytes: int) -> None:
        """Another bound; what is too much by now goes with the next picture."""
        with self._lock:
            self._max_bytes = max_bytes

    def look(self, frame: int, direction: int = 1) -> None:
        """Move the focus. direction: 1 forward, -1 backward; what lies behind is let go before what lies ahead."""
        with self._lock:
            self._focus, self._direction = frame, 1 if direction >= 0 else -1

    def put(self, frame: int, picture: Picture) -> bool:
        """Keep a picture, uint8 [H, W, 3]; False where it was at once the farthest of too many."""
        with self._lock:
            if frame not in self._pictures:
                insort(self._numbers, frame)
            else:
                self._bytes -= self._pictures[frame].nbytes
            self._pictures[frame] = picture
            self._bytes += picture.nbytes
            while self._bytes > self._max_bytes and len(self._numbers) > 1:
                ends = (self._numbers[0], self._numbers[-1])
                farthest = max(ends, key=self._distance)
                self._numbers.remove(farthest)
                self._bytes -= self._pictures.pop(farthest).nbytes
            return frame in self._pictures

    def _distance(self, frame: int) -> int:
        ahead = (frame - self._focus) * self._direction
        return ahead if ahead >= 0 else -2 * ahead

    def get(self, frame: int) -> Picture | None:
        """The picture, not to be written to, or None."""
        return self._pictures.get(frame)

    def nearest(self, frame: int) -> tuple[int, Picture] | None:
        """The picture held whose number is nearest to `frame`, the earlier on a tie, with its number."""
        with self._lock:
            if not self._numbers:
                return None
            i = bisect_left(self._numbers, frame)
            found = min(self._numbers[max(0, i - 1) : i + 1], key=lambda n: (abs(n - frame), n))
            return found, self._pictures[found]

    def clear(self) -> None:
        """Let go of all pictures."""
        with self._lock:
            self._pictures.clear()
            self._numbers.clear()
            self._bytes = 0
