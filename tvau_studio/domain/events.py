"""What a scan finds in a whole video: stretches that are hot, each with its peak; and the rule that makes them.

A frame pair is hot where its score (the maximum of its map) exceeds the threshold. Hot pairs with at most `gap` frames
between them are one event; an event with fewer than `shortest` hot frames is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import REGIONS, Box


@dataclass(frozen=True, slots=True)
class Rule:
    """threshold: of the heat, between 0 and 1. shortest: hot frames that an event has at least. gap: cold frames that
    two hot pairs of one event have between them at most. Raises UsageError where these make no sense.
    """

    threshold: float = 0.5
    shortest: int = 4
    gap: int = 24

    def __post_init__(self) -> None:
        if not 0 < self.threshold < 1:
            raise UsageError("A threshold of {value} is not possible; give one between 0 and 1.", value=self.threshold)
        if self.shortest < 1 or self.gap < 0:
            raise UsageError(
                "Events of {shortest} frames with gaps of {gap} are not possible; give at least 1 and 0.",
                shortest=self.shortest,
                gap=self.gap,
            )

    def __str__(self) -> str:
        return (
            f"Hot above {self.threshold:g}; hot frames at most {self.gap} apart are one event; "
            f"an event has at least {self.shortest} hot frames."
        )


@dataclass(frozen=True, slots=True)
class Span:
    """Frames start:stop of an event. peak: the first frame of its hottest pair (the earliest on a tie). score: that
    pair's, 0..1. hot: how many of its frames are hot. area: the sum over these of the score above the threshold.
    """

    start: int
    stop: int
    peak: int
    score: float
    hot: int
    area: float

    @property
    def range(self) -> FrameRange:
        return FrameRange(self.start, self.stop)


def spans(scores: npt.NDArray[np.floating], frames: int, rule: Rule) -> list[Span]:
    """The events of a video of `frames` pictures in the order of time. scores: float [P], one per pair from pair 0; not
    a number where unknown, which counts as cold.
    """
    hot = np.flatnonzero(scores > rule.threshold)  # NaN > x is false
    if not len(hot):
        return []
    # Pairs i < j have 2 (j - i - 1) cold frames between them.
    groups = np.split(hot, np.flatnonzero(2 * (np.diff(hot) - 1) > rule.gap) + 1)
    found = []
    for pairs in groups:
        counts = np.minimum(2 * pairs + 2, frames) - 2 * pairs  # the last pair may hold one frame
        if counts.sum() < rule.shortest:
            continue
        values = np.asarray(scores[pairs], np.float64)
        best = int(values.argmax())
        found.append(
            Span(
                int(2 * pairs[0]),
                int(min(2 * pairs[-1] + 2, frames)),
                int(2 * pairs[best]),
                float(values[best]),
                int(counts.sum()),
                float(((values - rule.threshold) * counts).sum()),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a video. video: its path. peak: its hottest frame; region, box: where the heat is there. event: the
    class that is strongest there, None while nobody looked. answer: to the question `question` about frames `asked`;
    None while nobody asked. anomaly: what it says. model: who made the heat and the answer. size: [H, W] of the
    picture.
    """

    video: str
    frames: tuple[int, int]
    score: float
    region: str
    box: Box
    peak: int
    model: str
    size: tuple[int, int] | None = None
    event: str | None = None
    question: str | None = None
    asked: tuple[int, int] | None = None
    answer: str | None = None
    anomaly: bool | None = None

    @property
    def range(self) -> FrameRange:
        return FrameRange(*self.frames)

    def to_dict(self) -> dict[str, Any]:
        """As a line of EVENTS.jsonl."""
        return {
            "video": self.video,
            "frames": list(self.frames),
            "score": round(self.score, 4),
            "region": self.region,
            "box": list(self.box.tuple()),
            "answer": self.answer,
            "anomaly": self.anomaly,
            "event": self.event,
            "peak": self.peak,
            "question": self.question,
            "asked": None if self.asked is None else list(self.asked),
            "size": None if self.size is None else list(self.size),
            "model": self.model,
        }

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Event:
        """Read a line of EVENTS.jsonl; what is not needed may be missing. Raises StudioError where it is no event."""
        for name, kind in (("video", str), ("frames", list), ("score", int | float), ("region", str), ("box", list)):
            if not isinstance(row.get(name), kind):
                raise StudioError("it has no {name!r} of the right kind", name=name)
        a, b = _two(row["frames"], "frames")
        if row["region"] not in REGIONS:
            raise StudioError("{region!r} is no region", region=row["region"])
        if len(row["box"]) != 4 or not all(_number(v) for v in row["box"]):
            raise StudioError("its box is not [x, y, w, h]")
        if not _number(row["score"]):
            raise StudioError("its score is no number")
        text = {k: v if isinstance(v := row.get(k), str) else None for k in ("answer", "event", "question", "model")}
        frames = FrameRange(a, b)
        peak = row.get("peak", a)
        return cls(
            video=row["video"],
            frames=(a, b),
            score=float(row["score"]),
            region=row["region"],
            box=Box(*row["box"]),
            peak=peak if peak in frames else a,
            model=text["model"] or "",
            size=_two(row["size"], "size") if isinstance(row.get("size"), list) else None,
            event=text["event"],
            question=text["question"],
            asked=_two(row["asked"], "asked") if isinstance(row.get("asked"), list) else None,
            answer=text["answer"],
            anomaly=row.get("anomaly") if isinstance(row.get("anomaly"), bool) else None,
        )


def ranked(events: Iterable[Event]) -> list[Event]:
    """The highest score first; on a tie by video, then by time."""
    return sorted(events, key=lambda e: (-e.score, e.video, e.frames))


def relocated(event: Event, folder: Path) -> Event:
    """The event with its video's path, relative to here, as a file in `folder` names it: relative with slashes where it
    lies below, else absolute.
    """
    absolute, root = Path(event.video).resolve(), folder.resolve()
    inside = absolute.is_relative_to(root)
    return replace(event, video=absolute.relative_to(root).as_posix() if inside else str(absolute))


def _two(value: Any, name: str) -> tuple[int, int]:
    if len(value) != 2 or not all(isinstance(v, int) and not isinstance(v, bool) for v in value):
        raise StudioError("its {name} are not two whole numbers", name=name)
    return value[0], value[1]


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
