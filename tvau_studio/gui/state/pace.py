"""When each picture of a video is due at a speed, and which are shown where not all can be. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tvau_studio.domain.frames import frame_at

if TYPE_CHECKING:
    import numpy.typing as npt

    from tvau_studio.media.video import Video

_GAP = 20.0
"""A gap in the file's times that is longer than this many usual ones is a jump of its clock, and is not waited for."""
_ALONE = 0.04
"""Seconds that the picture of a video of one picture stays."""
_MOST_SHOWN = 60
"""Pictures shown in a second at most, where playing is faster than the video."""
_HOPS = 4
"""Where each so many pictures one is shown, and decoding cannot follow, only those that decode by themselves are."""
_LEAD = 0.15
"""Seconds that decoding begins ahead of a clock that it cannot follow."""


def playing_times(times: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The times by which to play, ascending, seconds: the video's own, but where its clock jumps back or far ahead (a
    recording that was joined) the usual time from one picture to the next passes."""
    steps = np.diff(np.asarray(times, np.float64))
    good = steps[steps > 0]
    usual = float(np.median(good)) if len(good) else 0.04
    steps = np.where((steps <= 0) | (steps > max(_GAP * usual, 2.0)), usual, steps)
    return np.concatenate([[0.0], np.cumsum(steps)])


class Pace:
    """speed: how fast, negative backwards. hops: so fast that only pictures which decode by themselves are shown."""

    def __init__(self, video: Video) -> None:
        self._video = video
        self._frames = len(video)
        self.times = playing_times(video.times)
        self.speed = 1.0
        self.hops = False

    @property
    def way(self) -> int:
        return 1 if self.speed > 0 else -1

    def begin(self, n: int) -> float:
        """When picture n begins, in seconds of `times`; of the one behind the last, when that ends."""
        if n < self._frames:
            return float(self.times[n])
        usual = float(self.times[-1]) / (self._frames - 1) if self._frames > 1 else _ALONE
        return float(self.times[-1]) + usual

    def due(self, position: float) -> int:
        """The picture that is due; -1 or the number of pictures where playing has passed the first or the last."""
        if position < 0:
            return -1
        return self._frames if position >= self.begin(self._frames) else frame_at(self.times, position)

    def at(self, n: int, seconds: float) -> int:
        """The picture that many seconds on from n."""
        return frame_at(self.times, float(self.times[n]) + seconds)

    @property
    def stride(self) -> int:
        """Fast, each so many pictures one is shown: a screen has room for 60 a second."""
        return max(1, int(self._a_second / _MOST_SHOWN)) if abs(self.speed) > 1 else 1

    @property
    def _a_second(self) -> float:
        """Pictures that are due in a second."""
        return abs(self.speed) * self._video.info.fps

    def aim(self, due: int) -> int:
        """The picture to show while `due` is due: the last that is shown, the way that is played."""
        if self.hops:
            keys = self._video.key_frames
            i = int(np.searchsorted(keys, due, "right")) - 1 if self.speed > 0 else int(np.searchsorted(keys, due))
            return int(keys[max(0, min(len(keys) - 1, i))])
        return due - due % self.stride if self.speed > 0 else min(self._frames - 1, due + -due % self.stride)

    def after(self, n: int) -> float:
        """When the picture that is shown after n is due."""
        if self.hops:
            keys = self._video.key_frames
            i = int(np.searchsorted(keys, n, "right") if self.speed > 0 else np.searchsorted(keys, n) - 1)
            following = int(keys[i]) if 0 <= i < len(keys) else self._frames if self.speed > 0 else -1
        else:
            following = n + self.way * self.stride
        # Backwards a picture begins at its end.
        return self.begin(max(0, min(self._frames, following if self.speed > 0 else following + 1)))

    def fall_behind(self, due: int, a: int, b: int) -> int:
        """Decoding is behind `due`: where it had better go on, in a:b.

        Fast, what is due now will have passed when it is decoded: so where the clock is by then, at a picture that
        decodes by itself where one is near.
        """
        self.hops = self.stride >= _HOPS and self._keys_are_close(due)
        if self.stride == 1:
            return due
        keys, lead = self._video.key_frames, round(_LEAD * self._a_second)
        if self.speed > 0:
            there = min(b - 1, due + lead)
            i = int(np.searchsorted(keys, there))
        else:
            there = max(a, due - lead)
            i = int(np.searchsorted(keys, there, "right")) - 1
        key = int(keys[i]) if 0 <= i < len(keys) else -1
        return key if a <= key < b and abs(key - there) < self._a_second / 4 else self.aim(there)

    def _keys_are_close(self, n: int) -> bool:
        """Whether at least four pictures a second, as it plays now, decode by themselves around n."""
        keys = self._video.key_frames
        i = max(1, min(len(keys) - 1, int(np.searchsorted(keys, n))))
        return len(keys) > 1 and 4 * int(keys[i] - keys[i - 1]) <= self._a_second
