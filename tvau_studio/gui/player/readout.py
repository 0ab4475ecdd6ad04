"""What is said of the place under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tvau_studio.domain.geometry import region_of
from tvau_studio.gui.player.heat_card import percent
from tvau_studio.gui.words import tr
from tvau_studio.services.overlays import blob_at, sampled

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from tvau_studio.gui.player.backdrop import Backdrop
    from tvau_studio.gui.player.view import View
    from tvau_studio.gui.state import State


def words_at(state: State, below: Backdrop, view: View, at: QPointF, frame: int, which: int) -> str:
    """Place, region, colour and heat (with the blob that it belongs to) at a place of the widget; "" outside of the
    picture. which: the heat that the widget shows; while two are compared, both are told."""
    if view.empty or below.empty:
        return ""
    place = view.to_picture(at)
    x, y = int(place.x() // 1), int(place.y() // 1)
    colour = below.colour_at(x, y)
    if colour is None:
        return ""
    size = (view.height, view.width)
    words = f"({x}, {y}) {region_of(place.x(), place.y(), size)} · RGB {colour[0]} {colour[1]} {colour[2]}"
    heat, down, across = state.heat, place.y() / size[0], place.x() / size[1]
    found = []
    for source in (0, 1) if state.compare.mode != "off" else (which,):
        values = state.compare.map_at(frame, source)
        if values is not None:
            found.append(float(sampled(values, np.array([down]), np.array([across]), heat.smooth)[0, 0]))
    if found:
        words += " · " + tr("heat {heat}", heat=" | ".join(f"{value:.2f}" for value in found))
    values = state.compare.map_at(frame, which)
    blob = blob_at(values, heat.threshold, down, across) if values is not None else None
    if blob is not None:
        words += " · " + tr("blob {most:.2f}, {share} of the picture", most=blob[0], share=percent(blob[1]))
    return words
