"""Answers about a range: the prompt, the cache that all questions on a range share, the tokens as they come.

P = [P_V, P_An, P_Q] (arXiv 2511.00524): what stands before the first question depends on the range alone. It is kept
for the last few ranges, so that a second question starts at once; without evidence the anomaly tokens are left out of
it (an ablation), and it is another one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from tvau_studio.domain.calibration import Calibration
from tvau_studio.domain.errors import Cancelled, StudioError
from tvau_studio.tvau.modeling_tvau import TVAU, Prefix

_KEPT = 4
"""How many ranges keep their prefix; with and without evidence count as two."""

_MOST_TOKENS = 4096
"""Longest question, earlier turns included, in tokens: more would crowd out the video, and nobody reads it."""

_YES = ("Yes", "yes", "有", "是", "存在")
_NO = ("No", "no", "没有", "没", "否", "不", "无")

_SURE = 0.5
"""So much of the first token's probability has to lie on words for yes and no, else the answer is neither."""

RangeKey = tuple[str, tuple[int, ...], bool]
"""(fingerprint of the video, pairs, with evidence)."""


@dataclass(frozen=True)
class Asked:
    """What a question came to. prompt: its exact text, runs of pads written as one with their number. tokens: of the
    prompt. left_out: so many of the earlier turns did not fit. p_yes: probability of yes against no at the first token;
    None where most of it lies on neither.
    """

    prompt: str
    tokens: int
    left_out: int
    p_yes: float | None = None


@dataclass(frozen=True)
class Partial:
    """An answer while it grows: its whole text so far, and how many tokens it took."""

    text: str
    tokens: int
    asked: Asked | None = None


@dataclass(frozen=True)
class Range:
    """A range as the vision tower saw it. key: what it is known by. last: one float [H', W', C] per pair. cosines: one
    float [2 + K, H', W'] per pair, or None without an AHD. shown: which of the pairs give vision tokens. seconds: from
    one of these to the next.
    """

    key: RangeKey
    last: Sequence[Tensor]
    cosines: Sequence[Tensor] | None
    shown: Sequence[int]
    seconds: float


@dataclass
class _Kept:
    """video, anomaly: numbers of tokens in the prefix."""

    prefix: Prefix
    video: int
    anomaly: int


