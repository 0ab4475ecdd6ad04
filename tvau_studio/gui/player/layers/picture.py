"""The picture itself."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from tvau_studio.gui.player.view import View

SHARP = 3.0
"""From this many widget pixels per picture pixel on, pixels are shown as squares."""


class PictureLayer:
    """Draws the last picture that was set, stretched where its pixels are not square."""

    def __init__(self) -> None:
        self._image = QImage()

    def set(self, picture: npt.NDArray[np.uint8] | None) -> None:
        """picture: uint8 [H, W, 3] RGB, or None."""
        if picture is None:
            self._image = QImage()
            return
        picture = np.ascontiguousarray(picture)
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
        """R, G, B of a pixel of the picture, or None outside of it."""
        if not self._image.valid(x, y):
            return None
        colour = self._image.pixelColor(x, y)
        return colour.red(), colour.green(), colour.blue()
