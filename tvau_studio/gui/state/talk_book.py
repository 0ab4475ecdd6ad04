"""The talks of a project while a window shows them: one for each clip that was opened, read when it opens."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.talks import Talk, newest_path, storable
from tvau_studio.gui.state.talk_keeper import TalkKeeper
from tvau_studio.gui.state.turns import Turn, read

if TYPE_CHECKING:
    from tvau_studio.domain import talks
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.gui.state.workspace import Workspace
    from tvau_studio.services.jobs import Context
    from tvau_studio.services.studio import Studio

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Place:
    """What belongs to one clip (or video). talk: None while nothing was asked or typed. every: all versions of its
    turns, oldest first. path: those that are shown. loaded: it was looked for in the project.
    """

    talk: Talk | None = None
    every: list[Turn] = field(default_factory=list)
    path: list[Turn] = field(default_factory=list)
    loaded: bool = False


class TalkBook(QObject):
    """place: of the open clip, without a clip of the open video. busy: whether something is being answered; then no
    other talk is opened.
    """

    left = Signal()
    """Another place opens, or this one goes; `place` is still the one before."""
    reset = Signal()
    """`place` is another one, or was read."""

    def __init__(self, studio: Studio, workspace: Workspace, document: ClipDocument, busy: Callable[[], bool]) -> None:
        super().__init__()
        self._studio = studio
        self._workspace = workspace
        self._document = document
        self._busy = busy
        self._keeper = TalkKeeper(studio, workspace.failed.emit)
        self._places: defaultdict[str, Place] = defaultdict(Place)
        self._key = self._opening = ""
        self.place = Place()
        document.loaded.connect(self._moved)
        workspace.projectChanged.connect(self._forget)

    def close(self) -> None:
        """Have everything written."""
        self._keeper.flush()

    # -- turns

    def _place_of(self, turn: Turn) -> Place | None:
        return next((p for p in [self.place, *self._places.values()] if turn in p.every), None)

    def save(self, turn: Turn) -> None:
        """Write a turn as it is now."""
        place = self._place_of(turn)
        if place is not None and place.talk is not None:
            self._keeper.save(turn.row(place.talk.key))

    def save_soon(self, turn: Turn) -> None:
        """Write a turn that grows, within a moment."""
        place = self._place_of(turn)
        talk = place.talk if place is not None else None
        if talk is not None:
            self._keeper.soon(turn.key, lambda: turn.row(talk.key) if turn.growing else None)

    def add(self, turn: Turn) -> None:
        """A turn of the open place, asked now; it is in the project before it is answered."""
        place = self.place
        talk = self._ensure_talk()
        if talk is not None:
            self._keeper.save(talk)
        place.every.append(turn)
        self.save(turn)

    def drop(self, turn: Turn) -> None:
        """Forget a turn of the open place, what answers beside it, and what followed it."""
        place = self.place
        gone, more = {turn.key}, True
        while more:
            below = {t.key for t in place.every if t.parent in gone or t.beside in gone} - gone
            gone |= below
            more = bool(below)
        place.every[:] = [t for t in place.every if t.key not in gone]
        place.path[:] = [t for t in place.path if t.key not in gone]
        self._keeper.do("Forget a question", lambda project: project.talks.remove_turn(turn.key))

    # -- talks

    @property
    def draft(self) -> str:
        """A question that is typed and not yet asked."""
        return self.place.talk.draft if self.place.talk is not None else ""

    def set_draft(self, text: str) -> None:
        """Keep a half-typed question."""
        place, text = self.place, storable(text)
        if text == self.draft or (not text.strip() and place.talk is None):
            return
        talk = self._ensure_talk()
        if talk is not None:
            place.talk = replace(talk, draft=text)
            self._keeper.soon(talk.key, lambda: place.talk if place.talk and place.talk.key == talk.key else None)

    def new_talk(self) -> None:
        """Begin anew; what was said before stays in the history."""
        if not self._busy() and self.place.every:
            self._places[self._key] = self.place = Place(loaded=True)
            self.reset.emit()

    def open_talk(self, talk: Talk) -> None:
        """Show a talk of the history; its clip opens where another one is open."""
        if self._busy():
            return
        clip, video = self._document.clip_row, self._document.video_row
        here = video is not None and video.key == talk.video and (clip.key if clip else None) == talk.clip
        if here:
            self._read(self._key, talk)
            return
        self._opening = talk.key
        if talk.clip is not None and self._workspace.row(talk.clip) is not None:
            self._workspace.open_clip(talk.clip)
        else:
            self._workspace.open_video(talk.video)

    def rename(self, talk: Talk, title: str, then: Callable[[], None] | None = None) -> None:
        """Give a talk a title; "" = its first question."""
        title = storable(title).strip()
        self._keeper.do("Rename a dialogue", lambda project: project.talks.rename(talk.key, title), then)
        for place in self._places.values():
            if place.talk is not None and place.talk.key == talk.key:
                place.talk = replace(place.talk, title=title)

    def remove_talk(self, talk: Talk, then: Callable[[], None] | None = None) -> None:
        """Delete a talk; one that is being answered is stopped."""
        for key, place in list(self._places.items()):
            if place.talk is not None and place.talk.key == talk.key:
                if place is self.place:
                    self.left.emit()
                self._places[key] = Place(loaded=True)
                if place is self.place:
                    self.place = self._places[key]
                    self.reset.emit()
        self._keeper.do("Delete a dialogue", lambda project: project.talks.remove(talk.key), then)

    def _ensure_talk(self) -> Talk | None:
        place, video, clip = self.place, self._document.video_row, self._document.clip_row
        if place.talk is None and video is not None:
            from tvau_studio.services.talks import new_talk

            author = str(self._studio.settings["name"])
            place.talk = new_talk(video.key, clip.key if clip is not None else None, author)
        return place.talk

    # -- the open place

    def _moved(self) -> None:
        clip, video = self._document.clip_row, self._document.video_row
        key = clip.key if clip else video.key if video else ""
        if key == self._key and not self._opening:
            return
        if key != self._key:
            self.left.emit()
            self._keeper.flush()
            self._key = key
            self.place = self._places[key]
            self.reset.emit()
        wanted, self._opening = self._opening, ""
        if key and video is not None and (wanted or not self.place.loaded):
            self._read(key, wanted)

    def _read(self, key: str, wanted: Talk | str = "") -> None:
        """Take a talk from the project; by default the one in which this person asked last here."""
        project, place = self._studio.project, self._places[key]
        clip, video = self._document.clip_row, self._document.video_row
        if project is None or video is None:
            return
        place.loaded = True
        where = {"clip": clip.key} if clip is not None else {"video": video.key}
        author = str(self._studio.settings["name"])

        def run(context: Context) -> tuple[Talk, list[talks.Turn]] | None:
            talk = wanted if isinstance(wanted, Talk) else project.talks.talk(wanted) if wanted else None
            if talk is None:
                lines = project.talks.lines(**where)
                mine = [x.talk for x in lines if x.talk.author == author and x.talk.clip == where.get("clip")]
                talk = next(iter(mine), None)
            return None if talk is None else (talk, project.talks.turns(talk.key))

        def take(found: tuple[Talk, list[talks.Turn]] | None) -> None:
            if found is None or project is not self._studio.project or (place.talk is not None and not wanted):
                return
            every = [read(row) for row in found[1]]
            new = Place(found[0], every, newest_path(every), loaded=True)
            self._places[key] = new
            if key == self._key and not self._busy():
                self.place = new
                self.reset.emit()

        self._keeper.flush()
        self._studio.jobs.submit("store", "Read the dialogue", run, done=take, failed=self._unread)

    def _unread(self, error: Exception) -> None:
        if isinstance(error, StudioError):
            self._workspace.failed.emit(error)
        else:
            _log.error("the dialogue was not read", exc_info=error)

    def _forget(self) -> None:
        """Another project is open."""
        self.left.emit()
        self._places.clear()
        self._key, self.place, self._opening = "", Place(), ""
        self.reset.emit()
