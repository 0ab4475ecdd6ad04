from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tvau_studio.store.heatmap_cache import CHUNK, HeatmapCache


def maps(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((n, 4, 6), np.float32)


def test_what_was_written_is_read_across_chunks(tmp_path: Path) -> None:
    cache = HeatmapCache(tmp_path)
    pairs = [0, 5, CHUNK - 1, CHUNK, 3 * CHUNK + 7]
    values = maps(len(pairs))
    cache.write("video", "model", pairs, values)
    got = HeatmapCache(tmp_path).read("video", "model", range(4 * CHUNK))
    assert sorted(got) == pairs
    for k, value in zip(pairs, values, strict=True):
        assert got[k].dtype == np.float32
        np.testing.assert_allclose(got[k], value, atol=5e-4)


def test_writes_join_and_later_ones_win(tmp_path: Path) -> None:
    cache = HeatmapCache(tmp_path)
    cache.write("v", "m", [1, 2], maps(2, 1))
    cache.write("v", "m", [2, 3], maps(2, 2))
    got = cache.read("v", "m", [1, 2, 3, 4])
    assert sorted(got) == [1, 2, 3]
    np.testing.assert_allclose(got[2], maps(2, 2)[0], atol=5e-4)


def test_videos_and_models_are_apart(tmp_path: Path) -> None:
    cache = HeatmapCache(tmp_path)
    cache.write("v", "m", [0], maps(1))
    assert cache.read("w", "m", [0]) == {}
    assert cache.read("v", "n", [0]) == {}


@pytest.mark.parametrize("damage", [b"", b"not a zip", None])
def test_a_damaged_file_counts_as_absent_and_is_replaced(tmp_path: Path, damage: bytes | None) -> None:
    cache = HeatmapCache(tmp_path)
    cache.write("v", "m", [0, 1], maps(2))
    file = next(tmp_path.rglob("*.npz"))
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2] if damage is None else damage)
    assert cache.read("v", "m", [0, 1]) == {}
    cache.write("v", "m", [1], maps(1))
    assert sorted(cache.read("v", "m", [0, 1])) == [1]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = HeatmapCache(tmp_path)
    cache.write("v", "m", [0], maps(1))

    def full(*args: object, **kwargs: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez_compressed", full)
    cache.write("v", "m", [1], maps(1))
    assert sorted(cache.read("v", "m", [0, 1])) == [0]
    assert [f.suffix for f in tmp_path.rglob("*") if f.is_file()] == [".npz"]
    assert not list(tmp_path.rglob(".*"))


def test_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    cache = HeatmapCache(tmp_path / "c")
    cache.write("../../evil", "a/b", [0], maps(1))
    assert sorted(cache.read("../../evil", "a/b", [0])) == [0]
    assert all((tmp_path / "c") in f.parents for f in tmp_path.rglob("*.npz"))
