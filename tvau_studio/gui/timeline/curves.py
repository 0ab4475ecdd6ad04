"""The scores as a curve, and as a strip in the colours of the heat."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPolygonF

from tvau_studio.domain.colormaps import table
from tvau_studio.gui.timeline.layout import STRIP
from tvau_studio.gui.timeline.pyramid import Pyramid
from tvau_studio.gui.timeline.scene import Look, Scene

_PAIR_LINE = 3.0
"""From so many pixels a pair on, scores are joined by lines; below, each pixel shows the least and most under it."""


def paint(painter: QPainter, scene: Scene) -> None:
    """Curve, threshold and strip; what is not known is hatched, never drawn as 0."""
    layout, scale, look = scene.layout, scene.scale, scene.look
    end = min(scale.width, scale.x(scale.frames))
    top, bottom = layout.curve_top + 2.0, layout.curve_top + layout.curve
    count = max(1, int(end))
    ratio = max(1.0, painter.device().devicePixelRatioF())
    columns = max(1, int(count * ratio))
    edges = (scale.left + np.linspace(0, count, columns + 1) / scale.per_frame) / 2
    least, most, _ = scene.scores.columns(edges)
    unknown = np.isnan(most)
    for a, b in _runs(unknown):
        place = QRectF(a / ratio, top, (b - a) / ratio, layout.strip_top + STRIP - top)
        _hatch(painter, place, look)
    near = 2 * scale.per_frame >= _PAIR_LINE
    for scores, colour in scene.others:
        if near:
            lines = _lines_of_pairs(scene, scores, top, bottom)
        else:
            lines = _lines_of_columns(scores.columns(edges)[1], ratio, top, bottom)
        _other(painter, lines, colour)
    hot = look.curve
    if near:
        _curve_of_pairs(painter, scene, top, bottom, hot)
    else:
        _curve_of_columns(painter, least, most, ratio, top, bottom, hot)
    lit = scene.hover == "threshold"
    painter.setPen(QPen(look.accent if lit else look.muted, 1.6 if lit else 1, Qt.PenStyle.DashLine))
    y = round(layout.score_y(scene.threshold)) + 0.5
    painter.drawLine(QPointF(0, y), QPointF(end, y))
    colours = table(scene.colormap)[(np.nan_to_num(np.clip(most / scene.top, 0, 1)) * 255).astype(np.uint8)]
    pixels = np.full((1, columns, 4), 255, np.uint8)
    pixels[0, :, :3] = colours
    pixels[0, unknown] = 0
    image = QImage(pixels.data, columns, 1, 4 * columns, QImage.Format.Format_RGBA8888_Premultiplied)
    painter.drawImage(QRectF(0, layout.strip_top, columns / ratio, STRIP), image)


def _other(painter: QPainter, lines: list[list[QPointF]], colour: QColor) -> None:
    """Another source's scores: thin lines alone."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.2))
    for line in lines:
        painter.drawPolyline(QPolygonF(line))
    painter.restore()


def _height(score: float, top: float, bottom: float) -> float:
    return bottom - max(0.0, min(1.0, score)) * (bottom - top - 2)


def _runs(mask: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _hatch(painter: QPainter, place: QRectF, look: Look) -> None:
    colour = QColor(look.faint)
    colour.setAlpha(110)
    painter.fillRect(place, QBrush(colour, Qt.BrushStyle.BDiagPattern))


def _curve_of_pairs(painter: QPainter, scene: Scene, top: float, bottom: float, colour: QColor) -> None:
    for line in _lines_of_pairs(scene, scene.scores, top, bottom):
        _curve(painter, line, bottom, colour)


def _lines_of_pairs(scene: Scene, scores: Pyramid, top: float, bottom: float) -> list[list[QPointF]]:
    """A line for each run of known pairs in sight."""
    scale = scene.scale
    first = max(0, int(scale.left // 2) - 1)
    last = min(len(scores), int(scale.right // 2) + 2)
    if last <= first:
        return []
    values, _, _ = scores.columns(np.arange(first, last + 1, dtype=np.float64))
    lines = []
    for a, b in _runs(~np.isnan(values)):
        points = [QPointF(scale.x(2 * (first + i) + 1), _height(float(values[i]), top, bottom)) for i in range(a, b)]
        # The first and the last pair reach to their edges, so that one pair alone is seen too.
        points.insert(0, QPointF(scale.x(2 * (first + a)), points[0].y()))
        points.append(QPointF(min(scale.x(2 * (first + b)), scale.x(scale.frames)), points[-1].y()))
        lines.append(points)
    return lines


def _lines_of_columns(most: np.ndarray, ratio: float, top: float, bottom: float) -> list[list[QPointF]]:
    """A point for each pixel, a line for each run that is known."""
    lines = []
    for a, b in _runs(~np.isnan(most)):
        xs, ys = (np.arange(a, b) + 0.5) / ratio, bottom - np.clip(most[a:b], 0, 1) * (bottom - top - 2)
        lines.append([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)])
    return lines


def _curve_of_columns(
    painter: QPainter, least: np.ndarray, most: np.ndarray, ratio: float, top: float, bottom: float, colour: QColor
) -> None:
    """Each pixel's least and most as a band, the area below it, and a line along the most: drawn as a picture, since
    polygons of thousands of corners take many times as long."""
    rows = max(1, round((bottom - top) * ratio))
    scale = rows - 2 * ratio
    high, low = (rows - np.clip(np.nan_to_num(v, nan=0.0), 0, 1) * scale for v in (most, least))
    unknown = np.isnan(most)
    before = np.where(np.concatenate([[True], unknown[:-1]]), high, np.concatenate([high[:1], high[:-1]]))
    y = np.arange(rows)[:, None] + 0.5
    alpha = np.where(y >= high, 38, 0)
    alpha = np.where((y >= high) & (y <= low), 120, alpha)
    thick = ratio / 2
    alpha = np.where((y >= np.minimum(high, before) - thick) & (y <= np.maximum(high, before) + thick), 255, alpha)
    alpha[:, unknown] = 0
    pixels = np.empty((rows, len(most), 4), np.uint8)
    for channel, value in enumerate((colour.red(), colour.green(), colour.blue())):
        pixels[..., channel] = value * alpha // 255
    pixels[..., 3] = alpha
    image = QImage(pixels.data, len(most), rows, 4 * len(most), QImage.Format.Format_RGBA8888_Premultiplied)
    painter.drawImage(QRectF(0, top, len(most) / ratio, rows / ratio), image)


def _curve(painter: QPainter, points: list[QPointF], bottom: float, colour: QColor) -> None:
    area = QColor(colour)
    area.setAlpha(38)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(area)
    painter.drawPolygon(QPolygonF([QPointF(points[0].x(), bottom), *points, QPointF(points[-1].x(), bottom)]))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.6))
    painter.drawPolyline(QPolygonF(points))
    painter.restore()
