"""What one takes out of the player: the picture, the picture with what lies over it, the object's part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from tvau_studio.gui.player.film import Layers, drawn
from tvau_studio.gui.player.layers.boxes import Seen, seen_in

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
    row = state.document.video_row
    seen: list[Seen] = []
    if row is not None and state.look.boxes:
        seen = seen_in(state.document.document, row.key, frame, state.studio.settings["text_language"], state.sight)
    return drawn(picture, values, Layers(heat.style), seen)


def _image(picture: np.ndarray) -> QImage:
    picture = np.ascontiguousarray(picture)
    height, width, _ = picture.shape
    image = QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)
