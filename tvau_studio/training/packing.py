"""All questions of a clip behind one prefix, in one pass of the language model.

Each question with its answer sees the prefix (system turn, video, anomaly tokens) and itself, and its positions begin
where the prefix ends: the sums are those of one pass per question, for a fraction of the work. Vision tokens are never
cut; a question too long for the limit is left out, and said so.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from tvau_studio.training.dialogues import Sample
from tvau_studio.training.language_base import IGNORE
from tvau_studio.tvau.attention import plain_attention
from tvau_studio.tvau.modeling_tvau import TVAU
from tvau_studio.tvau.pairs import chosen_pairs
from tvau_studio.tvau.processing_tvau import TVAUProcessor

Weigh = Callable[[Tensor], Tensor]
"""Token ids [L] -> how much each counts in the loss, float [L]."""


@dataclass(frozen=True)
class Tail:
    """One question and its answer. ids: int64 [L], as they follow the prefix. labels: int64 [L], the id where the
    answer stands (its end included), else `IGNORE`.
    """

    ids: Tensor
    labels: Tensor


def tail(processor: TVAUProcessor, sample: Sample) -> Tail:
    """The tokens of a sample: what is asked is read, and only the answer is learned."""
    asked = processor.question_ids(sample.question, sample.history)
    answer = processor.answer_ids(sample.answer)
    return Tail(torch.cat([asked, answer]), torch.cat([torch.full_like(asked, IGNORE), answer]))


@dataclass(frozen=True)
class Packed:
    """Tails one after the other, to stand behind a prefix. ids, labels: int64 [L]. starts: where each tail begins in
    them.
    """

    ids: Tensor
    labels: Tensor
    starts: tuple[int, ...]


def pack(tails: Sequence[Tail]) -> Packed:
    starts, at = [], 0
    for one in tails:
        starts.append(at)
        at += len(one.ids)
    return Packed(torch.cat([t.ids for t in tails]), torch.cat([t.labels for t in tails]), tuple(starts))


def mask(prefix: int, packed: Packed) -> Tensor:
    """Who sees whom: bool [1, 1, N, N], N = prefix + L. The prefix is causal, a tail sees prefix and itself."""
    length = len(packed.ids)
    owner = torch.zeros(prefix + length, dtype=torch.long)
    for number, start in enumerate(packed.starts, start=1):
        owner[prefix + start :] = number
    causal = torch.ones(prefix + length, prefix + length, dtype=torch.bool).tril()
    seen = causal & ((owner[:, None] == owner[None]) | (owner[None] == 0))
    return seen[None, None]


def positions(prefix: Tensor, packed: Packed) -> Tensor:
    """Rotary positions [3, N] from those of the prefix [3, P]: every tail begins behind the prefix's last."""
    after = int(prefix.max()) + 1
    edges = [*packed.starts, len(packed.ids)]
    places = [torch.arange(b - a) for a, b in itertools.pairwise(edges)]
    return torch.cat([prefix, (after + torch.cat(places)).expand(3, -1).to(prefix.device)], 1)


@dataclass(frozen=True)
class Seen:
    """What the vision tower and the AHD say of a window. last: [T', H', W', C], the last block's output. cosines: float
    [T', 2, H', W']. seconds: from one shown pair to the next, by the video's clock (see `shown_seconds`). merged: the
    vision tokens of all pairs [T', H'/m, W'/m, D], where they were computed already."""

    last: Tensor
    cosines: Tensor
    seconds: float
    merged: Tensor | None = None


def merged_tokens(model: TVAU, seen: Seen) -> Tensor:
    """The vision tokens of all pairs of a window, [T', H'/m, W'/m, D]."""
    return model.merge(seen.last) if seen.merged is None else seen.merged


def hidden_states(model: TVAU, seen: Seen, packed: Packed, pictures: Seen | None = None) -> Tensor:
    """Last hidden states [L, D] of the packed tails; gradients reach language model, RAE and merger.

    pictures: where the video tokens come from, with the same grid and as many pairs; the window itself where None.
    """
    shown = chosen_pairs(len(seen.last), model.config.chat.video_pairs)
    if model.config.rae and model.config.rae.visual:
        seen = replace(seen, merged=merged_tokens(model, seen))
    anomaly = model.anomaly_tokens(seen.cosines, seen.merged)
    source = pictures or seen
    video = (model.merge(source.last[shown]) if source.merged is None else source.merged[shown]).flatten(0, 2)
    prompt = model.processor.prefix(len(video), len(anomaly))
    grid = (seen.last.shape[1], seen.last.shape[2])
    embeds = torch.cat([model.embed(prompt.ids, video, anomaly), model.embedding(packed.ids)])
    where = positions(model.positions(prompt, len(shown), grid, seen.seconds), packed)
    language = model.base.model.language_model
    with plain_attention(language, len(embeds)):
        out = language(
            inputs_embeds=embeds[None],
            position_ids=where[:, None],
            attention_mask={"full_attention": mask(len(prompt.ids), packed).to(embeds.device)},
            use_cache=False,
        )
    hidden: Tensor = out.last_hidden_state[0, len(prompt.ids) :]
    return hidden


def answer_loss(
    model: TVAU, seen: Seen, packed: Packed, weigh: Weigh | None = None, pictures: Seen | None = None
) -> Tensor:
    """Mean cross-entropy over the tokens of all answers. weigh: how much each counts; all the same where None.
    pictures: see `hidden_states`."""
    hidden = hidden_states(model, seen, packed, pictures)
    targets = packed.labels[1:]
    learned = targets != IGNORE
    ids = targets[learned]
    logits = model.base.lm_head(hidden[:-1][learned]).float()  # [answers' tokens, vocabulary]
    losses = torch.nn.functional.cross_entropy(logits, ids, reduction="none")
    if weigh is None:
        return losses.mean()
    weights = weigh(ids)
    return (losses * weights).sum() / weights.sum()


def word_weights(tokenizer: Any, words: Sequence[str], weight: float) -> Weigh:
    """Tokens that begin one of `words` (with or without a space before) count `weight`, all others 1."""
    first = {
        ids[0]
        for w in words
        for text in (w, f" {w}")
        if (ids := tokenizer(text, add_special_tokens=False)["input_ids"])
    }
    table = torch.ones(len(tokenizer))
    table[sorted(first)] = weight
    return lambda ids: table[ids]
