"""The texts of an object as a model would write them: asked of the network, for a person to take or leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tvau_studio.domain.dialogue import templates
from tvau_studio.domain.errors import Cancelled
from tvau_studio.domain.frames import FrameRange
from tvau_studio.services import asking

if TYPE_CHECKING:
    from tvau_studio.media.video import Video
    from tvau_studio.tvau.host import Cancel

QUESTIONS = {"appearance": "ask_appearance", "motion": "ask_trajectory", "environment": "ask_environment"}
"""Field -> the question of the dialogue that asks for it: what a model was trained to answer."""


def frames_for(model: asking.Model, frames: FrameRange, around: int) -> FrameRange:
    """What the model can look at: the frames, or where they are too many those around a frame."""
    most = model.host.max_frames
    if len(frames) <= most:
        return frames
    start = max(frames.start, min(around - most // 2, frames.stop - most))
    return FrameRange(start, start + most)


def draft_texts(
    model: asking.Model,
    video: Video,
    frames: FrameRange,
    language: str,
    *,
    about: str = "",
    ready: Callable[[str, str], None],
    cancel: Cancel | None = None,
) -> None:
    """Ask for each text; ready(field, text) is called as each comes, never with an empty text.

    about: how the object looks, where that is known: the model is told which one is meant. Raises what
    `asking.converse` raises, Cancelled once `cancel()` was true.
    """
    words = templates(language)
    for field, question in QUESTIONS.items():
        if cancel is not None and cancel():
            raise Cancelled
        which = about if field != "environment" else ""
        running = asking.converse(
            model, video, str(words[question]), frames.start, frames.stop, language, cancel=cancel, about=which
        )
        for _ in running:
            pass
        assert running.reply is not None
        if text := running.reply.answer.strip():
            ready(field, text)
