"""Which packet is picture n: the index of a video, kept on disk under the file's fingerprint.

Demuxing alone tells the order where every packet has its own presentation time; the head of such a file is decoded
to see that it is so. A short video, and any other where demuxing cannot tell (H.264 in AVI, no times at all, clocks
that jump, damage), is decoded once from end to end, and the order in which the decoder gives the pictures is the truth.

Every packet carries its number through the decoder, so that each picture names the packet it came from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError
from tvau_studio.media.probe import VideoInfo, open_stream, packets, tag

NONE = np.iinfo(np.int64).min
"""Stands for a timestamp or position that the file does not have."""
SCAN_PIXELS = 150_000_000
"""A video of up to this many pixels in all is always decoded once; of a longer one, this much of its head at most."""
_GAP = 200
"""A step of this many usual ones is a hole in the recording, and not counted in its rate."""
_SAMPLE_PER_PACKET = ("mov", "matroska", "flv")
"""Containers in which a packet is one picture because the file says so, not because a parser guessed it."""

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Index:
    """The packets in file order and the pictures in presentation order.

    pts, dts, pos, size: int64 [P] per packet, `NONE` where unknown; key, discard: bool [P].
    order: int64 [N], the packet of each picture. blank: bool [N], pictures that did not decode and show another.
    damaged: bool [N], those and the ones that the decoder patched. times: float64 [N], seconds from the first picture.
    scanned: the whole file was decoded, so `blank` and `damaged` are complete.
    coded_size: (H, W) of the first picture as decoded, to which all are brought.
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
    def places(self) -> dict[tuple[int, int, int], int]:
        """(pts, pos, size) -> packet, for packets that no other equals."""
        keys = list(zip(self.pts.tolist(), self.pos.tolist(), self.size.tolist(), strict=True))
        found = dict(zip(keys, range(len(keys)), strict=True))
        if len(found) < len(keys):
            doubles = {k for i, k in enumerate(keys) if found[k] != i}
            found = {k: i for k, i in found.items() if k not in doubles}
        return found

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


