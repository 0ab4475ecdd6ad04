"""Whole videos, of minutes or hours, searched for events: heat of every pair, peaks joined by a rule, each asked about.

The videos pass through as a stream of pairs; what is kept is a score per pair, and the maps on disk. What was computed
is never computed again: a run that was stopped or killed goes on where it was, and another rule needs no network.
Begin with `scan`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.events import Event, Rule, Span, ranked, spans
from tvau_studio.domain.frames import FrameRange, pair_count
from tvau_studio.domain.geometry import Box, region_of
from tvau_studio.domain.paths import cache_folder
from tvau_studio.services.scan_curves import Curve, curve

if TYPE_CHECKING:
    from tvau_studio.media.video import Video
    from tvau_studio.services.models import Cancel, Model, Progress
    from tvau_studio.store.answer_cache import AnswerCache
    from tvau_studio.store.heatmap_cache import HeatmapCache


_REMEMBERED = 8192
"""Maps of peaks in memory, at most."""
_LEAST = 24
"""A question is about at least so many frames, the length of the clips on which networks are trained."""


@dataclass(frozen=True)
class Options:
    """ask: have the model describe each event. language: of question and answer, ``en`` or ``zh``."""

    rule: Rule = field(default_factory=Rule)
    ask: bool = True
    language: str = "en"


@dataclass(frozen=True)
class Result:
    """events: ranked. refused: one sentence for each video that could not be scanned."""

    events: list[Event]
    refused: list[str] = field(default_factory=list)


def default_cache() -> Path:
    """Where the maps of videos without a project are kept."""
    return cache_folder() / "scans"


def heat_cache(folder: Path) -> HeatmapCache:
    """The maps kept in a folder."""
    from tvau_studio.store.heatmap_cache import HeatmapCache

    return HeatmapCache(folder)


def video_paths(paths: Sequence[str | Path]) -> list[Path]:
    """The videos named, and those in the folders named, each once; a folder of pictures is a video. Raises StudioError
    where something is not there or holds no video.
    """
    from tvau_studio.services.adding import video_files

    found: dict[Path, None] = {}
    for path in map(Path, paths):
        try:
            found.update(dict.fromkeys(video_files([path])))
        except StudioError:
            if not path.is_dir():
                raise
            found[path] = None  # perhaps of pictures: opening it says what is wrong where it is not
    return list(found)


def scan(
    paths: Sequence[str | Path],
    model: Model,
    cache: HeatmapCache,
    options: Options | None = None,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Result:
    """Scan videos, one after the other; a video that cannot be read is named in the result and the others go on.

    progress(done, total) counts pairs of all videos. Raises StudioError where the model has no heat or no video can be
    scanned, Cancelled once `cancel()` was true; then what was computed is in the cache.
    """
    from tvau_studio.media.video import Video

    if not model.has_heat:
        raise StudioError(
            "{name} has no anomaly heatmap decoder; take tvau-tiny, or train one with `tvau-studio train heatmap`.",
            name=model.name,
        )
    videos: list[Video] = []
    refused: list[str] = []
    for path in paths:
        try:
            videos.append(Video(path))
        except StudioError as error:
            refused.append(str(error))
    total = sum(pair_count(len(v)) for v in videos)
    events: list[Event] = []
    before = 0
    for video in videos:
        here = pair_count(len(video))
        count = _shifted(progress, before, total)
        with video:
            try:
                events += scan_video(video, model, cache, options or Options(), progress=count, cancel=cancel)
            except StudioError as error:
                refused.append(str(error))
        before += here
        if progress is not None:
            progress(before, total)
    if refused and len(refused) == len(paths):
        raise StudioError("{why}", why=refused[0])
    return Result(ranked(events), refused)


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, _: progress(before + done, total)


def scan_video(
    video: Video,
    model: Model,
    cache: HeatmapCache,
    options: Options,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> list[Event]:
    """The events of one video, ranked. Raises as `curve` and `describe`."""
    found = events(curve(video, model, cache, progress=progress, cancel=cancel), options.rule, cache)
    if options.ask:
        kept = answers(cache, video.fingerprint, model.id)
        found = [describe(e, video, model, cache, kept, options.language, cancel=cancel) for e in found]
    return found


# -- events


class Maps(Protocol):
    """What is asked of a heat cache here."""

    def read(self, video: str, model: str, pairs: Sequence[int]) -> dict[int, npt.NDArray[np.float32]]: ...


class Remembered:
    """A heat cache whose maps, once read, stay in memory: the peaks of events, for which another rule asks again."""

    def __init__(self, cache: Maps) -> None:
        self._cache = cache
        self._known: dict[tuple[str, str, int], npt.NDArray[np.float32]] = {}

    def read(self, video: str, model: str, pairs: Sequence[int]) -> dict[int, npt.NDArray[np.float32]]:
        # Two threads may ask at once: nothing that is given back is looked up a second time.
        known = {k: values for k in pairs if (values := self._known.get((video, model, k))) is not None}
        found = self._cache.read(video, model, [k for k in pairs if k not in known])
        if len(self._known) > _REMEMBERED:
            self._known = {}
        self._known.update({(video, model, k): values for k, values in found.items()})
        return known | found


def events(curve: Curve, rule: Rule, cache: Maps) -> list[Event]:
    """The events that a rule makes of a curve, ranked, not yet described. Reads one map per event, computes nothing."""
    found = []
    peaks = spans(curve.scores, curve.frames, rule)
    maps = cache.read(curve.fingerprint, curve.model, [span.peak // 2 for span in peaks])
    for span in peaks:
        region, box = _place(curve, span, rule, maps.get(span.peak // 2))
        found.append(
            Event(
                video=curve.video,
                frames=(span.start, span.stop),
                score=round(span.score, 4),
                region=region,
                box=box,
                peak=span.peak,
                model=curve.name,
                size=curve.size,
            )
        )
    return ranked(found)


def _place(curve: Curve, span: Span, rule: Rule, heat: npt.NDArray[np.float32] | None) -> tuple[str, Box]:
    """Where the hottest pair is hot: the component that holds the maximum, or its cell where the map is not kept."""
    from tvau_studio.proposals.components import components

    if heat is not None and (blobs := components(heat, curve.size, rule.threshold)):
        return region_of(*blobs[0].centre, curve.size), blobs[0].box
    dy, dx = curve.size[0] / curve.grid[0], curve.size[1] / curve.grid[1]
    row, column = map(int, curve.cells[span.peak // 2])
    return region_of((column + 0.5) * dx, (row + 0.5) * dy, curve.size), Box(column * dx, row * dy, dx, dy)


# -- answers


def answers(cache: HeatmapCache, fingerprint: str, model: str) -> AnswerCache:
    """What was said of a video before. model: the id."""
    from tvau_studio.store.answer_cache import AnswerCache

    return AnswerCache(cache.folder, fingerprint, model)


def describe(
    event: Event,
    video: Video,
    model: Model,
    cache: HeatmapCache,
    kept: AnswerCache,
    language: str = "en",
    *,
    cancel: Cancel | None = None,
) -> Event:
    """The event with the model's answer to whether there is an anomaly, and with its class.

    Asked is the event's own range; of a longer one than the model takes, the part around its peak; of a shorter one
    than 24 frames, so many around it. What was asked before is not asked again. Raises Cancelled once `cancel()` was
    true.
    """
    from tvau_studio.domain.dialogue import templates
    from tvau_studio.services import asking

    frames = asked_range(event, len(video), model.max_frames)
    question = str(templates(language)["ask_anomaly"])
    key = ["ask", frames.start, frames.stop, question, language]
    said = kept.get(key)
    if not _is_answer(said):
        reply = asking.ask(model, video, question, frames.start, frames.stop, language, cancel=cancel)
        said = {"answer": reply.answer, "anomaly": reply.anomaly}
        kept.put(key, said)
    return replace(
        event,
        question=question,
        asked=(frames.start, frames.stop),
        answer=said["answer"],
        anomaly=said["anomaly"],
        event=_class(event, video, model, cache, kept, cancel),
    )


def recall(event: Event, frames: int, max_frames: int, kept: AnswerCache, language: str = "en") -> Event:
    """The event with the answer that was given before, where there is one; needs no network. frames: of the video."""
    from tvau_studio.domain.dialogue import templates

    asked = asked_range(event, frames, max_frames)
    question = str(templates(language)["ask_anomaly"])
    said = kept.get(["ask", asked.start, asked.stop, question, language])
    if not _is_answer(said):
        return event
    name = kept.get(["class", event.peak, *event.box.tuple()])
    return replace(
        event,
        question=question,
        asked=(asked.start, asked.stop),
        answer=said["answer"],
        anomaly=said["anomaly"],
        event=name if isinstance(name, str) else None,
    )


def asked_range(event: Event, frames: int, max_frames: int) -> FrameRange:
    """Which frames the question about an event takes. frames: of the video. max_frames: the model's limit."""
    start, stop = event.frames
    length = min(max(stop - start, _LEAST), max_frames, frames)
    if stop - start > length:
        low, high, middle = start, stop, event.peak + 1
    else:
        low, high, middle = 0, frames, (start + stop) // 2
    first = min(max(low, middle - length // 2), high - length)
    return FrameRange(first, first + length)


def _is_answer(said: Any) -> bool:
    return isinstance(said, dict) and isinstance(said.get("answer"), str) and said.get("anomaly") in (True, False, None)


def _class(
    event: Event, video: Video, model: Model, cache: HeatmapCache, kept: AnswerCache, cancel: Cancel | None
) -> str | None:
    """The class that is strongest in the event's box at its peak."""
    from tvau_studio.services.proposing import OTHER, class_strength

    key = ["class", event.peak, *event.box.tuple()]
    name = kept.get(key)
    if isinstance(name, str):
        return name
    pair = event.peak // 2
    heat = cache.read(video.fingerprint, model.id, [pair]).get(pair)
    if heat is None or not model.classes:
        return None
    maps = model.host.class_heat(video, [pair], None, cancel)[0]
    height, width = video.info.size
    strength = class_strength(maps, heat, event.box, (int(height), int(width)))
    best = int(strength.argmax())
    # A class that is less likely there than normal behaviour is no answer.
    name = model.classes[best] if strength[best] > 0.5 else OTHER
    kept.put(key, name)
    return name
