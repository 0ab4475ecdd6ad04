"""``tvau-studio synth``: labelled synthetic scenes."""

from __future__ import annotations

import argparse
import re

from tvau_studio.cli._progress import bar

HELP = "renders labelled synthetic scenes: videos, masks and labels to train on"
HAS_JSON = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--out", required=True, metavar="FOLDER", help="a new folder")
    parser.add_argument("--clips", type=int, required=True, metavar="N", help="how many clips")
    parser.add_argument("--seed", type=int, required=True, metavar="S", help="clip n is made from seed S + n")
    parser.add_argument("--frames", type=int, default=24, metavar="N", help="frames of a clip (default: 24)")
    parser.add_argument("--size", default="224x392", metavar="HxW", help="size of the pictures (default: 224x392)")
    parser.add_argument("--fps", type=float, default=24.0, help="frames a second (default: 24)")
    parser.add_argument("--split", choices=("train", "val", "test"), help="of all clips (default: 8 to 1 to 1)")
    parser.add_argument("--workers", type=int, default=0, metavar="N", help="processes (default: one per core)")


def run(args: argparse.Namespace) -> None:
    from tvau_studio.domain.errors import UsageError
    from tvau_studio.services.synthesis import synthesise

    size = re.fullmatch(r"(\d{1,5})x(\d{1,5})", args.size)
    if size is None:
        raise UsageError("--size {size} is not possible; give height and width, such as 224x392.", size=args.size)
    with bar("synth", "clip") as progress:
        labels = synthesise(
            args.out,
            args.clips,
            args.seed,
            frames=args.frames,
            size=(int(size[1]), int(size[2])),
            fps=args.fps,
            split=args.split,
            workers=args.workers,
            progress=progress,
        )
    if args.json:
        import json

        print(json.dumps({"labels": str(labels), "clips": args.clips}))
    else:
        print(f"{args.clips} clips; their labels: {labels}")
