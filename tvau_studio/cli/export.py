"""``tvau-studio export``: labels to a file that other programs read."""

from __future__ import annotations

import argparse
import json
import sys

from tvau_studio.cli._progress import bar

HELP = "writes labels to a file, to train on or for other tools"
HAS_JSON = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from tvau_studio.domain.labels import LANGUAGES, STATES
    from tvau_studio.services.exchange import ALL, known_formats

    names = [f.name for f in known_formats() if f.writes]
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("--format", required=True, choices=names, metavar="F", help=", ".join(names))
    parser.add_argument(
        "--state",
        default="accepted",
        choices=(*STATES, ALL),
        metavar="S",
        help=f"clips of this state (default: accepted), or {ALL}: every clip, with its undecided drafts",
    )
    parser.add_argument("--language", default="en", choices=LANGUAGES, help="of the texts (default: en)")
    parser.add_argument("-o", "--out", required=True, metavar="OUT", help="the file to write")


def run(args: argparse.Namespace) -> None:
    from tvau_studio.services import exchange
    from tvau_studio.services.projects import Project

    with Project.open(args.project) as project, bar("export", "video") as progress:
        report = exchange.export(
            project, args.format, args.out, state=args.state, language=args.language, progress=progress
        )
    for note in report.notes:
        print(f"tvau-studio: {note}.", file=sys.stderr)
    if args.json:
        facts = {
            "files": [str(f) for f in report.files],
            "clips": report.clips,
            "objects": report.objects,
            "left_out": dict(report.left_out),
            "drafts_left_out": report.drafts,
            "warnings": list(report.warnings),
        }
        print(json.dumps(facts, ensure_ascii=False))
    else:
        print(f"{args.out}: clips {report.clips}, objects {report.objects}")
