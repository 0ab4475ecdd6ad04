"""The card in the corner of the picture: how heat is drawn."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tvau_studio.domain import colormaps
from tvau_studio.gui.state import State
from tvau_studio.gui.theme import set_role
from tvau_studio.gui.theme.controls import FlatSlider


class Legend(QWidget):
    """The colours from 0 to 1, with a mark at the threshold."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setMinimumHeight(10)
        self.setMaximumHeight(10)
        self.setAccessibleName("Colours from 0 to 1")
        self.setToolTip("From 0 to 1, the same for every video; the mark is the threshold")
        state.heat.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(160, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        table = np.ascontiguousarray(colormaps.table(self._state.heat.colormap)[None])
        image = QImage(table.data, 256, 1, 768, QImage.Format.Format_RGB888)
        rect = QRectF(0, 1, self.width(), self.height() - 2)
        path = QPainterPath()
        path.addRoundedRect(rect, 2, 2)
        painter.setClipPath(path)
        painter.drawImage(rect, image)
        x = self._state.heat.threshold * self.width()
        painter.fillRect(QRectF(x - 1.5, 0, 3, self.height()), Qt.GlobalColor.black)
        painter.fillRect(QRectF(x - 0.5, 0, 1, self.height()), Qt.GlobalColor.white)


class HeatCard(QFrame):
    def __init__(self, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("heatCard")
        self.setProperty("card", True)
        self.setAccessibleName("Heatmap")
        self._state = state
        heat = state.heat
        self.toggle = QCheckBox("Heatmap")
        self.toggle.setObjectName("heatmapToggle")
        self.toggle.setAccessibleName("Heatmap")
        self.toggle.setToolTip("Lay the heatmap over the picture (A); hold B to see the bare picture")
        key = QLabel("A")
        set_role(key, "number")
        self.opacity, self.opacity_value = self._slider("heatmapOpacity", "Opacity of the heatmap")
        self.threshold, self.threshold_value = self._slider("heatmapThreshold", "Threshold of the heatmap")
        self.colours = QComboBox()
        self.colours.setObjectName("colormapBox")
        self.colours.setAccessibleName("Colours of the heatmap")
        self.colours.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.colours.addItems([*colormaps.NAMES])
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.hide()
        set_role(self.note, "small")

        self.fold = QToolButton()
        self.fold.setAccessibleName("Show how the heatmap is drawn")
        self.fold.setToolTip("Opacity, threshold and colours")
        self.fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fold.setIconSize(QSize(14, 14))
        set_role(self.fold, "bare")
        self.fold.clicked.connect(lambda: self._unfold(self._body.isHidden()))
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.toggle)
        head.addStretch(1)
        head.addWidget(key)
        head.addWidget(self.fold)
        self._body = QWidget()
        grid = QGridLayout()
        grid.setVerticalSpacing(3)
        grid.setHorizontalSpacing(8)
        for row, (text, slider, value) in enumerate(
            (
                ("Opacity", self.opacity, self.opacity_value),
                ("Threshold", self.threshold, self.threshold_value),
            )
        ):
            name = QLabel(text)
            set_role(name, "muted")
            name.setBuddy(slider)
            grid.addWidget(name, 2 * row, 0)
            grid.addWidget(value, 2 * row, 1, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(slider, 2 * row + 1, 0, 1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(6)
        body.addLayout(grid)
        body.addWidget(self.colours)
        column.addLayout(head)
        column.addWidget(self._body)
        column.addWidget(Legend(state))
        column.addWidget(self.note)
        self.setFixedWidth(196)

        self.toggle.toggled.connect(heat.set_enabled)
        self.opacity.valueChanged.connect(lambda v: heat.set_opacity(v / 100))
        self.threshold.valueChanged.connect(lambda v: heat.set_threshold(v / 100))
        self.colours.textActivated.connect(heat.set_colormap)
        heat.changed.connect(self._show)
        heat.progressChanged.connect(self._show_note)
        state.theme.changed.connect(self._show_fold)
        self._show()
        self._show_note()
        self._unfold(bool(state.studio.settings["heat_card_open"]), keep=False)

    def _unfold(self, on: bool, keep: bool = True) -> None:
        """Show or hide all but the switch and the legend."""
        self._body.setVisible(on)
        if keep:
            self._state.studio.settings["heat_card_open"] = on
        self._show_fold()
        self._fit()

    def _show_fold(self) -> None:
        name = "chevron-right" if self._body.isHidden() else "chevron-down"
        self.fold.setIcon(self._state.theme.icon(name, self._state.theme.tokens.muted))

    def _slider(self, name: str, accessible: str) -> tuple[QSlider, QLabel]:
        slider = FlatSlider(self._state.theme)
        slider.setObjectName(name)
        slider.setAccessibleName(accessible)
        slider.setRange(0, 100)
        slider.setPageStep(10)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        value = QLabel()
        set_role(value, "number")
        return slider, value

    def _show(self) -> None:
        heat = self._state.heat
        for slider, label, value in (
            (self.opacity, self.opacity_value, heat.opacity),
            (self.threshold, self.threshold_value, heat.threshold),
        ):
            slider.blockSignals(True)
            slider.setValue(round(100 * value))
            slider.setEnabled(heat.enabled)
            slider.blockSignals(False)
            label.setText(f"{value:.2f}")
        self.toggle.blockSignals(True)
        self.toggle.setChecked(heat.enabled)
        self.toggle.blockSignals(False)
        self.colours.setCurrentText(heat.colormap)

    def _show_note(self) -> None:
        heat = self._state.heat
        done, total = heat.progress
        states = {"none": "the model is not installed", "failed": "the model cannot be used"}
        if heat.error:
            text = f"No heat: {states.get(self._state.workspace.model_state, 'it cannot be computed')}."
        elif heat.busy:
            text = f"Computing pair {done + 1} of {total} …"
        else:
            text = ""
        self.note.setText(text)
        self.note.setToolTip(heat.error)
        self.note.setVisible(bool(text))
        self._fit()

    def _fit(self) -> None:
        """As high as what is in it; text that wraps makes it higher."""
        layout = self.layout()
        layout.activate()
        # Without wrapping text in it a layout has no height for a width: it says -1.
        wraps = layout.hasHeightForWidth()
        height = layout.totalHeightForWidth(self.width()) if wraps else layout.totalSizeHint().height()
        self.resize(self.width(), height)
