"""A video as a sequence of pictures: ``video[n]`` is exactly the n-th picture in presentation order."""

from __future__ import annotations

import operator
import threading
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Literal

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.media import index_cache, picture_folder
from tvau_studio.media.fingerprint import fingerprint
from tvau_studio.media.index import clock
from tvau_studio.media.picture import Converter
from tvau_studio.media.picture_folder import FolderReader
from tvau_studio.media.probe import VideoInfo, Watch
from tvau_studio.media.reader import Reader

FileState = Literal["same", "grown", "changed", "gone"]


def _stat(path: Path) -> tuple[tuple[int, int], int, int] | None:
    """Which file, how many bytes, changed when; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino), found.st_size, found.st_mtime_ns


class FrameError(UsageError, IndexError):
    """There is no such picture: exit code 2 on the command line, an IndexError to Python."""


class Video:
    """A video file, or a folder of numbered pictures.

    Reading forward decodes each picture once; any other order seeks exactly.

    Several threads may read one `Video`, one after the other; give each its own by `clone()` where they read at once.
    The first time that a file is opened, all of it is read for its index, which takes a while where it is long:
    progress(done, total) tells how far that is, in bytes or packets, and `cancel()` is asked.
    Raises StudioError where it is missing, is no video, or no picture of it decodes; Cancelled.
    """

    def __init__(
        self,
        path: str | Path,
        progress: Callable[[int, int], None] | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> None:
        self._path = Path(path)
        self._pictures: list[Path] = []
        self._seen = _stat(self._path)
        if self._path.is_dir():
            self._pictures = picture_folder.pictures_of(self._path)
            self._fingerprint = picture_folder.fingerprint_of(self._pictures)
            self._index = picture_folder.index_of(self._pictures)
        else:
            self._fingerprint = fingerprint(self._path)
            self._index = index_cache.get(self._path, self._fingerprint, Watch(progress, cancel))
        self._prepare()

    def _prepare(self) -> None:
        self._lock = threading.Lock()
        self._reader: Reader | FolderReader = (
            FolderReader(self._pictures) if self._pictures else Reader(self._path, self._index)
        )
        self._converter = Converter(self._index.coded_size, self._index.info.rotation, self._index.mirrored)
        self._small: dict[int, Converter] = {}
        self._closed = False

    def clone(self) -> Video:
        """The same video with a decoder of its own, for another thread; the index is shared and nothing is read."""
        other = object.__new__(Video)
        other._path, other._pictures, other._seen = self._path, self._pictures, self._seen
        other._fingerprint, other._index = self._fingerprint, self._index
        other._prepare()
        return other

    def __len__(self) -> int:
        """How many pictures."""
        return len(self._index)

    def __getitem__(self, frame: int) -> npt.NDArray[np.uint8]:
        """Picture `frame` (negative from the end): uint8 [H, W, 3] RGB, upright, the caller's own.

        One that does not decode shows the last good one. Raises FrameError past the ends, StudioError where the file
        has gone or changed.
        """
        return self.read(frame)

    def read(self, frame: int, cancel: Callable[[], bool] | None = None, stride: int = 1) -> npt.NDArray[np.uint8]:
        """As ``video[frame]``; raises Cancelled soon after `cancel()` has become true.

        stride: the next one wanted is so many pictures away, forwards or back; quicker where it is more than 1.
        """
        n = self._number(frame)
        with self._lock:
            if self._closed:
                raise StudioError("{path} has been closed; open it again.", path=self._path)
            self._reader.stride = stride
            return self._converter.rgb(self._reader.frame(n, cancel))

    def small(self, frame: int, width: int, cancel: Callable[[], bool] | None = None) -> npt.NDArray[np.uint8]:
        """Picture `frame` for a glance: uint8 [H', W', 3], at most `width` pixels wide, with square pixels.

        Meant for jumps: the next picture is not expected to follow. Raises as `read`.
        """
        n = self._number(frame)
        with self._lock:
            if self._closed:
                raise StudioError("{path} has been closed; open it again.", path=self._path)
            if width not in self._small:
                self._small = {
                    width: Converter(self._small_size(width), self._index.info.rotation, self._index.mirrored)
                }
            self._reader.isolated, self._reader.stride = True, 1
            try:
                return self._small[width].rgb(self._reader.frame(n, cancel))
            finally:
                self._reader.isolated = False

    def _small_size(self, width: int) -> tuple[int, int]:
        """(H, W) before it is turned."""
        height, full = self.info.display_size
        scale = min(1.0, max(1, width) / full)
        size = (max(1, round(height * scale)), max(1, round(full * scale)))
        return size[::-1] if self.info.rotation in (90, 270) else size

    @property
    def key_frames(self) -> npt.NDArray[np.int64]:
        """int64, ascending, read-only: the pictures that decode without others."""
        return self._index.key_frames

    def key_frame(self, frame: int) -> tuple[int, int]:
        """The last picture, at or before `frame`, that decodes without others, and the packets to decode from it on."""
        return self._index.key_frame(self._number(frame))

    def _number(self, frame: int) -> int:
        n = operator.index(frame)
        if not -len(self) <= n < len(self):
            raise FrameError(
                "There is no frame {frame} in {path}; it has frames 0 to {last}.",
                frame=n,
                path=self._path,
                last=len(self) - 1,
            )
        return n % len(self)

    def __iter__(self) -> Iterator[npt.NDArray[np.uint8]]:
        return (self[n] for n in range(len(self)))

    @property
    def path(self) -> Path:
        """As it was given."""
        return self._path

    @property
    def info(self) -> VideoInfo:
        """What the decoder sees: the fields of ``info --json``."""
        return self._index.info

    @property
    def times(self) -> npt.NDArray[np.float64]:
        """float64 [N], seconds from the first picture, read-only.

        As the file's clock says, which in a recording that was joined may jump back; by the rate where the file has no
        clock of its own.
        """
        times = self._index.times.view()
        times.flags.writeable = False
        return times

    @cached_property
    def clock(self) -> npt.NDArray[np.float64]:
        """float64 [N], seconds at which a player shows each picture: `times`, but always ascending."""
        return clock(self._index.times)

    @property
    def fingerprint(self) -> str:
        """Of the content, whatever the file's name and place."""
        return self._fingerprint

    @property
    def damaged(self) -> frozenset[int]:
        """The pictures known to be damaged: they show the last good one, or what the decoder could patch together. Of a
        long video only those that were met so far."""
        found = np.flatnonzero(self._index.damaged).tolist()
        return frozenset(found) | self._reader.failed | self._reader.patched

    def look(self) -> FileState:
        """What has become of the file since it was opened: the same content, the same file and longer (it is being
        recorded), another content, or no file. Asks the disk, which may take long: not for the thread of a window.
        """
        now, before = _stat(self._path), self._seen
        if now is None or before is None:
            return "gone"
        if self._pictures or now == before:
            return "same"
        if now[0] == before[0] and now[1] > before[1]:
            return "grown"
        try:
            if fingerprint(self._path) != self._fingerprint:
                return "changed"
        except StudioError:
            return "gone"
        self._seen = now
        return "same"

    def close(self) -> None:
        """Let go of the file; nothing can be read afterwards."""
        with self._lock:
            self._closed = True
            self._reader.close()

    def __enter__(self) -> Video:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        height, width = self.info.size
        return f"Video({str(self._path)!r}, {len(self)} frames, {width}x{height})"
