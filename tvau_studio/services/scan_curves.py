"""The score of every pair of a video, computed as a stream, read where it is known: what events are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import Cancelled
from tvau_studio.domain.frames import pair_count

if TYPE_CHECKING:
    from tvau_studio.media.video import Video
    from tvau_studio.services.models import Cancel, Model, Progress, Ready
    from tvau_studio.store.heatmap_cache import HeatmapCache

_BLOCK = 512
"""Pairs whose maps are in memory at a time."""
_PART = 512
"""Pairs that are computed at a stretch."""


@dataclass(frozen=True)
class Curve:
    """What is known of a video: float32 [P] scores, one per pair from pair 0, not a number where unknown. cells: uint16
    [P, 2], row and column of the hottest cell. grid: (H', W') of the maps, (0, 0) while none is known. size: (H, W) of
    the picture. model: the id.
    """

    video: str
    fingerprint: str
    frames: int
    size: tuple[int, int]
    model: str
    name: str
    scores: npt.NDArray[np.float32]
    cells: npt.NDArray[np.uint16]
    grid: tuple[int, int]

    @property
    def known(self) -> int:
        """How many pairs have a score."""
        return int(np.isfinite(self.scores).sum())


def curve(
    video: Video,
    model: Model,
    cache: HeatmapCache,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    ready: Ready | None = None,
) -> Curve:
    """The score of every pair of a video: from the cache where it is known, else computed and put there pair by pair.

    ready(pairs, maps) is told of what was computed. Raises Cancelled once `cancel()` was true.
    """
    with Run(video, model, cache) as run:
        if progress is not None:
            progress(*run.progress)
        while run.advance(_PART, cancel=cancel, ready=ready, progress=progress):
            pass
        return run.curve()


class Run:
    """The scan of one video, a part at a time, so that a window may let others have the model in between. A context
    manager, or `close` it: what was computed is safe either way.
    """

    def __init__(self, video: Video, model: Model, cache: HeatmapCache) -> None:
        from tvau_studio.store.heat_journal import HeatJournal

        self._video, self._model, self._cache = video, model, cache
        self._made = _Making(video, pair_count(len(video)))
        self._at = 0
        self._journal = HeatJournal(cache, video.fingerprint, model.id).__enter__()

    def close(self) -> None:
        self._journal.__exit__(None, None, None)

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def progress(self) -> tuple[int, int]:
        """(pairs known so far, pairs of the video)."""
        return self._made.done, self._made.total

    def curve(self) -> Curve:
        """What is known so far."""
        return self._made.curve(str(self._video.path), self._video.fingerprint, self._model.id, self._model.name)

    def advance(
        self,
        most: int,
        *,
        cancel: Cancel | None = None,
        ready: Ready | None = None,
        progress: Progress | None = None,
    ) -> bool:
        """Compute at most `most` pairs; what the cache knows is read besides. False once the whole video is known.

        Arguments and errors as `curve`.
        """

        def keep(numbers: Sequence[int], maps: npt.NDArray[np.float32]) -> None:
            self._journal.add(numbers, maps)
            self._made.add(numbers, maps)
            if ready is not None:
                ready(numbers, maps)
            if progress is not None:
                progress(*self.progress)

        # One at a time costs a CPU little, and then a run that is killed loses one pair. A GPU wants many.
        at_once = 1 if self._model.host.device == "cpu" else None
        while self._at < self._made.total and most > 0:
            if cancel is not None and cancel():
                raise Cancelled
            block = range(self._at, min(self._at + _BLOCK, self._made.total))
            known = self._cache.read(self._video.fingerprint, self._model.id, block)
            missing = [k for k in block if k not in known]
            if len(missing) > most:
                block, missing = range(self._at, missing[most]), missing[:most]
            self._made.take({k: m for k, m in known.items() if k in block})
            if progress is not None:
                progress(*self.progress)
            if missing:
                self._model.host.heat(self._video, missing, None, cancel, keep, remember=False, at_once=at_once)
            self._at, most = block.stop, most - len(missing)
        return self._at < self._made.total


def known_curve(video: Video, model: str, name: str, cache: HeatmapCache, cancel: Cancel | None = None) -> Curve:
    """What the cache knows, without a network. model: the id; name: for people."""
    from tvau_studio.store.heat_journal import recover

    recover(cache, video.fingerprint, model)
    made = _Making(video, pair_count(len(video)))
    for at in range(0, made.total, _BLOCK):
        if cancel is not None and cancel():
            raise Cancelled
        made.take(cache.read(video.fingerprint, model, range(at, min(at + _BLOCK, made.total))))
    return made.curve(str(video.path), video.fingerprint, model, name)


class _Making:
    """A curve while it grows."""

    def __init__(self, video: Video, pairs: int) -> None:
        self.total, self.done = pairs, 0
        self._frames, (height, width) = len(video), video.info.size
        self._size = (int(height), int(width))
        self._scores = np.full(pairs, np.nan, np.float32)
        self._cells = np.zeros((pairs, 2), np.uint16)
        self._grid = (0, 0)

    def add(self, numbers: Sequence[int], maps: npt.NDArray[np.float32]) -> None:
        # As the cache keeps them: the events are the same whether a map was computed or read.
        values = maps.astype(np.float16).reshape(len(maps), -1)
        best = values.argmax(1)
        self._scores[list(numbers)] = values[np.arange(len(values)), best]
        self._grid = (int(maps.shape[1]), int(maps.shape[2]))
        self._cells[list(numbers)] = np.stack(np.unravel_index(best, self._grid), 1)
        self.done += len(values)

    def take(self, maps: dict[int, npt.NDArray[np.float32]]) -> None:
        """Maps that were known."""
        for shape in {m.shape for m in maps.values()}:
            numbers = sorted(k for k, m in maps.items() if m.shape == shape)
            self.add(numbers, np.stack([maps[k] for k in numbers]))

    def curve(self, path: str, fingerprint: str, model: str, name: str) -> Curve:
        scores, cells = self._scores.copy(), self._cells.copy()
        return Curve(path, fingerprint, self._frames, self._size, model, name, scores, cells, self._grid)
