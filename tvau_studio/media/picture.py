"""A decoded frame -> RGB: matrix and range as the file says, one size, upright, and not mirrored."""

from __future__ import annotations

import math

import av
import numpy as np
import numpy.typing as npt
from av.sidedata.sidedata import Type
from av.video.reformatter import VideoReformatter


def orientation(frame: av.VideoFrame) -> tuple[int, bool]:
    """How the picture that is stored becomes the one that is meant: mirrored left to right first, or not, then turned
    by so many degrees clockwise, 0, 90, 180 or 270. As the file's display matrix says."""
    found = next((data for data in frame.side_data if data.type == Type.DISPLAYMATRIX), None)
    if found is None:
        return 0, False
    # What its first row and second row give: where a step to the right, and one down, lead (right, down).
    a, b, _, c, d = np.frombuffer(found, np.int32)[:5].astype(np.float64)
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b
    return round(math.degrees(math.atan2(b, a)) / 90) * 90 % 360, bool(mirrored)


def own_memory(frame: av.VideoFrame) -> av.VideoFrame:
    """A frame of the same content whose memory is not the decoder's; without what it carries besides."""
    own = av.VideoFrame(frame.width, frame.height, frame.format.name)
    for source, target in zip(frame.planes, own.planes, strict=True):
        width = min(source.line_size, target.line_size)
        rows = np.frombuffer(source, np.uint8).reshape(-1, source.line_size)
        into = np.frombuffer(target, np.uint8).reshape(-1, target.line_size)
        height = min(len(rows), len(into))
        into[:height, :width] = rows[:height, :width]
    own.pts, own.colorspace, own.color_range = frame.pts, frame.colorspace, frame.color_range
    return own


class Converter:
    """Turns frames of one video into pictures. Not for several threads at once.

    size: (H, W) as coded, to which frames of another size are brought. rotation, mirrored: as `orientation` gives them.
    """

    def __init__(self, size: tuple[int, int], rotation: int, mirrored: bool = False) -> None:
        self._height, self._width = size
        self._rotation = rotation
        self._mirrored = mirrored
        self._reformatter = VideoReformatter()

    def rgb(self, frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
        """uint8 [H, W, 3], contiguous and the caller's own."""
        # Where the file does not name its matrix it is BT.601, as for FFmpeg and OpenCV, with which data sets are made.
        made = self._reformatter.reformat(frame, width=self._width, height=self._height, format="rgb24", threads=1)
        picture = np.asarray(made.to_ndarray(), np.uint8)  # a view of the frame's memory, with its gaps between rows
        if self._mirrored:
            picture = picture[:, ::-1]
        if self._rotation:
            picture = np.rot90(picture, -self._rotation // 90)
        # A file of RGB gives the decoded frame itself, which is kept for others.
        return picture.copy() if made is frame else np.ascontiguousarray(picture)
