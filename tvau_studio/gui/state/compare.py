"""Which heat lies over the picture, and which beside it: two sources, and how they are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from tvau_studio.gui.state.source_maps import SourceMaps
from tvau_studio.gui.words import tr
from tvau_studio.services.heat_sources import Guest, HeatSource

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from tvau_studio.gui.state.heat_view import HeatView
    from tvau_studio.gui.state.playback import Playback
    from tvau_studio.gui.state.workspace import Workspace
    from tvau_studio.services.models import Model
    from tvau_studio.services.studio import Studio

Mode = Literal["off", "side", "wipe", "difference"]
ANOMALY = HeatSource()


class Compare(QObject):
    """sources: what the first and the second heat is of; the second is computed only while `mode` is not "off". wipe:
    where the two meet, a part of the widget's width."""

    changed = Signal()
    """A source, the mode, the wipe, or a map of the picture shown changed."""
    modeChanged = Signal()
    scoresChanged = Signal()
    progressChanged = Signal()

    def __init__(self, studio: Studio, workspace: Workspace, playback: Playback, heat: HeatView) -> None:
        super().__init__()
        self._studio = studio
        self._heat = heat
        self._guest = Guest()
        self.sources = [ANOMALY, ANOMALY]
        self.mode: Mode = "off"
        self.wipe = 0.5
        self.maps = [SourceMaps(studio, workspace, playback, heat, self._guest) for _ in self.sources]
        for maps in self.maps:
            maps.changed.connect(self.changed)
            maps.scoresChanged.connect(self.scoresChanged)
            maps.progressChanged.connect(self.progressChanged)

    def set_source(self, which: int, source: HeatSource) -> None:
        """which: 0 over the picture, 1 the one that it is compared with."""
        if source != self.sources[which]:
            self.sources[which] = source
            self._want()
            self.changed.emit()
            self.scoresChanged.emit()

    def set_mode(self, mode: Mode) -> None:
        if mode != self.mode:
            self.mode = mode
            self._want()
            self.modeChanged.emit()
            self.changed.emit()
            self.scoresChanged.emit()

    def set_wipe(self, share: float) -> None:
        share = max(0.0, min(1.0, share))
        if share != self.wipe:
            self.wipe = share
            self.changed.emit()

    def map_at(self, frame: int, which: int = 0) -> npt.NDArray[np.float32] | None:
        """float32 [h, w] in 0..1, or None while it is not known."""
        if self.sources[which] == ANOMALY:
            return self._heat.map_at(frame)
        return self.maps[which].map_at(frame)

    def model_of(self, source: HeatSource) -> Model:
        """The model that makes a source's maps, loaded now if it is not in memory. Only on the model lane. Raises
        StudioError."""
        return self.maps[0].model_of(source)

    def curves(self) -> list[tuple[int, npt.NDArray[np.float32]]]:
        """(which, scores) of the sources that are shown and are not the anomaly."""
        shown = (0,) if self.mode == "off" else (0, 1)
        return [(n, self.maps[n].scores()) for n in shown if self.sources[n] != ANOMALY]

    def title(self, which: int) -> str:
        """What the heat is of, in words."""
        source = self.sources[which]
        words = source.words or tr("anomaly")
        return f"{words} · {source.model}" if source.model else words

    def _want(self) -> None:
        for which, maps in enumerate(self.maps):
            source = self.sources[which]
            used = source != ANOMALY and (which == 0 or self.mode != "off")
            maps.set_source(source if used else None)
        if self._guest.loaded and not any(maps.source is not None and maps.source.model for maps in self.maps):
            # On the lane that loads it, so that nobody pulls it away from under a job.
            self._studio.jobs.submit("model", "Let go of the second model", lambda _: self._guest.forget())
