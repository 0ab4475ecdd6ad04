"""The objects over the picture: as the document derives them in the frame shown, and the draft of what is dragged."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Object
from tvau_studio.domain.tracks import Shown, event_at
from tvau_studio.gui.player.view import View
from tvau_studio.gui.theme.tokens import ON_OBJECT, object_colour

if TYPE_CHECKING:
    from tvau_studio.gui.state.sight import Sight

HANDLE = 8.0
"""Side of a handle, widget pixels."""
REACH = 7.0
"""How near the pointer has to come to a handle, an edge or a point, widget pixels."""
_CROWD = 80
"""More boxes at once are drawn without smooth edges, their chips where they fall: nothing may wait for them."""
_CHIPS = 2000
"""Chips that are kept."""
_TRAIL_POINTS = 400
"""At most so many places make the trail, however long it is."""
_ARROW = 9.0
"""Length of the arrow's head, widget pixels."""

_WIDEST = 280
"""Pixels that the text of a chip may take."""

_HANDLES = {
    "nw": (0.0, 0.0),
    "n": (0.5, 0.0),
    "ne": (1.0, 0.0),
    "e": (1.0, 0.5),
    "se": (1.0, 1.0),
    "s": (0.5, 1.0),
    "sw": (0.0, 1.0),
    "w": (0.0, 0.5),
}
"""Handle -> its place on the box, as parts of width and height."""


@dataclass(frozen=True)
class Seen:
    """An object in the frame shown. label: what stands on its chip; short: while it is neither selected nor under the
    pointer. tint: its colour, "" = that of its number."""

    row: Object
    shown: Shown
    label: str
    short: str
    tint: str = ""

    @property
    def colour(self) -> QColor:
        return QColor(self.tint or object_colour(self.row.track))


def seen_in(document: Document, video: str, frame: int, language: str = "en", sight: Sight | None = None) -> list[Seen]:
    """The objects of a video that are in the picture in that frame, by track; rejected drafts are not, nor what `sight`
    hides."""
    found = []
    for row in document.present(video, frame):
        if sight is not None and not sight.shows(row.key):
            continue
        shown = document.track(row.key).at(frame)
        if shown is None:
            continue
        number = str(row.track)
        event = event_at(document.segments(row.key), frame)
        what = event or getattr(row, f"appearance_{language}") or row.appearance_en
        label = f"{number} · {what}" if what else number
        tint = sight.colour(row) if sight is not None else ""
        found.append(Seen(row, shown, label, label if event else number, tint))
    return found


def hits(seen: list[Seen], x: float, y: float, view: View) -> list[Seen]:
    """The objects under a place of the picture, the smallest first; points count when they are near."""
    near_x, near_y = REACH / view.sx, REACH / view.sy
    found = []
    for one in seen:
        box = one.shown.box
        if box.is_point:
            if abs(x - box.x) <= near_x and abs(y - box.y) <= near_y:
                found.append(one)
        elif Box(box.x - near_x / 2, box.y - near_y / 2, box.w + near_x, box.h + near_y).contains(x, y):
            found.append(one)
    return sorted(found, key=lambda s: (s.shown.box.area, s.row.track))


def handles(box: Box, view: View) -> Iterator[tuple[str, QRectF]]:
    """The handles of a box, in the widget; a point has none."""
    if box.is_point:
        return
    rect = view.box(*box.tuple())
    for name, (px, py) in _HANDLES.items():
        x, y = rect.x() + px * rect.width(), rect.y() + py * rect.height()
        yield name, QRectF(x - HANDLE / 2, y - HANDLE / 2, HANDLE, HANDLE)


def handle_at(box: Box, view: View, at: QPointF) -> str:
    """The handle under a place of the widget, "" where there is none. Corners win."""
    spare = (REACH - HANDLE / 2) + 2
    found = [n for n, r in handles(box, view) if r.adjusted(-spare, -spare, spare, spare).contains(at)]
    return max(found, key=len, default="")


def resized(box: Box, handle: str, dx: float, dy: float) -> Box:
    """The box with that handle dragged by (dx, dy) picture pixels; dragged over the far side it turns round. At least
    one pixel stays."""
    x0, y0, x1, y1 = box.x, box.y, box.x + box.w, box.y + box.h
    x0 += dx if "w" in handle else 0
    x1 += dx if "e" in handle else 0
    y0 += dy if "n" in handle else 0
    y1 += dy if "s" in handle else 0
    return spanned(x0, y0, x1, y1)


