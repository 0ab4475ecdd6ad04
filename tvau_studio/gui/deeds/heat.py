"""Boxes from heat."""

from __future__ import annotations

from tvau_studio.domain import actions
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.state import State
from tvau_studio.gui.words import tr


def hot_box(state: State, frame: int, x: float, y: float) -> Box | None:
    """The box of the heat at a place of the picture, where it is shown there and at least as hot as the threshold."""
    from tvau_studio.services.snapping import blob

    row = state.document.video_row
    values = state.heat.map_at(frame) if state.heat.enabled else None
    if row is None or row.size is None or values is None:
        return None
    return blob(values, row.size, x, y, state.heat.threshold)


def snap(state: State) -> None:
    """The selected object's box here becomes that of the hottest heat in it."""
    from tvau_studio.services.snapping import hottest

    key, frame, document = state.selection.object, state.playback.frame, state.document
    row = document.video_row
    shown = document.document.track(key).at(frame) if key else None
    if key is None or shown is None or row is None or row.size is None:
        return
    values = state.heat.map_at(frame) if state.heat.enabled else None
    box = None
    if values is not None:
        x, y, _ = hottest(values, row.size, shown.box)
        box = hot_box(state, frame, x, y)
    if box is None:
        document.refused.emit(tr("There is no heat in the box; lower the threshold, or wait until it is computed."))
        return
    document.attempt(actions.set_box, document.who, key, frame, box, label="Snap box to heat")
