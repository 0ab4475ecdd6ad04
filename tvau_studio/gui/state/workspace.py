"""The project, its clips, which of them is open, and the model."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from tvau_studio.domain.edits import Place, changed, edit
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.paths import untitled_folder
from tvau_studio.gui.state.clip_list import ClipIndex, ClipList
from tvau_studio.gui.state.video_files import open_pictures, same_video
from tvau_studio.services.adding import probe
from tvau_studio.services.editing import open_editor, store_lane

if TYPE_CHECKING:
    from tvau_studio.domain.edits import Edit
    from tvau_studio.domain.summaries import ClipSummary
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.gui.state.playback import Playback
    from tvau_studio.media.video import Video
    from tvau_studio.services.adding import AddReport
    from tvau_studio.services.editing import Editor
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.projects import Project
    from tvau_studio.services.studio import ModelState, Studio

_log = logging.getLogger(__name__)

Opener = Callable[[], "Project"]


class Workspace(QObject):
    """clips: all of them, by video, then start. clip: the key of the open one, "" = none.
    video: the open `media.video.Video`, None while it is being opened or cannot be; video_error: why it cannot.
    loading: a project or video is being opened.
    """

    projectChanged = Signal()
    """Another project is open; `name` and `clips` are its."""
    clipsChanged = Signal()
    """Clips came, went or look different."""
    opened = Signal()
    """The clip or video that was asked for is open: its rows are in the document, its pictures in the playback."""
    loadingChanged = Signal(bool)
    modelChanged = Signal()
    added = Signal(object)
    """Videos were entered: the `services.adding.AddReport`."""
    reading = Signal(object, object)
    """So much of a video that is opened for the first time is read: done, of all (bytes, or packets)."""
    videoFailed = Signal(object)
    """The open clip's video cannot be shown: the StudioError. Its labels are open all the same."""
    failed = Signal(object)
    """Something that was asked for did not work: the StudioError, for the message bar."""

    def __init__(self, studio: Studio, document: ClipDocument, playback: Playback) -> None:
        super().__init__()
        self._studio = studio
        self._document = document
        self._playback = playback
        self._opening: list[Job] = []
        self._positions: dict[str, int] = {}
        self._videos: dict[str, Video] = {}
        self._wanted: tuple[str, str, tuple[int, int] | None, int] | None = None
        self._grown = False  # it is read again because it has grown
        self.clips = ClipList(studio, document)
        self.clip = ""
        self.video: Video | None = None
        self.video_error: StudioError | None = None
        self.loading = False
        studio.models.on_change = self.modelChanged.emit
        self.clips.changed.connect(self.clipsChanged)
        self.clips.rowsChanged.connect(lambda _: self.clipsChanged.emit())
        self.clips.missingChanged.connect(self.clipsChanged)
        self.clips.failed.connect(self._fail)
        document.went.connect(self._follow)
        playback.failed.connect(self._show_no_video)

    # -- the project

    @property
    def name(self) -> str:
        """The project's name, "" where none is open; "Untitled" where videos were opened without one."""
        project = self._studio.project
        if project is None:
            return ""
        return "Untitled" if self.is_untitled else project.name

    @property
    def is_untitled(self) -> bool:
        """Whether the project was made for videos that were opened without one."""
        project = self._studio.project
        return project is not None and project.path is not None and project.path.parent == untitled_folder()

    def move_to(self, target: Path, then: Callable[[], None]) -> None:
        """Give the project's file another place; the clip and the frame stay open, and then() is called. What was typed
        goes along.
        """
        project = self._studio.project
        if project is None:
            return
        self._document.flush.emit()
        clip, frame = self.clip, self._playback.frame

        def moved() -> None:
            if clip:
                self.open_clip(clip, max(0, frame))
            then()

        self.open(lambda: project.move(target), moved)

    @property
    def target(self) -> str:
        """The path or URL of the project, "" where none is open."""
        return self._studio.project.target if self._studio.project is not None else ""

    def open(self, opener: Opener, then: Callable[[], None] | None = None) -> None:
        """Open a project: `opener()` runs on the store lane and gives it. Its first clip opens; `then` is called when
        the project's clips are there. Where it cannot be opened, what was open stays.
        """

        def run(context: Context) -> tuple[Project, ClipIndex, list[ClipSummary]]:
            project = opener()
            found = ClipIndex(project.clip_heads())
            return project, found, project.clip_summaries(head.key for head in found.heads[:_FIRST])

        def take(result: tuple[Project, ClipIndex, list[ClipSummary]]) -> None:
            project, found, first = result
            old, self._studio.project = self._studio.project, project
            self._leave()
            self._wanted = None
            self._videos.clear()
            self._positions.clear()
            self.clips.clear()
            if old is not None:
                self._studio.jobs.submit("store", "Close the project", lambda _: old.close(), keep=True)
            self._document.open(None)
            self._playback.open(None)
            self.projectChanged.emit()
            self.clips.take(found, first)
            if then is not None:
                then()
            elif found.heads:
                self.open_clip(found.heads[0].key)
            self.clips.look_for_missing()
            self._tell_loading()

        self._opening = [self._studio.jobs.submit("store", "Open the project", run, done=take, failed=self._fail)]
        self._tell_loading()

    def add_videos(self, paths: Sequence[Path], clips: str = "whole") -> None:
        """Enter videos, and those of folders, into the project; the first one opens."""
        project = self._studio.project
        if project is None:
            return

        def look(context: Context) -> None:
            # The first time, all of a file is read for its index; the store's lane must not wait for that.
            probe(paths, context.progress, context.check)

        def run(context: Context) -> AddReport:
            return project.add_videos(paths, clips, context.progress, context.check)

        def take(report: AddReport) -> None:
            video = next((v.key for v in [*report.added, *report.linked]), "")
            self.refresh(then=lambda: self._open_first(video))
            self.added.emit(report)

        def enter(_: None) -> None:
            self._studio.jobs.submit("store", "Add videos", run, done=take, failed=self._fail)

        self._studio.jobs.submit("media", "Look at the videos", look, done=enter, failed=self._fail)

    def _open_first(self, video: str) -> None:
        if clips := self.clips.of_video(video):
            self.open_clip(clips[0])

    def refresh(self, then: Callable[[], None] | None = None) -> None:
        """Read the list of clips again."""
        self.clips.refresh(then)

    # -- clips and videos

    def row(self, clip: str) -> ClipSummary | None:
        return self.clips.row(clip)

    def open_clip(self, key: str, frame: int | None = None) -> None:
        """Open a clip, at `frame` of its video, else where one was in it last, else at its start. The range becomes the
        clip's frames."""
        row = self.row(key)
        if row is not None:
            at = self._positions.get(key, row.start) if frame is None else frame
            self._go(row.video, key, (row.start, row.stop), at)

    def open_video(self, key: str, frame: int = 0) -> None:
        """Open a whole video of the project, without a clip."""
        self._go(key, "", None, frame)

    def next_clip(self, d: int = 1) -> None:
        """The clip d places further down the list (up where negative)."""
        at = self.clips.place(self.clip)
        if at >= 0 and 0 <= at + d < len(self.clips):
            self.open_clip(self.clips[at + d].key)

    def retry(self) -> None:
        """Open the video that was asked for last again, after it was mended; at the picture that was shown last."""
        if self._wanted is not None:
            video, clip, range, frame = self._wanted
            frame = self._playback.frame if self._playback.frame >= 0 else frame
            self._videos.pop(video, None)
            self._playback.open(None)
            self._go(video, clip, range, frame)

    def read_again(self) -> None:
        """Open the video again, whose file has grown; the project learns its new length."""
        self._grown = True
        self.retry()

    def _take_length(self, opened: Video) -> None:
        """What was read again is longer: its row says so. Its clips stay as they are."""
        row = self._document.video_row
        if row is None or row.fingerprint == opened.fingerprint or (row.frames or 0) > len(opened):
            return
        facts = {"fingerprint": opened.fingerprint, "frames": len(opened), "fps": float(opened.info.fps)}
        self._document.commit(edit("Read a longer video", [changed(row, **facts)], "", Place(row.key)))

    def stop_opening(self) -> None:
        """Give up a video that takes long to open."""
        for job in self._opening:
            if job.lane == "media":
                job.cancel()

    def relink(self, path: Path) -> None:
        """Link the open clip's video to another file, which has to hold the same pictures."""
        project, row = self._studio.project, self._document.video_row
        if project is None or row is None:
            return

        def take(found: tuple[str, str]) -> None:
            current = self._document.video_row
            if current is not None and current.key == row.key:
                change = changed(current, path=found[0], fingerprint=found[1])
                self._document.commit(edit("Link video", [change], "", Place(row.key)))
                self._studio.jobs.submit("store", "Wait", lambda _: None, done=lambda _: self.retry())

        self._studio.jobs.submit(
            "media", "Look at the video", lambda _: same_video(project, row, path), done=take, failed=self._fail
        )

    def _go(self, video: str, clip: str, range: tuple[int, int] | None, frame: int) -> None:
        project = self._studio.project
        if project is None:
            return
        grown = self._grown
        self._leave()
        self._wanted = (video, clip, range, frame)
        self.clip = clip
        missing = [True, True]  # rows, pictures

        def both(which: int) -> None:
            missing[which] = False
            if not any(missing):
                self.opened.emit()
            self._tell_loading()

        current = self._document.video_row

        def rows(context: Context) -> Editor | None:
            if current is not None and current.key == video:
                return None
            return open_editor(project, video, store_lane(self._studio.jobs))

        def take_rows(editor: Editor | None) -> None:
            if editor is None:
                self._document.show_clip(clip)
            else:
                self._document.open(editor, video, clip)
            both(0)

        def pictures(context: Context) -> Video:
            return self._videos.get(video) or open_pictures(project, video, context)

        def take_pictures(opened: Video) -> None:
            self._videos[video] = opened
            self.video = opened
            self._playback.open(opened, frame, range)
            if grown:
                self._take_length(opened)
            both(1)

        def no_pictures(error: Exception) -> None:
            self._playback.open(None)
            self._show_no_video(error)
            self._tell_loading()

        def stopped() -> None:
            if self._opening is mine:
                no_pictures(StudioError("The video was not opened: you stopped it."))

        jobs = self._studio.jobs
        mine = self._opening = [
            jobs.submit("store", "Read the labels", rows, done=take_rows, failed=self._fail),
            jobs.submit(
                "media",
                "Open the video",
                pictures,
                done=take_pictures,
                failed=no_pictures,
                cancelled=stopped,
                progress=self.reading.emit,
            ),
        ]
        self._tell_loading()

    def _leave(self) -> None:
        """What was being opened is wanted no more; where one was in the open clip is remembered."""
        for job in self._opening:
            job.cancel()
        self._opening = []
        self._grown = False
        if self.clip and self._playback.frame >= 0:
            self._positions[self.clip] = self._playback.frame
        self._playback.pause()
        self.video, self.video_error, self.clip = None, None, ""

    def _tell_loading(self) -> None:
        loading = any(not job.ended for job in self._opening)
        if loading != self.loading:
            self.loading = loading
            self.loadingChanged.emit(loading)

    def _follow(self, edit: Edit) -> None:
        """Undo shows what it changed: the video, the frame."""
        if edit.place is not None:
            self.show_place(edit.place.video, edit.place.frame)

    def show_place(self, video: str, frame: int | None = None, clip: str = "") -> None:
        """Go to a frame of a video: in that clip, else in the open one, else in the video's first that holds it."""
        row = self._document.video_row
        if row is None or row.key != video or clip not in ("", self.clip):
            rows = [row for key in self.clips.of_video(video) if (row := self.clips.row(key)) is not None]
            holding = [row.key for row in rows if frame is None or row.start <= frame < row.stop]
            key = clip or next(iter(holding or [row.key for row in rows]), "")
            if key:
                self.open_clip(key, frame)
            else:
                self.open_video(video, frame or 0)
        elif frame is not None and frame != self._playback.frame:
            self._playback.pause()
            self._playback.seek(frame)

    # -- the model

    @property
    def model_state(self) -> ModelState:
        """unknown, none, installed, loading, ready or failed (see `services.studio.Models`)."""
        return self._studio.models.state

    @property
    def model_name(self) -> str:
        return self._studio.models.name

    @property
    def model_error(self) -> str:
        return self._studio.models.error

    # -- what goes wrong

    def _show_no_video(self, error: Exception) -> None:
        self.video_error = _sentence(error)
        self.videoFailed.emit(self.video_error)

    def _fail(self, error: Exception) -> None:
        self.failed.emit(_sentence(error))
        self._tell_loading()


_FIRST = 200
"""Clips whose contents are counted before a project is shown; those of others once they are looked at."""


def _sentence(error: Exception) -> StudioError:
    if isinstance(error, StudioError):
        return error
    _log.error("unexpected", exc_info=error)
    kind, text = type(error).__name__, " ".join(str(error).split())[:200]
    return StudioError("An unexpected error stopped this ({kind}: {text}); please report it.", kind=kind, text=text)
