"""The whole video in one thin strip: where objects and drafts are, where it is hot, where somebody said something."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from tvau_studio.domain.colormaps import table
from tvau_studio.gui.timeline.density import Counts
from tvau_studio.gui.timeline.layout import GAP
from tvau_studio.gui.timeline.scene import Scene

_HEAT = 3
"""Height of the strip of heat, pixels."""
_LEAST_FULL = 3.0
"""At least so many objects in the picture make a column full; where there are ever more, their most."""


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
