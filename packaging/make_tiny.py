#!/usr/bin/env python3
"""Makes resources/tvau-tiny anew from nothing: renders its data, trains each part in turn, measures it.

    .venv/bin/python packaging/make_tiny.py --work FOLDER             # all of it, about a day on two cores
    .venv/bin/python packaging/make_tiny.py --work FOLDER --steps 2   # the same way with next to no training

Needs the extra [train]. What is done lies in FOLDER and is not done again: after a stop, the same command line goes
on. Nothing is written to resources; the finished network is FOLDER/tvau-tiny, its figures lie in FOLDER/figures-en and
FOLDER/figures-zh.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Step:
    """made: what the step leaves in the work folder, by which it is known to be done. command: of tvau-studio."""

    made: str
    command: tuple[str, ...]


def steps(work: Path, clips: int, few: int | None) -> list[Step]:
    """The whole way, in order. clips: to learn answers from. few: optimiser steps of each training, None = as many as
    it takes."""

    def rendered(name: str, count: int, seed: int, *more: str) -> Step:
        made = f"{name}/labels.jsonl"
        return Step(made, ("synth", "-o", str(work / name), "--clips", str(count), "--seed", str(seed), *more))

    def trained(part: str, out: str, count: int, *more: str) -> Step:
        wanted = ("--steps", str(count if few is None else min(few, count)))
        return Step(f"{out}/tvau.json", ("train", part, "--out", str(work / out), "--bf16", *wanted, *more))

    def data(name: str) -> tuple[str, str]:
        return "--data", str(work / name / "labels.jsonl")

    def model(name: str) -> tuple[str, str]:
        return "--model", str(work / name)

    def measured(language: str) -> Step:
        made, asked = f"figures-{language}", ("--split", "all", "--language", language)
        return Step(
            f"{made}/report.json", ("evaluate", *data("test"), *model("tvau-tiny"), *asked, "--out", str(work / made))
        )

    return [
        rendered("clips", clips, 5_000_000),
        rendered("frames", max(1, clips // 5), 20_000_000),
        rendered("test", max(1, clips // 25), 9_000_000, "--split", "test"),
        trained("base", "base", 6000, *data("clips"), "--scenes", "1"),
        trained("heatmap", "heat", 2000, *data("frames"), *model("base"), "--still", "0.3"),
        trained("region", "region", 800, *data("clips"), *model("heat")),
        trained("language", "tvau-tiny", 8000, *data("clips"), *model("region"), "--half"),
        measured("en"),
        measured("zh"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, metavar="FOLDER", help="where everything is made")
    parser.add_argument("--clips", type=int, default=10_000, metavar="N", help="rendered clips to learn answers from")
    parser.add_argument("--steps", type=int, metavar="N", help="at most so many in each training, to try the way")
    args = parser.parse_args()
    work = args.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    for step in steps(work, args.clips, args.steps):
        if (work / step.made).exists():
            print(f"{step.made} is there")
            continue
        command = [sys.executable, "-m", "tvau_studio", *step.command]
        if step.command[0] == "train" and (state := work / f"{Path(step.made).parent}.training").exists():
            print(f"{state.name} is gone on with")
            command.append("--resume")
        print(shlex.join(command), flush=True)
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
