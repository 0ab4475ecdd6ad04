"""Opening a video file: its container and its one video stream, or one sentence that says why it does not open."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard
from av.video.stream import VideoStream

from tvau_studio.domain.errors import Cancelled, StudioError

_ATTACHED_PICTURE = 0x400
"""AV_DISPOSITION_ATTACHED_PIC: a cover, not the video."""
_DEFAULT = 0x1
_THREADS = 8
_NO_VIDEO = ("tty", "lavfi", "concat", "hls", "dash", "sdp", "rtsp")
"""Formats of libav that draw text as pictures, or that lead to other files."""


@dataclass(frozen=True)
class VideoInfo:
    """What the decoder sees. Sizes are (H, W) in pixels, times in seconds.

    size: of the picture as `video[n]` gives it, rotation applied. display_size: after stretching non-square pixels.
    fps: pictures per second, the mean where the rate varies. rotation: degrees clockwise, already applied.
    first_pts: the file's own time of the first picture, None where the file has none.
    """

    frames: int
    size: tuple[int, int]
    display_size: tuple[int, int]
    codec: str
    container: str
    duration: float
    fps: float
    variable_rate: bool
    rotation: int
    first_pts: float | None


class Watch:
    """Who waits for a file to be read: progress(done, total) is told each percent, and `cancel()` is asked."""

    def __init__(
        self, progress: Callable[[int, int], None] | None = None, cancel: Callable[[], bool] | None = None
    ) -> None:
        self._progress, self._cancel = progress, cancel
        self._total, self._told = 0, -1

    def begin(self, total: int) -> None:
        """Something is read from its start: bytes, or packets."""
        self._total, self._told = total, -1

    def at(self, done: int) -> None:
        """So much of it is read. Raises Cancelled once `cancel()` is true."""
        if self._cancel is not None and self._cancel():
            raise Cancelled
        percent = 100 * done // self._total if self._total > 0 else 0
        if self._progress is not None and percent > self._told:
            self._told = percent
            self._progress(min(done, self._total), self._total)


def open_stream(path: Path, threads: str = "AUTO") -> tuple[InputContainer, VideoStream]:
    """Open `path` and choose its video stream: the default one, else the first; never an attached cover.

    threads: "AUTO", "FRAME" or "SLICE", how the decoder uses the cores. Raises StudioError where the file is missing,
    empty, no video, or holds no video stream.
    """
    try:
        if path.stat().st_size == 0:
            raise StudioError("{path} is empty; choose another file.", path=path)
        # "file:" takes the name as it is, whatever signs it holds; nothing but files is ever opened.
        container = av.open(
            f"file:{path.absolute()}", metadata_errors="replace", options={"protocol_whitelist": "file"}
        )
    except FileNotFoundError:
        raise StudioError("{path} does not exist; check the name.", path=path) from None
    except PermissionError:
        raise StudioError("{path} may not be read; change its permissions or choose another file.", path=path) from None
    except (av.FFmpegError, OSError, ValueError) as error:
        why = _why(error)
        raise StudioError(
            "{path} cannot be opened as a video ({why}); it is damaged, incomplete or no video file.",
            path=path,
            why=why,
        ) from None
    try:
        return container, _choose(container, path, threads)
    except BaseException:
        container.close()
        raise


def _choose(container: InputContainer, path: Path, threads: str) -> VideoStream:
    streams = [s for s in container.streams.video if not int(s.disposition) & _ATTACHED_PICTURE]
    if container.format.name in _NO_VIDEO or not streams:
        raise StudioError("{path} holds no video stream; choose a video file.", path=path)
    stream = next((s for s in streams if int(s.disposition) & _DEFAULT), streams[0])
    for other in container.streams:
        if other is not stream:
            other.discard = Discard.all
    context = stream.codec_context
    if context is None:
        raise StudioError("{path} uses a codec that this program cannot decode; convert it to H.264.", path=path)
    context.thread_type = threads
    # Each thread holds back one more picture, which a seek has to wait for.
    context.thread_count = min(_THREADS, os.cpu_count() or 1)
    return stream


def packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    """The stream's packets from where the container stands; a read error ends them, as the end of the file does."""
    try:
        for packet in container.demux(stream):
            if packet.size or packet.pts is not None or packet.dts is not None:
                yield packet
    except av.FFmpegError:
        return


def tag(packet: Packet[VideoStream], number: int) -> None:
    """Let the picture that the packet makes carry `number` as its pts: decoders hand that through and do not use it.

    Not `opaque`: PyAV keys those by the object's address, so that two threads using the same small int lose them.
    """
    packet.pts = packet.dts = number


def _why(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or type(error).__name__)
