"""The AHD on the features of a frozen vision tower (arXiv 2511.00524, training, first phase).

The AHD works patch by patch, so the tower runs once: its taps are kept on disk, and each epoch only reads them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tvau_studio.domain.errors import Cancelled
from tvau_studio.domain.frames import pair_frames
from tvau_studio.training import datasets, feature_files
from tvau_studio.training.datasets import Example
from tvau_studio.training.figures import map_figures
from tvau_studio.training.loop import SCORE
from tvau_studio.training.optimisers import adamw
from tvau_studio.training.vision import heat_targets
from tvau_studio.tvau.modeling_tvau import TVAU
from tvau_studio.tvau.pairs import Frames

OpenVideo = Callable[[Example], Frames]
"""Opens the video of a clip. Raises StudioError where it cannot be decoded."""


class TapFeatures:
    """The taps of labelled clips, and the wanted heat.

    examples: the clips. folder: of the files, made where missing; another tower, clip or label has another file. still:
    the share of pairs, 0..1, whose second picture is made equal to the first, so that the heat must come from the look.
    """

    def __init__(
        self, model: TVAU, examples: Sequence[Example], folder: Path, open_video: OpenVideo, still: float = 0.0
    ) -> None:
        assert model.config.ahd is not None
        self.model, self.examples, self.folder, self.still = model, examples, folder, still
        self._open, self._taps = open_video, len(model.config.ahd.taps)
        self._tower = _fingerprint(model)
        folder.mkdir(parents=True, exist_ok=True)

    def __len__(self) -> int:
        return len(self.examples)

    def fill(
        self, progress: Callable[[int, int], None] = lambda done, total: None, stop: Callable[[], bool] = lambda: False
    ) -> None:
        """Compute what is missing. Raises Cancelled once `stop()` was true; what was computed stays."""
        for number in range(len(self)):
            if stop():
                raise Cancelled
            if not (path := self._path(number)).exists():
                feature_files.write(path, self._compute(self.examples[number]))
            progress(number + 1, len(self))

    def clip(self, number: int) -> tuple[tuple[Tensor, ...], Tensor]:
        """The taps, float32 [P, H', W', C] each, and the share of each patch that is anomalous, float32 [P, H', W']."""
        path = self._path(number)
        if not path.exists():
            feature_files.write(path, self._compute(self.examples[number]))
        found = feature_files.read(path)
        return tuple(found[f"tap{n}"].float() for n in range(self._taps)), found["coverage"]

    def _path(self, number: int) -> Path:
        example = self.examples[number]
        named = repr((self._tower, self.still, str(example.video), example.row, _stamp(example.masks)))
        return self.folder / f"{hashlib.sha256(named.encode()).hexdigest()[:24]}.safetensors"

    @torch.inference_mode()
    def _compute(self, example: Example) -> dict[str, Tensor]:
        model, video = self.model, self._open(example)
        pairs = datasets.pairs(example.frames.within(len(video)))
        ends = [pair_frames(k, len(video), model.config.pair_distance) for k in pairs]
        chance = np.random.default_rng(int.from_bytes(hashlib.sha256(str(example.row["id"]).encode()).digest()[:8]))
        ends = [(a, a) if chance.random() < self.still else (a, b) for a, b in ends]
        taps: list[list[Tensor]] = [[] for _ in range(self._taps)]
        for patches in feature_files.pair_patches(model, video, ends):
            features = model.features(patches, last=False, merged=False)
            for kept, tap in zip(taps, features.taps, strict=True):
                kept.append(tap.bfloat16().cpu())
        height, width = video.info.size
        events = model.text.names if datasets.UNKNOWN_EVENT in model.text.names else (datasets.UNKNOWN_EVENT,)
        grid = model.processor.grid(height, width)
        maps = [datasets.class_map(example, k, (height, width), events) for k in pairs]
        shares = [datasets.coverage(m > 0, grid) for m in maps]
        named = {f"tap{n}": torch.cat(parts).contiguous() for n, parts in enumerate(taps)}
        return {**named, "coverage": torch.from_numpy(np.stack(shares))}


def _stamp(path: Path | None) -> tuple[int, int] | None:
    if path is None:
        return None
    facts = path.stat()
    return facts.st_size, facts.st_mtime_ns


def _fingerprint(model: TVAU) -> str:
    """Of all that the taps depend on."""
    config = model.config
    assert config.ahd is not None
    facts = (config.pictures, config.pair_distance, config.image_mean, config.image_std, config.ahd.taps)
    digest = hashlib.sha256(repr(facts).encode())
    for name, value in model.visual.state_dict().items():
        if not name.startswith("merger."):
            digest.update(name.encode())
            digest.update(value.detach().float().cpu().numpy().tobytes())
    return digest.hexdigest()


class HeatmapStage:
    """The AHD alone; see `loop.Stage`. features: to train on. check: for the validation, or None. batch: clips a
    micro-batch. positive: how much an anomalous patch counts beside a normal one. dice: weight of the dice loss beside
    the cross-entropy."""

    def __init__(
        self,
        model: TVAU,
        features: TapFeatures,
        check: TapFeatures | None,
        *,
        lr: float = 1e-3,
        batch: int = 1,
        positive: float = 1.0,
        dice: float = 0.0,
        seed: int = 0,
    ) -> None:
        assert model.ahd is not None
        self.model, self.features, self.check = model, features, check
        self.batch, self.positive, self.dice, self.seed = batch, positive, dice, seed
        model.requires_grad_(False)
        self.ahd = model.ahd.requires_grad_(True)
        self.module: nn.Module = self.ahd
        self.optimisers: Sequence[torch.optim.Optimizer] = [adamw(model.ahd.parameters(), lr)]

    def loss(self, number: int) -> Tensor:
        self.module.train()
        losses = []
        for at in range(number * self.batch, (number + 1) * self.batch):
            epoch, place = divmod(at, len(self.features))
            order = np.random.default_rng((self.seed, epoch)).permutation(len(self.features))
            taps, shares = self.features.clip(int(order[place]))
            losses.append(heat_loss(self._margin(taps), heat_targets(shares), self.positive, self.dice))
        return torch.stack(losses).mean()

    def _margin(self, taps: Sequence[Tensor]) -> Tensor:
        """How much more abnormal than normal, float [P, H', W'] (a logit, before any calibration)."""
        device = self.model.device
        cosines: Tensor = self.ahd([t.to(device) for t in taps], self.model.text.states.to(device))
        return self.ahd.config.temperature * (cosines[:, 1] - cosines[:, 0]).cpu()

    @torch.no_grad()
    def margins(self, features: TapFeatures) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Margins and wanted heat, float32 [P, H', W'] per clip."""
        self.module.eval()
        margins, wanted = [], []
        for number in range(len(features)):
            taps, shares = features.clip(number)
            margins.append(self._margin(taps).numpy())
            wanted.append(heat_targets(shares).numpy())
        return margins, wanted

    def validate(self) -> dict[str, float]:
        if self.check is None or not len(self.check):
            return {}
        margins, wanted = self.margins(self.check)
        flat = np.concatenate([m.ravel() for m in margins]), np.concatenate([w.ravel() for w in wanted])
        figures = map_figures(*flat)
        return {**figures, SCORE: figures["ap"]} if "ap" in figures else {}


def heat_loss(margin: Tensor, wanted: Tensor, positive: float = 1.0, dice: float = 0.0) -> Tensor:
    """Cross-entropy of the two channels (the sigmoid of their difference), patch by patch; plus `dice` times 1 - the
    dice coefficient. margin: logits; wanted: heat 0..1; both of one shape."""
    loss = functional.binary_cross_entropy_with_logits(margin, wanted, pos_weight=torch.tensor(positive))
    if dice > 0:
        p = margin.sigmoid()
        loss = loss + dice * (1 - (2 * (p * wanted).sum() + 1) / (p.sum() + wanted.sum() + 1))
    return loss
