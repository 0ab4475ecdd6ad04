"""Heat maps on disk, keyed by video fingerprint, model and pair. Deleting any of it, at any time, loses nothing but
time.

One compressed file holds up to 64 consecutive pairs of one video and model. Files are written beside and then moved
into place, so that a crash leaves the old file or the new one; a file that cannot be read counts as absent.
"""

from __future__ import annotations

import logging
import os
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt

_log = logging.getLogger(__name__)

CHUNK = 64
"""Pairs per file."""


class HeatmapCache:
    """folder: where the files lie; made when the first map is written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, video: str, model: str, pairs: Sequence[int]) -> dict[int, npt.NDArray[np.float32]]:
        """The maps that are known, pair -> float32 [H', W'] in 0..1 (kept as float16: exact to 0.0005).

        video: fingerprint. model: its id.
        """
        found: dict[int, npt.NDArray[np.float32]] = {}
        for chunk, numbers in groupby(sorted(set(pairs)), key=lambda k: k // CHUNK):
            known, maps = self._load(self._file(video, model, chunk))
            where = {int(k): i for i, k in enumerate(known)}
            found.update({k: maps[where[k]].astype(np.float32) for k in numbers if k in where})
        return found

    def write(self, video: str, model: str, pairs: Sequence[int], maps: npt.NDArray[np.float32]) -> None:
        """Keep maps float [len(pairs), H', W']. Where the disk refuses, nothing is kept and nothing is raised: it is a
        cache.
        """
        values = dict(zip(pairs, maps, strict=True))
        for chunk, numbers in groupby(sorted(values), key=lambda k: k // CHUNK):
            file = self._file(video, model, chunk)
            known, old = self._load(file)
            merged = {int(k): old[i] for i, k in enumerate(known)}
            merged.update({k: values[k].astype(np.float16) for k in numbers})
            order = sorted(merged)
            try:
                _replace(file, np.array(order, np.int64), np.stack([merged[k] for k in order]))
            except (OSError, ValueError) as error:  # ValueError: maps of two sizes, from a model that changed its rule
                _log.info("the heat maps of %s are not kept: %s", file, error)

    def journal(self, video: str, model: str, run: str) -> Path:
        """Where the run of that name keeps what is not in the cache yet (see `heat_journal`)."""
        return self._place(video, model) / f"{run}.journal"

    def journals(self, video: str, model: str) -> list[Path]:
        """The journals of all runs, also of those that were killed."""
        return sorted(self._place(video, model).glob("*.journal"))

    def _place(self, video: str, model: str) -> Path:
        return self.folder / "heat" / safe_name(video) / safe_name(model)

    def _file(self, video: str, model: str, chunk: int) -> Path:
        return self._place(video, model) / f"{chunk:06d}.npz"

    @staticmethod
    def _load(file: Path) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float16]]:
        try:
            with np.load(file, allow_pickle=False) as data:
                pairs, maps = data["pairs"], data["maps"]
            if pairs.ndim == 1 and maps.ndim == 3 and len(pairs) == len(maps) and maps.dtype == np.float16:
                return pairs, maps
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            _log.info("%s is computed anew: %s", file, error)
        return np.zeros(0, np.int64), np.zeros((0, 1, 1), np.float16)


def _replace(file: Path, pairs: npt.NDArray[np.int64], maps: npt.NDArray[np.float16]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{file.stem}-", suffix=".npz", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as f:
            np.savez_compressed(f, pairs=pairs, maps=maps)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def safe_name(name: str) -> str:
    """A name as a file or folder may have it, at most 80 characters."""
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name)[:80] or "_"
