"""What of an answer can be looked at: its words that name a region, frames or an object, and the heat beside it.

Nothing here knows Qt. An answer is data: it is searched for words, never obeyed, never read as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.answers import read_answer, region_words
from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Object, text
from tvau_studio.domain.tracks import Track

if TYPE_CHECKING:
    from tvau_studio.services.asking import Evidence, Reply

_FRAMES = re.compile(
    r"(?<![\d:.])(\d{1,9})\s*[:：]\s*(\d{1,9})(?![\d:.]*\d)"  # 172:184
    r"|\bframes?\s+(\d{1,9})(?!\d|\s*[:：]\s*\d)(?:\s*(?:to|until|and|[-–—])\s*(\d{1,9}))?\b"  # frames 172 to 184
    r"|第\s*(\d{1,9})\s*(?:帧)?\s*(?:(?:到|至|[-–—])\s*第?\s*(\d{1,9})\s*)?帧",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?:at|from|after|around|until|till|to|second)\s+(?:about\s+)?(\d{1,5}(?:\.\d{1,3})?)\s*(?:s\b|sec(?:onds?)?\b)"
    r"|(?:第|在)\s*(\d{1,5}(?:\.\d{1,3})?)\s*秒",
    re.IGNORECASE,
)
_SHORT = 60
"""An answer of so few characters that names a region is about where the target is."""
_SAME = 0.3
"""Overlap (IoU) from which a place that an answer stands on is taken for an object of the labels."""


@dataclass(frozen=True, slots=True)
class Link:
    """Characters start:stop of an answer. kind: what they name. frame: where it can be seen. evidence: its number in
    the reply, or None. object: the key of one of the labels, or None.
    """

    start: int
    stop: int
    kind: Literal["region", "frames", "object", "outside"]
    frame: int
    evidence: int | None = None
    object: str | None = None


def links(
    answer: str,
    reply: Reply | None,
    frames: tuple[int, int],
    objects: Iterable[Object] = (),
    times: Sequence[float] | npt.NDArray[np.float64] = (),
) -> list[Link]:
    """The words of an answer that lead somewhere, in their order, none over another.

    frames: a, b that were asked about; frame numbers and times outside of them are of kind ``outside``. objects: of the
    clip. times: of the video's pictures, seconds; () = not known.
    """
    found: list[Link] = []

    def free(start: int, stop: int) -> bool:
        return all(stop <= other.start or start >= other.stop for other in found)

    for match in _FRAMES.finditer(answer):
        numbers = [int(n) for n in match.groups() if n]
        inside = all(frames[0] <= n <= frames[1] for n in numbers) and numbers[0] < frames[1]
        found.append(Link(match.start(), match.end(), "frames" if inside else "outside", numbers[0]))
    for match in _TIMES.finditer(answer) if len(times) > frames[0] else ():
        frame = _frame_of(float(match[1] or match[2]), frames, times)
        if free(match.start(), match.end()):
            kind: Literal["frames", "outside"] = "outside" if frame is None else "frames"
            found.append(Link(match.start(), match.end(), kind, frames[0] if frame is None else frame))
    for thing in objects:
        for language in ("en", "zh"):
            what = text(thing, "appearance", language).strip().rstrip(".。")
            at = answer.lower().find(what.lower()) if len(what) > 3 else -1
            if at >= 0 and free(at, at + len(what)):
                found.append(Link(at, at + len(what), "object", frames[0], object=thing.key))
    places = region_words(answer)
    for number, evidence in enumerate(reply.objects if reply is not None else ()):
        for region, frame in ((evidence.start, evidence.frames[0]), (evidence.end, evidence.frames[1] - 1)):
            for start, stop, named in places:
                if named == region and free(start, stop):
                    found.append(Link(start, stop, "region", frame, number))
                    break
    return sorted(found, key=lambda link: link.start)


def _frame_of(second: float, frames: tuple[int, int], times: Sequence[float] | npt.NDArray[np.float64]) -> int | None:
    """The frame of a time that an answer states: of the video or, where that lies outside of the range, from the
    range's start; None where neither lies in it.
    """
    a, b = frames[0], min(frames[1], len(times))
    for shift in (float(times[0]), float(times[a])):
        frame = int(np.searchsorted(times, shift + second + 1e-6, "right")) - 1
        if a <= frame < b and shift + second <= float(times[b - 1]) + 1.0:
            return frame
    return None


def object_at(document: Document, video: str, evidence: Evidence) -> str | None:
    """The object of the labels that stands where the answer's evidence stands, or None."""
    if evidence.box is None:
        return None
    best, key = _SAME, None
    for thing in document.objects(video):
        if thing.verdict == "rejected":
            continue
        overlap = _most_overlap(document.track(thing.key), evidence.box, evidence.frames)
        if overlap >= best:
            best, key = overlap, thing.key
    return key


