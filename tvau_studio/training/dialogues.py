"""What the language part is trained to say: the dialogue of a labelled clip, or of any window of it.

A clip is a line of the training export, as read from JSON. Its windows are clips in their own right: from, to,
trajectory and whether there is an anomaly follow from the boxes and segments inside the window, so that one rendered or
labelled clip teaches many answers. All sentences come from `domain.dialogue`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tvau_studio.domain.dialogue import Target, Turn, region_name, templates, trajectory_text, turns
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box, region_of
from tvau_studio.domain.labels import LANGUAGES
from tvau_studio.tvau.families.qwen2_5_vl import FAMILY

if TYPE_CHECKING:
    from tvau_studio.tvau.prompts import PromptSet

Row = Mapping[str, Any]
"""One clip of the training export."""


@dataclass(frozen=True, slots=True)
class Sample:
    """question, answer: of one turn. history: the turns before it, which are read and not learned."""

    question: str
    answer: str
    history: tuple[tuple[str, str], ...] = ()


def window_of(row: Row) -> FrameRange:
    """The frames of the clip."""
    a, b = row["frames"]
    return FrameRange(int(a), int(b))


def events_in(thing: Row, frames: FrameRange) -> list[str]:
    """The events of an object that meet `frames`."""
    return [event for a, b, event, *_ in thing.get("segments", ()) if event and FrameRange(a, b).overlap(frames)]


def boxes_in(thing: Row, frames: FrameRange) -> dict[int, Box]:
    """Frame -> box of an object inside `frames`."""
    return {int(f): Box(x, y, w, h) for f, x, y, w, h in thing.get("boxes", ()) if f in frames}


def regions_in(thing: Row, size: Sequence[int], frames: FrameRange) -> list[str]:
    """The regions that an object's centre goes through, each different from the one before."""
    found: list[str] = []
    for _, box in sorted(boxes_in(thing, frames).items()):
        region = region_of(*box.centre, size)
        if not found or found[-1] != region:
            found.append(region)
    return found


def is_anomalous(row: Row, frames: FrameRange) -> bool:
    """Whether the window holds an anomaly; over the whole clip, what the clip itself says where it says something."""
    if frames == window_of(row) and row.get("anomaly") is not None:
        return bool(row["anomaly"])
    return any(events_in(thing, frames) for thing in row["objects"])


def plain_language(row: Row) -> str:
    """The language of the plain texts: what they do not hold stands under the other one's key."""
    if any("zh" in where for where in (row, *row["objects"])):
        return "en"
    if any("en" in where for where in (row, *row["objects"])):
        return "zh"
    said = json.dumps(row.get("messages", ()), ensure_ascii=False)
    return "zh" if str(templates("zh")["ask_anomaly"]) in said else "en"


def targets_in(row: Row, frames: FrameRange, language: str = "en") -> list[Target]:
    """What is to be said of each object with an event in the window, in the order of the file."""
    found = []
    whole = frames == window_of(row)
    plain = plain_language(row) == language
    for thing in row["objects"]:
        if not events_in(thing, frames):
            continue
        texts = thing if plain else thing.get(language, {})
        event, motion = _doing(thing, texts, frames, plain)
        seen = regions_in(thing, row["size"], frames) if row.get("size") else []
        start, end = (seen[0], seen[-1]) if seen else (None, None)
        way = trajectory_text(seen, language)
        if whole:  # a person may have overridden what the boxes say
            start, end = thing.get("from") or start, thing.get("to") or end
            way = texts.get("trajectory") or way
        found.append(Target(event, texts.get("appearance") or "", motion, start, end, way))
    return found


def _doing(thing: Row, texts: Row, frames: FrameRange, plain: bool) -> tuple[str | None, str]:
    """Event and state of motion of the segment that covers most of the window, the earlier on a tie."""
    segments, best, most = thing.get("segments", ()), -1, 0
    for number, (a, b, *_) in sorted(enumerate(segments), key=lambda s: (s[1][0], s[1][1])):
        common = FrameRange(a, b).overlap(frames)
        if common is not None and len(common) > most:
            best, most = number, len(common)
    if best < 0:
        return None, ""
    event, motion = segments[best][2], segments[best][3]
    if plain:
        return event, motion
    motions = texts.get("segments", ())
    if best < len(motions):
        return event, motions[best]
    return event, texts.get("motion", "") if motion == thing.get("motion") else ""


