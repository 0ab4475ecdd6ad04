"""Prompt sets as a person edits them: the sentences that say normal and abnormal, in plain text.

What they mean is in `tvau.prompts`; a set as data is {"classes": {event: words}, "normal": [...], "abnormal": [...],
"frames": [...], "own": {}}, as resources/prompts.json.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.paths import resource


@dataclass(frozen=True)
class PromptTexts:
    """Each a text of lines. classes: ``event = words`` (or the event alone, which then is its own words). normal,
    abnormal, frames: one phrase or sentence a line, each with ``{}`` where the words or the phrase go.
    """

    classes: str
    normal: str
    abnormal: str
    frames: str

    @classmethod
    def of(cls, data: dict[str, Any]) -> PromptTexts:
        """A set as text."""
        classes = "\n".join(
            event if event == words else f"{event} = {words}" for event, words in data["classes"].items()
        )
        return cls(classes, *("\n".join(data[name]) for name in ("normal", "abnormal", "frames")))

    def data(self) -> dict[str, Any]:
        """The texts as a set. Raises UsageError where a part is empty or a line has no ``{}``."""
        classes: dict[str, str] = {}
        for line in _lines(self.classes):
            event, _, words = (part.strip() for part in line.partition("="))
            if not event or event in classes:
                raise UsageError("The class {line!r} is there twice, or has no name.", line=line)
            classes[event] = words or event
        found: dict[str, Any] = {"classes": classes}
        for name, said in (("normal", "normal"), ("abnormal", "abnormal"), ("frames", "sentence")):
            found[name] = _lines(getattr(self, name))
            for line in found[name]:
                if "{}" not in line:
                    raise UsageError("The {said} line {line!r} needs a {{}} where the words go.", said=said, line=line)
        empty = next((name for name in found if not found[name]), None)
        if empty is not None:
            raise UsageError("There are no {part}; write at least one line.", part=empty)
        return {**found, "own": {}}


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def shipped() -> dict[str, Any]:
    """The set that ships. It is a new one each time."""
    return dict(json.loads(resource("prompts.json").read_text(encoding="utf-8")))


def as_text(data: dict[str, Any]) -> str:
    """The one spelling of a set, so that equal sets have equal text."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True)
