"""Small pictures of the heat that answers stood on: the frame where it is highest, with its map over it."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange

if TYPE_CHECKING:
    from tvau_studio.gui.state import State
    from tvau_studio.gui.state.turns import Turn
    from tvau_studio.services.jobs import Context
    from tvau_studio.services.overlays import Style

_log = logging.getLogger(__name__)

_KEPT = 256
_Key = tuple[str, int, str, "Style"]


class Thumbs(QObject):
    """Pictures by video, frame, model and style. size: of one, pixels."""

    ready = Signal()
    """One more is there."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._known: OrderedDict[_Key, QIcon | None] = OrderedDict()
        self._asked: set[_Key] = set()
        self.size = QSize(112, 64)
        state.heat.scoresChanged.connect(lambda *_: self._try_again())

    def get(self, turn: Turn) -> QIcon | None:
        """The picture behind an answer; where it is not known yet, it is made and `ready` tells when. None too where
        the heat is another model's now, or is not in the cache.
        """
        reply, video, studio = turn.reply, self._state.workspace.video, self._state.studio
        if reply is None or reply.heat_frame is None or video is None or reply.model != studio.models.name:
            return None
        frame = reply.heat_frame
        key = (video.fingerprint, frame, studio.models.id, self._state.heat.style)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        if key in self._asked or not 0 <= frame < len(video):
            return None
        self._asked.add(key)
        cache, shown, wanted = studio.heat_cache, self._state.heat.map_at(frame), self.size * 2

        def make(context: Context) -> QImage | None:
            from tvau_studio.services import heatmaps, overlays

            values = shown
            if values is None and cache is not None:
                pairs, maps = heatmaps.cached(key[0], FrameRange(frame, frame + 1), key[2], cache)
                values = maps[0] if pairs else None
            if values is None:
                return None
            picture = np.ascontiguousarray(overlays.overlay(video[frame], values, key[3]))
            height, width = picture.shape[:2]
            image = QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888)
            high, wide = video.info.display_size
            size = QSize(wide, high).scaled(wanted, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            image = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
            a, b = (image.width() - wanted.width()) // 2, (image.height() - wanted.height()) // 2
            return image.copy(a, b, wanted.width(), wanted.height())

        def done(image: QImage | None) -> None:
            self._known[key] = QIcon(QPixmap.fromImage(image)) if image is not None else None
            while len(self._known) > _KEPT:
                self._asked.discard(self._known.popitem(last=False)[0])
            self.ready.emit()

        def failed(error: Exception) -> None:
            self._known[key] = None  # the answer stands without its picture
            if not isinstance(error, StudioError):
                _log.error("no picture of the heat of frame %d", frame, exc_info=error)

        studio.jobs.submit("media", "Heat of an answer", make, done=done, failed=failed, priority=-2)
        return None

    def _try_again(self) -> None:
        """More heat is known: what had none may have one now."""
        for key in [k for k, icon in self._known.items() if icon is None]:
            del self._known[key]
            self._asked.discard(key)
