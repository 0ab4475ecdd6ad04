"""The drawing itself. `still` draws everything that stays while a video plays, `moving` the playhead over it."""

from __future__ import annotations

import itertools

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from tvau_studio.gui.timeline import bubbles, curves, overview
from tvau_studio.gui.timeline.lanes import Bar, Lane
from tvau_studio.gui.timeline.layout import (
    BAR,
    CLIPS,
    LANE,
    RULER,
    bar_place,
    clip_place,
    clip_rows,
)
from tvau_studio.gui.timeline.scale import Scale
from tvau_studio.gui.timeline.scene import Scene

_DIAMOND = 4.5
_LEAST_WORDS = 44
"""Pixels between two diamonds that words are put into; narrower than that they say nothing."""


def still(painter: QPainter, scene: Scene) -> None:
    layout, look = scene.layout, scene.look
    painter.fillRect(QRect(0, 0, layout.width, layout.height), look.panel)
    body = QRectF(layout.gutter, 0, layout.width - layout.gutter, layout.overview_top)
    painter.save()
    painter.setClipRect(body)
    painter.translate(layout.gutter, 0)
    _range(painter, scene)
    _ruler(painter, scene)
    bubbles.paint(painter, scene)
    if layout.film:
        scene.film.paint(painter, scene.scale)
    curves.paint(painter, scene)
    _clips(painter, scene)
    painter.setClipRect(QRectF(0, layout.lanes_top, body.width(), layout.lanes_height))
    for index in layout.visible_lanes():
        _lane(painter, scene, scene.lanes[index], layout.lane_top(index))
    painter.restore()
    _names(painter, scene)
    overview.paint(painter, scene)


def moving(painter: QPainter, scene: Scene, frame: int) -> None:
    """The playhead."""
    if frame < 0:
        return
    layout, look = scene.layout, scene.look
    painter.save()
    painter.setClipRect(QRectF(layout.gutter - 7, 0, layout.width, layout.overview_top))
    x = layout.gutter + scene.scale.x(frame + 0.5)
    if x >= layout.gutter - 1:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.text, 1.4))
        painter.drawLine(QPointF(x, 6), QPointF(x, layout.clips_top + CLIPS))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.text)
        head = [(-5.5, 2), (5.5, 2), (5.5, 9), (0, 14.5), (-5.5, 9)]
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y) for dx, y in head]))
    painter.restore()


def playhead_rect(scene: Scene, frame: int) -> QRect:
    """What has to be painted again when the playhead leaves a frame, or comes to it."""
    x = scene.layout.gutter + scene.scale.x(frame + 0.5)
    return QRect(int(x) - 8, 0, 17, scene.layout.overview_top)


