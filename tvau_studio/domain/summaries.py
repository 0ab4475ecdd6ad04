"""Clips as lists show them: a clip's own row, and what is in it, counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import Clip


class ClipHead(NamedTuple):
    """What stands in a clip's own row."""

    key: str
    id: str
    video: str
    start: int
    stop: int
    state: str
    annotator: str
    assignee: str


@dataclass(frozen=True)
class ClipHeads:
    """heads: of every clip, by the path of its video, then start, stop, id. paths: of every video. seq: the number in
    the log up to which they hold.
    """

    heads: Sequence[ClipHead]
    paths: Mapping[str, str]
    seq: int


@dataclass(frozen=True, slots=True)
class ClipSummary:
    """A clip as the browser lists it. key, id, start, stop, state, annotator, assignee: the clip's. video, path: its
    video's key and path. objects: how many things are in it, drafts among them, rejected ones not; drafts: how many
    nobody decided on. events: the event classes in it, sorted, drafts' too. anomalous: see `Document.anomalous`.
    known: whether what is in it was counted; else these four say nothing.
    """

    key: str
    id: str
    video: str
    path: str
    start: int
    stop: int
    state: str
    objects: int = 0
    drafts: int = 0
    events: tuple[str, ...] = ()
    anomalous: bool = False
    annotator: str = ""
    assignee: str = ""
    known: bool = True


def uncounted(head: ClipHead, path: str) -> ClipSummary:
    """A clip of which only its own row is known."""
    return ClipSummary(
        head.key,
        head.id,
        head.video,
        path,
        head.start,
        head.stop,
        head.state,
        annotator=head.annotator,
        assignee=head.assignee,
        known=False,
    )


def counted(document: Document, clip: Clip) -> ClipSummary:
    """A clip with what is in it."""
    things = document.objects_in(clip)
    events = {
        segment.event
        for thing in things
        for segment in document.segments(thing.key)
        if segment.event is not None and segment.range.overlap(clip.range)
    }
    return ClipSummary(
        clip.key,
        clip.id,
        clip.video,
        document.video(clip.video).path,
        clip.start,
        clip.stop,
        clip.state,
        len(things),
        sum(thing.is_draft for thing in things),
        tuple(sorted(events)),
        document.anomalous(clip),
        clip.annotator,
        clip.assignee,
    )
