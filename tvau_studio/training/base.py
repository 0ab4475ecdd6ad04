"""A network from nothing: tokenizer and words, then the vision tower together with an AHD, then the bias of the heat.

What stands on what: the text vectors are means over the embedding table, so the words come first and the table is never
touched again; the tower begins on crops around one object, of which many fit into a second, and goes on with whole
pictures that hold as few anomalies as a camera sees; the bias is set last, on quiet pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tvau_studio.domain.errors import StudioError
from tvau_studio.training import calibration, loop, vision
from tvau_studio.training.datasets import Example
from tvau_studio.training.dialogues import corpus
from tvau_studio.training.exported import ExportedPairs, OpenVideo, cropped
from tvau_studio.training.language_base import learn_table, make_base
from tvau_studio.training.loop import Plan, Report
from tvau_studio.training.recipes import Recipe, VisionPhase
from tvau_studio.training.streams import Pairs, Render, Shards, render_shard, shard
from tvau_studio.training.tokenizer import train_tokenizer
from tvau_studio.training.vision import Source, VisionStage
from tvau_studio.tvau import checkpoints
from tvau_studio.tvau.modeling_tvau import TVAU
from tvau_studio.tvau.prompts import load_prompts

UNSEEN = 1_000_000_000
"""Added to the stream's seed for pairs to validate on, and twice for quiet pairs to calibrate on."""

_CHECKED = {"crops": 1024, "frames": 256}
_QUIET = 1024
_REUSE = 8.0
"""How often a rendered pair is seen on average: on two cores, rendering is the slower half."""

_SIZES = {"crops": 2048, "frames": 256}
"""Pairs a shard."""

_CROPS_FOR_A_FRAME = 4
_WHITENED = 2000
"""Pairs whose patches give the first patch embedding."""


@dataclass(frozen=True)
class Scenes:
    """Rendered pairs without end beside the export. crop, frame, quiet: see `streams.Render`; quiet pictures hold no
    event. seed: where the stream begins. workers: processes that render."""

    crop: Render
    frame: Render
    quiet: Render
    seed: int = 0
    workers: int = 1


def start(recipe: Recipe, examples: Sequence[Example], seed: int, report: Report) -> TVAU:
    """Tokenizer and a network whose words are learned; everything else is random."""
    prompts = load_prompts()
    texts = corpus([e.row for e in examples], prompts)
    tokenizer = train_tokenizer(texts, recipe.vocabulary)
    base = make_base(tokenizer, recipe.vision, recipe.language, seed)

    def told(step: int, loss: float) -> None:
        report({"stage": "words", "step": step, "steps": recipe.words, "loss": loss})

    learn_table(base, tokenizer, texts, prompts, recipe.words, seed=seed, report=told)
    return TVAU(recipe.model, base, tokenizer)


