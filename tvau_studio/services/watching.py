"""A live source looked at as it comes: heat of its pairs, events as they end, each kept as a film with what came before
and behind it.

The network may be slower than the source. What it falls behind is bounded: whole pairs are left out, and that is said.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.events import Event, Rule
from tvau_studio.domain.geometry import Box, region_of

if TYPE_CHECKING:
    from tvau_studio.media.live import Film, LiveSource
    from tvau_studio.services.models import Cancel, Model

EVENTS = "events.jsonl"
"""The list of events, in the folder of their films."""

_SHARE = 0.2
"""Seconds after which a wait looks up whether it should stop."""


@dataclass(frozen=True)
class Plan:
    """before, after: seconds of film before an event and behind it. behind: pictures that the network may be behind.
    longest: seconds after which an event that goes on is cut into another. seconds: how long to watch, None = until
    the source ends.
    """

    rule: Rule = field(default_factory=Rule)
    before: float = 3.0
    after: float = 3.0
    behind: int = 50
    longest: float = 600.0
    seconds: float | None = None


@dataclass(frozen=True)
class Look:
    """One pair that was looked at. heat: float32 [H', W']. delay: seconds from its last picture's coming to this."""

    pair: int
    score: float
    heat: npt.NDArray[np.float32]
    delay: float


@dataclass
class Summary:
    """pairs: looked at. skipped: left out because the network was behind. delay: mean seconds, most: the longest.
    ended: why it ended, one sentence; failed: whether it should not have.
    """

    pairs: int = 0
    skipped: int = 0
    delay: float = 0.0
    most: float = 0.0
    events: list[Event] = field(default_factory=list)
    ended: str = ""
    failed: bool = False


@dataclass
class _Open:
    """An event that goes on: pairs first..last hot. peak: the hottest pair, with its map."""

    first: int
    last: int
    peak: int
    score: float
    heat: npt.NDArray[np.float32]
    hot: int = 2

    @property
    def frames(self) -> tuple[int, int]:
        return 2 * self.first, 2 * self.last + 2


