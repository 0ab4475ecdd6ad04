"""The plain formula gives what sdpa gives, values and gradients, and a model gets back what it had."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import functional

from tvau_studio.tvau import attention
from tvau_studio.tvau.attention import PLAIN, attend_plainly, plain_attention
from tvau_studio.tvau.modeling_tvau import TVAU


@pytest.mark.parametrize("key_heads", [1, 2, 6])
def test_plain_attention_equals_sdpa(key_heads: int) -> None:
    torch.manual_seed(0)
    q = torch.randn(1, 6, 9, 4, requires_grad=True)
    k, v = (torch.randn(1, key_heads, 9, 4, requires_grad=True) for _ in range(2))
    seen = torch.ones(1, 1, 9, 9, dtype=torch.bool).tril()
    seen[..., 6, 2:5] = False
    found, _ = attend_plainly(None, q, k, v, seen, 0.5)
    wanted = functional.scaled_dot_product_attention(q, k, v, attn_mask=seen, scale=0.5, enable_gqa=True)
    torch.testing.assert_close(found, wanted.transpose(1, 2))
    weight = torch.randn_like(found)
    here = torch.autograd.grad((found * weight).sum(), (q, k, v))
    there = torch.autograd.grad((wanted.transpose(1, 2) * weight).sum(), (q, k, v))
    torch.testing.assert_close(here, there)


def test_it_is_lent_for_short_sequences_only(model: TVAU, monkeypatch: pytest.MonkeyPatch) -> None:
    language: Any = model.base.model.language_model
    before = language.config._attn_implementation
    monkeypatch.setattr(attention, "_PLAIN_LENGTH", 10)
    with plain_attention(language, 10):
        assert language.config._attn_implementation == PLAIN
    assert language.config._attn_implementation == before
    with plain_attention(language, 11):
        assert language.config._attn_implementation == before
    with pytest.raises(ZeroDivisionError), plain_attention(language, 1):
        raise ZeroDivisionError
    assert language.config._attn_implementation == before
