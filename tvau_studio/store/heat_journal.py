"""Maps of a long run, safe from the moment in which they are made: appended to a file, and put into the cache 64 at a
time.

The cache writes a whole file for every change, which per pair would cost as much as the pair. A run that was killed
leaves its journal; `recover` puts what it holds into the cache.
"""

from __future__ import annotations

import contextlib
import logging
import os
import struct
import uuid
import zlib
from collections.abc import Sequence
from types import TracebackType

import numpy as np
import numpy.typing as npt

from tvau_studio.store.heatmap_cache import CHUNK, HeatmapCache

_log = logging.getLogger(__name__)

_HEAD = struct.Struct("<4sqHHI")
"""Mark, pair, rows, columns, CRC-32 of the map's bytes (float16, row-major)."""
_MARK = b"tvau"


class HeatJournal:
    """The journal of one run over one video with one model. A context manager: leaving it, however, puts everything
    into the cache and removes the file. Where the disk refuses, the run goes on without.
    """

    def __init__(self, cache: HeatmapCache, video: str, model: str) -> None:
        self._cache, self._video, self._model = cache, video, model
        self._file = cache.journal(video, model, uuid.uuid4().hex)
        self._waiting: dict[int, npt.NDArray[np.float16]] = {}
        self._handle: int | None = None

    def __enter__(self) -> HeatJournal:
        recover(self._cache, self._video, self._model)
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)

    def add(self, pairs: Sequence[int], maps: npt.NDArray[np.float32]) -> None:
        """Keep maps float [len(pairs), H', W'] in 0..1."""
        halves = maps.astype(np.float16)
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.write(self._handle, b"".join(_record(k, m) for k, m in zip(pairs, halves, strict=True)))
        self._waiting.update(zip(pairs, halves, strict=True))
        if len(self._waiting) >= CHUNK:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            pairs = sorted(self._waiting)
            self._cache.write(self._video, self._model, pairs, np.stack([self._waiting[k] for k in pairs]))
            self._waiting.clear()
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, 0)


def recover(cache: HeatmapCache, video: str, model: str) -> int:
    """Put what killed runs left into the cache; how many maps that were. A record cut in two ends its file. The
    journal of a run that still goes on may be taken too: that run has its maps in memory until they are in the cache.
    """
    count = 0
    for file in cache.journals(video, model):
        try:
            found = _records(file.read_bytes())
        except OSError as error:
            _log.info("%s is left alone: %s", file, error)
            continue
        for shape in {m.shape for m in found.values()}:
            pairs = sorted(k for k, m in found.items() if m.shape == shape)
            cache.write(video, model, pairs, np.stack([found[k] for k in pairs]))
        count += len(found)
        with contextlib.suppress(OSError):
            file.unlink()
    return count


def _record(pair: int, values: npt.NDArray[np.float16]) -> bytes:
    data = values.tobytes()
    return _HEAD.pack(_MARK, pair, *values.shape, zlib.crc32(data)) + data


def _records(data: bytes) -> dict[int, npt.NDArray[np.float16]]:
    found: dict[int, npt.NDArray[np.float16]] = {}
    at = 0
    while at + _HEAD.size <= len(data):
        mark, pair, rows, columns, check = _HEAD.unpack_from(data, at)
        end = at + _HEAD.size + 2 * rows * columns
        body = data[at + _HEAD.size : end]
        if mark != _MARK or len(body) < 2 * rows * columns or zlib.crc32(body) != check:
            break
        found[pair] = np.frombuffer(body, np.float16).reshape(rows, columns)
        at = end
    return found
