"""``tvau-studio [PATH...]``: the window."""

from __future__ import annotations

import argparse
import re

HELP = "opens the window"
OWN_MODEL = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a project (*.tvau), videos, or a folder of videos")
    parser.add_argument("--project", metavar="P", help="the project to open: a file, or a postgresql:// URL")
    add_view_arguments(parser)


def add_view_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--at-frame", type=int, metavar="N", help="show frame N of the first clip's video")
    parser.add_argument("--screenshot", metavar="OUT.png", help="draw everything, save a picture of the window, quit")
    parser.add_argument("--model", metavar="NAME_OR_PATH", help="which model (default: the one in the settings)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), help="where it computes")
    parser.add_argument("--size", default="1600x1000", metavar="WxH", help="of the picture (default: 1600x1000)")


def run(args: argparse.Namespace) -> int:
    from pathlib import Path

    from tvau_studio.domain.errors import StudioError, UsageError

    size = re.fullmatch(r"(\d{3,5})x(\d{3,5})", args.size)
    if size is None:
        raise UsageError("--size {size} is no size; give WIDTHxHEIGHT, for example 1600x1000.", size=args.size)
    if args.project is not None and args.paths:
        raise UsageError("Give --project, or paths; not both.")
    if args.at_frame is not None and args.at_frame < 0:
        raise UsageError("There is no frame {n}; frames count from 0.", n=args.at_frame)
    if args.model is not None:
        from tvau_studio.services.models import known

        known(args.model)
        if Path(args.model).expanduser().exists():
            args.model = str(Path(args.model).expanduser().absolute())
    for path in args.paths:
        if "://" not in path and not Path(path).exists():
            raise StudioError("{path} does not exist; check the name.", path=path)
    if args.screenshot is not None:
        from tvau_studio.services.heatmaps import check_writable

        check_writable(args.screenshot)
    import gc

    gc.disable()  # nothing that is made until the first picture is ever thrown away; the window goes on with it
    try:
        from tvau_studio.gui.app import run as open_window

        return open_window(
            args.paths,
            args.project,
            args.at_frame,
            args.screenshot,
            (int(size[1]), int(size[2])),
            args.debug,
            {key: value for key in ("model", "device") if (value := getattr(args, key)) is not None},
        )
    finally:
        gc.enable()
