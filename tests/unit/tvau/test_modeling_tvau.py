"""Our prompt assembly, positions and decoding against transformers' own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from transformers.modeling_outputs import BaseModelOutputWithPooling

from tvau_studio.tvau.configuration import AHDConfig, RAEConfig
from tvau_studio.tvau.modeling_tvau import TVAU
from tvau_studio.tvau.processing_tvau import Patches

GRID, PAIRS = (8, 14), 4


@pytest.fixture
def inputs(model: TVAU) -> dict[str, Any]:
    """One clip: patches, its features, H, anomaly tokens, and a prompt for a question."""
    torch.manual_seed(2)
    patches = Patches(torch.randn(PAIRS, GRID[0] * GRID[1], 1176), GRID)
    with torch.no_grad():
        features = model.features(patches)
        assert features.merged is not None
        cosines = model.all_cosines(features)
        anomaly = model.anomaly_tokens(cosines, features.merged)
        video = features.merged.flatten(0, 2)
        prompt = model.processor.prompt("Is there any anomaly in the video?", len(video), len(anomaly))
    return {
        "patches": patches,
        "features": features,
        "cosines": cosines,
        "anomaly": anomaly,
        "video": video,
        "prompt": prompt,
    }


def transformers_inputs(model: TVAU, inputs: dict[str, Any], seconds: float) -> dict[str, Any]:
    prompt = inputs["prompt"]
    return {
        "input_ids": prompt.ids[None],
        "attention_mask": torch.ones_like(prompt.ids)[None],
        "mm_token_type_ids": prompt.types[None].int(),
        "video_grid_thw": torch.tensor([[PAIRS, *GRID]]),
        "second_per_grid_ts": torch.tensor([seconds]),
    }


@pytest.mark.parametrize("seconds", [0.0, 0.08, 0.5])
def test_positions_are_those_of_transformers(model: TVAU, inputs: dict[str, Any], seconds: float) -> None:
    """Anomaly pads count as text, each one step on every axis."""
    theirs, _ = model.base.model.get_rope_index(**transformers_inputs(model, inputs, seconds))
    ours = model.positions(inputs["prompt"], PAIRS, GRID, seconds)
    assert torch.equal(ours, theirs[:, 0])


def test_text_after_a_long_slow_video_starts_behind_it(model: TVAU, inputs: dict[str, Any]) -> None:
    prompt = inputs["prompt"]
    positions = model.positions(prompt, PAIRS, GRID, 30.0)
    video = prompt.types.nonzero()[:, 0]
    after = positions[:, int(video[-1]) + 1 :]
    assert after.min() == positions[:, video].max() + 1
    assert (after.diff(dim=1) == 1).all()


def test_a_thesis_model_keeps_video_at_one_instant(make_model: Callable[..., TVAU], inputs: dict[str, Any]) -> None:
    from dataclasses import replace

    base = make_model()
    model = make_model(chat=replace(base.config.chat, clock=False))
    positions = model.positions(inputs["prompt"], PAIRS, GRID, 0.5)
    assert positions[0, inputs["prompt"].types == 2].unique().numel() == 1


def test_logits_are_those_of_transformers_on_the_same_inputs(model: TVAU, inputs: dict[str, Any]) -> None:
    """Video tokens by transformers from pixels, anomaly tokens in place of their pads: prefix + question in two steps =
    at once.
    """
    prompt = inputs["prompt"]
    with torch.no_grad():
        embeds = model.embed(prompt.ids, None, inputs["anomaly"])
        whole = model.base(
            inputs_embeds=model.embed(prompt.ids, inputs["video"], inputs["anomaly"])[None],
            **transformers_inputs(model, inputs, 0.08),
        ).logits[0, -1]
        # transformers puts the video tokens into our embeddings by itself
        features = model.base.model.get_video_features(
            inputs["patches"].values.flatten(0, 1), torch.tensor([[PAIRS, *GRID]]), return_dict=True
        )
        assert isinstance(features, BaseModelOutputWithPooling)
        theirs = model.base(
            inputs_embeds=embeds[None],
            mm_encoder_outputs={"video": features},
            **transformers_inputs(model, inputs, 0.08),
        ).logits[0, -1]
        head = model.processor.prefix(len(inputs["video"]), len(inputs["anomaly"]))
        prefix = model.prefill(
            head, model.embed(head.ids, inputs["video"], inputs["anomaly"]), model.positions(head, PAIRS, GRID, 0.08)
        )
        ours = model.first_logits(prefix, prompt.ids[head.prefix :])
    torch.testing.assert_close(whole, theirs, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)


def test_mm_token_types_matter(model: TVAU, inputs: dict[str, Any]) -> None:
    """Without them transformers falls back to plain positions in silence: the trap that `positions` avoids."""
    given = transformers_inputs(model, inputs, 0.08)
    embeds = model.embed(inputs["prompt"].ids, inputs["video"], inputs["anomaly"])[None]
    with torch.no_grad():
        right = model.base(inputs_embeds=embeds, **given).logits[0, -1]
        model.base.model.rope_deltas = None
        wrong = model.base(inputs_embeds=embeds, **{k: v for k, v in given.items() if k != "mm_token_type_ids"}).logits[
            0, -1
        ]
    assert not torch.allclose(right, wrong, atol=1e-4)


def test_greedy_decoding_is_that_of_transformers(model: TVAU, inputs: dict[str, Any]) -> None:
    prompt = inputs["prompt"]
    with torch.no_grad():
        embeds = model.embed(prompt.ids, inputs["video"], inputs["anomaly"])[None]
        out = model.base.generate(
            inputs_embeds=embeds, **transformers_inputs(model, inputs, 0.08), do_sample=False, max_new_tokens=10
        )
        theirs = out[0, len(prompt.ids) :].tolist() if out.shape[1] > 10 else out[0].tolist()
        head = model.processor.prefix(len(inputs["video"]), len(inputs["anomaly"]))
        prefix = model.prefill(
            head, model.embed(head.ids, inputs["video"], inputs["anomaly"]), model.positions(head, PAIRS, GRID, 0.08)
        )
        ours = list(model.generate(prefix, prompt.ids[head.prefix :], 10))
    ends = model._ends()
    assert ours == [t for i, t in enumerate(theirs) if not any(x in ends for x in theirs[: i + 1])]
    assert len(ours) > 0
    assert prefix.cache.get_seq_length() == prefix.length


def test_a_pair_alone_has_no_anomaly_tokens_and_is_answered(model: TVAU, inputs: dict[str, Any]) -> None:
    features, cosines = inputs["features"], inputs["cosines"]
    anomaly = model.anomaly_tokens(cosines[:1], features.merged[:1])
    assert anomaly.shape == (0, 64)
    video = features.merged[:1].flatten(0, 2)
    head = model.processor.prefix(len(video), 0)
    prefix = model.prefill(head, model.embed(head.ids, video, anomaly), model.positions(head, 1, GRID, 0.0))
    assert list(model.generate(prefix, model.processor.question_ids("What?"), 3))


@pytest.mark.parametrize(
    "rae", [RAEConfig(channels=(3, 4, 5), mlp=6), RAEConfig(preset="thesis", channels=(3, 4, 5), base_tokens=1)]
)
def test_anomaly_tokens_fill_their_pads(
    make_model: Callable[..., TVAU], inputs: dict[str, Any], rae: RAEConfig
) -> None:
    model = make_model(rae=rae)
    anomaly = model.anomaly_tokens(inputs["cosines"], inputs["features"].merged)
    assert model.rae is not None
    assert len(anomaly) == model.rae.tokens(PAIRS)
    head = model.processor.prefix(2, len(anomaly))
    embeds = model.embed(head.ids, torch.zeros(2, 64), anomaly)
    pad = head.ids == model.processor.token_id("<|anomaly_prompt_pad|>")
    torch.testing.assert_close(embeds[pad], anomaly)
    torch.testing.assert_close(embeds[~pad & (head.types == 0)], model.embedding(head.ids[~pad & (head.types == 0)]))


def test_prepare_gives_the_direct_values(make_model: Callable[..., TVAU], inputs: dict[str, Any]) -> None:
    for normalisation in ("cosine", "compat"):
        model = make_model(ahd=AHDConfig(taps=(0, 1, 3), hidden=48, normalisation=normalisation))  # type: ignore[arg-type]
        with torch.no_grad():
            direct = model.all_cosines(inputs["features"])
            model.prepare()
            torch.testing.assert_close(model.all_cosines(inputs["features"]), direct, atol=1e-6, rtol=1e-5)
            assert direct.shape[1] == 2 + 12
            torch.testing.assert_close(model.cosines(inputs["features"]), direct[:, :2])
