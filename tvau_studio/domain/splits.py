"""Videos dealt out to train, val and test: whole videos, by a seed, each event in the proportion that is wished.

Windows of one video overlap, so that a split by clip leaks. Videos that show the same (a copy, a part of another) are
kept together for the same reason. The dealing follows iterative stratification (Sechidis, Tsoumakas, Vlahavas,
ECML-PKDD 2011): the rarest event first, each group to the split that misses it most.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import SPLITS, Split

NORMAL = "normal"
"""Counted in place of an event for clips that show none."""

SHARES: dict[Split, float] = {"train": 0.8, "val": 0.1, "test": 0.1}


@dataclass(frozen=True)
class Content:
    """What a video holds. events: event, or `NORMAL` -> how many of its clips show it. split: as it is now."""

    video: str
    clips: int
    events: Mapping[str, int] = field(default_factory=dict)
    split: Split | None = None


def check_shares(shares: Mapping[Split, float]) -> None:
    """Raises UsageError where they are no shares of a whole."""
    known = all(name in SPLITS for name in shares)
    if not known or any(not 0 <= s <= 1 for s in shares.values()) or abs(sum(shares.values()) - 1) > 1e-6:
        told = ", ".join(f"{name} {share:g}" for name, share in shares.items()) or "nothing"
        raise UsageError("{told} are no shares of train, val and test; give numbers that add up to 1.", told=told)


def deal(
    contents: Sequence[Content],
    shares: Mapping[Split, float] = SHARES,
    seed: int = 0,
    together: Iterable[Iterable[str]] = (),
    keep: bool = False,
) -> dict[str, Split]:
    """Video -> its split; the same contents, shares and seed give the same.

    together: videos that may not be in two splits; sets that meet count as one. keep: videos that have a split keep it,
    and draw those that go together with them along. Raises UsageError for shares that are none, or where kept videos
    that go together are in two splits.
    """
    check_shares(shares)
    by_name = {c.video: c for c in contents}
    chance = random.Random(seed)
    groups = _groups(sorted(by_name), together)
    found: dict[str, Split] = {}
    open_groups: list[list[str]] = []
    for group in groups:
        fixed = {s for v in group if keep and (s := by_name[v].split) is not None}
        if len(fixed) > 1:
            raise UsageError(
                "{videos} show the same and are in {splits}; deal them out anew.",
                videos=" and ".join(group[:2]),
                splits=" and ".join(sorted(fixed)),
            )
        if fixed:
            found |= dict.fromkeys(group, fixed.pop())
        else:
            open_groups.append(group)
    chance.shuffle(open_groups)
    totals = {id(g): _total(by_name[v] for v in g) for g in groups}
    whole = _sum(totals.values())
    wanted = {s: Counter({label: n * share for label, n in whole.items()}) for s, share in shares.items() if share > 0}
    for group in groups:
        if group[0] in found and found[group[0]] in wanted:
            wanted[found[group[0]]].subtract(totals[id(group)])
    _deal(open_groups, totals, wanted, found, chance)
    return found


_CLIPS = "\0clips"
"""Stands beside the events for the number of clips."""


def _total(contents: Iterable[Content]) -> Counter[str]:
    found: Counter[str] = Counter()
    for content in contents:
        found.update(content.events)
        found[_CLIPS] += content.clips
    return found


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for counter in counters:
        found.update(counter)
    return found


def _deal(
    groups: list[list[str]],
    totals: Mapping[int, Counter[str]],
    wanted: dict[Split, Counter[str]],
    found: dict[str, Split],
    chance: random.Random,
) -> None:
    left = list(groups)
    while left:
        owners = Counter(label for g in left for label in totals[id(g)] if label != _CLIPS and totals[id(g)][label])
        # The rarest event decides, while there is one; videos without clips are dealt out by number alone.
        label = min(owners, key=lambda name: (owners[name], name)) if owners else _CLIPS
        chosen = [g for g in left if totals[id(g)][label]] or left
        for group in sorted(chosen, key=lambda g: -totals[id(g)][label]):
            split = _neediest(wanted, label, chance)
            found |= dict.fromkeys(group, split)
            wanted[split].subtract(totals[id(group)] or Counter({_CLIPS: len(group)}))
        gone = set(map(id, chosen))
        left = [g for g in left if id(g) not in gone]


def _neediest(wanted: Mapping[Split, Counter[str]], label: str, chance: random.Random) -> Split:
    most = max((w[label], w[_CLIPS]) for w in wanted.values())
    best = [s for s, w in wanted.items() if (w[label], w[_CLIPS]) == most]
    return best[0] if len(best) == 1 else chance.choice(best)


def _groups(videos: Sequence[str], together: Iterable[Iterable[str]]) -> list[list[str]]:
    """The videos in sets that go together, each by name, the sets by their first."""
    parent = {v: v for v in videos}

    def root(v: str) -> str:
        while parent[v] != v:
            parent[v] = parent[parent[v]]
            v = parent[v]
        return v

    for some in together:
        known = [v for v in some if v in parent]
        for other in known[1:]:
            a, b = sorted((root(known[0]), root(other)))
            parent[b] = a
    found: dict[str, list[str]] = {}
    for v in videos:
        found.setdefault(root(v), []).append(v)
    return list(found.values())


@dataclass(frozen=True)
class Balance:
    """What each split holds. shares: split -> its share of the clips. events: event -> split -> clips that show it.
    videos, clips: split -> how many. "" stands for no split.
    """

    videos: Mapping[str, int]
    clips: Mapping[str, int]
    events: Mapping[str, Mapping[str, int]]

    @property
    def shares(self) -> dict[str, float]:
        total = sum(self.clips.values())
        return {split: n / total if total else 0.0 for split, n in self.clips.items()}

    @property
    def missing(self) -> list[tuple[str, str]]:
        """(event, split) where a split that has clips shows none of an event that others show."""
        splits = [s for s in SPLITS if self.clips.get(s)]
        return [(event, s) for event, row in self.events.items() for s in splits if not row.get(s)]


def balance(contents: Iterable[Content], splits: Mapping[str, Split] | None = None) -> Balance:
    """splits: of the videos, in place of those that they have now."""
    videos: Counter[str] = Counter()
    clips: Counter[str] = Counter()
    events: dict[str, Counter[str]] = {}
    for content in contents:
        split = (content.split if splits is None else splits.get(content.video)) or ""
        videos[split] += 1
        clips[split] += content.clips
        for event, n in content.events.items():
            events.setdefault(event, Counter())[split] += n
    order = dict(sorted(events.items(), key=lambda e: (-sum(e[1].values()), e[0])))
    return Balance(dict(videos), dict(clips), {e: dict(row) for e, row in order.items()})
