"""``tvau-studio train``: a network from nothing, or one part of it on your own labels."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from typing import Any

OWN_MODEL = True
HELP = "trains a network, or one part of it, on a labelled export"
HAS_JSON = True
EPILOG = (
    "The parts: base (tokenizer, vision tower with an AHD, and words, from nothing), heatmap (the AHD), region (the "
    "RAE), language (a LoRA adapter, or the whole of a small language model); all else stays frozen. Ctrl-C keeps the "
    "state in OUT.training; --resume goes on from there."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("part", choices=("base", "heatmap", "region", "language"))
    add("--data", required=True, metavar="EXPORT.jsonl", help="labelled clips, as `export --format jsonl` writes them")
    add("--out", required=True, metavar="CKPT", help="the checkpoint folder to write")
    add("--model", metavar="CKPT", help="to begin with (default: tvau-tiny; for base: nothing)")
    add("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"), help="where it computes")
    add("--config", default="tiny", metavar="NAME", help="for base: which recipe (default: tiny)")
    add("--scenes", type=int, metavar="SEED", help="for base: rendered scenes without end beside the data")
    add("--resume", action="store_true", help="go on with a run that was stopped")
    add(
        "--steps",
        type=int,
        metavar="N",
        help="optimiser steps (base: at most so many in each stage; heatmap: 0 only calibrates)",
    )
    add("--epochs", type=float, metavar="N", help="passes over the data, where --steps is not given")
    add("--batch", type=int, metavar="N", help="clips at a time")
    add("--accumulate", type=int, metavar="N", help="batches a step")
    add("--lr", type=float, metavar="RATE", help="peak learning rate")
    add("--seed", type=int, default=0, metavar="S")
    add("--still", type=float, default=0.0, metavar="P", help="heatmap: make the pictures of this share of pairs equal")
    add("--positive", type=float, default=1.0, metavar="W", help="heatmap: weight of anomalous patches")
    add("--dice", type=float, default=0.0, metavar="W", help="heatmap: weight of the dice loss")
    add("--calibrate", action=argparse.BooleanOptionalAction, help="heatmap: set the bias on quiet frames")
    add("--bf16", action="store_true", help="matrix products in bfloat16")
    add("--half", action="store_true", help="store the base in bfloat16: half the size")
    add("--keep-state", action="store_true", help="keep OUT.training when it has ended, to go on with more steps")
    add("--dry-run", action="store_true", help="say what time and memory it would take, and write nothing")


def run(args: argparse.Namespace) -> None:
    from tvau_studio.services import training

    names = training.Settings.__dataclass_fields__
    settings = training.Settings(**{name: value for name, value in vars(args).items() if name in names})

    def note(text: str) -> None:
        print(f"tvau-studio: {text}", file=sys.stderr)

    if args.dry_run:
        found = training.estimate(settings, note)
        if args.json:
            print(json.dumps(found))
        else:
            memory = f", {found['memory'] / 2**30:.1f} GB" if found["memory"] else ""
            print(f"{found['steps']:.0f} steps, about {found['seconds'] / 60:.0f} minutes{memory}")
        return
    stop = _stopper()
    report = _lines() if args.json else _Bar()
    try:
        figures = training.train(settings, report, stop.is_set, note)
    finally:
        if isinstance(report, _Bar):
            report.close()
    shown = "".join(f", {name} {value:.3f}" for name, value in figures.items() if name != "score")
    if not args.json:
        print(f"{args.out} is written{shown}")


def _stopper() -> threading.Event:
    """Set by Ctrl-C or a request to end: the run stops between two steps and keeps its state. A second one stops at
    once."""
    stop = threading.Event()

    def handle(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)
    return stop


def _lines() -> Any:
    """One JSON object a line on stdout, each step of it."""

    def report(row: dict[str, Any]) -> None:
        print(json.dumps(row), flush=True)

    return report


class _Bar:
    """A bar per stage on a terminal, with loss and the last validation's figures; nothing where stderr is none."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._stage = ""
        self._figures = ""

    def __call__(self, row: dict[str, Any]) -> None:
        if not sys.stderr.isatty():
            return
        from tqdm import tqdm

        if row["stage"] != self._stage:
            self.close()
            self._stage = row["stage"]
            self._bar = tqdm(desc=self._stage, total=row["steps"], file=sys.stderr, leave=False, dynamic_ncols=True)
        if "score" in row:
            self._figures = f", score {row['score']:.3f}"
        self._bar.update(row["step"] - self._bar.n)
        if "loss" in row:
            self._bar.set_postfix_str(f"loss {row['loss']:.3f}{self._figures}", refresh=False)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
