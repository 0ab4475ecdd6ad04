"""The verbs train and synth: what they print, and how they stop."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tvau_studio.cli import main, train
from tvau_studio.domain.errors import StudioError
from tvau_studio.services import training


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)]
    yield
    for number, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[training.Settings]:
    """What `train` was asked for."""
    asked: list[training.Settings] = []

    def fake(
        settings: training.Settings, report: Callable[[dict[str, Any]], None], stop: Callable[[], bool], note: Any
    ) -> dict[str, float]:
        asked.append(settings)
        report({"stage": "heatmap", "step": 1, "steps": 2, "loss": 0.5, "lr": 0.1})
        note("2 boxes wholly outside the picture: left out")
        signal.raise_signal(signal.SIGINT)
        assert stop()  # Ctrl-C asks the run to stop; it does not break it
        return {"ap": 0.75, "score": 0.75}

    monkeypatch.setattr(training, "train", fake)
    return asked


def test_options_reach_the_service(trained: list[training.Settings], capsys: pytest.CaptureFixture[str]) -> None:
    words = "train heatmap --data d.jsonl --out o --model m --steps 5 --lr 0.01 --still 0.5 --no-calibrate --resume"
    assert main(words.split()) == 0
    wanted = training.Settings(
        "heatmap", "d.jsonl", "o", "m", steps=5, lr=0.01, still=0.5, calibrate=False, resume=True
    )
    assert trained == [wanted]
    out, err = capsys.readouterr()
    assert out == "o is written, ap 0.750\n"
    assert "2 boxes wholly outside" in err


def test_progress_as_json_lines(trained: list[training.Settings], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "region", "--data", "d.jsonl", "--out", "o", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows == [{"stage": "heatmap", "step": 1, "steps": 2, "loss": 0.5, "lr": 0.1}]


def test_a_second_ctrl_c_stops_at_once() -> None:
    stop = train._stopper()
    signal.raise_signal(signal.SIGTERM)
    assert stop.is_set()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_dry_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    found = {"steps": 120.0, "seconds": 600.0, "memory": 2.0**31}
    monkeypatch.setattr(training, "estimate", lambda settings, note: found)
    assert main(["train", "heatmap", "--data", "d.jsonl", "--out", "o", "--dry-run"]) == 0
    assert capsys.readouterr().out == "120 steps, about 10 minutes, 2.0 GB\n"


def test_train_names_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "heatmap", "--data", str(tmp_path / "none.jsonl"), "--out", str(tmp_path / "o")]) == 1
    assert "none.jsonl" in capsys.readouterr().err
    assert main(["train", "heatmap"]) == 2


def test_synth_renders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("numba", reason="rendering needs the extra [train]")
    out = tmp_path / "set"
    words = ["synth", "-o", str(out), "--clips", "1", "--seed", "5", "--frames", "2", "--size", "48x64", "--json"]
    assert main([*words, "--split", "test", "--workers", "1"]) == 0
    assert json.loads(capsys.readouterr().out) == {"labels": str(out / "labels.jsonl"), "clips": 1}
    row = json.loads((out / "labels.jsonl").read_text())
    assert (row["split"], row["size"], row["frames"]) == ("test", [48, 64], [0, 2])


@pytest.mark.parametrize("size", ["48", "48x", "x48", "47x64", "0x0"])
def test_synth_refuses_a_size(size: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("numba", reason="rendering needs the extra [train]")
    assert main(["synth", "-o", str(tmp_path / "s"), "--clips", "1", "--seed", "1", "--size", size]) == 2
    assert size in capsys.readouterr().err or "x" in size
    assert list(tmp_path.iterdir()) == []


def test_rendering_without_numba_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import importlib.util

    from tvau_studio.services.synthesis import synthesise

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StudioError, match=r"tvau-studio\[train\]"):
        synthesise(tmp_path / "s", 1, 0)
