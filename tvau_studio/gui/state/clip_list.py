"""The clips of the project, as many as there are: every clip's own row, and what is in those that are looked at.

What is in a clip has to be counted, so it is asked for by those who show it (`want`) and read on a lane of its own;
until it comes a row is there without it. The open video's rows follow the document at once, those of others the log.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from tvau_studio.domain.edits import Change, Edit, Place
from tvau_studio.domain.summaries import counted, uncounted

if TYPE_CHECKING:
    from tvau_studio.domain.history import Entry
    from tvau_studio.domain.summaries import ClipHead, ClipHeads, ClipSummary
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.projects import Project
    from tvau_studio.services.studio import Studio

_SOON = 150
"""Milliseconds after an edit in which others may follow before the rows are brought up to date."""
_OWN = ("id", "state", "annotator", "assignee")
"""Fields of a clip's own row that may change without moving it in the list."""


class ClipIndex:
    """The clips of a project, found by key and by video. Made on a lane: a hundred thousand take a moment."""

    def __init__(self, found: ClipHeads) -> None:
        self.heads = list(found.heads)
        self.paths = found.paths
        self.places = {head.key: place for place, head in enumerate(self.heads)}
        self.by_video: dict[str, list[str]] = defaultdict(list)
        for head in self.heads:
            self.by_video[head.video].append(head.key)


