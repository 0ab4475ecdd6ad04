"""What the packets of a video file tell without being decoded: their order, times and rate."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tvau_studio.media.index import NONE, Int64
from tvau_studio.media.probe import Watch, open_stream, packets

_GAP = 200
"""A step of this many usual ones is a hole in the recording, and not counted in its rate."""
_LOOK = 4 * 512
"""Numbers read between two looks at whether to stop: four a packet."""
_MARKER = 16
"""Bytes up to which an MPEG-4 packet may hold no picture."""


@dataclass
class PacketTable:
    """What demuxing alone tells; int64 and bool [P] as in `Index`.

    corrupt: the demuxer found a packet incomplete. invisible: it makes no picture. tick: seconds per unit of the times.
    stretch: width of a pixel over its height. size_hint: (H, W) as the headers say. clocked: a packet is a picture
    because the container says so, not because a parser guessed it.
    """

    pts: Int64
    dts: Int64
    pos: Int64
    size: Int64
    key: npt.NDArray[np.bool_]
    discard: npt.NDArray[np.bool_]
    corrupt: npt.NDArray[np.bool_]
    invisible: npt.NDArray[np.bool_]
    last_duration: float
    container: str
    codec: str
    intra_only: bool
    tick: Fraction
    rate: Fraction | None
    stretch: Fraction
    size_hint: tuple[int, int]

    @property
    def clocked(self) -> bool:
        return self.container.split(",")[0] in ("mov", "matroska", "flv")

    @property
    def shown(self) -> Int64:
        """The packets that make a picture, as far as demuxing can tell."""
        return np.flatnonzero(~self.discard & ~self.invisible)


def demux(path: Path, watch: Watch | None = None) -> PacketTable:
    """Read all packets of the video stream, decode none. Raises StudioError as `open_stream` does, and Cancelled."""
    # Flat, without an object per number: a long recording has a million packets.
    rows, flags = array("q"), bytearray()
    duration = 0
    container, stream = open_stream(path)
    watch = watch or Watch()
    with container:
        watch.begin(container.size)
        context = stream.codec_context
        codec = context.codec.canonical_name
        vp8 = codec == "vp8"
        for packet in packets(container, stream):
            pts, dts, pos = (NONE if v is None else v for v in (packet.pts, packet.dts, packet.pos))
            rows.extend((pts, dts, pos if pos >= 0 else NONE, packet.size))
            # Bit 4 of a VP8 frame's first byte: shown. An alternate reference picture is not.
            hidden = packet.size == 0 or (vp8 and not bytes(memoryview(packet)[:1])[0] & 0x10)
            flags.extend((packet.is_keyframe, packet.is_discard, packet.is_corrupt, hidden))
            duration = packet.duration or duration
            if len(rows) % _LOOK == 0:
                watch.at(max(0, pos))
        numbers = np.frombuffer(rows, np.int64).reshape(-1, 4)
        signs = np.frombuffer(flags, np.bool_).reshape(-1, 4)
        tick = Fraction(stream.time_base or Fraction(1, 1000))
        sar = stream.sample_aspect_ratio or context.sample_aspect_ratio
        pts_, dts_, pos_, size_ = numbers.T.copy()
        key, discard, corrupt, invisible = signs.T.copy()
        return PacketTable(
            pts=pts_,
            dts=dts_,
            pos=pos_,
            size=size_,
            key=key,
            discard=discard,
            corrupt=corrupt,
            invisible=invisible,
            last_duration=float(duration * tick),
            container=container.format.name,
            codec=codec,
            intra_only=bool(context.codec.intra_only),
            tick=tick,
            rate=stream.guessed_rate or context.framerate or stream.average_rate or None,
            stretch=Fraction(sar) if sar and sar > 0 else Fraction(1),
            size_hint=(context.height, context.width),
        )


def order_by_time(table: PacketTable) -> Int64 | None:
    """The packets by presentation time, or None where the times cannot be trusted to tell the order."""
    shown = table.shown
    pts, dts = table.pts[shown], table.dts[table.dts != NONE]
    if not len(shown) or not table.key.any():
        return None
    order = np.argsort(pts, kind="stable")
    if (pts == NONE).any() or (np.diff(pts[order]) == 0).any() or (np.diff(dts) < 0).any():
        return None
    if table.container == "avi" and not table.intra_only:
        return None  # an AVI file knows only the order of decoding
    if not table.clocked and len(dts) > 1 and np.diff(dts).max() > 10 * max(1, int(np.median(np.diff(dts)))):
        return None  # a broadcast clock that jumps
    return shown[order]


def order_of_file(table: PacketTable) -> Int64 | None:
    """The packets as they come, or None where that can hardly be the order of presentation; to be seen by decoding."""
    if table.discard.any() or not table.key.any() or (table.clocked and (table.pts != NONE).all()):
        return None
    if table.codec == "mpeg4" and (table.size <= _MARKER).any():
        return None  # packets that only say "as before" make no picture
    return table.shown


def times_of(table: PacketTable, order: Int64) -> tuple[npt.NDArray[np.float64], float | None]:
    """Seconds from the first picture, and the file's own time of that one.

    The file's clock is kept where it ascends, and where it jumps back at key frames only (a recording that was joined);
    any other disorder means that the times are those of decoding, and the pictures follow at the stream's rate.
    """
    pts = table.pts[order]
    back = np.flatnonzero(np.diff(pts) <= 0) + 1
    if (pts == NONE).any() or not table.key[order[back]].all():
        rate = float(table.rate or 25)
        return np.arange(len(order)) / rate, None
    return (pts - pts[0]) * float(table.tick), float(pts[0] * table.tick)


def rate_of(times: npt.NDArray[np.float64], table: PacketTable) -> tuple[float, bool]:
    """Pictures per second, and whether the steps differ by more than the rounding to ticks of the clock."""
    nominal = float(table.rate) if table.rate else 0.0
    if len(times) < 2:
        return nominal or 25.0, False
    steps = np.diff(times)
    typical = float(np.median(steps))
    tick = float(table.tick)
    variable = bool(np.abs(steps - typical).max() > 1.5 * tick + 1e-9)
    if variable:
        gaps = (steps <= 0) | (steps > _GAP * max(typical, tick))
        moving = np.append(steps[~gaps], table.last_duration or typical)
        return (len(moving) / float(moving.sum()) if moving.sum() > 0 else nominal or 25.0), True
    measured = (len(times) - 1) / float(times[-1] - times[0])
    close = nominal and abs(measured - nominal) <= nominal * (tick / float(times[-1] - times[0]) + 1e-6) * 1.01
    return (nominal if close else measured), False
