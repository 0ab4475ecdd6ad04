"""Heat maps of a range of a video, from the cache where they are known, else from the model."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.heatmap import Heatmap
from tvau_studio.services.models import Cancel, Model, Progress, Ready, as_heatmap

if TYPE_CHECKING:
    from tvau_studio.media.video import Video
    from tvau_studio.store.heatmap_cache import HeatmapCache


def get(
    video: Video,
    frames: FrameRange | None,
    model: Model,
    cache: HeatmapCache | None = None,
    *,
    step: int = 1,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    ready: Ready | None = None,
) -> Heatmap:
    """The heat map of `frames` (None = the whole video), of every `step`-th pair.

    Pairs that the cache knows are not computed; those that are computed go into the cache as they come, so that a
    cancelled run keeps what it has done. ready(pairs, maps) is told first of the known pairs, then of each few new
    ones. progress counts all pairs. Raises Cancelled, and what `Model.heatmap` raises.
    """
    wanted = (frames or FrameRange(0, len(video))).within(len(video)).pairs
    pairs = list(range(wanted.start, wanted.stop, max(1, step)))
    maps = cache.read(video.fingerprint, model.id, pairs) if cache else {}
    missing = [k for k in pairs if k not in maps]
    if maps and ready is not None:
        known = sorted(maps)
        ready(known, np.stack([maps[k] for k in known]))
    if progress is not None and maps:
        progress(len(maps), len(pairs))
    done = len(maps)

    def keep(numbers: Sequence[int], values: npt.NDArray[np.float32]) -> None:
        maps.update(zip(numbers, values, strict=True))
        if cache is not None:
            cache.write(video.fingerprint, model.id, numbers, values)
        if ready is not None:
            ready(numbers, values)

    def count(n: int, total: int) -> None:
        if progress is not None:
            progress(done + n, len(pairs))

    if missing:
        model.host.heat(video, missing, count, cancel, keep)
    values = np.stack([maps[k] for k in pairs])
    return as_heatmap(values, pairs, video, model.host.pair_distance, model.name)


def cached(
    fingerprint: str, frames: FrameRange, model: str, cache: HeatmapCache
) -> tuple[list[int], npt.NDArray[np.float32]]:
    """What the cache knows of `frames`, without loading a model: (pairs ascending, float32 [n, H', W']); n may be 0.

    model: the id, as `models.model_id` gives it.
    """
    maps = cache.read(fingerprint, model, frames.pairs)
    known = sorted(maps)
    return known, np.stack([maps[k] for k in known]) if known else np.zeros((0, 1, 1), np.float32)


def check_writable(path: str | Path) -> None:
    """Raises StudioError where no file can be written at `path`: better before minutes of work than after."""
    path = Path(path)
    if path.is_dir():
        raise StudioError("{path} is a folder; give the name of a file.", path=path)
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise StudioError("{path} cannot be written: its folder is missing or read-only; choose another.", path=path)


def write_npz(heat: Heatmap, path: str | Path) -> None:
    """Write ``heatmap`` float32 [T', H', W'], ``frames`` int64 [T', 2], ``score`` float32 [T'], ``picture_size`` int64
    [2] (H, W) and
    ``model`` str; the file appears whole or not at all. Raises StudioError where it cannot be written.
    """
    path = Path(path)
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".npz", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as f:
                np.savez_compressed(
                    f,
                    heatmap=heat.values.astype(np.float32),
                    frames=heat.frames.astype(np.int64),
                    score=heat.score,
                    picture_size=np.array(heat.picture_size, np.int64),
                    model=np.array(heat.model),
                )
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise StudioError("{path} cannot be written: {why}.", path=path, why=error.strerror) from None
