"""``tvau-studio model``: which models there are, what one says about itself, whether it is sound, and how sure its yes
and no are.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from tvau_studio.domain.errors import UsageError

HELP = "lists models, describes one, checks that one is sound, or calibrates its yes and no"
HAS_JSON = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "info", "check", "calibrate"))
    parser.add_argument("model", nargs="?", metavar="NAME_OR_PATH", help="default for info and check: tvau-tiny")
    parser.add_argument("--data", metavar="EXPORT.jsonl", help="calibrate: labelled clips, with and without anomalies")
    parser.add_argument("--split", help="calibrate: train, val, test or all; default val where the set has one")
    parser.add_argument("--limit", type=int, metavar="N", help="calibrate: at most so many clips")


def run(args: argparse.Namespace) -> None:
    from tvau_studio.services import models

    name = args.model or models.DEFAULT
    if args.action == "list":
        if args.model:
            raise UsageError("`model list` takes no model; use `model info {name}`.", name=args.model)
        found = models.list_models()
        print(json.dumps(found, ensure_ascii=False) if args.json else "\n".join(_line(facts) for facts in found))
        return
    if args.action == "calibrate":
        facts = _calibrate(args)
        print(json.dumps(facts, ensure_ascii=False) if args.json else _table(facts))
        return
    facts = models.describe_model(name) if args.action == "info" else models.check_model(name)
    if args.action == "check":
        facts = {**facts, "sound": True}
    print(json.dumps(facts, ensure_ascii=False) if args.json else _table(facts))


def _calibrate(args: argparse.Namespace) -> dict[str, Any]:
    from tvau_studio.cli._progress import bar
    from tvau_studio.services import calibrating

    if not args.model or not args.data:
        raise UsageError(
            "Name the model's folder and the clips: tvau-studio model calibrate FOLDER --data EXPORT.jsonl"
        )
    with bar("Calibrating", "clip") as tick:
        return calibrating.calibrate(args.model, args.data, split=args.split, limit=args.limit, progress=tick).to_dict()


def _line(facts: dict[str, Any]) -> str:
    does = "heatmap, chat" if facts["heatmap"] else "chat only"
    return f"{facts['load']}  {facts['parameters'] / 1e6:.1f} M parameters, {facts['size_mb']:.1f} MB, {does}"


def _table(facts: dict[str, Any]) -> str:
    width = max(map(len, facts))
    return "\n".join(f"{key:<{width}}  {value}" for key, value in facts.items())
