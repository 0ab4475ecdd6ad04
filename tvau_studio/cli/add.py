"""``tvau-studio add``: more videos into a project."""

from __future__ import annotations

import argparse

from tvau_studio.cli._adding import add_video_arguments, print_report
from tvau_studio.cli._progress import bar

HELP = "adds videos to a project"
HAS_JSON = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT")
    add_video_arguments(parser, "+")


def run(args: argparse.Namespace) -> None:
    from tvau_studio.services.projects import Project

    with Project.open(args.project) as project, bar("videos", "file") as progress:
        report = project.add_videos(args.videos, args.clips, progress)
    print_report(project.target, report, args.json)
