"""A source that goes on while one looks at it: a camera, a stream, a file that still grows.

A thread reads it and never waits for whoever looks: the last pictures are kept for the network, the last packets for
films that begin before what they show. Films are cut at key frames, without being encoded again.
"""

from __future__ import annotations

import errno
import threading
import time
from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.video.stream import VideoStream

from tvau_studio.domain.errors import StudioError
from tvau_studio.media.picture import Converter

_PACKET_BYTES = 256 << 20
"""Packets kept for what came before, at most."""
_LEAVE = 1.0
"""Seconds that leaving a source may take."""
_IN_MP4 = frozenset({"h264", "hevc", "mpeg4", "av1", "vp9"})


@dataclass(frozen=True)
class LiveInfo:
    """size: (H, W) of the picture. fps: as the source says, 25 where it does not. codec: its name."""

    size: tuple[int, int]
    fps: float
    codec: str


@dataclass(frozen=True)
class _Packet:
    data: bytes
    pts: int
    dts: int
    key: bool


class LiveSource:
    """source: ``rtsp://``, ``http://``, a camera's device, or a file; a file is followed while it grows. patience:
    seconds without anything new after which it counts as stalled. pictures: how many of the last are kept. before:
    seconds of packets kept. A context manager. Raises StudioError where it cannot be opened or shows no video.

    For the network it is a video: `len`, ``source[n]``, `info`, `times`, `fingerprint`.
    """

    def __init__(self, source: str, *, patience: float = 10.0, pictures: int = 96, before: float = 5.0) -> None:
        self.source, self.patience, self._before = source, patience, before
        self.fingerprint = f"live-{id(self):x}"
        self.ended = ""
        """Why there is no more, one sentence; "" while it goes on."""
        self.failed = False
        """Whether it ended in a way that it should not have."""
        self._changed = threading.Condition()
        self._frames: deque[tuple[int, av.VideoFrame, float]] = deque(maxlen=pictures)
        self._packets: deque[_Packet] = deque()
        self._bytes = 0
        self._numbers: dict[int, int] = {}
        self._films: list[Film] = []
        self._count = 0
        self._closed = self._finished = self._left = False
        self._container = self._open()
        try:
            self._stream = self._video()
            self._stream.thread_type = "SLICE"  # threads by pictures would show each later
            context = self._stream.codec_context
            self._tick = self._stream.time_base or Fraction(1, 90_000)
            rate = self._stream.average_rate or self._stream.guessed_rate or 25
            self.info = LiveInfo((context.height, context.width), float(rate), context.name)
            self._converter = Converter(self.info.size, 0)
        except BaseException:
            self._container.close()
            raise
        self._thread = threading.Thread(target=self._work, name="tvau-live", daemon=True)

    def __enter__(self) -> LiveSource:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        self._thread.join(_LEAVE)  # one that hangs in a read ends by itself, once its patience is over
        with self._changed:
            for film in self._films:
                if not film.closed:
                    film.discard()
            self._shut()

    # -- what the network asks

    def __len__(self) -> int:
        """How many pictures came so far."""
        return self._count

    @property
    def oldest(self) -> int:
        """The number of the oldest picture that is kept."""
        with self._changed:
            return self._frames[0][0] if self._frames else self._count

    def __getitem__(self, frame: int) -> npt.NDArray[np.uint8]:
        """Picture `frame`, uint8 [H, W, 3] RGB. Raises StudioError where it is not kept any more."""
        with self._changed:
            found = next((f for n, f, _ in self._frames if n == frame), None)
        if found is None:
            raise StudioError("Picture {frame} of {source} is not kept any more.", frame=frame, source=self.source)
        return self._converter.rgb(found)

    @property
    def times(self) -> npt.NDArray[np.float64]:
        """float64 [N], seconds, by the rate: a live source has no clock that holds."""
        return np.arange(self._count) / self.info.fps

    def came(self, frame: int) -> float:
        """When that picture came, by `time.monotonic`; of one that is not kept: of the oldest that is."""
        with self._changed:
            return next((t for n, _, t in self._frames if n >= frame), time.monotonic())

    def wait(self, frame: int, timeout: float) -> bool:
        """Wait until picture `frame` is there; False where it is not after `timeout` seconds or never will be."""
        with self._changed:
            self._changed.wait_for(lambda: self._count > frame or bool(self.ended), timeout)
            return self._count > frame

    # -- films

    def film(self, folder: Path, name: str, frame: int) -> Film:
        """Begin a film that holds picture `frame` and what came before it, as far as packets are kept; it goes on until
        `Film.finish`.
        """
        suffix = ".mp4" if self.info.codec in _IN_MP4 else ".mkv"
        with self._changed:
            ticks = round(self._before / self._tick)
            at = next((p for p, n in self._numbers.items() if n == frame), self._packets[-1].pts)
            keys = [i for i, p in enumerate(self._packets) if p.key and p.pts in self._numbers]
            early = [i for i in keys if self._packets[i].pts <= at - ticks]
            first = early[-1] if early else (keys[0] if keys else 0)
            packets = list(self._packets)[first:]
            made = Film(folder / (name + suffix), self._stream, self._tick, self._numbers.get(packets[0].pts, frame))
            for packet in packets:
                made.write(packet)
            if self.ended:
                made.complete()
            else:
                self._films.append(made)
        return made

    def keep(self, film: Film, seconds: float) -> None:
        """Have a film go on for so many seconds, and then be kept."""
        with self._changed:
            film.keep(seconds)

    def cut(self, film: Film) -> None:
        """Have a film end now."""
        with self._changed:
            film.complete()

    def discard(self, film: Film) -> None:
        """Have a film end now, and leave nothing of it."""
        with self._changed:
            film.discard()

    # -- the thread

    def _open(self) -> InputContainer:
        options, place = {"rtsp_transport": "tcp"}, self.source
        if "://" not in place and Path(place).is_file():
            options, place = {"follow": "1"}, f"file:{Path(place).absolute()}"
        device = {"format": "v4l2"} if self.source.startswith("/dev/video") else {}
        try:
            opened = av.open(place, options=options, timeout=(self.patience, self.patience), **device)
        except (OSError, av.FFmpegError, ValueError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise StudioError(
                "{source} cannot be opened: {why}; check the address and that it sends.", source=self.source, why=why
            ) from None
        assert isinstance(opened, InputContainer)
        return opened

    def _video(self) -> VideoStream:
        if not self._container.streams.video:
            raise StudioError("{source} sends no video.", source=self.source)
        return self._container.streams.video[0]

    def _work(self) -> None:
        try:
            for packet in self._container.demux(self._stream):
                if self._closed:
                    break
                self._take(packet)
                if self.ended:
                    return
            self._end("{source} has ended.", failed=False)
        except (TimeoutError, av.error.ExitError, av.error.BlockingIOError):
            self._end("{source} has sent nothing for {patience:g} seconds.", failed=True)
        except (OSError, av.FFmpegError) as error:
            if error.errno == errno.EIO:  # how libav tells of a sender that hangs up and never said how much would come
                self._end("{source} has ended: its sender hung up.", failed=False)
                return
            self._end("{source} broke off: {why}.", failed=True, why=error.strerror or type(error).__name__)
        finally:
            with self._changed:
                for film in self._films:
                    film.complete()
                self.ended = self.ended or f"{self.source} was closed."
                self._finished = True
                if self._left:
                    self._shut()
                self._changed.notify_all()

    def _shut(self) -> None:
        """Close the source once nobody reads it: films that begin late still take its stream for their pattern."""
        self._left = True
        if self._finished:
            self._container.close()

    def _end(self, template: str, *, failed: bool, **more: Any) -> None:
        with self._changed:
            self.ended = template.format(source=self.source, patience=self.patience, **more)
            self.failed = failed
            self._changed.notify_all()

    def _take(self, packet: av.Packet) -> None:
        if packet.size and packet.dts is not None:
            kept = _Packet(
                bytes(packet), packet.pts if packet.pts is not None else packet.dts, packet.dts, packet.is_keyframe
            )
            with self._changed:
                self._packets.append(kept)
                self._bytes += len(kept.data)
                self._forget()
                for film in self._films:
                    film.write(kept)
                self._films = [f for f in self._films if not f.closed]
        try:
            frames = packet.decode()
        except av.FFmpegError:
            return  # a damaged packet: a stream is joined in the middle of something
        for frame in frames:
            assert isinstance(frame, av.VideoFrame)
            if (frame.height, frame.width) != self.info.size:
                self._end(
                    "{source} changed its picture from {old} to {new}; start again to go on.",
                    failed=True,
                    old=f"{self.info.size[1]}x{self.info.size[0]}",
                    new=f"{frame.width}x{frame.height}",
                )
                return
            with self._changed:
                if frame.pts is not None:
                    self._numbers[frame.pts] = self._count
                self._frames.append((self._count, frame, time.monotonic()))
                self._count += 1
                self._changed.notify_all()

    def _forget(self) -> None:
        """Drop packets that are older than what may still be wanted, whole groups at a time."""
        ticks = round((self._before + 2 * (self._frames.maxlen or 0) / self.info.fps) / self._tick)
        while True:
            following = next((i for i, p in enumerate(self._packets) if p.key and i), None)
            if following is None:
                break
            old = self._packets[-1].dts - self._packets[following].dts > ticks or self._bytes > _PACKET_BYTES
            if not old:
                break
            for _ in range(following):
                gone = self._packets.popleft()
                self._bytes -= len(gone.data)
        oldest = min(p.pts for p in self._packets)
        for pts in [p for p in self._numbers if p < oldest]:
            del self._numbers[pts]


class Film:
    """A film of a live source that is being written; it appears at `path` once it is complete and wanted. first: the
    number of its first picture. error: why it broke off, "" = it did not. closed: nothing more comes of it. Only its
    source calls it.
    """

    def __init__(self, path: Path, stream: VideoStream, tick: Fraction, first: int) -> None:
        self.path, self.first = path, first
        self.error = ""
        self.closed = False
        self._part = path.with_name(f".{path.stem}.part{path.suffix}")
        self._tick = tick
        self._wanted: bool | None = None
        self._complete = False
        self._seconds = 0.0
        self._start: int | None = None
        self._last: int | None = None
        try:
            self._container = av.open(str(self._part), "w")
            self._out = self._container.add_stream_from_template(stream)
        except (OSError, av.FFmpegError, ValueError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise StudioError("{path} cannot be written: {why}.", path=path, why=why) from None

    def keep(self, seconds: float) -> None:
        """It is wanted, and goes on for so many seconds from now, by the source's clock."""
        self._wanted, self._seconds = True, seconds
        self._settle()

    def discard(self) -> None:
        """It is not wanted."""
        self._wanted = False
        self.complete()

    def write(self, packet: _Packet) -> None:
        """Add a packet; completes the film once it is as long as was wished."""
        if self._complete:
            return
        if self._wanted and self._last is None:
            self._last = packet.dts + round(self._seconds / self._tick)
        if self._last is not None and packet.dts > self._last:
            self.complete()
            return
        self._start = packet.dts if self._start is None else self._start
        copy = av.Packet(packet.data)
        copy.pts, copy.dts, copy.time_base = packet.pts - self._start, packet.dts - self._start, self._tick
        copy.is_keyframe, copy.stream = packet.key, self._out
        try:
            self._container.mux(copy)
        except (OSError, av.FFmpegError) as error:
            self.error = error.strerror or type(error).__name__
            self.complete()

    def complete(self) -> None:
        """No packet comes any more."""
        if not self._complete:
            self._complete = True
            try:
                self._container.close()
            except (OSError, av.FFmpegError) as error:
                self.error = self.error or error.strerror or type(error).__name__
        self._settle()

    def _settle(self) -> None:
        if not self._complete or self._wanted is None or self.closed:
            return
        self.closed = True
        if self._wanted and not self.error:
            self._part.replace(self.path)
        else:
            self._part.unlink(missing_ok=True)
