"""The scan of whole videos: it runs behind everything else, a few pairs at a time.

Each part is a job of its own on the model's lane, so that a question and the heat of the open clip come first. What was
computed is in the project's cache: a scan that was stopped goes on where it was.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from tvau_studio.domain.errors import StudioError
from tvau_studio.gui.state.events import Events, Found
from tvau_studio.gui.words import said

if TYPE_CHECKING:
    from tvau_studio.domain.events import Event
    from tvau_studio.domain.labels import Video as Row
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.gui.state.heat_view import HeatView
    from tvau_studio.gui.state.workspace import Workspace
    from tvau_studio.media.video import Video
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.scan_curves import Curve, Run
    from tvau_studio.services.studio import Studio

_log = logging.getLogger(__name__)

_PART = 24
"""Pairs computed before others may have the model."""
_BEHIND = -5
"""The priority of a scan: after everything that a person waits for."""
_REGROUP = 400
"""Milliseconds between two looks at what a running scan found."""

Phase = Literal["idle", "scanning", "asking"]


@dataclass
class _Work:
    """The video that is being scanned. Used by one job at a time."""

    row: Row
    file: Video | None = None
    run: Run | None = None

    def close(self) -> None:
        if self.run is not None:
            self.run.close()
        if self.file is not None:
            self.file.close()
        self.run = self.file = None


class Scan(QObject):
    """events: what was found. phase: what it does. progress: (pairs or events done, all). name: of the video being
    scanned. ask: whether each event is asked about once the scan is through. error: why it ended, "" = nothing is
    wrong. refused: a sentence for each video or event that was left out.
    """

    changed = Signal()

    def __init__(self, studio: Studio, workspace: Workspace, document: ClipDocument, heat: HeatView) -> None:
        super().__init__()
        self._studio, self._document, self._heat = studio, document, heat
        self.events = Events(studio, workspace, document)
        self.phase: Phase = "idle"
        self.progress = (0, 0)
        self.name = ""
        self.ask = True
        self.error = ""
        self.refused: list[str] = []
        self._queue: list[Row] = []
        self._before = self._total = 0
        self._work: _Work | None = None
        self._job: Job[Any] | None = None
        self._left_out: set[tuple[str, tuple[int, int]]] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REGROUP)
        self._soon.timeout.connect(self.events.regroup)
        workspace.projectChanged.connect(self._project_changed)

    @property
    def busy(self) -> bool:
        return self.phase != "idle"

    @property
    def unasked(self) -> list[Found]:
        """The listed events that nobody asked about."""
        return [f for f in self.events.found if f.event.answer is None and f.key not in self._left_out]

    def start(self, every: bool | None = None) -> None:
        """Scan the open video, or all of the project's; None: as the list shows. Goes on where it was."""
        project, row = self._studio.project, self._document.video_row
        if self.busy or project is None:
            return
        if every is not None:
            self.events.set_every(every)
        self.error, self.refused, self._left_out = "", [], set()
        self.phase, self.progress, self.name = "scanning", (0, 0), ""
        if self.events.every:
            self._job = self._studio.jobs.submit(
                "lists", "Scan", lambda _: project.videos, done=self._begin, failed=self._fail, cancelled=self._end
            )
        else:
            self._begin([row] if row is not None else [])
        self.changed.emit()

    def ask_rest(self) -> None:
        """Ask about each listed event that nobody asked about."""
        if not self.busy:
            self.error, self.refused, self._left_out = "", [], set()
            self.phase = "asking"
            self._ask_next()

    def stop(self) -> None:
        """Give up what is left; what was computed is kept."""
        self._queue = []
        if self._job is not None:
            self._job.cancel()  # its end is ours
        elif self.busy:
            self._end()

    def set_ask(self, on: bool) -> None:
        self.ask = on
        self.changed.emit()

    def close(self) -> None:
        """Let go of the video being scanned; a part that runs lets go of it itself."""
        running = self._job is not None and self._job.state == "running"
        if self._work is not None and not running:
            self._work.close()

    # -- scanning

    def _begin(self, rows: Sequence[Row]) -> None:
        self._job = None
        self._queue = list(rows)
        self._before, self._total = 0, sum(((row.frames or 0) + 1) // 2 for row in rows)
        self._next_video()

    def _next_video(self) -> None:
        if self._queue:
            row = self._queue.pop(0)
            self._work, self.name, self.events.scanned = _Work(row), row.stem, row.key
            self._step(self._work)
            return
        self.name = ""
        if self.ask:
            self.phase, self.progress = "asking", (0, 0)
            self.events.regroup(self._ask_next)
            self.changed.emit()
        else:
            self._end()

    def _step(self, work: _Work) -> None:
        """Have the next few pairs computed."""
        project, models, cache = self._studio.project, self._studio.models, self._studio.heat_cache
        if project is None or cache is None:
            self._end()
            return

        def run(context: Context) -> tuple[bool, Curve]:
            from tvau_studio.services.scan_curves import Run

            try:
                model = models.get()
                context.check()
                if not model.has_heat:
                    raise StudioError("{name} makes no heat; choose another model in the settings.", name=model.name)
                if work.run is None:
                    work.file = project.open_video(work.row)
                    work.run = Run(work.file, model, cache)
                file = work.file
                assert file is not None

                def ready(pairs: Sequence[int], maps: Any) -> None:
                    numbers = list(pairs)
                    context.post(lambda: self._heat.learn(file.fingerprint, model.id, numbers, maps))

                more = work.run.advance(_PART, cancel=lambda: context.cancelled, ready=ready, progress=context.progress)
                curve = work.run.curve()
            except BaseException:
                work.close()
                raise
            if not more:
                work.close()
            return more, curve

        def done(result: tuple[bool, Curve]) -> None:
            self._job = None
            more, curve = result
            self.events.put(work.row.key, curve)
            self._show_progress(curve.known)
            if more:
                if not self._soon.isActive():
                    self._soon.start()
                self._step(work)
            else:
                self._before += len(curve.scores)
                self._next_video()

        def failed(error: Exception) -> None:
            # One broken video of many is named, and the others go on.
            if self.events.every and isinstance(error, StudioError) and self._studio.models.state == "ready":
                self._job = None
                self.refused.append(said(error))
                self._next_video()
            else:
                self._fail(error)

        self._job = self._studio.jobs.submit(
            "model",
            f"Scan {work.row.stem}",
            run,
            done=done,
            failed=failed,
            cancelled=self._end,
            progress=lambda known, _: self._show_progress(known),
            priority=_BEHIND,
        )

    def _show_progress(self, known: int) -> None:
        done = self._before + known
        self.progress = (done, max(self._total, done))
        self.changed.emit()

    # -- asking

    def _ask_next(self) -> None:
        """Ask about the hottest event that nobody asked about."""
        wanted = self.unasked
        project, models, cache = self._studio.project, self._studio.models, self._studio.heat_cache
        if self.phase != "asking" or not wanted or project is None or cache is None:
            self._end()
            return
        found, language = wanted[0], self.events.language
        count = len(self.events.found)
        self.progress = (count - len(wanted), count)

        def run(context: Context) -> Event:
            from tvau_studio.services import scanning

            model = models.get()
            context.check()
            row = project.video(found.video)
            if row is None:
                raise StudioError("The video is not in the project any more.")
            with project.open_video(row) as video:
                kept = scanning.answers(cache, video.fingerprint, model.id)
                cancel = lambda: context.cancelled  # noqa: E731
                return scanning.describe(found.event, video, model, cache, kept, language, cancel=cancel)

        def done(event: Event) -> None:
            self._job = None
            self.events.replace(Found(found.video, event))
            self._ask_next()

        def failed(error: Exception) -> None:
            self._left_out.add(found.key)
            if isinstance(error, StudioError) and self._studio.models.state == "ready":
                self._job = None
                self.refused.append(said(error))
                self._ask_next()
            else:
                self._fail(error)

        self._job = self._studio.jobs.submit(
            "model", "Ask about the events", run, done=done, failed=failed, cancelled=self._end, priority=_BEHIND
        )
        self.changed.emit()

    # -- its end

    def _fail(self, error: Exception) -> None:
        if isinstance(error, StudioError):
            self.error = said(error)
        else:
            _log.error("a scan failed", exc_info=error)
            self.error = f"{type(error).__name__}: {error}"
        self._end()

    def _end(self) -> None:
        work, self._work, self._job = self._work, None, None
        if work is not None and work.run is not None:
            # On its lane, behind whatever still uses it.
            self._studio.jobs.submit("model", "Keep the heat", lambda _: work.close(), keep=True)
        self._queue, self.phase, self.name, self.events.scanned = [], "idle", "", ""
        self.events.regroup()
        self.changed.emit()

    def _project_changed(self) -> None:
        if self.busy:
            self.stop()
