"""How far a box holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QSpinBox

from tvau_studio.domain import actions
from tvau_studio.gui.dialogs._deed import DeedDialog
from tvau_studio.gui.forms import label, row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.state import State

_USUAL = 24


class PropagateDialog(DeedDialog):
    """The box of the picture shown for so many frames behind it, or before it."""

    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent, state, "propagateDialog", tr("Propagate box"), tr("Propagate"))
        self.frames = QSpinBox()
        self.frames.setObjectName("propagateFrames")
        self.frames.setAccessibleName(tr("Frames"))
        self.frames.setRange(1, 1_000_000)
        self.frames.setValue(_USUAL)
        self.way = QComboBox()
        self.way.setObjectName("propagateWay")
        self.way.setAccessibleName(tr("Direction"))
        self.way.addItem(tr("frames on"), 1)
        self.way.addItem(tr("frames back"), -1)
        self.frames.valueChanged.connect(self._show)
        self.way.currentIndexChanged.connect(self._show)
        self.body.addLayout(row(label(tr("The box holds for")), self.frames, self.way, None))
        self._show()
        self.frames.setFocus()
        self.frames.selectAll()

    def _show(self) -> None:
        frame, count = self.state.playback.frame, self.frames.value() * self.way.currentData()
        last = max(0, self.state.playback.frames - 1)
        a, b = max(0, min(frame, frame + count)), min(last, max(frame, frame + count)) + 1
        self.said.setText(tr("The same box in {a}:{b}; every other frame stays as it is.", a=a, b=b))

    def do(self) -> bool:
        state, count = self.state, self.frames.value() * self.way.currentData()
        frame, who = state.playback.frame, state.document.who
        return state.document.attempt(
            actions.for_each_in,
            state.selection.objects,
            lambda doc, key: actions.propagate(doc, who, key, frame, count),
        )
