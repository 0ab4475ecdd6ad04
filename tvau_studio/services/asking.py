"""Questions about a range of a video: the answer as it grows, and the places in the picture that support it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from tvau_studio.domain.answers import Answer, read_answer
from tvau_studio.domain.dialogue import templates
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box, region_of
from tvau_studio.domain.heatmap import Heatmap

if TYPE_CHECKING:
    from tvau_studio.media.video import Video
    from tvau_studio.tvau.host import Cancel, ModelHost


class Model(Protocol):
    """What is asked of a loaded model here (`services.models.Model` is one)."""

    @property
    def host(self) -> ModelHost: ...

    @property
    def name(self) -> str: ...

    @property
    def has_heat(self) -> bool: ...

    def heatmap(self, video: Video, a: int = 0, b: int | None = None) -> Heatmap: ...


_THRESHOLD = 0.5
_MOST = 8
"""At most so many places support one answer."""


@dataclass(frozen=True)
class Evidence:
    """One target of an answer. start, end: regions, as the answer tells them, or where it tells none, as the heat shows
    them; None where
    neither does. box: around the heat where it is highest; None where the heat shows nothing there. frames: a, b over
    which the heat lasts, else the whole range.
    """

    start: str | None
    end: str | None
    box: Box | None
    frames: tuple[int, int]

    def to_dict(self) -> dict[str, Any]:
        box = None if self.box is None else list(self.box.tuple())
        return {"from": self.start, "to": self.end, "box": box, "frames": list(self.frames)}


@dataclass(frozen=True)
class Reply:
    """One answer. anomaly: None where the text says neither yes nor no. seconds: from asking to the last token.
    history: not part of it.
    """

    question: str
    answer: str
    video: str
    frames: tuple[int, int]
    model: str
    anomaly: bool | None
    objects: tuple[Evidence, ...]
    seconds: float
    new_tokens: int

    def to_dict(self) -> dict[str, Any]:
        """As ``ask --json`` prints it."""
        return {
            "question": self.question,
            "answer": self.answer,
            "video": self.video,
            "frames": list(self.frames),
            "model": self.model,
            "anomaly": self.anomaly,
            "objects": [e.to_dict() for e in self.objects],
            "seconds": round(self.seconds, 3),
            "new_tokens": self.new_tokens,
        }


@dataclass
class Conversation:
    """One running answer: iterate it for pieces of text; then `reply` is there.

    language: ``en`` or ``zh``, None = the question's own. Raises UsageError for an empty question or a wrong range,
    StudioError where the range is longer than the model takes, Cancelled once `cancel()` was true.
    """

    model: Model
    video: Video
    question: str
    frames: FrameRange
    language: str | None = None
    history: Sequence[tuple[str, str]] = ()
    cancel: Cancel | None = None
    reply: Reply | None = field(default=None, init=False)

    def __iter__(self) -> Iterator[str]:
        start = time.perf_counter()
        asked = in_language(self.question, self.language)
        text, tokens = "", 0
        host = self.model.host
        for partial in host.stream(self.video, asked, self.frames.start, self.frames.stop, self.history, self.cancel):
            piece, text, tokens = partial.text[len(text) :], partial.text, partial.tokens
            if piece:
                yield piece
        answer = read_answer(text)
        self.reply = Reply(
            question=self.question,
            answer=text.strip(),
            video=str(self.video.path),
            frames=(self.frames.start, self.frames.stop),
            model=self.model.name,
            anomaly=answer.anomaly,
            objects=tuple(self._evidence(answer)),
            seconds=time.perf_counter() - start,
            new_tokens=tokens,
        )

    def _evidence(self, answer: Answer) -> list[Evidence]:
        if answer.anomaly is False:
            return []
        if not self.model.has_heat:
            return [Evidence(a, b, None, (self.frames.start, self.frames.stop)) for a, b in answer.moves]
        # The pairs of this range are in the host's memory by now: this computes no vision again.
        return evidence(answer, self.model.heatmap(self.video, self.frames.start, self.frames.stop), self.frames)


def ask(
    model: Model,
    video: Video,
    question: str,
    a: int = 0,
    b: int | None = None,
    language: str | None = None,
    history: Sequence[tuple[str, str]] = (),
    *,
    cancel: Cancel | None = None,
) -> Reply:
    """One whole answer (see `Conversation`)."""
    running = converse(model, video, question, a, b, language, history, cancel=cancel)
    for _ in running:
        pass
    assert running.reply is not None
    return running.reply


def stream(
    model: Model,
    video: Video,
    question: str,
    a: int = 0,
    b: int | None = None,
    language: str | None = None,
    history: Sequence[tuple[str, str]] = (),
    *,
    cancel: Cancel | None = None,
) -> Iterator[str]:
    """The answer as pieces of text (see `Conversation`)."""
    yield from converse(model, video, question, a, b, language, history, cancel=cancel)


def converse(
    model: Model,
    video: Video,
    question: str,
    a: int = 0,
    b: int | None = None,
    language: str | None = None,
    history: Sequence[tuple[str, str]] = (),
    *,
    cancel: Cancel | None = None,
) -> Conversation:
    """A `Conversation`, not yet running; the range and the question are checked here."""
    if not question.strip():
        raise UsageError('The question is empty; write one, for example "Is there any anomaly in the video?".')
    stop = len(video) if b is None else b
    model.host.check_range(len(video), a, stop)
    return Conversation(model, video, question, FrameRange(a, stop), language, history, cancel)


def in_language(question: str, language: str | None) -> str:
    """The question with the wish for an answer in `language`, where it is not itself written in it."""
    chinese = any("\u4e00" <= c <= "\u9fff" for c in question)
    if language is None or chinese == (language == "zh"):
        return question
    return f"{question} {templates(language)['answer_in']}"


def evidence(answer: Answer, heat: Heatmap, frames: FrameRange) -> list[Evidence]:
    """The targets of an answer, each with the heat that supports it.

    Where the answer tells from where to where, each telling takes the hottest track that begins and ends there, else
    one that begins or ends there, else it stands without a box. Where it tells nothing, every track of the heat is
    listed with the regions that it shows.
    """
    from tvau_studio.proposals.linking import heat_tracks

    shown = []
    for track in heat_tracks(heat, _THRESHOLD)[:_MOST]:
        first, last = min(track.steps), max(track.steps)
        a, b = int(heat.frames[first, 0]), int(heat.frames[last, 0]) + 2
        shown.append(
            Evidence(
                region_of(*track.steps[first].centre, heat.picture_size),
                region_of(*track.steps[last].centre, heat.picture_size),
                track.steps[track.hottest].box,
                (max(a, frames.start), min(b, frames.stop)),
            )
        )
    if not answer.moves:
        return shown
    told = []
    for start, end in answer.moves:
        fits = [(int(e.start == start) + int(e.end == end), -i) for i, e in enumerate(shown)]
        points, index = max(fits, default=(0, 0))
        if points:
            match = shown.pop(-index)
            told.append(Evidence(start, end, match.box, match.frames))
        else:
            told.append(Evidence(start, end, None, (frames.start, frames.stop)))
    return told