def train_base(
    recipe: Recipe,
    examples: tuple[Sequence[Example], Sequence[Example]],
    folder: Path,
    open_video: OpenVideo,
    scenes: Scenes | None = None,
    *,
    model: TVAU | None = None,
    seed: int = 0,
    bf16: bool = False,
    report: Report = lambda row: None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[TVAU, dict[str, float]]:
    """The whole way; resumes each stage from its state in `folder`. Returns the model and the figures of its last
    stage.

    examples: for training and for validation. model: to begin with, its words learned (None: from nothing). bf16:
    matrix products in bfloat16. Raises as `loop.run`, and StudioError where nothing is there to train on.
    """
    if scenes is None and not examples[0]:
        raise StudioError("The data hold no clip to train on; label some, or render scenes with --scenes.")
    if model is None:
        model = _words(recipe, examples[0], folder / "words", seed, report)
    events = model.text.names
    figures: dict[str, float] = {}
    exported = (
        ExportedPairs(model.processor, examples[0], folder / "pairs", open_video, events) if examples[0] else None
    )
    held = (
        ExportedPairs(model.processor, examples[1], folder / "pairs-val", open_video, events) if examples[1] else None
    )
    begun = (folder / "crops").exists() or (folder / "frames").exists()
    for name, phase in (("crops", recipe.crops), ("frames", recipe.frames)):
        if phase.steps < 1:
            continue
        source = _Source(name, phase, recipe.crop, exported, scenes, folder, seed)
        try:
            unseen = _unseen(name, recipe.crop, held, scenes, folder, seed)
            if not begun:
                torch.manual_seed(seed)
                vision.begin(model.visual, _patches(model, source, phase.batch))
                begun = True
            stage = VisionStage(
                model.visual,
                _ahd(model),
                model.processor,
                model.text.states,
                source,
                unseen,
                kinds=len(events),
                lr=phase.lr,
                muon=phase.muon,
                bf16=bf16,
                seed=seed,
            )
            plan = Plan(phase.steps, phase.warmup, phase.decay, every=max(1, min(250, phase.steps)), seed=seed)
            figures = loop.run(stage, plan, folder / name, _named(report, name), stop)
        finally:
            source.close()
    quiet = _quiet_margins(model, held or exported, scenes, folder)
    if len(quiet) >= calibration.ENOUGH:
        calibration.set_calibration(model, calibration.quiet_bias(quiet), 1.0)  # the scale needs labels: `heatmap`
    model.prepare()
    return model, figures


def _words(recipe: Recipe, examples: Sequence[Example], folder: Path, seed: int, report: Report) -> TVAU:
    """`start`, kept in `folder`: a resumed run does not learn the words anew."""
    if (folder / "tvau.json").exists():
        return checkpoints.load(folder, "cpu")
    model = start(recipe, examples, seed, report)
    checkpoints.save(model, folder)
    return model


def _ahd(model: TVAU) -> Any:
    assert model.ahd is not None
    return model.ahd


def _named(report: Report, name: str) -> Report:
    return lambda row: report({"stage": name, **row})


class _Source:
    """The pairs of a vision phase: rendered, from the export, or by turns from both."""

    def __init__(
        self,
        name: str,
        phase: VisionPhase,
        crop: int,
        exported: ExportedPairs | None,
        scenes: Scenes | None,
        folder: Path,
        seed: int,
    ) -> None:
        self.name, self.phase, self.crop, self.exported, self.seed = name, phase, crop, exported, seed
        self.shards: dict[str, Shards] = {}
        if scenes is not None:
            rendered = {"crops": scenes.crop, **({"frames": scenes.frame} if name == "frames" else {})}
            for kind, render in rendered.items():
                where, size = folder / f"rendered-{kind}", _SIZES[kind]
                self.shards[kind] = Shards(render, where, scenes.seed, size=size, reuse=_REUSE, workers=scenes.workers)

    def __call__(self, number: int) -> Pairs:
        chance = np.random.default_rng((self.seed, 3, number))
        draw, batch = chance.random(), self.phase.batch
        if self.exported is not None and (not self.shards or draw < self.phase.share):
            pairs = self.exported.batch(chance, batch)
            return cropped(pairs, self.crop, chance) if self.name == "crops" else pairs
        if self.name == "frames" and draw < self.phase.share + self.phase.crops:
            return self.shards["crops"].batch(number, _CROPS_FOR_A_FRAME * batch)
        return self.shards[self.name].batch(number, batch)

    def close(self) -> None:
        for shards in self.shards.values():
            shards.close()


def _unseen(
    name: str, crop: int, held: ExportedPairs | None, scenes: Scenes | None, folder: Path, seed: int
) -> Pairs | None:
    """The pairs on which a vision phase is validated: rendered ones where there are scenes, else from the export."""
    if scenes is not None:
        render = scenes.crop if name == "crops" else scenes.frame
        return _kept(render, folder / "unseen" / name, scenes.seed + UNSEEN, _CHECKED[name])
    if held is None:
        return None
    chance = np.random.default_rng((seed, 4))
    pairs = held.batch(chance, _CHECKED[name] // 4)
    return cropped(pairs, crop, chance) if name == "crops" else pairs


def _kept(render: Render, folder: Path, first: int, count: int) -> Pairs:
    folder.mkdir(parents=True, exist_ok=True)
    if (found := shard(folder, first)) is None:
        render_shard(render, folder, first, count)
        found = shard(folder, first)
    assert found is not None
    return found


def _patches(model: TVAU, source: Source, batch: int) -> torch.Tensor:
    """Patches float [N, C] of the first pairs."""
    found = []
    for number in range(-(-_WHITENED // batch)):
        both = torch.from_numpy(source(number).pictures).permute(0, 1, 4, 2, 3)
        found.append(model.processor.patches(both[:, 0], both[:, 1]).values.flatten(0, 1))
    return torch.cat(found)


@torch.inference_mode()
def _quiet_margins(
    model: TVAU, exported: ExportedPairs | None, scenes: Scenes | None, folder: Path
) -> list[np.ndarray]:
    """Margins float [H', W'] of pictures in which nothing happens, as the network is used on whole pictures."""
    if scenes is not None:
        groups = [_kept(scenes.quiet, folder / "unseen" / "quiet", scenes.seed + 2 * UNSEEN, _QUIET)]
    else:
        groups = exported.quiet(_QUIET) if exported is not None else []
    return [m for pairs in groups for m in margins(model, pairs)]


@torch.inference_mode()
def margins(model: TVAU, pairs: Pairs, chunk: int = 8) -> list[np.ndarray]:
    """temperature * (H_abnormal - H_normal) of each pair at its own size: float32 [H', W'] each."""
    assert model.config.ahd is not None
    model.prepare()
    found: list[np.ndarray] = []
    for at in range(0, len(pairs), chunk):
        both = torch.from_numpy(pairs.pictures[at : at + chunk].copy()).permute(0, 1, 4, 2, 3)
        patches = model.processor.patches(both[:, 0], both[:, 1])
        cosines = model.all_cosines(model.features(patches, last=False, merged=False))
        found += list((model.config.ahd.temperature * (cosines[:, 1] - cosines[:, 0])).float().cpu().numpy())
    return found
