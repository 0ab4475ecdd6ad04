"""Features of clips are computed once, cut to windows, and computed anew for another tower."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.unit.training.conftest import Noise
from tvau_studio.domain.errors import Cancelled, StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.training.clip_features import ClipFeatures, shown_seconds
from tvau_studio.tvau.host import ModelHost
from tvau_studio.tvau.modeling_tvau import TVAU


def test_they_are_what_the_chat_sees(features: ClipFeatures, network: TVAU) -> None:
    seen = features.seen(1)
    host = ModelHost(network, "random", "random")
    heat = host.heat(Noise(1), range(6))
    torch.testing.assert_close(network.heat(seen.cosines), torch.from_numpy(heat), atol=0.01, rtol=0)
    assert seen.last.shape[:3] == heat.shape
    assert seen.last.shape[3] == 32


def test_a_window_is_a_part_of_the_whole(features: ClipFeatures) -> None:
    whole, part = features.seen(0), features.seen(0, FrameRange(4, 9))
    assert len(part.last) == 3
    assert torch.equal(part.last, whole.last[2:5])
    assert torch.equal(part.cosines, whole.cosines[2:5])


def test_a_clip_of_a_longer_video_takes_its_own_pairs(
    network: TVAU, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    part = rows[0] | {"frames": [5, 9]}
    both = ClipFeatures(network, [rows[0], part], tmp_path, lambda row: Noise(0))
    assert torch.equal(both.seen(1).last, both.seen(0).last[2:5])  # frames 5..8 lie in pairs 2..4


def test_a_video_is_opened_once_for_all_time(network: TVAU, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    opened: list[str] = []

    def open_video(row: Any) -> Noise:
        opened.append(row["id"])
        return Noise(0)

    for _ in range(2):
        ClipFeatures(network, rows, tmp_path, open_video).fill()
    assert opened == [row["id"] for row in rows]


def test_another_tower_has_other_features_and_another_merger_the_same(
    make_model: Callable[..., TVAU], rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    model = make_model()
    model.prepare()
    before = ClipFeatures(model, rows[:1], tmp_path, lambda row: Noise(0))
    before.fill()
    with torch.no_grad():
        next(iter(model.visual.merger.parameters())).add_(1)
    ClipFeatures(model, rows[:1], tmp_path, lambda row: Noise(0)).fill()
    assert len(list(tmp_path.iterdir())) == 1
    with torch.no_grad():
        model.visual.blocks[0].mlp.gate_proj.weight.mul_(1.5)
    ClipFeatures(model, rows[:1], tmp_path, lambda row: Noise(0)).fill()
    assert len(list(tmp_path.iterdir())) == 2


def test_stopping_keeps_what_is_done(features: ClipFeatures) -> None:
    done: list[int] = []
    with pytest.raises(Cancelled):
        features.fill(lambda n, _: done.append(n), lambda: len(done) == 1)
    assert len(list(features.folder.iterdir())) == 1


def test_a_broken_file_is_named(features: ClipFeatures) -> None:
    features.fill()
    for path in features.folder.iterdir():
        path.write_bytes(b"no tensors")
    with pytest.raises(StudioError, match="delete it"):
        features.seen(0)


def test_seconds_between_shown_pairs() -> None:
    assert shown_seconds(12, 12, 24.0) == pytest.approx(2 / 24)
    assert shown_seconds(12, 2, 24.0) == pytest.approx(22 / 24)
    assert shown_seconds(1, 2, 24.0) == shown_seconds(12, 2, None) == 0
