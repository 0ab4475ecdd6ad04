"""The heat maps of the open video, and how they are drawn.

What the project's cache knows is shown at once; what is missing in the open clip (without one: around the picture
shown) is computed on the model lane, a few pairs at a time so that a question need not wait, and given up when one
moves on. A pair that is computed is kept, also when it comes late.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange, pair_count
from tvau_studio.domain.heatmap import Peak, find_peaks
from tvau_studio.services.overlays import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.gui.state.playback import Playback
    from tvau_studio.gui.state.workspace import Workspace
    from tvau_studio.media.video import Video
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.studio import Studio

_log = logging.getLogger(__name__)

_CHUNK = 8
"""Pairs computed before a question may come between."""
_READ = 512
"""Pairs read from the cache at a time."""
_AROUND = 96
"""Pairs computed around the picture shown where no clip is open."""
_KEEP = 128 << 20
"""Bytes of maps in memory; scores are kept for all."""

_DRAWN = {
    "heat_shown": "enabled",
    "heat_opacity": "opacity",
    "heat_threshold": "threshold",
    "heat_colours": "colormap",
    "heat_gain": "gain",
    "heat_scale": "scale",
    "heat_smooth": "smooth",
    "heat_contour": "contour",
}
"""Setting -> what of `HeatView` it is."""


class HeatView(QObject):
    """enabled, opacity 0..1, threshold 0..1, colormap, gain 0.25..8, scale, smooth, contour: how heat is drawn; kept in
    the settings. scale: "absolute": 1 has the last colour; "clip", "video": the hottest that is known there has it.
    error: why there is no heat ("" = nothing is wrong)."""

    changed = Signal()
    """How it is drawn changed, or the map of the picture shown came."""
    scoresChanged = Signal(int, int)
    """Scores of pairs first:last (half-open) changed; (0, all) where another video or model came."""
    progressChanged = Signal()
    """`busy`, `progress` or `error` changed."""

    def __init__(self, studio: Studio, workspace: Workspace, playback: Playback, document: ClipDocument) -> None:
        super().__init__()
        self._studio = studio
        self._workspace = workspace
        self._playback = playback
        self._document = document
        self._maps: OrderedDict[int, npt.NDArray[np.float32]] = OrderedDict()
        self._bytes = 0
        self._scores = np.zeros(0, np.float32)
        self._key = ("", "")  # fingerprint, model id
        self._job: Job | None = None
        self._reads: list[Job] = []
        self._asked: set[int] = set()
        self._stopped = False
        self._waiting = False  # for the first picture
        self._total = 0
        self._done = 0
        self.error = ""
        settings = studio.settings
        self.enabled: bool = settings["heat_shown"]
        self.opacity: float = settings["heat_opacity"]
        self.threshold: float = settings["heat_threshold"]
        self.colormap: str = settings["heat_colours"]
        self.gain: float = settings["heat_gain"]
        self.scale: str = settings["heat_scale"]
        self.smooth: bool = settings["heat_smooth"]
        self.contour: bool = settings["heat_contour"]
        settings.listen(self._setting)
        workspace.opened.connect(self._opened)
        workspace.modelChanged.connect(self._model_changed)
        playback.videoChanged.connect(self._video_gone)
        playback.frameShown.connect(self._frame_shown)

    # -- how it is drawn

    @property
    def model(self) -> str:
        """Who made it."""
        return self._workspace.model_name

    def set_enabled(self, on: bool) -> None:
        self._set("enabled", "heat_shown", on)

    def set_opacity(self, value: float) -> None:
        self._set("opacity", "heat_opacity", round(max(0.0, min(1.0, value)), 3))

    def set_threshold(self, value: float) -> None:
        self._set("threshold", "heat_threshold", round(max(0.0, min(1.0, value)), 3))

    def set_colormap(self, name: str) -> None:
        self._set("colormap", "heat_colours", name)

    def set_gain(self, value: float) -> None:
        self._set("gain", "heat_gain", round(max(0.25, min(8.0, value)), 3))

    def set_scale(self, name: str) -> None:
        self._set("scale", "heat_scale", name)

    def set_smooth(self, on: bool) -> None:
        self._set("smooth", "heat_smooth", on)

    def set_contour(self, on: bool) -> None:
        self._set("contour", "heat_contour", on)

    @property
    def top(self) -> float:
        """The heat that has the last colour; > 0, and above 1 where the gain is below 1."""
        known = self._scores
        if self.scale == "absolute" or not len(known):
            return 1.0 / self.gain
        clip = self._document.clip_row
        if self.scale == "clip" and clip is not None:
            known = known[clip.start // 2 : (clip.stop + 1) // 2]
        hottest = float(np.nanmax(known)) if not np.all(np.isnan(known)) else 1.0
        return max(0.01, hottest) / self.gain

    @property
    def style(self) -> Style:
        """How it is drawn, for screen and film."""
        threshold = self.threshold if self.contour else None
        return Style(self.colormap, self.opacity, 1.0 / self.top, self.smooth, threshold)

    def _setting(self, key: str) -> None:
        """A setting was changed elsewhere."""
        name = _DRAWN.get(key, "")
        if name and getattr(self, name) != self._studio.settings[key]:
            setattr(self, name, self._studio.settings[key])
            self.changed.emit()

    def _set(self, name: str, setting: str, value: object) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self._studio.settings[setting] = value
            self.changed.emit()

    # -- the maps

    def map_at(self, frame: int) -> npt.NDArray[np.float32] | None:
        """The map of a frame, float32 [h, w] in 0..1, or None while it is not known. One that is on disk and not in
        memory is read; `changed` tells when it is there."""
        pair = frame // 2
        found = self._maps.get(pair)
        if found is not None:
            self._maps.move_to_end(pair)
        elif 0 <= pair < len(self._scores) and not np.isnan(self._scores[pair]) and pair not in self._asked:
            self._asked.add(pair)
            self._read(range(pair, min(pair + 64, len(self._scores))), priority=5)
        return found

    def scores(self) -> npt.NDArray[np.float32]:
        """The maximum of each pair's map, float32 [pairs of the video], NaN where not known. Not to be changed."""
        return self._scores

    @property
    def busy(self) -> bool:
        return self._job is not None

    @property
    def progress(self) -> tuple[int, int]:
        """(pairs known, pairs wanted) of what is being computed."""
        return self._done, self._total

    def stop(self) -> None:
        """Compute no more until `resume` or another clip."""
        self._stopped = True
        if self._job is not None:
            self._job.cancel()

    def resume(self) -> None:
        self._stopped = False
        self._compute()

    def peaks(self) -> list[Peak]:
        """The runs of pairs at or above the threshold, by place."""
        video = self._playback.video
        return find_peaks(self._scores, self.threshold, video.clock) if video is not None else []

    # -- where it comes from

    def _video_gone(self) -> None:
        if self._playback.video is None:
            self._begin(None)

    def _frame_shown(self) -> None:
        if self._waiting:
            self._waiting = False
            QTimer.singleShot(0, self, self._compute)  # behind the painting of that picture

    def _opened(self) -> None:
        self._stopped = False
        self._begin(self._workspace.video)

    def _model_changed(self) -> None:
        if self._studio.models.id != self._key[1] or (self._workspace.video is not None and self.error):
            self._begin(self._workspace.video)

    def _begin(self, video: Video | None) -> None:
        models = self._studio.models
        key = (video.fingerprint if video is not None else "", models.id)
        if self._job is not None:
            self._job.cancel()
        if key != self._key:
            for job in self._reads:
                job.cancel()
            self._reads, self._asked = [], set()
            self._key = key
            self._maps.clear()
            self._bytes = 0
            self._scores = np.full(pair_count(len(video)) if video is not None else 0, np.nan, np.float32)
            self.scoresChanged.emit(0, len(self._scores))
            self.changed.emit()
        self._set_error("" if models.state not in ("none", "failed") else models.error)
        if video is None or not models.id:
            self._done = self._total = 0
            self.progressChanged.emit()
            return
        # The clip first, then the rest of the video; what is missing in the clip is computed behind the first reading.
        wanted = self.wanted()
        self._read(wanted, priority=4, then=self._compute)
        for a in range(0, len(self._scores), _READ):
            self._read(range(a, min(a + _READ, len(self._scores))), priority=-1)

    def wanted(self) -> range:
        """The pairs that are computed where they are not known."""
        clip = self._document.clip_row
        count = len(self._scores)
        if clip is not None:
            return range(clip.start // 2, min(count, (clip.stop + 1) // 2))
        if count <= 2 * _AROUND:
            return range(count)
        here = max(0, self._playback.frame) // 2
        return range(max(0, here - _AROUND // 4), min(count, here + _AROUND))

    def _read(self, pairs: range, priority: int, then: object = None) -> None:
        """Take what the cache knows of these pairs."""
        from tvau_studio.services import heatmaps

        cache, key = self._studio.heat_cache, self._key
        if cache is None or not pairs:
            if callable(then):
                then()
            return
        frames = FrameRange(2 * pairs.start, 2 * pairs.stop)

        def take(result: tuple[list[int], npt.NDArray[np.float32]]) -> None:
            self._reads = [j for j in self._reads if not j.ended]
            if key == self._key:
                self._asked.difference_update(pairs)
                self._take(*result)
                if callable(then):
                    then()

        job = self._studio.jobs.submit(
            "media",
            "Read the heatmaps",
            lambda _: heatmaps.cached(key[0], frames, key[1], cache),
            done=take,
            priority=priority,
        )
        self._reads.append(job)

    def _compute(self) -> None:
        """Have the next few missing pairs of the clip computed."""
        video, key = self._workspace.video, self._key
        wanted = self.wanted()
        missing = wanted.start + np.flatnonzero(np.isnan(self._scores[wanted.start : wanted.stop]))
        self._done, self._total = len(wanted) - len(missing), len(wanted)
        models = self._studio.models
        able = video is not None and not self._stopped and models.has_heat and models.state not in ("none", "failed")
        # The first picture comes first: loading the network would hold it up.
        self._waiting = self._playback.frame < 0
        if not len(missing) or not able or self.busy or self._waiting:
            self.progressChanged.emit()
            return
        here = max(0, self._playback.frame) // 2
        ahead = missing[missing >= here]
        chunk = (ahead if len(ahead) else missing)[:_CHUNK].tolist()
        cache = self._studio.heat_cache

        def run(context: Context) -> None:
            model = models.get()
            context.check()

            def ready(pairs: Sequence[int], maps: npt.NDArray[np.float32]) -> None:
                # Kept also where one has moved on: a pair is never computed twice.
                if cache is not None:
                    cache.write(key[0], model.id, pairs, maps)
                context.post(lambda: self._take(list(pairs), maps) if key == self._key else None)

            model.host.heat(video, chunk, None, lambda: context.cancelled, ready)

        def ended() -> None:
            self._job = None
            if key == self._key or self._workspace.video is not None:
                self._compute()
            else:
                self.progressChanged.emit()

        def failed(error: Exception) -> None:
            self._job = None
            self._stopped = True
            if not isinstance(error, StudioError):
                _log.error("heat failed", exc_info=error)
            self._set_error(str(error))
            self.progressChanged.emit()

        self._job = self._studio.jobs.submit(
            "model", "Heatmap", run, done=lambda _: ended(), failed=failed, cancelled=ended
        )
        self.progressChanged.emit()

    def learn(self, video: str, model: str, pairs: Sequence[int], maps: npt.NDArray[np.float32]) -> None:
        """Maps float32 [len(pairs), h, w] that were computed elsewhere, of the video with that fingerprint."""
        if (video, model) == self._key:
            self._take(list(pairs), maps)

    def _take(self, pairs: Sequence[int], maps: npt.NDArray[np.float32]) -> None:
        if not len(pairs):
            return
        fresh = [i for i, k in enumerate(pairs) if k < len(self._scores)]
        for i in fresh:
            k = pairs[i]
            if k not in self._maps:
                self._maps[k] = np.ascontiguousarray(maps[i])
                self._bytes += self._maps[k].nbytes
            self._scores[k] = self._maps[k].max()
        shown = max(0, self._playback.frame) // 2
        while self._bytes > _KEEP and len(self._maps) > 2:
            self._bytes -= self._maps.popitem(last=False)[1].nbytes
        if fresh:
            self.scoresChanged.emit(min(pairs), max(pairs) + 1)
        if shown in pairs or (fresh and self.scale != "absolute"):
            self.changed.emit()

    def _set_error(self, text: str) -> None:
        if text != self.error:
            self.error = text
            self.progressChanged.emit()
