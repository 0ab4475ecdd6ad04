"""Playback: a thread that decodes ahead in the direction of travel into a bounded cache, and drops what is not wanted
any more."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import Cancelled, StudioError
from tvau_studio.media.frame_cache import FrameCache
from tvau_studio.media.video import Video

_log = logging.getLogger(__name__)
AHEAD = 24
_SHOWN_SHARE = 0.75
"""At most this part of the cache is filled ahead; the rest is for going back a step."""
_PATIENCE = 0.2
"""Seconds after which a picture on its way is finished, though another is wanted by now: scrubbing then shows at least
this many pictures a second instead of none."""

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class _Request:
    frame: int
    direction: int
    ahead: int
    stride: int
    keys: bool


class Decoder:
    """Pictures of one video for a player: never waits for a decoder on the caller's thread.

    What `get` gives equals ``video[n]``, whatever was asked in whatever order. The pictures are shared: do not write.
    """

    def __init__(
        self,
        video: Video,
        cache_bytes: int = 256 << 20,
        on_ready: Callable[[int], None] | None = None,
        on_error: Callable[[StudioError], None] | None = None,
    ) -> None:
        """on_ready(frame) is called on the decoder's thread for each picture that becomes available, those read ahead
        among them, and for one asked for that is there already; on_error(error) where a picture cannot be read. Both
        must be quick. The video is cloned: the caller may go on reading or close it."""
        self._video = video.clone()
        self._cache = FrameCache(cache_bytes)
        self.resize(cache_bytes)
        self._on_ready = on_ready
        self._on_error = on_error
        self._changed = threading.Condition()
        self._request: _Request | None = None
        self._closed = False
        self._last_done = 0.0
        self._thread = threading.Thread(target=self._work, name="tvau-decoder", daemon=True)
        self._thread.start()

    def resize(self, cache_bytes: int) -> None:
        """Hold so many bytes of pictures from now on."""
        height, width = self._video.info.size
        self._cache.resize(cache_bytes)
        self._most_ahead = max(1, int(cache_bytes * _SHOWN_SHARE) // max(1, height * width * 3))

    def get(self, frame: int) -> Picture | None:
        """The picture, uint8 [H, W, 3] RGB, if it is there; never waits."""
        return self._cache.get(frame)

    def nearest(self, frame: int) -> tuple[int, Picture] | None:
        """The nearest picture that is there, with its number; for scrubbing. None where there is none at all."""
        return self._cache.nearest(frame)

    def request(self, frame: int, direction: int = 1, ahead: int = AHEAD, stride: int = 1, keys: bool = False) -> None:
        """Ask for a picture, and then `ahead` more in the direction of travel (1 or -1), each `stride`-th, or where
        `keys`, those alone that decode without others. The latest request wins.

        A frame beyond the ends is moved to the end.
        """
        frame = max(0, min(len(self._video) - 1, frame))
        with self._changed:
            if self._closed:
                return
            self._cache.look(frame, direction)
            ahead = max(0, min(ahead, self._most_ahead))
            self._request = _Request(frame, 1 if direction >= 0 else -1, ahead, max(1, stride), keys)
            self._changed.notify()

    def close(self) -> None:
        """Stop the thread and wait until it has stopped; no callback comes afterwards. Not from a callback."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()
        self._video.close()
        self._cache.clear()

    def __enter__(self) -> Decoder:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _work(self) -> None:
        while (request := self._next()) is not None:
            try:
                self._serve(request)
            except Cancelled:
                continue
            except StudioError as error:
                if self._on_error is not None:
                    self._on_error(error)
            except Exception:
                _log.exception("the decoder met an unexpected error at frame %d", request.frame)

    def _next(self) -> _Request | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._request is not None)
            request, self._request = self._request, None
            return None if self._closed else request

    def _superseded(self) -> bool:
        return self._closed or self._request is not None

    def _impatient(self) -> bool:
        return self._closed or (self._request is not None and time.monotonic() - self._last_done < _PATIENCE)

    def _serve(self, request: _Request) -> None:
        if request.frame in self._cache:
            self._tell(request.frame)
        else:
            self._read(request.frame, self._impatient, request.stride)
        for frame in self._following(request):
            if self._superseded():
                return
            if frame not in self._cache:
                self._read(frame, self._superseded, request.stride)

    def _following(self, request: _Request) -> list[int]:
        """The pictures to read behind the one asked for, in order."""
        way, frame = request.direction, request.frame
        if request.keys:
            keys = self._video.key_frames
            at = int(np.searchsorted(keys, frame, "right" if way > 0 else "left"))
            return [int(n) for n in (keys[at:] if way > 0 else keys[:at][::-1])[: request.ahead]]
        stop = frame + way * (request.stride * request.ahead + 1)
        return list(range(frame + way * request.stride, max(-1, min(len(self._video), stop)), way * request.stride))

    def _read(self, frame: int, cancel: Callable[[], bool], stride: int) -> None:
        picture = self._video.read(frame, cancel, stride)
        picture.flags.writeable = False
        self._last_done = time.monotonic()
        self._cache.put(frame, picture)
        self._tell(frame)

    def _tell(self, frame: int) -> None:
        if self._on_ready is not None and not self._closed:
            self._on_ready(frame)
