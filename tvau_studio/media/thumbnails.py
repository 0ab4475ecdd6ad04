"""Small pictures of any place of a video, for whoever glances at a timeline: quick, since they stand for the pictures
around them, and never awaited."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import Cancelled, StudioError
from tvau_studio.media.video import Video

_log = logging.getLogger(__name__)

WIDTH = 192
"""Pixels."""
_PLACES = 240
"""Places of a video of which there is a picture, at most, where each is decoded by itself."""
_WALK = 48
"""Packets that are decoded to get to a place; where it lies farther behind a key frame, that one stands for it."""
_KEPT_BYTES = 24 << 20
_WAITING = 16
"""Requests that wait; older ones are forgotten."""

Picture = npt.NDArray[np.uint8]


class Thumbnails:
    """Small pictures of one video by frame number. Safe from any thread; nothing but `close` waits."""

    def __init__(self, video: Video, width: int = WIDTH, on_ready: Callable[[int], None] | None = None) -> None:
        """on_ready(place) is called on a thread of its own when the picture of a place has come; not where it cannot be
        read. The video is cloned."""
        self._video = video.clone()
        self._width = width
        self._on_ready = on_ready
        self._step = max(1, len(video) // _PLACES)
        self._pictures: OrderedDict[int, Picture] = OrderedDict()
        self._bytes = 0
        self._wanted: list[int] = []
        self._failed: set[int] = set()
        self._closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def place(self, frame: int) -> int:
        """The frame whose picture stands for `frame`: at or before it."""
        frame = max(0, min(len(self._video) - 1, frame))
        frame -= frame % self._step
        key, packets = self._video.key_frame(frame)
        return key if packets > _WALK else frame

    def get(self, frame: int) -> Picture | None:
        """The picture of the frame's place, uint8 [H, W, 3] RGB with square pixels, where it is there; else it is on
        its way, and the latest request comes first. Not to be written to."""
        place = self.place(frame)
        with self._changed:
            if (found := self._pictures.get(place)) is not None:
                self._pictures.move_to_end(place)
                return found
            if self._closed or place in self._failed:
                return None
            if place in self._wanted:
                self._wanted.remove(place)
            self._wanted = [*self._wanted[1 - _WAITING :], place]
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="tvau-thumbnails", daemon=True)
                self._thread.start()
            self._changed.notify()
        return None

    def close(self) -> None:
        """Stop, and wait until nothing is read any more; no callback comes afterwards. Not from a callback."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        self._video.close()
        self._pictures.clear()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._wanted)
                if self._closed:
                    return
                place = self._wanted.pop()
            try:
                picture = self._video.small(place, self._width, lambda: self._closed)
            except Cancelled:
                return
            except StudioError as error:
                # Whoever looks at the video itself is told; here a picture is missing.
                _log.info("no small picture of frame %d: %s", place, error)
                with self._changed:
                    self._failed.add(place)
                    self._changed.notify_all()
                continue
            self._keep(place, picture)
            if self._on_ready is not None and not self._closed:
                self._on_ready(place)

    def _keep(self, place: int, picture: Picture) -> None:
        picture.flags.writeable = False
        with self._changed:
            self._pictures[place] = picture
            self._bytes += picture.nbytes
            while self._bytes > _KEPT_BYTES and len(self._pictures) > 1:
                self._bytes -= self._pictures.popitem(last=False)[1].nbytes
