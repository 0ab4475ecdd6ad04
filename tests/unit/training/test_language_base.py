"""A language part from nothing: its shape, and that words are learned from text alone."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tvau_studio.training.language_base import (
    IGNORE,
    LanguageSize,
    learn_table,
    learn_words,
    make_base,
    next_token_loss,
    part_states,
    text_config,
    warm_cosine,
)
from tvau_studio.tvau.prompts import load_prompts, text_vectors

SIZE = LanguageSize(hidden=32, layers=2, heads=2, kv_heads=1, mlp=48)
VISION = {"depth": 2, "hidden_size": 32, "intermediate_size": 48, "num_heads": 2, "fullatt_block_indexes": [1]}
TEXTS = ["A man runs to the left.", "A dog runs to the right."]


def test_the_table_is_tied_and_as_long_as_the_vocabulary(tokenizer: Any) -> None:
    base = make_base(tokenizer, VISION, SIZE)
    assert base.lm_head.weight is base.get_input_embeddings().weight
    assert base.lm_head.weight.shape == (len(tokenizer), 32)
    assert base.config.vision_config.out_hidden_size == 32
    assert base.config.video_token_id == tokenizer.convert_tokens_to_ids("<|video_pad|>")
    again = make_base(tokenizer, VISION, SIZE)
    assert all(torch.equal(a, b) for a, b in zip(base.parameters(), again.parameters(), strict=True))


@pytest.mark.parametrize("size", [SIZE, LanguageSize(), LanguageSize(hidden=128, heads=4)])
def test_the_rotary_axes_fill_half_a_head(tokenizer: Any, size: LanguageSize) -> None:
    section = text_config(tokenizer, size)["rope_parameters"]["mrope_section"]
    assert sum(section) * 2 == size.hidden // size.heads
    assert section[1] == section[2] >= section[0] > 0


def test_words_are_learned_without_touching_the_tower(tokenizer: Any) -> None:
    base = make_base(tokenizer, VISION, SIZE)
    tower = {k: v.clone() for k, v in base.model.visual.state_dict().items()}
    table = base.get_input_embeddings().weight.detach().clone()
    losses: list[float] = []
    learn_words(base, tokenizer, TEXTS, 30, batch=2, rate=1e-2, report=lambda _, loss: losses.append(loss))
    assert len(losses) == 30
    assert losses[-1] < 0.5 * losses[0]
    assert not torch.equal(table, base.get_input_embeddings().weight)
    assert all(torch.equal(tower[k], v) for k, v in base.model.visual.state_dict().items())


def test_what_is_no_target_counts_for_nothing() -> None:
    logits = torch.randn(1, 3, 5)
    labels = torch.tensor([[1, IGNORE, 2]])
    expected = torch.nn.functional.cross_entropy(logits[0, [0, 2]], labels[0, [0, 2]])
    torch.testing.assert_close(next_token_loss(logits, labels), expected)
    one = next_token_loss(logits, labels, torch.tensor([[1.0, 1.0, 0.0]]))
    torch.testing.assert_close(one, torch.nn.functional.cross_entropy(logits[0, :1], labels[0, :1]))


def test_the_rate_rises_and_falls() -> None:
    factors = [warm_cosine(n, 100) for n in range(100)]
    peak = factors.index(max(factors))
    assert 5 <= peak <= 15
    assert factors[:peak] == sorted(factors[:peak])
    assert factors[peak:] == sorted(factors[peak:], reverse=True)
    assert factors[-1] < 0.01


def test_the_states_are_parted_and_no_output_changes(tokenizer: Any) -> None:
    base = make_base(tokenizer, VISION, SIZE)
    table = base.get_input_embeddings().weight
    prompts = load_prompts()
    with torch.no_grad():
        table.add_(torch.randn(32) * 0.5)  # rows of a trained table have much in common
    before = text_vectors(prompts, tokenizer, table).states
    hidden = torch.randn(4, 32)
    said = (hidden @ table.T).softmax(-1)
    part_states(table, prompts, tokenizer, alike=0.9)
    states = text_vectors(prompts, tokenizer, table).states
    cosine = torch.nn.functional.cosine_similarity
    assert cosine(before[0], before[1], dim=0) > 0.95
    assert float(cosine(states[0], states[1], dim=0)) == pytest.approx(0.9, abs=0.01)
    torch.testing.assert_close((hidden @ table.T).softmax(-1), said, atol=1e-5, rtol=1e-4)
    kept = table.detach().clone()
    part_states(table, prompts, tokenizer, alike=0.9999)
    assert torch.equal(table, kept)  # never made more alike


def test_only_the_table_is_kept_of_what_text_taught(tokenizer: Any) -> None:
    base = make_base(tokenizer, VISION, SIZE)
    before = {k: v.clone() for k, v in base.model.language_model.state_dict().items()}
    told: list[int] = []
    learn_table(base, tokenizer, TEXTS, load_prompts(), 8, report=lambda step, _: told.append(step))
    assert told == list(range(1, 9))
    after = base.model.language_model.state_dict()
    assert base.lm_head.weight is base.get_input_embeddings().weight
    assert not torch.equal(after["embed_tokens.weight"], before["embed_tokens.weight"])
    norms = [k for k in after if k.endswith("norm.weight") or k.endswith("layernorm.weight")]
    assert norms
    assert all((after[k] == 1).all() for k in norms)
    states = text_vectors(load_prompts(), tokenizer, base.get_input_embeddings().weight).states
    assert float(torch.nn.functional.cosine_similarity(states[0], states[1], dim=0)) < 0.91
