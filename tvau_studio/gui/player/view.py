"""Where the picture lies in the widget: fit, zoom, pan."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF

MOST, LEAST = 64.0, 0.02
"""Widest and narrowest scale, widget pixels per shown picture pixel."""


@dataclass(frozen=True)
class View:
    """width, height: of the picture, pixels; aspect: how much wider than high its pixels are shown. wide, high: of the
    widget. scale: widget pixels per picture pixel, downwards; None = fit. x, y: of the picture's middle in the widget,
    from the widget's middle.
    """

    width: int = 0
    height: int = 0
    aspect: float = 1.0
    wide: float = 0.0
    high: float = 0.0
    scale: float | None = None
    x: float = 0.0
    y: float = 0.0

    @property
    def empty(self) -> bool:
        return self.width <= 0 or self.height <= 0 or self.wide <= 0 or self.high <= 0

    @property
    def sy(self) -> float:
        """Widget pixels per picture pixel, downwards."""
        if self.scale is not None:
            return self.scale
        return 1.0 if self.empty else min(self.wide / (self.width * self.aspect), self.high / self.height)

    @property
    def sx(self) -> float:
        """Widget pixels per picture pixel, across: wider where the pixels are not square."""
        return self.sy * self.aspect

    @property
    def rect(self) -> QRectF:
        """The whole picture in the widget."""
        w, h = self.width * self.sx, self.height * self.sy
        x, y = (0.0, 0.0) if self.scale is None else (self.x, self.y)
        return QRectF((self.wide - w) / 2 + x, (self.high - h) / 2 + y, w, h)

    def to_widget(self, x: float, y: float) -> QPointF:
        rect = self.rect
        return QPointF(rect.x() + x * self.sx, rect.y() + y * self.sy)

    def to_picture(self, at: QPointF) -> QPointF:
        rect = self.rect
        return QPointF((at.x() - rect.x()) / self.sx, (at.y() - rect.y()) / self.sy)

    def box(self, x: float, y: float, w: float, h: float) -> QRectF:
        """A box of the picture in the widget."""
        rect, sx, sy = self.rect, self.sx, self.sy
        return QRectF(rect.x() + x * sx, rect.y() + y * sy, w * sx, h * sy)

    def zoomed(self, factor: float, at: QPointF) -> View:
        """Nearer by `factor`, with the place under `at` kept."""
        scale = max(LEAST, min(MOST, self.sy * factor))
        return self._about(scale, at)

    def at_scale(self, scale: float) -> View:
        """That many widget pixels per picture pixel, about the middle of the widget."""
        return self._about(scale, QPointF(self.wide / 2, self.high / 2))

    def _about(self, scale: float, at: QPointF) -> View:
        place = self.to_picture(at)
        w, h = self.width * scale * self.aspect, self.height * scale
        x = at.x() - place.x() * scale * self.aspect - (self.wide - w) / 2
        y = at.y() - place.y() * scale - (self.high - h) / 2
        return replace(self, scale=scale, x=x, y=y).kept()

    def moved(self, dx: float, dy: float) -> View:
        """Shifted by that many widget pixels."""
        rect = self.rect
        x = rect.x() + rect.width() / 2 - self.wide / 2 + dx
        y = rect.y() + rect.height() / 2 - self.high / 2 + dy
        return replace(self, scale=self.sy, x=x, y=y).kept()

    def centred(self, x: float, y: float) -> View:
        """A place of the picture in the middle of the widget, at the scale that there is."""
        middle_x, middle_y = x - self.width / 2, y - self.height / 2
        return replace(self, scale=self.sy, x=-middle_x * self.sx, y=-middle_y * self.sy).kept()

    def kept(self) -> View:
        """The same with a part of the picture in sight."""
        if self.scale is None or self.empty:
            return self
        w, h = self.width * self.sx, self.height * self.sy
        most_x, most_y = (self.wide + w) / 2 - min(48.0, w), (self.high + h) / 2 - min(48.0, h)
        return replace(self, x=max(-most_x, min(most_x, self.x)), y=max(-most_y, min(most_y, self.y)))

    def fitted(self) -> View:
        return replace(self, scale=None, x=0.0, y=0.0)

    def showing(self, x: float, y: float, w: float, h: float) -> View:
        """Zoomed so that a box of the picture fills most of the widget."""
        scale = min(self.wide / max(1.0, w * self.aspect), self.high / max(1.0, h)) * 0.6
        scale = max(LEAST, min(MOST, scale))
        middle_x, middle_y = x + w / 2 - self.width / 2, y + h / 2 - self.height / 2
        return replace(self, scale=scale, x=-middle_x * scale * self.aspect, y=-middle_y * scale).kept()
