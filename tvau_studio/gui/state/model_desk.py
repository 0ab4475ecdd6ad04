"""Choosing, loading, freeing and checking models, each off the window's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from tvau_studio.domain.errors import StudioError

if TYPE_CHECKING:
    from tvau_studio.gui.state.heat_view import HeatView
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.studio import Studio

_log = logging.getLogger(__name__)

FIRST = 20
"""Priority of another model on the model's lane: before questions to the old one."""


class ModelDesk(QObject):
    """models: facts of those on this machine, as `services.models.list_models` gives them; [] before `list` came back.
    checked: name -> what its check said, (sound, sentence).
    """

    listed = Signal()
    """`models` was read."""
    checkedChanged = Signal()

    def __init__(self, studio: Studio, heat: HeatView) -> None:
        super().__init__()
        self._studio = studio
        self._heat = heat
        self._checking: dict[str, Job] = {}
        self.models: list[dict[str, Any]] = []
        self.checked: dict[str, tuple[bool, str]] = {}

    def list(self) -> None:
        """Look for what is installed; `listed` tells."""

        def look(context: Context) -> list[dict[str, Any]]:
            from tvau_studio.services import models

            return models.list_models()

        def take(found: list[dict[str, Any]]) -> None:
            self.models = found
            self.listed.emit()

        self._studio.jobs.submit("media", "Look for models", look, done=take, priority=-1)

    def card(self, name: str, then: Callable[[dict[str, Any], str], None]) -> None:
        """Facts and card of a model; {"error": sentence} where there is no such one."""

        def read(context: Context) -> tuple[dict[str, Any], str]:
            from tvau_studio.services import models

            try:
                return models.known(name), models.card(name)
            except StudioError as error:
                return {"name": name, "error": str(error)}, ""

        self._studio.jobs.submit("media", "Read the model card", read, done=lambda found: then(*found))

    def choose(self, name: str) -> None:
        """Use another model from now on."""
        if name != self._studio.settings["model"]:
            self._studio.settings["model"] = name
            self.look_again()

    def choose_device(self, device: str) -> None:
        """Compute somewhere else from now on: ``auto``, ``cpu``, ``cuda`` or ``mps``."""
        if device != self._studio.settings["device"]:
            self._studio.settings["device"] = device
            self.look_again()

    def look_again(self) -> None:
        """Take the model that the settings name."""
        studio = self._studio
        self._heat.stop()

        def look(context: Context) -> None:
            studio.models.forget()
            studio.models.look()

        # On the model's lane: not while the old one computes.
        studio.jobs.submit("model", "Look for the model", look, done=lambda _: self._heat.resume(), priority=FIRST)

    def load(self) -> None:
        """Have the model in memory; what goes wrong is in `studio.models.error`."""

        def run(context: Context) -> None:
            self._studio.models.get()

        self._studio.jobs.submit("model", "Load the model", run, failed=self._failed, priority=FIRST)

    def free(self) -> None:
        """Give the model's memory back; the next question or heat map loads it again."""
        self._heat.stop()
        free = self._studio.models.free
        self._studio.jobs.submit("model", "Free the model", lambda _: free(), failed=self._failed, priority=FIRST)

    def check(self, name: str) -> None:
        """Load a model whole, beside the one in use, and say whether it is sound."""
        if name in self._checking:
            return

        def run(context: Context) -> dict[str, Any]:
            from tvau_studio.services import models

            return models.check_model(name)

        def done(facts: dict[str, Any]) -> None:
            millions = facts.get("parameters", 0) / 1e6
            self._said(name, True, f"{millions:.1f}")

        def failed(error: Exception) -> None:
            self._failed(error)
            self._said(name, False, str(error))

        self._checking[name] = self._studio.jobs.submit("model", "Check a model", run, done=done, failed=failed)
        self.checkedChanged.emit()

    def is_checking(self, name: str) -> bool:
        return name in self._checking

    def _said(self, name: str, sound: bool, words: str) -> None:
        self._checking.pop(name, None)
        self.checked[name] = (sound, words)
        self.checkedChanged.emit()

    @staticmethod
    def _failed(error: Exception) -> None:
        if not isinstance(error, StudioError):
            _log.error("a model could not be loaded", exc_info=error)
