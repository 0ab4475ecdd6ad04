"""A slider with its name and its value, as the cards over the picture show them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from tvau_studio.gui.forms import label
from tvau_studio.gui.theme import Theme
from tvau_studio.gui.theme.controls import FlatSlider


class NamedSlider(QWidget):
    """value: least..most in steps of 1/`parts`. moved: a person moved it; setting the value by code tells nobody. show:
    the value as text."""

    moved = Signal(float)

    def __init__(
        self,
        theme: Theme,
        name: str,
        text: str,
        least: float = 0.0,
        most: float = 1.0,
        *,
        spoken: str = "",
        parts: int = 100,
        show: Callable[[float], str] = "{:.2f}".format,
    ) -> None:
        super().__init__()
        self._parts = parts
        self._show = show
        self.slider = FlatSlider(theme)
        self.slider.setObjectName(name)
        self.slider.setAccessibleName(spoken or text)
        self.slider.setRange(round(least * parts), round(most * parts))
        self.slider.setPageStep(max(1, round((most - least) * parts / 10)))
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.words = label("", "number")
        title = label(text)
        title.setBuddy(self.slider)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(3)
        grid.setHorizontalSpacing(8)
        grid.addWidget(title, 0, 0)
        grid.addWidget(self.words, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.slider, 1, 0, 1, 2)
        self.slider.valueChanged.connect(self._moved)

    def set_value(self, value: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round(value * self._parts))
        self.slider.blockSignals(False)
        self.words.setText(self._show(value))

    def _moved(self, steps: int) -> None:
        self.words.setText(self._show(steps / self._parts))
        self.moved.emit(steps / self._parts)
