"""A language-model cache with room to grow: a new token writes its keys and values beside the others instead of copying
them all.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor
from transformers.cache_utils import Cache, DynamicLayer

_ROOM = 256
"""Spare places that an allocation leaves for what follows."""


class RoomyLayer(DynamicLayer):  # type: ignore[misc]
    """As transformers' growing layer, values and all; `keys` and `values` are the filled part of larger buffers."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._buffers: tuple[Tensor, Tensor] | None = None

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        """Append [1, heads, L, d] to the cache; returns all keys and values, [1, heads, n + L, d]."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        start = self.get_seq_length()
        stop = start + key_states.shape[-2]
        if self._buffers is None or self._buffers[0].shape[-2] < stop:
            shape = (*key_states.shape[:-2], stop + _ROOM, key_states.shape[-1])
            old = self._buffers
            self._buffers = (key_states.new_empty(shape), value_states.new_empty(shape))
            if old is not None:
                for new, before in zip(self._buffers, old, strict=True):
                    new[..., :start, :] = before[..., :start, :]
        for buffer, states in zip(self._buffers, (key_states, value_states), strict=True):
            buffer[..., start:stop, :] = states
        self.keys, self.values = (buffer[..., :stop, :] for buffer in self._buffers)
        return self.keys, self.values


def roomy_cache() -> Cache:
    """An empty cache of such layers."""
    return Cache(layer_class_to_replicate=RoomyLayer)
