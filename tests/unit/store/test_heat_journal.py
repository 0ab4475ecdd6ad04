from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.store.heat_journal import HeatJournal, recover
from tvau_studio.store.heatmap_cache import CHUNK, HeatmapCache


def maps(pairs: list[int]) -> np.ndarray:
    return np.stack([np.full((3, 4), k / 1000, np.float32) for k in pairs])


def known(cache: HeatmapCache, pairs: range) -> list[int]:
    found = cache.read("v", "m", pairs)
    assert all(np.allclose(found[k], k / 1000, atol=1e-3) for k in found)
    return sorted(found)


def files(cache: HeatmapCache) -> list[str]:
    return sorted(p.suffix for p in cache.folder.rglob("*") if p.is_file())


def test_what_is_added_is_safe_at_once(tmp_path: Path) -> None:
    cache = HeatmapCache(tmp_path)
    with HeatJournal(cache, "v", "m") as journal:
        journal.add([3], maps([3]))
        journal.add([0, 1], maps([0, 1]))
        assert known(cache, range(9)) == []
        # As another process finds it while this one is killed.
        assert recover(cache, "v", "m") == 3
        assert known(cache, range(9)) == [0, 1, 3]
        journal.add([5], maps([5]))
    assert known(cache, range(9)) == [0, 1, 3, 5]
    assert files(cache) == [".npz"]


def test_a_full_chunk_goes_into_the_cache(tmp_path: Path) -> None:
    cache = HeatmapCache(tmp_path)
    with HeatJournal(cache, "v", "m") as journal:
        for k in range(CHUNK + 3):
            journal.add([k], maps([k]))
        assert known(cache, range(2 * CHUNK)) == list(range(CHUNK))
        assert recover(cache, "v", "m") == 3


@given(st.integers(0, 200))
def test_a_record_that_was_cut_ends_the_file(tmp_path_factory: pytest.TempPathFactory, length: int) -> None:
    cache = HeatmapCache(tmp_path_factory.mktemp("cache"))
    journal = HeatJournal(cache, "v", "m").__enter__()
    journal.add([7, 8, 9], maps([7, 8, 9]))
    [file] = cache.journals("v", "m")
    data = file.read_bytes()
    record = len(data) // 3
    file.write_bytes(data[:length])
    assert recover(cache, "v", "m") == min(3, length // record)
    assert known(cache, range(20)) == [7, 8, 9][: length // record]
    journal.__exit__(None, None, None)


def test_a_damaged_record_is_not_believed(tmp_path: Path) -> None:
    cache = HeatmapCache(tmp_path)
    with HeatJournal(cache, "v", "m") as journal:
        journal.add([7, 8], maps([7, 8]))
        [file] = cache.journals("v", "m")
        data = bytearray(file.read_bytes())
        data[-3] ^= 0xFF
        file.write_bytes(data)
        assert recover(cache, "v", "m") == 1


def test_a_place_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "heat").write_text("in the way")
    with HeatJournal(HeatmapCache(tmp_path), "v", "m") as journal:
        journal.add([1], maps([1]))
    assert HeatmapCache(tmp_path).read("v", "m", [1]) == {}
