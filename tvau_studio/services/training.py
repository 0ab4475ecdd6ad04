"""Training a network: from nothing, or one part of it on a person's own labels.

Each way writes a complete checkpoint folder, all or nothing. While it runs, its state lies in ``<out>.training`` beside
it: a run that was stopped or killed goes on from there with `resume`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.services import rendering

if TYPE_CHECKING:
    from tvau_studio.training.datasets import DataSet, Example
    from tvau_studio.training.loop import Stage
    from tvau_studio.tvau.modeling_tvau import TVAU

Report = Callable[[dict[str, Any]], None]
"""Told of each step: stage, step, steps, loss, and at an epoch's end the validation's figures."""

PARTS = ("base", "heatmap", "region", "language")

_SMALL = 100_000_000
"""Parameters of a base up to which `language` trains the whole language model; above, an adapter."""

_DEFAULTS: Mapping[str, tuple[int, int, float, int]] = {
    "heatmap": (5, 1, 1e-3, 8),
    "region": (10, 4, 2e-3, 1),
    "language": (10, 4, 1e-3, 1),
}
"""Epochs, batch, learning rate and accumulation by default."""

_TAUGHT = 0.25
"""The first share of a small language model's training, in which it reads corrected heat."""

_QUIET = 0.35
"""The share of clips without an anomaly that a small language model sees at least."""

_FOREIGN = 0.25
"""The share of clips that a small language model sees with the pictures of another one."""

_ADAPTER_RATE = 2e-4
"""The paper's learning rate for the adapter."""


@dataclass(frozen=True)
class Settings:
    """part: one of `PARTS`. data: the export. out: the checkpoint folder to write. model: to begin with (None:
    tvau-tiny; for `base`: from nothing). config: recipe of a network from nothing. scenes: seed of rendered pairs
    beside the export, for `base`. steps, epochs, batch, lr, accumulate: None = as is usual for the part;
    `heatmap` with 0 steps only calibrates. still: for `heatmap`, the share of pairs whose second picture is made equal
    to the first. positive, dice: of the heat's loss. calibrate: set the heat's bias on quiet frames (None: where the
    model is none of the paper's presets). bf16: matrix products in bfloat16. resume: go on from the state of a run that
    was stopped. half: store the base in bfloat16. keep_state: keep the state of a run that has ended, to go on with
    more steps.
    """

    part: str
    data: str | Path
    out: str | Path
    model: str | Path | None = None
    device: str = "auto"
    config: str = "tiny"
    scenes: int | None = None
    steps: int | None = None
    epochs: float | None = None
    batch: int | None = None
    lr: float | None = None
    accumulate: int | None = None
    seed: int = 0
    still: float = 0.0
    positive: float = 1.0
    dice: float = 0.0
    calibrate: bool | None = None
    bf16: bool = False
    resume: bool = False
    half: bool = False
    keep_state: bool = False

    @property
    def state(self) -> Path:
        """Where the state of the run lies."""
        out = Path(self.out).expanduser().resolve()
        return out.with_name(f"{out.name}.training")

    def check(self) -> None:
        """Raises UsageError for what is out of range."""
        if self.part not in PARTS:
            raise UsageError(
                "There is no part {part} to train; there are: {parts}.", part=self.part, parts=", ".join(PARTS)
            )
        for name, value in (("steps", self.steps), ("epochs", self.epochs), ("batch", self.batch), ("lr", self.lr)):
            if value is not None and not value > 0 and (self.part, name, value) != ("heatmap", "steps", 0):
                raise UsageError("--{name} {value} is not possible; give a number above 0.", name=name, value=value)
        if not 0 <= self.still <= 1 or self.positive <= 0 or self.dice < 0:
            raise UsageError("--still lies in 0..1, --positive above 0, and --dice is not below 0.")
        if self.scenes is not None and self.part != "base":
            raise UsageError("--scenes belongs to `train base`; render a data set with `tvau-studio synth` instead.")


