"""The files of videos, as a lane opens them and looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.domain.errors import StudioError

if TYPE_CHECKING:
    from pathlib import Path

    from tvau_studio.domain.labels import Video as Row
    from tvau_studio.media.video import Video
    from tvau_studio.services.jobs import Context
    from tvau_studio.services.projects import Project


class MissingVideoError(StudioError):
    """The video's file is not there: it can be linked anew."""


def open_pictures(project: Project, video: str, context: Context) -> Video:
    """A video of the project, its key given, opened. Raises MissingVideoError, and StudioError where it is no video."""
    from tvau_studio.media.video import Video

    row = project.video(video)
    path = project.find_video(row) if row is not None else None
    if path is None:
        raise MissingVideoError(
            "{path} is missing; put it back, or link the video to where it is now.",
            path=row.path if row is not None else "The video",
        )
    return Video(path, context.progress, lambda: context.cancelled)


def same_video(project: Project, row: Row, path: Path) -> tuple[str, str]:
    """The path as the project keeps it, and the fingerprint, of a file that is to be linked. Raises StudioError where
    it holds other pictures than the video had.
    """
    from tvau_studio.media.video import Video

    with Video(path) as file:
        known = row.fingerprint in ("", file.fingerprint)
        fits = row.frames in (None, len(file)) and row.size in (None, tuple(file.info.size))
        if not known and not fits:
            raise StudioError(
                "{path} is another video: {name} has {frames} frames of {size}; choose the file itself.",
                path=path,
                name=row.stem,
                frames=row.frames,
                size="unknown size" if row.size is None else f"{row.size[1]} × {row.size[0]}",
            )
        return project.stored_path(path), file.fingerprint
