"""What scans found: the events that a rule makes of what is known of the project's videos, ranked.

Making them reads scores and a few maps, and computes nothing: another threshold makes other events at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from tvau_studio.domain.events import Event, Rule
from tvau_studio.gui.words import chosen

if TYPE_CHECKING:
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.gui.state.workspace import Workspace
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.scan_curves import Curve
    from tvau_studio.services.scanning import Remembered
    from tvau_studio.services.studio import Studio


@dataclass(frozen=True)
class Found:
    """One event. video: the key of the project's video."""

    video: str
    event: Event

    @property
    def key(self) -> tuple[str, tuple[int, int]]:
        return self.video, self.event.frames


class Events(QObject):
    """rule: what makes events. every: of all videos, or of the open one alone. found: these events, ranked. answered:
    what the model said of an event before is shown with it.
    """

    changed = Signal()
    """`found`, `known`, `rule` or `every` changed."""

    def __init__(self, studio: Studio, workspace: Workspace, document: ClipDocument) -> None:
        super().__init__()
        self._studio, self._workspace, self._document = studio, workspace, document
        self.rule = Rule()
        self.every = False
        self.found: list[Found] = []
        self.scanned = ""
        """Key of the video that is being scanned: nobody else reads its curve meanwhile."""
        self._all: list[Found] = []
        self._curves: dict[str, Curve] = {}
        self._model = ""
        self._maps: Remembered | None = None
        self._job: Job[Any] | None = None
        self._then: Callable[[], None] | None = None
        workspace.projectChanged.connect(self._forget)
        workspace.opened.connect(self._opened)
        workspace.modelChanged.connect(self._model_changed)

    @property
    def here(self) -> str:
        """The key of the open video, "" where none is."""
        row = self._document.video_row
        return row.key if row is not None else ""

    @property
    def known(self) -> tuple[int, int]:
        """(pairs looked at, all) of the videos whose events are listed; of those of which nothing is known: none."""
        rows = [c for key, c in self._curves.items() if self.every or key == self.here]
        return sum(c.known for c in rows), sum(len(c.scores) for c in rows)

    @property
    def language(self) -> str:
        """Of questions and reports."""
        return chosen(self._studio.settings["language"])

    def set_every(self, every: bool) -> None:
        if every != self.every:
            self.every = every
            self._list()

    def set_rule(self, **changes: float) -> None:
        """Another threshold, shortest or gap: the events are made anew."""
        rule = replace(self.rule, **changes)
        if rule != self.rule:
            self.rule = rule
            self.changed.emit()
            self.regroup()

    def put(self, key: str, curve: Curve) -> None:
        """What is known of a video by now; `regroup` makes events of it."""
        if curve.model != self._model:
            self._curves.clear()
        self._model = curve.model
        self._curves[key] = curve

    def replace(self, found: Found) -> None:
        """The same event, with more known of it."""
        self._all = [found if f.key == found.key else f for f in self._all]
        self._list()

    def regroup(self, then: Callable[[], None] | None = None) -> None:
        """Make the events anew; the latest request wins, and every `then` is called once they are there."""
        self._then = then or self._then
        cache = self._studio.heat_cache
        if self._job is not None:
            self._job.cancel()
        if cache is None:
            self._show([])
            return
        curves, rule, language = dict(self._curves), self.rule, self.language
        most = int(self._studio.models.facts.get("max_frames") or 0)

        def run(context: Context) -> list[Found]:
            from tvau_studio.services import scanning

            maps = self._maps = self._maps or scanning.Remembered(cache)
            found: list[Found] = []
            for key, curve in curves.items():
                kept = scanning.answers(cache, curve.fingerprint, curve.model)
                for event in scanning.events(curve, rule, maps):
                    context.check()
                    said = scanning.recall(event, curve.frames, most, kept, language) if most else event
                    found.append(Found(key, said))
            return sorted(found, key=lambda f: (-f.event.score, f.event.video, f.event.frames))

        self._job = self._studio.jobs.submit("media", "Find the events", run, done=self._show, priority=3)

    def _show(self, found: list[Found]) -> None:
        self._job = None
        self._all = found
        self._list()
        then, self._then = self._then, None
        if then is not None:
            then()

    def _list(self) -> None:
        here = self.here
        self.found = [f for f in self._all if self.every or f.video == here]
        self.changed.emit()

    # -- following

    def _forget(self) -> None:
        self._maps = None  # another project's lie elsewhere
        self._curves.clear()
        self._all = []
        self._list()

    def _model_changed(self) -> None:
        now = self._studio.models.id
        if now and now != self._model:
            if self._model:
                self._forget()
            self._model = now
            self._opened()

    def _opened(self) -> None:
        """What is known of the video that was opened, from an earlier scan perhaps."""
        self._list()
        video, row = self._workspace.video, self._document.video_row
        models, cache = self._studio.models, self._studio.heat_cache
        if video is None or row is None or cache is None or not models.id:
            return
        if row.key in (self.scanned, *self._curves):
            return
        copy, id, name, key = video.clone(), models.id, models.name, row.key

        def run(context: Context) -> Curve:
            from tvau_studio.services.scan_curves import known_curve

            with copy:
                return known_curve(copy, id, name, cache, lambda: context.cancelled)

        def done(curve: Curve) -> None:
            if curve.known and key not in (self.scanned, *self._curves) and id == self._studio.models.id:
                self.put(key, curve)
                self.regroup()

        self._studio.jobs.submit("media", "Read the heatmaps", run, done=done, failed=lambda _: None, priority=-3)
