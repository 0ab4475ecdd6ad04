"""``tvau-studio report``: chosen events, or accepted clips, with pictures, heat and answers, to hand over."""

from __future__ import annotations

import argparse

from tvau_studio.cli._progress import bar

HELP = "writes a report of events or accepted clips: HTML, PDF or JSON"
HAS_MODEL = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT")
    parser.add_argument(
        "--events", metavar="EVENTS.jsonl", help="what `scan` wrote (default: the accepted clips with an anomaly)"
    )
    parser.add_argument("-o", "--out", required=True, metavar="OUT.html|.pdf|.json", help="where the report goes")
    parser.add_argument("--top", type=int, metavar="N", help="only the first N events")
    parser.add_argument("--threshold", type=float, default=0.5, metavar="T", help="drawn into the curves (0.5)")
    parser.add_argument("--language", choices=("en", "zh"), default="en", help="of the headings (default: en)")


def run(args: argparse.Namespace) -> None:
    from pathlib import Path

    from tvau_studio.domain.errors import UsageError
    from tvau_studio.services import events_file, heatmaps, report_sight, reporting
    from tvau_studio.services.projects import Project

    reporting.check_target(args.out)
    heatmaps.check_writable(args.out)
    if not 0 < args.threshold < 1 or (args.top is not None and args.top < 1):
        raise UsageError("Give --threshold between 0 and 1, and --top from 1.")
    events = events_file.read(args.events)[: args.top] if args.events else None
    with Project.open(args.project) as project, bar("report", "entry") as progress:
        heat, facts = report_sight.heat_of(project, args.model, args.device)
        wish = reporting.Wish(
            events=events,
            source=Path(args.events).name if args.events else "",
            language=args.language,
            threshold=args.threshold,
            model=facts,
        )
        reporting.write(reporting.gather(project, heat, wish, progress=progress), args.out)
