"""Videos that moved, found again all at once below a folder: by their content, else by name where nobody saw it yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tvau_studio.domain.edits import Change, Edit, changed, edit
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import Video
from tvau_studio.services import adding

if TYPE_CHECKING:
    from tvau_studio.services.projects import Project


@dataclass(frozen=True)
class Relinked:
    """edit: the new paths. linked: how many videos were found. still: the paths of those that were not."""

    edit: Edit
    linked: int
    still: Sequence[str]


def missing(project: Project) -> list[Video]:
    """The videos whose file is not where the project says; looks at paths alone."""
    return [video for video in project.videos if not (project.folder / video.path).exists()]


def find_below(
    project: Project,
    folder: str | Path,
    progress: Callable[[int, int], None] | None = None,
    check: Callable[[], None] = lambda: None,
) -> Relinked:
    """Look below a folder for every video that is missing. Only files that might be one are read: those of the same
    suffix. progress(done, total) counts files. Raises StudioError where the folder holds no video.
    """
    from tvau_studio.media.fingerprint import fingerprint

    wanted = missing(project)
    files = list(adding.video_files([folder]))
    suffixes = {Path(_name(v)).suffix.lower() for v in wanted}
    names: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        names[path.name.lower()].append(path)
    # Files of a name that is missed come first: mostly the whole tree moved, and then the rest need not be read.
    missed = {_name(v).lower() for v in wanted}
    alike = sorted((p for p in files if p.suffix.lower() in suffixes), key=lambda p: p.name.lower() not in missed)
    by_content = {v.fingerprint: v for v in wanted if v.fingerprint}
    found: dict[str, tuple[Video, Path, str]] = {}
    for n, path in enumerate(alike):
        if len(found) == len(by_content):
            break
        check()
        try:
            mark = fingerprint(path)
        except StudioError:  # it went, or may not be read
            continue
        video = by_content.get(mark)
        if video is not None and video.key not in found:
            found[video.key] = (video, path, mark)
        if progress is not None:
            progress(n + 1, len(alike))
    for video in wanted:
        same = names.get(_name(video).lower(), [])
        if not video.fingerprint and len(same) == 1 and (mark := _looked_at(video, same[0])):
            found[video.key] = (video, same[0], mark)
    changes: list[Change | None] = [
        changed(video, path=project.stored_path(path), fingerprint=mark) for video, path, mark in found.values()
    ]
    still = [v.path for v in wanted if v.key not in found]
    label = f"Link {len(found)} video{'' if len(found) == 1 else 's'}"
    return Relinked(edit(label, changes), len(found), still)


def _name(video: Video) -> str:
    return video.path.replace("\\", "/").rpartition("/")[2]


def _looked_at(video: Video, path: Path) -> str:
    """The fingerprint of a file that agrees with what an import told of a video that nobody saw; else ""."""
    from tvau_studio.media.video import Video as File

    try:
        with File(path) as file:
            agrees = video.size in (None, tuple(file.info.size)) and (video.frames or 0) <= len(file)
            return file.fingerprint if agrees else ""
    except StudioError:
        return ""