def _range(painter: QPainter, scene: Scene) -> None:
    if scene.range is None:
        return
    scale, look = scene.scale, scene.look
    a, b = scale.x(scene.range[0]), scale.x(scene.range[1])
    left, right = max(-4.0, a), min(scale.width + 4, b)
    if right <= left:
        return
    bottom = scene.layout.clips_top + CLIPS
    shade = QColor(look.accent)
    shade.setAlpha(34)
    painter.fillRect(QRectF(left, 0, right - left, bottom), shade)
    edge = QColor(look.accent)
    for what, x in (("range-start", a), ("range-end", b)):
        taken = int(scene.hover == what)
        edge.setAlpha(255 if taken else 130)
        painter.fillRect(QRectF(round(x) - taken, 0, 1 + taken, bottom), edge)
        # A tab to take it by.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(edge)
        inwards = 6 if what == "range-start" else -6
        painter.drawPolygon(QPolygonF([QPointF(x, RULER - 9), QPointF(x + inwards, RULER - 9), QPointF(x, RULER - 1)]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _ruler(painter: QPainter, scene: Scene) -> None:
    scale, look = scene.scale, scene.look
    painter.setFont(scene.mono)
    numbers, small = scale.ticks()
    painter.setPen(look.faint)
    for frame in small:
        x = round(scale.x(frame)) + 0.5
        painter.drawLine(QPointF(x, 12), QPointF(x, 16))
    for frame in numbers:
        x = round(scale.x(frame)) + 0.5
        painter.setPen(look.faint)
        painter.drawLine(QPointF(x, 3), QPointF(x, 16))
        painter.setPen(look.muted)
        painter.drawText(QPointF(x + 4, 12), f"{frame}")


# -- lanes


def _lane(painter: QPainter, scene: Scene, lane: Lane, top: float) -> None:
    scale, look = scene.scale, scene.look
    colour = QColor(scene.colours(lane.key))
    chosen = lane.key in scene.selected
    middle = top + LANE / 2
    if chosen:
        shade = QColor(look.accent)
        shade.setAlpha(26)
        painter.fillRect(QRectF(0, top, scale.width, LANE), shade)
    for stretch in lane.life:
        a, b = max(-8.0, scale.x(stretch.start)), min(scale.width + 8, scale.x(stretch.stop))
        if b <= 0 or a >= scale.width:
            continue
        line = QColor(colour)
        line.setAlpha(90 if stretch.occluded else 190)
        style = Qt.PenStyle.DotLine if stretch.occluded or lane.draft else Qt.PenStyle.SolidLine
        painter.setPen(QPen(line, 2, style, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(a, middle), QPointF(b, middle))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for bar in lane.bars:
        _bar(painter, scene, lane, bar, top, colour)
    for stretch in lane.life:
        if stretch.occluded:
            _occluded(painter, scene, stretch.start, stretch.stop, middle, colour)
    _diamonds(painter, scene, lane, middle, colour)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _bar(painter: QPainter, scene: Scene, lane: Lane, bar: Bar, top: float, colour: QColor) -> None:
    scale, look = scene.scale, scene.look
    start, stop = bar.start, bar.stop
    if scene.edges is not None and scene.edges[0] == bar.key:
        start, stop = scene.edges[1:]
    a, b = scale.x(start), scale.x(stop)
    if b < 0 or a > scale.width:
        return
    y, height = bar_place(bar, lane, top)
    place = QRectF(max(a, -20.0), y, max(2.0, min(b, scale.width + 20) - max(a, -20.0)), height).adjusted(
        0.5, 0.5, -0.5, -0.5
    )
    chosen = bar.key == scene.selected_segment
    fill = QColor(colour)
    fill.setAlpha((110 if chosen else 70) if bar.event else (60 if chosen else 30))
    # Under the see-through fill the panel: the line of life does not shine through.
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.panel)
    painter.drawRoundedRect(place, 3, 3)
    edge = QPen(look.text if chosen else colour, 1.6 if chosen else 1)
    if lane.draft:
        edge.setDashPattern([4, 3])
    painter.setPen(edge)
    painter.setBrush(fill)
    painter.drawRoundedRect(place, 3, 3)
    if height < 10 or place.width() < 22 or not bar.label:
        return
    font = QFont(scene.font)
    if height < BAR:
        font.setPixelSize(max(7, int(font.pixelSize() * height / BAR) + 1))
    painter.setFont(font)
    painter.setPen(look.text)
    metrics = QFontMetricsF(font)
    left, width = max(place.left(), 0), min(place.right(), scale.width) - max(place.left(), 0)
    if lane.rows == 1:
        left, width = between_diamonds(scale, lane, left, left + width, metrics.horizontalAdvance(bar.label))
    text_place = QRectF(left + 8, place.top(), width - 14, height - 1)
    label = metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, text_place.width())
    painter.drawText(text_place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, label)


def between_diamonds(scale: Scale, lane: Lane, left: float, right: float, wanted: float) -> tuple[float, float]:
    """Where words that are `wanted` pixels wide are not crossed by diamonds: left edge and width of the first gap that
    holds them, else of the widest; of the bar behind the diamonds at its beginning where every gap is too narrow."""
    frames = list(lane.keyframes_in(scale.at(left) - 1, scale.at(right) + 1))
    if len(frames) > right - left:  # a mark on every pixel
        return left, right - left
    ends = [left, *(x - 1 for x in (scale.x(f + 0.5) for f in frames) if left - 4 < x < right + 4), right]
    gaps = [(a, b - a) for a, b in itertools.pairwise(ends)]
    least = max(wanted + 16, _LEAST_WORDS)
    found = next((gap for gap in gaps if gap[1] >= least), None) or max(gaps, key=lambda gap: gap[1])
    if found[1] >= _LEAST_WORDS:
        return found
    begin = max(a for a in ends[:-1] if a < left + 24)
    return begin, right - begin


def _occluded(painter: QPainter, scene: Scene, start: int, stop: int, middle: float, colour: QColor) -> None:
    a, b = max(0.0, scene.scale.x(start)), min(scene.scale.width, scene.scale.x(stop))
    if b > a:
        shade = QColor(colour)
        shade.setAlpha(150)
        painter.fillRect(QRectF(a, middle - BAR / 2 + 1, b - a, BAR - 2), QBrush(shade, Qt.BrushStyle.Dense6Pattern))


def _diamonds(painter: QPainter, scene: Scene, lane: Lane, middle: float, colour: QColor) -> None:
    scale, look = scene.scale, scene.look
    frames = list(lane.keyframes_in(scale.left - 1 - 8 / scale.per_frame, scale.right + 8 / scale.per_frame))
    moved = scene.moved
    if moved is not None and moved[0] == lane.key:
        frames = sorted({moved[2], *(f for f in frames if f not in (moved[1], moved[2]))})
    if len(frames) > scale.width / (2 * _DIAMOND):
        # More than can be told apart: one mark per pixel.
        places = np.unique(np.round([scale.x(f + 0.5) for f in frames]))
        painter.setPen(QPen(colour, 1))
        for x in places.tolist():
            painter.drawLine(QPointF(x, middle - 3), QPointF(x, middle + 3))
        return
    for frame in frames:
        x = scale.x(frame + 0.5)
        source = moved[1] if moved is not None and moved[0] == lane.key and moved[2] == frame else frame
        size = _DIAMOND - 1.5 if source in lane.support else _DIAMOND
        dragged = moved is not None and moved[0] == lane.key and moved[2] == frame
        painter.setPen(QPen(look.text if dragged else look.panel, 1))
        # An empty diamond: from here on it is not in the picture.
        painter.setBrush(look.panel if source in lane.outside else colour)
        if source in lane.outside:
            painter.setPen(QPen(colour, 1.5))
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x - size, middle),
                    QPointF(x, middle - size),
                    QPointF(x + size, middle),
                    QPointF(x, middle + size),
                ]
            )
        )


