"""``tvau-studio info``: what the decoder sees of a video."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

HELP = "says what the decoder sees of a video: frames, size, rate, codec"
HAS_JSON = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("video", metavar="VIDEO")


def run(args: argparse.Namespace) -> None:
    from tvau_studio.media.video import Video

    with Video(args.video) as video:
        info, damaged = video.info, len(video.damaged)
    if args.json:
        print(json.dumps(asdict(info), allow_nan=False))
        return
    height, width = info.size
    shown = f", shown as {info.display_size[1]}x{info.display_size[0]}" if info.display_size != info.size else ""
    turned = f", turned by {info.rotation} degrees" if info.rotation else ""
    first = "no times in the file" if info.first_pts is None else f"first picture at {info.first_pts:g} s"
    rows = {
        "frames": f"{info.frames}" + (f", {damaged} of them damaged" if damaged else ""),
        "size": f"{width}x{height}{shown}{turned}",
        "rate": f"{info.fps:.6g} per second" + (", variable" if info.variable_rate else ""),
        "duration": f"{info.duration:.3f} s, {first}",
        "codec": f"{info.codec} in {info.container}",
    }
    print("\n".join(f"{name:<10}{text}" for name, text in rows.items()))
