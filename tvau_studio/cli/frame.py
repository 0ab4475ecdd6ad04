"""``tvau-studio frame``: one picture of a video as a file."""

from __future__ import annotations

import argparse

HELP = "writes exactly picture N of a video"
EPILOG = "Frames count from 0 in the order in which they are shown; -1 is the last one."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("video", metavar="VIDEO")
    parser.add_argument("frame", metavar="N", type=int)
    parser.add_argument("-o", "--out", required=True, metavar="OUT.png", help="where the picture goes (.png, .jpg)")


def run(args: argparse.Namespace) -> None:
    from tvau_studio.media import imageops
    from tvau_studio.media.video import Video

    with Video(args.video) as video:
        imageops.write_picture(args.out, video[args.frame])
