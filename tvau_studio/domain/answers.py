"""What an answer says, as far as it can be checked: yes or no, and from which region to which.

English and Chinese, as models of any training write them; nothing is guessed: what cannot be read is None.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from tvau_studio.domain.geometry import REGIONS

REGIONS_ZH = ("左上", "上", "右上", "左", "中间", "右", "左下", "下", "右下")
"""The nine regions in Chinese, row-major."""

_ZH = {
    **dict(zip(REGIONS_ZH, REGIONS, strict=True)),
    **{"上方": "top", "下方": "bottom", "左侧": "left", "右侧": "right", "左边": "left", "右边": "right"},
    **{"中": "middle", "中央": "middle", "中心": "middle"},
}
_EN = {name: name for name in REGIONS} | {name.replace("-", " "): name for name in REGIONS if "-" in name}
_EN |= {"center": "middle", "centre": "middle"}


def _any_of(names: dict[str, str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_END = r"(?:\s+(?:corner|side|region|area|part|edge))?"
# Between the two there is room for three regions on the way, and never another target.
_FROM_TO_EN = re.compile(
    rf"\bfrom\s+(?:the\s+)?({_any_of(_EN)})\b{_END}[^.!?;\n]{{0,90}}?\bto\s+(?:the\s+)?({_any_of(_EN)})\b",
    re.IGNORECASE,
)
_SIDE_ZH = "(?:角|部|方|侧|边|区域)?"
_FROM_TO_ZH = re.compile(
    rf"从[^。，,]{{0,8}}?({_any_of(_ZH)}){_SIDE_ZH}[^。;\n]{{0,30}}?到[^。，,]{{0,8}}?({_any_of(_ZH)})"
)

_FIRST_ZH: tuple[tuple[str, bool | None], ...] = (
    ("无法", None),  # cannot tell
    ("不确定", None),
    ("不清楚", None),
    ("不知道", None),
    ("没有", False),
    ("未发现", False),
    ("无", False),
    ("不", False),
    ("否", False),
    ("有", True),
    ("是", True),
)


@dataclass(frozen=True)
class Answer:
    """anomaly: True, False, or None where the text says neither. moves: (from, to) regions, in the order in which they
    are told.
    """

    anomaly: bool | None
    moves: tuple[tuple[str, str], ...]


UNCERTAIN = 0.15
"""A probability of yes that is no farther than this from a half is no answer."""


def sureness(p_yes: float) -> Literal["yes", "no", "uncertain"]:
    """What a probability of yes against no says."""
    if abs(p_yes - 0.5) <= UNCERTAIN:
        return "uncertain"
    return "yes" if p_yes > 0.5 else "no"


def read_answer(text: str) -> Answer:
    """Read an answer.

    Yes/No: after NFKC, lower case and stripping, a leading yes or no counts (in Chinese the denials are looked for
    first); else the first whole word yes or no of the first sentence; else neither.
    """
    return Answer(_yes_no(text), _moves(text))


def _yes_no(text: str) -> bool | None:
    plain = unicodedata.normalize("NFKC", text).lower().strip().lstrip("\"'*“‘( ")
    if lead := re.match(r"(yes|no)\b", plain):
        return lead[1] == "yes"
    for word, meaning in _FIRST_ZH:
        if plain.startswith(word):
            return meaning
    first = re.split(r"[.!?。!?\n]", plain, maxsplit=1)[0]
    if found := re.search(r"\b(yes|no)\b", first):
        return found[1] == "yes"
    return None


def _moves(text: str) -> tuple[tuple[str, str], ...]:
    plain = unicodedata.normalize("NFKC", text)
    found = [(m.start(), _EN[m[1].lower()], _EN[m[2].lower()]) for m in _FROM_TO_EN.finditer(plain)]
    found += [(m.start(), _ZH[m[1]], _ZH[m[2]]) for m in _FROM_TO_ZH.finditer(plain)]
    return tuple((a, b) for _, a, b in sorted(found))


_REGION = re.compile(rf"(?<![\w-])(?:{_any_of(_EN)})(?![\w-])|{_any_of(_ZH)}", re.IGNORECASE)


def region_words(text: str) -> list[tuple[int, int, str]]:
    """Where a text names a region: (start, stop, region), in order. The longest name counts: "left" in "top left" is
    none of its own.
    """
    found = []
    for match in _REGION.finditer(text):
        name = match[0].lower()
        found.append((match.start(), match.end(), _EN.get(name) or _ZH[name]))
    return found
