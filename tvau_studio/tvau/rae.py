"""The Region-aware Anomaly Encoder: where the heat moves, as tokens for the language model (arXiv 2511.00524, RAE).

X[t]     = H[t+1] - H[t]                              motion of both channels, before the softmax
F        = three convolutions
P_region = Linear(MLP(3x3 grid pooling of F))         nine tokens, row-major
P_global = Linear(MLP(global pooling of F))           one token
P_An[t]  = [P_base, P_region, P_global]               t = 0 .. T'-2
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from tvau_studio.tvau.configuration import RAEConfig

_REGIONS = 9
_VISUAL_FLOOR = 0.05
"""Heat (mean over a region) below which a region's visual part fades out, so that a quiet region adds next to
nothing.
"""


class RegionAwareEncoder(nn.Module):
    """The paper's encoder, with our options (see `RAEConfig`). text_width: the language model's hidden size."""

    def __init__(self, config: RAEConfig, text_width: int) -> None:
        super().__init__()
        self.config = config
        a, b, c = config.channels
        self.backbone = _backbone(4 if config.input == "both" else 2, a, b, c)
        self.region_branch = _branch(c, config.mlp, text_width)
        self.global_branch = _branch(c, config.mlp, text_width)
        self.base = nn.Parameter(torch.randn(1, config.base_tokens, text_width) * 0.02)
        if config.region_embedding:
            self.region_embedding = nn.Parameter(torch.randn(_REGIONS, text_width) * 0.02)
        if config.steps:
            self.step_embedding = nn.Parameter(torch.randn(config.steps, text_width) * 0.02)
        if config.visual:
            self.visual = nn.Linear(text_width, text_width)
            # Merged vision features already live in the language model's space: start by handing them on as they are.
            nn.init.eye_(self.visual.weight)
            nn.init.zeros_(self.visual.bias)
        if config.pointer:
            self.pointer = nn.Linear(text_width, 1)

    def tokens(self, pairs: int) -> int:
        """How many anomaly tokens `pairs` frame pairs give: (pairs - 1) * (base + 9 + 1); none for a single pair."""
        return max(0, pairs - 1) * self.per_step

    @property
    def per_step(self) -> int:
        return self.config.base_tokens + _REGIONS + 1

    def forward(self, cosines: Tensor, heat: Tensor | None = None, merged: Tensor | None = None) -> Tensor:
        """P_An, float [(T' - 1), base + 9 + 1, D]; T' = 1 gives [0, base + 9 + 1, D].

        cosines: H [T', 2, H', W'], cosine units. heat: [T', H', W'] in 0..1 and merged: vision tokens [T', H'/m, W'/m,
        D]; both are read only where the configuration says `visual`.
        """
        h = cosines.to(self.base.dtype)
        later, difference = h[1:], h[1:] - h[:-1]
        parts = {"difference": [difference], "map": [later], "both": [difference, later]}[self.config.input]
        x = self.backbone(torch.cat(parts, 1))  # [T'-1, c, H', W']
        steps = x.shape[0]
        region = self.region_branch(grid_pool(x))  # [T'-1, 9, D]
        overall = self.global_branch(x.mean((2, 3))[:, None])  # [T'-1, 1, D]
        if self.config.region_embedding:
            region = region + self.region_embedding
        if self.config.visual:
            if heat is None or merged is None:
                raise ValueError("this RAE also reads the heat and the merged vision tokens")
            near, far = _heat_weighted(heat[1:], merged[1:])  # [T'-1, 9, D], [T'-1, 1, D]
            region = region + self.visual(near.to(h.dtype))
            overall = overall + self.visual(far.to(h.dtype))
        tokens = torch.cat([self.base.expand(steps, -1, -1), region, overall], 1)
        if self.config.steps:
            index = torch.arange(steps, device=h.device).clamp(max=self.config.steps - 1)
            tokens = tokens + self.step_embedding[index][:, None]
        if self.config.pointer:
            where = self.pointed(tokens).softmax(1)[:, None, :_REGIONS] @ self.region_embedding  # [T'-1, 1, D]
            tokens = torch.cat([tokens[:, :-1], tokens[:, -1:] + where], 1)
        return tokens

    def pointed(self, tokens: Tensor) -> Tensor:
        """In which region a target is at t + 1, and last that in none: logits [T'-1, 9 + 1], read from P_An."""
        found = self.pointer(tokens[:, -1 - _REGIONS : -1])[..., 0]
        return torch.cat([found, found.new_zeros(len(found), 1)], 1)


class ThesisRegionEncoder(nn.Module):
    """The thesis's variant: softmax abnormal channel, nine attention maps, one base vector added; the authors'
    parameter names.
    """

    def __init__(self, config: RAEConfig, text_width: int) -> None:
        super().__init__()
        self.config = config
        a, b, c = config.channels
        self.base_prompt = nn.Parameter(torch.randn(1, text_width) * 0.02)
        self.backbone = _backbone(1, a, b, c)
        self.region_attn_conv = nn.Conv2d(c, _REGIONS, 1)
        self.region_fc = nn.Linear(c, text_width)
        self.global_fc = nn.Linear(c, text_width)

    def tokens(self, pairs: int) -> int:
        """Ten tokens per pair."""
        return pairs * self.per_step

    @property
    def per_step(self) -> int:
        return _REGIONS + 1

    def forward(self, cosines: Tensor, heat: Tensor | None = None, merged: Tensor | None = None) -> Tensor:
        """P_An, float [T', 10, D]: nine regions, then global. heat: [T', H', W'] in 0..1; cosines and merged are not
        read.
        """
        if heat is None:
            raise ValueError("the thesis's encoder reads the heat map")
        x = self.backbone(heat[:, None].to(self.base_prompt.dtype))  # [T', c, H', W']
        mask = self.region_attn_conv(x).flatten(2).softmax(-1)  # [T', 9, H' W']
        pooled = mask @ x.flatten(2).transpose(1, 2) / (mask.sum(-1, keepdim=True) + 1e-6)  # [T', 9, c]
        region = self.region_fc(pooled)
        overall = self.global_fc(x.mean((2, 3)))[:, None]
        return torch.cat([region, overall], 1) + self.base_prompt


def make_rae(config: RAEConfig, text_width: int) -> RegionAwareEncoder | ThesisRegionEncoder:
    """The encoder that the configuration names."""
    return (ThesisRegionEncoder if config.preset == "thesis" else RegionAwareEncoder)(config, text_width)


def grid_pool(x: Tensor) -> Tensor:
    """Mean over each cell of the 3x3 grid: [N, C, H, W] -> [N, 9, C], row-major (top-left ... bottom-right)."""
    return functional.adaptive_avg_pool2d(x, 3).flatten(2).transpose(1, 2)


def _heat_weighted(heat: Tensor, merged: Tensor) -> tuple[Tensor, Tensor]:
    """Merged tokens averaged with the heat as weight: per region [N, 9, D] and over the picture [N, 1, D]."""
    v = merged.float().permute(0, 3, 1, 2)  # [N, D, h, w]
    p = functional.adaptive_avg_pool2d(heat.float()[:, None], (v.shape[2], v.shape[3]))  # [N, 1, h, w]
    weighted, weight = grid_pool(v * p), grid_pool(p)
    near = weighted / (weight + _VISUAL_FLOOR)
    far = weighted.mean(1, keepdim=True) / (weight.mean(1, keepdim=True) + _VISUAL_FLOOR)
    return near, far


def _backbone(inputs: int, a: int, b: int, c: int) -> nn.Sequential:
    convs = [nn.Conv2d(i, o, 3, padding=1) for i, o in ((inputs, a), (a, b), (b, c))]
    return nn.Sequential(convs[0], nn.ReLU(), convs[1], nn.ReLU(), convs[2], nn.ReLU())


def _branch(channels: int, width: int, text_width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(channels, width), nn.ReLU(), nn.Linear(width, text_width))
