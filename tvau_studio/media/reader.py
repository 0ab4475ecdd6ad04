"""Picture n of a file: one open container and decoder, which goes on where it stands or begins at the right key frame.

What makes it exact: each packet carries its number through the decoder, so a picture is known by the packet it came
from and never by its time; and after a seek the packets are compared with the index before anything is decoded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Literal

import av
from av.packet import Packet
from av.video.stream import VideoStream

from tvau_studio.domain.errors import Cancelled, StudioError
from tvau_studio.media.index import NONE, Index
from tvau_studio.media.picture import own_memory
from tvau_studio.media.probe import open_stream, packets, tag

KEPT_BYTES = 64 << 20
"""Decoded pictures kept for a walk backwards; forwards a quarter of it."""
_SEEK_COST = 6
"""What a seek costs, in decoded packets: the decoder starts empty and fills its delay again."""
_KEPT = 64
"""Decoded pictures kept at most, however small they are."""
_STEP_BACK = 16
"""A step back of at most this many pictures belongs to a walk backwards (up to sixteen times as fast); a farther one is
a jump, which need not keep what lies before."""
_DRAINABLE = ("h264", "hevc", "mpeg1video", "mpeg2video", "vp8", "vp9", "av1")
"""Decoders of which a picture is whole with its packet, so that it may be had without feeding those behind it."""
_STEP_ON = 32
"""A step on of at most this many pictures belongs to a walk; a farther one is a jump."""
_NEAR = 64
"""Packets that are rather read and thrown away than sought over."""
_LATE = 24
"""Packets after which a picture that is overtaken by later ones will not come any more: above any decoder's delay."""
_SKIPPABLE = ("h264", "mpeg1video", "mpeg2video")
"""Decoders that can leave out pictures to which no other refers; in HEVC a higher layer may refer to such a one."""


class _LostError(Exception):
    """The packets that come are not those of the index."""


