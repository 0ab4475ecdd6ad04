"""What of an answer is emphasis, a list, a heading or code: the part of Markdown that models write in answers.

Nothing here knows Qt, and nothing here can do harm: no HTML, no pictures, no addresses. What is not understood stays
the characters that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "heading", "item", "quote", "code"]

_FENCE = re.compile(r"^\s{0,3}(```|~~~)")
_HEADING = re.compile(r"^(#{1,6})[ \t]+(?=\S)")
_ITEM = re.compile(r"^([ \t]*)(?:([-*+])|(\d{1,3})[.)、])[ \t]+(?=\S)")
_QUOTE = re.compile(r"^>[ \t]?")
_MARKS = re.compile(
    # Bounded, so that no answer can make this slow.
    r"(?<!`)(?P<code>`{1,3})(?P<inside>[^`\n]{1,400})(?P=code)(?!`)"
    r"|(?P<strong>\*\*|__)(?=\S)(?P<bold>.{1,400}?)(?<=\S)(?P=strong)"
    r"|(?<![\w*])(?P<star>\*)(?=[^\s*])(?P<lean>[^*\n]+?)(?<=[^\s*])\*(?![\w*])"
    r"|(?<![\w_])(?P<under>_)(?=[^\s_])(?P<slant>[^_\n]+?)(?<=[^\s_])_(?![\w_])"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Characters start:stop of the answer that look alike."""

    start: int
    stop: int
    bold: bool = False
    italic: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One line. level: of a heading 1..6, of an item how far it is set in, 0 and up. number: of a numbered item."""

    kind: Kind
    runs: tuple[Run, ...]
    level: int = 0
    number: int | None = None


def blocks(text: str) -> list[Block]:
    """The lines of an answer. Every run lies in the text, they ascend and never overlap; what no run covers is a mark
    that is not shown.
    """
    found: list[Block] = []
    at, fenced = 0, False
    for line in text.split("\n"):
        start, stop = at, at + len(line)
        at = stop + 1
        if _FENCE.match(line):
            fenced = not fenced
            continue
        if fenced:
            found.append(Block("code", (Run(start, stop, code=True),) if line else ()))
        elif heading := _HEADING.match(line):
            runs = tuple(_runs(text, start + heading.end(), stop, bold=True))
            found.append(Block("heading", runs, len(heading[1])))
        elif item := _ITEM.match(line):
            runs = tuple(_runs(text, start + item.end(), stop))
            depth = min(4, len(item[1].expandtabs(4)) // 2)
            found.append(Block("item", runs, depth, int(item[3]) if item[3] else None))
        elif quote := _QUOTE.match(line):
            found.append(Block("quote", tuple(_runs(text, start + quote.end(), stop))))
        else:
            found.append(Block("text", tuple(_runs(text, start, stop))))
    return found


def _runs(text: str, start: int, stop: int, bold: bool = False, italic: bool = False) -> Iterator[Run]:
    at = start
    for match in _MARKS.finditer(text, start, stop):
        if match.start() < at:
            continue
        if match.start() > at:
            yield Run(at, match.start(), bold, italic)
        if match["code"]:
            yield Run(match.start("inside"), match.end("inside"), bold, italic, code=True)
        elif match["strong"]:
            yield from _runs(text, match.start("bold"), match.end("bold"), True, italic)
        else:
            name = "lean" if match["star"] else "slant"
            yield from _runs(text, match.start(name), match.end(name), bold, True)
        at = match.end()
    if at < stop:
        yield Run(at, stop, bold, italic)


def plain(text: str) -> str:
    """The answer without its marks, as it is shown."""
    lines = []
    for block in blocks(text):
        mark = ("• " if block.number is None else f"{block.number}. ") if block.kind == "item" else ""
        lines.append(mark + "".join(text[run.start : run.stop] for run in block.runs))
    return "\n".join(lines)
