"""The picture itself."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from tvau_studio.domain.tones import Tones
from tvau_studio.gui.player.view import View

SHARP = 3.0
"""From this many widget pixels per picture pixel on, pixels are shown as squares."""


class PictureLayer:
    """Draws the last picture that was set, stretched where its pixels are not square."""

    def __init__(self) -> None:
        self._image = QImage()
        self._source: npt.NDArray[np.uint8] | None = None

    def set(self, picture: npt.NDArray[np.uint8] | None, tones: Tones | None = None) -> None:
        """picture: uint8 [H, W, 3] RGB, or None. tones: as what its values are shown."""
        self._source = picture
        if picture is None:
            self._image = QImage()
            return
        picture = np.ascontiguousarray(picture if tones is None else tones.applied(picture))
        height, width, _ = picture.shape
        image = QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self._image = image.convertToFormat(QImage.Format.Format_RGB32)  # a copy; and Qt draws it twice as fast

    @property
    def empty(self) -> bool:
        return self._image.isNull()

    def paint(self, painter: QPainter, view: View) -> None:
        if self.empty or view.empty:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, view.sy < SHARP)
        painter.drawImage(view.rect, self._image, QRectF(self._image.rect()))

    def colour_at(self, x: int, y: int) -> tuple[int, int, int] | None:
        """R, G, B of a pixel of the picture as it was set, or None outside of it."""
        source = self._source
        if source is None or not (0 <= y < source.shape[0] and 0 <= x < source.shape[1]):
            return None
        red, green, blue = source[y, x].tolist()
        return red, green, blue
