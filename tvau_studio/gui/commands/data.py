"""The data set as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.gui import dataset, files
from tvau_studio.gui.commands._command import Command, project
from tvau_studio.gui.words import said, tr

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window
    from tvau_studio.services.jobs import Context
    from tvau_studio.services.relinking import Relinked


def _lay_clips(window: Window) -> None:
    from tvau_studio.gui.dialogs import clipping

    clipping.show(window)


def _backups(window: Window) -> None:
    from tvau_studio.gui.dialogs import backups

    backups.show(window)


def _find_videos(window: Window) -> None:
    """Link every video that moved, from one folder."""
    state, project = window.state, window.state.studio.project
    if project is None or not (folder := files.ask_folder(window, tr("Where are the videos now?"))):
        return

    def run(context: Context) -> Relinked:
        from tvau_studio.services import relinking

        found = relinking.find_below(project, folder, context.progress, context.check)
        if found.edit:
            project.commit(found.edit)
        return found

    def done(found: Relinked) -> None:
        text = tr("{n} videos linked.", n=found.linked)
        if found.still:
            names = ", ".join(found.still[:3]) + (" …" if len(found.still) > 3 else "")
            text += " " + tr("Still missing: {names}.", names=names)
        window.messages.tell("warn" if found.still else "ok", text)
        state.workspace.refresh(then=state.workspace.retry)

    def failed(error: Exception) -> None:
        window.messages.tell("warn", said(error) if isinstance(error, StudioError) else str(error))

    state.studio.jobs.submit("media", tr("Look for the videos"), run, done=done, failed=failed)


def _clip_from_range(window: Window) -> None:
    """The range becomes a clip, and is opened."""
    state = window.state
    video, frames, project = state.document.video_row, state.playback.range, state.studio.project
    if video is None or frames is None or project is None:
        return

    def run(_: object) -> str:
        from tvau_studio.services.clipping import from_range

        made, key = from_range(project, video.key, FrameRange(*frames))
        project.commit(made)
        return key

    def opened(key: str) -> None:
        state.workspace.refresh(then=lambda: state.workspace.open_clip(key))

    def failed(error: Exception) -> None:
        window.messages.tell("warn", said(error) if isinstance(error, StudioError) else str(error))

    state.studio.jobs.submit("store", tr("New clip"), run, done=opened, failed=failed)


def _has_range(window: Window) -> bool:
    return window.state.document.video_row is not None and window.state.playback.range is not None


COMMANDS = (
    Command("datasetAction", "Browse the data set", "Data", dataset.show, ("Ctrl+Shift+D",), project),
    Command("clipFromRangeAction", "New clip from the range", "Data", _clip_from_range, ("Ctrl+Shift+N",), _has_range),
    Command("clippingAction", "Lay clips…", "Data", _lay_clips, (), project),
    Command("findVideosAction", "Find videos that moved…", "Data", _find_videos, (), project, line=True),
    Command("backupsAction", "Backups…", "Data", _backups, (), project),
)
