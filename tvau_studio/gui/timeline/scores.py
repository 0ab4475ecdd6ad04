"""The scores that the timeline draws: the anomaly's, and those of what is compared with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tvau_studio.gui.timeline.pyramid import Pyramid

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from tvau_studio.gui.state import State
    from tvau_studio.gui.timeline.scene import Look


class Scores:
    """pyramid: the anomaly's. others: those of other sources, with the colour of each."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.pyramid = Pyramid(np.zeros(0, np.float32))
        self.others: list[tuple[Pyramid, QColor]] = []

    def read(self) -> None:
        self.pyramid = Pyramid(self._state.heat.scores())

    def update(self, a: int, b: int) -> None:
        """Pairs a:b have other scores now."""
        scores = self._state.heat.scores()
        if len(scores) != len(self.pyramid):
            self.read()
        else:
            self.pyramid.update(scores, a, b)

    def compare(self, look: Look) -> None:
        colours = (look.accent, look.second)
        self.others = [(Pyramid(scores), colours[which]) for which, scores in self._state.compare.curves()]

    def at(self, frame: int) -> float | None:
        """None where it is not known."""
        scores = self._state.heat.scores()
        pair = frame // 2
        return float(scores[pair]) if pair < len(scores) and not np.isnan(scores[pair]) else None
