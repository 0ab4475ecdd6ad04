"""The vision tower from nothing: trained together with an AHD on labelled frame pairs.

Beside the heat, a small head names each patch's event class from the last tap; it makes the tower see the kind of thing
and is dropped afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tvau_studio.training.figures import map_figures
from tvau_studio.training.loop import SCORE
from tvau_studio.training.optimisers import muon_and_adamw
from tvau_studio.training.streams import Pairs
from tvau_studio.tvau.ahd import AnomalyHeatmapDecoder
from tvau_studio.tvau.features import vision_features
from tvau_studio.tvau.processing_tvau import TVAUProcessor

FULL_HEAT = 0.25
"""The share of a patch's pixels from which it counts as wholly anomalous: a wheel never fills a patch."""

_NAMED = 0.15
"""The share from which it is worth naming."""

_JITTER = 13
"""Pixels by which a picture is shifted, so that things lie anywhere on the grid of patches."""

Source = Callable[[int], Pairs]
"""The pairs of a micro-batch."""


def heat_targets(coverage: Tensor) -> Tensor:
    """Wanted heat 0..1 of a patch from the share 0..1 of its pixels that are anomalous."""
    return (coverage / FULL_HEAT).clamp(0, 1)


def patch_targets(classes: Tensor, patch: int, kinds: int) -> tuple[Tensor, Tensor]:
    """classes: uint8 [P, H, W], 0 normal, 1..kinds. Returns the wanted heat float [P, H/patch, W/patch], and the class
    of most of a patch's anomalous pixels int64 of the same shape, 0 where too few are anomalous."""
    one_hot = functional.one_hot(classes.long(), kinds + 1)[..., 1:].permute(0, 3, 1, 2).float()  # [P, kinds, H, W]
    shares = functional.avg_pool2d(one_hot, patch)  # [P, kinds, H', W']
    whole = shares.sum(1)
    return heat_targets(whole), torch.where(whole >= _NAMED, shares.argmax(1) + 1, 0)


def stand_in_text(width: int, seed: int = 0) -> Tensor:
    """Two fixed vectors float32 [2, width] to train a tower against before there is an embedding table.

    As alike as real ones, which share most of their words (cosine about .95)."""
    generator = torch.Generator().manual_seed(seed)
    common, normal, abnormal = torch.randn(3, width, generator=generator)
    return torch.stack([common + 0.23 * normal, common + 0.23 * abnormal])


