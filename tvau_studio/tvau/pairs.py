"""A video as the network asks for it, what is kept of a frame pair, and which pairs a question shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from tvau_studio.domain.frames import pair_count


class Info(Protocol):
    """size: (H, W) of the picture."""

    @property
    def size(self) -> Sequence[int]: ...


class Frames(Protocol):
    """What is asked of a video."""

    @property
    def fingerprint(self) -> str: ...

    @property
    def times(self) -> Sequence[float] | npt.NDArray[np.float64]: ...

    @property
    def info(self) -> Info: ...

    def __len__(self) -> int: ...

    def __getitem__(self, frame: int) -> npt.NDArray[np.uint8]: ...


@dataclass
class Pair:
    """What the vision tower said of one pair: H [2 + K, H', W'] (None without an AHD), the last block's output [H', W',
    C] and, where phrases were asked for, what they are compared with [H', W', D].
    """

    cosines: Tensor | None
    last: Tensor
    direction: Tensor | None = None

    @property
    def size(self) -> int:
        parts = (self.cosines, self.last, self.direction)
        return sum(t.numel() * t.element_size() for t in parts if t is not None)


def chosen_pairs(pairs: int, limit: int) -> list[int]:
    """Which of `pairs` pairs give vision tokens: all, or `limit` evenly spread with both ends."""
    if pairs <= limit:
        return list(range(pairs))
    return sorted({round(i * (pairs - 1) / max(1, limit - 1)) for i in range(limit)})


def spacing(video: Frames, pairs: Sequence[int]) -> float:
    """Mean seconds from one shown pair to the next, by the video's clock; 0 for a single pair, and where the clock of a
    joined recording jumps back.
    """
    if len(pairs) < 2:
        return 0.0
    last = min(pairs[-1], pair_count(len(video)) - 1)
    return max(0.0, float(video.times[2 * last] - video.times[2 * pairs[0]]) / (len(pairs) - 1))


def against(found: Sequence[Pair], vectors: Tensor) -> Tensor:
    """H of text vectors [M, D], unit length, float32 [P, M, H', W']; each pair holds its direction."""
    directions = torch.stack([p.direction for p in found if p.direction is not None])
    return (directions.float() @ vectors.T).permute(0, 3, 1, 2)


def stacked(found: Sequence[Pair]) -> Tensor:
    """H of all pairs, [P, 2 + K, H', W']."""
    return torch.stack([p.cosines for p in found if p.cosines is not None])


def looks(pairs: Sequence[Pair], heat: Tensor | None) -> Tensor:
    """What pairs look like, to be compared with others: float [n, 2 C], the last block's features in the mean over the
    picture and in the mean over the heat (over the picture again where there is none), each half of length 1. heat:
    [n, H', W'].
    """
    last = torch.stack([p.last for p in pairs]).float()  # [n, H', W', C]
    height, width = last.shape[1:3]
    weight = last.new_ones(len(pairs), height, width)
    if heat is not None:
        weight = functional.adaptive_avg_pool2d(heat[:, None].float().cpu(), (height, width))[:, 0].to(last.device)
    hot = (last * weight[..., None]).sum((1, 2)) / weight.sum((1, 2)).clamp_min(1e-6)[:, None]
    return torch.cat([functional.normalize(part, dim=-1) for part in (last.mean((1, 2)), hot)], 1)