def train(
    settings: Settings,
    report: Report = lambda row: None,
    stop: Callable[[], bool] = lambda: False,
    note: Callable[[str], None] = lambda text: None,
) -> dict[str, float]:
    """Train, and write the checkpoint; returns the figures of the best validation.

    note: told what was odd in the data. Raises UsageError, StudioError, and Cancelled once `stop()` was true: then the
    state is kept and nothing was written to `out`.
    """
    from tvau_studio.training import loop

    settings.check()
    data = _read(settings, note)
    loop.begin(settings.state, settings.resume)
    if settings.part == "base":
        model, figures = _base(settings, data, report, stop)
    else:
        model = _model(settings)
        stage, steps = _stage(settings, model, data, report, stop)
        figures = loop.run(stage, _plan(settings, steps), settings.state, _named(report, settings.part), stop)
        if settings.part == "heatmap":
            _calibrate(settings, model, stage, note)
    _save(settings, model)
    if not settings.keep_state:
        shutil.rmtree(settings.state, ignore_errors=True)
    return figures


def estimate(settings: Settings, note: Callable[[str], None] = lambda text: None) -> dict[str, float]:
    """What a run would take, from three trial steps: ``steps``, ``seconds`` and ``memory`` (bytes at the highest).

    Writes no checkpoint. Raises as `train`; UsageError for `base`, whose stages differ.
    """
    import tempfile

    from tvau_studio.training import loop

    settings.check()
    if settings.part == "base":
        raise UsageError("--dry-run is for heatmap, region and language; give --steps to train base for a while.")
    data = _read(settings, note)
    model = _model(settings)
    with tempfile.TemporaryDirectory(prefix="tvau-dry-run-") as folder:
        # The features of three clips are enough to learn how long a step takes.
        few = replace(data, examples=data.examples[:3])
        trial = replace(settings, out=Path(folder) / "trial")
        stage, _ = _stage(trial, model, few, lambda row: None, lambda: False)
        steps = _steps(settings, len(data.split()[0]))
        return {"steps": float(steps), **loop.trial(stage, _plan(settings, steps))}


def _read(settings: Settings, note: Callable[[str], None]) -> DataSet:
    from tvau_studio.training import datasets
    from tvau_studio.tvau.prompts import load_prompts

    data = datasets.read(settings.data, load_prompts().classes)
    for text, count in sorted(data.notes.items()):
        note(f"{count} {text}")
    train, val = data.split()
    datasets.check_files(data.path, [*train, *val])
    without = settings.steps == 0 or (settings.part == "base" and settings.scenes is not None)
    if not train and not without:
        raise StudioError("No clip of {path} is in the split train; there is nothing to learn from.", path=data.path)
    return data


def _model(settings: Settings) -> TVAU:
    from tvau_studio.tvau import checkpoints

    model = checkpoints.load(settings.model or "tvau-tiny", settings.device, merge_adapter=settings.part != "language")
    if model.ahd is None:
        raise StudioError(
            "{name} has no anomaly heatmap decoder; begin with `tvau-studio train base`, or with a checkpoint that has "
            "one.",
            name=model.config.name,
        )
    if settings.part == "region" and model.rae is None:
        raise StudioError("{name} has no region-aware encoder to train.", name=model.config.name)
    return model


def _stage(
    settings: Settings, model: TVAU, data: DataSet, report: Report, stop: Callable[[], bool]
) -> tuple[Stage, int]:
    """The stage of a part on a frozen base, and how many steps it shall run."""
    train, val = data.split()
    _, batch, rate, _ = _DEFAULTS[settings.part]
    batch, rate = settings.batch or batch, settings.lr or rate
    count = _counted(report)
    features = settings.state / "features"
    steps = _steps(settings, len(train))
    if settings.part == "heatmap":
        from tvau_studio.training.heatmap import HeatmapStage, TapFeatures

        taps = [TapFeatures(model, some, features, _open_example, settings.still) for some in (train, val)]
        for part in taps:
            part.fill(count, stop)
        made: Stage = HeatmapStage(
            model,
            taps[0],
            taps[1] if val else None,
            lr=rate,
            batch=batch,
            positive=settings.positive,
            dice=settings.dice,
            seed=settings.seed,
        )
        return made, steps
    from tvau_studio.training.clip_features import ClipFeatures

    rows = [[{**e.row, "video": str(e.video)} for e in some] for some in (train, val)]
    seen = [ClipFeatures(model, some, features, _open_row) for some in rows]
    for some in seen:
        some.fill(count, stop)
    check = seen[1] if val else None
    small = sum(p.numel() for p in model.base.parameters()) <= _SMALL
    if settings.part == "region":
        from tvau_studio.training.region import RegionStage

        return RegionStage(model, seen[0], check, merger=small, batch=batch, lr=rate, seed=settings.seed), steps
    from tvau_studio.training.language import LanguageStage

    made = LanguageStage(
        model,
        seen[0],
        check,
        whole=small,
        batch=batch,
        lr=settings.lr or (rate if small else _ADAPTER_RATE),
        rae_lr=settings.lr or rate,
        seed=settings.seed,
        direct=0.3 if small else 0.0,
        places=4 if small else 0,
        colour=4.0 if small else 1.0,
        teach=round(_TAUGHT * steps * (settings.accumulate or _DEFAULTS["language"][3])) if small else 0,
        quiet=_QUIET if small else 0.0,
        foreign=_FOREIGN if small else 0.0,
        bfloat16=settings.bf16,
    )
    return made, steps


