"""Texts that the model drafts on request: asked on the model lane, kept until they are taken or left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import Object, text
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.gui.state.playback import Playback
    from tvau_studio.gui.state.workspace import Workspace
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.studio import Studio

Target = tuple[str, str, str, str]
"""Table, key, field, language."""


class Drafter(QObject):
    """drafts: what was drafted and neither taken nor left."""

    changed = Signal()
    """A draft came or went, or the work began or ended."""

    def __init__(self, studio: Studio, document: ClipDocument, playback: Playback, workspace: Workspace) -> None:
        super().__init__()
        self._studio = studio
        self._document = document
        self._playback = playback
        self._workspace = workspace
        self._job: Job | None = None
        self.drafts: dict[Target, str] = {}
        workspace.projectChanged.connect(self._forget)

    @property
    def busy(self) -> bool:
        return self._job is not None

    def stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def drop(self, target: Target) -> None:
        """It was taken, or left."""
        if self.drafts.pop(target, None) is not None:
            self.changed.emit()

    def _forget(self) -> None:
        self.stop()
        self.drafts = {}
        self.changed.emit()

    def start(self, thing: Object) -> None:
        """Have the texts of an object drafted, from the frames of the open clip in which it is seen."""
        document, clip, video = self._document.document, self._document.clip_row, self._workspace.video
        if self.busy or video is None:
            return
        whole = clip.range if clip is not None else FrameRange(0, len(video))
        seen = document.track(thing.key).visible(whole)
        frames = FrameRange(seen[0].start, seen[-1].stop) if seen else whole
        around = self._playback.frame if self._playback.frame in frames else frames.start
        language = str(self._studio.settings["text_language"])
        main = document.main_segment(thing.key, whole)
        targets: dict[str, Target] = {
            "appearance": ("object", thing.key, "appearance", language),
            "environment": ("video", thing.video, "environment", language),
        }
        if main is not None:
            targets["motion"] = ("segment", main.key, "motion", language)
        about = text(thing, "appearance", language)

        def run(context: Context) -> None:
            from tvau_studio.services.drafting import draft_texts, frames_for

            model = self._studio.models.get()
            context.check()

            def ready(field: str, words: str) -> None:
                context.post(lambda: self._put(targets.get(field), words))

            look = frames_for(model, frames, around)
            draft_texts(model, video, look, language, about=about, ready=ready, cancel=lambda: context.cancelled)

        def ended() -> None:
            self._job = None
            self.changed.emit()

        def failed(error: Exception) -> None:
            ended()
            self._document.refused.emit(str(error) if isinstance(error, StudioError) else repr(error))

        self._job = self._studio.jobs.submit(
            "model", "Draft the texts", run, done=lambda _: ended(), failed=failed, cancelled=ended, priority=1
        )
        self._document.told.emit(
            tr("{model} drafts the texts; they come below the fields.", model=self._studio.models.name)
        )
        self.changed.emit()

    def _put(self, target: Target | None, words: str) -> None:
        if target is not None and (target[0], target[1]) in self._document.document:
            self.drafts[target] = words
            self.changed.emit()
