"""Comments on the timeline: a small bubble under the ruler at the frame that each is pinned to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from tvau_studio.gui.timeline.layout import RULER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tvau_studio.gui.state.remarks import Thread
    from tvau_studio.gui.timeline.scale import Scale
    from tvau_studio.gui.timeline.scene import Scene

_TOP, _WIDE, _HIGH = 16, 9.0, 6.0
_NEAR = 6.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A thread that is pinned to a frame."""

    key: str
    frame: int
    open: bool


def marks_of(threads: Iterable[Thread]) -> tuple[Mark, ...]:
    """By frame; the open ones last, so that they are drawn over others in the same place."""
    found = [Mark(t.first.key, t.first.frame, not t.first.resolved) for t in threads if t.first.frame is not None]
    return tuple(sorted(found, key=lambda m: (m.open, m.frame)))


def mark_at(marks: Sequence[Mark], scale: Scale, x: float, y: float) -> Mark | None:
    """The mark at x (from the left edge of the drawing), y; an open one before others."""
    if not _TOP - 1 <= y < RULER:
        return None
    near = [m for m in marks if abs(scale.x(m.frame + 0.5) - x) <= _NEAR]
    return min(near, key=lambda m: (not m.open, abs(scale.x(m.frame + 0.5) - x)), default=None)


def paint(painter: QPainter, scene: Scene) -> None:
    """Filled: something is left to do; an outline: resolved."""
    scale, look = scene.scale, scene.look
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for mark in scene.marks:
        x = scale.x(mark.frame + 0.5)
        if not -_WIDE <= x <= scale.width + _WIDE:
            continue
        colour = QColor(look.curve if mark.open else look.faint)
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(colour if mark.open else look.panel)
        painter.drawPolygon(
            QPolygonF([QPointF(x - 2.5, _TOP + _HIGH - 1), QPointF(x + 2, _TOP + _HIGH - 1), QPointF(x, _TOP + 9.5)])
        )
        painter.drawRoundedRect(QRectF(x - _WIDE / 2, _TOP, _WIDE, _HIGH), 2, 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
