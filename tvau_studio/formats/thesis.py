"""What the files of the first author's thesis have in common: how they name clips."""

from __future__ import annotations

from tvau_studio.domain.labels import Clip
from tvau_studio.formats.base import Part


def clip_name(part: Part, clip: Clip, suffix: str) -> str:
    """How the thesis calls a clip: by its video's stem where it is all of it, else with its first and last frame."""
    whole = clip.start == 0 and clip.stop == (part.video.frames or clip.stop)
    window = "" if whole else f"-{clip.start:03d}_{clip.stop - 1:03d}"
    return f"{part.video.stem}{window}{suffix}"


def video_name(name: str) -> str:
    """The video that a clip's name stands for: ``01_0014-168_191.npy`` is about ``01_0014-168_191.mp4``."""
    head, dot, suffix = name.rpartition(".")
    return f"{head}.mp4" if dot and suffix.lower() in ("npy", "mp4", "avi") else f"{name}.mp4"
