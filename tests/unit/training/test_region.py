"""Direct labels say what the boxes say; the RAE learns from them, and nothing else moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.unit.training.conftest import Noise, thing
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import REGIONS
from tvau_studio.training.clip_features import ClipFeatures
from tvau_studio.training.dialogues import window_of
from tvau_studio.training.loop import Plan, run
from tvau_studio.training.region import RegionStage, direct_labels, draw, wake, with_corrected_heat
from tvau_studio.tvau.configuration import RAEConfig
from tvau_studio.tvau.modeling_tvau import TVAU

WORDS = torch.tensor([5, 6])


def test_the_labels_follow_the_centre(rows: list[dict[str, Any]]) -> None:
    labels = direct_labels(rows[0], FrameRange(0, 12), (4, 6), [WORDS, WORDS], [])
    assert labels.place.shape == (5, 9, 2)
    seen = [REGIONS[int(step)] for step in labels.place[..., 1].argmax(1)]
    assert seen == ["left", "middle", "middle", "middle", "right"]
    assert torch.equal(labels.place[1:, :, 0], labels.place[:-1, :, 1])  # now is what was next
    assert labels.place.sum() == 10
    assert (labels.anomaly == 1).all()
    assert [(t, r) for t, r, _ in labels.token_words] == [(t, REGIONS.index(name)) for t, name in enumerate(seen)]


def test_a_quiet_clip_has_nothing_in_any_region(rows: list[dict[str, Any]]) -> None:
    labels = direct_labels(rows[1], FrameRange(0, 12), (8, 12), [WORDS], [0])
    assert labels.place.sum() == labels.anomaly.sum() == 0
    assert labels.token_words == []
    assert labels.units  # but the words of the person who walks there


def test_a_target_counts_only_while_its_event_lasts(rows: list[dict[str, Any]]) -> None:
    late = thing(1, "person running", (20, 56), (0, 0), segments=[[0, 6, None, ""], [6, 12, "person running", ""]])
    labels = direct_labels(rows[0] | {"objects": [late]}, FrameRange(0, 12), (4, 6), [WORDS], [])
    assert labels.place[:, REGIONS.index("left"), 1].tolist() == [0, 0, 1, 1, 1]
    assert labels.anomaly[:, 0].tolist() == [0, 0, 1, 1, 1]
    assert labels.anomaly[:, 1].tolist() == [1] * 5


def test_one_pair_has_no_step(rows: list[dict[str, Any]]) -> None:
    labels = direct_labels(rows[0], FrameRange(0, 2), (4, 6), [WORDS, WORDS], [0])
    assert labels.place.shape == (0, 9, 2)
    assert labels.token_words == []


def test_merged_tokens_are_named_by_the_object_nearest_to_the_camera(rows: list[dict[str, Any]]) -> None:
    far, near = thing(1, None, (84, 40), (0, 0)), thing(2, None, (84, 60), (0, 0))
    row = rows[0] | {"objects": [near, far]}
    labels = direct_labels(row, FrameRange(0, 12), (8, 12), [torch.tensor([2]), torch.tensor([1])], [0])
    owners = {(r, c): int(ids[0]) for _, r, c, ids in labels.units}
    assert owners[2, 6] == 1  # y 35: in the far box alone
    assert owners[3, 6] == 2  # y 49: in both
    assert {c for _, c in owners} == {5, 6}


def test_the_rae_learns_its_labels_and_nothing_else_moves(
    network: TVAU, features: ClipFeatures, tmp_path: Path
) -> None:
    frozen = {k: v.clone() for k, v in network.base.state_dict().items()} | {
        f"ahd.{k}": v.clone()
        for k, v in network.ahd.state_dict().items()  # type: ignore[union-attr]
    }
    stage = RegionStage(network, features, features, merger=False, batch=3, lr=2e-2, seed=0)
    before = stage.validate()
    run(stage, Plan(40, every=40), tmp_path / "run")
    after = stage.validate()
    assert after["val_loss"] < 0.7 * before["val_loss"]
    now = network.base.state_dict() | {f"ahd.{k}": v for k, v in network.ahd.state_dict().items()}  # type: ignore[union-attr]
    assert all(torch.equal(now[k], v) for k, v in frozen.items())


def test_the_pointer_learns_where_the_target_is(make_model: Any, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    rae = RAEConfig(input="both", channels=(8, 8, 8), mlp=16, base_tokens=1, region_embedding=True, pointer=True)
    model = make_model(rae=rae)
    model.prepare()
    clips = ClipFeatures(model, rows, tmp_path / "features", lambda row: Noise(int(row["id"][-1])))
    run(RegionStage(model, clips, None, merger=False, batch=3, lr=2e-2, seed=0), Plan(60, every=60), tmp_path / "run")
    dice = np.random.default_rng(0)
    found = []
    with torch.no_grad():
        for index in (0, 1, 2):
            frames = window_of(rows[index])
            seen = with_corrected_heat(model, clips.seen(index), rows[index], frames, dice)
            found.append(model.rae.pointed(model.rae(seen.cosines)).argmax(1))
    wanted = direct_labels(rows[0], window_of(rows[0]), (4, 6), [WORDS, WORDS], []).place[..., 1].argmax(1)
    assert (found[0] == wanted).float().mean() >= 0.8
    assert (found[1] == 9).all()
    assert (found[2] == REGIONS.index("bottom")).float().mean() >= 0.8


def test_a_clip_of_one_pair_teaches_what_it_can(network: TVAU, features: ClipFeatures) -> None:
    features.rows = [row | {"frames": [0, 2]} for row in features.rows]
    loss = RegionStage(network, features, None, merger=True, batch=3, lr=1e-2, seed=0).loss(0)
    loss.backward()
    assert torch.isfinite(loss)


def test_the_merger_is_taught_words_where_it_is_trained(network: TVAU, features: ClipFeatures) -> None:
    stage = RegionStage(network, features, None, merger=True, batch=2, lr=1e-2, seed=0)
    stage.loss(0).backward()
    assert all(p.grad is not None for p in network.visual.merger.parameters())
    assert all(p.grad is None for p in network.visual.blocks.parameters())
    assert network.embedding.weight.grad is None
    assert stage.validate() == {}


def test_sleeping_convolutions_are_woken_once(network: TVAU, features: ClipFeatures) -> None:
    rae: Any = network.rae
    with torch.no_grad():
        rae.backbone[0].weight.mul_(1e-3)
    wake(network, features)
    woken = rae.backbone[0].weight.clone()
    h = features.seen(0).cosines
    with torch.no_grad():
        assert float(rae.backbone[0](torch.cat([h[1:] - h[:-1], h[1:]], 1)).std((0, 2, 3)).mean()) > 0.25
    with torch.no_grad():
        rae.backbone[0].weight.mul_(100)
    wake(network, features)
    assert torch.equal(rae.backbone[0].weight, woken * 100)


def test_regions_begin_as_the_words_for_them(network: TVAU, features: ClipFeatures) -> None:
    rae: Any = network.rae
    wake(network, features)
    assert float(rae.region_embedding.square().mean().sqrt()) == pytest.approx(1, abs=1e-4)
    assert float(rae.step_embedding.square().mean().sqrt()) == pytest.approx(0.5, abs=1e-4)
    cosine = torch.nn.functional.cosine_similarity(
        rae.region_embedding,
        network.embedding(
            torch.tensor(network.processor.tokenizer(" middle", add_special_tokens=False)["input_ids"])
        ).mean(0)[None],
    )
    assert int(cosine.argmax()) == REGIONS.index("middle")
    kept = rae.region_embedding.clone()
    wake(network, features)
    assert torch.equal(rae.region_embedding, kept)


def test_every_clip_comes_once_an_epoch_and_windows_lie_inside(rows: list[dict[str, Any]]) -> None:
    drawn = [one for number in range(8) for one in draw(rows, number, 3, seed=1, whole=0.3, least=2)]
    for epoch in range(8):
        assert sorted(index for index, _, _ in drawn[3 * epoch : 3 * epoch + 3]) == [0, 1, 2]
    for index, frames, _ in drawn:
        whole = window_of(rows[index])
        assert whole.start <= frames.start < frames.stop <= whole.stop
        assert len(frames.pairs) >= 2
    assert len({(f.start, f.stop) for _, f, _ in drawn}) > 3
    again = draw(rows, 5, 3, seed=1, whole=0.3, least=2)
    assert [(i, f) for i, f, _ in again] == [(i, f) for i, f, _ in drawn[15:18]]


@pytest.mark.parametrize("number", [0, 3])
def test_a_micro_batch_follows_from_its_number(network: TVAU, features: ClipFeatures, number: int) -> None:
    stage = RegionStage(network, features, None, merger=False, batch=1, lr=1e-2, seed=0)
    assert torch.equal(stage.loss(number), stage.loss(number))


def test_the_thesiss_encoder_is_refused_in_words(make_model: Any, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    thesis = make_model(rae=RAEConfig(preset="thesis", channels=(4, 6, 8), base_tokens=1))
    thesis.prepare()
    clips = ClipFeatures(thesis, rows, tmp_path, lambda row: Noise(0))
    with pytest.raises(StudioError, match="train language"):
        RegionStage(thesis, clips, None, merger=False, batch=1, lr=1e-2, seed=0)


def test_a_clip_of_unknown_size_says_nothing_of_regions(rows: list[dict[str, Any]]) -> None:
    labels = direct_labels(rows[0] | {"size": None}, FrameRange(0, 12), (4, 6), [WORDS, WORDS], [0])
    assert labels.place.sum() == 0
    assert labels.units == []
    assert (labels.anomaly[:, 1] == 1).all()
