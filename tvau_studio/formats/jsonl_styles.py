"""The dialogue about a clip as LLaMA-Factory and ms-swift read it: texts with placeholders, and lists of files.

LLaMA-Factory (data/README.md, mm_plugin.py) and ms-swift (Custom-dataset.md, template_inputs.py) both take a message's
content as one text in which ``<video>`` stands for the next entry of ``videos``: a file, or a list of pictures. Neither
cuts: LLaMA-Factory reads whole files, and ms-swift hands ``chat_template_kwargs`` to qwen-vl-utils, which takes a
window's seconds from them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tvau_studio.domain.labels import Clip
from tvau_studio.formats.base import Part
from tvau_studio.formats.messages import Messages

_MEDIA = {"llamafactory": ("video",), "swift": ("video", "image", "audio")}
"""What of a dialogue's parts is written, besides text: a line of LLaMA-Factory has one column of files."""
_PLACEHOLDER = re.compile(r"<(image|video|audio|bbox|ref-object|cot-process|start-image)>")
"""What the two replace by something else, wherever it stands."""
_CONTROL = re.compile(r"<(\|[^<>|\s]{1,40}\|)>")
"""The control words of chat templates, which tokenizers read out of any text."""
_ROLES = ("system", "user", "assistant")


def escaped(text: str) -> str:
    """A text that a person typed, in which nothing is taken for a placeholder or a control word."""
    return _CONTROL.sub(r"&lt;\1&gt;", _PLACEHOLDER.sub(r"&lt;\1&gt;", text))


class Styled:
    """style: ``llamafactory`` or ``swift``. It counts what they cannot be told; ask for `sentences` at the end."""

    def __init__(self, style: str) -> None:
        self._style, self._media = style, _MEDIA[style]
        self._lost: Counter[str] = Counter()

    def row(self, part: Part, clip: Clip, messages: Messages) -> dict[str, Any] | None:
        """A line: ``id``, ``messages`` and the files that they show. None where there is nothing to learn from."""
        media: dict[str, list[Any]] = {name: [] for name in self._media}
        shown = next(_videos(messages), None)
        said = [{"role": str(m["role"]), "content": self._content(m["content"], media)} for m in messages]
        turns = [m for m in said if m["role"] != "system"]
        if not turns or [m["role"] for m in turns] != ["user", "assistant"] * (len(turns) // 2):
            self._lost["empty" if not turns else "turns"] += 1
            return None
        if any(m["role"] not in _ROLES for m in said) or any(m["role"] == "system" for m in said[1:]):
            self._lost["turns"] += 1
            return None
        found: dict[str, Any] = {"id": clip.id, "messages": said, "videos": media["video"]}
        found |= {f"{name}s": media[name] for name in self._media[1:] if media[name]}
        if shown is not None:
            self._window(part, clip, shown, found)
        return found

    def _content(self, content: Any, media: dict[str, list[Any]]) -> str:
        if isinstance(content, str):
            return escaped(content)
        text = ""
        for item in content:
            name = item.get("type")
            if name == "text":
                text += escaped(str(item.get("text", "")))
            elif name in self._media and item.get(name):
                text += f"<{name}>"
                media[name].append(item[name])
            else:
                self._lost["parts"] += 1
        return text

    def _window(self, part: Part, clip: Clip, shown: dict[str, Any], found: dict[str, Any]) -> None:
        """What is to be said of a clip that is a part of the file that it names."""
        if shown["video"] != part.path or (clip.start, clip.stop) == (0, part.video.frames):
            return
        seconds = {name: shown[name] for name in ("video_start", "video_end") if name in shown}
        if self._style == "swift" and seconds:
            found["chat_template_kwargs"] = seconds
        else:
            self._lost["windows"] += 1

    def sentences(self) -> Iterator[str]:
        """What was left out, or is not as it should be, without stops."""
        n, style = self._lost, self._style
        yield f"the style {style} keeps dialogues alone; the style trl keeps everything else too"
        if n["windows"]:
            parts = f"{_clips(n['windows'])} a part of one"
            yield f"{style} reads whole videos, but {parts}: cut the clips out (media: clips)"
        if n["empty"]:
            yield f"{_clips(n['empty'], 'was', 'were')} left out: there is no dialogue"
        if n["turns"]:
            yield f"{_clips(n['turns'], 'was', 'were')} left out: question and answer do not follow one another"
        if n["parts"]:
            yield f"{n['parts']} parts of dialogues that {style} cannot read were left out"


def _videos(messages: Messages) -> Iterator[dict[str, Any]]:
    for message in messages:
        for item in message["content"] if isinstance(message.get("content"), list) else ():
            if item.get("type") == "video" and item.get("video"):
                yield item


def _clips(n: int, one: str = "is", many: str = "are") -> str:
    return f"1 clip {one}" if n == 1 else f"{n} clips {many}"
