"""Questions about a range of a video: the answer as it grows, and the places in the picture that support it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from tvau_studio.domain.answers import Answer, read_answer
from tvau_studio.domain.dialogue import language_of, quoted, templates
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import REGIONS, Box, region_of
from tvau_studio.domain.heatmap import Heatmap
from tvau_studio.domain.talks import storable

if TYPE_CHECKING:
    from tvau_studio.media.video import Video
    from tvau_studio.tvau.host import Cancel, ModelHost
    from tvau_studio.tvau.talking import Asked


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
    which the heat lasts, else the whole range. boxes: the way of the heat, (frame, box around it), ascending.
    """

    start: str | None
    end: str | None
    box: Box | None
    frames: tuple[int, int]
    boxes: tuple[tuple[int, Box], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        box = None if self.box is None else list(self.box.tuple())
        return {"from": self.start, "to": self.end, "box": box, "frames": list(self.frames)}


@dataclass(frozen=True)
class Reply:
    """One answer. anomaly: None where the text says neither yes nor no. seconds: from asking to the last token.
    history: not part of it.

    Beyond what ``ask --json`` prints: p_yes: probability of yes against no at the first token, None where it is
    neither; calibrated_on so many clips, 0 = as the network says it. wait: seconds to the first piece of text. prompt:
    its exact text (see `tvau.talking.Asked`), of prompt_tokens tokens; left_out: so many earlier turns did not fit.
    evidence: whether the anomaly tokens were in it. shown: the regions in which the heat lies. heat_max, heat_frame:
    where it is highest; None without heat.
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
    p_yes: float | None = None
    calibrated_on: int = 0
    wait: float | None = None
    prompt: str = ""
    prompt_tokens: int = 0
    left_out: int = 0
    evidence: bool = True
    shown: tuple[str, ...] = ()
    heat_max: float | None = None
    heat_frame: int | None = None

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
    evidence: bool = True
    about: str = ""
    reply: Reply | None = field(default=None, init=False)
    asked: Asked | None = field(default=None, init=False)
    """What the question came to, from the first piece on."""

    def __iter__(self) -> Iterator[str]:
        start = time.perf_counter()
        asked = in_language(about_object(self.question, self.about), self.language)
        text, tokens, wait = "", 0, None
        a, b = self.frames.start, self.frames.stop
        running = self.model.host.stream(self.video, asked, a, b, self.history, self.cancel, evidence=self.evidence)
        for partial in running:
            piece, text, tokens, self.asked = partial.text[len(text) :], partial.text, partial.tokens, partial.asked
            if piece:
                wait = time.perf_counter() - start if wait is None else wait
                yield piece
        answer = read_answer(text)
        objects, facts = self._stands_on(answer)
        said = self.asked
        self.reply = Reply(
            question=self.question,
            answer=text.strip(),
            video=str(self.video.path),
            frames=(self.frames.start, self.frames.stop),
            model=self.model.name,
            anomaly=answer.anomaly,
            objects=tuple(objects),
            seconds=time.perf_counter() - start,
            new_tokens=tokens,
            p_yes=said.p_yes if said else None,
            calibrated_on=self.model.host.calibrated_on,
            wait=wait,
            prompt=said.prompt if said else "",
            prompt_tokens=said.tokens if said else 0,
            left_out=said.left_out if said else 0,
            evidence=self.evidence,
            **facts,
        )

    def _stands_on(self, answer: Answer) -> tuple[list[Evidence], dict[str, Any]]:
        """The targets of the answer, and what the reply says of the heat."""
        if not self.model.has_heat:
            whole = (self.frames.start, self.frames.stop)
            return ([] if answer.anomaly is False else [Evidence(a, b, None, whole) for a, b in answer.moves]), {}
        # The pairs of this range are in the host's memory by now: this computes no vision again.
        heat = self.model.heatmap(self.video, self.frames.start, self.frames.stop)
        hottest = int(heat.score.argmax())
        facts = {
            "shown": regions_of(heat),
            "heat_max": round(float(heat.score[hottest]), 4),
            "heat_frame": max(self.frames.start, int(heat.frames[hottest, 0])),
        }
        return ([] if answer.anomaly is False else evidence(answer, heat, self.frames)), facts


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
    evidence: bool = True,
    about: str = "",
) -> Conversation:
    """A `Conversation`, not yet running; the range and the question are checked here.

    evidence: False leaves the anomaly tokens out of the prompt: what the network says without them. about: how an
    object that the question is about looks; quoted.
    """
    question = storable(question)
    if not question.strip():
        raise UsageError('The question is empty; write one, for example "Is there any anomaly in the video?".')
    stop = len(video) if b is None else b
    model.host.check_range(len(video), a, stop)
    return Conversation(model, video, question, FrameRange(a, stop), language, history, cancel, evidence, about)


def in_language(question: str, language: str | None) -> str:
    """The question with the wish for an answer in `language`, where it is not itself written in it."""
    if language is None or language_of(question) == language:
        return question
    return f"{question} {templates(language)['answer_in']}"


def about_object(question: str, appearance: str) -> str:
    """The question about one object, known by how it looks: a text of the labels, which is quoted and stays data."""
    if not appearance.strip():
        return question
    return str(templates(language_of(question))["about"]).format(appearance=quoted(appearance), question=question)


def evidence(answer: Answer, heat: Heatmap, frames: FrameRange) -> list[Evidence]:
    """The targets of an answer, each with the heat that supports it.

    Where the answer tells from where to where, each telling takes the hottest track that begins and ends there, else
    one that begins or ends there, else it stands without a box. Where it tells nothing, every track of the heat is
    listed with the regions that it shows.
    """
    shown = _tracks(heat, frames)
    if not answer.moves:
        return shown
    told = []
    for start, end in answer.moves:
        fits = [(int(e.start == start) + int(e.end == end), -i) for i, e in enumerate(shown)]
        points, index = max(fits, default=(0, 0))
        if points:
            match = shown.pop(-index)
            told.append(replace(match, start=start, end=end))
        else:
            told.append(Evidence(start, end, None, (frames.start, frames.stop)))
    return told


def _tracks(heat: Heatmap, frames: FrameRange) -> list[Evidence]:
    """The tracks of the heat as evidence, with the regions that they show."""
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
                tuple((max(int(heat.frames[t, 0]), frames.start), track.steps[t].box) for t in sorted(track.steps)),
            )
        )
    return shown


def regions_of(heat: Heatmap) -> tuple[str, ...]:
    """The regions in which the heat lies at any time, in the order of `geometry.REGIONS`."""
    from tvau_studio.proposals.linking import heat_tracks

    seen = {
        region_of(*step.centre, heat.picture_size)
        for track in heat_tracks(heat, _THRESHOLD)
        for step in track.steps.values()
    }
    return tuple(region for region in REGIONS if region in seen)
