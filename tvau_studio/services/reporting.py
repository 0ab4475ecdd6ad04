"""A report that one can hand over: the chosen events of a scan, or the accepted anomalous clips of a project, with
pictures, heat, curve, answers and what they stand on. As HTML, PDF or JSON; the same inputs give the same bytes but for
the date.
"""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tvau_studio.domain.dialogue import clip_turns, event_name, region_name
from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import Cancelled, StudioError, UsageError
from tvau_studio.domain.events import Event
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box, region_of
from tvau_studio.domain.labels import Clip
from tvau_studio.domain.labels import Video as Row
from tvau_studio.services.files import whole_file
from tvau_studio.services.report_content import WORDS, Item, Picture, Report, Said
from tvau_studio.services.report_sight import Heat, Sight

if TYPE_CHECKING:
    from tvau_studio.media.video import Video
    from tvau_studio.services.models import Cancel, Progress
    from tvau_studio.services.projects import Project

SUFFIXES = (".html", ".pdf", ".json")


@dataclass(frozen=True)
class Wish:
    """events: of a scan, in the order in which they are told; None: the accepted anomalous clips. source: where the
    events come from, for people. model: facts of the model, as `models.describe_model` gives them. made: the date;
    None: now. threshold: above which heat counts as hot.
    """

    events: Sequence[Event] | None = None
    source: str = ""
    language: str = "en"
    threshold: float = 0.5
    made: str | None = None
    model: dict[str, Any] | None = None


def check_target(path: str | Path) -> None:
    """Raises UsageError where the name ends in none of `SUFFIXES`."""
    if Path(path).suffix.lower() not in SUFFIXES:
        raise UsageError("{path} is no report; give a name that ends in .html, .pdf or .json.", path=path)


def gather(
    project: Project, heat: Heat | None, wish: Wish, *, progress: Progress | None = None, cancel: Cancel | None = None
) -> Report:
    """All that the report shows. progress(done, total) counts entries. Raises StudioError where there is nothing to
    report, Cancelled once `cancel()` was true.
    """
    words = WORDS[wish.language]
    rows = project.videos
    items: list[Item] = []
    if wish.events is not None:
        wanted: list[tuple[Row | None, Event | Clip]] = [(_row_of(project, rows, e), e) for e in wish.events]
    else:
        wanted = [(row, clip) for row in rows for clip in _accepted(project, row)]
        if not wanted:
            raise StudioError(
                "{project} has no accepted clip with an anomaly; accept some, or give the events of a scan.",
                project=project.target,
            )
    made = _Making(project, heat, wish)
    try:
        for n, (row, what) in enumerate(wanted):
            if cancel is not None and cancel():
                raise Cancelled
            if progress is not None:
                progress(n, len(wanted))
            items.append(made.event(row, what) if isinstance(what, Event) else made.clip(row, what))
    finally:
        made.close()
    facts = [(words["project"], project.name), (words["source"], wish.source or words["labels"])]
    facts += [(words["count"], str(len(items))), *_model_facts(heat, wish, words)]
    return Report(
        title=f"{words['report']}: {project.name}",
        made=wish.made or datetime.datetime.now().astimezone().isoformat(" ", "minutes"),
        language=wish.language,
        facts=tuple(facts),
        items=tuple(items),
    )


def _accepted(project: Project, row: Row) -> list[Clip]:
    document = project.document(row.key)
    return [c for c in document.clips(row.key) if c.state == "accepted" and document.anomalous(c)]


def _row_of(project: Project, rows: Sequence[Row], event: Event) -> Row | None:
    """The project's video that the event is of."""
    path = Path(event.video).resolve()
    return next((r for r in rows if (project.folder / r.path).resolve() == path), None)


def _model_facts(heat: Heat | None, wish: Wish, words: dict[str, str]) -> list[tuple[str, str]]:
    from tvau_studio import __version__

    names = sorted({e.model for e in wish.events or () if e.model}) or ([heat.name] if heat else [])
    found = [(words["model"], ", ".join(names))] if names else []
    facts = wish.model or {}
    if names == [facts.get("name")]:
        found.append((words["parameters"], f"{facts['parameters'] / 1e6:.1f} M"))
        found.append((words["model id"], str(facts["id"])))
    return [*found, (words["threshold"], f"{wish.threshold:g}"), (words["program"], f"tvau-studio {__version__}")]


