"""The project, its clips, which of them is open, and the model."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import StudioError

if TYPE_CHECKING:
    from tvau_studio.domain.edits import Edit
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.gui.state.playback import Playback
    from tvau_studio.media.video import Video
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.studio import ClipRow, ModelState, OpenProject, Studio

_log = logging.getLogger(__name__)

Opener = Callable[[], "OpenProject"]


class Workspace(QObject):
    """clips: `services.studio.ClipRow` of every clip, by video, then start. clip: the key of the open one, "" = none.
    video: the open `media.video.Video`, None while it is being opened or cannot be; video_error: why it cannot.
    loading: a project or video is being opened.
    """

    projectChanged = Signal()
    """Another project is open; `name` and `clips` are its."""
    clipsChanged = Signal()
    """`clips` was read again: rows came, went or look different."""
    opened = Signal()
    """The clip or video that was asked for is open: its rows are in the document, its pictures in the playback."""
    loadingChanged = Signal(bool)
    modelChanged = Signal()
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
        self.clips: list[ClipRow] = []
        self.clip = ""
        self.video: Video | None = None
        self.video_error: StudioError | None = None
        self.loading = False
        studio.models.on_change = self.modelChanged.emit
        document.changed.connect(lambda _: self.refresh())
        document.went.connect(self._follow)
        playback.failed.connect(self._picture_failed)

    # -- the project

    @property
    def name(self) -> str:
        """The project's name, "" where none is open."""
        return self._studio.project.name if self._studio.project is not None else ""

    def open(self, opener: Opener, then: Callable[[], None] | None = None) -> None:
        """Open a project: `opener()` runs on the store lane and gives it. Its first clip opens; `then` is called when
        the project's clips are there. Where it cannot be opened, what was open stays.
        """

        def run(context: Context) -> tuple[OpenProject, list[ClipRow]]:
            project = opener()
            return project, project.clip_rows()

        def take(result: tuple[OpenProject, list[ClipRow]]) -> None:
            project, clips = result
            old, self._studio.project = self._studio.project, project
            self._leave()
            self._videos.clear()
            self._positions.clear()
            self.clips = clips
            if old is not None:
                self._studio.jobs.submit("store", "Close the project", lambda _: old.close(), keep=True)
            self._document.load(project, Document())
            self._playback.open(None)
            self.projectChanged.emit()
            self.clipsChanged.emit()
            if then is not None:
                then()
            elif clips:
                self.open_clip(clips[0].key)
            self._tell_loading()

        self._opening = [self._studio.jobs.submit("store", "Open the project", run, done=take, failed=self._fail)]
        self._tell_loading()

    def refresh(self) -> None:
        """Read the list of clips again; many calls in a row make one reading."""
        project = self._studio.project
        if project is None or any(j.name == _REFRESH and j.state == "waiting" for j in self._studio.jobs.active()):
            return

        def take(rows: list[ClipRow]) -> None:
            if project is self._studio.project and rows != self.clips:
                self.clips = rows
                self.clipsChanged.emit()

        self._studio.jobs.submit("store", _REFRESH, lambda _: project.clip_rows(), done=take, priority=-1)

    # -- clips and videos

    def row(self, clip: str) -> ClipRow | None:
        return next((c for c in self.clips if c.key == clip), None)

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
        at = next((i for i, c in enumerate(self.clips) if c.key == self.clip), -1)
        if self.clips and 0 <= at + d < len(self.clips):
            self.open_clip(self.clips[at + d].key)

    def retry(self) -> None:
        """Open the open clip's video again, after it was mended."""
        row, clip = self._document.video_row, self._document.clip_row
        if row is not None:
            self._videos.pop(row.key, None)
            self._playback.open(None)
            range = (clip.start, clip.stop) if clip else None
            self._go(row.key, clip.key if clip else "", range, clip.start if clip else 0)

    def _go(self, video: str, clip: str, range: tuple[int, int] | None, frame: int) -> None:
        project = self._studio.project
        if project is None:
            return
        self._leave()
        self.clip = clip
        missing = [True, True]  # rows, pictures

        def both(which: int) -> None:
            missing[which] = False
            if not any(missing):
                self.opened.emit()
            self._tell_loading()

        def take_rows(document: Document) -> None:
            self._document.load(project, document, video, clip)
            both(0)

        def pictures(context: Context) -> Video:
            from tvau_studio.media.video import Video

            known = self._videos.get(video)
            return known if known is not None else Video(project.video_path(video))

        def take_pictures(opened: Video) -> None:
            self._videos[video] = opened
            self.video = opened
            self._playback.open(opened, frame, range)
            both(1)

        def no_pictures(error: Exception) -> None:
            self._playback.open(None)
            self._show_no_video(error)
            self._tell_loading()

        jobs = self._studio.jobs
        self._opening = [
            jobs.submit("store", "Read the labels", lambda _: project.load(video), done=take_rows, failed=self._fail),
            jobs.submit("media", "Open the video", pictures, done=take_pictures, failed=no_pictures),
        ]
        self._tell_loading()

    def _leave(self) -> None:
        """What was being opened is wanted no more; where one was in the open clip is remembered."""
        for job in self._opening:
            job.cancel()
        self._opening = []
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
        place = edit.place
        if place is None or ("video", place.video) not in self._document.document:
            if place is not None:
                first = next((c.key for c in self.clips if c.video == place.video), None)
                if first is None:
                    self.open_video(place.video, place.frame or 0)
                else:
                    self.open_clip(first, place.frame)
            self.refresh()
        elif place.frame is not None and place.frame != self._playback.frame:
            self._playback.pause()
            self._playback.seek(place.frame)

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

    def _picture_failed(self, error: Exception) -> None:
        self._show_no_video(error)

    def _show_no_video(self, error: Exception) -> None:
        self.video_error = _sentence(error)
        self.videoFailed.emit(self.video_error)

    def _fail(self, error: Exception) -> None:
        self.failed.emit(_sentence(error))
        self._tell_loading()


_REFRESH = "Read the clips"


def _sentence(error: Exception) -> StudioError:
    if isinstance(error, StudioError):
        return error
    _log.error("unexpected", exc_info=error)
    kind, text = type(error).__name__, " ".join(str(error).split())[:200]
    return StudioError("An unexpected error stopped this ({kind}: {text}); please report it.", kind=kind, text=text)
