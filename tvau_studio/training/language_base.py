"""The language part of a network from nothing: a small Qwen2.5-VL whose words are learned from text alone.

The embedding table comes first because the heat maps stand on it: S_c is a mean over its rows (`tvau.prompts`), so that
it may not change once an AHD has been trained. `learn_words` makes a table worth freezing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

from tvau_studio.tvau.families.qwen2_5_vl import FAMILY
from tvau_studio.tvau.prompts import PromptSet, text_vectors

IGNORE = -100
"""The label of a token that is no target."""

Report = Callable[[int, float], None]
"""report(step, loss)."""


@dataclass(frozen=True)
class LanguageSize:
    """Widths of the language model. heads divides hidden into an even, kv_heads divides heads."""

    hidden: int = 192
    layers: int = 4
    heads: int = 6
    kv_heads: int = 2
    mlp: int = 512


def text_config(tokenizer: Any, size: LanguageSize) -> dict[str, Any]:
    """The ``text_config`` of a Qwen2.5-VL of that size, with the embedding table tied to the output.

    The rotary axes share a head's halves as in Qwen (a quarter for time, the rest for height and width). The base of
    the angles is 10,000, not a million: the prompts of a small network are hundreds of tokens long.
    """
    half = size.hidden // size.heads // 2
    across = (half - half // 4) // 2
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": size.hidden,
        "intermediate_size": size.mlp,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.heads,
        "num_key_value_heads": size.kv_heads,
        "max_position_embeddings": 8192,
        "rope_parameters": {
            "rope_type": "default",
            "mrope_section": [half - 2 * across, across, across],
            "rope_theta": 1e4,
        },
        "eos_token_id": tokenizer.convert_tokens_to_ids(FAMILY.end_of_turn),
        "pad_token_id": tokenizer.pad_token_id,
        "bos_token_id": None,
        "tie_word_embeddings": True,
    }


def make_base(
    tokenizer: Any, vision: dict[str, Any], size: LanguageSize, seed: int = 0
) -> Qwen2_5_VLForConditionalGeneration:
    """A Qwen2.5-VL with random weights. vision: its ``vision_config``; the width handed to the language part is set
    here.
    """
    token = tokenizer.convert_tokens_to_ids
    config = Qwen2_5_VLConfig(
        vision_config={**vision, "out_hidden_size": size.hidden},
        text_config=text_config(tokenizer, size),
        image_token_id=token("<|image_pad|>"),
        video_token_id=token(FAMILY.video_pad),
        vision_start_token_id=token(FAMILY.video_start),
        vision_end_token_id=token(FAMILY.video_end),
        tie_word_embeddings=True,
    )
    torch.manual_seed(seed)
    return Qwen2_5_VLForConditionalGeneration(config)


def learn_words(
    base: Qwen2_5_VLForConditionalGeneration,
    tokenizer: Any,
    texts: Sequence[str],
    steps: int,
    *,
    batch: int = 24,
    rate: float = 2e-3,
    seed: int = 0,
    report: Report | None = None,
) -> None:
    """Train the language model with its embedding table to continue `texts`, without any picture.

    texts: what it will have to read and say, and the prompts of the heat maps. steps: batches; the learning rate rises
    over the first tenth and falls as a cosine to nothing. The vision tower is not touched.
    """
    dice = np.random.default_rng(seed)
    found = tokenizer(list(texts), add_special_tokens=False)["input_ids"]
    rows = [torch.tensor(ids) for ids in sorted(found, key=len) if len(ids) > 1]
    language = base.model.language_model
    parameters = [p for p in language.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=rate, betas=(0.9, 0.95), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: warm_cosine(n, steps))
    language.train()
    for step in range(steps):
        # Texts of like length stand together: a batch of any texts would be padding for the most part.
        first = int(dice.integers(0, max(1, len(rows) - batch + 1)))
        chosen = rows[first : first + batch]
        ids = torch.nn.utils.rnn.pad_sequence(chosen, batch_first=True, padding_value=0)  # [batch, L]
        there = torch.arange(ids.shape[1]) < torch.tensor([len(r) for r in chosen])[:, None]
        hidden = language(input_ids=ids, use_cache=False).last_hidden_state
        loss = next_token_loss(base.lm_head(hidden[:, :-1]), ids[:, 1:].masked_fill(~there[:, 1:], IGNORE))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        schedule.step()
        if report is not None:
            report(step + 1, float(loss.detach()))
    language.eval()


@torch.no_grad()
def part_states(table: Tensor, prompts: PromptSet, tokenizer: Any, alike: float = 0.9) -> None:
    """Shift all rows of an embedding table by one vector, so that the cosine between S_normal and S_abnormal is at most
    `alike`.

    The two states share most of their words, so that out of a fresh table their vectors hardly differ, and neither do
    those of the event classes; the AHD would have to work with hundredths of a cosine. A shift that all rows share
    changes no output of a tied language model: a softmax does not see it.

    table: float [vocabulary, D], changed in place; only before an AHD has been trained.
    """
    states = text_vectors(prompts, tokenizer, table).states
    common, apart = (states[0] + states[1]) / 2, (states[1] - states[0]) / 2
    apart = apart - common * (apart @ common) / common.square().sum()
    # cos = (k^2 |common|^2 - |apart|^2) / (k^2 |common|^2 + |apart|^2), solved for k
    k = float(apart.norm() / common.norm()) * math.sqrt((1 + alike) / (1 - alike))
    if k < 1:
        table.sub_((1 - k) * common.to(table))


def learn_table(
    base: Qwen2_5_VLForConditionalGeneration,
    tokenizer: Any,
    texts: Sequence[str],
    prompts: PromptSet,
    steps: int,
    *,
    seed: int = 0,
    report: Report | None = None,
) -> None:
    """The words of a network from nothing: learned by a language model whose layers are then made anew.

    The table is all that is kept. Layers that have learned to go on from text alone do not look at the video: trained
    on, they read from and to after 8,000 clips as fresh ones do after 2,000 (measured).
    """
    learn_words(base, tokenizer, texts, steps, seed=seed, report=report)
    table = base.get_input_embeddings().weight
    part_states(table, prompts, tokenizer)
    torch.manual_seed(seed)
    language = base.model.language_model
    fresh = type(language)._from_config(language.config).state_dict()
    language.load_state_dict({k: table.detach() if k.startswith("embed_tokens") else v for k, v in fresh.items()})


def next_token_loss(logits: Tensor, labels: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean cross-entropy over the labels that are not `IGNORE`.

    logits [..., vocabulary]; labels int64 [...]. weights: float [...], how much each label counts.
    """
    losses = functional.cross_entropy(logits.flatten(0, -2).float(), labels.flatten(), reduction="none")
    counted = (labels != IGNORE).flatten().float()
    if weights is not None:
        counted = counted * weights.flatten()
    return (losses * counted).sum() / counted.sum().clamp_min(1e-6)


def warm_cosine(step: int, steps: int, warm_up: float = 0.1) -> float:
    """Factor on the learning rate: up from near 0 over the first `warm_up` of the steps, then a cosine down to 0."""
    warm = max(1.0, warm_up * steps)
    if step < warm:
        return (step + 1) / (warm + 1)
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warm) / max(1.0, steps - warm))))
