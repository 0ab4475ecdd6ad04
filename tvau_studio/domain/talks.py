"""Questions that were asked and answers that were given, as the project keeps them.

They are no labels: nothing of them is an Edit, and undo leaves them alone. A talk is a tree of turns: asking again, or
asking an earlier question differently, makes another version beside it, and both are kept.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

TurnState = Literal["answering", "complete", "stopped", "failed"]

TITLE = 60
"""Characters of a title that is taken from the first question."""

LONGEST = 200_000
"""Characters of a question or an answer that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A line of questions. video: key of the video. clip: of the clip in which it began, or None. title: "" = its first
    question. draft: a question that is typed and not yet asked.
    """

    key: str
    video: str
    clip: str | None = None
    title: str = ""
    draft: str = ""
    author: str = ""
    made: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question about frames start:stop, and its answer as far as it came.

    parent: the turn that it follows, None = the first. Turns with one parent are versions of each other. beside: the
    turn beside which it answers the same without evidence. object: key of the object that was asked about, or None.
    language: ``en``, ``zh`` or None = the question's own. prompts: hash of the text vectors behind the heat. evidence:
    whether the anomaly tokens were in the prompt. corrected: what a person made of the answer, "" = nothing. state:
    ``answering`` is also what a program leaves behind that ended while it answered. error: the sentence where it
    failed. reply: what the answer stands on, JSON-ready, as `services.talks.kept` makes it. wait: seconds to the first
    token. seconds: to the last.
    """

    key: str
    talk: str
    parent: str | None = None
    beside: str | None = None
    start: int
    stop: int
    object: str | None = None
    language: str | None = None
    model: str = ""
    prompts: str = ""
    evidence: bool = True
    question: str
    answer: str = ""
    corrected: str = ""
    state: TurnState = "answering"
    error: str = ""
    reply: Mapping[str, Any] | None = field(default=None, hash=False)
    wait: float | None = None
    seconds: float | None = None
    tokens: int | None = None
    author: str = ""
    made: float = 0.0

    @property
    def frames(self) -> tuple[int, int]:
        return self.start, self.stop


@dataclass(frozen=True, slots=True)
class TalkLine:
    """One line of the history. turns: how many. start, stop: frames of its newest turn (0:0 without one). found: the
    first words that a search found, "" where it found the title or nothing was looked for. last: when it was last
    asked, seconds since 1970.
    """

    talk: Talk
    title: str
    turns: int
    start: int
    stop: int
    last: float
    found: str = ""


def storable(text: str) -> str:
    """The text as every database keeps it: without NUL and halves of surrogate pairs, at most `LONGEST` characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")[:LONGEST]


def title_of(question: str) -> str:
    """A title from a question: one line, cut at a word."""
    words = "".join(" " if unicodedata.category(c).startswith("C") else c for c in question[: 8 * TITLE])
    line = " ".join(words.split())
    if len(line) <= TITLE:
        return line
    cut = line[:TITLE].rsplit(" ", 1)[0]
    return (cut if len(cut) > TITLE // 2 else line[:TITLE]).rstrip() + "…"


class Node(Protocol):
    """A turn, as far as its place in the tree goes."""

    @property
    def key(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def beside(self) -> str | None: ...


T = TypeVar("T", bound=Node)


def versions(turns: Sequence[T], of: T) -> list[T]:
    """The turns with the same parent, oldest first, those beside others left out."""
    return [t for t in turns if t.parent == of.parent and t.beside is None]


def path_to(turns: Sequence[T], last: str | None) -> list[T]:
    """The turns from the first to `last` (a key; None = []), each following the one before."""
    by_key = {t.key: t for t in turns}
    found: list[T] = []
    here = last
    while here is not None and here in by_key and len(found) < len(turns):
        found.append(by_key[here])
        here = by_key[here].parent
    return found[::-1]


def newest_path(turns: Sequence[T], start: str | None = None) -> list[T]:
    """The path that a person saw last: below `start` (a key; None = the beginning) the newest version of each step.

    turns: oldest first. The path begins behind `start`.
    """
    newest: dict[str | None, T] = {t.parent: t for t in turns if t.beside is None}
    found: list[T] = []
    here = start
    while (following := newest.get(here)) is not None and len(found) < len(turns):
        found.append(following)
        here = following.key
    return found
