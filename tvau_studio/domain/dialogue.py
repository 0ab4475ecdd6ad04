"""The dialogue about a clip, written out from its labels by the templates of resources/dialogue.json.

First whether there is an anomaly, with each target's features, state of motion, from and to; then the environment;
then the appearance in detail and the trajectory (arXiv 2511.00524, figure of the framework). What the templates write,
`answers.read_answer` reads. The network is trained on the same sentences.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import Clip, Object, text
from tvau_studio.domain.paths import resource

MAX_THROUGH = 3
"""At most so many regions are named between the first and the last of a trajectory."""

LONGEST_QUOTE = 200
"""Characters of a text that is quoted in a prompt."""


@cache
def templates(language: str) -> dict[str, Any]:
    """The templates of a language, ``en`` or ``zh``; not to be changed."""
    data: dict[str, dict[str, Any]] = json.loads(resource("dialogue.json").read_text(encoding="utf-8"))
    return data[language]


def language_of(words: str) -> str:
    """The language of a question or an answer: ``zh`` where it holds a Chinese character, else ``en``."""
    return "zh" if any("\u4e00" <= c <= "\u9fff" for c in words) else "en"


def quoted(words: str) -> str:
    """A text of the labels or a file's name as it may stand in a prompt: one line between quotation marks, at most
    `LONGEST_QUOTE` characters, so that it is seen to be data and cannot end its own quotation.
    """
    plain = "".join(" " if unicodedata.category(c).startswith(("C", "Z")) else c for c in words)
    line = " ".join(plain.translate({ord(c): "'" for c in '"“”„«»「」『』'}).split())
    return f'"{line[:LONGEST_QUOTE]}"'


@dataclass(frozen=True, slots=True)
class Target:
    """What is said of one anomalous object of a clip, in one language; "" and None where nothing is known.

    event: its class, English name. start, end: regions.
    """

    event: str | None
    appearance: str = ""
    motion: str = ""
    start: str | None = None
    end: str | None = None
    trajectory: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    question: str
    answer: str


def event_name(event: str, language: str) -> str:
    """An event class as people say it in that language."""
    return str(templates(language)["events"].get(event, event))


def region_name(region: str, language: str) -> str:
    return str(templates(language)["regions"][region])


def trajectory_text(regions: Sequence[str], language: str = "en") -> str:
    """The way through `regions` (see `Track.regions`) in words; "" where there is none.

    At most `MAX_THROUGH` regions are named on the way, evenly chosen.
    """
    if not regions:
        return ""
    words = templates(language)
    names = [region_name(r, language) for r in regions]
    if len(names) == 1:
        return str(words["stays"]).format(region=names[0])
    between = names[1:-1]
    if len(between) > MAX_THROUGH:
        between = [between[round(i * (len(between) - 1) / (MAX_THROUGH - 1))] for i in range(MAX_THROUGH)]
    if not between:
        return str(words["goes"]).format(start=names[0], end=names[-1])
    through = str(words["through_separator"]).join(between)
    return str(words["goes_through"]).format(start=names[0], through=through, end=names[-1])


def _strip(value: str) -> str:
    return value.strip().rstrip(".。;；,， ")


def _lead(value: str) -> str:
    """A text as it stands inside a sentence: "A man ..." becomes "a man ..."."""
    value = _strip(value)
    first = value.split(" ", 1)[0]
    return value[0].lower() + value[1:] if first in ("A", "An", "The", "Two", "Some", "One") else value


def _target_words(target: Target, language: str) -> str:
    words = templates(language)
    what = _lead(target.appearance)
    event = event_name(target.event, language) if target.event else ""
    head = str(words["of_event"]).format(event=event, appearance=what) if event and what else event or what
    place = ""
    if target.start and target.end:
        start, end = region_name(target.start, language), region_name(target.end, language)
        place = str(words["from_to"]).format(start=start, end=end)
    return str(words["part_separator"]).join(p for p in (head, _lead(target.motion), place) if p)


def _each(texts: Sequence[str], one: str, language: str) -> str:
    words = templates(language)
    if len(texts) == 1:
        return str(words[one]).format(text=texts[0])
    numbered = [str(words["many"]).format(n=n, text=t) for n, t in enumerate(texts, start=1)]
    return str(words["many_separator"]).join(str(words["one_appearance"]).format(text=t) for t in numbered)


def turns(anomaly: bool, targets: Sequence[Target], environment: str, language: str = "en") -> list[Turn]:
    """The dialogue in a language; a turn of which nothing is known is left out."""
    words = templates(language)
    said = [t for t in (_target_words(t, language) for t in targets) if t] if anomaly else []
    if not anomaly:
        first = str(words["no"])
    elif said:
        first = str(words["yes_targets"]).format(targets=str(words["target_separator"]).join(said))
    else:
        first = str(words["yes"])
    found = [Turn(str(words["ask_anomaly"]), first)]
    if environment.strip():
        found.append(Turn(str(words["ask_environment"]), environment.strip()))
    if anomaly:
        looks = [_strip(t.appearance) for t in targets if t.appearance.strip()]
        if looks:
            found.append(Turn(str(words["ask_appearance"]), _each(looks, "one_appearance", language)))
        ways = [_strip(t.trajectory) for t in targets if t.trajectory.strip()]
        if ways:
            still = len(ways) == 1 and len(targets) >= 1 and ways[0].startswith(str(words["stays"]).split("{")[0])
            one = "one_trajectory_still" if still else "one_trajectory"
            found.append(Turn(str(words["ask_trajectory"]), _each(ways, one, language)))
    return found


# -- from labels


def from_to(document: Document, thing: Object, clip: Clip) -> tuple[str | None, str | None]:
    """The regions from and to of an object in a clip: as overridden, else as its boxes say."""
    regions = document.regions(thing, clip)
    start, end = (regions[0], regions[-1]) if regions else (None, None)
    override = document.override(thing.key, clip.key)
    if override is not None:
        start, end = override.start_region or start, override.end_region or end
    return start, end


def trajectory(document: Document, thing: Object, clip: Clip, language: str = "en") -> str:
    """The trajectory of an object in a clip: as overridden, else as its boxes say."""
    override = document.override(thing.key, clip.key)
    own = text(override, "trajectory", language) if override else ""
    return own or trajectory_text(document.regions(thing, clip), language)


def target(document: Document, thing: Object, clip: Clip, language: str = "en") -> Target:
    """What is said of an object in a clip."""
    segment = document.main_segment(thing.key, clip.range)
    start, end = from_to(document, thing, clip)
    return Target(
        event=segment.event if segment else None,
        appearance=text(thing, "appearance", language),
        motion=text(segment, "motion", language) if segment else "",
        start=start,
        end=end,
        trajectory=trajectory(document, thing, clip, language),
    )


def clip_turns(document: Document, clip: Clip, language: str = "en", *, drafts: bool = False) -> list[Turn]:
    """The dialogue about a clip. Its targets are the objects with an event in it; drafts only where asked for."""
    things = [o for o in document.objects_in(clip) if drafts or not o.is_draft]
    targets = [
        target(document, thing, clip, language)
        for thing in things
        if any(s.event and s.range.overlap(clip.range) for s in document.segments(thing.key))
    ]
    anomaly = clip.anomaly if clip.anomaly is not None else bool(targets)
    return turns(anomaly, targets, document.environment(clip, language), language)
