"""The dialogue about a clip as the list of messages that chat templates and trainers read."""

from __future__ import annotations

import copy
import json
from typing import Any

from tvau_studio.domain.dialogue import clip_turns
from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import Clip

Messages = list[dict[str, Any]]

_OF_SHOWN = ("video", "video_start", "video_end", "sample_fps", "raw_fps")
"""What `shown` says of a clip's pictures."""


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


def shown(document: Document, clip: Clip, video: str, media: str | list[str] | None = None) -> dict[str, Any]:
    """The part of a message that shows a clip. video: as the file names it. media: what was cut out of it, a film or
    pictures, in place of a window on the video; pictures tell their rate, which no container says.
    """
    fps = document.video(clip.video).fps
    if media is None:
        return {"type": "video", "video": video, **window(fps, clip.start, clip.stop)}
    rate = {"sample_fps": fps, "raw_fps": fps} if fps and isinstance(media, list) else {}
    return {"type": "video", "video": media, **rate}


def derived(document: Document, clip: Clip, language: str, video: dict[str, Any]) -> Messages:
    """The dialogue that follows from the labels. video: see `shown`."""
    found: Messages = []
    for turn in clip_turns(document, clip, language):
        question: dict[str, Any] = {"type": "text", "text": turn.question}
        found.append({"role": "user", "content": [question] if found else [video, question]})
        found.append({"role": "assistant", "content": [{"type": "text", "text": turn.answer}]})
    return found


def placed(messages: Messages, video: dict[str, Any], cut: bool = False) -> Messages:
    """The same dialogue with its first video as `video` shows it; the words stay. cut: it is one of its own, in which a
    window says nothing.
    """
    found = copy.deepcopy(messages)
    for message in found:
        for item in message["content"] if isinstance(message.get("content"), list) else ():
            if isinstance(item, dict) and item.get("type") == "video" and isinstance(item.get("video"), str | list):
                if cut or isinstance(item["video"], list):
                    for name in _OF_SHOWN:
                        item.pop(name, None)
                item.update(video)
                return found
    return found


def exported(
    document: Document, clip: Clip, language: str, video: str, media: str | list[str] | None = None
) -> Messages:
    """The dialogue that a person changed, else what follows from the labels. video, media: see `shown`."""
    item = shown(document, clip, video, media)
    stored = document.dialogue(clip.key, language)
    if stored is None:
        return derived(document, clip, language, item)
    return placed(json.loads(stored.messages), item, media is not None)


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