class VisionStage:
    """A `loop.Stage`: tower, AHD and the class head over rendered pairs.

    visual: the vision tower. text: float [2, D], normal and abnormal. source: the pairs of each micro-batch, all of one
    size, multiples of patch * merge. unseen: pairs for the validation. kinds: event classes. lr: peak rate of AdamW;
    muon: of Muon, on the blocks' matrices. aux: weight of the class head's loss. augment: mirror, shift, recolour.
    bf16: autocast.
    """

    def __init__(
        self,
        visual: Any,
        ahd: AnomalyHeatmapDecoder,
        processor: TVAUProcessor,
        text: Tensor,
        source: Source,
        unseen: Pairs | None,
        *,
        kinds: int,
        lr: float = 1e-3,
        muon: float = 0.015,
        aux: float = 0.5,
        augment: bool = True,
        bf16: bool = False,
        seed: int = 0,
    ) -> None:
        self.visual, self.ahd, self.processor, self.text = visual, ahd, processor, text
        self.source, self.unseen, self.kinds = source, unseen, kinds
        self.aux, self.augment, self.bf16, self.seed = aux, augment, bf16, seed
        width = visual.config.hidden_size
        self.head = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, kinds + 1))
        self.module: nn.Module = nn.ModuleDict({"visual": visual.blocks, "ahd": ahd, "head": self.head})
        self.module.add_module("patch_embed", visual.patch_embed)
        matrices = [p for p in visual.blocks.parameters() if p.ndim == 2]
        chosen = {id(p) for p in matrices}
        others = [p for p in self.module.parameters() if id(p) not in chosen]
        self.optimisers: Sequence[torch.optim.Optimizer] = muon_and_adamw(matrices, others, lr, muon)

    def loss(self, number: int) -> Tensor:
        self.module.train()
        pairs = self.source(number)
        chance = np.random.default_rng((self.seed, 1, number))
        if self.augment:
            pairs = moved(pairs, chance)
        values, grid = self._patches(pairs.pictures)
        if self.augment:
            values = recoloured(values, chance)
        heat, kind = patch_targets(torch.from_numpy(pairs.classes), self.processor.patch, self.kinds)
        margin, last = self._margin(values, grid)
        loss = functional.binary_cross_entropy_with_logits(margin, heat)
        if self.aux > 0:
            loss = loss + self.aux * functional.cross_entropy(self.head(last.float()).flatten(0, 2), kind.flatten())
        return loss

    def _patches(self, pictures: np.ndarray) -> tuple[Tensor, tuple[int, int]]:
        """uint8 [P, 2, H, W, 3] -> patches float [P, H' W', C], grid."""
        both = torch.from_numpy(pictures).permute(0, 1, 4, 2, 3)
        cut = self.processor.patches(both[:, 0], both[:, 1])
        return cut.values, cut.grid

    def _margin(self, values: Tensor, grid: tuple[int, int]) -> tuple[Tensor, Tensor]:
        """How much more abnormal than normal, float [P, H', W'] (a logit), and the last tap [P, H', W', C]."""
        config = self.ahd.config
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            seen = vision_features(self.visual, values, grid, config.taps, last=False, merged=False)
            cosines = self.ahd(seen.taps, self.text)
        return config.temperature * (cosines[:, 1] - cosines[:, 0]), seen.taps[-1]

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        if self.unseen is None:
            return {}
        self.module.eval()
        margins, wanted, still = [], [], []
        for at in range(0, len(self.unseen), 64):
            pictures, classes = (np.array(a[at : at + 64]) for a in (self.unseen.pictures, self.unseen.classes))
            margin, _ = self._margin(*self._patches(pictures))
            heat, _ = patch_targets(torch.from_numpy(classes), self.processor.patch, self.kinds)
            margins.append(margin.float().numpy())
            wanted.append(heat.numpy())
            still.append((pictures[:, 0] == pictures[:, 1]).all(axis=(1, 2, 3)))
        m, w, s = np.concatenate(margins), np.concatenate(wanted), np.concatenate(still)
        found = map_figures(m, w)
        for name, chosen in (("still", s), ("moving", ~s)):
            found |= {f"{key}_{name}": value for key, value in map_figures(m[chosen], w[chosen]).items()}
        quiet = (w == 0).all(axis=(1, 2))
        if quiet.any():
            found["alarms"] = float((m[quiet].max(axis=(1, 2)) > 0).mean())
        return {**found, SCORE: found["ap"]} if "ap" in found else found


def moved(pairs: Pairs, chance: np.random.Generator) -> Pairs:
    """Half of the pairs mirrored, all of them shifted by one chance step (the edge is repeated)."""
    pictures, classes = pairs.pictures.copy(), pairs.classes.copy()
    mirrored = chance.random(len(pairs)) < 0.5
    pictures[mirrored] = pictures[mirrored][:, :, :, ::-1]
    classes[mirrored] = classes[mirrored][:, :, ::-1]
    dy, dx = (int(d) for d in chance.integers(-_JITTER, _JITTER + 1, 2))
    height, width = classes.shape[1:]
    rows = np.clip(np.arange(height) + dy, 0, height - 1)
    columns = np.clip(np.arange(width) + dx, 0, width - 1)
    return Pairs(pictures[:, :, rows][:, :, :, columns], classes[:, rows][:, :, columns])


