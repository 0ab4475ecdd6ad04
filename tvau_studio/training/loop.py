"""The common loop of every training: schedule, accumulation, validation, best weights, a state that survives a kill.

A `Stage` says what is trained and on what; `run` trains it. The data of a micro-batch follow from its number alone, and
the state holds weights, optimisers, chance and step: a run that was killed and resumed gives, bit for bit, what an
uninterrupted run gives.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from tvau_studio.domain.errors import Cancelled, StudioError

SCORE = "score"
"""The validation figure by which the best weights are chosen; higher is better."""

_STATE, _LOG = "state.pt", "log.jsonl"


@dataclass(frozen=True)
class Plan:
    """steps: optimiser steps, >= 1. warmup, decay: shares of the steps in which the learning rate rises from 0 at the
    beginning and falls to 0 at the end, both linearly. accumulate: micro-batches a step. clip: largest norm of the
    gradient, 0 none. every: steps from one validation to the next, an "epoch" of the log. save_seconds: from one saved
    state to the next. seed: of all chance.
    """

    steps: int
    warmup: float = 0.1
    decay: float = 0.3
    accumulate: int = 1
    clip: float = 1.0
    every: int = 500
    save_seconds: float = 120.0
    seed: int = 0

    def factor(self, step: int) -> float:
        """The share of the peak learning rate at that step, 0..1."""
        rise = self.warmup * self.steps
        fall = self.decay * self.steps
        up = (step + 1) / rise if rise > 0 else 1.0
        down = (self.steps - step) / fall if fall > 0 else 1.0
        return max(0.0, min(1.0, up, down))


class Stage(Protocol):
    """module: what is trained and kept (its state_dict is saved). optimisers: over its parameters, at their peak
    learning rates."""

    @property
    def module(self) -> nn.Module: ...

    @property
    def optimisers(self) -> Sequence[torch.optim.Optimizer]: ...

    def loss(self, number: int) -> Tensor:
        """The mean loss of micro-batch `number`, whose data follow from `number` alone."""
        ...

    def validate(self) -> dict[str, float]:
        """Figures on unseen data, among them `SCORE`; {} where there are none: then the last weights are kept."""
        ...


Report = Callable[[dict[str, Any]], None]
"""Told of each step: {"step", "steps", "loss", "lr", "seconds"}; at an epoch's end with the validation's figures."""


def run(
    stage: Stage, plan: Plan, folder: Path, report: Report = lambda row: None, stop: Callable[[], bool] = lambda: False
) -> dict[str, float]:
    """Train, resuming from the state in `folder` where there is one; the best weights are in `stage.module` at the end.

    folder: where the state and ``log.jsonl`` lie (made where missing). Returns the figures of the best validation.
    Raises Cancelled once `stop()` was true, after the state was saved; StudioError where the loss is no number, the
    memory does not suffice or the state cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudioError("{folder} cannot be written: {why}.", folder=folder, why=error.strerror) from None
    torch.manual_seed(plan.seed)
    keeper = _Keeper(stage, plan, folder)
    keeper.resume()
    peaks, started = keeper.peaks, time.monotonic()
    saved = started
    parameters = [p for o in stage.optimisers for g in o.param_groups for p in g["params"]]
    for step in range(keeper.step, plan.steps):
        if stop():
            keeper.save()
            raise Cancelled
        factor = plan.factor(step)
        for optimiser, rates in zip(stage.optimisers, peaks, strict=True):
            for group, peak in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = peak * factor
        loss = _backward(stage, plan, step)
        if plan.clip > 0:
            nn.utils.clip_grad_norm_(parameters, plan.clip)
        for optimiser in stage.optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        keeper.step = step + 1
        keeper.losses += loss
        row: dict[str, Any] = {"step": step + 1, "steps": plan.steps, "loss": loss, "lr": peaks[0][0] * factor}
        if (step + 1) % plan.every == 0 or step + 1 == plan.steps:
            row = keeper.close_epoch(row, time.monotonic() - started)
        report({**row, "seconds": round(time.monotonic() - started, 1)})
        if time.monotonic() - saved > plan.save_seconds:
            keeper.save()
            saved = time.monotonic()
    keeper.save()
    if keeper.best is not None:
        stage.module.load_state_dict(keeper.best)
    return keeper.figures


def trial(stage: Stage, plan: Plan, steps: int = 3) -> dict[str, float]:
    """``seconds`` that a run of `plan` would take and ``memory``, the most bytes this process has held, from a few
    steps."""
    started = time.monotonic()
    for step in range(steps):
        _backward(stage, plan, step)
        for optimiser in stage.optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
    return {"seconds": (time.monotonic() - started) / steps * plan.steps, "memory": float(_highest_memory())}


