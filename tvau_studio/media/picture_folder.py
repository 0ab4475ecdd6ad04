"""A folder of numbered pictures as a video: how many data sets store theirs."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import av
import numpy as np

from tvau_studio.domain.errors import Cancelled, StudioError
from tvau_studio.media.index import NONE, Index
from tvau_studio.media.picture import orientation
from tvau_studio.media.probe import VideoInfo, open_stream, packets

SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
RATE = 25.0
"""Pictures per second: a folder names no rate."""
_SAMPLES = 32


def pictures_of(folder: Path) -> list[Path]:
    """The pictures of a folder, of its most common kind, by the numbers in their names (9 before 10).

    Raises StudioError where there are none or the folder cannot be read.
    """
    try:
        found = [p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and not p.name.startswith(".")]
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise StudioError("{path} cannot be read: {why}; choose another folder.", path=folder, why=why) from None
    if not found:
        raise StudioError("{path} is a folder without pictures; choose a video file or such a folder.", path=folder)
    kind = Counter(p.suffix.lower() for p in found).most_common(1)[0][0]
    return sorted((p for p in found if p.suffix.lower() == kind), key=_natural)


def _natural(path: Path) -> tuple[list[tuple[int, str]], str]:
    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(p), "") if p.isdecimal() else (-1, p) for p in parts], path.name


def fingerprint_of(paths: list[Path]) -> str:
    """32 hexadecimal digits from the names and sizes of all pictures and the content of some. Raises StudioError."""
    digest = hashlib.sha256(b"tvau-studio pictures\n")
    step = max(1, len(paths) // _SAMPLES)
    try:
        for i, path in enumerate(paths):
            digest.update(f"{path.name} {path.stat().st_size}\n".encode("utf-8", "surrogatepass"))
            if i % step == 0 or i == len(paths) - 1:
                digest.update(path.read_bytes())
    except OSError as error:
        raise StudioError("{path} cannot be read: {why}.", path=error.filename, why=error.strerror) from None
    return digest.hexdigest()[:32]


def index_of(paths: list[Path]) -> Index:
    """One picture per file, `RATE` a second; the first sets size and turn. Raises StudioError where none is good."""
    first, codec, stretch = next((found for p in paths if (found := _read(p)) is not None), (None, "", 1.0))
    if first is None:
        raise StudioError("No picture in {path} can be read; the files are damaged.", path=paths[0].parent)
    count = len(paths)
    height, width = first.height, first.width
    rotation, mirrored = orientation(first)
    size, display = (height, width), (height, max(1, round(width * stretch)))
    if rotation in (90, 270):
        size, display = size[::-1], display[::-1]
    info = VideoInfo(count, size, display, codec, "pictures", count / RATE, RATE, False, rotation, None)
    numbers, none, no = np.arange(count), np.full(count, NONE), np.zeros(count, np.bool_)
    times = numbers / RATE
    return Index(none, none, none, none, ~no, numbers, no, no, times, False, (height, width), info, mirrored)


def _read(path: Path) -> tuple[av.VideoFrame, str, float] | None:
    """The picture in a file, its codec, and the width of its pixels over their height; None where it cannot be read."""
    try:
        container, stream = open_stream(path, "SLICE")
        with container:
            context = stream.codec_context
            for packet in chain(packets(container, stream), [None]):
                for frame in context.decode(packet):
                    sar = stream.sample_aspect_ratio
                    return frame, context.codec.canonical_name, float(sar) if sar else 1.0
    except (StudioError, av.FFmpegError, EOFError):
        pass
    return None


class FolderReader:
    """Reads the pictures of a folder as `Reader` reads those of a file."""

    def __init__(self, paths: list[Path]) -> None:
        self._paths = paths
        self.isolated = False
        self.stride = 1
        self.failed: set[int] = set()
        self.patched: set[int] = set()

    def close(self) -> None:
        """Nothing is held."""

    def frame(self, n: int, cancel: Callable[[], bool] | None = None) -> av.VideoFrame:
        """Picture n; where it cannot be read the last before it that can, else the first after.

        Raises StudioError where none can be read; Cancelled once `cancel()` is true.
        """
        for shown in chain(range(n, -1, -1), range(n + 1, len(self._paths))):
            if cancel is not None and cancel():
                raise Cancelled
            if shown in self.failed:
                continue
            if (found := _read(self._paths[shown])) is not None:
                return found[0]
            self.failed.add(shown)
        raise StudioError("No picture in {path} can be read any more.", path=self._paths[0].parent)
