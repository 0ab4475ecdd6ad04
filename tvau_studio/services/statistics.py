"""What a data set holds, counted: for pictures whose bars lead to the clips behind them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tvau_studio.domain.geometry import REGIONS
from tvau_studio.domain.labels import SPLITS, STATES
from tvau_studio.domain.queries import Entry

if TYPE_CHECKING:
    from tvau_studio.services.browsing import Clips
    from tvau_studio.services.projects import Project

_MOST = 14
"""Bars of a chart that could have any number of them; the rest is counted together."""
_MANY = 10
"""Objects from which on clips are counted together."""
_LENGTHS = (24, 48, 72, 120, 240, 480, 1200, 2400)
_EVERYDAY = re.compile(
    r"an?|the|and|or|of|in|on|at|to|with|from|is|are|was|were|be|by|for|his|her|its|their|it|he|she|they|who|that|this"
    r"|as|into|over|under|near|next|out|up|down|front|behind|while|one|two|wearing"
)
"""Words that say nothing of a look."""


@dataclass(frozen=True)
class Bar:
    """count: how many. query: what finds the clips behind it (see `domain.queries`), "" where no query does."""

    label: str
    count: int
    query: str = ""


@dataclass(frozen=True)
class Chart:
    """name: stable. title: English. what: what is counted, English plural. grid: the nine regions, row by row."""

    name: str
    title: str
    what: str
    bars: Sequence[Bar]
    grid: bool = False


def charts(project: Project, clips: Clips) -> list[Chart]:
    """Every chart of a project; the clips have to be of it."""
    entries = clips.entries
    return [
        _events(entries),
        _named("states", "Review", entries, lambda e: e.state, STATES, "state"),
        _named("splits", "Splits", entries, lambda e: e.split or "none", (*SPLITS, "none"), "split"),
        _objects(entries),
        _lengths(entries),
        _positions(clips),
        _people(entries),
        _words(project),
        _days(project),
    ]


def _events(entries: Iterable[Entry]) -> Chart:
    counts: Counter[str] = Counter(event for e in entries for event in e.events)
    bars = [Bar(event, n, f'event:"{event}"') for event, n in counts.most_common(_MOST)]
    normal = sum(not e.events for e in entries)
    return Chart("events", "Events", "clips", [*bars, *([Bar("no event", normal, "-event:*")] if normal else [])])


def _named(
    name: str, title: str, entries: Iterable[Entry], value: Callable[[Entry], str], known: Sequence[str], field: str
) -> Chart:
    counts = Counter(map(value, entries))
    return Chart(name, title, "clips", [Bar(v, counts[v], f'{field}:"{v}"') for v in known])


def _objects(entries: Iterable[Entry]) -> Chart:
    counts = Counter(min(e.objects, _MANY) for e in entries)
    bars = [Bar(str(n), counts[n], f"objects:{n}") for n in range(min(_MANY, max(counts, default=-1) + 1))]
    if counts[_MANY]:
        bars.append(Bar(f"{_MANY}+", counts[_MANY], f"objects>={_MANY}"))
    return Chart("objects", "Objects in a clip", "clips", bars)


def _lengths(entries: Iterable[Entry]) -> Chart:
    bars, below = [], 0
    lengths = [e.stop - e.start for e in entries]
    for most in _LENGTHS:
        if n := sum(below < length <= most for length in lengths):
            bars.append(Bar(f"{below + 1}–{most}", n, f"frames>{below} frames<={most}"))
        below = most
    if n := sum(length > below for length in lengths):
        bars.append(Bar(f"over {below}", n, f"frames>{below}"))
    return Chart("lengths", "Frames in a clip", "clips", bars)


def _positions(clips: Clips) -> Chart:
    kinds = clips.regions()
    counts: Counter[str] = Counter(region for regions in kinds for region in regions)
    bars = [Bar(r, counts[r], f"region:{r}") for r in REGIONS]
    return Chart("positions", "Where objects are", "clips", bars, grid=True)


def _people(entries: Iterable[Entry]) -> Chart:
    counts = Counter(e.annotator for e in entries)
    bars = [
        Bar(name or "nobody yet", n, f'annotator:"{name}"' if name else "-annotator:?*")
        for name, n in counts.most_common(_MOST)
    ]
    return Chart("people", "Labelled by", "clips", bars)


def _words(project: Project) -> Chart:
    counts: Counter[str] = Counter()
    for thing in project.objects:
        if thing.verdict != "rejected":
            words = re.findall(r"[a-z]{2,}", thing.appearance_en.lower())
            counts.update({w for w in words if not _EVERYDAY.fullmatch(w)})
    bars = [Bar(w, n, f'text:"{w}"') for w, n in counts.most_common(_MOST)]
    return Chart("words", "Words of appearance", "objects", bars)


def _days(project: Project) -> Chart:
    """Edits of each of the last days on which somebody worked."""
    counts = project.edits_by_day()
    bars = [Bar(_date(day), counts[day]) for day in sorted(counts)[-_MOST:]]
    return Chart("days", "Edits a day", "edits", bars)


def _date(day: int) -> str:
    return datetime.fromtimestamp(86400 * day, UTC).strftime("%Y-%m-%d")