def recoloured(values: Tensor, chance: np.random.Generator) -> Tensor:
    """Patches float [P, N, 3 * k] with the colours exchanged, and each made stronger or weaker, pair by pair."""
    n = len(values)
    split = values.view(n, values.shape[1], 3, -1)
    orders = np.stack([chance.permutation(3) if chance.random() < 0.5 else np.arange(3) for _ in range(n)])
    gain = np.exp(chance.normal(0, 0.2, (n, 1)) + chance.normal(0, 0.05, (n, 3)))
    shift = chance.normal(0, 0.25, (n, 1)) + chance.normal(0, 0.05, (n, 3))
    out = split.gather(2, torch.from_numpy(orders)[:, None, :, None].expand_as(split))
    scale = torch.from_numpy(gain).float()[:, None, :, None]
    return (out * scale + torch.from_numpy(shift).float()[:, None, :, None]).view_as(values)


_LIVELIER = 2.5
"""Factor on the blocks' first matrices: Qwen's initial spread of .02 is meant for a width of 1280."""


@torch.no_grad()
def begin(visual: Any, values: Tensor) -> None:
    """Give a random tower a beginning from which it learns soon: `whiten_patches`, `look_nearby`, livelier blocks.

    values: patches float [N, 3 * 2 * patch * patch] of training pictures.
    """
    whiten_patches(visual, values)
    look_nearby(visual)
    for parameter in visual.blocks.parameters():
        if parameter.ndim == 2:
            parameter.mul_(_LIVELIER)


@torch.no_grad()
def whiten_patches(visual: Any, values: Tensor, difference: float = 0.3) -> None:
    """Begin with a patch embedding that already sees: the principal directions of patches, each at unit variance.

    values: patches float [N, 3 * 2 * patch * patch]. difference: the share of channels that look at the difference of
    the two pictures, the others at their sum. A tower from nothing otherwise spends its first minutes on this.
    """
    weight = visual.patch_embed.proj.weight  # [C, 3, 2, patch, patch]
    channels, colours, times, height, width = weight.shape
    split = values.view(len(values), colours, times, height * width).double()
    parts = []
    for sign, count in ((1, channels - int(difference * channels)), (-1, int(difference * channels))):
        x = (split[:, :, 0] + sign * split[:, :, 1]).flatten(1) / 2**0.5  # [N, colours * height * width]
        x = x - x.mean(0)
        variances, directions = torch.linalg.eigh(x.T @ x / len(x))
        top = directions[:, -count:].flip(1) / (variances[-count:].flip(0).clamp_min(0) + 0.02).sqrt()
        row = top.T.view(count, colours, 1, height, width) / 2**0.5
        parts.append(torch.cat([row, sign * row], 2))
    weight.copy_(torch.cat(parts))


_OFFSETS = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))
"""Rows down, columns right: where a head looks at first."""

_SHARPNESS = 3.0
"""Attention logits by which a head prefers its place, per axis and frequency."""


@torch.no_grad()
def look_nearby(visual: Any) -> None:
    """Begin with heads that look at a patch's neighbours, each in another direction, as convolutions do.

    Queries and keys get constant biases; turned by the rotary positions, their product depends on the distance alone
    and is largest at the head's own offset. Heads are free to learn otherwise; without this a tower from nothing takes
    long to find out that neighbours belong together (compare d'Ascoli et al., ConViT, 2021).
    """
    heads, width = visual.config.num_heads, visual.config.hidden_size
    size = width // heads
    frequencies = visual.rotary_pos_emb.inv_freq  # [size / 4]; of rows, then again of columns, then all again
    strength = (_SHARPNESS * size**0.5) ** 0.5
    for number, block in enumerate(visual.blocks):
        bias = block.attn.qkv.bias.view(3, heads, size)
        for head in range(heads):
            offset = _OFFSETS[(number + head) % len(_OFFSETS)] if heads < len(_OFFSETS) else _OFFSETS[head % 9]
            for axis, steps in enumerate(offset):
                for k in range(min(2, len(frequencies))):
                    j = axis * len(frequencies) + k
                    angle = float(frequencies[k]) * steps
                    bias[0, head, j] = strength
                    bias[1, head, j], bias[1, head, j + size // 2] = strength * np.cos(angle), -strength * np.sin(angle)
