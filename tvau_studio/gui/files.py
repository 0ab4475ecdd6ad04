"""Projects and videos that a person chooses: new, open, add, link."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from tvau_studio.gui import openers
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window

_SUFFIXES = "mp4 m4v mov avi mkv webm mpg mpeg ts mts m2ts wmv flv ogv 3gp"
_VIDEOS = "Videos (" + " ".join(f"*.{s}" for s in _SUFFIXES.split()) + ");;All files (*)"
_PROJECTS = "Projects (*.tvau);;All files (*)"


def _start(window: Window) -> str:
    """The folder in which to begin: that of what is open."""
    project, video = window.state.studio.project, window.state.playback.video
    if video is not None:
        return str(video.path.absolute().parent)
    return str(project.folder if project is not None else Path.home())


def new_project(window: Window) -> None:
    name, _ = QFileDialog.getSaveFileName(window, tr("New project"), _start(window), _PROJECTS)
    if name:
        window.state.workspace.open(openers.new(Path(name if name.endswith(".tvau") else f"{name}.tvau")))


def open_project(window: Window) -> None:
    name, _ = QFileDialog.getOpenFileName(window, tr("Open project"), _start(window), _PROJECTS)
    if name:
        window.state.workspace.open(openers.project(name))


def save_as(window: Window) -> None:
    """Give the project another place and name; there is nothing to save, as every edit is kept when it is made."""
    project = window.state.studio.project
    if project is None or project.path is None:
        return
    untitled = window.state.workspace.is_untitled
    first = Path(_start(window)) / ("labels.tvau" if untitled else project.path.name)
    name, _ = QFileDialog.getSaveFileName(window, tr("Save the project as"), str(first), _PROJECTS)
    if name:
        target = Path(name if name.endswith(".tvau") else f"{name}.tvau")
        told = tr("The project lies in {path} now.", path=target)
        window.state.workspace.move_to(target, lambda: window.messages.tell("ok", told))


def open_demo(window: Window) -> None:
    window.state.workspace.open(openers.demo)


def add_videos(window: Window) -> None:
    names, _ = QFileDialog.getOpenFileNames(window, tr("Add videos"), _start(window), _VIDEOS)
    take_paths(window, [Path(n) for n in names])


def add_folder(window: Window) -> None:
    name = QFileDialog.getExistingDirectory(window, tr("Add a folder of videos"), _start(window))
    take_paths(window, [Path(name)] if name else [])


def take_paths(window: Window, paths: Sequence[Path]) -> None:
    """Open what was given: a project, or videos, into the open project or into one of their own."""
    if not paths:
        return
    if window.state.studio.project is not None and not any(p.suffix == ".tvau" for p in paths):
        window.state.workspace.add_videos(paths)
    else:
        window.state.workspace.open(openers.of(paths))


def relink(window: Window) -> None:
    row = window.state.document.video_row
    if row is not None:
        name, _ = QFileDialog.getOpenFileName(window, tr("Where is {name}?", name=row.stem), _start(window), _VIDEOS)
        if name:
            window.state.workspace.relink(Path(name))


def ask_project(window: Window, title: str) -> Path | None:
    """A project file that a person chooses, None where they do not."""
    name, _ = QFileDialog.getOpenFileName(window, title, _start(window), _PROJECTS)
    return Path(name) if name else None


def ask_folder(window: Window, title: str) -> Path | None:
    """A folder that a person chooses, None where they do not."""
    name = QFileDialog.getExistingDirectory(window, title, _start(window))
    return Path(name) if name else None
