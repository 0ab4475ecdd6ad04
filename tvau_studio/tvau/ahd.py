"""The Anomaly Heatmap Decoder: how much each patch of a frame pair looks like "abnormal" (arXiv 2511.00524, AHD).

y_i   = MLP_i(v_i)                      per tap i of the vision tower
h_c^i = cos(y_i, S_c)                   c in {normal, abnormal}; S_c are the text vectors of `prompts`
H_c   = sum_i w_i h_c^i,  w = softmax(fuse_weights)
heat  = softmax_c(temperature * H_c)[abnormal]
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from tvau_studio.tvau.configuration import AHDConfig


class TapMLP(nn.Module):
    """Linear, ReLU, Linear with biases: vision width -> hidden -> text width."""

    def __init__(self, vision_width: int, hidden: int, text_width: int) -> None:
        super().__init__()
        self.model = nn.Sequential(nn.Linear(vision_width, hidden), nn.ReLU(), nn.Linear(hidden, text_width))

    @property
    def first(self) -> nn.Linear:
        return self.model[0]  # type: ignore[return-value]

    @property
    def second(self) -> nn.Linear:
        return self.model[2]  # type: ignore[return-value]

    def forward(self, v: Tensor) -> Tensor:
        out: Tensor = self.model(v)
        return out


class AnomalyHeatmapDecoder(nn.Module):
    """One MLP per tap and the fusion weights; parameters carry the names of the authors' checkpoints.

    vision_width: channels of the vision tower's blocks. text_width: of the language model's embedding table.
    """

    def __init__(self, config: AHDConfig, vision_width: int, text_width: int) -> None:
        super().__init__()
        self.config = config
        self.fuse_weights = nn.Parameter(torch.ones(len(config.taps)))
        self.mlps = nn.ModuleList(TapMLP(vision_width, config.hidden, text_width) for _ in config.taps)

    def forward(self, taps: Sequence[Tensor], text: Tensor) -> Tensor:
        """Fused cosines H, float [P, M, H', W'], in -1..1.

        taps: one float [P, H', W', C] per tap, raster order, P frame pairs. text: float [M, D]; for the heat map [2,
        D], normal then abnormal. This is the direct computation, which training uses; `FactoredDecoder` gives the same
        values for less.
        """
        weights = self.fuse_weights.float().softmax(0)
        unit = functional.normalize(text.float(), dim=-1)
        fused = torch.zeros((), device=taps[0].device)
        for weight, mlp, v in zip(weights, self.mlps, taps, strict=True):
            y = mlp(v.to(self.dtype)).float()  # [P, H', W', D]
            with torch.autocast(y.device.type, enabled=False):  # the temperature would show bfloat16's steps
                fused = fused + weight * (self._normalised(y) @ unit.T)  # [P, H', W', M]
        return fused.permute(0, 3, 1, 2)

    def direction(self, taps: Sequence[Tensor]) -> Tensor:
        """u, float32 [P, H', W', D]: with it H of any text vector t is u . t / |t|, so that another text costs no look
        at the picture. taps: as in `forward`."""
        weights = self.fuse_weights.float().softmax(0)
        u = torch.zeros((), device=taps[0].device)
        for weight, mlp, v in zip(weights, self.mlps, taps, strict=True):
            u = u + weight * self._normalised(mlp(v.to(self.dtype)).float())
        return u

    def _normalised(self, y: Tensor) -> Tensor:
        # The thesis normalises [T', H', W', D] along axis 1, the height: no cosine, but what its weights were trained
        # with.
        return functional.normalize(y, dim=-1 if self.config.normalisation == "cosine" else 1)

    @property
    def dtype(self) -> torch.dtype:
        return self.fuse_weights.dtype


def heat(cosines: Tensor, config: AHDConfig) -> Tensor:
    """The heat map, float32 [P, H', W'] in 0..1, from H [P, 2, H', W'] (normal, abnormal)."""
    margin = config.temperature * (cosines[:, 1] - cosines[:, 0]) + config.bias
    return torch.sigmoid(margin.float() / config.calibration)  # softmax over two = sigmoid of the difference


def class_heat(normal: Tensor, classes: Tensor, config: AHDConfig) -> Tensor:
    """Each event class's own map, float32 [P, K, H', W'] in 0..1: its abnormal text vector against the common normal
    one.

    normal: H of S_normal, [P, 1, H', W']; classes: H of each class's abnormal vector, [P, K, H', W']. The common normal
    vector is the reference because a class's own denials name the class too, so that against them the class's words
    would cancel.
    """
    margin = config.temperature * (classes - normal) + config.bias
    return torch.sigmoid(margin.float() / config.calibration)


class FactoredDecoder:
    """The cosines of a frozen AHD without ever forming y: exact, less than half the work at Qwen's sizes, and far less
    memory.

    With z = [relu(W1 v + b1); 1] and W~ = [W2 | b2]:  y.t = z.(W~^T t) and ||y|| = ||R z||, R from the QR factorisation
    of W~. The factors are made in float64 (no cancellation), norms stay in float32. Not valid for ``compat``
    normalisation (ValueError).
    """

    def __init__(self, ahd: AnomalyHeatmapDecoder, text: Tensor) -> None:
        if ahd.config.normalisation != "cosine":
            raise ValueError("only a true cosine can be factored")
        with torch.no_grad():
            unit = functional.normalize(text.double(), dim=-1).cpu()  # [M, D]
            self._taps = []
            for weight, mlp in zip(ahd.fuse_weights.double().softmax(0).tolist(), ahd.mlps, strict=True):
                assert isinstance(mlp, TapMLP)
                first, second = mlp.first, mlp.second
                joined = torch.cat([second.weight, second.bias[:, None]], 1).double().cpu()  # W~ [D, hidden + 1]
                r = torch.linalg.qr(joined, mode="r").R  # [min(D, hidden + 1), hidden + 1]
                onto = (joined.T @ unit.T) * weight  # [hidden + 1, M]
                factors = (m.float().to(first.weight.device) for m in (r[:, :-1].T, r[:, -1], onto[:-1], onto[-1]))
                self._taps.append((first, *(m.contiguous() for m in factors)))

    @torch.no_grad()
    def __call__(self, taps: Sequence[Tensor]) -> Tensor:
        """H, float32 [P, M, H', W']; taps as for `AnomalyHeatmapDecoder.forward`."""
        fused: Tensor | None = None
        for (first, r, r_bias, onto, onto_bias), v in zip(self._taps, taps, strict=True):
            z = functional.relu(first(v.to(first.weight.dtype))).float()  # [P, H', W', hidden]
            norm = torch.addmm(r_bias, z.flatten(0, -2), r).norm(dim=-1).clamp_min(1e-12)  # [P H' W']
            part = torch.addmm(onto_bias, z.flatten(0, -2), onto) / norm[:, None]  # [P H' W', M]
            fused = part if fused is None else fused + part
        assert fused is not None
        return fused.view(*taps[0].shape[:-1], -1).permute(0, 3, 1, 2)
