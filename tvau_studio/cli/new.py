"""``tvau-studio new``: a project, with or without videos."""

from __future__ import annotations

import argparse
from dataclasses import replace

from tvau_studio.cli._adding import add_video_arguments, print_report
from tvau_studio.cli._progress import bar

HELP = "makes a project, and adds videos to it"
HAS_JSON = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help="the file to make (*.tvau), or a postgresql:// URL")
    add_video_arguments(parser, "*")


def run(args: argparse.Namespace) -> None:
    from tvau_studio.services import adding
    from tvau_studio.services.projects import Project

    # Whatever may be wrong with the videos or the place is said before a project is made.
    adding.clip_windows(args.clips, 1)
    Project.check_new(args.project)
    with bar("videos", "file") as progress:
        files, refused = adding.probe(args.videos, progress)
    with Project.create(args.project) as project:
        print_report(project.target, replace(adding.enter(project, files, args.clips), refused=refused), args.json)
