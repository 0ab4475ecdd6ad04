"""``tvau-studio evaluate``: the paper's figures of a model on a labelled set."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from tvau_studio.cli._progress import bar

if TYPE_CHECKING:
    from tvau_studio.services.evaluating import Report

HELP = "measures a model on a labelled set: heat, regions, answers"
HAS_JSON = True
HAS_MODEL = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", required=True, metavar="EXPORT.jsonl", help="the labels, as `export` writes them")
    parser.add_argument("--split", choices=("train", "val", "test", "all"), help="default: test, or all where none is")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N clips, evenly spread over the set")
    parser.add_argument("--no-ask", action="store_true", help="measure the heat alone, ask nothing")
    parser.add_argument(
        "--language", choices=("en", "zh"), help="of questions and answers (default: the file's dialogue)"
    )
    parser.add_argument("--ablate", choices=("none", "ahd", "rae"), default="none", help="run without that part")
    parser.add_argument("--shots", type=int, choices=(0, 1), default=0, help="examples before each question")
    parser.add_argument("--top", type=int, default=1, metavar="K", help="a frame scores as its map's K hottest cells")
    parser.add_argument("--smooth", type=float, default=0.0, metavar="SIGMA", help="frames; default 0: no smoothing")
    parser.add_argument("--threshold", type=float, default=0.5, metavar="P", help="of the boxes for RBDC and TBDC")
    parser.add_argument("--bootstrap", type=int, default=1000, metavar="N", help="draws for the intervals; 0: none")
    parser.add_argument("--seed", type=int, default=0, help="of the draws")
    parser.add_argument("--out", metavar="FOLDER", help="also report.json and the curves as PNG")


def run(args: argparse.Namespace) -> None:
    from tvau_studio.domain.errors import UsageError
    from tvau_studio.services import evaluating, evaluation_files

    if args.top < 1 or args.smooth < 0 or not 0 < args.threshold < 1 or args.bootstrap < 0:
        raise UsageError("Give --top from 1, --smooth and --bootstrap from 0, and --threshold between 0 and 1.")
    options = evaluating.Options(
        split=args.split,
        limit=args.limit,
        ask=not args.no_ask,
        language=args.language,
        ablate=args.ablate,
        shots=args.shots,
        rule=evaluating.Rule(args.top, args.smooth, args.threshold),
        samples=args.bootstrap,
        seed=args.seed,
    )
    # The whole set is checked before anything heavy is loaded.
    plan = evaluating.plan(args.data, options)
    if args.out:
        evaluation_files.check_folder(args.out)
    from tvau_studio.services.models import load_model

    model = load_model(args.model, args.device)
    with bar("evaluate", "step") as progress:
        report = evaluating.run(plan, model, progress)
    if args.out:
        evaluation_files.write(report, args.out)
    print(json.dumps(report.to_dict(), ensure_ascii=False, allow_nan=False) if args.json else _text(report))


def _text(report: Report) -> str:
    """Two tables, and the protocol below them."""
    lines = []
    for name, value in report.protocol.items():
        if isinstance(value, dict):
            value = "; ".join(f"{what}: {n}" for what, n in value.items())
        elif isinstance(value, list):
            value = " | ".join(map(str, value))
        if value != "":
            lines.append(f"  {name:<24}{value}")
    return "\n".join([*_all(report), "", *_videos(report), "", "protocol", *lines])


def _all(report: Report) -> list[str]:
    width = max((len(f.label) for f in report.all), default=0)
    lines = [f"{'all':<{width}}  {'figure':>8}  {'95 %':>17}  {'common':>7}  n"]
    for f in report.all:
        around = "" if f.interval is None else f"{_number(f.key, f.interval[0])} .. {_number(f.key, f.interval[1])}"
        common = "" if f.baseline is None else _number(f.key, f.baseline)
        lines.append(f"{f.label:<{width}}  {_number(f.key, f.value):>8}  {around:>17}  {common:>7}  {f.n} {f.counted}")
    return lines


_SHORT = {
    "frame_auc_micro": "AUC",
    "pixel_auroc": "AUROC",
    "pixel_ap": "AP",
    "aupro": "AUPRO",
    "iou": "IoU",
    "rbdc": "RBDC",
    "tbdc": "TBDC",
    "pointing": "point",
    "rank": "rank",
    "fires": "fires",
    "fires_normal": "normal",
    "alarm": "alarm",
    "yes_no": "Yes/No",
    "from": "from",
    "to": "to",
    "bleu4_appearance": "BLEU a",
    "bleu4_trajectory": "BLEU t",
    "colours": "colour",
}
"""The figures that the table of the videos shows."""


def _videos(report: Report) -> list[str]:
    keys = [f.key for f in report.all if f.key in _SHORT]
    width = min(40, max(map(len, ["video", *report.videos])))
    lines = [f"{'video':<{width}}" + "".join(f"{_SHORT[key]:>8}" for key in keys)]
    for name, found in report.videos.items():
        known = {f.key: f for f in found}
        shown = (_number(key, known[key].value) if key in known else "-" for key in keys)
        lines.append(f"{name[-width:]:<{width}}" + "".join(f"{text:>8}" for text in shown))
    return lines


def _number(key: str, value: float | None) -> str:
    """Shares with three digits, BLEU (0..100) with one."""
    if value is None:
        return "-"
    return f"{value:.1f}" if key.startswith("bleu4") else f"{value:.3f}"
