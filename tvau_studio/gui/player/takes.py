"""What one takes out of the player: the picture, the picture with what lies over it, the object's part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QImage, QPainter

from tvau_studio.gui.player.layers.boxes import BoxLayer, seen_in
from tvau_studio.gui.player.view import View
from tvau_studio.services.overlays import overlay

if TYPE_CHECKING:
    from tvau_studio.gui.state import State

What = Literal["picture", "overlay", "crop"]


def taken(state: State, what: What) -> QImage | None:
    """The picture shown at its full size as the file has it (tones do not count); None where there is none.

    what: "overlay" is the picture with heat and boxes as they are shown, "crop" the selected object's box of it.
    """
    picture = state.playback.picture
    if picture is None:
        return None
    if what == "overlay":
        return _overlaid(state, picture)
    image = _image(picture)
    if what == "picture":
        return image
    key = state.selection.object
    shown = state.document.document.track(key).at(state.playback.frame) if key else None
    if shown is None or shown.box.is_point:
        return None
    x, y, w, h = shown.box.tuple()
    left, top = int(np.floor(x)), int(np.floor(y))
    cut = QRect(left, top, int(np.ceil(x + w)) - left, int(np.ceil(y + h)) - top).intersected(image.rect())
    return image.copy(cut) if not cut.isEmpty() else None


def name_of(state: State, what: What) -> str:
    """What a file of it is called: the video, the frame, and what it is."""
    row, video = state.document.video_row, state.playback.video
    stem = row.stem if row is not None else video.path.stem if video is not None else "picture"
    object_ = f"-object{state.selection.row.track}" if what == "crop" and state.selection.row is not None else ""
    return f"{stem}-{state.playback.frame}{object_}{'-overlay' if what == 'overlay' else ''}.png"


def _overlaid(state: State, picture: np.ndarray) -> QImage:
    heat, frame = state.heat, state.playback.frame
    values = state.compare.map_at(frame) if heat.enabled else None
    if values is not None:
        picture = overlay(picture, values, heat.style)
    image = _image(picture)
    row = state.document.video_row
    if state.look.boxes and row is not None:
        height, width = picture.shape[:2]
        font = QFont()
        font.setPixelSize(max(11, round(height / 40)))
        font.setWeight(QFont.Weight.DemiBold)
        language = state.studio.settings["text_language"]
        seen = seen_in(state.document.document, row.key, frame, language, state.sight)
        painter = QPainter(image)
        try:
            BoxLayer(font).paint(painter, View(width, height, 1.0, width, height), seen, ())
        finally:
            painter.end()  # an image that goes while it is painted on takes the program with it
    return image


def _image(picture: np.ndarray) -> QImage:
    picture = np.ascontiguousarray(picture)
    height, width, _ = picture.shape
    image = QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)