class Grouping:
    """`domain.events.spans` for pairs that come one by one: the same rule, told as soon as it is certain."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self.open: _Open | None = None

    def add(self, pair: int, score: float, heat: npt.NDArray[np.float32]) -> _Open | None:
        """Take the next pair (numbers ascend; what is left out is cold); the event that has ended by now, if one has
        (it may be too short: `counts`).
        """
        ended = None
        if self.open is not None and 2 * pair - self.open.frames[1] > self._rule.gap:
            ended, self.open = self.open, None
        if score > self._rule.threshold:
            if self.open is None:
                self.open = _Open(pair, pair, pair, score, heat)
            else:
                self.open.last, self.open.hot = pair, self.open.hot + 2
                if score > self.open.score:
                    self.open.peak, self.open.score, self.open.heat = pair, score, heat
        return ended

    def end(self) -> _Open | None:
        """No pair comes any more, or the event is to be cut here."""
        ended, self.open = self.open, None
        return ended

    def counts(self, event: _Open) -> bool:
        """Whether it is long enough."""
        return event.hot >= self._rule.shortest


def watch(
    source: LiveSource,
    model: Model,
    folder: str | Path,
    plan: Plan | None = None,
    *,
    look: Callable[[Look], None] | None = None,
    found: Callable[[Event], None] | None = None,
    skipped: Callable[[int], None] | None = None,
    cancel: Cancel | None = None,
) -> Summary:
    """Watch a source that has been begun until it ends, `cancel()` is true or its time is over. Films of events go into
    `folder`, and a line for each into `EVENTS` there. look(pair looked at), found(event whose film is complete),
    skipped(pairs left out just now) are told on this thread.

    Raises StudioError where the model has no heat or the folder cannot be written.
    """
    if not model.has_heat:
        raise StudioError("{name} makes no heat; choose another model.", name=model.name)
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudioError("{path} cannot be made: {why}.", path=folder, why=error.strerror) from None
    return _Watch(source, model, folder, plan or Plan(), look, found, skipped, cancel).run()


class _Watch:
    def __init__(
        self,
        source: LiveSource,
        model: Model,
        folder: Path,
        plan: Plan,
        look: Callable[[Look], None] | None,
        found: Callable[[Event], None] | None,
        skipped: Callable[[int], None] | None,
        cancel: Cancel | None,
    ) -> None:
        self._source, self._model, self._folder, self._plan = source, model, folder, plan
        self._look, self._found, self._skipped, self._cancel = look, found, skipped, cancel
        self._grouping = Grouping(plan.rule)
        self._film: Film | None = None
        self._finishing: list[tuple[_Open, Film]] = []
        self._made = Summary()
        self._hurried = False

    def run(self) -> Summary:
        source, plan, made = self._source, self._plan, self._made
        begun, pair = time.monotonic(), 0
        try:
            while True:
                if self._cancel is not None and self._cancel():
                    made.ended = f"Watching {source.source} was stopped."
                    break
                if plan.seconds is not None and time.monotonic() - begun >= plan.seconds:
                    made.ended = f"{source.source} was watched for {plan.seconds:g} seconds."
                    break
                reach = self._model.host.pair_distance
                if not source.wait(2 * pair + max(1, reach), _SHARE):
                    if source.ended:
                        made.ended, made.failed = source.ended, source.failed
                        break
                    continue
                pair = self._caught_up(pair, reach)
                self._see(pair, reach)
                pair += 1
        except BaseException:
            self._hurried = True  # Ctrl-C: what there is of the films is kept, and nothing is waited for
            raise
        finally:
            self._close(self._grouping.end())
            self._wait_for_films()
        return made

    def _caught_up(self, pair: int, reach: int) -> int:
        """The pair to look at: the next one, or the newest where that is too far behind."""
        count = len(self._source)
        if count - (2 * pair + max(1, reach) + 1) <= self._plan.behind and self._source.oldest <= 2 * pair:
            return pair
        newest = (count - 1 - max(1, reach)) // 2
        self._made.skipped += newest - pair
        if self._skipped is not None and newest > pair:
            self._skipped(newest - pair)
        return max(pair, newest)

    def _see(self, pair: int, reach: int) -> None:
        made = self._made
        try:
            heat = self._model.host.heat(self._source, [pair], remember=False)[0]
        except StudioError:
            if self._source.oldest <= 2 * pair:
                raise
            made.skipped += 1  # its pictures went while they were waited for
            if self._skipped is not None:
                self._skipped(1)
            return
        score = float(heat.max())
        delay = time.monotonic() - self._source.came(2 * pair + max(1, reach))
        made.delay += (delay - made.delay) / (made.pairs + 1)
        made.pairs, made.most = made.pairs + 1, max(made.most, delay)
        self._close(self._grouping.add(pair, score, heat))
        going = self._grouping.open
        if going is not None and self._film is None:
            self._film = self._source.film(self._folder, time.strftime("%Y-%m-%d %H-%M-%S") + f" {2 * pair}", 2 * pair)
        if going is not None and 2 * (going.last - going.first) / self._source.info.fps > self._plan.longest:
            self._close(self._grouping.end())
        if self._look is not None:
            self._look(Look(pair, score, heat, delay))
        self._tell_complete()

    # -- films

    def _close(self, event: _Open | None) -> None:
        """What becomes of the film of an event that ended."""
        film = self._film
        if event is None or film is None:
            return
        self._film = None
        if self._grouping.counts(event):
            self._source.keep(film, self._plan.after)
            self._finishing.append((event, film))
        else:
            self._source.discard(film)

    def _tell_complete(self) -> None:
        for event, film in [f for f in self._finishing if f[1].closed]:
            self._finishing.remove((event, film))
            if film.error:
                raise StudioError("{path} broke off: {why}.", path=film.path, why=film.error)
            self._enter(event, film)

    def _wait_for_films(self) -> None:
        """Let the films of events run out, as long as they wished and the source goes on."""
        end = time.monotonic() + self._plan.after + self._source.patience
        while any(not film.closed for _, film in self._finishing) and time.monotonic() < end:
            if self._hurried or (self._cancel is not None and self._cancel()):
                for _, film in self._finishing:
                    self._source.cut(film)
            self._source.wait(len(self._source), _SHARE)
        self._tell_complete()

    def _enter(self, event: _Open, film: Film) -> None:
        size = self._source.info.size
        region, box = _place(event, size, self._plan.rule)
        a, b = (max(0, f - film.first) for f in event.frames)
        made = Event(
            video=str(film.path),
            frames=(a, max(b, a + 1)),
            score=round(event.score, 4),
            region=region,
            box=box,
            peak=max(0, 2 * event.peak - film.first),
            model=self._model.name,
            size=size,
        )
        self._made.events.append(made)
        row = {**made.to_dict(), "video": film.path.name}
        try:
            with (self._folder / EVENTS).open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        except OSError as error:
            raise StudioError("{path} cannot be written: {why}.", path=self._folder, why=error.strerror) from None
        if self._found is not None:
            self._found(made)


def _place(event: _Open, size: tuple[int, int], rule: Rule) -> tuple[str, Box]:
    from tvau_studio.proposals.components import components

    best = components(event.heat, size, rule.threshold)[0]
    return region_of(*best.centre, size), best.box