class ClipList(QObject):
    """A sequence of `ClipSummary`, by the path of their video, then start. missing: keys of the videos whose file is
    not there, as far as it was looked for.
    """

    changed = Signal()
    """Other clips, or another order."""
    rowsChanged = Signal(object)
    """The keys of clips that look different now."""
    missingChanged = Signal()
    """Another video is missing, or one no more."""
    moved = Signal()
    """Labels changed: a search may find other clips now."""
    failed = Signal(object)
    """The clips could not be read: the exception."""

    def __init__(self, studio: Studio, document: ClipDocument) -> None:
        super().__init__()
        self._studio = studio
        self._document = document
        self._heads: list[ClipHead] = []
        self._places: dict[str, int] = {}
        self._known: dict[str, ClipSummary] = {}
        self._asked: set[str] = set()
        self._by_video: Mapping[str, list[str]] = {}
        self._states: Counter[str] | None = None
        self._search: Job[Any] | None = None
        self.paths: Mapping[str, str] = {}
        self.missing: frozenset[str] = frozenset()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SOON)
        self._later.timeout.connect(self._summarise)
        document.changed.connect(self._edited)
        document.logged.connect(self._logged)

    # -- as a sequence

    def __len__(self) -> int:
        return len(self._heads)

    def __getitem__(self, place: int) -> ClipSummary:
        head = self._heads[place]
        return self._known.get(head.key) or uncounted(head, self.paths.get(head.video, ""))

    def __iter__(self) -> Iterator[ClipSummary]:
        return (self[place] for place in range(len(self._heads)))

    @property
    def heads(self) -> Sequence[ClipHead]:
        """Every clip's own row."""
        return self._heads

    def place(self, key: str) -> int:
        """Where a clip stands, -1 where it is not."""
        return self._places.get(key, -1)

    def row(self, key: str) -> ClipSummary | None:
        place = self.place(key)
        return None if place < 0 else self[place]

    def of_video(self, video: str) -> list[str]:
        """The keys of a video's clips, by start."""
        return self._by_video.get(video, [])

    @property
    def states(self) -> Counter[str]:
        """How many clips each state has."""
        if self._states is None:
            self._states = Counter(head.state for head in self._heads)
        return self._states

    # -- reading

    def take(self, found: ClipIndex, first: Iterable[ClipSummary] = ()) -> None:
        """These are the clips now. first: some of them, counted already."""
        self._heads, self._places = found.heads, found.places
        self._by_video, self.paths, self._states = found.by_video, found.paths, None
        self._known = {row.key: row for row in first}
        self._asked.clear()
        self.changed.emit()

    def clear(self) -> None:
        """Another project is open."""
        if self._search is not None:
            self._search.cancel()
        self.missing = frozenset()

    def refresh(self, then: Callable[[], None] | None = None) -> None:
        """Read the clips again."""
        project = self._studio.project
        if project is None:
            return

        def take(found: ClipIndex) -> None:
            if project is self._studio.project:
                if found.heads != self._heads or found.paths != self.paths:
                    self.take(found)
                else:
                    self._forget(self._known)
                self.look_for_missing()
                if then is not None:
                    then()

        self._submit("Read the clips", lambda _: ClipIndex(project.clip_heads()), take)

    def want(self, keys: Iterable[str]) -> None:
        """Have counted what is in these clips, where that is not known: `rowsChanged` tells when it is."""
        project = self._studio.project
        wanted = [key for key in keys if key in self._places and key not in self._known and key not in self._asked]
        if project is None or not wanted:
            return
        self._asked.update(wanted)

        def take(rows: list[ClipSummary]) -> None:
            if project is self._studio.project:
                # What was forgotten meanwhile is asked for again by whoever shows it.
                here = [row for row in rows if row.key in self._asked]
                self._known.update((row.key, row) for row in here)
                self._asked.difference_update(row.key for row in here)
                self._summarise()
                self.rowsChanged.emit([row.key for row in here])

        self._submit("Count what is in the clips", lambda _: project.clip_summaries(wanted), take)

    def _submit(self, name: str, run: Callable[[Context], Any], take: Callable[[Any], None]) -> Job[Any]:
        return self._studio.jobs.submit("lists", name, run, done=take, failed=self.failed.emit)

    def look_for_missing(self) -> None:
        """See which videos are not where they should be."""
        project = self._studio.project
        if project is None:
            return

        def take(found: frozenset[str]) -> None:
            if project is self._studio.project and found != self.missing:
                self.missing = found
                self.missingChanged.emit()
                self.moved.emit()

        def look(context: Context) -> frozenset[str]:
            return frozenset(v.key for v in project.videos if context.check() is None and project.is_missing(v))

        self._studio.jobs.submit("media", "Look for the videos", look, done=take, priority=-1)

    def assign(self, keys: Sequence[str], name: str) -> None:
        """Give clips to somebody ("" = nobody): one step of undo. Where somebody else was faster, it is said."""
        project = self._studio.project
        heads = [self._heads[place] for key in keys if (place := self.place(key)) >= 0]
        changes = [
            Change("clip", head.key, {"assignee": head.assignee}, {"assignee": name})
            for head in heads
            if head.assignee != name
        ]
        if project is None or not changes:
            return
        label = "Assign clips" if len(changes) > 1 else "Assign clip"
        given = Edit(label, tuple(changes), "", Place(heads[0].video))
        self._studio.jobs.submit("store", label, lambda _: project.commit(given), failed=self.failed.emit, keep=True)

    @property
    def people(self) -> list[str]:
        """Everybody who has a clip or labelled one, and oneself."""
        names = {name for head in self._heads for name in (head.annotator, head.assignee)}
        return sorted(names - {""} | {self.me})

    # -- following

    def _edited(self, edit: Edit) -> None:
        if _moves(edit):
            self.refresh()
        else:
            self._later.start()

    def _summarise(self) -> None:
        """The rows of the open video's clips, from the document: nobody waits for the project to be read."""
        document, video = self._document.document, self._document.video_row
        if video is None:
            return
        changed = []
        for key in self.of_video(video.key):
            if ("clip", key) not in document:
                continue
            clip, place = document.clip(key), self._places[key]
            head = self._heads[place]._replace(**{name: getattr(clip, name) for name in _OWN})
            if key in self._known:
                new = counted(document, clip)
                if new != self._known[key]:
                    self._known[key] = new
                    changed.append(key)
            elif head != self._heads[place]:
                changed.append(key)
            self._replace(place, head)
        if changed:
            self.rowsChanged.emit(changed)
            self.moved.emit()

    def _replace(self, place: int, head: ClipHead) -> None:
        if head.state != self._heads[place].state:
            self._states = None
        self._heads[place] = head

    def _logged(self, entries: Sequence[Entry]) -> None:
        """What others did to other videos."""
        open_video = self._document.video_row
        videos: set[str] = set()
        touched: list[str] = []
        for entry in entries:
            if _moves(entry.edit):
                self.refresh()
                return
            place = entry.edit.place
            if place is None:
                videos.update(self.paths)
            else:
                videos.add(place.video)
            for change in entry.edit.changes:
                at = self.place(change.key) if change.table == "clip" else -1
                own = {name: value for name, value in (change.after or {}).items() if name in _OWN}
                if at >= 0 and own:
                    self._replace(at, self._heads[at]._replace(**own))
                    if (row := self._known.get(change.key)) is not None:
                        self._known[change.key] = replace(row, **own)
                    touched.append(change.key)
        if touched:
            self.rowsChanged.emit(touched)
        videos.discard(open_video.key if open_video is not None else "")
        self._forget(key for video in videos for key in self.of_video(video))
        self.moved.emit()

    def _forget(self, keys: Iterable[str]) -> None:
        """What is in these clips is to be counted again once somebody looks."""
        gone = list(keys)
        for key in gone:
            self._known.pop(key, None)
            self._asked.discard(key)
        if gone:
            self.rowsChanged.emit(gone)

    # -- finding

    def find(self, words: Sequence[str]) -> Iterator[ClipHead]:
        """The clips whose name has all these words, in small letters, in it."""
        return (head for head in self._heads if all(word in head.id.lower() for word in words))

    def search(self, text: str, done: Callable[[list[int]], None]) -> None:
        """done(places of the clips that `text` finds; see `Filter`), unless another search comes first."""
        if self._search is not None:
            self._search.cancel()
        project, filter, heads, missing = self._studio.project, Filter(text, self.me), list(self._heads), self.missing
        if project is None:
            return

        def run(context: Context) -> list[int]:
            inside = filter.inside(project)
            context.check()
            return [n for n, head in enumerate(heads) if filter.takes(head, inside, head.video in missing)]

        self._search = self._submit("Look for clips", run, done)

    @property
    def me(self) -> str:
        """The name of who works here."""
        return self._document.who.name


