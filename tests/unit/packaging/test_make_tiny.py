"""Every step of the way to tvau-tiny is one that the program takes, on what an earlier step has made."""

from __future__ import annotations

import argparse
import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tvau_studio.cli import main, verbs

FILES = ("data", "model")


Read = Callable[[tuple[str, ...]], argparse.Namespace]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """The arguments of a command, as the program itself reads them."""
    found: list[argparse.Namespace] = []
    for name in ("synth", "train", "evaluate"):
        monkeypatch.setattr(verbs()[name], "run", found.append)

    def arguments(command: tuple[str, ...]) -> argparse.Namespace:
        assert main(list(command)) == 0
        return found.pop()

    return arguments


@pytest.mark.parametrize("few", [None, 2])
def test_each_step_stands_on_those_before(make_tiny: ModuleType, tmp_path: Path, read: Read, few: int | None) -> None:
    made: set[Path] = set()
    for step in make_tiny.steps(tmp_path, 50, few):
        arguments = read(step.command)
        for name in FILES:
            if (needed := getattr(arguments, name, None)) is not None:
                assert {needed, f"{needed}/tvau.json"} & {str(p) for p in made}, step
        if step.command[0] == "train" and few is not None:
            assert arguments.steps <= few
        assert (tmp_path / step.made).is_relative_to(Path(arguments.out))
        made.add(tmp_path / step.made)
    assert tmp_path / "tvau-tiny" / "tvau.json" in made


def test_scenes_to_measure_on_are_never_trained_on(make_tiny: ModuleType, tmp_path: Path, read: Read) -> None:
    rendered = [read(s.command) for s in make_tiny.steps(tmp_path, 10_000, None) if s.command[0] == "synth"]
    seeds = sorted((a.seed, a.seed + a.clips) for a in rendered)
    assert len(seeds) == 3
    assert all(stop <= start for (_, stop), (start, _) in itertools.pairwise(seeds))


def test_after_a_stop_it_goes_on(make_tiny: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []
    way = make_tiny.steps(tmp_path, 10_000, None)
    broken = True

    def run(command: list[str], check: bool) -> None:
        assert check
        calls.append(command)
        if "region" in command and broken:
            (tmp_path / "region.training").mkdir()
            raise subprocess.CalledProcessError(1, command)
        made = tmp_path / next(s.made for s in way if s.command == tuple(command[3 : 3 + len(s.command)]))
        made.parent.mkdir(parents=True)
        made.touch()

    monkeypatch.setattr(make_tiny.subprocess, "run", run)
    monkeypatch.setattr(sys, "argv", ["make_tiny.py", "--work", str(tmp_path)])
    with pytest.raises(subprocess.CalledProcessError):
        make_tiny.main()
    done, broken = len(calls) - 1, False
    make_tiny.main()
    again = calls[done + 1 :]
    assert [tuple(c[3:5]) for c in again] == [s.command[:2] for s in way[done:]]
    assert [c[-1] == "--resume" for c in again] == [True] + [False] * (len(again) - 1)
