"""Maps of one chosen source beside the anomaly's own: of an event class, a phrase, another model.

As `heat_view` does for the anomaly: what the cache knows is shown at once, what is missing in the open clip is computed
a few pairs at a time and given up when one moves on.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from tvau_studio.gui.state.heat_view import HeatView
    from tvau_studio.gui.state.playback import Playback
    from tvau_studio.gui.state.workspace import Workspace
    from tvau_studio.services.heat_sources import Guest, HeatSource
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.models import Model
    from tvau_studio.services.studio import Studio

    Found = tuple[list[int], npt.NDArray[np.float32]]
    """Pairs, and their maps [n, h, w]."""

_log = logging.getLogger(__name__)

_CHUNK = 8
_AGAIN = 64
"""Maps that are read again at once."""
_KEEP = 64 << 20
"""Bytes of maps in memory."""


class SourceMaps(QObject):
    """source: None = nothing is wanted. error: why there is nothing. seconds_left: of the computing, None while nobody
    knows."""

    changed = Signal()
    """The source changed, or the map of the picture shown came."""
    scoresChanged = Signal()
    progressChanged = Signal()

    def __init__(self, studio: Studio, workspace: Workspace, playback: Playback, heat: HeatView, guest: Guest) -> None:
        super().__init__()
        self._studio, self._workspace, self._playback = studio, workspace, playback
        self._heat = heat
        self._guest = guest
        self.source: HeatSource | None = None
        self.error = ""
        self.seconds_left: float | None = None
        self._maps: OrderedDict[int, npt.NDArray[np.float32]] = OrderedDict()
        self._bytes = 0
        self._scores = np.zeros(0, np.float32)
        self._turn = 0  # what was asked for before is not taken any more
        self._job: Job | None = None
        self._asked: set[int] = set()
        self._total = self._done = 0
        workspace.opened.connect(self._begin)
        workspace.modelChanged.connect(self._model_changed)
        playback.videoChanged.connect(self._video_changed)
        self._model_id = ""

    def set_source(self, source: HeatSource | None) -> None:
        if source != self.source:
            self.source = source
            self._begin()
            self.changed.emit()

    def map_at(self, frame: int) -> npt.NDArray[np.float32] | None:
        """float32 [h, w] in 0..1, or None while it is not known. One that is on disk and no longer in memory is read;
        `changed` tells when it is there."""
        pair = frame // 2
        found = self._maps.get(pair)
        if found is not None:
            self._maps.move_to_end(pair)
        elif 0 <= pair < len(self._scores) and not np.isnan(self._scores[pair]) and pair not in self._asked:
            self._read_again(pair)
        return found

    def scores(self) -> npt.NDArray[np.float32]:
        """The maximum of each pair's map, float32 [pairs], NaN where not known."""
        return self._scores

    @property
    def busy(self) -> bool:
        return self._job is not None

    @property
    def progress(self) -> tuple[int, int]:
        """(pairs known, pairs wanted)."""
        return self._done, self._total

    # -- where they come from

    def _video_changed(self) -> None:
        if self._playback.video is None:
            self._begin()

    def _model_changed(self) -> None:
        if self._studio.models.id != self._model_id and self.source is not None and not self.source.model:
            self._begin()

    def _begin(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._turn += 1
        self._maps.clear()
        self._asked.clear()
        self._bytes = 0
        self.error, self.seconds_left = "", None
        self._model_id = self._studio.models.id
        video = self._workspace.video
        self._scores = np.full(len(self._heat.scores()), np.nan, np.float32)
        if self.source is None or video is None or self._playback.video is None:
            self._done = self._total = 0
        else:
            self._read(self._turn, self.source)
        self.scoresChanged.emit()
        self.progressChanged.emit()

    def _reader(self, source: HeatSource, pairs: range) -> Callable[[Context], Found]:
        """What reads from the cache what it knows of these pairs."""
        from tvau_studio.services import heatmaps

        cache, models, fingerprint = self._studio.heat_cache, self._studio.models, self._workspace.video.fingerprint

        def read(context: Context) -> Found:
            from tvau_studio.services.models import model_id

            key = model_id(source.model) if source.model else models.id
            context.check()
            if cache is None or not key or not pairs:
                return [], np.zeros((0, 1, 1), np.float32)
            return heatmaps.cached(
                fingerprint, FrameRange(2 * pairs.start, 2 * pairs.stop), source.cache_key(key), cache
            )

        return read

    def _read_again(self, pair: int) -> None:
        """Maps that were let go of come from the disk."""
        if self.source is None or self._workspace.video is None:
            return
        turn, pairs = self._turn, range(pair, min(pair + _AGAIN, len(self._scores)))
        self._asked.update(pairs)

        def take(found: Found) -> None:
            if turn == self._turn:
                self._asked.difference_update(pairs)
                self._take(turn, *found)

        self._studio.jobs.submit("media", "Read the heatmaps", self._reader(self.source, pairs), done=take, priority=5)

    def _read(self, turn: int, source: HeatSource) -> None:
        """Take what the cache knows, then have computed what it does not."""
        wanted = self._heat.wanted()
        read = self._reader(source, wanted)

        def take(result: Found) -> None:
            if turn == self._turn:
                self._job = None
                self._take(turn, *result)
                self._compute(turn, source)

        self._total = len(wanted)
        self._job = self._studio.jobs.submit(
            "media",
            "Read the heatmaps",
            read,
            done=take,
            failed=lambda error: self._failed(turn, error),
            priority=4,
        )

    def _compute(self, turn: int, source: HeatSource) -> None:
        from tvau_studio.services import heat_sources

        wanted = self._heat.wanted()
        missing = wanted.start + np.flatnonzero(np.isnan(self._scores[wanted.start : wanted.stop]))
        self._done, self._total = len(wanted) - len(missing), len(wanted)
        self.progressChanged.emit()
        if not len(missing):
            return
        here = max(0, self._playback.frame) // 2
        ahead = missing[missing >= here]
        chunk = (ahead if len(ahead) else missing)[:_CHUNK].tolist()
        cache, video, began = self._studio.heat_cache, self._workspace.video, [0.0]

        def run(context: Context) -> None:
            model = self.model_of(source)
            context.check()
            began[0] = time.monotonic()  # loading is no measure of what computing takes

            def ready(pairs: Sequence[int], maps: npt.NDArray[np.float32]) -> None:
                numbers = list(pairs)
                context.post(lambda: self._take(turn, numbers, maps))

            heat_sources.compute(source, model, video, chunk, cache, lambda: context.cancelled, ready)

        def done() -> None:
            if turn == self._turn:
                self._job = None
                rest = len(missing) - len(chunk)
                self.seconds_left = (time.monotonic() - began[0]) / len(chunk) * rest if rest else None
                self._compute(turn, source)

        self._job = self._studio.jobs.submit(
            "model",
            "Heatmap",
            run,
            done=lambda _: done(),
            failed=lambda error: self._failed(turn, error),
        )
        self.progressChanged.emit()

    def model_of(self, source: HeatSource) -> Model:
        """Only on the model lane; raises StudioError."""
        if not source.model:
            return self._studio.models.get()
        return self._guest.get(source.model, self._studio.settings["device"])

    def _failed(self, turn: int, error: Exception) -> None:
        if turn != self._turn:
            return
        self._job = None
        if not isinstance(error, StudioError):
            _log.error("heat failed", exc_info=error)
        self.error = str(error)
        self.progressChanged.emit()

    def _take(self, turn: int, pairs: Sequence[int], maps: npt.NDArray[np.float32]) -> None:
        if turn != self._turn:
            return
        shown = max(0, self._playback.frame) // 2
        for pair, values in zip(pairs, maps, strict=True):
            if pair < len(self._scores) and pair not in self._maps:
                self._maps[pair] = np.ascontiguousarray(values)
                self._bytes += values.nbytes
                self._scores[pair] = values.max()
        while self._bytes > _KEEP and len(self._maps) > 2:
            self._bytes -= self._maps.popitem(last=False)[1].nbytes
        self._done = int(np.count_nonzero(~np.isnan(self._scores)))
        if len(pairs):
            self.scoresChanged.emit()
            self.progressChanged.emit()
        if shown in pairs:
            self.changed.emit()
