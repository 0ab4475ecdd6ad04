"""Which heat lies over the picture, and which beside it: two sources, and how they are compared."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.prompting import as_text
from tvau_studio.gui.state.source_maps import SourceMaps
from tvau_studio.gui.words import tr
from tvau_studio.services.heat_sources import Guest, HeatSource, bracketed

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

    from tvau_studio.gui.state.heat_view import HeatView
    from tvau_studio.gui.state.playback import Playback
    from tvau_studio.gui.state.workspace import Workspace
    from tvau_studio.services.models import Model
    from tvau_studio.services.studio import Studio

_log = logging.getLogger(__name__)

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
    promptsChanged = Signal()
    promptsFailed = Signal(str)

    def __init__(self, studio: Studio, workspace: Workspace, playback: Playback, heat: HeatView) -> None:
        super().__init__()
        self._studio = studio
        self._heat = heat
        self._guest = Guest()
        self.sources = [ANOMALY, ANOMALY]
        self.mode: Mode = "off"
        self.wipe = 0.5
        self.maps = [SourceMaps(studio, workspace, playback, heat, self._guest) for _ in self.sources]
        self.prompts: dict[str, dict[str, Any]] = {}
        workspace.projectChanged.connect(self.read_prompts)
        for maps in self.maps:
            maps.changed.connect(self.changed)
            maps.scoresChanged.connect(self.scoresChanged)
            maps.progressChanged.connect(self.progressChanged)

    # -- prompts

    def read_prompts(self) -> None:
        """Which sets of prompts the project holds now; `promptsChanged` tells."""
        project = self._studio.project
        if project is None:
            self._take_prompts({})
            return

        def take(found: dict[str, dict[str, Any]]) -> None:
            if project is self._studio.project:
                self._take_prompts(found)

        self._studio.jobs.submit(
            "store", "Prompts", lambda _: project.prompt_sets.all(), done=take, failed=self._prompts_failed
        )

    def keep_prompts(self, name: str, data: dict[str, Any]) -> None:
        """Keep a set in the project; where heat of that set is shown it is made anew."""
        project = self._studio.project
        if project is not None:
            self._change_prompts(lambda: project.prompt_sets.keep(name, data))

    def delete_prompts(self, name: str) -> None:
        project = self._studio.project
        if project is not None:
            self._change_prompts(lambda: project.prompt_sets.delete(name))

    def _change_prompts(self, change: Callable[[], None]) -> None:
        self._studio.jobs.submit(
            "store", "Prompts", lambda _: change(), done=lambda _: self.read_prompts(), failed=self._prompts_failed
        )

    def _prompts_failed(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            _log.error("prompts failed", exc_info=error)
        self.promptsFailed.emit(str(error))

    def _take_prompts(self, found: dict[str, dict[str, Any]]) -> None:
        self.prompts = found
        for which, source in enumerate(self.sources):
            if source.kind == "prompts":
                data = found.get(source.words)
                kept = replace(source, content=as_text(data)) if data is not None else ANOMALY
                self.set_source(which, kept)
        self.promptsChanged.emit()

    # -- what is shown

    def set_source(self, which: int, source: HeatSource) -> None:
        """which: 0 over the picture, 1 the one that it is compared with."""
        if source != self.sources[which]:
            self.sources[which] = source
            self._want()
            self.changed.emit()
            self.scoresChanged.emit()

    def exchange(self) -> None:
        """The second over the picture, the first beside it: again and again, it flickers between the two."""
        first, second = self.sources
        self.set_source(0, second)
        self.set_source(1, first)

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
        words = bracketed(source.words) if source.kind == "prompts" else source.words or tr("anomaly")
        return f"{words} · {source.model}" if source.model else words

    def _want(self) -> None:
        for which, maps in enumerate(self.maps):
            source = self.sources[which]
            used = source != ANOMALY and (which == 0 or self.mode != "off")
            maps.set_source(source if used else None)
        if self._guest.loaded and not any(maps.source is not None and maps.source.model for maps in self.maps):
            # On the lane that loads it, so that nobody pulls it away from under a job.
            self._studio.jobs.submit("model", "Let go of the second model", lambda _: self._guest.forget())
