"""The language part learns its answers, by an adapter or whole, and leaves the heat maps alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from tvau_studio.domain.errors import StudioError
from tvau_studio.training import language
from tvau_studio.training.clip_features import ClipFeatures
from tvau_studio.training.dialogues import Sample
from tvau_studio.training.language import LanguageStage, add_adapter, pack_short, slowed, with_quiet
from tvau_studio.training.loop import Plan, run
from tvau_studio.training.packing import Packed, Seen, tail
from tvau_studio.tvau import checkpoints
from tvau_studio.tvau.modeling_tvau import TVAU


def _stage(network: TVAU, features: ClipFeatures, **changes: Any) -> LanguageStage:
    settings: dict[str, Any] = {"whole": True, "batch": 1, "lr": 3e-3, "rae_lr": 3e-3, "seed": 0}
    return LanguageStage(network, features, features, **(settings | changes))


@pytest.mark.parametrize(
    ("whole", "share"), [(True, 0.9), (False, 0.98)]
)  # an adapter on random weights has less to say
def test_the_loss_on_the_clips_falls(
    network: TVAU, features: ClipFeatures, tmp_path: Path, whole: bool, share: float
) -> None:
    stage = _stage(network, features, whole=whole, lr=2e-2)
    before = stage.validate()["val_loss"]
    run(stage, Plan(24, warmup=0, every=24), tmp_path / "run")
    assert stage.validate()["val_loss"] < share * before


@pytest.mark.parametrize("whole", [True, False])
def test_only_what_may_change_changes(network: TVAU, features: ClipFeatures, whole: bool) -> None:
    before = {k: v.clone() for k, v in network.state_dict().items()}
    stage = _stage(network, features, whole=whole, direct=0.5)
    for number in range(2):
        stage.loss(number).backward()
        for optimiser in stage.optimisers:
            optimiser.step()
    after = {k.replace(".base_layer.", "."): v for k, v in network.state_dict().items() if ".lora_" not in k}
    moved = {k for k, v in before.items() if not torch.equal(v, after[k])}
    assert any(k.startswith("rae.") for k in moved)
    assert not any("embed_tokens" in k or k.startswith("ahd.") or ".visual.blocks." in k for k in moved)
    assert any("language_model.layers" in k for k in moved) == whole
    assert any(".visual.merger." in k for k in moved) == whole


@pytest.mark.leaves_threads("peft's progress bar starts tqdm's monitor")
def test_an_adapter_touches_the_language_model_alone_and_is_saved_apart(
    network: TVAU, features: ClipFeatures, tmp_path: Path
) -> None:
    stage = _stage(network, features, whole=False)
    names = [k for k, _ in network.base.named_parameters() if ".lora_" in k]
    assert names
    assert all("language_model.layers" in k for k in names)
    for number in range(2):
        stage.loss(number).backward()
        for optimiser in stage.optimisers:
            optimiser.step()
    seen, packed = features.seen(0), pack_short([tail(network.processor, Sample("Who?", "A man."))])
    network.eval()
    assert packed is not None
    with torch.no_grad():
        here = language.answer_loss(network, seen, packed)
        checkpoints.save(network, tmp_path / "model", adapter=add_adapter(network), keeps_maps=True)
        again = checkpoints.load(tmp_path / "model", "cpu")
        torch.testing.assert_close(language.answer_loss(again, seen, packed), here, atol=1e-4, rtol=1e-4)
    assert (tmp_path / "model" / "adapter" / "adapter_model.safetensors").exists()


def test_a_small_model_trained_whole_is_saved_complete(network: TVAU, features: ClipFeatures, tmp_path: Path) -> None:
    run(_stage(network, features, direct=0.5, bfloat16=True), Plan(2, every=2), tmp_path / "run")
    checkpoints.save(network, tmp_path / "model", adapter=network.adapter, keeps_maps=True)
    again = checkpoints.load(tmp_path / "model", "cpu").state_dict()
    assert all(torch.equal(v, again[k]) for k, v in network.state_dict().items())


def test_a_slowed_clip_has_more_pairs_of_the_same(features: ClipFeatures) -> None:
    seen = features.seen(0)
    assert slowed(seen, 1) is seen
    slow = slowed(seen, 4)
    assert len(slow.last) == len(slow.cosines) == 4 * len(seen.last)
    assert torch.equal(slow.last[4:8], seen.last[1].expand(4, *seen.last[1].shape))
    assert torch.equal(slow.cosines[::4], seen.cosines)
    assert slow.seconds == pytest.approx(4 * seen.seconds)


def test_a_question_that_is_too_long_is_left_out(network: TVAU, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "MAX_TEXT", 60)
    short, long = (tail(network.processor, Sample("Who?", text)) for text in ("A man.", "A man. " * 30))
    packed = pack_short([short, long])
    assert packed is not None
    assert torch.equal(packed.ids, short.ids)
    assert pack_short([long]) is None


def test_data_without_a_text_are_refused(network: TVAU, features: ClipFeatures) -> None:
    features.rows = [row | {"environment": "", "objects": []} for row in features.rows]
    with pytest.raises(StudioError, match="holds a text"):
        _stage(network, features)


def test_corrected_heat_gives_way_to_the_real_one(network: TVAU, features: ClipFeatures) -> None:
    stage = _stage(network, features, teach=10)
    assert [stage.taught(n) for n in (0, 10, 15, 20, 99)] == [1.0, 1.0, 0.5, 0.0, 0.0]
    assert _stage(network, features).taught(0) == 0.0


def test_what_is_taught_is_another_map(network: TVAU, features: ClipFeatures) -> None:
    # Seeds alike: the micro-batch differs by its heat alone.
    plain, taught = (_stage(network, features, batch=3, teach=teach).loss(0) for teach in (0, 100))
    assert not torch.equal(plain, taught)


def test_foreign_pictures_are_another_clips(
    network: TVAU, features: ClipFeatures, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[torch.Tensor] = []
    told: list[str] = []
    loss = language.answer_loss

    def watched(model: TVAU, seen: Seen, packed: Packed, weigh: Any, pictures: Seen | None) -> torch.Tensor:
        if pictures is not None:
            shown.append(pictures.last)
            told.append(network.processor.tokenizer.decode(packed.ids))
        return loss(model, seen, packed, weigh, pictures)

    monkeypatch.setattr(language, "answer_loss", watched)
    features.rows = [row | {"environment": f"Place {n}.", "zh": {}} for n, row in enumerate(features.rows)]
    stage = _stage(network, features, foreign=1.0, batch=3)
    for number in range(3):
        stage.loss(number)
    assert len(shown) >= 4  # sometimes the other clip is the clip itself
    first = [features.seen(n).last[0] for n in range(3)]
    for last, said in zip(shown, told, strict=True):
        place = next(n for n, own in enumerate(first) if torch.equal(last[0], own))
        assert {name for name in ("Place 0", "Place 1", "Place 2") if name in said} <= {f"Place {place}"}


@pytest.mark.parametrize(("share", "shown"), [(0.0, 1), (0.3, 1), (0.5, 2), (0.75, 6)])
def test_quiet_clips_are_shown_as_often_as_makes_their_share(
    rows: list[dict[str, Any]], share: float, shown: int
) -> None:
    order = with_quiet(rows, share)
    assert sorted(set(order)) == [0, 1, 2]
    assert order.count(1) == shown
    assert order.count(0) == order.count(2) == 1
    assert with_quiet([rows[0], rows[2]], share) == [0, 1]


def test_a_micro_batch_follows_from_its_number(network: TVAU, features: ClipFeatures) -> None:
    stage = _stage(network, features, direct=0.5, places=2, colour=3.0)
    assert torch.equal(stage.loss(4), stage.loss(4))
    assert not torch.equal(stage.loss(4), stage.loss(5))


def test_events_are_told_apart_by_words_of_both_languages(network: TVAU) -> None:
    assert {"riding", "vehicle", "骑自行车", "人行道上有车辆"} <= language._event_words(network)
