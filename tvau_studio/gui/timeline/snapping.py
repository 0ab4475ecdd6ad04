"""Where a dragged edge jumps to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tvau_studio.gui.timeline.lanes import Lanes
    from tvau_studio.gui.timeline.layout import ClipBar, Layout
    from tvau_studio.gui.timeline.scale import Scale

REACH = 7.0
"""Pixels within which it jumps."""


def snapped(
    scale: Scale, layout: Layout, lanes: Lanes, clips: Sequence[ClipBar], frame: int, x: float
) -> tuple[int, bool]:
    """The edge between two frames at x: of a clip, a segment in sight, the playhead or the video's end where one lies
    near, else the nearest; and whether it is one of these. frame: the one shown."""
    near = [0, scale.frames, frame, frame + 1]
    near += [edge for clip in clips for edge in (clip.start, clip.stop)]
    for index in layout.visible_lanes():
        near += [edge for bar in lanes[index].bars for edge in (bar.start, bar.stop)]
    best = min(near, key=lambda edge: abs(scale.x(edge) - x))
    return (best, True) if abs(scale.x(best) - x) <= REACH else (scale.edge(x), False)
