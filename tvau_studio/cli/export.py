"""``tvau-studio export``: labels to a file that other programs read."""

from __future__ import annotations

import argparse
import json
import sys

from tvau_studio.cli._progress import bar

HELP = "writes labels to a file, to train on or for other tools"
HAS_JSON = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from tvau_studio.domain.labels import LANGUAGES, SPLITS, STATES
    from tvau_studio.services.exchange import ALL, MEDIA, STYLES, known_formats

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
    parser.add_argument(
        "--split", default=ALL, choices=(*SPLITS, ALL), metavar="S", help=f"videos of this split (default: {ALL})"
    )
    parser.add_argument(
        "--style",
        default=STYLES[0],
        choices=STYLES,
        help="of the dialogues in a jsonl: as TRL and chat templates take them (default), or as these trainers do",
    )
    parser.add_argument(
        "--media",
        default=MEDIA[0],
        choices=MEDIA,
        help="what the dialogues show: a window on the whole video (default), or the pictures of each clip alone, cut "
        "out beside the jsonl as a film (clips) or as JPEGs (frames)",
    )
    parser.add_argument("--snapshot", default="", metavar="NAME", help="labels of a snapshot, not as they are now")
    parser.add_argument("--card", action="store_true", help="write a data card, README.md, beside it")
    parser.add_argument("--dry-run", action="store_true", help="say what would be written; nothing is")
    parser.add_argument("-o", "--out", required=True, metavar="OUT", help="the file to write")


def run(args: argparse.Namespace) -> None:
    from tvau_studio.services import exchange
    from tvau_studio.services.projects import Project

    with Project.open(args.project) as project, bar("export", "video") as progress:
        wishes = exchange.ExportWishes(
            args.state, args.language, args.split, args.style, args.media, args.card, args.snapshot
        )
        write = exchange.preview_export if args.dry_run else exchange.export
        report = write(project, args.format, args.out, wishes, progress=progress)
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
