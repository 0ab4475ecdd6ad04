"""The video, the picture that is shown, and the clock.

`frame` is always the number of the picture that is on screen: a request changes nothing until its picture is there.
While playing the clock follows the video's own times, whatever their spacing; pictures that come late are dropped,
the clock is not. Where decoding falls a second behind, the clock waits for it.
"""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from tvau_studio.gui.state.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

    from tvau_studio.gui.bridge import Bridge
    from tvau_studio.media.decoder import Decoder
    from tvau_studio.media.thumbnails import Thumbnails
    from tvau_studio.media.video import Video

SLOWEST, FASTEST = 0.1, 16.0
_AHEAD = 24
"""Pictures decoded before they are due."""
_REFILL = 8
"""Pictures shown while playing before reading ahead is asked for again."""
_ON_THE_WAY = 12
"""A picture asked for that is no farther than this is reached through those between."""
_PATIENCE = 1.0
"""Seconds that pictures may be late before the clock waits for them."""


class Playback(QObject):
    """video: `media.video.Video` or None. frames: its pictures, 0 without one. frame: the number of the picture shown,
    -1 before the first. picture: that picture, uint8 [H, W, 3] RGB, or None. range: (a, b), half-open, or None.
    """

    videoChanged = Signal()
    frameShown = Signal(int)
    """The picture on screen is now this one; `picture` holds it."""
    playingChanged = Signal(bool)
    rangeChanged = Signal()
    speedChanged = Signal(float)
    loopChanged = Signal(bool)
    smallReady = Signal(int)
    """The small picture of this place has come: see `small`."""
    failed = Signal(object)
    """A picture cannot be had: the StudioError."""

    def __init__(self, bridge: Bridge, cache_bytes: int, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__()
        self._bridge = bridge
        self._cache_bytes = cache_bytes
        self._clock = clock
        self._decoder: Decoder | None = None
        self._thumbnails: Thumbnails | None = None
        self._closing: list[threading.Thread] = []
        self._pace: Pace | None = None
        self._asked = self._arrived = -1  # asked for last; and what came last of what was asked
        self._generation = 0
        self.video: Video | None = None
        self.frame = -1
        self.picture: npt.NDArray[np.uint8] | None = None
        self.range: tuple[int, int] | None = None
        self.playing = False
        self.speed = 1.0
        self.loop = False
        self._target: int | None = None  # asked for and not yet shown
        self._scrubbing = False
        self._anchor: tuple[float, float] | None = None  # clock and video time at which playing began; None: waits
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        self.dropped = 0
        """Pictures that were due while playing and not shown, since the video was opened."""
        self.shown = 0
        """Pictures shown while playing, since the video was opened."""

    def set_cache_bytes(self, cache_bytes: int) -> None:
        """How much memory decoded pictures may take, from now on."""
        self._cache_bytes = cache_bytes
        if self._decoder is not None:
            self._decoder.resize(cache_bytes)

    @property
    def frames(self) -> int:
        return len(self.video) if self.video is not None else 0

    @property
    def target(self) -> int:
        """The picture asked for last: where stepping goes on from."""
        return self.frame if self._target is None else self._target

    # -- what is open

    def open(self, video: Video | None, frame: int = 0, range: tuple[int, int] | None = None) -> None:
        """Show a video (None: nothing), at `frame`, with the range set."""
        self.pause()
        if video is not self.video or video is None:
            self._close_decoder()
            self.video, self.frame, self.picture, self._target = video, -1, None, None
            self.range = None
            self._scrubbing = False
            self.dropped = self.shown = 0
            if video is not None:
                from tvau_studio.media.decoder import Decoder

                generation = self._generation
                self._pace = Pace(video)
                self._pace.speed = self.speed
                self._decoder = Decoder(
                    video,
                    self._cache_bytes,
                    lambda n: self._bridge.post(lambda: self._ready(generation, n)),
                    lambda e: self._bridge.post(lambda: self._failed(generation, e)),
                )
            self.videoChanged.emit()
        self.set_range(range)
        if video is not None:
            self.seek(frame)

    def close(self) -> None:
        """Let go of the video; returns when the decoder has stopped, or after a while where the file hangs."""
        self.pause()
        self._close_decoder()
        for thread in self._closing:
            thread.join(5.0)

    def _close_decoder(self) -> None:
        self._generation += 1  # what is still on its way belongs to nobody
        for reading in (self._decoder, self._thumbnails):
            if reading is not None:
                # It waits for the picture being decoded, which may take long: not on this thread.
                thread = threading.Thread(target=reading.close, name="tvau-decoder-close", daemon=True)
                self._closing = [t for t in self._closing if t.is_alive()] + [thread]
                thread.start()
        self._decoder = self._thumbnails = None

    # -- where

    def seek(self, n: int) -> None:
        """Show picture n, clamped to the video: at once where it is decoded, else as soon as it is."""
        if self._decoder is None:
            return
        n = max(0, min(self.frames - 1, n))
        direction = -1 if n < self.frame else 1
        picture = self._decoder.get(n)
        self._target = n
        self._anchor = None
        if picture is not None:
            self._show(n, picture)
        self._ask(n, direction)
        if self.playing and picture is not None:
            self._start_clock()

    def scrub(self, n: int) -> None:
        """Follow a pointer: of the pictures that are decoded the nearest to n at once, n itself when it is there."""
        n = max(0, min(self.frames - 1, n))
        found = self._decoder.nearest(n) if self._decoder is not None else None
        self._scrubbing = True
        if found is not None and abs(found[0] - n) < abs(self.frame - n):
            self._show(*found)
        self.seek(n)

    def rest(self) -> None:
        """The pointer has let go: from now on only the picture asked for is shown."""
        self._scrubbing = False

    def _ask(self, n: int, direction: int) -> None:
        assert self._decoder is not None
        assert self._pace is not None
        self._asked = self._arrived = n
        stride, hops = (self._pace.stride, self._pace.hops) if self.playing else (1, False)
        self._decoder.request(n, direction, _AHEAD, stride, hops)

    def step(self, d: int) -> None:
        """Go d pictures on (back where negative) from the picture asked for last; stops playing."""
        self.pause()
        self.seek(max(0, self.target) + d)

    def step_seconds(self, seconds: float) -> None:
        """Go that many seconds on by the video's own times, at least one picture; goes on playing."""
        if self._pace is None or not self.frames:
            return
        here = max(0, self.target)
        there = self._pace.at(here, seconds)
        if there == here:
            there += 1 if seconds > 0 else -1
        self.seek(there)

    def nearest(self, n: int) -> npt.NDArray[np.uint8] | None:
        """The picture n where it is decoded, else None."""
        return self._decoder.get(n) if self._decoder is not None else None

    def small(self, n: int) -> npt.NDArray[np.uint8] | None:
        """A picture of the place of n for a glance, uint8 [H, W, 3] of any size: the decoded one, else a small one of
        a picture shortly before it; None where it is still on its way (`smallReady` tells)."""
        if (picture := self.nearest(n)) is not None or self.video is None:
            return picture
        if self._thumbnails is None:
            from tvau_studio.media.thumbnails import Thumbnails

            generation = self._generation

            def ready(place: int) -> None:
                self._bridge.post(lambda: self.smallReady.emit(place) if generation == self._generation else None)

            self._thumbnails = Thumbnails(self.video, on_ready=ready)
        return self._thumbnails.get(n)

    # -- the range

    def set_range(self, range: tuple[int, int] | None) -> None:
        """Set the range a:b, cut to the video; None, or one that holds no picture, takes it away."""
        if range is not None:
            a, b = max(0, range[0]), min(self.frames, range[1])
            range = (a, b) if a < b else None
        if range != self.range:
            self.range = range
            self.rangeChanged.emit()

    def set_range_start(self, a: int) -> None:
        """The range begins at a; where it ended before that, it ends with the video."""
        b = self.range[1] if self.range and self.range[1] > a else self.frames
        self.set_range((a, b))

    def set_range_end(self, b: int) -> None:
        """The range ends before b; where it began after that, it begins with the video."""
        a = self.range[0] if self.range and self.range[0] < b else 0
        self.set_range((a, b))

    def set_loop(self, on: bool) -> None:
        """Whether playing goes round in the range (without one: in the whole video)."""
        if on != self.loop:
            self.loop = on
            self.loopChanged.emit(on)

    # -- the clock

    def set_speed(self, x: float) -> None:
        """How fast to play, 0.1 to 16; negative plays backwards."""
        x = max(SLOWEST, min(FASTEST, abs(x))) * (-1 if x < 0 else 1)
        if x != self.speed:
            self.speed = x
            if self._pace is not None:
                self._pace.speed, self._pace.hops = x, False
            if self.playing:
                self._start_clock()
            self.speedChanged.emit(x)

    def play(self) -> None:
        """Play from here; from the start of the range, or of the video, where the end is reached."""
        if self.playing or self._decoder is None or self._pace is None or not self.frames:
            return
        a, b = self._bounds()
        self.playing, self._pace.hops = True, False
        self.playingChanged.emit(True)
        if self.speed > 0 and self.target >= b - 1:
            self.seek(a)
        elif self.speed < 0 and self.target <= a:
            self.seek(b - 1)
        elif self.frame == self.target:
            self._start_clock()

    def pause(self) -> None:
        self._timer.stop()
        self._anchor = None
        if self.playing:
            self.playing = False
            self.playingChanged.emit(False)

    def toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def _bounds(self) -> tuple[int, int]:
        """What is played: the range while looping and inside of it, else the whole video."""
        if self.loop and self.range is not None and self.range[0] <= max(0, self.target) < self.range[1]:
            return self.range
        return 0, self.frames

    def _start_clock(self) -> None:
        # Backwards a picture stays as long as forwards: one begins at its end.
        assert self._pace is not None
        here = max(0, self.frame)
        self._anchor = (self._clock(), self._pace.begin(here if self.speed > 0 else here + 1))
        if self._pace.stride > 1:
            self._ask(self._pace.aim(here), self._pace.way)
        self._schedule()

    def _schedule(self) -> None:
        """Wake when the picture after the one shown is due."""
        if self._pace is None or self._anchor is None:
            return
        wait = (self._pace.after(self.frame) - self._anchor[1]) / self.speed - (self._clock() - self._anchor[0])
        self._timer.start(max(0, math.ceil(1000 * wait)))

    def _tick(self) -> None:
        if not self.playing or self._anchor is None or self._pace is None or self._decoder is None:
            return
        pace, direction = self._pace, self._pace.way
        position = self._anchor[1] + (self._clock() - self._anchor[0]) * self.speed
        due = pace.due(position)
        a, b = self._bounds()
        if not a <= due < b:
            self._turn(a, b, direction > 0)
            return
        n, picture = self._latest(due)
        if picture is not None and n != self.frame:
            self.dropped += abs(n - self.frame) - 1
            self.shown += 1
            self._target = None
            self._show(n, picture)
        behind = abs(pace.begin(due) - pace.begin(max(0, self.frame))) / abs(self.speed)
        aim = pace.aim(due)
        there = n in (due, aim)
        if there:
            if abs(aim - self._asked) >= _REFILL * pace.stride:
                self._ask(aim, direction)
        elif max((self._asked - due) * direction, (self._arrived - due) * direction) < 0:
            self._ask(pace.fall_behind(due, a, b), direction)
        if behind > _PATIENCE:
            # Decoding cannot follow: begin again from the picture that comes next.
            self._anchor = None
            self._target = aim
            self._ask(aim, direction)
        elif there:
            self._schedule()
        else:
            self._timer.start(4)  # the picture is due and not there: look again shortly

    def _latest(self, due: int) -> tuple[int, npt.NDArray[np.uint8] | None]:
        """The decoded picture nearest to the one that is due, between it and the one shown."""
        assert self._decoder is not None
        step = -1 if self.speed > 0 else 1
        for n in range(due, self.frame, step):
            picture = self._decoder.get(n)
            if picture is not None:
                return n, picture
        return self.frame, None

    def _turn(self, a: int, b: int, forwards: bool) -> None:
        """The end of what is played: round again, or stop on the last picture."""
        last = b - 1 if forwards else a
        if self.loop:
            self.seek(a if forwards else b - 1)
            return
        self.pause()
        if self.frame != last:
            self.seek(last)

    # -- pictures that arrive

    def _show(self, n: int, picture: npt.NDArray[np.uint8]) -> None:
        if self._target == n:
            self._target = None
        self.frame, self.picture = n, picture
        self.frameShown.emit(n)

    def _ready(self, generation: int, n: int) -> None:
        """The picture asked for, or one on the way to it: a held key shows each picture that it passes."""
        if generation != self._generation or self._decoder is None:
            return
        self._arrived = n
        if self._target is None:
            return
        on_the_way = self.frame < n < self._target or self._target < n < self.frame
        near = abs(self._target - self.frame) <= _ON_THE_WAY
        nearer = self._scrubbing and abs(self._target - n) < abs(self._target - self.frame)
        if n != self._target and not (on_the_way and near) and not nearer:
            return
        picture = self._decoder.get(n)
        if picture is None:
            return
        self._show(n, picture)
        if self.playing and self._target is None:
            self._start_clock()

    def _failed(self, generation: int, error: Exception) -> None:
        if generation == self._generation:
            self.pause()
            self.failed.emit(error)
