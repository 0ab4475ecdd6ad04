"""Training the RAE on direct labels: where the targets are, and the words for what is there.

A language model learns slowly to read tokens that mean nothing yet. So the region tokens are first taught, for minutes,
what they stand for: whether a target's centre is in their region now and next, whether there is an anomaly at all, and
the words of the target's own description, read through the language model's embedding table. The merged vision tokens,
where they are trained too, are taught the words for the object that they show and for the place. The small heads that
read all this are thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tvau_studio.domain.dialogue import region_name
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import REGIONS, Box, region_of
from tvau_studio.training.clip_features import ClipFeatures
from tvau_studio.training.corrected_heat import corrected
from tvau_studio.training.dialogues import Row, boxes_in, environment_of, events_in, is_anomalous, window_of
from tvau_studio.training.loop import SCORE
from tvau_studio.training.optimisers import adamw
from tvau_studio.training.packing import Seen, merged_tokens
from tvau_studio.tvau.modeling_tvau import TVAU
from tvau_studio.tvau.rae import RegionAwareEncoder

_LIVELY = 0.25
"""Standard deviation of the first convolution's channels, in the mean, below which it is scaled up."""

_FAINT = 0.05
"""Root mean square below which a learned vector of the RAE was never trained."""

_PLACES = 8
"""Merged tokens of a picture that are asked for the words of its environment, beside their mean."""

_CORRECTED = 0.4
"""The share of windows whose heat is corrected, so that regions are also learned where the decoder sees nothing."""

_EMPTY = [" a", " an", " and", " in", " the", " with", ",", "."]
"""Words that say nothing of an object."""


class Trained(nn.Module):
    """The parameters of a training, shared with the model, under one roof: what the loop saves and restores."""

    def __init__(self, named: Sequence[tuple[str, nn.Parameter]]) -> None:
        super().__init__()
        for name, parameter in named:
            self.register_parameter(name.replace(".", "/"), parameter)


