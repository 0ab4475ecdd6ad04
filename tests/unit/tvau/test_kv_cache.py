from __future__ import annotations

import torch
from transformers.cache_utils import DynamicLayer

from tvau_studio.tvau.kv_cache import RoomyLayer


def test_it_holds_what_transformers_layer_holds() -> None:
    """Growing beyond the spare room, cutting off, and growing over what was cut."""
    torch.manual_seed(0)
    ours, theirs = RoomyLayer(), DynamicLayer()
    for length in (5, 1, 300, 1, 1):
        k, v = torch.randn(1, 2, length, 4), torch.randn(1, 2, length, 4)
        for a, b in zip(ours.update(k, v), theirs.update(k, v), strict=True):
            assert torch.equal(a, b)
    for layer in (ours, theirs):
        layer.crop(-290)
    k, v = torch.randn(1, 2, 3, 4), torch.randn(1, 2, 3, 4)
    for a, b in zip(ours.update(k, v), theirs.update(k, v), strict=True):
        assert torch.equal(a, b)
    assert ours.get_seq_length() == theirs.get_seq_length() == 21


def test_a_token_does_not_copy_the_others() -> None:
    layer = RoomyLayer()
    layer.update(torch.randn(1, 2, 50, 4), torch.randn(1, 2, 50, 4))
    before = layer.keys.data_ptr()
    layer.update(torch.randn(1, 2, 1, 4), torch.randn(1, 2, 1, 4))
    assert layer.keys.data_ptr() == before
