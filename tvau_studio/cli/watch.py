"""``tvau-studio watch``: a camera, a stream or a growing file looked at as it comes."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tvau_studio.domain.events import Event
    from tvau_studio.services.watching import Look

HELP = "watches a camera, a stream or a growing file, and keeps its events as films"
HAS_JSON = True
HAS_MODEL = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="rtsp://…, http://…, /dev/video0, or a file that grows")
    parser.add_argument("-o", "--out", required=True, metavar="FOLDER", help="where films and events.jsonl go")
    parser.add_argument("--threshold", type=float, default=0.5, metavar="T", help="of the heat, 0 to 1 (default: 0.5)")
    parser.add_argument("--shortest", type=int, default=4, metavar="N", help="an event has so many hot frames (4)")
    parser.add_argument("--gap", type=int, default=24, metavar="N", help="cold frames within one event, at most (24)")
    parser.add_argument("--before", type=float, default=3.0, metavar="S", help="seconds of film before an event (3)")
    parser.add_argument("--after", type=float, default=3.0, metavar="S", help="seconds of film behind it (3)")
    parser.add_argument("--seconds", type=float, metavar="S", help="how long (default: until the source ends)")
    parser.add_argument("--patience", type=float, default=10.0, metavar="S", help="silent so long, it has stalled (10)")


def run(args: argparse.Namespace) -> int:
    from tvau_studio.domain.errors import UsageError
    from tvau_studio.domain.events import Rule
    from tvau_studio.media.live import LiveSource
    from tvau_studio.services import watching
    from tvau_studio.services.models import load_model

    if args.before < 0 or args.after < 0 or args.patience <= 0 or (args.seconds is not None and args.seconds < 0):
        raise UsageError("Give --before, --after and --seconds from 0, and a --patience above 0.")
    rule = Rule(args.threshold, args.shortest, args.gap)
    plan = watching.Plan(rule, args.before, args.after, seconds=args.seconds)
    model = load_model(args.model, args.device)

    def found(event: Event) -> None:
        row = json.dumps(event.to_dict(), ensure_ascii=False)
        print(row if args.json else f"{event.score:.2f}  {event.region}  {event.video} {event.range}", flush=True)

    def skipped(pairs: int) -> None:
        print(f"tvau-studio: {pairs} pairs were left out to keep up.", file=sys.stderr, flush=True)

    drawn = sys.stderr.isatty()

    def look(one: Look) -> None:
        if drawn:
            print(
                f"\r{2 * one.pair:>8}  {one.score:.2f}  {one.delay:.2f} s behind ", end="", file=sys.stderr, flush=True
            )

    with LiveSource(args.source, patience=args.patience, before=args.before) as source:
        made = watching.watch(source, model, args.out, plan, look=look, found=found, skipped=skipped)
    if drawn:
        print(file=sys.stderr)
    facts = f"{made.pairs} pairs, {made.skipped} left out, {len(made.events)} events, {made.delay:.2f} s behind"
    print(f"tvau-studio: {made.ended} {facts}.", file=sys.stderr)
    return 1 if made.failed else 0
