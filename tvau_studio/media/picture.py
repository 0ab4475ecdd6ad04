"""A decoded frame -> RGB: matrix and range as the file says, one size, upright."""

from __future__ import annotations

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import VideoReformatter


class Converter:
    """Turns frames of one video into pictures. Not for several threads at once.

    size: (H, W) as coded, to which frames of another size are brought. rotation: degrees clockwise, 0, 90, 180 or 270.
    """

    def __init__(self, size: tuple[int, int], rotation: int) -> None:
        self._height, self._width = size
        self._rotation = rotation
        self._reformatter = VideoReformatter()

    def rgb(self, frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
        """uint8 [H, W, 3], contiguous and the caller's own."""
        # Where the file does not name its matrix it is BT.601, as for FFmpeg and OpenCV, with which data sets are made.
        made = self._reformatter.reformat(frame, width=self._width, height=self._height, format="rgb24", threads=1)
        picture = np.asarray(made.to_ndarray(), np.uint8)  # a view of the frame's memory, with its gaps between rows
        if self._rotation:
            picture = np.rot90(picture, -self._rotation // 90)
        # A file of RGB gives the decoded frame itself, which is kept for others.
        return picture.copy() if made is frame else np.ascontiguousarray(picture)
