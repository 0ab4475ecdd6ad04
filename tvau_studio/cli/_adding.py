"""What the verbs that add videos share: their arguments and what they print."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tvau_studio.services.adding import AddReport


def add_video_arguments(parser: argparse.ArgumentParser, count: str) -> None:
    parser.add_argument("videos", metavar="VIDEO", nargs=count, help="videos, or folders of videos")
    parser.add_argument(
        "--clips",
        default="whole",
        metavar="CLIPS",
        help="whole: one clip over each video (default); 24/12: clips of 24 frames, one each 12 frames; none",
    )


def print_report(target: str, report: AddReport, as_json: bool) -> None:
    for error in report.refused:
        print(f"tvau-studio: left out: {error}", file=sys.stderr)
    if as_json:
        facts = {
            "project": target,
            "added": [v.path for v in report.added],
            "linked": [v.path for v in report.linked],
            "known": [str(path) for path in report.known],
            "refused": [str(error) for error in report.refused],
            "clips": report.clips,
        }
        print(json.dumps(facts, ensure_ascii=False))
        return
    parts = [f"{_count(len(report.added), 'video')} added with {_count(report.clips, 'clip')}"]
    parts += [f"{len(report.linked)} found again"] if report.linked else []
    parts += [f"{len(report.known)} known already"] if report.known else []
    print(f"{target}: {', '.join(parts)}")


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"
