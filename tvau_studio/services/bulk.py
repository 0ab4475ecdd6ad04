"""The same done to many clips, as one step of undo: what would change is said first, what cannot be done is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Edit, changed
from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.labels import Clip, Split, State

if TYPE_CHECKING:
    from tvau_studio.services.projects import Project


@dataclass(frozen=True)
class Bulk:
    """edit: what would be done, false where nothing changes. clips: how many clips change. refused: (clip's id, why)
    of those that are left as they are."""

    edit: Edit
    clips: int
    refused: Sequence[tuple[str, str]] = ()


def set_split(project: Project, clips: Iterable[str], split: Split | None) -> Bulk:
    """The split of the videos of these clips: it belongs to the video, so other clips of it change with them."""
    wanted = _by_video(project, clips)
    rows = [video for video in project.videos if video.key in wanted]
    changes = [change for video in rows if (change := changed(video, split=split)) is not None]
    touched = {change.key for change in changes}
    n = sum(clip.video in touched for clip in project.clips)
    return Bulk(Edit(f"Split {split or 'none'} ({_counted(len(changes), 'video')})", tuple(changes)), n)


def assign(project: Project, clips: Iterable[str], person: str) -> Bulk:
    """Give clips to a person, "" = to nobody."""
    changes = [
        change
        for rows in _by_video(project, clips).values()
        for clip in rows
        if (change := changed(clip, assignee=person)) is not None
    ]
    label = f"Assign to {person}" if person else "Assign to nobody"
    return Bulk(Edit(f"{label} ({_counted(len(changes), 'clip')})", tuple(changes)), len(changes))


def set_state(project: Project, clips: Iterable[str], state: State, check: Callable[[], None] = lambda: None) -> Bulk:
    """The review state of clips; those that may not have it (one that holds undecided drafts cannot be accepted) are
    refused."""
    changes: list[Change] = []
    refused = []
    for document, rows in _documents(project, clips, check):
        for clip in rows:
            try:
                changes += actions.set_state(document, project.who, clip.key, state).changes
            except StudioError as error:
                refused.append((clip.id, str(error)))
    return Bulk(Edit(f"Mark as {state} ({_counted(len(changes), 'clip')})", tuple(changes)), len(changes), refused)


def replace_event(
    project: Project, clips: Iterable[str], old: str, new: str | None, check: Callable[[], None] = lambda: None
) -> Bulk:
    """Another event class for every segment of class `old` that meets these clips. new: None = no event. Raises
    UsageError where the project has no class `new`."""
    if new is not None and new not in {c.key for c in project.event_classes}:
        raise UsageError("{event} is no event class of this project; add it first.", event=new)
    changes: dict[str, Change] = {}
    met = 0
    for document, rows in _documents(project, clips, check):
        for clip in rows:
            found = [
                segment
                for thing in document.objects_in(clip)
                for segment in document.segments(thing.key)
                if segment.event == old and segment.range.overlap(clip.range)
            ]
            met += bool(found)
            for segment in found:
                if (change := changed(segment, event=new)) is not None:
                    changes[segment.key] = change
    label = f"{old} becomes {new or 'no event'} ({_counted(len(changes), 'segment')})"
    return Bulk(Edit(label, tuple(changes.values())), met)


def _by_video(project: Project, clips: Iterable[str]) -> dict[str, list[Clip]]:
    wanted = set(clips)
    found: dict[str, list[Clip]] = defaultdict(list)
    for clip in project.clips:
        if clip.key in wanted:
            found[clip.video].append(clip)
    return found


def _documents(
    project: Project, clips: Iterable[str], check: Callable[[], None]
) -> Iterator[tuple[Document, list[Clip]]]:
    """The rows of each video that has one of these clips; one state of the project throughout."""
    wanted = _by_video(project, clips)
    with project.snapshot() as snapshot:
        for video, rows in wanted.items():
            check()
            yield snapshot.document(video), rows


def _counted(n: int, one: str) -> str:
    return f"{n} {one}{'' if n == 1 else 's'}"
