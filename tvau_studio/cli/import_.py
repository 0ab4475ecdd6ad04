"""``tvau-studio import``: labels from a file or folder, ours or another tool's."""

from __future__ import annotations

import argparse
import json
import sys

from tvau_studio.cli._progress import bar

HELP = "takes labels from a file into a project"
HAS_JSON = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from tvau_studio.domain.labels import STATES
    from tvau_studio.services.exchange import known_formats

    names = [f.name for f in known_formats() if f.reads]
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument("file", metavar="FILE", help="or the folder of a data set (shanghaitech, ubnormal)")
    parser.add_argument("--format", required=True, choices=names, metavar="F", help=", ".join(names))
    parser.add_argument("--video", metavar="V", help="which video the labels are of, where the file does not say")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="LABEL=EVENT",
        help="take a label of the file for an event class; may be given several times",
    )
    parser.add_argument(
        "--first-frame",
        type=int,
        choices=(0, 1),
        help="how a MOT file counts (default: from 1, or from 0 where it has a frame 0)",
    )
    parser.add_argument("--state", choices=STATES, metavar="S", help="of the clips, in place of what the file says")
    parser.add_argument("--dry-run", action="store_true", help="say what would be taken in; nothing is changed")
    parser.add_argument("--replace", action="store_true", help="clips and tracks that are there already give way")


def run(args: argparse.Namespace) -> None:
    from tvau_studio.domain.errors import UsageError
    from tvau_studio.services import exchange
    from tvau_studio.services.projects import Project

    mapping = {}
    for pair in args.map:
        label, equals, event = pair.rpartition("=")
        if not (label and equals and event):
            raise UsageError("--map {pair!r} is not LABEL=EVENT, for example bike='person riding bicycle'.", pair=pair)
        mapping[label] = event
    wishes = exchange.ImportWishes(args.video, mapping, args.state, args.replace, args.first_frame)
    with Project.open(args.project) as project, bar("import", "video") as progress:
        take = exchange.preview_import if args.dry_run else exchange.import_
        report = take(project, args.format, args.file, wishes, progress=progress)
    for label, (n, becomes) in report.labels.items():
        if becomes == label:
            continue
        what = f"the event {becomes!r}" if becomes else f"the appearance (--map {label!r}=EVENT takes it for an event)"
        print(f"tvau-studio: {n} x {label!r} becomes {what}.", file=sys.stderr)
    for warning in report.warnings:
        print(f"tvau-studio: {warning}.", file=sys.stderr)
    if args.json:
        facts = {
            "videos": report.videos,
            "missing": report.missing,
            "clips": report.clips,
            "objects": report.objects,
            "boxes": report.boxes,
            "replaced": report.replaced,
            "labels": {label: becomes or None for label, (_, becomes) in report.labels.items()},
            "warnings": report.warnings,
        }
        print(json.dumps(facts, ensure_ascii=False))
    else:
        print(f"{args.file}: videos {report.videos}, clips {report.clips}, objects {report.objects}")