def environment_of(row: Row, language: str) -> str:
    """The environment text in that language; "" where there is none."""
    texts = row if plain_language(row) == language else row.get(language, {})
    return str(texts.get("environment") or "")


def with_environment(row: Row, other: Row) -> Row:
    """The clip as if it had been recorded where `other` was."""
    plain = plain_language(row)
    texts: dict[str, Any] = {}
    for language in LANGUAGES:
        said = {"environment": environment_of(other, language)}
        texts |= said if language == plain else {language: {**row.get(language, {}), **said}}
    return {**row, **texts}


def window_turns(row: Row, frames: FrameRange, language: str = "en") -> list[Turn]:
    """The dialogue about a window, as an export of that window would write it."""
    environment = environment_of(row, language)
    return turns(is_anomalous(row, frames), targets_in(row, frames, language), environment, language)


def place_samples(
    row: Row, frames: FrameRange, dice: np.random.Generator, count: int, language: str = "en"
) -> list[Sample]:
    """Extra questions that no export holds: where the only target is in a frame. They teach to read the anomaly tokens
    step by step, and cost next to nothing behind a prefix that is there anyway.
    """
    things = [t for t in row["objects"] if events_in(t, frames)]
    if len(things) != 1 or not row.get("size"):
        return []
    boxes = boxes_in(things[0], frames)
    words = templates(language)
    found = []
    for frame in dice.permutation(sorted(boxes))[:count]:
        region = region_name(region_of(*boxes[int(frame)].centre, row["size"]), language)
        question = str(words["ask_place"]).format(frame=int(frame) - frames.start)
        found.append(Sample(question, str(words["place"]).format(region=region)))
    return found


def samples(
    row: Row, frames: FrameRange, dice: np.random.Generator, languages: Sequence[str] = LANGUAGES, places: int = 0
) -> list[Sample]:
    """The questions and answers about a window that one step of training packs behind its prefix.

    Each turn of the dialogue in each language; some are asked in other words, some in the other language with the wish
    for this one, some behind an earlier turn. Where there is no anomaly, the questions about one are answered with
    that. places: how many extra questions (`place_samples`).
    """
    found: list[Sample] = []
    for language in languages:
        words = templates(language)
        said = window_turns(row, frames, language)
        if not is_anomalous(row, frames):
            said += [Turn(str(words[ask]), str(words["nothing"])) for ask in ("ask_appearance", "ask_trajectory")]
        for n, turn in enumerate(said):
            history = ((said[n - 1].question, said[n - 1].answer),) if n and dice.random() < 0.12 else ()
            found.append(Sample(_asked(turn.question, language, dice), turn.answer, history))
    return found + place_samples(row, frames, dice, places, languages[0])


def _asked(question: str, language: str, dice: np.random.Generator) -> str:
    """The question as a person may put it."""
    words = templates(language)
    ask = next((k for k in words["also_asked"] if words[k] == question), None)
    if ask is None:
        return question
    draw = dice.random()
    if draw < 0.25:
        other = words["also_asked"][ask]
        return str(other[int(dice.integers(len(other)))])
    if draw < 0.32:
        foreign = next(name for name in LANGUAGES if name != language)
        return f"{templates(foreign)[ask]} {words['answer_in']}"
    return question


def corpus(rows: Sequence[Row], prompts: PromptSet, seed: int = 0, windows: int = 4) -> list[str]:
    """All that a network from nothing has to read and say, as the chat writes it: for its tokenizer and its words.

    windows: of each clip, chosen by chance, the whole clip among them. The sentences of the heat maps' prompts are in
    it, too, for their vectors are made of the same words.
    """
    dice = np.random.default_rng(seed)
    found = [
        s for state in ("normal", "abnormal") for event in prompts.classes for s in prompts.sentences(state, event)
    ]
    for row in rows:
        whole = window_of(row)
        for n in range(windows):
            start = whole.start if n == 0 else int(dice.integers(whole.start, max(whole.start + 1, whole.stop - 4)))
            stop = whole.stop if n == 0 else int(dice.integers(min(start + 4, whole.stop), whole.stop + 1))
            for sample in samples(row, FrameRange(start, stop), dice, places=1):
                asked = FAMILY.dialogue(sample.question, sample.history)
                found.append(f"{asked}{FAMILY.plain(sample.answer)}{FAMILY.end_of_turn}")
    return found
