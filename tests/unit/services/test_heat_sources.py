from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.services import heat_sources, heatmaps
from tvau_studio.services.heat_sources import Guest, HeatSource, source_of
from tvau_studio.services.models import Model
from tvau_studio.store.heatmap_cache import HeatmapCache

CLASSES = ("person running", "anomaly")


@pytest.fixture
def loaded(model: Any) -> Model:
    from tvau_studio.tvau.host import ModelHost

    return Model(ModelHost(model, "random", "f" * 16))


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("", HeatSource()),
        (" anomaly ", HeatSource()),
        ("Person  Running", HeatSource("class", "person running")),
        ("a red  balloon", HeatSource("phrase", "a red balloon")),
    ],
)
def test_what_a_person_means(text: str, source: HeatSource) -> None:
    assert source_of(text, CLASSES) == source


def test_each_source_has_maps_of_its_own_on_disk(loaded: Model, video: Any, tmp_path: Path) -> None:
    cache = HeatmapCache(tmp_path)
    event = loaded.classes[0]
    sources = [
        HeatSource(),
        HeatSource("class", event),
        HeatSource("phrase", "a red balloon"),
        HeatSource("class", "a class that it has no words for"),
    ]
    kept = []
    for source in sources:
        told: list[int] = []
        heat_sources.compute(source, loaded, video, [0, 2], cache, ready=lambda pairs, _, told=told: told.extend(pairs))
        assert told == [0, 2]
        pairs, maps = heatmaps.cached(video.fingerprint, FrameRange(0, 11), source.cache_key(loaded.id), cache)
        assert pairs == [0, 2]
        kept.append(maps)
    np.testing.assert_allclose(kept[0], loaded.heatmap(video).values[[0, 2]], atol=1e-3)
    np.testing.assert_allclose(kept[1], loaded.class_heatmaps(video)[event][[0, 2]], atol=1e-3)
    assert len({maps.tobytes() for maps in kept}) == 4


def test_a_second_model_is_loaded_once_and_let_go(model_folder: Path, tmp_path: Path) -> None:
    guest = Guest()
    assert not guest.loaded
    first = guest.get(str(model_folder), "cpu")
    assert guest.get(str(model_folder), "cpu") is first
    guest.forget()
    assert not guest.loaded
    with pytest.raises(StudioError):
        guest.get(str(tmp_path / "none"), "cpu")