def _steps(settings: Settings, clips: int) -> int:
    """As many as were asked for, else so many epochs over the clips."""
    epochs, batch, _, accumulate = _DEFAULTS[settings.part]
    if settings.steps is not None:
        return settings.steps
    per_step = (settings.batch or batch) * (settings.accumulate or accumulate)
    return max(1, round((settings.epochs or epochs) * clips / per_step))


def _plan(settings: Settings, steps: int) -> Any:
    from tvau_studio.training.loop import Plan

    accumulate = settings.accumulate or _DEFAULTS[settings.part][3]
    warmup, decay = (0.03, 0.4) if settings.part == "language" else (0.1, 0.3)
    every = max(1, min(200, steps // 5))
    return Plan(steps, warmup, decay, accumulate=accumulate, every=every, seed=settings.seed)


def _base(settings: Settings, data: DataSet, report: Report, stop: Callable[[], bool]) -> tuple[TVAU, dict[str, float]]:
    from tvau_studio.training import base
    from tvau_studio.training.recipes import recipe
    from tvau_studio.tvau import checkpoints

    chosen = recipe(settings.config)
    if settings.steps is not None:
        chosen = chosen.shortened(settings.steps)
    scenes = None
    if settings.scenes is not None:
        rendering.require_renderer()
        scenes = base.Scenes(rendering.crop_pair, rendering.frame_pair, rendering.quiet_pair, settings.scenes)
    model = checkpoints.load(settings.model, "cpu") if settings.model is not None else None
    return base.train_base(
        chosen,
        data.split(),
        settings.state,
        _open_example,
        scenes,
        model=model,
        seed=settings.seed,
        bf16=settings.bf16,
        report=report,
        stop=stop,
    )


def _calibrate(settings: Settings, model: TVAU, stage: Any, note: Callable[[str], None]) -> None:
    """Bias and scale of the heat from the clips kept for validation, else from those trained on."""
    from tvau_studio.training import calibration

    wanted = settings.calibrate if settings.calibrate is not None else model.config.preset == "custom"
    calibration.set_calibration(model, 0.0, 1.0)
    if not wanted:
        return
    if not calibration.calibrate(model, stage, stage.check or stage.features):
        note("The data hold too few quiet frames to set the heat's bias on: p > .5 means what the training data say.")


def _save(settings: Settings, model: TVAU) -> None:
    from tvau_studio.tvau import checkpoints

    out = Path(settings.out).expanduser()
    adapter = model.adapter if settings.part == "language" else None
    if settings.half:
        model.base.bfloat16()
    checkpoints.save(model, out, adapter=adapter, keeps_maps=settings.part in ("region", "language"))
    logs = out / "training"
    logs.mkdir(exist_ok=True)
    for log in settings.state.rglob("log.jsonl"):
        name = settings.part if log.parent == settings.state else f"{settings.part}-{log.parent.name}"
        shutil.copyfile(log, logs / f"{name}.jsonl")


def _named(report: Report, stage: str) -> Report:
    return lambda row: report({"stage": stage, **row})


def _counted(report: Report) -> Callable[[int, int], None]:
    return lambda done, total: report({"stage": "features", "step": done, "steps": total})


def _open_example(example: Example) -> Any:
    from tvau_studio.media.video import Video

    return Video(example.video)


def _open_row(row: Mapping[str, Any]) -> Any:
    from tvau_studio.media.video import Video

    return Video(row["video"])
