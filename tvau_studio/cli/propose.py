"""``tvau-studio propose``: what the network finds, as drafts for a person to review."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from tvau_studio.cli._progress import bar

HELP = "looks for anomalous objects in clips and enters them as drafts"
HAS_JSON = True
HAS_MODEL = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--clips", nargs="+", metavar="ID", help="which clips, by their ids (default: all)")
    parser.add_argument("--threshold", type=float, default=0.5, metavar="T", help="of the heat, 0 to 1 (default: 0.5)")
    parser.add_argument(
        "--min-frames", type=int, default=4, metavar="N", help="leave out what is hot in fewer frames (default: 4)"
    )


def run(args: argparse.Namespace) -> None:
    from tvau_studio.domain.errors import UsageError
    from tvau_studio.services import proposing
    from tvau_studio.services.models import load_model
    from tvau_studio.services.projects import Project

    if not 0 < args.threshold < 1:
        raise UsageError("--threshold {value} is not possible; give a number between 0 and 1.", value=args.threshold)
    with Project.open(args.project) as project:
        proposing.chosen_clips(project, args.clips)  # refused before anything heavy is loaded
        model = load_model(args.model, args.device)
        with bar("propose", "pair") as progress:
            report = proposing.propose(
                project,
                model,
                clips=args.clips,
                threshold=args.threshold,
                min_frames=args.min_frames,
                progress=progress,
            )
    for path in report.missing:
        print(f"tvau-studio: {path} is missing and was left out.", file=sys.stderr)
    if args.json:
        print(json.dumps(asdict(report), ensure_ascii=False))
        return
    parts = [f"{report.objects} drafts in {report.clips} clips"]
    parts += [f"{report.replaced} earlier drafts replaced"] if report.replaced else []
    parts += [f"{report.known} found that are labelled already"] if report.known else []
    print(f"{args.project}: {', '.join(parts)}")