# -- clips, names, overview


def _clips(painter: QPainter, scene: Scene) -> None:
    scale, look = scene.scale, scene.look
    rows = clip_rows(scene.clips)
    places = [clip_place(row, rows, scene.layout) for row in range(rows)]
    width, left, per_frame = scale.width + 2, scale.left, scale.per_frame
    for clip in scene.clips:
        here = clip.key == scene.clip
        start, stop = scene.clip_edges if here and scene.clip_edges is not None else (clip.start, clip.stop)
        a, b = max(-2.0, (start - left) * per_frame), min(width, (stop - left) * per_frame)
        row = min(clip.row, rows - 1)
        fill = QColor(look.accent if here else look.state(clip.state))
        fill.setAlpha(240 if here else 60 if clip.state == "new" else 150)
        y, height = places[row]
        painter.fillRect(QRectF(a + 0.5, y, max(1.0, b - a - 1), height), fill)


def _names(painter: QPainter, scene: Scene) -> None:
    layout, look = scene.layout, scene.look
    left, width = 14, layout.gutter - 22
    painter.setFont(scene.font)
    metrics = QFontMetricsF(scene.font)
    align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.setPen(look.muted)
    score_place = QRectF(left, layout.curve_top, width, layout.curve)
    painter.drawText(score_place, align, metrics.elidedText(scene.words["score"], Qt.TextElideMode.ElideRight, width))
    clips_place = QRectF(left, layout.clips_top, width, CLIPS)
    painter.drawText(clips_place, align, metrics.elidedText(scene.words["clips"], Qt.TextElideMode.ElideRight, width))
    painter.save()
    painter.setClipRect(QRectF(0, layout.lanes_top, layout.gutter, layout.lanes_height))
    for index in layout.visible_lanes():
        lane, top = scene.lanes[index], layout.lane_top(index)
        if lane.key in scene.selected:
            shade = QColor(look.accent)
            shade.setAlpha(40)
            painter.fillRect(QRectF(0, top, layout.gutter, LANE), shade)
        swatch = QRectF(left, top + LANE / 2 - 5, 10, 10)
        colour = QColor(scene.colours(lane.key))
        if lane.draft:
            painter.setPen(QPen(colour, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(swatch.adjusted(0.5, 0.5, -0.5, -0.5))
        else:
            painter.fillRect(swatch, colour)
        painter.setPen(look.text)
        place = QRectF(left + 16, top, width - 16, LANE)
        painter.drawText(place, align, metrics.elidedText(lane.label, Qt.TextElideMode.ElideRight, width - 16))
    painter.restore()
    if layout.furthest:
        # How far the lanes are scrolled.
        track = layout.lanes_height
        size = max(12.0, track * track / (layout.lanes * LANE))
        y = layout.lanes_top + (track - size) * layout.scroll / layout.furthest
        painter.fillRect(QRectF(layout.width - 4, y, 3, size), look.faint)


def pointer(painter: QPainter, scene: Scene, frame: int, score: float | None) -> None:
    """Where the pointer is: a thin line, the frame and its score."""
    layout, look = scene.layout, scene.look
    x = layout.gutter + scene.scale.x(frame + 0.5)
    line = QColor(look.muted)
    line.setAlpha(120)
    painter.setPen(QPen(line, 1))
    painter.drawLine(QPointF(x, RULER - 8), QPointF(x, layout.clips_top + CLIPS))
    label = f"{frame}" if score is None else f"{frame} · {score:.2f}"
    painter.setFont(scene.mono)
    width = QFontMetricsF(scene.mono).horizontalAdvance(label) + 10
    left = max(layout.gutter, min(x - width / 2, layout.width - width - 2))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.line, 1))
    painter.setBrush(look.raised)
    painter.drawRoundedRect(QRectF(left + 0.5, 0.5, width, 16), 4, 4)
    painter.setPen(look.text)
    painter.drawText(QRectF(left, 0, width, 17), Qt.AlignmentFlag.AlignCenter, label)