def build(path: Path) -> Index:
    """Index a video file. Raises StudioError where it does not open or no picture of it decodes."""
    table = _demux(path)
    if not len(table.pts):
        raise StudioError("{path} holds no picture; it is damaged or incomplete.", path=path)
    height, width = table.size_hint
    pixels = max(1, height * width)
    order = _order_by_time(table)
    if order is not None and len(order) * pixels > SCAN_PIXELS:
        head = _decode(path, table, limit=max(8, SCAN_PIXELS // 4 // pixels))
        undecodable = set(_undecodable(table, head)) if head.outputs else set()
        order = np.array([p for p in order if p not in undecodable], np.int64) if undecodable else order
        if head.outputs and not head.failed and head.outputs == order[: len(head.outputs)].tolist():
            none = np.zeros(len(order), np.bool_)
            return _finish(path, table, head, order, none, none.copy(), scanned=False)
    whole = _decode(path, table)
    if not whole.outputs:
        raise StudioError("No picture of {path} can be decoded; it is damaged or incomplete.", path=path)
    order, blank = _with_failed(table, whole)
    damaged = blank | np.isin(order, list(whole.patched))
    groundless = _groundless(table, order, damaged)
    if not (blank | groundless).all():
        blank, damaged = blank | groundless, damaged | groundless
    return _finish(path, table, whole, order, blank, damaged, scanned=True)


@dataclass
class _Table:
    """What demuxing alone tells; int64 and bool [P] as in `Index`."""

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


def _demux(path: Path) -> _Table:
    rows: list[tuple[int, int, int, int]] = []
    flags: list[tuple[bool, bool, bool, bool]] = []
    duration = 0
    container, stream = open_stream(path)
    with container:
        context = stream.codec_context
        codec = context.codec.canonical_name
        vp8 = codec == "vp8"
        for packet in packets(container, stream):
            pts, dts, pos = (NONE if v is None else v for v in (packet.pts, packet.dts, packet.pos))
            rows.append((pts, dts, pos if pos >= 0 else NONE, packet.size))
            # Bit 4 of a VP8 frame's first byte: shown. An alternate reference picture is not.
            hidden = packet.size == 0 or (vp8 and not bytes(memoryview(packet)[:1])[0] & 0x10)
            flags.append((packet.is_keyframe, packet.is_discard, packet.is_corrupt, hidden))
            duration = packet.duration or duration
        numbers = np.array(rows, np.int64).reshape(-1, 4)
        signs = np.array(flags, np.bool_).reshape(-1, 4)
        tick = Fraction(stream.time_base or Fraction(1, 1000))
        sar = stream.sample_aspect_ratio or context.sample_aspect_ratio
        pts_, dts_, pos_, size_ = numbers.T.copy()
        key, discard, corrupt, invisible = signs.T.copy()
        return _Table(
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


def _order_by_time(table: _Table) -> Int64 | None:
    """The packets by presentation time, or None where the times cannot be trusted to tell the order."""
    shown = np.flatnonzero(~table.discard & ~table.invisible)
    pts, dts = table.pts[shown], table.dts[table.dts != NONE]
    if not len(shown) or (pts == NONE).any() or len(np.unique(pts)) < len(pts) or (np.diff(dts) < 0).any():
        return None
    if table.container == "avi" and not table.intra_only:
        return None  # an AVI file knows only the order of decoding
    if table.corrupt.any() or not table.key.any():
        return None
    clocked = table.container.split(",")[0] in _SAMPLE_PER_PACKET
    if not clocked and len(dts) > 1 and np.diff(dts).max() > 10 * max(1, int(np.median(np.diff(dts)))):
        return None  # a broadcast clock that jumps
    return shown[np.argsort(pts, kind="stable")]


@dataclass
class _Decoded:
    """What decoding from the first packet on gave: packet numbers, in the decoder's order of output."""

    outputs: list[int] = field(default_factory=list)
    failed: set[int] = field(default_factory=set)
    patched: set[int] = field(default_factory=set)
    fed: int = 0
    coded_size: tuple[int, int] = (0, 0)
    rotation: int = 0

    def take(self, frames: Iterable[av.VideoFrame]) -> None:
        for frame in frames:
            if not self.outputs:
                self.coded_size = (frame.height, frame.width)
                self.rotation = -round(frame.rotation / 90) * 90 % 360
            if frame.pts is not None:
                self.outputs.append(frame.pts)
                if frame.is_corrupt:
                    self.patched.add(frame.pts)


def _decode(path: Path, table: _Table, limit: int | None = None) -> _Decoded:
    """Decode the first `limit` packets, or all; without frame threads, so that an error is the error of its packet."""
    result = _Decoded()
    container, stream = open_stream(path, "SLICE")
    with container:
        context = stream.codec_context
        for number, packet in enumerate(packets(container, stream)):
            if number == len(table.pts) or number == limit:
                break
            tag(packet, number)
            result.fed = number + 1
            try:
                result.take(context.decode(packet))
            except av.FFmpegError:
                result.failed.add(number)
        if limit is None or result.fed < limit:
            for _ in range(64):  # an error while emptying the decoder does not hide what comes after it
                try:
                    result.take(context.decode(None))
                    break
                except EOFError:
                    break
                except av.FFmpegError:
                    continue
    silent = (
        set(range(result.fed)) - set(result.outputs) - set(np.flatnonzero(table.discard | table.invisible).tolist())
    )
    result.failed &= silent
    if limit is None and table.container.split(",")[0] in _SAMPLE_PER_PACKET and table.codec in ("h264", "hevc"):
        # A picture missing without a word counts as failed; but where half are, packets are fields and no pictures.
        silent -= set(_undecodable(table, result))
        if len(silent) < 0.45 * result.fed:
            result.failed |= silent
    if table.container != "mpegts":  # there the flag marks a neighbour of the gap
        result.patched |= set(np.flatnonzero(table.corrupt).tolist()) & set(result.outputs)
    result.failed -= set(_undecodable(table, result)) if result.outputs else set()
    return result


def _undecodable(table: _Table, decoded: _Decoded) -> list[int]:
    """Packets that no decoder could show, since the file was cut: pictures that lead the first key frame (come after it
    in the file and before it on screen), and in a stream, which may begin anywhere, those before that key frame."""
    if not decoded.outputs:
        return []
    out = set(decoded.outputs)
    keys = np.flatnonzero(table.key[: decoded.fed])
    first = int(keys[0]) if len(keys) else min(out)
    timed = table.pts != NONE
    lead = (np.arange(decoded.fed) > first) & timed[: decoded.fed] & (table.pts[: decoded.fed] < table.pts[first])
    stream = table.container.split(",")[0] not in _SAMPLE_PER_PACKET
    cut = np.flatnonzero(lead | (stream & (np.arange(decoded.fed) < first)))
    return [int(p) for p in cut if p not in out and not table.discard[p]]


def _with_failed(table: _Table, decoded: _Decoded) -> tuple[Int64, npt.NDArray[np.bool_]]:
    """The outputs with the failed packets in their places: by time where times ascend, else after the packet before."""
    order = list(decoded.outputs)
    if decoded.failed:
        pts = table.pts[order]
        failed = sorted(decoded.failed)
        if (pts != NONE).all() and (table.pts[failed] != NONE).all() and (np.diff(pts) > 0).all():
            order = sorted([*order, *failed], key=lambda p: int(table.pts[p]))
        else:
            for packet in failed:
                earlier = [i for i, p in enumerate(order) if p < packet]
                order.insert(earlier[-1] + 1 if earlier else 0, packet)
    numbers = np.array(order, np.int64)
    return numbers, np.isin(numbers, list(decoded.failed))


def _groundless(table: _Table, order: Int64, damaged: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """bool [N]: the pictures from a damaged key frame on to the next one. What decoders paint there comes out of memory
    that nobody wrote, and differs from run to run."""
    found = np.zeros(len(order), np.bool_)
    if table.intra_only:
        return found
    keys = np.flatnonzero(table.key)
    for key in np.intersect1d(keys, order[damaged]):
        later = keys[keys > key]
        found |= (order >= key) & (order < (later[0] if len(later) else len(table.key)))
    return found


def _finish(
    path: Path,
    table: _Table,
    decoded: _Decoded,
    order: Int64,
    blank: npt.NDArray[np.bool_],
    damaged: npt.NDArray[np.bool_],
    *,
    scanned: bool,
) -> Index:
    times, first = _times(table, order)
    fps, variable = _rate(times, table)
    height, width = decoded.coded_size
    stretched = max(1, round(width * table.stretch))
    size, display = (height, width), (height, stretched)
    if decoded.rotation in (90, 270):
        size, display = (width, height), (stretched, height)
    info = VideoInfo(
        frames=len(order),
        size=size,
        display_size=display,
        codec=table.codec,
        container=table.container,
        duration=round(float(clock(times)[-1]) + (1 / fps if first is None else table.last_duration or 1 / fps), 6),
        fps=fps,
        variable_rate=variable,
        rotation=decoded.rotation,
        first_pts=first,
    )
    return Index(
        table.pts, table.dts, table.pos, table.size, table.key,
        order, blank, damaged, times, scanned, decoded.coded_size, info,
    )  # fmt: skip


def _times(table: _Table, order: Int64) -> tuple[npt.NDArray[np.float64], float | None]:
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


def clock(times: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """float64 [N], strictly ascending seconds from 0: `times`, with the usual step where they jump back."""
    steps = np.diff(times)
    if not len(steps) or (steps > 0).all():
        return np.asarray(times - times[0], np.float64)
    onward = steps[steps > 0]
    steps = np.where(steps > 0, steps, float(np.median(onward)) if len(onward) else 0.04)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _rate(times: npt.NDArray[np.float64], table: _Table) -> tuple[float, bool]:
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
