"""Attention where transformers' own takes longer: the vision tower's windows, and a small language model in training.

transformers hands sdpa one window after the other: a loop of hundreds per block at Qwen's sizes. This function,
registered through transformers' own attention interface, takes all windows of a block at once and computes the same
sums. Windows at the picture's right and lower edge are smaller; windows are therefore grouped by length.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

NAME = "tvau_flash_windows"
"""transformers passes whole sequences with their window bounds only to implementations that have "flash" in their
name.
"""

_SHORT = 128
"""Windows up to this length are trained on a CPU by the plain formula: sdpa's backward pass takes twice as long there.
"""


def attend(
    module: Any, query: Tensor, key: Tensor, value: Tensor, attention_mask: None, scaling: float, **kwargs: Any
) -> tuple[Tensor, None]:
    """query, key, value: [1, heads, S, d]; cu_seq_lens_q: window bounds. Returns [1, S, heads, d], as transformers
    expects.
    """
    bounds: Tensor = kwargs["cu_seq_lens_q"]
    groups = _groups(tuple(bounds.tolist()), query.device)
    q, k, v = (x[0].transpose(0, 1) for x in (query, key, value))  # [S, heads, d]
    if len(groups) == 1:
        n, length, _ = groups[0]
        return _attend(q, k, v, n, length, scaling)[None], None
    out = torch.empty_like(q)
    for n, length, index in groups:
        out[index] = _attend(q[index], k[index], v[index], n, length, scaling)
    return out[None], None


def _attend(q: Tensor, k: Tensor, v: Tensor, n: int, length: int, scaling: float) -> Tensor:
    """n windows of `length` tokens, laid end to end: [n * length, heads, d] -> the same shape."""
    q, k, v = (x.view(n, length, *x.shape[1:]).transpose(1, 2) for x in (q, k, v))  # [n, heads, length, d]
    if q.requires_grad and q.device.type == "cpu" and length <= _SHORT:
        weights = ((q * scaling) @ k.transpose(-1, -2)).softmax(-1)
        return (weights.to(v.dtype) @ v).transpose(1, 2).flatten(0, 1)
    return functional.scaled_dot_product_attention(q, k, v, scale=scaling).transpose(1, 2).flatten(0, 1)


PLAIN = "tvau_plain"

_PLAIN_LENGTH = 1024
"""Tokens up to which a language model is trained on a CPU by the plain formula: there it takes two thirds of the time,
and the weights of all heads still fit.
"""


def attend_plainly(
    module: Any, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor, scaling: float, **kwargs: Any
) -> tuple[Tensor, None]:
    """query [B, heads, N, d]; key, value [B, key heads, N, d]; attention_mask: bool [B or 1, 1, N, N], True where seen.
    Returns [B, N, heads, d], as transformers expects.
    """
    batch, heads, length, width = query.shape
    groups = heads // key.shape[1]
    unseen = torch.zeros(attention_mask.shape, dtype=value.dtype, device=value.device)
    unseen = unseen.masked_fill_(~attention_mask, -torch.inf)
    # autocast would take the softmax out of the values' bfloat16, which is enough for weights below 1.
    with torch.autocast(query.device.type, enabled=False):
        q = (query * scaling).to(value.dtype).reshape(batch, key.shape[1], groups * length, width)
        scores = (q @ key.to(value.dtype).transpose(-1, -2)).view(batch, heads, length, -1)
        weights = scores.add_(unseen).softmax(-1)
        out = weights.view(batch, key.shape[1], groups * length, -1) @ value
    return out.view(batch, heads, length, width).transpose(1, 2), None


@contextmanager
def plain_attention(language: Any, length: int) -> Iterator[None]:
    """Within, a language model that runs on sdpa attends plainly where that is faster: on a CPU, over `length` tokens
    or fewer."""
    config = language.config
    before = config._attn_implementation
    if before != "sdpa" or length > _PLAIN_LENGTH or language.embed_tokens.weight.device.type != "cpu":
        yield
        return
    ALL_ATTENTION_FUNCTIONS.register(PLAIN, attend_plainly)
    config._attn_implementation = PLAIN
    try:
        yield
    finally:
        config._attn_implementation = before


@lru_cache(maxsize=16)
def _groups(bounds: tuple[int, ...], device: torch.device) -> list[tuple[int, int, Tensor]]:
    """(windows, length, their tokens' indices) for each length that occurs."""
    edges = torch.tensor(bounds)
    starts, lengths = edges[:-1], edges[1:] - edges[:-1]
    groups = []
    for length in sorted(set(lengths.tolist())):
        first = starts[lengths == length]
        index = (first[:, None] + torch.arange(length)).flatten().to(device)
        groups.append((len(first), int(length), index))
    return groups


def use_batched_windows(visual: Any) -> None:
    """Make a vision tower that runs on sdpa use `attend`; any other implementation is left as it is."""
    if visual.config._attn_implementation == "sdpa":
        ALL_ATTENTION_FUNCTIONS.register(NAME, attend)
        visual.config._attn_implementation = NAME
