"""``tvau-studio heatmap``: where the network sees an anomaly, as numbers and as a film."""

from __future__ import annotations

import argparse

from tvau_studio.cli._progress import bar

HELP = "writes the anomaly heatmap of a video"
HAS_MODEL = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("video", metavar="VIDEO")
    parser.add_argument("--frames", default=":", metavar="A:B", help="which frames (default: all)")
    parser.add_argument("--step", type=int, default=1, metavar="K", help="only every K-th frame pair")
    parser.add_argument("-o", "--out", required=True, metavar="OUT.npz", help="where the maps go")
    parser.add_argument("--overlay", metavar="OUT.mp4", help="also the video with the heat laid over it")


def run(args: argparse.Namespace) -> None:
    from tvau_studio.domain.errors import UsageError
    from tvau_studio.domain.frames import FrameRange
    from tvau_studio.media.video import Video
    from tvau_studio.services import heatmaps, overlays

    if args.step < 1:
        raise UsageError("--step {step} is not possible; give 1 or more.", step=args.step)
    for path in filter(None, (args.out, args.overlay)):
        heatmaps.check_writable(path)
    # The range is checked before anything heavy is loaded.
    video = Video(args.video)
    frames = FrameRange.parse(args.frames, len(video))
    from tvau_studio.services.models import load_model

    model = load_model(args.model, args.device)
    with bar("heatmap", "pair") as progress:
        heat = heatmaps.get(video, frames, model, step=args.step, progress=progress)
    if args.overlay:
        with bar("overlay", "frame") as progress:
            overlays.write_overlay(video, frames, heat, args.overlay, progress=progress)
    heatmaps.write_npz(heat, args.out)
