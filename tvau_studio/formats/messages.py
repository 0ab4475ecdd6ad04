"""The dialogue about a clip as the list of messages that chat templates and trainers read."""

from __future__ import annotations

import copy
import json
from typing import Any

from tvau_studio.domain.dialogue import clip_turns
from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import Clip

Messages = list[dict[str, Any]]


def window(fps: float | None, start: int, stop: int) -> dict[str, float]:
    """``video_start`` and ``video_end`` in seconds of frames start:stop; {} where the rate is not known.

    qwen-vl-utils takes the frames ceil(video_start * fps) to floor(video_end * fps), both included. Half a frame before
    the first and before the one behind the last, no rounding can move it.
    """
    if not fps:
        return {}
    return {
        "video_start": max(0.0, round((start - 0.5) / fps, 6)),
        "video_end": round((stop - 0.5) / fps, 6),
    }


def derived(document: Document, clip: Clip, language: str, video: str) -> Messages:
    """The dialogue that follows from the labels. video: as the file names it."""
    fps = document.video(clip.video).fps
    found: Messages = []
    for turn in clip_turns(document, clip, language):
        question: dict[str, Any] = {"type": "text", "text": turn.question}
        shown = [{"type": "video", "video": video, **window(fps, clip.start, clip.stop)}] if not found else []
        found.append({"role": "user", "content": [*shown, question]})
        found.append({"role": "assistant", "content": [{"type": "text", "text": turn.answer}]})
    return found


def placed(messages: Messages, video: str, fps: float | None, start: int, stop: int) -> Messages:
    """The same dialogue with its first video named `video` and cut to frames start:stop; the words stay."""
    found = copy.deepcopy(messages)
    for message in found:
        for item in message["content"] if isinstance(message.get("content"), list) else ():
            if isinstance(item, dict) and item.get("type") == "video" and isinstance(item.get("video"), str):
                item["video"] = video
                item.update(window(fps, start, stop))
                return found
    return found


def exported(document: Document, clip: Clip, language: str, video: str) -> Messages:
    """The dialogue that a person changed, else what follows from the labels."""
    stored = document.dialogue(clip.key, language)
    if stored is None:
        return derived(document, clip, language, video)
    fps = document.video(clip.video).fps
    return placed(json.loads(stored.messages), video, fps, clip.start, clip.stop)


def problem(messages: object) -> str | None:
    """What is wrong with a list of messages from a file, or None."""
    if not isinstance(messages, list):
        return "messages is no list"
    for n, message in enumerate(messages, start=1):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            return f"message {n} has no role"
        content = message.get("content")
        if isinstance(content, str):
            continue
        if not isinstance(content, list) or not all(isinstance(c, dict) and "type" in c for c in content):
            return f"the content of message {n} is neither a text nor a list of typed parts"
    return None
