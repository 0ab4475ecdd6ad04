"""Heat laid over pictures, for films and reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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

_LINE = 150 / 255
"""How opaque the line at the threshold is, in white."""
_FINE = 4
"""Places per cell and side at which an area is counted."""


@dataclass(frozen=True)
class Style:
    """How heat is drawn over a picture.

    colours: a map of `domain.colormaps`. opacity: of heat 1, 0..1; colder places are as much clearer as they are
    colder. factor: what heat is multiplied by before it becomes a colour (gain, or a scale of the clip's own).
    smooth: bilinear between the cells' centres; else each cell is one colour. threshold: round what is at least as hot
    (before `factor`) runs a line; None = no line.
    """

    colours: str = colormaps.NAMES[0]
    opacity: float = 0.6
    factor: float = 1.0
    smooth: bool = True
    threshold: float | None = None


def enlarged(values: npt.NDArray[np.float32], height: int, width: int, smooth: bool = True) -> npt.NDArray[np.float32]:
    """A map float [h, w] at the size of the picture, float32 [height, width]; see `sampled`."""
    return sampled(values, (np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width, smooth)


def sampled(
    values: npt.NDArray[np.float32], y: npt.NDArray[np.float64], x: npt.NDArray[np.float64], smooth: bool = True
) -> npt.NDArray[np.float32]:
    """A map float [h, w] at the places (y, x) of the picture, float32 [len(y), len(x)], bilinear between the cells'
    centres; not smooth: each place has the value of the cell that it lies in.

    y, x: ascending parts of the picture's height and width, 0 = its upper or left edge, 1 = its lower or right edge.
    Screen and film sample with this one function, so that heat lies on the same pixels in both.
    """
    rows, columns = values.shape
    if not smooth:
        return np.asarray(values[np.ix_(_cells(rows, y), _cells(columns, x))], np.float32)
    return np.asarray(_weights(rows, y) @ values @ _weights(columns, x).T, np.float32)


def _cells(cells: int, places: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    return np.clip(np.floor(places * cells), 0, cells - 1).astype(np.int64)


def _weights(cells: int, places: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """[len(places), cells]: how much each cell counts at each place."""
    at = np.clip(places * cells - 0.5, 0, cells - 1)
    return np.asarray(np.maximum(0, 1 - np.abs(at[:, None] - np.arange(cells)[None])), np.float32)


def edges(hot: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Where what is hot, bool [H, W], borders on what is not, bool [H, W]: a line one pixel wide."""
    edge = np.zeros_like(hot)
    edge[:-1] |= hot[:-1] != hot[1:]
    edge[:, :-1] |= hot[:, :-1] != hot[:, 1:]
    return edge


def overlay(
    picture: npt.NDArray[np.uint8], values: npt.NDArray[np.float32], style: Style | None = None
) -> npt.NDArray[np.uint8]:
    """The picture uint8 [H, W, 3] with a map float [h, w] in 0..1 over it; cold places stay as they are."""
    style = style or Style()
    height, width = picture.shape[:2]
    heat = enlarged(values, height, width, style.smooth)
    drawn = np.clip(heat * style.factor, 0, 1)
    colour = colormaps.table(style.colours)[np.rint(drawn * 255).astype(np.uint8)].astype(np.float32)
    alpha = (style.opacity * drawn)[..., None]
    made = np.asarray(np.rint(picture + alpha * (colour - picture)), np.uint8)
    if style.threshold is not None:
        line = edges(heat >= style.threshold)
        made[line] = np.rint(picture[line] * (1 - _LINE) + 255 * _LINE).astype(np.uint8)
    return made


def area_above(values: npt.NDArray[np.float32], threshold: float, smooth: bool = True) -> float:
    """The part of the picture, 0..1, in which a map float [h, w] is at least `threshold`."""
    rows, columns = values.shape
    return float((enlarged(values, rows * _FINE, columns * _FINE, smooth) >= threshold).mean())


def blob_at(values: npt.NDArray[np.float32], threshold: float, y: float, x: float) -> tuple[float, float] | None:
    """(highest heat, part of the picture) of the cells joined (8 neighbours) to the one at (y, x), parts of height and
    width in 0..1, that are at least `threshold`; None where that one is colder."""
    rows, columns = values.shape
    start = (min(rows - 1, max(0, int(y * rows))), min(columns - 1, max(0, int(x * columns))))
    hot = values >= threshold
    if not hot[start]:
        return None
    seen, waiting = {start}, [start]
    while waiting:
        row, column = waiting.pop()
        for other in ((r, c) for r in (row - 1, row, row + 1) for c in (column - 1, column, column + 1)):
            if other not in seen and 0 <= other[0] < rows and 0 <= other[1] < columns and hot[other]:
                seen.add(other)
                waiting.append(other)
    return max(float(values[cell]) for cell in seen), len(seen) / values.size


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
