"""Heat laid over pictures, for films and reports."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import Cancelled
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.heatmap import Heatmap

if TYPE_CHECKING:
    from tvau_studio.media.video import Video
    from tvau_studio.services.models import Cancel, Progress

_ANCHORS = ((0, 0, 30), (80, 18, 123), (182, 54, 121), (251, 136, 97), (252, 253, 191))
"""Dark to bright, evenly spaced over 0..1: also readable in grey, and by those who do not see red and green apart."""


@cache
def _table() -> npt.NDArray[np.float32]:
    at = np.linspace(0, 1, len(_ANCHORS))
    fine = np.linspace(0, 1, 256)
    return np.stack([np.interp(fine, at, column) for column in zip(*_ANCHORS, strict=True)], 1).astype(np.float32)


def enlarged(values: npt.NDArray[np.float32], height: int, width: int) -> npt.NDArray[np.float32]:
    """A map float [h, w] at the size of the picture, float32 [height, width], bilinear between the cells' centres."""
    rows, columns = values.shape
    return np.asarray(_weights(rows, height) @ values @ _weights(columns, width).T, np.float32)


def _weights(cells: int, size: int) -> npt.NDArray[np.float32]:
    """[size, cells]: how much each cell counts at each pixel."""
    at = np.clip((np.arange(size) + 0.5) * cells / size - 0.5, 0, cells - 1)
    return np.asarray(np.maximum(0, 1 - np.abs(at[:, None] - np.arange(cells)[None])), np.float32)


def overlay(
    picture: npt.NDArray[np.uint8], values: npt.NDArray[np.float32], opacity: float = 0.65
) -> npt.NDArray[np.uint8]:
    """The picture uint8 [H, W, 3] with a map float [h, w] in 0..1 over it; cold places stay as they are. opacity: of
    heat 1.
    """
    heat = np.clip(enlarged(values, *picture.shape[:2]), 0, 1)
    colour = _table()[(heat * 255).astype(np.uint8)]
    alpha = (opacity * heat)[..., None]
    return np.asarray(np.rint(picture + alpha * (colour - picture)), np.uint8)


def write_overlay(
    video: Video,
    frames: FrameRange,
    heat: Heatmap,
    path: str | Path,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> None:
    """Write frames of the video with the heat over them, at the video's own times. Raises StudioError where it cannot
    be written,
    Cancelled once `cancel()` was true; then there is no file."""
    from tvau_studio.media.encoder import write_video

    def pictures() -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
        for done, frame in enumerate(frames, start=1):
            if cancel is not None and cancel():
                raise Cancelled
            yield float(video.times[frame]), overlay(video[frame], heat.at(frame))
            if progress is not None:
                progress(done, len(frames))

    write_video(path, pictures())
