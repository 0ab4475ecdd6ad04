"""What an evaluation measures: a labelled set, read and checked before anything heavy is loaded, with what will be
asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np

from tvau_studio.domain.dialogue import templates
from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.labels import LANGUAGES
from tvau_studio.evaluation.bootstrap import SAMPLES
from tvau_studio.evaluation.language import is_chinese
from tvau_studio.services.measuring import Rule
from tvau_studio.training import datasets
from tvau_studio.training.datasets import Example
from tvau_studio.training.dialogues import is_anomalous, window_turns

Ablation = Literal["none", "ahd", "rae"]
ASKED = ("ask_anomaly", "ask_appearance", "ask_trajectory")
"""The questions, by their names among the templates of the dialogue."""

BORDER = 0.03
"""A target is a clear case where its centre keeps this share of the picture's sides from the borders of the regions.
"""


@dataclass(frozen=True)
class Options:
    """split: None = ``test`` where the set has one, else all clips. limit: at most so many clips, evenly spread. ask:
    also the answers. language: of questions and references; None = the dialogue as the file holds it. ablate: what is
    left out. shots: 1 = an example precedes each question. rule: how maps are read. samples, seed: of the bootstrap.
    """

    split: str | None = None
    limit: int | None = None
    ask: bool = True
    language: str | None = None
    ablate: Ablation = "none"
    shots: int = 0
    rule: Rule = field(default_factory=Rule)
    samples: int = SAMPLES
    seed: int = 0


@dataclass(frozen=True)
class Question:
    """kind: one of `ASKED`. reference: the dialogue's own answer; "" where it has none. history: the example before
    it.
    """

    kind: str
    text: str
    reference: str
    history: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Plan:
    """What will be measured. videos: path -> its clips, with their questions. split: which clips, "all" for any.
    drafts: objects left out because nobody accepted them. notes: what was odd in the set.
    """

    data: Path
    options: Options
    split: str
    videos: dict[Path, list[tuple[Example, list[Question]]]]
    drafts: int
    notes: dict[str, int]

    @property
    def clips(self) -> list[Example]:
        return [example for clips in self.videos.values() for example, _ in clips]

    @property
    def names(self) -> list[str]:
        """Of the videos: stems, or whole paths where two share one."""
        stems = [path.stem for path in self.videos]
        return [path.stem if stems.count(path.stem) == 1 else str(path) for path in self.videos]


def plan(data: str | Path, options: Options) -> Plan:
    """Read a training export and choose what is measured.

    Raises StudioError where the file is malformed or a video is missing, or no clip is left; UsageError for options
    that make no sense.
    """
    if options.limit is not None and options.limit < 1:
        raise UsageError("--limit {n} leaves no clip; give 1 or more.", n=options.limit)
    if options.shots not in (0, 1):
        raise UsageError("{n} examples are not possible; give 0 or 1.", n=options.shots)
    found = datasets.read(data)
    splits = {e.split for e in found.examples}
    split = options.split or ("test" if "test" in splits else "all")
    chosen = [e for e in found.examples if split == "all" or e.split == split]
    if not chosen:
        known = ", ".join(sorted(str(s) for s in splits if s)) or "none"
        raise StudioError(
            "{path} holds no clip of the split {split} (it has: {known}).", path=found.path, split=split, known=known
        )
    if options.limit is not None and options.limit < len(chosen):
        chosen = [chosen[round(i)] for i in np.linspace(0, len(chosen) - 1, options.limit)]
    datasets.check_files(found.path, chosen)
    drafts = 0
    for example in chosen:
        things = example.row["objects"]
        example.row["objects"] = [t for t in things if not t.get("draft")]
        drafts += len(things) - len(example.row["objects"])
    shots = _examples(found.examples, options) if options.shots and options.ask else {}
    videos: dict[Path, list[tuple[Example, list[Question]]]] = {}
    for example in chosen:
        asked = _questions(example, options, shots) if options.ask else []
        videos.setdefault(example.video, []).append((example, asked))
    return Plan(found.path, options, split, videos, drafts, dict(found.notes))


def _dialogue(example: Example, language: str | None) -> list[tuple[str, str]]:
    """(question, answer): as the file holds them, else as they follow from the labels."""
    said = []
    if language is None:
        texts = [(m.get("role"), _text_of(m.get("content"))) for m in example.row.get("messages") or ()]
        said = [(q, a) for (r, q), (s, a) in pairwise(texts) if (r, s) == ("user", "assistant")]
    turns = window_turns(example.row, example.frames, language or "en") if not said else []
    return said or [(t.question, t.answer) for t in turns]


def _text_of(content: Any) -> str:
    parts = [content] if isinstance(content, str) else [p.get("text", "") for p in content or () if isinstance(p, dict)]
    return " ".join(part for part in parts if part)


def _kind(question: str) -> str | None:
    """Which of `ASKED` a question is, in any language and wording of the templates."""
    for words in map(templates, LANGUAGES):
        for kind in ASKED:
            if question.strip() in (words[kind], *words["also_asked"].get(kind, ())):
                return kind
    return None


def _questions(example: Example, options: Options, shots: dict[str, tuple[str, str]]) -> list[Question]:
    found: dict[str, Question] = {}
    said = _dialogue(example, options.language)
    for question, answer in said:
        if (kind := _kind(question)) is not None:
            found.setdefault(kind, Question(kind, question, answer))
    if "ask_anomaly" not in found:
        language = options.language or ("zh" if any(is_chinese(q) for q, _ in said) else "en")
        found["ask_anomaly"] = Question("ask_anomaly", str(templates(language)["ask_anomaly"]), "")
    history = {kind: (shots[kind],) for kind in found if kind in shots}
    return [Question(k, q.text, q.reference, history.get(k, ())) for k in ASKED if (q := found.get(k)) is not None]


def _examples(examples: Iterable[Example], options: Options) -> dict[str, tuple[str, str]]:
    """kind -> (question, answer) of the first anomalous clip of the training split that has them."""
    found: dict[str, tuple[str, str]] = {}
    for example in examples:
        if example.split == "train" and is_anomalous(example.row, example.frames):
            for question, answer in _dialogue(example, options.language):
                if (kind := _kind(question)) is not None:
                    found.setdefault(kind, (question, answer))
    if "ask_anomaly" not in found or options.split == "train":
        raise UsageError(
            "--shots 1 shows an anomalous clip of the split train before questions on another split; there is none."
        )
    return found
