"""Fewer keyframes: what goes, and how far the path is off then, before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDoubleSpinBox

from tvau_studio.domain import actions
from tvau_studio.domain.splicing import farthest, thinned
from tvau_studio.domain.tracks import Track
from tvau_studio.gui.dialogs._deed import DeedDialog
from tvau_studio.gui.forms import label, row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.state import State


class ThinDialog(DeedDialog):
    """Keyframes that the paths do not need to stay within a tolerance."""

    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent, state, "thinDialog", tr("Thin keyframes"), tr("Thin"))
        self.pixels = QDoubleSpinBox()
        self.pixels.setObjectName("thinPixels")
        self.pixels.setAccessibleName(tr("Tolerance in pixels"))
        self.pixels.setRange(0.0, 1000.0)
        self.pixels.setDecimals(1)
        self.pixels.setSingleStep(0.5)
        self.pixels.setSuffix(" px")
        self.pixels.setValue(2.0)
        self.pixels.valueChanged.connect(self._show)
        self.body.addLayout(row(label(tr("No edge of a box moves by more than")), self.pixels, None))
        self._show()
        self.pixels.setFocus()
        self.pixels.selectAll()

    def _show(self) -> None:
        document, tolerance = self.state.document.document, self.pixels.value()
        every = gone = 0
        worst = 0.0
        for key in self.state.selection.objects:
            track = document.track(key)
            thin = Track(thinned(track, tolerance))
            every, gone = every + len(track), gone + len(track) - len(thin)
            worst = max(worst, farthest(track, thin) if len(thin) < len(track) else 0.0)
        self.go.setEnabled(gone > 0)
        numbers = {"gone": gone, "every": every, "worst": f"{worst:.2f}"}
        self.said.setText(
            tr("{gone} of {every} keyframes go; then the boxes are off by {worst} px at most.", **numbers)
            if gone
            else tr("None of the {every} keyframes can go within that.", every=every)
        )

    def do(self) -> bool:
        tolerance = self.pixels.value()
        return self.state.document.attempt(
            actions.for_each_in, self.state.selection.objects, lambda doc, key: actions.thin(doc, key, tolerance)
        )
