"""Talks on their way to the project and back: written on its lane, in order, also while the window closes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from tvau_studio.domain.errors import StudioError

if TYPE_CHECKING:
    from tvau_studio.domain import talks
    from tvau_studio.services.jobs import Context
    from tvau_studio.services.projects import Project
    from tvau_studio.services.studio import Studio

_log = logging.getLogger(__name__)

_SOON = 700
"""Milliseconds within which what grows (an answer, a half-typed question) is written: so much a crash may cost."""

Row = Callable[[], "talks.Talk | talks.Turn | None"]


class TalkKeeper(QObject):
    """failed: told of the first write that did not work, until one works again."""

    def __init__(self, studio: Studio, failed: Callable[[StudioError], None]) -> None:
        super().__init__()
        self._studio = studio
        self._failed = failed
        self._said = False
        self._waiting: dict[str, tuple[Project, Row]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SOON)
        self._timer.timeout.connect(self.flush)

    def soon(self, key: str, row: Row) -> None:
        """Have what `row()` is then written within a moment; None = nothing any more."""
        project = self._studio.project
        if project is not None:
            self._waiting[key] = (project, row)
            if not self._timer.isActive():
                self._timer.start()

    def flush(self) -> None:
        """Write now what was to be written soon."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, {}
        for project, row in waiting.values():
            made = row()
            if made is not None:
                self._write(project, made)

    def save(self, row: talks.Talk | talks.Turn) -> None:
        """Have a row written now."""
        project = self._studio.project
        self._waiting.pop(row.key, None)
        if project is not None:
            self._write(project, row)

    def do(self, name: str, work: Callable[[Project], None], then: Callable[[], None] | None = None) -> None:
        """Something else with the project's talks, behind what is being written."""
        project = self._studio.project
        if project is None:
            return
        self.flush()
        self._studio.jobs.submit(
            "store",
            name,
            lambda _: work(project),
            done=lambda _: then() if then is not None else None,
            failed=self._fail,
            keep=True,
        )

    def _write(self, project: Project, row: talks.Talk | talks.Turn) -> None:
        def run(context: Context) -> None:
            project.talks.save(row)

        self._studio.jobs.submit("store", "Keep the dialogue", run, done=self._worked, failed=self._fail, keep=True)

    def _worked(self, _: None) -> None:
        self._said = False

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            _log.error("the dialogue was not kept", exc_info=error)
            return
        if not self._said:
            self._said = True
            self._failed(error)
