"""Backups of the open project, made while one works, where a person wants them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from tvau_studio.domain.errors import StudioError

if TYPE_CHECKING:
    from tvau_studio.gui.state import State

_log = logging.getLogger(__name__)

_EVERY = 600_000
"""Milliseconds between two looks at whether a backup is due: who looks in for a moment leaves no copies behind."""


class Backing(QObject):
    """Looks now and then; the setting ``backup_hours`` says how old the newest copy may be."""

    def __init__(self, state: State, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        state.workspace.projectChanged.connect(self._timer.start)

    def look(self) -> None:
        """Make a copy, on the store lane, where one is due."""
        project, hours = self._state.studio.project, float(self._state.studio.settings["backup_hours"])
        path = project.path if project is not None else None
        if path is None:
            return

        def run(_: object) -> bool:
            from tvau_studio.services import backups

            if not backups.is_due(path, hours):
                return False
            backups.make(path)
            return True

        def failed(error: Exception) -> None:
            _log.warning("no backup was made: %s", error) if isinstance(error, StudioError) else _log.error(
                "the backup failed", exc_info=error
            )

        self._state.studio.jobs.submit("store", "Back up", run, failed=failed, priority=-5)
