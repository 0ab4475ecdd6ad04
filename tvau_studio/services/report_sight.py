"""What a report shows of a video: the heat that is known, its curve, and pictures with boxes and heat drawn on them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.frames import FrameRange, pair_count
from tvau_studio.domain.geometry import Box
from tvau_studio.services.report_content import Curve, Picture

if TYPE_CHECKING:
    from tvau_studio.media.video import Video
    from tvau_studio.services.models import Model
    from tvau_studio.services.projects import Project
    from tvau_studio.store.heatmap_cache import HeatmapCache

_WIDTH = 720
"""Pixels of a picture, at most."""
_POINTS = 400
"""Of a curve, at most."""
_AROUND = 48
"""Frames before and behind a range that its curve shows, at least."""
_COMPUTED = 256
"""A range of more pairs is not computed for a report; a scan does that."""


@dataclass(frozen=True)
class Heat:
    """Where heat comes from. id, name: of the model whose maps are read. caches: where they are looked for, in order.
    load: gives the model, for the pairs that no cache knows; None: these stay without.
    """

    id: str
    name: str
    caches: Sequence[HeatmapCache]
    load: Callable[[], Model] | None = None


def heat_of(project: Project, model: str, device: str = "auto") -> tuple[Heat | None, dict[str, Any] | None]:
    """Where a project's heat by a model comes from: its own cache, then that of scans, then the model itself, loaded
    only where it is needed; and the model's facts. Raises StudioError where there is no such model.
    """
    from tvau_studio.services import models, scanning

    facts = models.describe_model(model)
    if not facts["heatmap"]:
        return None, facts
    caches = [project.cache, scanning.heat_cache(scanning.default_cache())]
    load = functools.cache(lambda: models.load_model(model, device))
    return Heat(str(facts["id"]), str(facts["name"]), caches, load), facts


class Sight:
    """heat: None where none is wanted. threshold: drawn into the curves."""

    def __init__(self, heat: Heat | None, threshold: float) -> None:
        self._heat, self._threshold = heat, threshold

    def maps(self, video: Video, pairs: Sequence[int]) -> dict[int, npt.NDArray[np.float32]]:
        """The maps that a cache knows: pair -> float32 [H', W']."""
        found: dict[int, npt.NDArray[np.float32]] = {}
        if self._heat is None:
            return found
        for cache in self._heat.caches:
            missing = [k for k in pairs if k not in found]
            found.update(cache.read(video.fingerprint, self._heat.id, missing) if missing else {})
        return found

    def hottest(self, video: Video | None, frames: FrameRange) -> tuple[int | None, float | None]:
        """The frame and score of the hottest pair; computed where no cache knows it and the range is short."""
        if video is None or self._heat is None or frames.stop > len(video):
            return None, None
        known = self.maps(video, frames.pairs)
        missing = [k for k in frames.pairs if k not in known]
        if missing and self._heat.load is not None and len(frames.pairs) <= _COMPUTED:
            from tvau_studio.services import heatmaps

            heatmaps.get(video, frames, self._heat.load(), self._heat.caches[0])
            known = self.maps(video, frames.pairs)
        if not known:
            return None, None
        best = max(sorted(known), key=lambda k: float(known[k].max()))
        return max(2 * best, frames.start), float(known[best].max())

    def curve(self, video: Video, frames: FrameRange) -> Curve | None:
        """The score over the range and what is around it, as far as it is known; None where nothing of the range is."""
        if self._heat is None:
            return None
        around = max(_AROUND, len(frames) // 2)
        first, last = max(0, frames.start - around) // 2, min(pair_count(len(video)), (frames.stop + around + 1) // 2)
        scores: dict[int, float] = {}
        for at in range(first, last, 512):
            maps = self.maps(video, range(at, min(at + 512, last)))
            scores.update({k: float(m.max()) for k, m in maps.items()})
        if not any(k in scores for k in frames.pairs):
            return None
        numbers = sorted(scores)
        size = -(-len(numbers) // _POINTS)
        kept = [max(numbers[i : i + size], key=lambda k: scores[k]) for i in range(0, len(numbers), size)]
        return Curve(tuple(2 * k for k in kept), tuple(round(scores[k], 4) for k in kept), self._threshold)

    def pictures(self, video: Video, frame: int, drawn: Sequence[tuple[Box, int]]) -> tuple[Picture, ...]:
        """The picture with its boxes, and the same with heat, where it is known."""
        from tvau_studio.media import imageops
        from tvau_studio.services.overlays import overlay

        picture = imageops.thumbnail(video[frame], _WIDTH)
        scale = picture.shape[1] / video.info.size[1]
        shown = [(picture, False)]
        heat = self.maps(video, [frame // 2]).get(frame // 2)
        if heat is not None:
            shown.append((overlay(picture, heat), True))
        found = []
        for image, hot in shown:
            drawing = image.copy()
            for box, colour in drawn:
                _draw(drawing, box, scale, colour)
            size = (int(image.shape[0]), int(image.shape[1]))
            found.append(Picture(frame, float(video.clock[frame]), imageops.jpeg_bytes(drawing), size, hot))
        return tuple(found)


def _draw(picture: npt.NDArray[np.uint8], box: Box, scale: float, colour: int) -> None:
    """A box with a dark rim, so that it is seen on any picture. colour: 0 the heat's, else a label's."""
    from tvau_studio.media import charts, imageops

    x, y, w, h = (v * scale for v in box.tuple())
    corners = np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]])
    shade = (255, 196, 0) if colour == 0 else charts.COLOURS[(colour + 3) % len(charts.COLOURS)]
    imageops.draw_line(picture, corners, (0, 0, 0), 4)
    imageops.draw_line(picture, corners, shade, 2)
