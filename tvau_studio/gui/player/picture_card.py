"""Brightness, contrast and gamma of the picture that is looked at."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from tvau_studio.gui.forms import paragraph
from tvau_studio.gui.player.popover import Popover
from tvau_studio.gui.player.sliders import NamedSlider
from tvau_studio.gui.state import State
from tvau_studio.gui.words import tr


class PictureCard(Popover):
    def __init__(self, state: State) -> None:
        super().__init__(state.theme, "pictureCard", tr("Picture"), state.look.reset_tones)
        look, theme = state.look, state.theme
        self._look = look
        self.brightness = NamedSlider(
            theme, "brightness", tr("Brightness"), -1, 1, spoken=tr("Brightness of the picture"), show="{:+.2f}".format
        )
        self.contrast = NamedSlider(
            theme, "contrast", tr("Contrast"), -1, 1, spoken=tr("Contrast of the picture"), show="{:+.2f}".format
        )
        self.gamma = NamedSlider(theme, "gamma", tr("Gamma"), 0.2, 4, spoken=tr("Gamma of the picture"))
        self.auto = QCheckBox(tr("Stretch to black and white"))
        self.auto.setObjectName("autoStretch")
        self.auto.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        note = paragraph("small")
        note.setText(tr("For looking only: what is exported, and what the model sees, stays as the file has it."))
        for widget in (self.brightness, self.contrast, self.gamma, self.auto, note):
            self.body.addWidget(widget)
        self.brightness.moved.connect(lambda v: look.set_tones(brightness=v))
        self.contrast.moved.connect(lambda v: look.set_tones(contrast=v))
        self.gamma.moved.connect(lambda v: look.set_tones(gamma=v))
        self.auto.toggled.connect(lambda on: look.set_tones(auto=on))
        look.tonesChanged.connect(self._show)
        self._show()

    def _show(self) -> None:
        tones = self._look.tones
        self.brightness.set_value(tones.brightness)
        self.contrast.set_value(tones.contrast)
        self.gamma.set_value(tones.gamma)
        self.auto.blockSignals(True)
        self.auto.setChecked(tones.auto)
        self.auto.blockSignals(False)