def _highest_memory() -> int:
    """Bytes; 0 where the system does not say (Windows)."""
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _backward(stage: Stage, plan: Plan, step: int) -> float:
    total = 0.0
    try:
        for part in range(plan.accumulate):
            loss = stage.loss(step * plan.accumulate + part) / plan.accumulate
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise StudioError(
            "The memory does not suffice for a step (number {step}); take a smaller --batch and a larger --accumulate.",
            step=step + 1,
        ) from error
    if not math.isfinite(total):
        raise StudioError(
            "The loss of step {step} is no number; lower --lr and start again (--resume takes the last sound state).",
            step=step + 1,
        )
    return total


class _Keeper:
    """The state of a run, in memory and on disk."""

    def __init__(self, stage: Stage, plan: Plan, folder: Path) -> None:
        self.stage, self.plan, self.folder = stage, plan, folder
        self.peaks = [[g["lr"] for g in o.param_groups] for o in stage.optimisers]
        self.step = 0
        self.losses = 0.0
        self.since = 0
        """The step at which the open epoch began."""
        self.best: dict[str, Tensor] | None = None
        self.figures: dict[str, float] = {}

    def close_epoch(self, row: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Validate, keep the best weights, write a line of the log."""
        figures = self.stage.validate()
        if SCORE in figures and figures[SCORE] >= self.figures.get(SCORE, -math.inf):
            self.figures = figures
            self.best = {k: v.detach().clone() for k, v in self.stage.module.state_dict().items()}
        row = {**row, "loss": self.losses / max(1, self.step - self.since), **figures}
        self.losses, self.since = 0.0, self.step
        line = {k: round(v, 6) if isinstance(v, float) else v for k, v in row.items()}
        try:
            with (self.folder / _LOG).open("a", encoding="utf-8", newline="\n") as f:
                f.write(json.dumps({**line, "seconds": round(seconds, 1)}) + "\n")
        except OSError as error:
            raise self._unwritable(error) from None
        return row

    def _unwritable(self, error: Exception) -> StudioError:
        return StudioError(
            "The state of the training cannot be written to {folder} ({why}); the last one is kept: make room, and go "
            "on with --resume.",
            folder=self.folder,
            why=str(error).splitlines()[0],
        )

    def save(self) -> None:
        """All or nothing: a full disk leaves the last good state."""
        state = {
            "step": self.step,
            "since": self.since,
            "losses": self.losses,
            "seed": self.plan.seed,
            "module": self.stage.module.state_dict(),
            "optimisers": [o.state_dict() for o in self.stage.optimisers],
            "chance": torch.get_rng_state(),
            "best": self.best,
            "figures": self.figures,
        }
        temporary = self.folder / f".{_STATE}"
        try:
            torch.save(state, temporary)
            temporary.replace(self.folder / _STATE)
        except (OSError, RuntimeError) as error:
            temporary.unlink(missing_ok=True)
            raise self._unwritable(error) from None

    def resume(self) -> None:
        path = self.folder / _STATE
        if not path.exists():
            (self.folder / _LOG).unlink(missing_ok=True)
            return
        try:
            state = torch.load(path, weights_only=True)
            self.stage.module.load_state_dict(state["module"])
            for optimiser, kept in zip(self.stage.optimisers, state["optimisers"], strict=True):
                optimiser.load_state_dict(kept)
            torch.set_rng_state(state["chance"])
            self.step, self.since, self.losses = state["step"], state["since"], state["losses"]
            self.best, self.figures = state["best"], state["figures"]
            if state["seed"] != self.plan.seed:
                raise ValueError(f"it was begun with seed {state['seed']}")
        except Exception as error:  # torch, pickle and zipfile each have their own
            raise StudioError(
                "The training in {folder} cannot be resumed ({why}); start it again without --resume.",
                folder=self.folder,
                why=(str(error).splitlines() or [type(error).__name__])[0].rstrip("."),
            ) from None
        self._cut_log()

    def _cut_log(self) -> None:
        """Forget the lines that a killed run wrote after its last state."""
        path = self.folder / _LOG
        if path.exists():
            lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            kept = [json.dumps(row) + "\n" for row in lines if row["step"] <= self.step]
            path.write_text("".join(kept), encoding="utf-8", newline="\n")


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The lines of ``log.jsonl``: one dictionary per epoch with step, steps, loss, lr, seconds and the figures."""
    path = folder / _LOG
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def begin(folder: Path, resume: bool) -> None:
    """Forget an earlier state in `folder` unless `resume`. Raises StudioError where there is nothing to resume."""
    if resume and not folder.exists():
        raise StudioError("There is no training to resume in {folder}; leave --resume out.", folder=folder)
    if not resume:
        for file in (*folder.rglob(_STATE), *folder.rglob(_LOG)):
            file.unlink()
