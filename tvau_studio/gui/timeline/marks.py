"""Comments on the timeline: a small bubble under the ruler at the frame that each is pinned to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tvau_studio.gui.timeline.layout import RULER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tvau_studio.gui.state.remarks import Thread
    from tvau_studio.gui.timeline.scale import Scale

TOP = 16
"""Where the bubbles begin, pixels from the top."""
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
    if not TOP - 1 <= y < RULER:
        return None
    near = [m for m in marks if abs(scale.x(m.frame + 0.5) - x) <= _NEAR]
    return min(near, key=lambda m: (not m.open, abs(scale.x(m.frame + 0.5) - x)), default=None)
