"""Videos of a project dealt out to train, val and test, and what is wrong with the splits that they have.

How they are dealt out is `domain.splits`; which show the same, and so may not be in two splits, is `likeness`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Edit, changed, edit
from tvau_studio.domain.labels import Split, Video
from tvau_studio.domain.splits import NORMAL, SHARES, Balance, Content, balance, deal
from tvau_studio.services.likeness import Cancel, Likeness, Progress, likeness

if TYPE_CHECKING:
    from tvau_studio.store.repository import Snapshot


class Library(Protocol):
    """What is needed of a project here."""

    @property
    def videos(self) -> list[Video]: ...

    @property
    def cache_folder(self) -> Path: ...

    def find_video(self, video: Video) -> Path | None: ...

    def snapshot(self) -> AbstractContextManager[Snapshot]: ...

    def commit(self, edit: Edit) -> int: ...


@dataclass(frozen=True)
class SplitWishes:
    """shares: split -> its part of the whole. seed: the same deals the same. keep: videos that have a split keep it.
    look: videos are compared, and those that show the same go together; it reads every video once.
    """

    shares: Mapping[Split, float] = field(default_factory=lambda: dict(SHARES))
    seed: int = 0
    keep: bool = False
    look: bool = True


@dataclass(frozen=True)
class SplitReport:
    """splits: video key -> split. before, after: what the splits hold. likeness: videos that show the same; None where
    nobody looked. changed: how many videos are in another split than before.
    """

    splits: Mapping[str, Split]
    before: Balance
    after: Balance
    likeness: Likeness | None
    changed: int


def contents(project: Library, cancel: Cancel | None = None) -> list[Content]:
    """What each video holds, by path."""
    found = []
    with project.snapshot() as snapshot:
        for video in snapshot.videos:
            if cancel is not None:
                cancel()
            found.append(_content(snapshot.document(video.key), video))
    return found


def _content(document: Document, video: Video) -> Content:
    events: Counter[str] = Counter()
    clips = document.clips(video.key)
    things = [o for o in document.objects(video.key) if o.verdict == "accepted"]
    segments = [s for o in things for s in document.segments(o.key) if s.event is not None]
    for clip in clips:
        shown = {s.event or NORMAL for s in segments if s.range.overlap(clip.range) is not None}
        # What a person says of a clip is more than what its segments say, and names no event.
        if not document.anomalous(clip):
            shown = {NORMAL}
        events.update(shown or {"anomaly"})
    return Content(video.key, len(clips), dict(events), video.split)


def balance_of(project: Library) -> Balance:
    """What the splits hold as they are."""
    return balance(contents(project))


def plan(
    project: Library,
    wishes: SplitWishes | None = None,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> SplitReport:
    """How the videos would be dealt out; nothing is changed. progress(done, total) counts videos that are looked at.

    Raises UsageError for wishes that make no sense.
    """
    wishes = wishes or SplitWishes()
    held = contents(project, cancel)
    seen = likeness(project, progress, cancel) if wishes.look else None
    together = [(p.one.key, p.other.key) for p in seen.pairs] if seen else _copies(project)
    splits = deal(held, wishes.shares, wishes.seed, together, wishes.keep)
    new = sum(splits[c.video] != c.split for c in held)
    return SplitReport(splits, balance(held), balance(held, splits), seen, new)


def _copies(project: Library) -> list[tuple[str, str]]:
    """Videos with the same content, by fingerprint alone."""
    first: dict[str, str] = {}
    return [(first.setdefault(v.fingerprint, v.key), v.key) for v in project.videos if v.fingerprint]


def apply(project: Library, splits: Mapping[str, Split]) -> int:
    """Give the videos their splits, as one step of undo; how many changed. splits: video key -> split."""
    rows = [v for v in project.videos if v.key in splits and v.split != splits[v.key]]
    step = edit("Split the videos", [changed(v, split=splits[v.key]) for v in rows])
    if step:
        project.commit(step)
    return len(rows)
