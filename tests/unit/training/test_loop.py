"""The common loop: it learns, a resumed run equals an uninterrupted one bit for bit, and nothing half-written stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from tvau_studio.domain.errors import Cancelled, StudioError
from tvau_studio.training import loop
from tvau_studio.training.loop import Plan
from tvau_studio.training.optimisers import adamw, muon_and_adamw


class Line:
    """Fits y = 2x + 1 with dropout, so that chance is part of the state."""

    def __init__(self, muon: bool = False, broken_at: int | None = None) -> None:
        torch.manual_seed(1)
        self.module = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Dropout(0.1), nn.Linear(16, 1))
        matrices = [p for p in self.module.parameters() if p.ndim == 2]
        others = [p for p in self.module.parameters() if p.ndim != 2]
        self.optimisers = (
            muon_and_adamw(matrices, others, 0.02, 0.02) if muon else [adamw(self.module.parameters(), 0.02)]
        )
        self.broken_at = broken_at
        self.seen: list[int] = []

    def loss(self, number: int) -> Tensor:
        self.seen.append(number)
        self.module.train()
        x = torch.rand(32, 1, generator=torch.Generator().manual_seed(number))
        loss = (self.module(x) - 2 * x - 1).square().mean()
        return loss * float("nan") if number == self.broken_at else loss

    def validate(self) -> dict[str, float]:
        self.module.eval()
        x = torch.linspace(0, 1, 50)[:, None]
        with torch.no_grad():
            error = float((self.module(x) - 2 * x - 1).square().mean())
        return {"score": -error, "error": error}


def weights(stage: Line) -> Tensor:
    return torch.cat([p.detach().flatten() for p in stage.module.parameters()])


def test_it_learns(tmp_path: Path) -> None:
    stage = Line()
    before = stage.validate()["error"]
    figures = loop.run(stage, Plan(60, every=20), tmp_path / "state")
    assert figures["error"] < 0.2 * before
    assert stage.validate()["error"] == figures["error"]  # the best weights are in the module
    rows = loop.read_log(tmp_path / "state")
    assert [row["step"] for row in rows] == [20, 40, 60]
    assert all({"loss", "lr", "seconds", "error"} <= row.keys() for row in rows)


@pytest.mark.parametrize("muon", [False, True])
@pytest.mark.parametrize("stop_at", [1, 7, 8, 19])
def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(tmp_path: Path, stop_at: int, muon: bool) -> None:
    plan = Plan(20, accumulate=2, every=8, seed=3)
    whole, first, second = Line(muon), Line(muon), Line(muon)
    loop.run(whole, plan, tmp_path / "whole")
    reached: list[int] = []

    def report(row: dict[str, float]) -> None:
        reached.append(int(row["step"]))

    with pytest.raises(Cancelled):
        loop.run(first, plan, tmp_path / "parts", report, lambda: len(reached) >= stop_at)
    torch.rand(5)  # another process has another history
    loop.run(second, plan, tmp_path / "parts")
    assert second.seen[0] == 2 * stop_at
    assert torch.equal(weights(whole), weights(second))
    logs = [loop.read_log(tmp_path / name) for name in ("whole", "parts")]
    for rows in logs:
        for row in rows:
            del row["seconds"]
    assert logs[0] == logs[1]


def test_a_kill_loses_only_what_came_after_the_last_state(tmp_path: Path) -> None:
    plan = Plan(12, every=4, save_seconds=0.0)
    whole, killed, second = Line(), Line(), Line()
    loop.run(whole, plan, tmp_path / "whole")

    class Killed(BaseException):
        pass

    def report(row: dict[str, float]) -> None:
        if row["step"] == 9:
            raise Killed

    with pytest.raises(Killed):
        loop.run(killed, plan, tmp_path / "state", report)
    loop.run(second, plan, tmp_path / "state")
    assert second.seen[0] == 8
    assert torch.equal(weights(whole), weights(second))


def test_the_log_forgets_what_a_killed_run_wrote_after_its_last_state(tmp_path: Path) -> None:
    plan = Plan(4, every=2)
    steps: list[int] = []
    with pytest.raises(Cancelled):
        loop.run(Line(), plan, tmp_path, lambda row: steps.append(1), lambda: len(steps) >= 2)
    with (tmp_path / "log.jsonl").open("a") as f:
        f.write(json.dumps({"step": 3, "loss": 9.9}) + "\n")
    loop.run(Line(), plan, tmp_path)
    assert [row["step"] for row in loop.read_log(tmp_path)] == [2, 4]


def test_accumulation_counts_micro_batches(tmp_path: Path) -> None:
    stage = Line()
    loop.run(stage, Plan(3, accumulate=4), tmp_path)
    assert stage.seen == list(range(12))


def test_a_loss_that_is_no_number_is_said_and_the_state_stays_sound(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="step 6 is no number"):
        loop.run(Line(broken_at=5), Plan(10, save_seconds=0.0), tmp_path)
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    assert state["step"] == 5
    assert all(bool(v.isfinite().all()) for v in state["module"].values())


def test_a_state_of_another_network_or_seed_is_refused_in_one_sentence(tmp_path: Path) -> None:
    loop.run(Line(), Plan(2), tmp_path)
    with pytest.raises(StudioError, match="cannot be resumed"):
        loop.run(Line(muon=True), Plan(2), tmp_path)
    with pytest.raises(StudioError, match="begun with seed 0"):
        loop.run(Line(), Plan(2, seed=1), tmp_path)
    (tmp_path / "state.pt").write_bytes(b"no state")
    with pytest.raises(StudioError, match="without --resume"):
        loop.run(Line(), Plan(2), tmp_path)


def test_a_full_disk_leaves_the_last_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loop.run(Line(), Plan(2), tmp_path)
    before = (tmp_path / "state.pt").read_bytes()

    def full(state: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(StudioError, match="make room"):
        loop.run(Line(), Plan(4), tmp_path)
    assert (tmp_path / "state.pt").read_bytes() == before
    assert not list(tmp_path.glob(".state*"))


def test_too_little_memory_is_said(tmp_path: Path) -> None:
    class Large(Line):
        def loss(self, number: int) -> Tensor:
            raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(StudioError, match="--batch"):
        loop.run(Large(), Plan(2), tmp_path)


def test_begin(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="There is no training to resume"):
        loop.begin(tmp_path / "missing", resume=True)
    loop.run(Line(), Plan(2), tmp_path / "a" / "crops")
    loop.begin(tmp_path / "a", resume=True)
    assert (tmp_path / "a" / "crops" / "state.pt").exists()
    loop.begin(tmp_path / "a", resume=False)
    assert not list(tmp_path.rglob("state.pt"))


def test_a_trial_says_time_and_memory(tmp_path: Path) -> None:
    found = loop.trial(Line(), Plan(100))
    assert found["seconds"] > 0
    assert found["memory"] > 1e6


@given(st.integers(1, 5000), st.floats(0, 0.5), st.floats(0, 0.5))
def test_the_schedule_rises_stays_and_falls(steps: int, warmup: float, decay: float) -> None:
    plan = Plan(steps, warmup=warmup, decay=decay)
    factors = [plan.factor(s) for s in range(0, steps, max(1, steps // 50))]
    assert all(0 < f <= 1 for f in factors)
    top = factors.index(max(factors))
    assert factors[: top + 1] == sorted(factors[: top + 1])
    assert factors[top:] == sorted(factors[top:], reverse=True)
    assert plan.factor(steps) == (0.0 if decay * steps > 0 else 1.0)
