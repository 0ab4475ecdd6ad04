"""Small pictures of clips and strips of their heat, made behind the scenes and kept in the project's cache."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from tvau_studio.domain.summaries import ClipSummary
    from tvau_studio.gui.state import State
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.projects import Project
    from tvau_studio.services.studio import HeatmapCache

_log = logging.getLogger(__name__)

SIZE = QSize(192, 108)
"""Pixels; drawn at half of it, so that it is sharp on dense screens too."""
_KEPT = 512
_WAITING = 48
"""So many may wait: when one scrolls on, the oldest are wanted no more."""
_LONGEST = 2048
"""Frames of a clip beyond which no strip is read: its maps would be megabytes."""


@dataclass(frozen=True)
class Preview:
    """image: None where the video cannot be read. strip: float32 [pairs], NaN where heat is not known, or None."""

    image: QImage | None
    strip: npt.NDArray[np.float32] | None = None


class Previews(QObject):
    """Previews of clips. `ready` tells the key of one that came."""

    ready = Signal(str)

    def __init__(self, state: State, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._known: OrderedDict[str, Preview] = OrderedDict()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._project: Project | None = None
        state.workspace.projectChanged.connect(self._forget)
        state.workspace.modelChanged.connect(self._model_changed)
        state.heat.scoresChanged.connect(lambda *_: self._take_scores())
        self._model = ""

    def get(self, row: ClipSummary) -> Preview | None:
        """What is known of a clip; where nothing is, it is made and `ready` tells when."""
        found = self._known.get(row.key)
        if found is not None:
            self._known.move_to_end(row.key)
            return found
        project = self._state.studio.project
        if row.key not in self._jobs and project is not None:
            self._ask(row, project)
        return None

    def _ask(self, row: ClipSummary, project: Project) -> None:
        heat, model = self._state.studio.heat_cache, self._state.studio.models.id

        def done(preview: Preview) -> None:
            self._jobs.pop(row.key, None)
            self._keep(row.key, preview)

        def failed(error: Exception) -> None:
            self._jobs.pop(row.key, None)
            self._keep(row.key, Preview(None))
            # A file that goes while it is read is no fault of ours: the place stays empty.
            known = isinstance(error, (StudioError, OSError))
            _log.log(
                logging.INFO if known else logging.ERROR, "no preview of %s: %s", row.id, error, exc_info=not known
            )

        self._jobs[row.key] = self._state.studio.jobs.submit(
            "media",
            "Preview",
            lambda context: _make(context, project, row, heat, model),
            done=done,
            failed=failed,
            cancelled=lambda: self._jobs.pop(row.key, None),
            priority=-3,
        )
        while len(self._jobs) > _WAITING:
            self._jobs.popitem(last=False)[1].cancel()

    def _keep(self, key: str, preview: Preview) -> None:
        self._known[key] = preview
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        self.ready.emit(key)

    def _forget(self) -> None:
        for job in list(self._jobs.values()):
            job.cancel()
        self._jobs.clear()
        self._known.clear()

    def _model_changed(self) -> None:
        """Another model, other heat."""
        if self._state.studio.models.id != self._model:
            self._model = self._state.studio.models.id
            self._forget()

    def _take_scores(self) -> None:
        """The open clip's heat, as far as it has come."""
        clip = self._state.document.clip_row
        scores = self._state.heat.scores()
        known = self._known.get(clip.key) if clip is not None else None
        if clip is None or known is None or clip.stop - clip.start > _LONGEST:
            return
        strip = scores[clip.start // 2 : (clip.stop + 1) // 2]
        if not np.all(np.isnan(strip)):
            self._known[clip.key] = replace(known, strip=strip.copy())
            self.ready.emit(clip.key)


def _make(context: Context, project: Project, row: ClipSummary, heat: HeatmapCache | None, model: str) -> Preview:
    """On the media lane. The picture's file remembers the video's fingerprint, so that heat is found without it."""
    context.check()
    path = project.cache_folder / "previews" / f"{row.video}-{row.start}.png"
    image = QImage(str(path)) if path.is_file() else QImage()
    if image.isNull() or not image.text("fingerprint"):
        image = _picture(project, row)
        context.check()
        _write(image, path, row.key)
    return Preview(image, _strip(row, image.text("fingerprint"), heat, model))


def _picture(project: Project, row: ClipSummary) -> QImage:
    from tvau_studio.media.video import Video

    with Video(_path(project, row)) as video:
        picture = np.ascontiguousarray(video[min(row.start, len(video) - 1)])
        height, width = picture.shape[:2]
        shown_height, shown_width = video.info.display_size
        image = QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        # Filling the place, cut at the longer side: no stripes beside it.
        image = image.scaled(
            QSize(shown_width, shown_height).scaled(SIZE, Qt.AspectRatioMode.KeepAspectRatioByExpanding),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        image = image.copy(
            (image.width() - SIZE.width()) // 2, (image.height() - SIZE.height()) // 2, SIZE.width(), SIZE.height()
        )
        image.setText("fingerprint", video.fingerprint)
    return image


def _path(project: Project, row: ClipSummary) -> Path:
    path = project.folder / row.path
    if path.is_file():
        return path
    moved = project.video(row.video)
    found = project.find_video(moved) if moved is not None else None
    if found is None:
        raise StudioError("{path} is missing.", path=path)
    return found


def _write(image: QImage, path: Path, key: str) -> None:
    """Beside the project where that can be written; a preview that is not kept is made again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{key}.tmp")
        if image.save(str(temporary), "PNG"):
            temporary.replace(path)
    except OSError:
        return


def _strip(row: ClipSummary, fingerprint: str, heat: HeatmapCache | None, model: str) -> npt.NDArray[np.float32] | None:
    from tvau_studio.services import heatmaps

    if heat is None or not model or row.stop - row.start > _LONGEST:
        return None
    frames = FrameRange(row.start, row.stop)
    pairs, maps = heatmaps.cached(fingerprint, frames, model, heat)
    if not pairs:
        return None
    strip = np.full(len(frames.pairs), np.nan, np.float32)
    strip[np.array(pairs) - frames.pairs.start] = maps.max((1, 2))
    return strip