def _most_overlap(track: Track, box: Box, frames: tuple[int, int]) -> float:
    a, b = frames
    step = max(1, (b - a) // 32)
    shown = (track.at(n) for n in range(a, b, step))
    return max((seen.box.iou(box) for seen in shown if seen is not None), default=0.0)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the text says and what the heat says. says: yes or no. most: the highest score, in frame `frame`. agrees:
    whether both say the same.
    """

    says: bool
    most: float
    frame: int
    threshold: float
    agrees: bool


def agreement(
    reply: Reply, scores: npt.NDArray[np.float32], frames: tuple[int, int], threshold: float
) -> Agreement | None:
    """Whether a yes or no and the heat of its frames agree; None where it is neither, or the heat is not known.

    scores: float32 [pairs of the video], NaN where not known; where all of the range is not, what the heat was when the
    answer was given.
    """
    if reply.anomaly is None:
        return None
    first, last = frames[0] // 2, (frames[1] - 1) // 2 + 1
    part = scores[first:last]
    if len(part) and not np.isnan(part).all():
        at = int(np.nanargmax(part))
        most, frame = float(part[at]), max(frames[0], 2 * (first + at))
        whole = not np.isnan(part).any()
    if not len(part) or np.isnan(part).all() or (not whole and most < threshold):
        if reply.heat_max is None:
            return None
        most, frame = reply.heat_max, reply.heat_frame if reply.heat_frame is not None else frames[0]
    return Agreement(reply.anomaly, most, frame, threshold, reply.anomaly == (most >= threshold))


def elsewhere(reply: Reply, answer: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The regions that an answer names for its targets, and those in which the heat lies, where they have none in
    common; else None.
    """
    named = [region for move in read_answer(answer).moves for region in move]
    if not named and len(answer) <= _SHORT:
        named = [region for _, _, region in region_words(answer)]
    if not named or not reply.shown or reply.anomaly is False or set(named) & set(reply.shown):
        return None
    return tuple(dict.fromkeys(named)), reply.shown


def lead(answer: str) -> int:
    """How many characters in front of an answer are its yes or no; 0 = it does not begin with one."""
    found = re.match(r"\s*(?:(?:yes|no)\b|(?:没有|有|是|否)(?=\s*(?:[，,。:：；]|$)))", answer, flags=re.IGNORECASE)
    return found.end() if found else 0


def without_lead(answer: str) -> str:
    """An answer as a text of a label: without its "Yes," in front."""
    plain = re.sub(
        r"^\s*(yes|no)\b\s*[,.:;!]?\s*|^\s*(没有|有|是|否)\s*[，,。:：；]\s*", "", answer, flags=re.IGNORECASE
    )
    return (plain or answer).strip()


def evidence_words(evidence: Evidence) -> Sequence[str]:
    """The parts of one piece of evidence, for a chip: from → to, frames."""
    places = [p for p in (evidence.start, evidence.end) if p]
    a, b = evidence.frames
    return (" → ".join(dict.fromkeys(places)), f"{a}:{b}") if places else (f"{a}:{b}",)