class Reader:
    """Reads one file by its index. Not for several threads at once."""

    def __init__(self, path: Path, index: Index) -> None:
        self._path = path
        self._index = index
        self._threads = "SLICE" if index.damaged.any() else "AUTO"
        self._seekable = True
        self._container: av.container.InputContainer | None = None
        self._packets: Iterator[Packet[VideoStream]] = iter(())
        self._kept: OrderedDict[int, av.VideoFrame] = OrderedDict()
        self._kept_bytes = 0
        self._allowed = KEPT_BYTES
        height, width = index.coded_size
        self._room = max(1, min(_KEPT, KEPT_BYTES // (2 * height * width)))
        self._begin_run(0)
        self._next = 0
        self._asked = -1
        self._jumped = False
        self.isolated = False
        """Every picture is a jump: of those read, none is followed by the next, and none need be kept."""
        self.stride = 1
        """How far it is from one picture that is wanted to the next, either way: those between are left out."""
        self._skipping = "DEFAULT"
        self._cancel: Callable[[], bool] | None = None
        self.failed: set[int] = set()
        """Pictures found, besides the index's blank ones, not to decode."""
        self.patched: set[int] = set()
        """Pictures found to be damaged that the decoder made up in part."""

    def close(self) -> None:
        if self._container is not None:
            self._container.close()
            self._container = None
        self._kept.clear()
        self._kept_bytes = 0
        self._next = 0

    def frame(self, n: int, cancel: Callable[[], bool] | None = None) -> av.VideoFrame:
        """Picture n, 0 <= n < len(index); where it does not decode the last before it that does, else the first after.

        Raises StudioError where the file is gone, has changed, or nothing decodes; Cancelled once `cancel()` is true.
        """
        self._cancel = cancel
        for shown in chain(range(n, -1, -1), range(n + 1, len(self._index))):
            if self._index.blank[shown] or shown in self.failed:
                continue
            if (frame := self._decoded(shown)) is not None:
                return frame
            self.failed.add(shown)
        raise StudioError("No picture of {path} can be decoded; it is damaged or has changed.", path=self._path)

    def _decoded(self, n: int) -> av.VideoFrame | None:
        step = n - self._asked
        jump = not -_STEP_BACK * self.stride <= step <= _STEP_ON * self.stride
        # One jump behind another is hardly gone on from: its picture is taken out of the decoder, which then is empty.
        alone = self.isolated or (jump and self._jumped)
        alone = alone and not self._fragile and self._index.info.codec in _DRAINABLE
        self._asked, self._jumped = n, jump
        if not self.isolated:
            self._allowed = KEPT_BYTES if step < 0 and not jump else KEPT_BYTES // 4
        if (kept := self._kept.get(n)) is not None:
            self._kept.move_to_end(n)
            return kept
        # A walk backwards keeps what lies before; any other way leaves out what no picture needs.
        wanted = n - self._room * self.stride if step < 0 and not jump else n
        try:
            return self._search(n, wanted, alone)
        except _LostError:
            self._seekable = False
            self.close()
        try:
            return self._search(n, wanted, alone)
        except _LostError:
            raise StudioError("{path} has changed since it was opened; open it again.", path=self._path) from None

    def _search(self, n: int, wanted: int, alone: bool) -> av.VideoFrame | None:
        index = self._index
        entry = index.entry(n)
        packet = int(index.order[n])
        going_on = (
            self._container is not None
            and not self._ended
            and n > self._last
            and self._run <= entry
            and (not self._fragile or self._run == entry)
            and packet - self._next <= packet - entry + _SEEK_COST
        )
        if going_on and (frame := self._run_to(n, wanted, alone)) is not None:
            return frame
        for _ in range(3):  # a key frame may promise more than it holds: go further back before giving up
            self._start(entry)
            if (frame := self._run_to(n, wanted, alone)) is not None:
                return frame
            if alone:
                alone = False
                continue
            if entry == 0:
                break
            entry = index.entry(n, before=entry)
        return None

    @property
    def _fragile(self) -> bool:
        """In a damaged file a picture depends on where decoding began; so it begins for each at its own entry."""
        return self._threads == "SLICE"

    def _begin_run(self, entry: int) -> None:
        self._run = entry
        self._last = -1
        self._repeats: dict[int, int] = {}
        self._corrupt: set[int] = set()  # packets
        self._ended = False

    def _start(self, entry: int) -> None:
        """Let the next packet be `entry`, and empty the decoder."""
        if self._container is None or self._fragile:
            self._reopen()  # an emptied decoder still patches with what it saw before
        near = 0 <= entry - self._next <= _NEAR
        if not near and not (self._seekable and self._seek(entry)):
            self._reopen()
        assert self._container is not None
        while self._next < entry:
            if self._take() is None:
                raise _LostError
        self._context.flush_buffers()
        self._begin_run(entry)

    def _reopen(self) -> None:
        if self._container is not None:
            self._container.close()
        self._container, self._stream = open_stream(self._path, self._threads)
        self._context = self._stream.codec_context
        self._packets = packets(self._container, self._stream)
        self._next = 0
        self._skipping = "DEFAULT"
        self._pushed: Packet[VideoStream] | None = None

    def _seek(self, entry: int) -> bool:
        """Bring the container to a packet at or before `entry`, known by the index; False where that does not work."""
        index = self._index
        assert self._container is not None
        stamps = (index.pts, index.dts) if "matroska" in index.info.container else (index.dts, index.pts)
        at = entry
        for _ in range(3):
            stamp = next((int(s[at]) for s in stamps if s[at] != NONE), None)
            if stamp is None:
                return False
            try:
                self._container.seek(stamp, stream=self._stream)
            except av.FFmpegError:
                return False
            self._packets = packets(self._container, self._stream)
            packet = next(self._packets, None)
            found = self._number(packet) if packet is not None else None
            if packet is not None and found is not None and found <= entry:
                self._next, self._pushed = found, packet
                return True
            earlier = [int(k) for k in index.entries if k < at]
            if not earlier:
                return False
            at = earlier[-1]
        return False

    def _number(self, packet: Packet[VideoStream]) -> int | None:
        pts, pos = (NONE if v is None else v for v in (packet.pts, packet.pos))
        return self._index.packet_at(pts, pos if pos >= 0 else NONE, packet.size)

    def _take(self) -> Packet[VideoStream] | None:
        """The next packet, None at the end of the index; raises _LostError where the file ends before that, or where
        the packet is not the one that the index says."""
        if self._pushed is not None:
            packet: Packet[VideoStream] | None = self._pushed
            self._pushed = None
        else:
            packet = next(self._packets, None)
        if self._next >= len(self._index.pts):
            return None
        if packet is None or packet.size != int(self._index.size[self._next]):
            raise _LostError
        tag(packet, self._next)
        self._next += 1
        return packet

    def _run_to(self, n: int, wanted: int, alone: bool) -> av.VideoFrame | None:
        """Decode on until picture n has come; None where it does not. alone: nobody waits for those behind it."""
        index = self._index
        overtaken, drained = -1, 0
        # In a damaged file what is patched depends on every picture before it.
        skippable = index.info.codec in _SKIPPABLE and not self._fragile
        target = int(index.order[n])
        while not self._ended:
            if self._cancel is not None and self._cancel():
                raise Cancelled
            number = self._next
            # What was fed is whole where the next packet begins a picture of its own, not the second field of one.
            whole = number > target and (number == len(index.pts) or index.first_picture[number] >= 0)
            packet = None if alone and whole else self._take()
            if skippable:
                idle = (
                    packet is not None and number != target and self._idle(int(index.first_picture[number]), n, wanted)
                )
                self._skip("NONREF" if idle else "DEFAULT")
            if packet is None:
                self._ended = True
            if packet is not None and not packet.size:
                continue  # nothing new to show; to a decoder it would mean the end
            frames = self._fed(packet)
            if not self._fragile and (frames is None or any(f.is_corrupt for f in frames)):
                # With frame threads an error falls on another packet, swallows pictures, and is patched at random.
                self._threads = "SLICE"
                self.close()
                self._start(index.entry(n))
                overtaken = -1
                skippable = alone = False
                continue
            if frames is None:
                # What comes after an error at the end is still in the decoder.
                drained += packet is None
                self._ended = packet is None and drained > _LATE
                continue
            found = None
            for frame in frames:
                shown = self._place(frame)
                if shown is None:
                    continue
                self._last = max(self._last, shown)
                if frame.pts in self._corrupt:
                    self.patched.add(shown)
                if not self._fragile or index.entry(shown) == self._run:
                    self._keep(shown, n, frame)
                if shown == n:
                    found = frame
            if found is not None:
                return found
            if self._last > n and overtaken < 0:
                overtaken = self._next
            if overtaken >= 0 and self._next - max(overtaken, target) >= _LATE:
                return None
        return None

    def _fed(self, packet: Packet[VideoStream] | None) -> list[av.VideoFrame] | None:
        """What the decoder gives for a packet (None: for the end); None where it is an error."""
        try:
            frames = self._context.decode(packet)
        except EOFError:
            return []
        except av.FFmpegError:
            return None
        self._corrupt.update(f.pts for f in frames if f.is_corrupt and f.pts is not None)
        # A decoder patches damage with what lies in the memory of pictures that nobody holds any more: if that depended
        # on who holds which, so would the patch.
        return [own_memory(f) for f in frames] if self._fragile else frames

    def _idle(self, picture: int, n: int, wanted: int) -> bool:
        """Whether nobody waits for this picture while n is looked for."""
        return 0 <= picture < wanted or (picture >= 0 and (n - picture) % self.stride != 0)

    def _skip(self, what: Literal["DEFAULT", "NONREF"]) -> None:
        if self._skipping != what:
            self._context.skip_frame = what
            self._skipping = what

    def _place(self, frame: av.VideoFrame) -> int | None:
        packet = frame.pts
        if packet is None:
            return None
        first = int(self._index.first_picture[packet])
        again = self._repeats.get(packet, 0)
        self._repeats[packet] = again + 1
        return first + again if first >= 0 else None

    def _keep(self, shown: int, n: int, frame: av.VideoFrame) -> None:
        """Keep a picture that came while n was looked for."""
        if shown in self._kept or self.isolated or (n - shown) % self.stride:
            return
        size = sum(plane.buffer_size for plane in frame.planes)
        self._kept[shown] = frame
        self._kept_bytes += size
        while self._kept_bytes > self._allowed and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._kept_bytes -= sum(plane.buffer_size for plane in old.planes)
