from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tvau_studio.domain.errors import Cancelled, StudioError, UsageError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.heatmap import Heatmap
from tvau_studio.services import heatmaps, models
from tvau_studio.services.models import Model
from tvau_studio.store.heatmap_cache import HeatmapCache


@pytest.fixture
def loaded(model: Any) -> Model:
    from tvau_studio.tvau.host import ModelHost

    return Model(ModelHost(model, "random", "f" * 16))


def test_the_cache_spares_the_model(loaded: Model, video: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = HeatmapCache(tmp_path)
    fresh = heatmaps.get(video, FrameRange(4, 9), loaded, cache)
    assert fresh.frames.tolist() == [[4, 5], [6, 7], [8, 9]]
    asked: list[int] = []
    heat = loaded.host.heat

    def counted(video: Any, pairs: Any, *more: Any) -> Any:
        asked.extend(pairs)
        return heat(video, pairs, *more)

    monkeypatch.setattr(loaded.host, "heat", counted)
    told: list[int] = []
    progress: list[tuple[int, int]] = []
    whole = heatmaps.get(
        video,
        None,
        loaded,
        cache,
        ready=lambda k, maps: told.extend(k),
        progress=lambda done, total: progress.append((done, total)),
    )
    assert asked == [0, 1, 5]
    assert told == [2, 3, 4, 0, 1, 5]
    assert progress[0] == (3, 6)
    assert progress[-1] == (6, 6)
    np.testing.assert_allclose(whole.values[2:5], fresh.values, atol=5e-4)
    np.testing.assert_allclose(whole.values, heatmaps.get(video, None, loaded).values, atol=5e-4)
    pairs, maps = heatmaps.cached(video.fingerprint, FrameRange(2, 7), loaded.id, cache)
    assert pairs == [1, 2, 3]
    assert maps.shape[0] == 3
    assert heatmaps.cached("other", FrameRange(2, 7), loaded.id, cache)[0] == []


def test_a_cancelled_run_keeps_what_it_has(loaded: Model, video: Any, tmp_path: Path) -> None:
    cache = HeatmapCache(tmp_path)
    long = type(video)(120)
    done: list[int] = []
    with pytest.raises(Cancelled):
        heatmaps.get(long, None, loaded, cache, progress=lambda n, total: done.append(n), cancel=lambda: bool(done))
    kept, _ = heatmaps.cached(long.fingerprint, FrameRange(0, 120), loaded.id, cache)
    assert kept == list(range(done[-1]))
    assert 0 < len(kept) < 60


def test_the_npz_is_as_promised(loaded: Model, video: Any, tmp_path: Path) -> None:
    heat = heatmaps.get(video, FrameRange(0, 11), loaded, step=2)
    heatmaps.write_npz(heat, tmp_path / "h.npz")
    with np.load(tmp_path / "h.npz", allow_pickle=False) as z:
        assert sorted(z.files) == ["frames", "heatmap", "model", "picture_size", "score"]
        assert z["heatmap"].dtype == np.float32
        assert z["heatmap"].shape == heat.values.shape
        assert z["frames"].dtype == np.int64
        assert z["frames"].tolist() == [[0, 1], [4, 5], [8, 9]]
        assert z["score"].dtype == np.float32
        np.testing.assert_array_equal(z["score"], z["heatmap"].max((1, 2)))
        assert z["picture_size"].tolist() == [120, 200]
        assert str(z["model"]) == "random"
    assert [p.name for p in tmp_path.iterdir()] == ["h.npz"]


def test_a_place_that_cannot_be_written_is_told_first(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="missing or read-only"):
        heatmaps.check_writable(tmp_path / "no" / "h.npz")
    with pytest.raises(StudioError, match="is a folder"):
        heatmaps.check_writable(tmp_path)
    heat = Heatmap(np.zeros((1, 2, 2), np.float32), np.array([[0, 1]]), (10, 10), "m")
    with pytest.raises(StudioError, match="cannot be written"):
        heatmaps.write_npz(heat, tmp_path / "no" / "h.npz")
    heatmaps.write_npz(heat, tmp_path / "h.npz")
    assert stat.S_IMODE((tmp_path / "h.npz").stat().st_mode) == 0o644


def test_the_api_of_a_model(loaded: Model, video: Any) -> None:
    heat = loaded.heatmap(video, 0, 11)
    later = loaded.heatmap(video, 5, 9)
    np.testing.assert_allclose(heat.values[2:5], later.values, atol=1e-6)
    np.testing.assert_array_equal(heat.at(7), heat.values[3])
    assert heat.picture_size == (120, 200)
    classes = loaded.class_heatmaps(video, 0, 11)
    assert tuple(classes) == loaded.classes
    assert all(m.shape == heat.values.shape for m in classes.values())
    for a, b in ((3, 3), (0, 12), (-2, 4)):
        with pytest.raises(UsageError):
            loaded.heatmap(video, a, b)
    with pytest.raises(StudioError, match="step"):
        loaded.heatmap(video, step=0)


def test_models_are_told_without_torch(model_folder: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from tvau_studio.services import models; f = models.describe_model(sys.argv[1]); "
        "models.list_models(); assert f['id'] == models.model_id(sys.argv[1]); "
        "assert 'torch' not in sys.modules and 'transformers' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(model_folder)], check=True, timeout=60)


def test_models_of_the_user_and_of_the_hub_cache_are_listed(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TVAU_STUDIO_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    (tmp_path / "data" / "models").mkdir(parents=True)
    (tmp_path / "data" / "models" / "mine").symlink_to(model_folder)
    (tmp_path / "data" / "models" / "broken").mkdir()
    snapshot = tmp_path / "hub" / "models--Owner--Some-VL" / "snapshots" / "abc"
    snapshot.parent.mkdir(parents=True)
    snapshot.symlink_to(model_folder)
    found = {facts["load"] for facts in models.list_models()}
    assert {str(tmp_path / "data" / "models" / "mine"), "Owner/Some-VL"} <= found
    assert not any("broken" in name for name in found)


def test_check_loads_the_whole_model(model_folder: Path) -> None:
    facts = models.check_model(model_folder)
    assert facts["parameters"] == models.describe_model(model_folder)["parameters"]
