"""The paper's figures of a model on a labelled set: heat against boxes or masks, answers against the dialogue of the
labels.

`plan` reads and checks the set before anything heavy is loaded; `run` computes; the `Report` holds the figures of each
video and of all, and the protocol without which no figure can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tvau_studio.domain.errors import Cancelled, StudioError, UsageError
from tvau_studio.evaluation.language import Bleu4, BleuCounts, colours_right, from_to, is_chinese, yes_no
from tvau_studio.evaluation.summary import Answers, Figure, Moved, Text, VideoRecord, figures
from tvau_studio.services.evaluation_plan import BORDER, Options, Plan, Question, plan
from tvau_studio.services.evaluation_protocol import Counts, protocol
from tvau_studio.services.measuring import Meter, Rule, Truth
from tvau_studio.training.datasets import Example
from tvau_studio.training.dialogues import is_anomalous, targets_in

if TYPE_CHECKING:
    from tvau_studio.media.video import Video
    from tvau_studio.services.models import Cancel, Model, Progress

__all__ = ["Options", "Report", "Rule", "plan", "run"]

_FEW = 64
"""Pairs that are computed in one go."""


@dataclass(frozen=True)
class Report:
    """protocol: JSON-ready. all, videos: figures of the whole set and by the video's name. records: what they were
    made of.
    """

    protocol: dict[str, Any]
    all: list[Figure]
    videos: dict[str, list[Figure]]
    records: list[VideoRecord]

    def to_dict(self) -> dict[str, Any]:
        """As ``evaluate --json`` prints it."""

        def rows(found: list[Figure]) -> dict[str, Any]:
            return {f.key: f.to_dict() for f in found}

        return {
            "protocol": self.protocol,
            "all": rows(self.all),
            "videos": {name: rows(found) for name, found in self.videos.items()},
        }


def run(plan: Plan, model: Model, progress: Progress | None = None, cancel: Cancel | None = None) -> Report:
    """Measure a model. Each frame pair's map is computed once, however many clips hold it.

    What is ablated stays out of `model`. Raises StudioError where a clip does not fit its video or the model has not
    what is to be left out, UsageError where nothing is left to measure, Cancelled.
    """
    options = plan.options
    if options.ablate != "none":
        model.host.leave_out(options.ablate)
    if not model.has_heat and not options.ask:
        raise UsageError("{name} then has no heat, and nothing is asked: nothing is left to measure.", name=model.name)
    work = _Work(plan, model, progress, cancel)
    records = [work.video(path, clips) for path, clips in plan.videos.items()]
    names = plan.names
    return Report(
        protocol=protocol(plan, model, work.counts),
        all=figures(records, options.samples, options.seed, work.bleu),
        videos={name: figures([record], 0, baseline=work.bleu) for name, record in zip(names, records, strict=True)},
        records=records,
    )


class _Work:
    """One run: what it has counted so far."""

    def __init__(self, plan: Plan, model: Model, progress: Progress | None, cancel: Cancel | None) -> None:
        self.plan, self.model, self.options = plan, model, plan.options
        self._progress, self._cancel = progress, cancel
        self._scorers: dict[bool, Bleu4] = {}
        self.counts = Counts()
        pairs = sum(len({k for e, _ in clips for k in e.frames.pairs}) for clips in plan.videos.values())
        questions = sum(len(asked) for clips in plan.videos.values() for _, asked in clips)
        self._done, self._total = 0, (pairs if model.has_heat else 0) + questions

    def _tick(self, steps: int) -> None:
        self._done += steps
        if self._progress is not None:
            self._progress(self._done, self._total)
        if self._cancel is not None and self._cancel():
            raise Cancelled

    def video(self, path: Path, clips: Sequence[tuple[Example, list[Question]]]) -> VideoRecord:
        """Measure the clips of one video."""
        from tvau_studio.media.video import Video

        with Video(path) as video:
            height, width = (int(v) for v in video.info.size)
            truth = Truth((height, width))
            for example, _ in clips:
                _check(example, video)
                self.counts.without_boxes += not truth.add(example)
            meter, seen = Meter(truth, self.options.rule), set[int]()
            answers = []
            for example, asked in clips:
                # Heat first: the questions on the same pairs then find their features in memory.
                if self.model.has_heat:
                    new = [k for k in example.frames.pairs if k not in seen]
                    seen.update(new)
                    self._measure(video, new, meter)
                if asked:
                    answers += self._ask(video, example, asked)
            self.counts.frames += len(truth.frames)
            return VideoRecord(path.stem, meter.heat(), tuple(answers))

    def _measure(self, video: Video, pairs: list[int], meter: Meter) -> None:
        for at in range(0, len(pairs), _FEW):
            few = pairs[at : at + _FEW]
            meter.add(few, self.model.host.heat(video, few, cancel=self._cancel))
            self._tick(len(few))

    def _ask(self, video: Video, example: Example, asked: list[Question]) -> list[Answers]:
        if len(example.frames) > self.model.max_frames:
            self.counts.too_long += 1
            self._tick(len(asked))
            return []
        said: dict[str, str] = {}
        for question in asked:
            for partial in self.model.host.stream(
                video, question.text, example.frames.start, example.frames.stop, question.history, self._cancel
            ):
                said[question.kind] = partial.text.strip()
            self._tick(1)
        texts = {
            q.kind: self._text(said[q.kind], q.reference) for q in asked if q.reference and q.kind != "ask_anomaly"
        }
        anomaly = is_anomalous(example.row, example.frames)
        return [
            Answers(
                anomaly=anomaly,
                yes_no=yes_no([said["ask_anomaly"]], [anomaly]),
                moved=_moved(example, said["ask_anomaly"]) if anomaly else (),
                appearance=texts.get("ask_appearance"),
                trajectory=texts.get("ask_trajectory"),
            )
        ]

    def _text(self, answer: str, reference: str) -> Text:
        return Text(reference, self.bleu(answer, reference), colours_right(answer, reference))

    def bleu(self, answer: str, reference: str) -> BleuCounts:
        chinese = is_chinese(reference)
        scorer = self._scorers.setdefault(chinese, Bleu4(chinese))
        found = scorer.counts(answer, reference)
        self.counts.signatures.add(scorer.signature)
        return found


def _check(example: Example, video: Video) -> None:
    clip = example.row["id"]
    if example.frames.stop > len(video):
        raise StudioError(
            "Clip {clip} holds the frames {range}, and {path} has only {n}: the labels belong to another video.",
            clip=clip,
            range=example.frames,
            path=video.path,
            n=len(video),
        )
    size = example.row.get("size")
    if size and tuple(size) != tuple(video.info.size):
        raise StudioError(
            "Clip {clip} is labelled on pictures of {size} pixels, and {path} has {have}: the labels belong to another "
            "video.",
            clip=clip,
            size=f"{size[0]}x{size[1]}",
            path=video.path,
            have="x".join(map(str, video.info.size)),
        )


def _moved(example: Example, answer: str) -> tuple[Moved, ...]:
    """What the answer tells of each target's from and to."""
    from tvau_studio.domain.answers import read_answer

    targets = targets_in(example.row, example.frames)
    truth = [(t.start, t.end) for t in targets if t.start and t.end]
    right = from_to(read_answer(answer).moves, truth)
    clear = len(targets) == 1 and _clear(example)
    return tuple(Moved(move, a, b, clear) for move, (a, b) in zip(truth, right, strict=True))


def _clear(example: Example) -> bool:
    """Whether the only target begins and ends clear of the region borders."""
    size = example.row["size"]
    for thing in example.row["objects"]:
        if any(event for _, _, event, *_ in thing.get("segments", ())):
            boxes = sorted(box for box in thing["boxes"] if box[0] in example.frames)
            ends = [(x + w / 2, y + h / 2) for _, x, y, w, h in (boxes[0], boxes[-1])] if boxes else []
            shares = [share for x, y in ends for share in (x / size[1], y / size[0])]
            return bool(shares) and all(abs(s - border) >= BORDER for s in shares for border in (1 / 3, 2 / 3))
    return False
