"""What was written before, offered again: completion of a text, and phrases with blanks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from tvau_studio.domain.paths import resource

_CLAUSE = re.compile(r"[,;.!?，；。！？、\n]\s*")
_BLANK = re.compile(r"\[[^\[\]\n]{1,40}\]")
_LONGEST = 300
"""Longer texts are not offered again: nobody types one twice."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text that somebody wrote. event: of the object or segment that it is about, None = none. count: how often."""

    text: str
    event: str | None = None
    count: int = 1


class Book:
    """The phrases of one field in one language."""

    def __init__(self, phrases: Iterable[Phrase] = ()) -> None:
        self._counts: dict[tuple[str, str | None], int] = {}
        for phrase in phrases:
            self.add(phrase.text, phrase.event, phrase.count)

    def __len__(self) -> int:
        return len(self._counts)

    def add(self, text: str, event: str | None = None, count: int = 1) -> None:
        """It was written (once more)."""
        text = text.strip()
        if text and len(text) <= _LONGEST:
            self._counts[text, event] = self._counts.get((text, event), 0) + count

    def best(self, event: str | None, most: int = 12) -> list[str]:
        """The likeliest whole texts, those of this event first."""
        ranked = sorted(self._counts.items(), key=lambda item: self._rank(item, event))
        return list(dict.fromkeys(text for (text, _), _ in ranked))[:most]

    @staticmethod
    def _rank(item: tuple[tuple[str, str | None], int], event: str | None) -> tuple[bool, int, int, str]:
        (text, of), count = item
        return of != event, -count, len(text), text

    def complete(self, typed: str, event: str | None = None) -> str:
        """How the text goes on, "" where nothing known begins like it. The whole text counts first, then what stands
        behind its last comma or full stop; capitals make no difference.
        """
        whole = typed.lstrip()
        for start in dict.fromkeys((whole, _CLAUSE.split(typed)[-1])):
            wanted = start.casefold()
            if len(wanted) < (1 if not wanted.isascii() else 2) or not wanted.strip():
                continue
            found = (
                (item, part)
                for item in self._counts.items()
                for part in ([item[0][0]] if start == whole else self._parts(item[0][0]))
                if len(part) > len(start) and part.casefold().startswith(wanted)
            )
            best = min(found, key=lambda f: (*self._rank(f[0], event), f[1]), default=None)
            if best is not None:
                return best[1][len(start) :]
        return ""

    @staticmethod
    def _parts(text: str) -> list[str]:
        """The text, and each of its ends that begins behind a comma or full stop."""
        return [text, *_CLAUSE.split(text)[1:]]


@cache
def _shipped() -> dict[str, dict[str, dict[str, list[str]]]]:
    found: dict[str, dict[str, dict[str, list[str]]]] = json.loads(resource("phrases.json").read_text(encoding="utf-8"))
    return found


def templates(field: str, language: str, event: str | None = None) -> list[str]:
    """Phrases with blanks, written ``[colour]``, for appearance, motion or environment: those of the event first."""
    of = _shipped().get(field, {}).get(language, {})
    return [*of.get(event or "", ()), *of.get("*", ())]


def next_blank(text: str, at: int = 0) -> tuple[int, int] | None:
    """(start, stop) of the first blank at or behind a place, else of the first of all; None where there is none."""
    found = _BLANK.search(text, at) or _BLANK.search(text)
    return found.span() if found else None