def spanned(x0: float, y0: float, x1: float, y1: float) -> Box:
    """The box between two corners, at least one pixel wide and high."""
    x, y = min(x0, x1), min(y0, y1)
    return Box(x, y, max(1.0, abs(x1 - x0)), max(1.0, abs(y1 - y0)))


class BoxLayer:
    """font: of the chips."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._sizes: dict[str, tuple[float, float]] = {}
        self._chips: dict[tuple[str, int, float], QPixmap] = {}

    def paint(
        self,
        painter: QPainter,
        view: View,
        seen: list[Seen],
        selected: Sequence[str],
        hovered: str | None = None,
        names: bool = True,
    ) -> None:
        """selected: keys; the last one has handles. names: whether boxes that are neither selected nor under the
        pointer carry their chip."""
        crowd = len(seen) > _CROWD
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not crowd)
        first = selected[-1] if selected else None
        # The selected one lies over all others, and its chip has its place first.
        ordered = sorted(seen, key=lambda s: (s.row.key in selected, s.row.key == first))
        for one in ordered:
            self._paint_one(painter, view, one, one.row.key in selected, one.row.key == first)
        taken: list[QRectF] = []
        chips = []
        for one in sorted(ordered, key=lambda s: (s.row.key != first, s.row.key != hovered, s.short != s.label)):
            told = one.row.key in (first, hovered)
            if not (names or told):
                continue
            text = one.label if told else one.short
            chip = self._place_chip(view, text, one.shown.box, [] if crowd and not told else taken)
            taken.append(chip)
            chips.append((chip, text, one.colour))
        for chip, text, colour in reversed(chips):
            self._paint_chip(painter, chip, text, colour)

    def _paint_one(self, painter: QPainter, view: View, one: Seen, selected: bool, grips: bool) -> None:
        colour, box = one.colour, one.shown.box
        if box.is_point:
            self._paint_point(painter, view.to_widget(box.x, box.y), colour, selected)
            return
        rect = view.box(*box.tuple())
        # A dark line below keeps the colour readable on any picture.
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0, 110), 4.0 if selected else 3.0))
        painter.drawRect(rect)
        painter.setPen(self._pen(colour, one, selected))
        painter.drawRect(rect)
        if grips:
            painter.setPen(QPen(colour, 1.2))
            painter.setBrush(QColor("white"))
            for _, handle in handles(box, view):
                painter.drawRect(handle)

    @staticmethod
    def _pen(colour: QColor, one: Seen, selected: bool) -> QPen:
        pen = QPen(colour, 2.0 if selected else 1.6)
        if one.row.is_draft:
            pen.setDashPattern([5, 3])
        if one.shown.occluded:
            pen.setWidthF(1.2)
            pen.setDashPattern([2, 3])
        return pen

    @staticmethod
    def _paint_point(painter: QPainter, at: QPointF, colour: QColor, selected: bool) -> None:
        size = 9.0 if selected else 7.0
        for pen in (QPen(QColor(0, 0, 0, 140), 4.0), QPen(colour, 2.0)):
            painter.setPen(pen)
            painter.drawLine(QPointF(at.x() - size, at.y()), QPointF(at.x() + size, at.y()))
            painter.drawLine(QPointF(at.x(), at.y() - size), QPointF(at.x(), at.y() + size))

    def _place_chip(self, view: View, text: str, box: Box, taken: list[QRectF]) -> QRectF:
        """Where the chip of a box stands: above it, else below it, else in it, so that it lies on no other chip."""
        rect = view.box(*box.tuple())
        width, height = self._size(text)
        left = max(0.0, min(rect.left() - 1, view.wide - width))
        right = max(0.0, min(rect.right() + 1 - width, view.wide - width))
        above, below = rect.top() - height - 1, rect.bottom() + 1
        places = [(left, above), (right, above), (left, below), (right, below), (left, rect.top() + 1)]
        chips = [QRectF(x, y, width, height) for x, y in places if y >= 0 and y + height <= view.high]
        free = (c for c in chips if not any(c.intersects(t) for t in taken))
        top = max(0.0, min(rect.top() + 1, view.high - height))
        return next(free, chips[0] if chips else QRectF(left, top, width, height))

    def _size(self, text: str) -> tuple[float, float]:
        """Width and height of a chip."""
        known = self._sizes.get(text)
        if known is None:
            metrics = QFontMetricsF(self.font)
            short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, _WIDEST)
            if len(self._sizes) > _CHIPS:
                self._sizes.clear()
            known = self._sizes[text] = (metrics.horizontalAdvance(short) + 14, metrics.height() + 5)
        return known

    def _paint_chip(self, painter: QPainter, chip: QRectF, text: str, colour: QColor) -> None:
        """Number and event on the object's colour; drawn once and kept."""
        ratio = painter.device().devicePixelRatioF()
        name = (text, colour.rgb(), ratio)
        made = self._chips.get(name)
        if made is None:
            if len(self._chips) > _CHIPS:
                self._chips.clear()
            made = self._chips[name] = self._draw_chip(chip, text, colour, ratio)
        painter.drawPixmap(QPointF(round(chip.x()), round(chip.y())), made)

    def _draw_chip(self, chip: QRectF, text: str, colour: QColor, ratio: float) -> QPixmap:
        made = QPixmap(math.ceil(chip.width() * ratio), math.ceil(chip.height() * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chip = QRectF(0, 0, chip.width(), chip.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(chip, 3, 3)
        painter.setFont(self.font)
        painter.setPen(QColor(ON_OBJECT))
        text = QFontMetricsF(self.font).elidedText(text, Qt.TextElideMode.ElideRight, _WIDEST)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
        return made

    def paint_draft(self, painter: QPainter, view: View, box: Box, colour: QColor) -> None:
        """The box that is being drawn or dragged."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 2.0))
        painter.setBrush(QColor(colour.red(), colour.green(), colour.blue(), 40))
        painter.drawRect(view.box(*box.tuple()))

    def paint_trail(
        self, painter: QPainter, view: View, document: Document, one: Seen, frame: int, length: int = 24
    ) -> None:
        """The way of the object's centre, `length` frames before and after, fading; its keyframes as dots, an arrow
        where it goes."""
        track = document.track(one.row.key)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first = max(0, frame - length, track.keyframes[0].frame if track.keyframes else 0)
        last = min(frame + length, track.keyframes[-1].frame if track.keyframes else 0)
        step = max(1, (last - first) // _TRAIL_POINTS)
        way = [(n, track.at(n)) for n in (*range(first, last, step), last) if n >= first]
        places = [(n, view.to_widget(*shown.box.centre) if shown else None) for n, shown in way]
        for (a, p), (b, q) in pairwise(places):
            if p is not None and q is not None:
                self._paint_way(painter, p, q, one.colour, 1 - 0.75 * abs((a + b) / 2 - frame) / max(1, length))
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
        painter.setBrush(one.colour)
        for key in track.keyframes:
            if first <= key.frame <= last and key.frame != frame and not key.outside:
                painter.drawEllipse(view.to_widget(*key.box.centre), 3.5, 3.5)
        seen = [p for n, p in places if p is not None and n >= frame]
        if len(seen) > 1:
            self._paint_arrow(painter, seen, one.colour)

    @staticmethod
    def _paint_way(painter: QPainter, a: QPointF, b: QPointF, colour: QColor, strength: float) -> None:
        for pen, width, opacity in ((QColor(0, 0, 0), 3.5, 110), (QColor(colour), 1.6, 255)):
            pen.setAlpha(round(opacity * max(0.1, strength)))
            painter.setPen(QPen(pen, width))
            painter.drawLine(a, b)

    @staticmethod
    def _paint_arrow(painter: QPainter, way: list[QPointF], colour: QColor) -> None:
        """A head at the end of the way, as it comes in over its last pixels."""
        end = way[-1]
        start = next((p for p in reversed(way) if (p - end).manhattanLength() >= _ARROW), None)
        if start is None:
            return  # it hardly moves
        angle = math.atan2(end.y() - start.y(), end.x() - start.x())
        tips = [
            end + _ARROW * QPointF(math.cos(angle + t), math.sin(angle + t)) for t in (math.pi - 0.45, math.pi + 0.45)
        ]
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([end, *tips]))
