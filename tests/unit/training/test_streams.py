"""Streams of rendered pairs: which pairs a batch holds depends on its number alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tvau_studio.domain.errors import StudioError
from tvau_studio.training.streams import Pairs, Shards, render_pairs, save_shard


def render(seed: int) -> tuple[np.ndarray, np.ndarray]:
    return np.full((2, 4, 6, 3), seed % 251, np.uint8), np.full((4, 6), seed % 13, np.uint8)


def broken(seed: int) -> tuple[np.ndarray, np.ndarray]:
    raise SystemExit(3)


def shards(folder: Path, workers: int = 0, **changes: float) -> Shards:
    return Shards(render, folder, 100, size=5, window=2, workers=workers, **changes)  # type: ignore[arg-type]


def test_a_batch_follows_from_its_number(tmp_path: Path) -> None:
    a, b = shards(tmp_path / "a"), shards(tmp_path / "b")
    first = [a.batch(n, 4) for n in range(6)]
    again = b.batch(5, 4)  # a resumed run begins anywhere
    assert np.array_equal(first[5].pictures, again.pictures)
    assert np.array_equal(first[5].classes, again.classes)
    assert not np.array_equal(first[4].pictures, first[5].pictures)


def test_the_stream_moves_on_and_forgets_what_is_behind(tmp_path: Path) -> None:
    stream = shards(tmp_path, reuse=2.0)
    seen = [int(stream.batch(n, 5).pictures[0, 0, 0, 0, 0]) for n in range(12)]
    assert max(seen[:2]) < 100 + 10
    assert min(seen[-2:]) >= 100 + 5 * 5
    assert len(list(tmp_path.glob("*.p.npy"))) == 2 + 2  # two behind, for a run that is killed


def test_workers_render_the_same(tmp_path: Path) -> None:
    alone, helped = shards(tmp_path / "a"), shards(tmp_path / "b", workers=1, ahead=1)
    try:
        for n in range(4):
            a, b = alone.batch(n, 4), helped.batch(n, 4)
            assert np.array_equal(a.pictures, b.pictures)
    finally:
        helped.close()


def test_a_worker_that_died_is_said(tmp_path: Path) -> None:
    stream = Shards(broken, tmp_path, 0, size=2, window=1, workers=1)
    try:
        with pytest.raises(StudioError, match="has ended"):
            stream.batch(0, 1)
    finally:
        stream.close()


def test_a_full_disk_leaves_no_shard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, array: np.ndarray) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(StudioError, match="make room"):
        save_shard(tmp_path, 0, render_pairs(render, range(2)))
    assert not list(tmp_path.glob("*.p.npy"))


def test_render_pairs() -> None:
    pairs = render_pairs(render, range(3, 5))
    assert isinstance(pairs, Pairs)
    assert pairs.pictures.shape == (2, 2, 4, 6, 3)
    assert pairs.classes[:, 0, 0].tolist() == [3, 4]
