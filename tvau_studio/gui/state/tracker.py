"""A box that is being followed: on the media lane, with a decoder of its own; one at a time, and to be stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from tvau_studio.domain import actions
from tvau_studio.domain.errors import StudioError
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.gui.state.playback import Playback
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.studio import Studio
    from tvau_studio.services.tracking import Tracked


class Tracker(QObject):
    """What it finds is a draft, as one step of undo."""

    changed = Signal()
    """It began, went on or ended."""

    def __init__(self, studio: Studio, document: ClipDocument, playback: Playback) -> None:
        super().__init__()
        self._studio = studio
        self._document = document
        self._playback = playback
        self._job: Job | None = None
        self.progress = (0, 0)
        """(pictures looked at, pictures to look at)."""
        document.loaded.connect(self.stop)

    @property
    def busy(self) -> bool:
        return self._job is not None

    def stop(self) -> None:
        """What was followed until now is dropped."""
        if self._job is not None:
            self._job.cancel()

    def start(self, key: str, d: int) -> None:
        """Follow the object from the picture shown to the end of the range (d = 1) or to its start (d = -1); beside the
        range to that end of the video."""
        frame, video, document = self._playback.frame, self._playback.video, self._document.document
        shown = document.track(key).at(frame) if frame >= 0 else None
        if self.busy or video is None or shown is None:
            return
        a, b = self._playback.range or (0, len(video))
        if not a <= frame < b:
            a, b = 0, len(video)
        stop = b - 1 if d > 0 else a
        if stop == frame:
            self._document.told.emit(tr("The range ends here; move on, or set another range."))
            return
        self._playback.pause()

        def run(context: Context) -> Tracked:
            from tvau_studio.services.tracking import track

            with video.clone() as own:
                return track(own, frame, shown.box, stop, progress=context.progress, cancel=lambda: context.cancelled)

        def count(done: int, total: int) -> None:
            self.progress = (done, total)
            self.changed.emit()

        def ended() -> None:
            self._job = None
            self.changed.emit()

        def done(found: Tracked) -> None:
            ended()
            self._take(key, frame, found)

        def failed(error: Exception) -> None:
            ended()
            self._document.refused.emit(str(error) if isinstance(error, StudioError) else repr(error))

        self.progress = (0, abs(stop - frame))
        self._job = self._studio.jobs.submit(
            "media", "Track the object", run, done=done, failed=failed, cancelled=ended, progress=count, priority=3
        )
        self.changed.emit()

    def _take(self, key: str, frame: int, found: Tracked) -> None:
        from tvau_studio.services.tracking import TOOL

        document = self._document
        if ("object", key) not in document.document:
            return
        more = {"tool": TOOL, "score": found.confidence, "ended": bool(found.why)}
        if document.attempt(actions.take_track, document.who, key, frame, found.boxes, **more):
            n, sure = len(found.boxes), f"{found.confidence:.2f}"
            why = {
                "": tr("to the end of the range"),
                "lost": tr("lost behind frame {n}", n=found.frame),
                "left": tr("it leaves the picture behind frame {n}", n=found.frame),
            }[found.why]
            document.told.emit(tr("Tracked {n} frames, {why}; sure by {sure}. Y accepts it.", n=n, why=why, sure=sure))