class Heads(nn.Module):
    """What reads the tokens while they are taught. width: of the language model."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.place = nn.Linear(width, 2)
        self.anomaly = nn.Linear(width, 2)
        self.token_words = nn.Linear(width, width)
        self.unit_words = nn.Linear(width, width)
        self.scene_words = nn.Linear(width, width)


@dataclass(frozen=True)
class Labels:
    """place: float [T' - 1, 9, 2], a target's centre is in the region at t, at t + 1. anomaly: float [T' - 1, 2], there
    is a target at t + 1; anywhere in the window. token_words: (t, region, ids) for each target in the picture at t + 1.
    units: (pair, row, column, ids) for each merged token on an object."""

    place: Tensor
    anomaly: Tensor
    token_words: list[tuple[int, int, Tensor]]
    units: list[tuple[int, int, int, Tensor]]


def direct_labels(
    row: Row, frames: FrameRange, size: tuple[int, int], words: Sequence[Tensor], pairs: Sequence[int]
) -> Labels:
    """The labels of a window. size: merged tokens (rows, columns). words: ids of each object's description, in the
    order of row["objects"]. pairs: of the window, for which `units` are listed, from 0."""
    numbers = frames.pairs
    steps = max(0, len(numbers) - 1)
    there = torch.zeros(len(numbers), 9)
    named: list[tuple[int, int, Tensor]] = []
    for thing, ids in zip(row["objects"], words, strict=True):
        if not events_in(thing, frames) or not row.get("size"):
            continue
        boxes = boxes_in(thing, frames)
        for k, pair in enumerate(numbers):
            box = boxes.get(2 * pair) or boxes.get(2 * pair + 1)
            if box is None or not _counts(thing, 2 * pair):
                continue
            region = REGIONS.index(region_of(*box.centre, row["size"]))
            there[k, region] = 1
            if k and len(ids):
                named.append((k - 1, region, ids))
    whole = torch.full((steps,), float(is_anomalous(row, frames)))
    return Labels(
        torch.stack([there[:-1], there[1:]], 2)[:steps] if steps else torch.zeros(0, 9, 2),
        torch.stack([there[1:].amax(1)[:steps], whole], 1) if steps else torch.zeros(0, 2),
        named,
        [unit for k in pairs for unit in _units(row, k, 2 * numbers[k], size, words)],
    )


def _counts(thing: Row, frame: int) -> bool:
    """Whether the object is an anomaly in that frame or the next (a pair holds both)."""
    return bool(events_in(thing, FrameRange(frame, frame + 2)))


def _units(
    row: Row, k: int, frame: int, size: tuple[int, int], words: Sequence[Tensor]
) -> list[tuple[int, int, int, Tensor]]:
    """The merged tokens whose middle lies in an object's box; where boxes overlap, the object nearest to the camera."""
    if not row.get("size"):
        return []
    height, width = row["size"]
    owner = np.full(size, -1)
    found: list[tuple[float, int, Box]] = []
    for number, thing in enumerate(row["objects"]):
        box = boxes_in(thing, FrameRange(frame, frame + 1)).get(frame)
        if box is not None and len(words[number]):
            found.append((box.y + box.h, number, box))
    y = (np.arange(size[0]) + 0.5) * height / size[0]
    x = (np.arange(size[1]) + 0.5) * width / size[1]
    for _, number, box in sorted(found, key=lambda f: f[0]):
        inside = ((y >= box.y) & (y <= box.y + box.h))[:, None] & ((x >= box.x) & (x <= box.x + box.w))[None]
        owner[inside] = number
    return [(k, int(r), int(c), words[owner[r, c]]) for r, c in np.argwhere(owner >= 0)]


class DirectLoss:
    """The loss of the direct labels over a model whose RAE is a `RegionAwareEncoder`. merged: the merged vision tokens
    are taught too."""

    def __init__(self, model: TVAU, features: ClipFeatures, heads: Heads, *, merged: bool) -> None:
        assert isinstance(model.rae, RegionAwareEncoder)
        self.model, self.features, self.heads, self.merged = model, features, heads, merged
        tokenizer = model.processor.tokenizer
        skip = {i for ids in tokenizer(_EMPTY, add_special_tokens=False)["input_ids"] for i in ids}
        self._scenes = [_ids(tokenizer, environment_of(row, "en"), skip) for row in features.rows]
        self._words = [
            [_ids(tokenizer, thing.get("appearance", ""), skip) for thing in row["objects"]] for row in features.rows
        ]

    def __call__(self, index: int, frames: FrameRange, seen: Seen, dice: np.random.Generator) -> Tensor:
        loss, _ = self.parts(index, frames, seen, dice)
        return loss

    def parts(
        self, index: int, frames: FrameRange, seen: Seen, dice: np.random.Generator
    ) -> tuple[Tensor, dict[str, float]]:
        """The loss, and the shares of steps whose region and whose anomaly are right (only where there are steps)."""
        model = self.model
        rae = model.rae
        assert isinstance(rae, RegionAwareEncoder)
        height, width = seen.last.shape[1] // model.processor.merge, seen.last.shape[2] // model.processor.merge
        pairs = sorted(dice.permutation(len(seen.last))[:2].tolist()) if self.merged else []
        labels = direct_labels(self.features.rows[index], frames, (height, width), self._words[index], pairs)
        merged = merged_tokens(model, seen) if rae.config.visual or self.merged else None
        tokens = rae(seen.cosines, model.heat(seen.cosines), merged)  # [T' - 1, base + 9 + 1, D]
        region, overall = tokens[:, -10:-1], tokens[:, -1]
        place, anomaly = self.heads.place(region), self.heads.anomaly(overall)
        loss = tokens.sum() * 0
        if len(tokens):  # a single pair has no step
            loss = functional.binary_cross_entropy_with_logits(place, labels.place, pos_weight=torch.tensor(3.0))
            loss = loss + functional.binary_cross_entropy_with_logits(anomaly, labels.anomaly)
        if len(tokens) and rae.config.pointer:
            loss = loss + _pointer_loss(rae.pointed(tokens), labels.place[..., 1])
        if rae.config.visual and labels.token_words:
            at = torch.stack([region[t, r] for t, r, _ in labels.token_words])
            loss = loss + 0.2 * self._bag(self.heads.token_words(at), [ids for *_, ids in labels.token_words])
        if labels.units and merged is not None:
            at = torch.stack([merged[k, r, c] for k, r, c, _ in labels.units])
            loss = loss + 0.2 * self._bag(self.heads.unit_words(at), [ids for *_, ids in labels.units])
        if self.merged and merged is not None and len(scene := self._scenes[index]):
            some = merged[int(dice.integers(len(merged)))].flatten(0, 1)  # any picture, and places of it
            at = torch.cat([some.mean(0, keepdim=True), some[dice.permutation(len(some))[:_PLACES]]])
            loss = loss + 0.2 * self._bag(self.heads.scene_words(at), [scene] * len(at))
        return loss, _figures(place, anomaly, labels)

    def _bag(self, read: Tensor, bags: Sequence[Tensor]) -> Tensor:
        """Mean over rows of -log p(word), words read through the embedding table: float []."""
        logs = functional.log_softmax(read @ self.model.embedding.weight.detach().T, dim=-1)
        return -torch.stack([logs[n, ids].mean() for n, ids in enumerate(bags)]).mean()


def _pointer_loss(pointed: Tensor, place: Tensor) -> Tensor:
    """Cross-entropy of logits [T' - 1, 9 + 1] against where targets are, [T' - 1, 9]: each as much, or in none."""
    wanted = torch.cat([place, (place.sum(1, keepdim=True) == 0).float()], 1)
    return functional.cross_entropy(pointed.float(), wanted / wanted.sum(1, keepdim=True))


def _figures(place: Tensor, anomaly: Tensor, labels: Labels) -> dict[str, float]:
    if not len(place):
        return {}
    one = labels.place[..., 1].sum(1) == 1
    figures = {"anomaly": float(((anomaly[:, 1] > 0) == (labels.anomaly[:, 1] > 0)).float().mean())}
    if bool(one.any()):
        right = place[..., 1].argmax(1)[one] == labels.place[..., 1].argmax(1)[one]
        figures["region"] = float(right.float().mean())
    return figures


def _ids(tokenizer: object, text: str, skip: set[int]) -> Tensor:
    ids = tokenizer(f" {text[:1].lower()}{text[1:]}", add_special_tokens=False)["input_ids"] if text else []  # type: ignore[operator]
    return torch.tensor([i for i in dict.fromkeys(ids) if i not in skip], dtype=torch.long)


@torch.no_grad()
def wake(model: TVAU, features: ClipFeatures, clips: int = 16) -> None:
    """Bring a RAE that was never trained to scales at which it can learn; one that was trained is left alone.

    Cosines differ by hundredths where logits differ by whole numbers: the first convolution would need the whole
    training to grow its weights, and is scaled by what it sees. And a region's own vector of hundredths beside
    contents of about one would never be seen behind the language model's norms: it becomes the words for the region,
    as long as the contents.
    """
    rae = model.rae
    assert isinstance(rae, RegionAwareEncoder)
    _wake_convolution(rae, [features.seen(i).cosines for i in range(min(clips, len(features)))])
    table = model.embedding.weight
    if rae.config.region_embedding and _rms(rae.region_embedding) < _FAINT:
        tokenizer = model.processor.tokenizer
        for n, region in enumerate(REGIONS):
            names = [f" {region_name(region, 'en')}", region_name(region, "zh")]
            words = [
                table[torch.tensor(ids)].mean(0) for ids in tokenizer(names, add_special_tokens=False)["input_ids"]
            ]
            rae.region_embedding[n] = torch.stack([w / _rms(w) for w in words]).mean(0)
        rae.region_embedding.div_(_rms(rae.region_embedding))
    if rae.config.steps and _rms(rae.step_embedding) < _FAINT:
        rae.step_embedding.mul_(0.5 / _rms(rae.step_embedding))


def _wake_convolution(rae: RegionAwareEncoder, seen: Sequence[Tensor]) -> None:
    first = rae.backbone[0]
    assert isinstance(first, nn.Conv2d)
    assert first.bias is not None
    parts = []
    for h in seen:
        later, difference = h[1:], h[1:] - h[:-1]
        chosen = {"difference": [difference], "map": [later], "both": [difference, later]}[rae.config.input]
        parts.append(torch.cat(chosen, 1))
    if not any(len(p) for p in parts):
        return
    x = torch.cat(parts)
    if float(first(x).std((0, 2, 3)).mean()) > _LIVELY:
        return
    first.weight.div_(x.std((0, 2, 3)).clamp_min(1e-6).view(1, -1, 1, 1))  # each input counts the same
    out = first(x)
    first.weight.div_(out.std((0, 2, 3)).clamp_min(1e-6).view(-1, 1, 1, 1))
    first.bias.sub_(first(x).mean((0, 2, 3)))


def _rms(x: Tensor) -> float:
    return float(x.square().mean().sqrt())


class RegionStage:
    """The RAE on direct labels; see `training.loop.Stage`. merger: the vision tower's merger is trained as well (for a
    network from nothing: Qwen's own knows its pictures). batch: clips a micro-batch. Raises StudioError where the model
    has no RAE that learns so."""

    def __init__(
        self,
        model: TVAU,
        features: ClipFeatures,
        check: ClipFeatures | None,
        *,
        merger: bool,
        batch: int,
        lr: float,
        seed: int,
    ) -> None:
        if not isinstance(model.rae, RegionAwareEncoder):
            raise StudioError(
                "{name} has no region-aware encoder that learns from regions; the thesis's learns with the answers: "
                "use `tvau-studio train language`.",
                name=model.config.name,
            )
        self.model, self.features, self.check, self.batch, self.seed = model, features, check, batch, seed
        torch.manual_seed(seed)
        self.heads = Heads(model.embedding.embedding_dim)
        wake(model, features)
        model.requires_grad_(False)
        named = [(f"rae.{k}", p) for k, p in model.rae.named_parameters()]
        if merger:
            named += [(f"merger.{k}", p) for k, p in model.visual.merger.named_parameters()]
        for _, parameter in named:
            parameter.requires_grad_(True)
        named += [(f"heads.{k}", p) for k, p in self.heads.named_parameters()]
        self.module = Trained(named)
        self.optimisers = [adamw([p for _, p in named], lr)]
        self._direct = DirectLoss(model, features, self.heads, merged=merger)
        self._checked = DirectLoss(model, check, self.heads, merged=merger) if check is not None else None

    def loss(self, number: int) -> Tensor:
        losses = []
        for index, frames, dice in draw(self.features.rows, number, self.batch, self.seed):
            seen = self.features.seen(index, frames)
            if dice.random() < _CORRECTED:
                seen = with_corrected_heat(self.model, seen, self.features.rows[index], frames, dice)
            losses.append(self._direct(index, frames, seen, dice))
        return torch.stack(losses).mean()

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        if self._checked is None or self.check is None:
            return {}
        sums: dict[str, list[float]] = {}
        for index, row in enumerate(self.check.rows):
            frames = window_of(row)
            loss, figures = self._checked.parts(index, frames, self.check.seen(index), np.random.default_rng(index))
            for key, value in {"val_loss": float(loss), **figures}.items():
                sums.setdefault(key, []).append(value)
        means = {key: float(np.mean(values)) for key, values in sums.items()}
        return {**means, SCORE: -means["val_loss"]}


def with_corrected_heat(model: TVAU, seen: Seen, row: Row, frames: FrameRange, dice: np.random.Generator) -> Seen:
    """The window with the heat that it ought to have (see `corrected_heat`)."""
    assert model.config.ahd is not None
    return replace(seen, cosines=corrected(seen.cosines, row, frames, model.config.ahd, dice))


def draw(
    rows: Sequence[Row], number: int, batch: int, seed: int, whole: float = 0.5, least: int = 4
) -> list[tuple[int, FrameRange, np.random.Generator]]:
    """The clips of micro-batch `number`, each with a window and a generator for its other chance: every clip comes once
    an epoch, in another order. whole: share of windows that are the whole clip. least: pairs of the shortest other."""
    found = []
    for at in range(number * batch, (number + 1) * batch):
        epoch, place = divmod(at, len(rows))
        index = int(np.random.default_rng((seed, 1, epoch)).permutation(len(rows))[place])
        dice = np.random.default_rng((seed, 2, at))
        frames = window_of(rows[index])
        pairs = frames.pairs
        if len(pairs) > least and dice.random() >= whole:
            length = int(dice.integers(least, len(pairs)))
            first = pairs.start + int(dice.integers(0, len(pairs) - length + 1))
            frames = FrameRange(max(frames.start, 2 * first), min(frames.stop, 2 * (first + length)))
        found.append((index, frames, dice))
    return found
