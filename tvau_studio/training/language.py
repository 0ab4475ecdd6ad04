"""Training the language part on the dialogues of labelled clips: an adapter on a large model, or a small one whole.

The embedding table stays as it is: the heat maps stand on it. RAE and, for a network from nothing, the merger are
trained along (arXiv 2511.00524 trains prompt learner and LoRA together).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tvau_studio.domain.dialogue import event_name
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import LANGUAGES
from tvau_studio.training.clip_features import ClipFeatures
from tvau_studio.training.dialogues import Row, is_anomalous, samples, window_of, with_environment
from tvau_studio.training.loop import SCORE
from tvau_studio.training.optimisers import adamw, muon_and_adamw
from tvau_studio.training.packing import Packed, Seen, Tail, answer_loss, merged_tokens, pack, tail, word_weights
from tvau_studio.training.region import DirectLoss, Heads, Trained, draw, with_corrected_heat
from tvau_studio.tvau.modeling_tvau import TVAU
from tvau_studio.tvau.rae import RegionAwareEncoder

LORA_MODULES = r".*language_model\.layers\.\d+\.(self_attn\.(q|k|v|o)_proj|mlp\.(gate|up|down)_proj)"
"""The language model's matrices; names alone would hit the vision tower's MLPs, too."""

MAX_TEXT = 2048
"""Tokens of one question with its answer; longer ones are left out. Vision tokens have no limit."""

_BOTH = 0.2
"""The share of clips that are asked in both languages at once; the others are asked in one, in half the time."""

_SLOWED, _SLOWED_SHARES = (1, 2, 4), (0.85, 0.1, 0.05)
"""How often every pair is shown, and in which shares of the clips: so that also longer ranges than those of the data
have been met.
"""

_MUON = 15
"""Muon's rate for each unit of AdamW's: its updates are orthogonal, and so are smaller in each entry."""

_REGIONS = ("top", "left", "right", "middle", "bottom", "-left", "-right", "左", "右", "上", "下", "中")
_VERDICTS = ("Yes", "No", "有", "没有")
_COLOURS = ("black", "grey", "white", "red", "dark", "light", "blue", "green", "yellow", "orange", "brown", "beige")
_COLOURS_ZH = ("黑", "灰", "白", "红", "深", "浅", "蓝", "绿", "黄", "橙", "棕", "米", "粉", "紫", "中")
_SEEN = (*_VERDICTS, *_REGIONS, *_COLOURS, *_COLOURS_ZH)
"""These, and the events, are what an answer has to see; most other words follow from those before them."""


def add_adapter(model: TVAU, rank: int = 16, alpha: int = 32, dropout: float = 0.05) -> Any:
    """A peft LoRA adapter on the language model; the one that was loaded apart where there is one."""
    from peft import LoraConfig, get_peft_model

    if model.adapter is None:
        config = LoraConfig(r=rank, lora_alpha=alpha, lora_dropout=dropout, target_modules=LORA_MODULES)
        # No submodule: its weights are in `base` already.
        object.__setattr__(model, "adapter", get_peft_model(model.base, config))
    return model.adapter


class LanguageStage:
    """See `training.loop.Stage`. whole: all layers of the language model and the merger are trained, else an adapter.
    batch: clips a micro-batch. rae_lr: learning rate of RAE and merger. direct: weight of the direct labels' loss
    beside the answers'. places: extra questions a clip. colour: how much a word for a colour, a region or an event
    counts, and Yes and No. teach: micro-batches whose heat is corrected, see `corrected_heat`; over as many again the
    real heat takes over. quiet: clips without an anomaly are shown so often that they are at least this share. foreign:
    share of clips whose video tokens, with what is said of the environment, are those of another clip, so that what is
    said of anomalies stands on the heat and not on the look of a place. bfloat16: matrix products in bfloat16. Raises
    StudioError where no clip holds a question.
    """

    def __init__(
        self,
        model: TVAU,
        features: ClipFeatures,
        check: ClipFeatures | None,
        *,
        whole: bool,
        batch: int,
        lr: float,
        rae_lr: float,
        seed: int,
        direct: float = 0.0,
        places: int = 0,
        colour: float = 1.0,
        teach: int = 0,
        quiet: float = 0.0,
        foreign: float = 0.0,
        bfloat16: bool = False,
    ) -> None:
        self.model, self.features, self.check, self.batch, self.seed = model, features, check, batch, seed
        self._places, self._direct_weight, self._bfloat16, self._teach = places, direct, bfloat16, teach
        self._order, self._foreign = with_quiet(features.rows, quiet), foreign
        if not any(row.get("environment") or row["objects"] for row in features.rows):
            raise StudioError("No clip of the training data holds a text; label some, or take another file.")
        torch.manual_seed(seed)
        model.requires_grad_(False)
        if whole:
            language = [(k, p) for k, p in model.base.named_parameters() if _is_layer(k)]
        else:
            add_adapter(model)
            language = [(k, p) for k, p in model.base.named_parameters() if ".lora_" in k]
        others = [(f"rae.{k}", p) for k, p in model.rae.named_parameters()] if model.rae is not None else []
        if whole:
            others += [(f"merger.{k}", p) for k, p in model.visual.merger.named_parameters()]
        self._direct = None
        if direct > 0 and isinstance(model.rae, RegionAwareEncoder):
            heads = Heads(model.embedding.embedding_dim)
            others += [(f"heads.{k}", p) for k, p in heads.named_parameters()]
            self._direct = DirectLoss(model, features, heads, merged=whole)
        for _, parameter in (*language, *others):
            parameter.requires_grad_(True)
        self.module = Trained([*language, *others])
        self.optimisers = [
            *_language_optimisers([p for _, p in language], lr, whole),
            adamw([p for _, p in others], rae_lr),
        ]
        tokenizer = model.processor.tokenizer
        self._weigh = word_weights(tokenizer, (*_SEEN, *_event_words(model)), colour) if colour != 1 else None

    def loss(self, number: int) -> Tensor:
        self.model.train()
        rows = self.features.rows
        losses = []
        for at, frames, dice in draw([rows[i] for i in self._order], number, self.batch, self.seed):
            index = self._order[at]
            with self._fast():
                loss = self._clip_loss(index, frames, dice, self.taught(number))
            if loss is not None:
                losses.append(loss)
        return torch.stack(losses).mean() if losses else torch.zeros((), requires_grad=True)

    def taught(self, number: int) -> float:
        """The share of windows with corrected heat: all of them while `teach` micro-batches last, then falling to none
        over as many again."""
        return min(1.0, max(0.0, 2 - number / self._teach)) if self._teach else 0.0

    def _clip_loss(self, index: int, frames: FrameRange, dice: np.random.Generator, taught: float) -> Tensor | None:
        row, seen = self.features.rows[index], self.features.seen(index, frames)
        if dice.random() < taught:
            seen = with_corrected_heat(self.model, seen, row, frames, dice)
        other = int(dice.integers(len(self.features))) if dice.random() < self._foreign else index
        pictures = None if other == index else self._pictures(other, seen)
        said = row if pictures is None else with_environment(row, self.features.rows[other])
        slow = int(dice.choice(_SLOWED, p=_SLOWED_SHARES))
        packed = self._packed(said, frames, dice, self._places if slow == 1 else 0)
        if packed is None:
            return None
        if self._direct is not None:
            seen = replace(seen, merged=merged_tokens(self.model, seen))
        pictures = pictures and slowed(pictures, slow)
        loss = answer_loss(self.model, slowed(seen, slow), packed, self._weigh, pictures)
        if self._direct is not None:
            loss = loss + self._direct_weight * self._direct(index, frames, seen, dice)
        return loss

    def _pictures(self, other: int, seen: Seen) -> Seen | None:
        """As many pairs of another clip; None where it is too short or of another shape."""
        start, stop = window_of(self.features.rows[other]).start, window_of(self.features.rows[other]).stop
        stop = min(stop, start + 2 * len(seen.last) - start % 2)
        found = self.features.seen(other, FrameRange(start, stop))
        return found if found.last.shape == seen.last.shape else None

    def _packed(self, row: Row, frames: FrameRange, dice: np.random.Generator, places: int = 0) -> Packed | None:
        languages = LANGUAGES if dice.random() < _BOTH else (LANGUAGES[int(dice.integers(len(LANGUAGES)))],)
        found = samples(row, frames, dice, languages, places)
        tails = [tail(self.model.processor, s) for s in found]
        return pack_short(tails)

    def _fast(self) -> AbstractContextManager[Any]:
        if not self._bfloat16:
            return nullcontext()
        return torch.autocast(self.model.device.type, dtype=torch.bfloat16)

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        if self.check is None:
            return {}
        self.model.eval()
        losses: list[float] = []
        for index, row in enumerate(self.check.rows):
            packed = self._packed(row, window_of(row), np.random.default_rng(index))
            if packed is not None:
                losses.append(float(answer_loss(self.model, self.check.seen(index), packed)))
        mean = float(np.mean(losses)) if losses else 0.0
        return {"val_loss": mean, SCORE: -mean}


def _event_words(model: TVAU) -> set[str]:
    """The words that tell one event from another, in both languages."""
    chinese = [event_name(name, "zh").removeprefix("有人") for name in model.text.names]
    return {word for name in model.text.names for word in name.split()} | set(chinese)


def with_quiet(rows: Sequence[Row], share: float) -> list[int]:
    """The indices of all rows, and those without an anomaly as often again as makes them `share` (below 1) of all; no
    more than all of them could be repeated where there are none."""
    everything = list(range(len(rows)))
    silent = [i for i in everything if not is_anomalous(rows[i], window_of(rows[i]))]
    if not silent:
        return everything
    wanted = round(share / (1 - share) * (len(rows) - len(silent)))
    more = [silent[n % len(silent)] for n in range(max(0, wanted - len(silent)))]
    return everything + more


def _language_optimisers(parameters: Sequence[nn.Parameter], lr: float, whole: bool) -> list[torch.optim.Optimizer]:
    """AdamW for an adapter (the paper's choice); Muon on the matrices of a whole model, which learns in fewer steps."""
    if not whole:
        return [adamw(parameters, lr)]
    matrices, others = ([p for p in parameters if (p.ndim == 2) == wanted] for wanted in (True, False))
    return muon_and_adamw(matrices, others, lr, _MUON * lr)


def slowed(seen: Seen, times: int) -> Seen:
    """The same video at a `times`-th of its speed: every pair is shown so often. What is said of it stays true."""
    if times == 1:
        return seen
    last, cosines, merged = (
        None if x is None else x.repeat_interleave(times, 0) for x in (seen.last, seen.cosines, seen.merged)
    )
    assert last is not None
    assert cosines is not None
    return Seen(last, cosines, seen.seconds * times, merged)


def pack_short(tails: Sequence[Tail]) -> Packed | None:
    """All tails that are not too long, packed; None where there is none."""
    short = [t for t in tails if len(t.ids) <= MAX_TEXT]
    return pack(short) if short else None


def _is_layer(name: str) -> bool:
    """Whether a parameter of the base belongs to the language model and is not its embedding table, nor a tied output
    (which is the same parameter)."""
    return (name.startswith("model.language_model.") and "embed_tokens" not in name) or name.startswith("lm_head.")