@dataclass
class Talker:
    """model: prepared for inference. lock: held while the model computes; it is free between two tokens. calibration:
    how its yes and no are read.
    """

    model: TVAU
    lock: threading.Lock
    calibration: Calibration = field(default_factory=Calibration)
    _prefixes: OrderedDict[RangeKey, _Kept] = field(default_factory=OrderedDict)

    def forget(self) -> None:
        """Empty the cache of prefixes; with the lock held."""
        self._prefixes.clear()

    def stream(
        self, seen: Range, question: str, history: Sequence[tuple[str, str]], stop: Callable[[], bool]
    ) -> Iterator[Partial]:
        """See `ModelHost.stream`."""
        with self.lock:
            kept = self._take(seen)
        sound = True
        try:
            ids, left_out = self._fitting(question, history, kept.prefix.length)
            prompt = self.model.processor.shown(question, history[left_out:], kept.video, kept.anomaly)
            asked = Asked(prompt, kept.prefix.length + len(ids), left_out)
            yield from self._answer(kept.prefix, ids, asked, stop)
        except (Cancelled, GeneratorExit):
            raise
        except BaseException:
            sound = False  # half a step may stand in the cache
            raise
        finally:
            with self.lock:
                if sound:
                    self._give_back(seen.key, kept)

    def _answer(self, prefix: Prefix, ids: Tensor, asked: Asked, stop: Callable[[], bool]) -> Iterator[Partial]:
        leaning: list[float | None] = []
        limit, tokenizer = self.model.config.chat.max_new_tokens, self.model.processor.tokenizer
        running = self.model.generate(prefix, ids, limit, stop, lambda logits: leaning.append(self._leaning(logits)))
        tokens: list[int] = []
        shown = ""
        try:
            while True:
                with self.lock:
                    token = next(running, None)
                if token is None:
                    break
                tokens.append(token)
                text = tokenizer.decode(tokens, skip_special_tokens=True)
                # A character of several bytes may still be cut in two: wait for its rest.
                if text != shown and not text.endswith("\N{REPLACEMENT CHARACTER}"):
                    shown = text
                    yield Partial(text, len(tokens), replace(asked, p_yes=leaning[0]))
            if stop():
                raise Cancelled
            text = tokenizer.decode(tokens, skip_special_tokens=True)
            yield Partial(text, len(tokens), replace(asked, p_yes=leaning[0] if leaning else None))
        finally:
            with self.lock:
                running.close()

    def p_yes(self, seen: Range, question: str, raw: bool = False) -> float:
        """See `ModelHost.p_yes`."""
        with self.lock:
            kept = self._take(seen)
            logits = self.model.first_logits(kept.prefix, self.model.processor.question_ids(question))
            self._give_back(seen.key, kept)
        yes, no = self._masses(logits)
        return yes / (yes + no) if raw else self.calibration(yes / (yes + no))

    # -- the prompt

    def _fitting(self, question: str, history: Sequence[tuple[str, str]], prefix: int) -> tuple[Tensor, int]:
        """The ids of question and history, and how many of the oldest turns were left out so that they fit. Raises
        StudioError where the question alone does not.
        """
        chat, text = self.model.config.chat, self.model.base.config.text_config
        room = min(_MOST_TOKENS, text.max_position_embeddings - prefix - chat.max_new_tokens)
        for left_out in range(len(history) + 1):
            ids = self.model.processor.question_ids(question, history[left_out:])
            if len(ids) <= room:
                return ids, left_out
        raise StudioError(
            "The question is {n} tokens long, and {name} reads at most {room}; shorten it.",
            n=len(ids),
            name=self.model.config.name,
            room=max(0, room),
        )

    def _take(self, seen: Range) -> _Kept:
        """The prefix of a range, for this caller alone until `_give_back`: two answers must not grow the same cache."""
        if (kept := self._prefixes.pop(seen.key, None)) is not None:
            return kept
        model = self.model
        evidence = seen.key[2] and model.rae is not None and seen.cosines is not None
        with torch.inference_mode():
            last = torch.stack(list(seen.last))
            grid = (last.shape[1], last.shape[2])
            need_all = bool(evidence and model.config.rae and model.config.rae.visual)
            shown = list(seen.shown)
            merged = model.merge(last if need_all else last[shown])
            anomaly = None
            if evidence:
                assert seen.cosines is not None
                anomaly = model.anomaly_tokens(torch.stack(list(seen.cosines)), merged if need_all else None)
            video_tokens = (merged[shown] if need_all else merged).flatten(0, 2)
            prompt = model.processor.prefix(len(video_tokens), 0 if anomaly is None else len(anomaly))
            positions = model.positions(prompt, len(shown), grid, seen.seconds)
            embeds = model.embed(prompt.ids.to(model.device), video_tokens, anomaly)
            made = model.prefill(prompt, embeds, positions)
        return _Kept(made, len(video_tokens), 0 if anomaly is None else len(anomaly))

    def _give_back(self, key: RangeKey, kept: _Kept) -> None:
        self._prefixes[key] = kept
        while len(self._prefixes) > _KEPT:
            self._prefixes.popitem(last=False)

    # -- yes and no

    def _leaning(self, logits: Tensor) -> float | None:
        yes, no = self._masses(logits)
        return self.calibration(yes / (yes + no)) if yes + no >= _SURE else None

    def _masses(self, logits: Tensor) -> tuple[float, float]:
        """How much of the first token's probability lies on words for yes, and for no, in both languages."""
        probability = logits.float().softmax(0)
        yes, no = (float(probability[ids].sum()) for ids in self._words())
        return max(yes, 1e-12), max(no, 1e-12)

    def _words(self) -> tuple[list[int], list[int]]:
        """The first tokens of words for yes and for no; one that begins both decides nothing, and part of a character
        is no word."""
        tokenizer = self.model.processor.tokenizer
        yes, no = (
            {tokenizer(word, add_special_tokens=False)["input_ids"][0] for word in words} for words in (_YES, _NO)
        )
        part = {i for i in yes | no if "\N{REPLACEMENT CHARACTER}" in tokenizer.decode([i])}
        return sorted(yes - no - part), sorted(no - yes - part)
