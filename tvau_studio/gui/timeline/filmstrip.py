"""Small pictures over the scores: every k-th of what is in sight, with the objects' boxes."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from tvau_studio.gui.timeline.layout import FILM, RULER

if TYPE_CHECKING:
    from tvau_studio.gui.state import State
    from tvau_studio.gui.timeline.scale import Scale

_KEPT = 400
"""Small pictures that are kept at the height of the strip."""
_STEPS = (1, 2, 5)


def step_of(scale: Scale, wide: float) -> int:
    """Every how many frames there is a picture, so that pictures `wide` pixels wide have room: 1, 2, 5, 10, 20 ..., the
    same while one pans."""
    least = max(1.0, wide / scale.per_frame)
    power = 1
    while True:
        for step in _STEPS:
            if step * power >= least:
                return step * power
        power *= 10


def frames_of(scale: Scale, wide: float) -> list[int]:
    """The frames that have a picture, from the one that reaches into sight at the left on."""
    step = step_of(scale, wide)
    first = int(scale.left // step) * step
    return list(range(first, min(scale.frames, int(scale.right) + 1), step))


class Filmstrip:
    """Paints the strip; a picture that is on its way comes with the next painting."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._video: object = None
        self._kept: OrderedDict[int, QPixmap] = OrderedDict()

    def wide(self) -> float:
        """The width of one picture, pixels; 0 without a video."""
        video = self._state.playback.video
        if video is None:
            return 0.0
        height, width = video.info.display_size
        return max(16.0, min(4.0 * FILM, FILM * width / max(1, height)))

    def frame_at(self, scale: Scale, x: float) -> int:
        """The frame whose picture lies at x."""
        at = scale.frame(x)
        step = step_of(scale, self.wide() or 1.0)
        return at - at % step

    def paint(self, painter: QPainter, scale: Scale) -> None:
        """From the left edge of the drawing."""
        wide = self.wide()
        painter.fillRect(QRectF(0, RULER, scale.width, FILM), self._state.theme.colour("raised"))
        if not wide or not scale.frames:
            return
        step = step_of(scale, wide)
        for frame in frames_of(scale, wide):
            place = QRectF(scale.x(frame), RULER, min(wide, step * scale.per_frame), FILM)
            pixmap = self._picture(frame, painter.device().devicePixelRatioF())
            if pixmap is not None:
                source = QRectF(0, 0, place.width() * pixmap.devicePixelRatio(), pixmap.height())
                painter.drawPixmap(place, pixmap, source)
            if self._state.look.boxes:
                self._boxes(painter, frame, place, wide)
        painter.setPen(self._state.theme.colour("line"))
        painter.drawLine(QPointF(0, RULER + FILM - 0.5), QPointF(scale.width, RULER + FILM - 0.5))

    def _picture(self, frame: int, ratio: float) -> QPixmap | None:
        playback = self._state.playback
        if playback.video is not self._video:
            self._video = playback.video
            self._kept.clear()
        found = self._kept.get(frame)
        if found is not None and found.devicePixelRatio() == ratio:
            self._kept.move_to_end(frame)
            return found
        small = playback.small(frame)
        if small is None:
            return None
        small = np.ascontiguousarray(small)
        height, width, _ = small.shape
        image = QImage(small.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        size = QSize(max(1, round(self.wide() * ratio)), max(1, round(FILM * ratio)))
        mode = Qt.TransformationMode.SmoothTransformation
        made = QPixmap.fromImage(image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode))
        made.setDevicePixelRatio(ratio)
        self._kept[frame] = made
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return made

    def _boxes(self, painter: QPainter, frame: int, place: QRectF, wide: float) -> None:
        document, row, video = self._state.document.document, self._state.document.video_row, self._state.playback.video
        if row is None or video is None:
            return
        height, width = video.info.size
        painter.save()
        painter.setClipRect(place, Qt.ClipOperation.IntersectClip)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for thing in document.objects(row.key):
            shown = document.track(thing.key).at(frame)
            if shown is None or thing.verdict == "rejected" or not self._state.sight.shows(thing.key):
                continue
            x, y, w, h = shown.box.tuple()
            across, down = wide / width, FILM / height
            painter.setPen(QPen(QColor(self._state.sight.colour(thing)), 1))
            painter.drawRect(QRectF(place.left() + x * across, place.top() + y * down, max(2.0, w * across), h * down))
        painter.restore()
