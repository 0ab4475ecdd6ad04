"""Indexes on disk, in the user's cache folder, one small file per video content; deleting them loses nothing."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import zipfile
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import av
import numpy as np

from tvau_studio.domain.paths import cache_folder
from tvau_studio.media.index import Index
from tvau_studio.media.indexing import build
from tvau_studio.media.probe import VideoInfo, Watch

_log = logging.getLogger(__name__)
_VERSION = 4
_ARRAYS = ("pts", "dts", "pos", "size", "key", "order", "blank", "damaged", "times")


def _file(fingerprint: str) -> Path:
    # Another decoder may patch damage in another way, so its version is part of the name.
    codec = av.library_versions["libavcodec"][0]
    return cache_folder() / "indexes" / f"{fingerprint}-{_VERSION}-{codec}.npz"


def get(path: Path, fingerprint: str, watch: Watch | None = None) -> Index:
    """The index of the video at `path`, from the disk where it is known and sound, else built and kept.

    Raises what `indexing.build` raises; a cache that cannot be read or written is no error.
    """
    index = _load(_file(fingerprint))
    if index is None:
        index = build(path, watch)
        _save(index, _file(fingerprint))
    return index


def _load(path: Path) -> Index | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays: dict[str, Any] = {name: file[name] for name in _ARRAYS}
            meta = json.loads(str(file["meta"]))
        info = {f.name: meta["info"][f.name] for f in fields(VideoInfo)}
        info |= {name: (int(info[name][0]), int(info[name][1])) for name in ("size", "display_size")}
        height, width = meta["coded_size"]
        index = Index(
            **arrays,
            scanned=bool(meta["scanned"]),
            coded_size=(height, width),
            info=VideoInfo(**info),
            mirrored=bool(meta["mirrored"]),
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        if not isinstance(error, FileNotFoundError):
            _log.info("the index %s is not sound and is made anew: %s", path, error)
        return None
    return index if _sound(index) else None


def _sound(index: Index) -> bool:
    packets, pictures = len(index.pts), len(index.order)
    return (
        all(len(getattr(index, name)) == packets for name in ("dts", "pos", "size", "key"))
        and all(len(getattr(index, name)) == pictures for name in ("blank", "damaged", "times"))
        and pictures == index.info.frames > 0
        and 0 <= int(index.order.min()) <= int(index.order.max()) < packets
    )


def _save(index: Index, path: Path) -> None:
    meta = {
        "info": asdict(index.info),
        "coded_size": index.coded_size,
        "scanned": index.scanned,
        "mirrored": index.mirrored,
    }
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".npz", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            arrays = {name: getattr(index, name) for name in _ARRAYS}
            np.savez_compressed(file, meta=np.array(json.dumps(meta)), **arrays)
        Path(temporary).replace(path)
    except OSError as error:
        _log.info("the index %s is not kept: %s", path, error)
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
