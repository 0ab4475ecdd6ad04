"""Training pairs that are rendered while the training runs: shards on disk, made ahead by worker processes.

Which pairs a batch holds follows from its number alone, never from how fast the workers are: the trainer waits for a
shard that it needs. A shard is two arrays, mapped into memory: pictures uint8 [n, 2, H, W, 3] and classes uint8
[n, H, W] (0 normal or nothing, k the event class k - 1).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError

Render = Callable[[int], tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]]
"""seed -> pictures uint8 [2, H, W, 3] and classes uint8 [H, W]; picklable, for it runs in worker processes."""

_POLL_SECONDS = 0.5

_BEHIND = 2
"""Shards that are kept although the trainer has passed them: a run that is killed goes back to its last state."""


@dataclass(frozen=True)
class Pairs:
    """pictures: uint8 [n, 2, H, W, 3]. classes: uint8 [n, H, W]."""

    pictures: npt.NDArray[np.uint8]
    classes: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.pictures)


def render_pairs(render: Render, seeds: range) -> Pairs:
    """Render here and now."""
    found = [render(seed) for seed in seeds]
    return Pairs(np.stack([p for p, _ in found]), np.stack([c for _, c in found]))


class Shards:
    """An endless stream from `seed` on.

    render: see `Render`. folder: where the shards lie; those that are there are used. size: pairs a shard. window: a
    batch is drawn from that many shards. reuse: how often a pair is seen on average. workers: processes; 0 renders in
    this process when a shard is wanted. ahead: shards that the workers make beyond the newest wanted one.
    """

    def __init__(
        self,
        render: Render,
        folder: Path,
        seed: int,
        *,
        size: int = 2048,
        window: int = 4,
        reuse: float = 2.0,
        workers: int = 1,
        ahead: int = 6,
    ) -> None:
        self.render, self.folder, self.seed = render, folder, seed
        self.size, self.window, self.reuse, self.ahead = size, window, reuse, ahead
        folder.mkdir(parents=True, exist_ok=True)
        self._open: dict[int, Pairs] = {}
        self._wanted = multiprocessing.get_context("spawn").Array("q", [-1, -1])  # first and last wanted shard
        self._workers = [self._start(k, workers) for k in range(workers)]

    def _start(self, worker: int, workers: int) -> Any:
        context = multiprocessing.get_context("spawn")
        process = context.Process(
            target=_work,
            args=(
                self.render,
                self.folder,
                self.seed,
                self.size,
                self.ahead,
                worker,
                workers,
                self._wanted,
                os.getpid(),
            ),
            daemon=True,
        )
        process.start()
        return process

    def batch(self, number: int, size: int) -> Pairs:
        """Batch `number` of `size` pairs; blocks until its shards are there. Raises StudioError where a worker died."""
        fresh = int(number * size / self.reuse / self.size)
        self._wanted[0], self._wanted[1] = fresh, fresh + self.window - 1
        for old in [k for k in self._open if k < fresh - _BEHIND]:
            del self._open[old]
            for path in _paths(self.folder, self.seed + old * self.size):
                path.unlink(missing_ok=True)
        chance = np.random.default_rng((self.seed, number))
        pictures, classes = [], []
        for k, index in zip(
            chance.integers(fresh, fresh + self.window, size), chance.integers(0, self.size, size), strict=True
        ):
            pairs = self._shard(int(k))
            pictures.append(pairs.pictures[index])
            classes.append(pairs.classes[index])
        return Pairs(np.stack(pictures), np.stack(classes))

    def _shard(self, k: int) -> Pairs:
        if k not in self._open:
            first = self.seed + k * self.size
            while (found := shard(self.folder, first)) is None:
                if not self._workers:
                    render_shard(self.render, self.folder, first, self.size)
                elif not all(w.is_alive() for w in self._workers):
                    raise StudioError(
                        "A process that renders training pairs has ended; see its message above, then go on with "
                        "--resume."
                    )
                else:
                    time.sleep(_POLL_SECONDS)
            self._open[k] = found
        return self._open[k]

    def close(self) -> None:
        """Stop the workers; the shards stay for a resumed run."""
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.join()
        self._workers = []


def _paths(folder: Path, first: int) -> tuple[Path, Path]:
    return folder / f"{first:010d}.p.npy", folder / f"{first:010d}.c.npy"


def shard(folder: Path, first: int) -> Pairs | None:
    """The shard that begins with seed `first`, mapped into memory; None where it is not there yet."""
    pictures, classes = _paths(folder, first)
    return Pairs(np.load(pictures, mmap_mode="r"), np.load(classes, mmap_mode="r")) if pictures.exists() else None


def save_shard(folder: Path, first: int, pairs: Pairs) -> None:
    """Write a shard; its pictures' file appears last, and whole. Raises StudioError where it cannot be written."""
    pictures, classes = _paths(folder, first)
    try:
        for path, array in ((classes, pairs.classes), (pictures, pairs.pictures)):
            temporary = path.with_suffix(".tmp.npy")
            np.save(temporary, array)
            temporary.replace(path)
    except OSError as error:
        raise StudioError(
            "The training pairs cannot be written to {folder} ({why}); make room, and go on with --resume.",
            folder=folder,
            why=error.strerror,
        ) from None


def render_shard(render: Render, folder: Path, first: int, size: int) -> None:
    """Render seeds first .. first + size - 1 into a shard."""
    save_shard(folder, first, render_pairs(render, range(first, first + size)))


def _work(
    render: Render,
    folder: Path,
    seed: int,
    size: int,
    ahead: int,
    worker: int,
    workers: int,
    wanted: Any,
    parent: int,
) -> None:
    """A worker: every `workers`-th shard from the oldest wanted one on, at most `ahead` beyond the newest."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C stops the trainer, which stops its workers
    os.nice(5)
    k = worker
    while os.getppid() == parent:
        first, last = wanted[:]
        if last < 0 or k > last + ahead:
            time.sleep(_POLL_SECONDS)
            continue
        if k >= first and not _paths(folder, seed + k * size)[0].exists():
            render_shard(render, folder, seed + k * size, size)
        k += workers
