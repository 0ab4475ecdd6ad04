"""The small card over the timeline: the picture under the pointer, its number, time and score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from tvau_studio.gui.forms import label, row
from tvau_studio.gui.player.places import clock_text
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    import numpy.typing as npt

    from tvau_studio.gui.state import State

WIDE, HIGH = 176, 132
"""The most that the picture takes."""
_ABOVE = 6


class HoverCard(QFrame):
    """Lies in the window over the widget that it is told of, and takes no mouse."""

    def __init__(self, state: State, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("hoverCard")
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._state = state
        self._over = over
        self._frame = -1
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._number, self._time, self._score = label("", "number"), label("", "small"), label("", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 5)
        column.setSpacing(3)
        column.addWidget(self._picture)
        line = row(self._number, self._time, None, self._score)
        line.setContentsMargins(4, 0, 4, 0)
        column.addLayout(line)
        self.hide()
        state.playback.smallReady.connect(lambda _: self._show_picture() if self.isVisible() else None)

    def show_at(self, x: float, frame: int, score: float | None) -> None:
        """Tell of a frame. x: where it is, in the widget; the card stands above it. score: None where not known."""
        playback = self._state.playback
        if playback.video is None:
            self.hide()
            return
        self._number.setText(f"{frame}")
        self._time.setText(clock_text(float(playback.video.times[frame])))
        self._score.setText(tr("score {score:.2f}", score=score) if score is not None else tr("no heat yet"))
        if frame != self._frame:
            self._frame = frame
            self._show_picture()
        self._place(x)

    def leave(self) -> None:
        self._frame = -1
        self.hide()

    def _place(self, x: float) -> None:
        window = self._over.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        self.adjustSize()
        at = self._over.mapTo(window, QPoint(round(x), 0))
        left = self._over.mapTo(window, QPoint(0, 0)).x()
        right = max(left, left + self._over.width() - self.width())
        self.move(max(left, min(right, at.x() - self.width() // 2)), max(0, at.y() - self.height() - _ABOVE))
        if not self.isVisible():
            self.show()
        self.raise_()

    def _came(self, _place: int) -> None:
        if self._frame >= 0 and self.isVisible():
            self._show_picture()

    def _show_picture(self) -> None:
        """The very picture where it is decoded, else a small one of its place; blank while that is on its way."""
        playback = self._state.playback
        assert playback.video is not None
        height, width = playback.video.info.display_size
        size = QSize(width, height).scaled(WIDE, HIGH, Qt.AspectRatioMode.KeepAspectRatio)
        ratio = self.devicePixelRatioF()
        picture = playback.small(self._frame)
        if picture is None:
            pixmap = QPixmap(size * ratio)
            pixmap.fill(self._state.theme.colour("panel"))
        else:
            pixmap = QPixmap.fromImage(
                _image(picture).scaled(
                    size * ratio, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
                )
            )
        pixmap.setDevicePixelRatio(ratio)
        self._picture.setFixedSize(size)
        self._picture.setPixmap(pixmap)


def _image(picture: npt.NDArray[np.uint8]) -> QImage:
    """A QImage on the array's own bytes: good while the array lives."""
    picture = np.ascontiguousarray(picture)
    height, width, _ = picture.shape
    return QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
