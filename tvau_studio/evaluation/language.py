"""Figures on answers: Yes/No, From and To, BLEU-4, and whether the colours that an answer names are right.

The answers are read by `domain.answers`; nothing here knows how they came about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tvau_studio.domain.answers import Answer, read_answer

Move = tuple[str, str]
"""From and to: two regions."""


@dataclass(frozen=True)
class YesNo:
    """Counts of answers to "Is there any anomaly?". right_yes of `yes` clips with an anomaly, right_no of `no` clips
    without; unparsed: answers that say neither, counted wrong.
    """

    right_yes: int = 0
    yes: int = 0
    right_no: int = 0
    no: int = 0
    unparsed: int = 0

    def __add__(self, other: YesNo) -> YesNo:
        return YesNo(
            self.right_yes + other.right_yes,
            self.yes + other.yes,
            self.right_no + other.right_no,
            self.no + other.no,
            self.unparsed + other.unparsed,
        )

    @property
    def n(self) -> int:
        return self.yes + self.no

    @property
    def accuracy(self) -> float | None:
        return (self.right_yes + self.right_no) / self.n if self.n else None

    @property
    def balanced(self) -> float | None:
        """Mean of the accuracy on clips with and on clips without an anomaly; None where one of the two is missing."""
        return (self.right_yes / self.yes + self.right_no / self.no) / 2 if self.yes and self.no else None


def yes_no(answers: Sequence[str | Answer], truth: Sequence[bool]) -> YesNo:
    """Counts over answers (texts, or already read) and what is true of their clips."""
    total = YesNo()
    for answer, anomaly in zip(answers, truth, strict=True):
        said = (read_answer(answer) if isinstance(answer, str) else answer).anomaly
        right = said is anomaly
        total += YesNo(right and anomaly, anomaly, right and not anomaly, not anomaly, said is None)
    return total


def from_to(told: Sequence[Move], truth: Sequence[Move]) -> list[tuple[bool, bool]]:
    """Of each true target (from, to) whether its from and its to were told rightly.

    An answer does not name its targets: told and true ones are matched one to one so that as many regions as possible
    are right (Hungarian method), which is the answer's best case. A target that nothing was told of is wrong in both.
    """
    if not told or not truth:
        return [(False, False)] * len(truth)
    from scipy.optimize import linear_sum_assignment

    right = np.array([[int(a == c) + int(b == d) for c, d in told] for a, b in truth])
    out = [(False, False)] * len(truth)
    for i, j in zip(*(side.tolist() for side in linear_sum_assignment(-right)), strict=True):
        out[i] = (truth[i][0] == told[j][0], truth[i][1] == told[j][1])
    return out


def most_common(values: Sequence[str]) -> str | None:
    """The answer that a program would give which does not look; the first of equals. None for no values."""
    counted = Counter(values).most_common(1)
    return counted[0][0] if counted else None


# -- BLEU-4


def is_chinese(text: str) -> bool:
    """Whether a text holds a Chinese character."""
    return any("\u4e00" <= c <= "\u9fff" for c in text)


@dataclass(frozen=True)
class BleuCounts:
    """What corpus BLEU-4 is computed from: matching and all n-grams (n = 1..4), lengths in tokens, sentence pairs."""

    correct: tuple[int, ...] = (0, 0, 0, 0)
    total: tuple[int, ...] = (0, 0, 0, 0)
    said: int = 0
    wanted: int = 0
    n: int = 0

    def __add__(self, other: BleuCounts) -> BleuCounts:
        return BleuCounts(
            tuple(a + b for a, b in zip(self.correct, other.correct, strict=True)),
            tuple(a + b for a, b in zip(self.total, other.total, strict=True)),
            self.said + other.said,
            self.wanted + other.wanted,
            self.n + other.n,
        )

    @property
    def numbers(self) -> list[int]:
        """All of them in a row, to be summed as an array; `of` reads it again."""
        return [*self.correct, *self.total, self.said, self.wanted, self.n]

    @classmethod
    def of(cls, numbers: Iterable[int]) -> BleuCounts:
        row = [int(v) for v in numbers]
        return cls(tuple(row[:4]), tuple(row[4:8]), *row[8:])

    @property
    def score(self) -> float | None:
        """Corpus BLEU-4, 0..100, exponential smoothing; None for no sentence."""
        if not self.n:
            return None
        from sacrebleu.metrics.bleu import BLEU

        return float(
            BLEU.compute_bleu(
                correct=list(self.correct),
                total=list(self.total),
                sys_len=self.said,
                ref_len=self.wanted,
                smooth_method="exp",
            ).score
        )


class Bleu4:
    """sacrebleu's corpus BLEU-4 of one language, sentence by sentence, so that sums over any set of clips are cheap.

    chinese: tokenize characters (``zh``) instead of words (``13a``); with 13a Chinese scores 0. One reference a
    sentence.
    """

    def __init__(self, chinese: bool = False) -> None:
        from sacrebleu.metrics.bleu import BLEU

        self._bleu = BLEU(tokenize="zh" if chinese else "13a")

    def counts(self, answer: str, reference: str) -> BleuCounts:
        """Of one answer against its reference."""
        score = self._bleu.corpus_score([answer], [[reference]])
        return BleuCounts(tuple(score.counts), tuple(score.totals), score.sys_len, score.ref_len, 1)

    @property
    def signature(self) -> str:
        """What else has to be told to make two figures comparable; needs at least one call of `counts` before."""
        return str(self._bleu.get_signature())


def bleu4(answers: Sequence[str], references: Sequence[str], chinese: bool = False) -> tuple[float | None, str]:
    """(corpus BLEU-4 0..100, sacrebleu's signature) of answers against one reference each; (None, "") for none."""
    scorer = Bleu4(chinese)
    total = BleuCounts()
    for answer, reference in zip(answers, references, strict=True):
        total += scorer.counts(answer, reference)
    return total.score, scorer.signature if total.n else ""


# -- colours

_COLOURS_EN = (
    "red|orange|yellow|green|blue|purple|violet|pink|brown|black|white|grey|gray|beige|navy|teal|turquoise|cyan|maroon|olive|khaki|"
    "gold|golden|silver|tan|cream"
)
_EN = re.compile(rf"\b(?:(dark|light|pale|bright)[ -])?({_COLOURS_EN})\b", re.IGNORECASE)
_ZH = re.compile(
    "(?:(深|浅|淡|暗|亮)色?)?(红|橙|橘|黄|绿|蓝|紫|粉|棕|褐|咖啡|黑|白|灰|米|银|金)(?:色|(?=衣|裤|裙|上|外|帽|鞋|包|车))"
)
_SAME = {"gray": "grey", "golden": "gold", "褐": "棕", "咖啡": "棕", "橘": "橙", "淡": "浅", "pale": "light"}


def colour_words(text: str) -> list[str]:
    """The colours that an English or Chinese text names, in order, with "dark" and "light" as part of the name; "gray"
    is "grey".

    A Chinese colour needs its 色 or a piece of clothing or a vehicle after it: 白天 (daytime) names none.
    """
    found = [(m.start(), m[1], m[2]) for pattern in (_EN, _ZH) for m in pattern.finditer(text)]
    return [
        " ".join(_SAME.get(part.lower(), part.lower()) for part in (tone, colour) if part)
        for _, tone, colour in sorted(found)
    ]


def colours_right(answer: str, reference: str) -> tuple[int, int]:
    """(right, n): how many of the reference's n colour words the answer names at the same place in the row of its own.

    By place, so that naming all colours helps nobody, and the colours of coat and trousers cannot be swapped.
    """
    said, wanted = colour_words(answer), colour_words(reference)
    return sum(a == b for a, b in zip(said, wanted, strict=False)), len(wanted)
