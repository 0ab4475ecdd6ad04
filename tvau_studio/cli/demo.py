"""``tvau-studio demo``: the window on a project of rendered clips."""

from __future__ import annotations

import argparse

from tvau_studio.cli import window

HELP = "makes a project of rendered sample clips, once, and opens it"
OWN_MODEL = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    window.add_view_arguments(parser)


def run(args: argparse.Namespace) -> int:
    from tvau_studio.services import demo

    args.paths, args.project = [], str(demo.ensure())
    return window.run(args)
