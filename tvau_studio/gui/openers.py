"""What opens a project: functions that give it, to be called on the store lane.

Making one loads nothing; calling it loads the database's library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.paths import untitled_folder

if TYPE_CHECKING:
    from tvau_studio.services.projects import Project
    from tvau_studio.services.settings import Settings

Opener = Callable[[], "Project"]


def project(target: str | Path) -> Opener:
    """The project at a path or URL."""

    def give() -> Project:
        from tvau_studio.services.projects import Project

        return Project.open(target)

    return give


def new(path: Path) -> Opener:
    """A new, empty project at a path where nothing is."""

    def give() -> Project:
        from tvau_studio.services.projects import Project

        return Project.create(path)

    return give


def demo() -> Project:
    """The demo, made where it is not there yet."""
    from tvau_studio.services import demo

    return project(demo.ensure())()


def of(paths: Sequence[str | Path]) -> Opener:
    """One project file or URL; or videos and folders of videos, as an untitled project of their own. The same videos
    open the same untitled project again. Raises UsageError for a mixture."""
    words = [str(p) for p in paths]
    projects = [w for w in words if w.endswith(".tvau") or "://" in w]
    if projects and len(words) > 1:
        raise UsageError("Open one project, or videos; not {what} together.", what=" and ".join(words[:2]))
    return project(projects[0]) if projects else lambda: _videos(words)


def usual(settings: Settings) -> Opener:
    """The project that was open last, else, as at first start, the demo."""
    last = str(settings["last_project"])
    return project(last) if last and ("://" in last or Path(last).exists()) else demo


def _videos(words: Sequence[str]) -> Project:
    from tvau_studio.services import adding
    from tvau_studio.services.projects import Project

    target = untitled(list(adding.video_files(words)))
    fresh = not target.exists()
    target.parent.mkdir(parents=True, exist_ok=True)
    opened = Project.open(target, create=True)
    try:
        opened.add_videos(words)
    except BaseException:
        opened.close()
        if fresh:
            for left in target.parent.glob(f"{target.name}*"):
                left.unlink(missing_ok=True)
        raise
    return opened


def untitled(files: Sequence[Path]) -> Path:
    """Where the untitled project of these videos lies."""
    names = "\n".join(sorted(str(f.absolute()) for f in files))
    mark = hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    stem = "".join(c if c.isalnum() or c in "-_." else "_" for c in files[0].stem)[:40]
    return untitled_folder() / f"{stem}-{mark}.tvau"
