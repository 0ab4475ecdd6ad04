"""``tvau-studio scan``: whole videos, of minutes or hours, searched for events."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from tvau_studio.cli._progress import bar

if TYPE_CHECKING:
    from tvau_studio.domain.events import Event

HELP = "searches whole videos for events and ranks them"
HAS_JSON = True
HAS_MODEL = True
EPILOG = (
    "What was computed is kept: a run that was stopped goes on where it was, and another --threshold computes nothing. "
    "On a Dask cluster every worker has to see the videos under the same paths; with --device cuda only workers that "
    "were started with --resources GPU=1 are given work."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("videos", nargs="+", metavar="VIDEO", help="videos, and folders of videos")
    parser.add_argument("-o", "--out", metavar="EVENTS.jsonl", help="where the events go (default: a list is printed)")
    parser.add_argument("--threshold", type=float, default=0.5, metavar="T", help="of the heat, 0 to 1 (default: 0.5)")
    parser.add_argument("--shortest", type=int, default=4, metavar="N", help="an event has so many hot frames (4)")
    parser.add_argument("--gap", type=int, default=24, metavar="N", help="cold frames within one event, at most (24)")
    parser.add_argument("--no-ask", action="store_true", help="do not ask the model about each event")
    parser.add_argument("--language", choices=("en", "zh"), default="en", help="of the answers (default: en)")
    parser.add_argument(
        "--cache", metavar="FOLDER", help="where the maps are kept, e.g. a project's PROJECT.tvau.cache"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster that does the work, a video a task")


def run(args: argparse.Namespace) -> int:
    from pathlib import Path

    from tvau_studio.domain.events import Rule
    from tvau_studio.services import events_file, heatmaps, scanning

    # Everything that can be refused is refused before anything heavy is loaded.
    options = scanning.Options(Rule(args.threshold, args.shortest, args.gap), not args.no_ask, args.language)
    if args.out:
        heatmaps.check_writable(args.out)
    paths = scanning.video_paths(args.videos)
    folder = Path(args.cache) if args.cache else scanning.default_cache()
    if args.scheduler:
        from tvau_studio.services import scan_cluster

        with bar("scan", "video") as progress:
            result = scan_cluster.scan(
                paths, args.scheduler, folder, options, model=args.model, device=args.device, progress=progress
            )
    else:
        from tvau_studio.services.models import load_model

        model = load_model(args.model, args.device)
        with bar("scan", "pair") as progress:
            result = scanning.scan(paths, model, scanning.heat_cache(folder), options, progress=progress)
    for why in result.refused:
        print(f"tvau-studio: {why}", file=sys.stderr)
    if args.out:
        events_file.write(result.events, args.out)
    if args.json:
        print(json.dumps([e.to_dict() for e in result.events], ensure_ascii=False, allow_nan=False))
    elif args.out:
        print(f"{args.out}: {len(result.events)} events in {len(paths) - len(result.refused)} videos")
    else:
        print(_list(result.events))
    return 1 if result.refused else 0


def _list(events: list[Event]) -> str:
    if not events:
        return "No events."
    rows = []
    for n, event in enumerate(events, start=1):
        said = " ".join((event.answer or "").split())
        name = event.event or ""
        rows.append(f"{n:>4}  {event.score:.2f}  {event.video} {event.range}  {event.region}  {name}  {said}".rstrip())
    return "\n".join(rows)
