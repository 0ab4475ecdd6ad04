"""The project, its clips, which of them is open, and the model."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from tvau_studio.domain.edits import Place, changed, edit
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.paths import untitled_folder
from tvau_studio.services.editing import open_editor, store_lane

if TYPE_CHECKING:
    from tvau_studio.domain.edits import Edit
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.gui.state.playback import Playback
    from tvau_studio.media.video import Video
    from tvau_studio.services.adding import AddReport
    from tvau_studio.services.editing import Editor
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.projects import Project
    from tvau_studio.services.studio import ClipRow, ModelState, Studio

_log = logging.getLogger(__name__)

Opener = Callable[[], "Project"]


class MissingVideoError(StudioError):
    """The video's file is not there: it can be linked anew."""


class Workspace(QObject):
    """clips: a `store.repository.ClipSummary` of every clip, by video, then start. clip: the key of the open one, "" =
    none. missing: keys of the videos whose file is not there, as far as it was looked for.
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
    added = Signal(object)
    """Videos were entered: the `services.adding.AddReport`."""
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
        self.clips: list[ClipRow] = []
        self.clip = ""
        self.video: Video | None = None
        self.video_error: StudioError | None = None
        self.loading = False
        studio.models.on_change = self.modelChanged.emit
        self.missing: frozenset[str] = frozenset()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SOON)
        self._later.timeout.connect(self._summarise)
        document.changed.connect(self._labels_changed)
        document.went.connect(self._follow)
        playback.failed.connect(self._picture_failed)

    # -- the project

    @property
    def name(self) -> str:
        """The project's name, "" where none is open; "Untitled" where videos were opened without one."""
        project = self._studio.project
        if project is None:
            return ""
        return "Untitled" if project.path is not None and project.path.parent == untitled_folder() else project.name

    def open(self, opener: Opener, then: Callable[[], None] | None = None) -> None:
        """Open a project: `opener()` runs on the store lane and gives it. Its first clip opens; `then` is called when
        the project's clips are there. Where it cannot be opened, what was open stays.
        """

        def run(context: Context) -> tuple[Project, list[ClipRow]]:
            project = opener()
            return project, project.clip_list()

        def take(result: tuple[Project, list[ClipRow]]) -> None:
            project, clips = result
            old, self._studio.project = self._studio.project, project
            self._leave()
            self._wanted = None
            self._videos.clear()
            self._positions.clear()
            self.clips, self.missing = clips, frozenset()
            if old is not None:
                self._studio.jobs.submit("store", "Close the project", lambda _: old.close(), keep=True)
            self._document.open(None)
            self._playback.open(None)
            self.projectChanged.emit()
            self.clipsChanged.emit()
            if then is not None:
                then()
            elif clips:
                self.open_clip(clips[0].key)
            self._look_for_missing(project)
            self._tell_loading()

        self._opening = [self._studio.jobs.submit("store", "Open the project", run, done=take, failed=self._fail)]
        self._tell_loading()

    def add_videos(self, paths: Sequence[Path], clips: str = "whole") -> None:
        """Enter videos, and those of folders, into the project; the first one opens."""
        project = self._studio.project
        if project is None:
            return

        def run(context: Context) -> AddReport:
            return project.add_videos(paths, clips, context.progress, context.check)

        def take(report: AddReport) -> None:
            video = next((v.key for v in [*report.added, *report.linked]), "")
            self.refresh(then=lambda: self._open_first(video))
            self.added.emit(report)

        self._studio.jobs.submit("store", "Add videos", run, done=take, failed=self._fail)

    def _open_first(self, video: str) -> None:
        clip = next((c for c in self.clips if c.video == video), None)
        if clip is not None:
            self.open_clip(clip.key)

    def refresh(self, then: Callable[[], None] | None = None) -> None:
        """Read the list of clips again."""
        project = self._studio.project
        if project is None:
            return

        def take(rows: list[ClipRow]) -> None:
            if project is not self._studio.project:
                return
            if rows != self.clips:
                self.clips = rows
                self.clipsChanged.emit()
            self._look_for_missing(project)
            if then is not None:
                then()

        self._studio.jobs.submit(
            "store", "Read the clips", lambda _: project.clip_list(), done=take, failed=self._fail, priority=-1
        )

    def _look_for_missing(self, project: Project) -> None:
        def take(found: frozenset[str]) -> None:
            if project is self._studio.project and found != self.missing:
                self.missing = found
                self.clipsChanged.emit()

        def look(context: Context) -> frozenset[str]:
            return frozenset(v.key for v in project.videos if project.is_missing(v))

        self._studio.jobs.submit("media", "Look for the videos", look, done=take, priority=-1)

    def _labels_changed(self, edit: Edit) -> None:
        if any(c.table in ("clip", "video") and None in (c.before, c.after) for c in edit.changes):
            self.refresh()
        else:
            self._later.start()

    def _summarise(self) -> None:
        """The lines of the open video's clips, from its rows here: nobody waits for the project to be read."""
        document, video = self._document.document, self._document.video_row
        if video is None:
            return
        changed = False
        for i, line in enumerate(self.clips):
            if line.video != video.key or ("clip", line.key) not in document:
                continue
            clip = document.clip(line.key)
            things = document.objects_in(clip)
            segments = [s for thing in things for s in document.segments(thing.key)]
            events = {s.event for s in segments if s.event is not None and s.range.overlap(clip.range)}
            new = replace(
                line,
                id=clip.id,
                start=clip.start,
                stop=clip.stop,
                state=clip.state,
                objects=len(things),
                drafts=sum(thing.is_draft for thing in things),
                events=tuple(sorted(events)),
                anomalous=document.anomalous(clip),
            )
            if new != line:
                self.clips[i] = new
                changed = True
        if changed:
            self.clipsChanged.emit()

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
        """Open the video that was asked for last again, after it was mended."""
        if self._wanted is not None:
            video, clip, range, frame = self._wanted
            self._videos.pop(video, None)
            self._playback.open(None)
            self._go(video, clip, range, frame)

    def relink(self, path: Path) -> None:
        """Link the open clip's video to another file, which has to hold the same pictures."""
        project, row = self._studio.project, self._document.video_row
        if project is None or row is None:
            return

        def look(context: Context) -> tuple[str, str]:
            from tvau_studio.media.video import Video

            with Video(path) as file:
                known = row.fingerprint in ("", file.fingerprint)
                fits = row.frames in (None, len(file)) and row.size in (None, tuple(file.info.size))
                if not known and not fits:
                    raise StudioError(
                        "{path} is another video: {name} has {frames} frames of {size}; choose the file itself.",
                        path=path,
                        name=row.stem,
                        frames=row.frames,
                        size="unknown size" if row.size is None else f"{row.size[1]} × {row.size[0]}",
                    )
                return project.stored_path(path), file.fingerprint

        def take(found: tuple[str, str]) -> None:
            current = self._document.video_row
            if current is not None and current.key == row.key:
                change = changed(current, path=found[0], fingerprint=found[1])
                self._document.commit(edit("Link video", [change], "", Place(row.key)))
                self._studio.jobs.submit("store", "Wait", lambda _: None, done=lambda _: self.retry())

        self._studio.jobs.submit("media", "Look at the video", look, done=take, failed=self._fail)

    def _go(self, video: str, clip: str, range: tuple[int, int] | None, frame: int) -> None:
        project = self._studio.project
        if project is None:
            return
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
            from tvau_studio.media.video import Video

            known = self._videos.get(video)
            if known is not None:
                return known
            row = next((v for v in project.videos if v.key == video), None)
            path = project.find_video(row) if row is not None else None
            if path is None:
                raise MissingVideoError(
                    "{path} is missing; put it back, or link the video to where it is now.",
                    path=row.path if row is not None else "The video",
                )
            return Video(path)

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
            jobs.submit("store", "Read the labels", rows, done=take_rows, failed=self._fail),
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


_SOON = 150
"""Milliseconds after an edit in which others may follow before the list of clips is brought up to date."""


def _sentence(error: Exception) -> StudioError:
    if isinstance(error, StudioError):
        return error
    _log.error("unexpected", exc_info=error)
    kind, text = type(error).__name__, " ".join(str(error).split())[:200]
    return StudioError("An unexpected error stopped this ({kind}: {text}); please report it.", kind=kind, text=text)
