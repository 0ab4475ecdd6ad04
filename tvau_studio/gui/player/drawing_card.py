"""How heat becomes colours: gain, scale, between the cells, the line at the threshold."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox

from tvau_studio.gui.forms import label
from tvau_studio.gui.player.popover import Popover
from tvau_studio.gui.player.sliders import NamedSlider
from tvau_studio.gui.state import State
from tvau_studio.gui.words import tr

_SCALES = {
    "absolute": "1, the same everywhere",
    "clip": "the hottest of this clip",
    "video": "the hottest of this video",
}


class DrawingCard(Popover):
    def __init__(self, state: State) -> None:
        super().__init__(state.theme, "drawingCard", tr("How heat is drawn"), self._reset)
        self._heat = heat = state.heat
        # By powers of two: half and double lie equally far from 1.
        self.gain = NamedSlider(
            state.theme,
            "heatGain",
            tr("Gain"),
            -2,
            3,
            spoken=tr("Gain of the heatmap"),
            show=lambda v: f"× {2**v:.2f}",
        )
        self.scale = QComboBox()
        self.scale.setObjectName("heatScale")
        self.scale.setAccessibleName(tr("What has the last colour"))
        self.scale.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for name, text in _SCALES.items():
            self.scale.addItem(tr(text), name)
        title = label(tr("The last colour is"))
        title.setBuddy(self.scale)
        self.smooth = self._box("heatSmooth", tr("Smooth between the cells"))
        self.contour = self._box("heatContour", tr("Line at the threshold"))
        for widget in (self.gain, title, self.scale, self.smooth, self.contour):
            self.body.addWidget(widget)
        self.gain.moved.connect(lambda v: heat.set_gain(2**v))
        self.scale.activated.connect(lambda i: heat.set_scale(self.scale.itemData(i)))
        self.smooth.toggled.connect(heat.set_smooth)
        self.contour.toggled.connect(heat.set_contour)
        heat.changed.connect(self._show)
        self._show()

    @staticmethod
    def _box(name: str, text: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setObjectName(name)
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return box

    def _reset(self) -> None:
        self._heat.set_gain(1.0)
        self._heat.set_scale("absolute")
        self._heat.set_smooth(True)
        self._heat.set_contour(True)

    def _show(self) -> None:
        heat = self._heat
        self.gain.set_value(math.log2(heat.gain))
        self.scale.setCurrentIndex(self.scale.findData(heat.scale))
        for box, on in ((self.smooth, heat.smooth), (self.contour, heat.contour)):
            box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(False)
