"""The sentences that say "normal" and "abnormal", and their vectors S_c (arXiv 2511.00524, text branch).

A sentence is frame{ phrase[ word ] }. Its vector is the mean of its tokens' rows in the language model's embedding
table (no layer of the model runs); S_c is the mean over all sentences of state c. The phrases are data:
resources/prompts.json, or a file of the user's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.paths import resource


class Tokenizer(Protocol):
    """The part of a Hugging Face tokenizer that is used here."""

    def __call__(self, text: list[str], *, add_special_tokens: bool) -> Any: ...


@dataclass(frozen=True)
class PromptSet:
    """Event classes, each with the words that name it, and the phrases and frames around them.

    classes: event class -> word, in order. normal, abnormal: phrases with one ``{}`` for the word. frames: sentences
    with one ``{}`` for the phrase. own: event class -> {"normal": [...], "abnormal": [...]}, phrases used in
    place of the common ones.
    """

    classes: dict[str, str]
    normal: tuple[str, ...]
    abnormal: tuple[str, ...]
    frames: tuple[str, ...]
    own: dict[str, dict[str, list[str]]]

    def sentences(self, state: str, event: str) -> list[str]:
        """All sentences of one class in state ``normal`` or ``abnormal``."""
        phrases: Sequence[str] = self.own.get(event, {}).get(state) or getattr(self, state)
        filled = [phrase.replace("{}", self.classes[event]) for phrase in phrases]
        return [frame.replace("{}", phrase) for phrase in filled for frame in self.frames]

    def to_dict(self) -> dict[str, Any]:
        """As stored in prompts.json and tvau.json."""
        return {
            "classes": dict(self.classes),
            "normal": list(self.normal),
            "abnormal": list(self.abnormal),
            "frames": list(self.frames),
            "own": self.own,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any], where: str = "the prompts") -> PromptSet:
        """Raises StudioError where a part is missing, empty or without its ``{}``."""
        try:
            found = cls(
                classes={str(k): str(v) for k, v in data["classes"].items()},
                normal=tuple(str(p) for p in data["normal"]),
                abnormal=tuple(str(p) for p in data["abnormal"]),
                frames=tuple(str(p) for p in data["frames"]),
                own=dict(data.get("own", {})),
            )
            own = [p for states in found.own.values() for phrases in states.values() for p in phrases]
            good = found.classes and found.normal and found.abnormal and found.frames
            if not good or any("{}" not in p for p in (*found.normal, *found.abnormal, *found.frames)):
                raise ValueError("each phrase and frame needs a {}")
            if set(found.own) - set(found.classes) or not all(isinstance(p, str) and p for p in own):
                raise ValueError("own phrases belong to no class")
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise StudioError(
                "{where} is no set of prompts ({why}); compare it with resources/prompts.json.",
                where=where,
                why=f"{type(error).__name__}: {error}",
            ) from None
        return found


def load_prompts(path: Path | None = None) -> PromptSet:
    """The prompt set in `path`, or the shipped one. Raises StudioError where it cannot be read."""
    path = path or resource("prompts.json")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StudioError(
            "The prompts {path} cannot be read: {why}; give another file.", path=path, why=error
        ) from None
    return PromptSet.from_dict(data, str(path))


@dataclass(frozen=True)
class TextVectors:
    """states: float32 [2, D], S_normal and S_abnormal. classes: float32 [K, D], S_abnormal of each class alone. names:
    the K classes.

    hash: hex digest of prompts, token ids and embedding rows; equal hash, equal vectors.
    """

    states: Tensor
    classes: Tensor
    names: tuple[str, ...]
    hash: str


@torch.no_grad()
def text_vectors(prompts: PromptSet, tokenizer: Tokenizer, table: Tensor) -> TextVectors:
    """S_c from the embedding table [vocabulary, D]: mean over each sentence's own tokens (no padding), then over
    sentences.

    Rows are hashed as bfloat16, so that a model loaded in a shorter number format keeps its hash.
    """
    digest = hashlib.sha256(json.dumps(prompts.to_dict(), sort_keys=True, ensure_ascii=False).encode())
    means: dict[tuple[str, str], Tensor] = {}
    for state in ("normal", "abnormal"):
        for event in prompts.classes:
            ids = tokenizer(prompts.sentences(state, event), add_special_tokens=False)["input_ids"]
            lengths = torch.tensor([len(row) for row in ids])
            flat = torch.tensor([i for row in ids for i in row])
            rows = table[flat.to(table.device)].cpu()
            digest.update(flat.numpy().tobytes())
            digest.update(rows.bfloat16().view(torch.int16).numpy().tobytes())
            owner = torch.repeat_interleave(torch.arange(len(ids)), lengths)
            sums = torch.zeros(len(ids), table.shape[1], dtype=torch.float64).index_add_(0, owner, rows.double())
            means[state, event] = (sums / lengths[:, None]).mean(0)
    # Every class has a sentence count of its own where it brings its own phrases; the states weigh sentences, not
    # classes.
    states = [
        sum(means[state, e] * len(prompts.sentences(state, e)) for e in prompts.classes)
        / sum(len(prompts.sentences(state, e)) for e in prompts.classes)
        for state in ("normal", "abnormal")
    ]
    classes = torch.stack([means["abnormal", e] for e in prompts.classes]).float()
    return TextVectors(torch.stack(states).float(), classes, tuple(prompts.classes), digest.hexdigest())  # type: ignore[arg-type]
