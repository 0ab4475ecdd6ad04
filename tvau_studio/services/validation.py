"""Every fault in the labels of a project, with the names by which a person finds its place. See `domain.checks`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tvau_studio.domain.checks import Finding, check_video
from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import Video

if TYPE_CHECKING:
    from tvau_studio.services.snapshots import Snapshots

Progress = Callable[[int, int], None]
Cancel = Callable[[], None]


class Library(Protocol):
    """What is needed of a project here."""

    @property
    def snapshots(self) -> Snapshots: ...


@dataclass(frozen=True)
class Fault:
    """A finding and where it is. video: its key. path: of the video. id: of the clip, "" where none shows it. track: of
    the object, None where it is of none.
    """

    finding: Finding
    video: str
    path: str
    id: str
    track: int | None

    @property
    def text(self) -> str:
        """One line: where, and what."""
        track = "" if self.track is None else f", track {self.track}"
        frame = "" if self.finding.frame is None else f", frame {self.finding.frame}"
        return f"{self.id or self.path}{track}{frame}: {self.finding.text}"


def faults(
    project: Library,
    *,
    state: str = "all",
    language: str = "en",
    snapshot: str = "",
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Iterator[Fault]:
    """The faults of every video, by path, as they are found.

    state: only those that a clip of it shows. language: of the texts that are wanted. snapshot: of a snapshot, "" for
    the labels as they are. progress(done, total) counts videos.
    """
    with project.snapshots.opened(snapshot) as labels:
        for n, video in enumerate(labels.videos):
            if cancel is not None:
                cancel()
            yield from of_video(labels.document(video.key), video, state, language)
            if progress is not None:
                progress(n + 1, len(labels.videos))


def of_video(document: Document, video: Video, state: str = "all", language: str = "en") -> Iterator[Fault]:
    """The faults of one video. state: see `faults`."""
    clips = {c.key: c for c in document.clips(video.key)}
    tracks = {o.key: o.track for o in document.objects(video.key)}
    for found in check_video(document, video.key, language):
        clip = clips.get(found.clip)
        if state == "all" or (clip is not None and clip.state == state):
            yield Fault(found, video.key, video.path, clip.id if clip else "", tracks.get(found.object))
