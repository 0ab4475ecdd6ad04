"""The box of the heat that is shown at a place of the picture."""

from __future__ import annotations

from tvau_studio.domain.geometry import Box
from tvau_studio.gui.state import State


def hot_box(state: State, frame: int, x: float, y: float) -> Box | None:
    """The box round the heat at (x, y), pixels, where it is shown there and at least as hot as the threshold."""
    from tvau_studio.services.snapping import blob

    row = state.document.video_row
    values = state.heat.map_at(frame) if state.heat.enabled else None
    if row is None or row.size is None or values is None:
        return None
    return blob(values, row.size, x, y, state.heat.threshold)
