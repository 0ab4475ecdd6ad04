"""Heat laid over pictures, for films and reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tvau_studio.domain import colormaps
from tvau_studio.domain.errors import Cancelled
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.heatmap import Heatmap

if TYPE_CHECKING:
    from tvau_studio.media.video import Video
    from tvau_studio.services.models import Cancel, Progress


def enlarged(values: npt.NDArray[np.float32], height: int, width: int) -> npt.NDArray[np.float32]:
    """A map float [h, w] at the size of the picture, float32 [height, width], bilinear between the cells' centres."""
    return sampled(values, (np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width)


def sampled(
    values: npt.NDArray[np.float32], y: npt.NDArray[np.float64], x: npt.NDArray[np.float64]
) -> npt.NDArray[np.float32]:
    """A map float [h, w] at the places (y, x) of the picture, float32 [len(y), len(x)], bilinear between the cells'
    centres.

    y, x: ascending parts of the picture's height and width, 0 = its upper or left edge, 1 = its lower or right edge.
    Screen and film sample with this one function, so that heat lies on the same pixels in both.
    """
    rows, columns = values.shape
    return np.asarray(_weights(rows, y) @ values @ _weights(columns, x).T, np.float32)


def _weights(cells: int, places: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """[len(places), cells]: how much each cell counts at each place."""
    at = np.clip(places * cells - 0.5, 0, cells - 1)
    return np.asarray(np.maximum(0, 1 - np.abs(at[:, None] - np.arange(cells)[None])), np.float32)


def overlay(
    picture: npt.NDArray[np.uint8],
    values: npt.NDArray[np.float32],
    opacity: float = 0.6,
    colours: str = colormaps.NAMES[0],
) -> npt.NDArray[np.uint8]:
    """The picture uint8 [H, W, 3] with a map float [h, w] in 0..1 over it; cold places stay as they are. opacity: of
    heat 1. colours: a map of `domain.colormaps`.
    """
    heat = np.clip(enlarged(values, *picture.shape[:2]), 0, 1)
    colour = colormaps.table(colours)[np.rint(heat * 255).astype(np.uint8)].astype(np.float32)
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
            yield float(video.clock[frame]), overlay(video[frame], heat.at(frame))
            if progress is not None:
                progress(done, len(frames))

    write_video(path, pictures())
