"""What the folders of the two benchmarks have in common: videos beside their labels.

Import never needs the pictures: where a video is not there, or cannot be read, its labels say how long and how large it
is, and it is entered as missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tvau_studio.domain.errors import StudioError
from tvau_studio.formats.base import Malformed

SUFFIXES = (".avi", ".mp4", ".mkv", ".mov", ".webm")
"""Of the videos, the usual ones first."""


@dataclass(frozen=True)
class Seen:
    """What the decoder sees of a video."""

    frames: int
    size: tuple[int, int]
    fps: float
    fingerprint: str


def looked_at(path: Path) -> Seen:
    """A video file or a folder of pictures. Raises StudioError where it is none."""
    from tvau_studio.media.video import Video

    with Video(path) as video:
        height, width = video.info.size
        return Seen(len(video), (height, width), float(video.info.fps), video.fingerprint)


def inside(folder: Path) -> list[Path]:
    """What lies in a folder, by name, hidden files left out; [] where there is no such folder. Raises StudioError."""
    try:
        return sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise StudioError("{path} cannot be read: {why}.", path=folder, why=error.strerror or error) from None


def need_folder(path: Path) -> None:
    """Raises StudioError where there is nothing, Malformed where this is a file."""
    if not path.exists():
        raise StudioError("There is no folder {path}.", path=path)
    if not path.is_dir():
        raise Malformed(path, "", "this is a file; give the folder of the data set")


def is_video(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and path.is_file()


def stretches(frames: Iterable[int]) -> list[tuple[int, int]]:
    """Runs of frames that follow one another: (start, stop)."""
    found: list[tuple[int, int]] = []
    for frame in sorted(frames):
        if found and found[-1][1] == frame:
            found[-1] = (found[-1][0], frame + 1)
        else:
            found.append((frame, frame + 1))
    return found