class Filter:
    """Words, all of which have to be in a clip's name, range, events or state; a comma separates as well. ``*`` and
    ``?`` stand for parts of the name, ``@name`` for whoever labels the clip or has it assigned (``@me``, ``@nobody``).
    Capitals do not count.
    """

    def __init__(self, text: str, me: str = "") -> None:
        self.words = text.lower().replace(",", " ").split()
        self._me = me.lower()

    def __bool__(self) -> bool:
        return bool(self.words)

    def inside(self, project: Project) -> dict[str, set[str]]:
        """Word -> clips in which it is found; reads the project."""
        found = {}
        for word in self.words:
            if not _is_pattern(word) and not word.startswith("@"):
                found[word] = project.clips_with_event(word)
                if word in "draft":
                    found[word] |= project.clips_with_drafts()
        return found

    def takes(self, head: ClipHead, inside: Mapping[str, set[str]], missing: bool = False) -> bool:
        name = head.id.lower()
        rest = f"{name} {head.start}:{head.stop} {head.state}{' missing' if missing else ''}"
        return all(
            head.key in inside.get(word, ()) or self._matches(word, name, rest, (head.assignee, head.annotator))
            for word in self.words
        )

    def _matches(self, word: str, name: str, rest: str, people: tuple[str, str]) -> bool:
        if word.startswith("@"):
            wanted = self._me if word == "@me" else word[1:]
            return not any(people) if word == "@nobody" else any(p and p.lower().startswith(wanted) for p in people)
        if _is_pattern(word):
            return fnmatchcase(name, word) or fnmatchcase(name, f"{word}*")
        return word in rest


def _is_pattern(word: str) -> bool:
    return "*" in word or "?" in word


def _moves(edit: Edit) -> bool:
    """Whether clips come, go or stand elsewhere in the list by it."""
    for change in edit.changes:
        if change.table in ("clip", "video"):
            touched = (change.after or {}).keys()
            if change.before is None or change.after is None or {"start", "stop", "video", "path"} & touched:
                return True
    return False
