"""``tvau-studio ask``: one answer about a range of a video, streamed."""

from __future__ import annotations

import argparse
import json
import sys

HELP = "asks the model about a video"
HAS_JSON = True
HAS_MODEL = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("video", metavar="VIDEO")
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument("--frames", default=":", metavar="A:B", help="which frames (default: all)")
    parser.add_argument("--language", choices=("en", "zh"), help="of the answer (default: the question's)")


def run(args: argparse.Namespace) -> None:
    from tvau_studio.domain.errors import UsageError
    from tvau_studio.domain.frames import FrameRange
    from tvau_studio.media.video import Video

    if not args.question.strip():
        raise UsageError('The question is empty; write one, for example "Is there any anomaly in the video?".')
    # The range is checked before anything heavy is loaded.
    video = Video(args.video)
    frames = FrameRange.parse(args.frames, len(video))
    from tvau_studio.services.models import load_model

    model = load_model(args.model, args.device)
    if args.json:
        reply = model.ask(video, args.question, frames.start, frames.stop, args.language)
        print(json.dumps(reply.to_dict(), ensure_ascii=False))
        return
    for piece in model.stream(video, args.question, frames.start, frames.stop, args.language):
        print(piece, end="", flush=True)
    print()
    sys.stdout.flush()
