"""What one window stands on, built in one place: lanes, settings, the model, the open project.

Nothing is a module singleton: whoever needs it is given it, and tests build their own. Making a `Studio` loads nothing
heavy; the model is loaded by the first job that asks for it.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tvau_studio.domain.errors import StudioError
from tvau_studio.services.jobs import Jobs, Post
from tvau_studio.services.settings import Settings

if TYPE_CHECKING:
    from tvau_studio.services.models import Model
    from tvau_studio.services.projects import Project
    from tvau_studio.store.heatmap_cache import HeatmapCache

ModelState = Literal["unknown", "none", "installed", "loading", "ready", "failed"]


class Models:
    """The one model of the program. on_change is called through `post` whenever `state` or `name` changed.

    state: unknown (not looked for yet), none (there is no such model), installed (its files are there, not in memory),
    loading, ready, failed. error: the sentence where there is none or it failed. note: a sentence where a model that is
    ready goes on although its files are gone or the new ones cannot be used, else "". id: the key of cached heat maps,
    "" where unknown. facts: what it says about itself.
    """

    def __init__(self, settings: Settings, post: Post) -> None:
        self._settings = settings
        self._post = post
        self._model: Model | None = None
        self._lock = threading.Lock()
        self.state: ModelState = "unknown"
        self.error = ""
        self.note = ""
        self._stamp: tuple[tuple[str, int, int], ...] = ()
        self.id = ""
        self.facts: dict[str, Any] = {}
        self.has_heat = True
        self.on_change: Callable[[], None] = lambda: None

    @property
    def name(self) -> str:
        """What a person calls it."""
        name = str(self.facts.get("name") or self._settings["model"])
        return Path(name).name if name.startswith(("/", ".", "~")) else name

    @property
    def device(self) -> str:
        """``cpu``, ``cuda`` ...; what the settings say while it is not loaded."""
        return self._model.host.device if self._model is not None else str(self._settings["device"])

    def look(self) -> None:
        """Find the model that the settings name and what identifies it, without loading it. Reads files: not for the
        thread of a window."""
        from tvau_studio.services import models

        wanted = self._settings["model"]
        try:
            facts = models.known(wanted)
            found = models.model_id(wanted)
        except StudioError as error:
            self._set("none", error=str(error))
            return
        if self._model is not None and self._model.id == found:
            return
        self._model = None
        self._set("installed", id=found, facts=facts, has_heat=bool(facts.get("heatmap", True)))

    def get(self) -> Model:
        """The model, loaded now if it is not in memory, and again where its files were replaced. Only on the model
        lane. Raises StudioError; where a model is in memory that works, it goes on and `note` says why.
        """
        from tvau_studio.services import models

        with self._lock:
            if self._model is not None and not self._replaced():
                return self._model
            if self.state == "none":
                # It may be there by now; if not, that is known without loading anything heavy.
                self.look()
                if self.error:
                    raise StudioError("{why}", why=self.error)
            before, old = self.state, self._model
            self._set("loading")
            wanted = self._settings["model"]
            try:
                model = models.load_model(wanted, self._settings["device"], spare_core=True)
                stamp, found = models.stamp(wanted), models.known(wanted)
            except StudioError as error:
                if old is not None:
                    self._set("ready", note=f"{error} The model that was loaded before goes on.")
                    return old
                self._set("none" if before == "none" else "failed", error=str(error))
                raise
            except Exception as error:
                self._set("failed", error=f"{wanted} cannot be loaded ({type(error).__name__}: {error}).")
                raise
            self._model, self._stamp = model, stamp
            facts = {**self.facts, **found, "name": model.name}
            self._set("ready", id=model.id, facts=facts, has_heat=model.has_heat, note="")
            return model

    def _replaced(self) -> bool:
        """Whether the files of the model in memory are others now. One whose files are gone goes on."""
        from tvau_studio.services import models

        assert self._model is not None
        wanted = self._settings["model"]
        try:
            stamp = models.stamp(wanted)
            if stamp == self._stamp:
                return False
            self._stamp = stamp
            return models.model_id(wanted) != self._model.id
        except StudioError as error:
            note = f"{error} The model in memory goes on until it is freed."
            if note != self.note:
                self._set(self.state, note=note)
            return False

    @property
    def loaded(self) -> Model | None:
        """The model in memory, or None."""
        return self._model

    def free(self) -> None:
        """Give its memory back; it is loaded again when it is needed. Only on the model lane."""
        with self._lock:
            if self._model is None:
                return
            self._model.host.forget()
            self._model = None
            gc.collect()
            self._set("installed", note="")
        self.look()

    def forget(self) -> None:
        """Another model is wanted: the next `look` or `get` takes what the settings name then."""
        with self._lock:
            self._model = None
            self._set("unknown", id="", facts={}, note="")

    def _set(self, state: ModelState, *, error: str = "", **more: Any) -> None:
        self.state, self.error = state, error
        for name, value in more.items():
            setattr(self, name, value)
        self._post(lambda: self.on_change())


class Studio:
    """jobs, settings, models, and the open project (None before one is open). post: see `Jobs`."""

    def __init__(self, post: Post | None = None, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.jobs = Jobs(post)
        self.models = Models(self.settings, post or (lambda call: call()))
        self.project: Project | None = None

    @property
    def heat_cache(self) -> HeatmapCache | None:
        """Where the heat maps of the open project are kept."""
        return self.project.cache if self.project is not None else None

    def close(self) -> bool:
        """Cancel what may be cancelled, wait for what is being written, close the project. False where something still
        runs."""
        stopped = self.jobs.close()
        if self.project is not None and stopped:
            self.project.close()
            self.project = None
        return stopped
