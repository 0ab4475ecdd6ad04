"""Makes the index of a video: which packet is picture n.

Demuxing alone tells the order where every packet has its own presentation time, or where nothing is reordered; the head
of such a file is decoded to see that it is so. A short video, and any other where demuxing cannot tell (B pictures in
AVI or without times, clocks that jump, damage), is decoded once from end to end, and the order in which the decoder
gives the pictures is the truth.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError
from tvau_studio.media.index import NONE, Index, Int64, clock
from tvau_studio.media.packet_table import PacketTable, demux, order_by_time, order_of_file, rate_of, times_of
from tvau_studio.media.picture import orientation
from tvau_studio.media.probe import VideoInfo, Watch, open_stream, packets, tag

SCAN_PIXELS = 150_000_000
"""A video of up to this many pixels in all is always decoded once; of a longer one, a quarter as much at its head."""
_HEAD = 32
"""Packets at the head that are decoded at least: more than a decoder holds back."""
_DRAIN = 64


def build(path: Path, watch: Watch | None = None) -> Index:
    """Index a video file. Raises StudioError where it does not open or no picture of it decodes; Cancelled."""
    watch = watch or Watch()
    table = demux(path, watch)
    if not len(table.pts):
        raise StudioError("{path} holds no picture; it is damaged or incomplete.", path=path)
    height, width = table.size_hint
    pixels = max(1, height * width)
    if long := len(table.shown) * pixels > SCAN_PIXELS:
        head = _decode(path, table, watch, limit=max(_HEAD, SCAN_PIXELS // 4 // pixels))
        cut = set(_undecodable(table, head))
        for guess in (order_by_time(table), order_of_file(table)):
            if guess is None or not head.outputs or head.failed:
                continue
            order = np.array([p for p in guess.tolist() if p not in cut], np.int64)
            if head.outputs == order[: len(head.outputs)].tolist():
                blank = np.zeros(len(order), np.bool_)
                damaged = np.isin(order, list(head.patched | _incomplete(table)))
                return _finish(path, table, head, order, blank, damaged, scanned=False)
    whole = _decode(path, table, watch, quick=True) if long else None
    if whole is None or whole.failed or whole.patched or len(whole.outputs) < len(table.shown):
        whole = _decode(path, table, watch)
    if not whole.outputs:
        raise StudioError("No picture of {path} can be decoded; it is damaged or incomplete.", path=path)
    order, blank = _with_failed(table, whole)
    damaged = blank | np.isin(order, list(whole.patched))
    groundless = _groundless(table, order, damaged)
    if not (blank | groundless).all():
        blank, damaged = blank | groundless, damaged | groundless
    return _finish(path, table, whole, order, blank, damaged, scanned=True)


def _incomplete(table: PacketTable) -> set[int]:
    # In a transport stream the flag marks a neighbour of the gap.
    return set() if table.container == "mpegts" else set(np.flatnonzero(table.corrupt).tolist())


@dataclass
class _Decoded:
    """What decoding from the first packet on gave: packet numbers, in the decoder's order of output."""

    outputs: list[int] = field(default_factory=list)
    failed: set[int] = field(default_factory=set)
    patched: set[int] = field(default_factory=set)
    fed: int = 0
    coded_size: tuple[int, int] = (0, 0)
    rotation: int = 0
    mirrored: bool = False

    def take(self, frames: Iterable[av.VideoFrame]) -> None:
        for frame in frames:
            if not self.outputs:
                self.coded_size = (frame.height, frame.width)
                self.rotation, self.mirrored = orientation(frame)
            if frame.pts is not None:
                self.outputs.append(frame.pts)
                if frame.is_corrupt:
                    self.patched.add(frame.pts)


def _decode(path: Path, table: PacketTable, watch: Watch, limit: int | None = None, quick: bool = False) -> _Decoded:
    """Decode the first `limit` packets, or all.

    Without frame threads, so that an error is the error of its packet; quick: with them and without the last polish, to
    see no more than the order of a sound file.
    """
    result = _Decoded()
    container, stream = open_stream(path, "AUTO" if quick else "SLICE")
    watch.begin(len(table.pts) if limit is None else min(limit, len(table.pts)))
    with container:
        context = stream.codec_context
        if quick:
            context.options = {"skip_loop_filter": "all"}
        for number, packet in enumerate(packets(container, stream)):
            if number == len(table.pts) or number == limit:
                break
            watch.at(number)
            tag(packet, number)
            result.fed = number + 1
            if not packet.size:
                continue  # nothing new to show; to a decoder it would mean the end
            try:
                result.take(context.decode(packet))
            except av.FFmpegError:
                result.failed.add(number)
        if limit is None or result.fed < limit:
            for _ in range(_DRAIN):  # an error while emptying the decoder does not hide what comes after it
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
    if limit is None and table.clocked and table.codec in ("h264", "hevc"):
        # A picture missing without a word counts as failed; but where half are, packets are fields and no pictures.
        silent -= set(_undecodable(table, result))
        if len(silent) < 0.45 * result.fed:
            result.failed |= silent
    result.patched |= _incomplete(table) & set(result.outputs)
    result.failed -= set(_undecodable(table, result))
    return result


def _undecodable(table: PacketTable, decoded: _Decoded) -> list[int]:
    """Packets that no decoder could show, since the file was cut: pictures that lead the first key frame (come after it
    in the file and before it on screen), and in a stream, which may begin anywhere, those before that key frame."""
    if not decoded.outputs:
        return []
    out = set(decoded.outputs)
    keys = np.flatnonzero(table.key[: decoded.fed])
    first = int(keys[0]) if len(keys) else min(out)
    timed = table.pts != NONE
    lead = (np.arange(decoded.fed) > first) & timed[: decoded.fed] & (table.pts[: decoded.fed] < table.pts[first])
    cut = np.flatnonzero(lead | (~np.bool_(table.clocked) & (np.arange(decoded.fed) < first)))
    return [int(p) for p in cut if p not in out and not table.discard[p]]


def _with_failed(table: PacketTable, decoded: _Decoded) -> tuple[Int64, npt.NDArray[np.bool_]]:
    """The outputs with the failed packets in their places: by time where times ascend, else after the packet before."""
    order = list(decoded.outputs)
    if decoded.failed:
        pts = table.pts[order]
        failed = sorted(decoded.failed)
        if (pts != NONE).all() and (table.pts[failed] != NONE).all() and (np.diff(pts) > 0).all():
            order = sorted([*order, *failed], key=lambda p: int(table.pts[p]))
        else:
            known = sorted(set(order))
            behind: dict[int, list[int]] = {}
            for packet in failed:
                i = bisect_left(known, packet)
                behind.setdefault(known[i - 1] if i else -1, []).append(packet)
            order = behind.get(-1, []) + [p for shown in order for p in (shown, *behind.pop(shown, []))]
    numbers = np.array(order, np.int64)
    return numbers, np.isin(numbers, list(decoded.failed))


def _groundless(table: PacketTable, order: Int64, damaged: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
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
    table: PacketTable,
    decoded: _Decoded,
    order: Int64,
    blank: npt.NDArray[np.bool_],
    damaged: npt.NDArray[np.bool_],
    *,
    scanned: bool,
) -> Index:
    times, first = times_of(table, order)
    fps, variable = rate_of(times, table)
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
        order, blank, damaged, times, scanned, decoded.coded_size, info, decoded.mirrored,
    )  # fmt: skip
