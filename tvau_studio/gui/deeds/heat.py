"""Boxes from heat."""

from __future__ import annotations

from tvau_studio.domain import actions
from tvau_studio.gui.heat_box import hot_box
from tvau_studio.gui.state import State
from tvau_studio.gui.words import tr


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
