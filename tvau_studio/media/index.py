"""The index of a video: which packet is picture n, where decoding may begin to get it, and when it is shown.

`indexing` makes one, `index_cache` keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tvau_studio.media.probe import VideoInfo

NONE = np.iinfo(np.int64).min
"""Stands for a timestamp or position that the file does not have."""

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Index:
    """The packets in file order and the pictures in presentation order.

    pts, dts, pos, size: int64 [P] per packet, `NONE` where unknown; key, discard: bool [P].
    order: int64 [N], the packet of each picture. blank: bool [N], pictures that did not decode and show another.
    damaged: bool [N], those and the ones that the decoder patched. times: float64 [N], seconds from the first picture.
    scanned: the whole file was decoded, so `blank` and `damaged` are complete.
    coded_size: (H, W) of the first picture as decoded, to which all are brought. mirrored: before it is turned.
    """

    pts: Int64
    dts: Int64
    pos: Int64
    size: Int64
    key: npt.NDArray[np.bool_]
    order: Int64
    blank: npt.NDArray[np.bool_]
    damaged: npt.NDArray[np.bool_]
    times: npt.NDArray[np.float64]
    scanned: bool
    coded_size: tuple[int, int]
    info: VideoInfo
    mirrored: bool = False

    def __len__(self) -> int:
        return len(self.order)

    @cached_property
    def first_picture(self) -> Int64:
        """int64 [P]: the first picture that each packet makes, -1 for none."""
        found = np.full(len(self.pts), -1, np.int64)
        found[self.order[::-1]] = np.arange(len(self.order))[::-1]
        return found

    @cached_property
    def entries(self) -> Int64:
        """The packets, ascending, at which decoding may begin: key frames that decode, or that an edit list hides."""
        keys = np.flatnonzero(self.key)
        shown = self.first_picture[keys]
        if self.scanned:
            keys = keys[(shown < 0) | ~self.damaged[shown]]
        return keys

    @cached_property
    def _by_time(self) -> tuple[Int64, Int64]:
        """The packets by time, and their times: what `packet_at` searches. Arrays, since a dict of the packets of a
        long recording takes 100 MB and holds the interpreter for half a second while it is made."""
        order = np.argsort(self.pts, kind="stable")
        return order, self.pts[order]

    def packet_at(self, pts: int, pos: int, size: int) -> int | None:
        """The packet of this time, position (each `NONE` where unknown) and size; None where there is none, or more
        than one."""
        order, times = self._by_time
        first, last = (int(np.searchsorted(times, pts, side)) for side in ("left", "right"))
        same = order[first:last]
        same = same[(self.pos[same] == pos) & (self.size[same] == size)]
        return int(same[0]) if len(same) == 1 else None

    def entry(self, frame: int, before: int | None = None) -> int:
        """The last packet at which decoding may begin to get picture `frame`; the first of all where none is better.

        A key frame that is shown after the picture does not serve: the picture leads it and needs the frames before.
        before: only packets below this one.
        """
        packet = int(self.order[frame]) if before is None else min(int(self.order[frame]), before - 1)
        for i in range(int(np.searchsorted(self.entries, packet, side="right")) - 1, -1, -1):
            key = int(self.entries[i])
            if self.first_picture[key] <= frame:
                return key
        return 0

    @cached_property
    def key_frames(self) -> Int64:
        """int64, ascending: the pictures at which decoding may begin. Read-only."""
        shown = self.first_picture[self.entries]
        found = np.sort(shown[shown >= 0])
        found.flags.writeable = False
        return found

    def key_frame(self, frame: int) -> tuple[int, int]:
        """The last picture, at or before `frame`, that decodes without others, and how many packets lie between the
        two. Where an edit list hides it, the picture itself."""
        entry = self.entry(frame)
        shown = int(self.first_picture[entry])
        return (shown if 0 <= shown <= frame else frame), int(self.order[frame]) - entry


def clock(times: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """float64 [N], strictly ascending seconds from 0: `times`, with the usual step where they jump back."""
    steps = np.diff(times)
    if not len(steps) or (steps > 0).all():
        return np.asarray(times - times[0], np.float64)
    onward = steps[steps > 0]
    steps = np.where(steps > 0, steps, float(np.median(onward)) if len(onward) else 0.04)
    return np.concatenate([[0.0], np.cumsum(steps)])
