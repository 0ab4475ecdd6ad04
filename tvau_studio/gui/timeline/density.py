"""The whole video in one thin strip: where objects and drafts are, where it is hot, where somebody said something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from tvau_studio.domain.colormaps import table
from tvau_studio.gui.timeline.layout import GAP

if TYPE_CHECKING:
    from tvau_studio.gui.timeline.lanes import Lane, Lanes
    from tvau_studio.gui.timeline.scene import Scene

Counts = npt.NDArray[np.float64]

_HEAT = 3
"""Height of the strip of heat, pixels."""
_LEAST_FULL = 3.0
"""At least so many objects in the picture make a column full; where there are ever more, their most."""


class Density:
    """How many objects are in the picture, per column of the strip. Only the lanes that an Edit touched are counted
    anew."""

    def __init__(self) -> None:
        self._spans: dict[str, tuple[Lane, npt.NDArray[np.int64]]] = {}
        self._made: tuple[object, ...] = ()
        self._columns: tuple[Counts, Counts] = (np.zeros(0), np.zeros(0))

    def columns(self, lanes: Lanes, frames: int, width: int) -> tuple[Counts, Counts]:
        """(objects, drafts among them), float [width]: mean number over the frames of each column."""
        key = (lanes, lanes.version, frames, width)
        if key != self._made:
            self._made = key
            self._columns = self._count(lanes, max(1, frames), width)
        return self._columns

    def _count(self, lanes: Lanes, frames: int, width: int) -> tuple[Counts, Counts]:
        known: dict[str, tuple[Lane, npt.NDArray[np.int64]]] = {}
        for name in lanes.keys:
            lane = lanes.of(name)
            before = self._spans.get(name)
            if before is None or before[0] is not lane:
                before = (lane, np.array([(s.start, s.stop) for s in lane.life], np.int64).reshape(-1, 2))
            known[name] = before
        self._spans = known
        found = []
        for wanted in (known.values(), (pair for pair in known.values() if pair[0].draft)):
            spans = [spans for _, spans in wanted]
            joined = np.concatenate(spans) if spans else np.zeros((0, 2), np.int64)
            found.append(_mean(joined, frames, width))
        return found[0], found[1]


def _mean(spans: npt.NDArray[np.int64], frames: int, width: int) -> Counts:
    """How many of the spans [n, 2] cover each column, float [width]: the difference of two running sums of ramps."""
    edges = np.zeros(width + 1)
    places = np.clip(spans, 0, frames) * (width / frames)
    for side, sign in ((0, 1.0), (1, -1.0)):
        at = places[:, side]
        whole = np.minimum(np.floor(at).astype(np.int64), width - 1)
        part = at - whole  # what of its own column lies before it
        edges[:width] += sign * np.bincount(whole, 1.0 - part, width)[:width]
        edges[1:] += sign * np.bincount(whole, part, width)[:width]
    return np.cumsum(edges[:width])


def paint(painter: QPainter, scene: Scene) -> None:
    """Nothing where all of the video is in sight: the lanes show it then."""
    layout, scale, look = scene.layout, scene.scale, scene.look
    if scale.is_fitted or layout.width <= layout.gutter:
        return
    width = layout.width - layout.gutter
    top, bottom = layout.overview_top + GAP / 2, float(layout.height - 3)
    painter.fillRect(QRectF(layout.gutter, top, width, bottom - top), look.raised)
    ratio = max(1.0, painter.device().devicePixelRatioF())
    columns = max(1, int(width * ratio))
    objects, drafts = scene.density.columns(scene.lanes, scale.frames, columns)
    _bars(painter, scene, objects, drafts, QRectF(layout.gutter, top + _HEAT, width, bottom - top - _HEAT))
    _, most, _ = scene.scores.columns(np.linspace(0, scale.frames / 2, columns + 1))
    pixels = np.full((1, columns, 4), 255, np.uint8)
    pixels[0, :, :3] = table(scene.colormap)[(np.nan_to_num(np.clip(most / scene.top, 0, 1)) * 255).astype(np.uint8)]
    pixels[0, np.isnan(most)] = 0
    image = QImage(pixels.data, columns, 1, 4 * columns, QImage.Format.Format_RGBA8888_Premultiplied)
    painter.drawImage(QRectF(layout.gutter, top, width, _HEAT), image)
    share = width / max(1, scale.frames)
    painter.setPen(QPen(look.curve, 1))
    for mark in scene.marks:
        if mark.open:
            x = layout.gutter + (mark.frame + 0.5) * share
            painter.drawLine(QPointF(x, top + _HEAT), QPointF(x, bottom - 1))
    _window(painter, scene, share, top, bottom)


def _bars(painter: QPainter, scene: Scene, objects: Counts, drafts: Counts, place: QRectF) -> None:
    """Objects grow from the bottom; the part of them that are drafts is lighter."""
    high = max(1, int(place.height() * painter.device().devicePixelRatioF()))
    steps = np.arange(high, 0, -1)[:, None]
    full = max(_LEAST_FULL, float(objects.max(initial=0.0)))
    all_, sure = (np.ceil(n / full * high)[None] for n in (objects, objects - drafts))
    pixels = np.zeros((high, len(objects), 4), np.uint8)
    for mask, alpha in (((steps <= all_), 60), ((steps <= sure), 130)):
        colour = QColor(scene.look.muted)
        pixels[mask] = [round(c * alpha / 255) for c in (colour.red(), colour.green(), colour.blue())] + [alpha]
    image = QImage(pixels.data, len(objects), high, 4 * len(objects), QImage.Format.Format_RGBA8888_Premultiplied)
    painter.drawImage(place, image)


def _window(painter: QPainter, scene: Scene, share: float, top: float, bottom: float) -> None:
    """The part that is seen above."""
    layout, scale, look = scene.layout, scene.scale, scene.look
    length = max(14.0, scale.width / scale.per_frame * share)
    x = min(layout.gutter + scale.left * share, layout.width - length)
    fill = QColor(look.accent)
    fill.setAlpha(50 if scene.hover == "overview" else 30)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.accent, 1.4))
    painter.setBrush(fill)
    painter.drawRoundedRect(QRectF(x + 0.7, top - 0.3, length - 1.4, bottom - top + 0.6), 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