class _Making:
    """Items one by one; a video stays open until another is wanted."""

    def __init__(self, project: Project, heat: Heat | None, wish: Wish) -> None:
        self._project, self._heat, self._wish = project, heat, wish
        self._sight = Sight(heat, wish.threshold)
        self._words = WORDS[wish.language]
        self._open: tuple[str, Video | None] | None = None
        self._documents: dict[str, Document] = {}

    def close(self) -> None:
        if self._open is not None and self._open[1] is not None:
            self._open[1].close()
        self._open = None

    def event(self, row: Row | None, event: Event) -> Item:
        video = self._video(row, event.video)
        boxes = [event.box] if event.box.area else []
        others = [] if row is None else [b for _, b in self._labelled(row, event.peak)]
        said: tuple[Said, ...] = ()
        if event.answer is not None:
            said = (Said(event.question or "", event.answer, event.model, event.asked or event.frames),)
        return self._item(
            video,
            kind="event",
            path=event.video,
            frames=event.range,
            peak=event.peak,
            score=event.score,
            region=event.region,
            events=(event.event,) if event.event else (),
            box=event.box,
            drawn=[(b, 0) for b in boxes] + [(b, 1) for b in others],
            said=said,
        )

    def clip(self, row: Row | None, clip: Clip) -> Item:
        assert row is not None
        video = self._video(row, row.path)
        document = self._document(row)
        names = [
            segment.event
            for thing in document.objects_in(clip)
            if thing.verdict == "accepted"
            for segment in document.segments(thing.key)
            if segment.event and segment.range.overlap(clip.range)
        ]
        peak, score = self._sight.hottest(video, clip.range)
        if peak is None:
            peak = self._fullest(row, clip)
        drawn = self._labelled(row, peak)
        region = region_of(*drawn[0][1].centre, row.size) if drawn and row.size else None
        said = [
            Said(turn.question, turn.answer, "", (clip.start, clip.stop))
            for turn in clip_turns(document, clip, self._wish.language)
        ]
        return self._item(
            video,
            kind="clip",
            path=row.path,
            frames=clip.range,
            peak=peak,
            score=score,
            region=region,
            events=tuple(dict.fromkeys(names)),
            box=drawn[0][1] if drawn else None,
            drawn=[(box, 1 + n) for n, (_, box) in enumerate(drawn)],
            said=tuple(said),
        )

    def _item(
        self,
        video: Video | None,
        *,
        kind: str,
        path: str,
        frames: FrameRange,
        peak: int,
        score: float | None,
        region: str | None,
        events: tuple[str, ...],
        box: Box | None,
        drawn: Sequence[tuple[Box, int]],
        said: tuple[Said, ...],
    ) -> Item:
        language, words = self._wish.language, self._words
        curve, seconds, note = None, None, ""
        pictures: tuple[Picture, ...] = ()
        if video is None or frames.stop > len(video):
            note = words["missing video"].format(path=path)
        else:
            curve = self._sight.curve(video, frames)
            note = "" if curve is not None or self._heat is None else words["no heat"]
            pictures = self._sight.pictures(video, peak, drawn)
            seconds = _seconds(video, frames)
        return Item(
            kind=kind,
            title=f"{Path(path.replace(chr(92), '/')).name} {frames}",
            video=path,
            frames=(frames.start, frames.stop),
            seconds=seconds,
            score=score,
            peak=peak,
            region=region_name(region, language) if region else None,
            events=tuple(event_name(e, language) for e in events),
            box=None if box is None else box.tuple(),
            pictures=pictures,
            curve=curve,
            said=said,
            note=note,
        )

    # -- what is shown

    def _video(self, row: Row | None, path: str) -> Video | None:
        """The video, opened; None where it is missing or no video any more."""
        from tvau_studio.media.video import Video

        found = self._project.find_video(row) if row is not None else Path(path)
        name = str(found) if found is not None else path
        if self._open is None or self._open[0] != name:
            self.close()
            try:
                self._open = (name, Video(found) if found is not None else None)
            except StudioError:
                self._open = (name, None)
        return self._open[1]

    def _document(self, row: Row) -> Document:
        if row.key not in self._documents:
            self._documents = {row.key: self._project.document(row.key)}
        return self._documents[row.key]

    def _labelled(self, row: Row, frame: int) -> list[tuple[int, Box]]:
        """What people labelled in a frame: (track, box)."""
        document = self._document(row)
        found = []
        for thing in document.objects(row.key):
            shown = document.track(thing.key).at(frame) if thing.verdict == "accepted" else None
            if shown is not None and not shown.box.is_point:
                found.append((thing.track, shown.box))
        return sorted(found, key=lambda f: f[0])

    def _fullest(self, row: Row, clip: Clip) -> int:
        """The frame of a clip in which most is labelled, the one nearest its middle on a tie."""
        middle = (clip.start + clip.stop) // 2
        frames = range(clip.start, clip.stop, max(1, len(clip.range) // 48))
        return max(frames, key=lambda f: (len(self._labelled(row, f)), -abs(f - middle)))


def _seconds(video: Video, frames: FrameRange) -> tuple[float, float]:
    """When the first frame comes and when the last one goes."""
    clock = video.clock
    if frames.stop < len(clock):
        return float(clock[frames.start]), float(clock[frames.stop])
    return float(clock[frames.start]), float(clock[-1]) + (1 / float(video.info.fps) if video.info.fps else 0.0)


# -- into a file


def write(report: Report, path: str | Path) -> None:
    """Write it as the name ends; the file appears whole or not at all. Raises UsageError for another ending,
    StudioError where it cannot be written.
    """
    check_target(path)
    suffix = Path(path).suffix.lower()
    if suffix == ".pdf":
        from tvau_studio.services.report_pdf import pdf

        data = pdf(report)
    elif suffix == ".html":
        from tvau_studio.services.report_html import html

        data = html(report).encode()
    else:
        data = (json.dumps(to_dict(report), ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()
    with whole_file(path) as file:
        file.write(data)


def to_dict(report: Report) -> dict[str, Any]:
    """JSON-ready; pictures as ``data:`` addresses."""
    row = asdict(report)
    row["facts"] = dict(report.facts)
    for item, made in zip(row["items"], report.items, strict=True):
        for picture, jpeg in zip(item["pictures"], (p.jpeg for p in made.pictures), strict=True):
            del picture["jpeg"]
            picture["image"] = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
    return row
