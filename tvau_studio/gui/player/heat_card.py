"""The card in the corner of the picture: how heat is drawn, and the way to the other cards."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from tvau_studio.domain import colormaps
from tvau_studio.gui.forms import label, row
from tvau_studio.gui.player.sliders import NamedSlider
from tvau_studio.gui.state import State
from tvau_studio.gui.state.compare import ANOMALY
from tvau_studio.gui.theme import set_role
from tvau_studio.gui.words import tr
from tvau_studio.services.overlays import area_above

_BUTTONS = (
    ("compare", "columns-2", "What the heat is of: anomaly, a class, a phrase; two beside each other (Shift+A)"),
    ("peaks", "list-ordered", "Peaks, the hottest first (Ctrl+P)"),
    ("heat", "sliders-horizontal", "How heat is drawn: gain, scale, contour"),
    ("picture", "sun", "Brightness, contrast and gamma of the picture (Shift+B)"),
)
"""Card -> the icon of its button, and what the button says."""
_ROOM = (480, 320)
"""Width and height of the picture's widget below which the card folds by itself."""


def percent(share: float) -> str:
    """A part of the picture: "0 %", "0.4 %", "12 %"."""
    hundred = 100 * share
    return f"{hundred:.0f} %" if hundred == 0 or hundred >= 10 else f"{max(0.1, hundred):.1f} %"


class Legend(QWidget):
    """The colours from 0 to the hottest that they tell apart, with a mark at the threshold."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setMinimumHeight(10)
        self.setMaximumHeight(10)
        self.setAccessibleName(tr("Colours of the heat"))
        self.setToolTip(tr("The colours from cold to hot; the mark is the threshold"))
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
        x = min(1.0, self._state.heat.threshold / self._state.heat.top) * self.width()
        painter.fillRect(QRectF(x - 1.5, 0, 3, self.height()), Qt.GlobalColor.black)
        painter.fillRect(QRectF(x - 0.5, 0, 1, self.height()), Qt.GlobalColor.white)


class HeatCard(QFrame):
    wanted = Signal(str)
    """The card of that name is to be opened or closed."""

    def __init__(self, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("heatCard")
        self.setProperty("card", True)
        self.setAccessibleName(tr("Heatmap"))
        self._state = state
        self._tight = False
        heat = state.heat
        self.toggle = QCheckBox(tr("Heatmap"))
        self.toggle.setObjectName("heatmapToggle")
        self.toggle.setAccessibleName(tr("Heatmap"))
        self.toggle.setToolTip(tr("Lay the heatmap over the picture (A); hold B to see the bare picture"))
        self.opacity = NamedSlider(state.theme, "heatmapOpacity", tr("Opacity"), spoken=tr("Opacity of the heatmap"))
        self.threshold = NamedSlider(
            state.theme, "heatmapThreshold", tr("Threshold"), spoken=tr("Threshold of the heatmap")
        )
        self.colours = QComboBox()
        self.colours.setObjectName("colormapBox")
        self.colours.setAccessibleName(tr("Colours of the heatmap"))
        self.colours.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.colours.addItems([*colormaps.NAMES])
        self.note = label("", "small")
        self.note.setWordWrap(True)
        self.note.hide()

        self.fold = self._bare_button("heatFold", "", tr("Opacity, threshold and colours"))
        self.fold.setAccessibleName(tr("Show how the heatmap is drawn"))
        self.fold.clicked.connect(lambda: self._unfold(self._body.isHidden()))
        self._openers = {name: self._bare_button(f"{name}CardButton", icon, tr(tip)) for name, icon, tip in _BUTTONS}
        for name, button in self._openers.items():
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, name=name: self.wanted.emit(name))
        head = QHBoxLayout()
        head.setSpacing(6)
        for part in (self.toggle, None, label("A", "number"), self.fold):
            if part is None:
                head.addStretch(1)
            else:
                head.addWidget(part)
        self._body = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(6)
        for widget in (self.opacity, self.threshold, self.colours):
            body.addWidget(widget)
        column.addLayout(head)
        column.addWidget(self._body)
        column.addWidget(Legend(state))
        self.top, self.area = label("", "small"), label("", "small")
        self.area.setToolTip(tr("The part of the picture that is at least as hot as the threshold"))
        column.addLayout(row(label("0", "small"), None, self.area, None, self.top))
        column.addWidget(self.note)
        column.addLayout(row(*self._openers.values(), None, spacing=14))
        self.setFixedWidth(208)

        self.toggle.toggled.connect(heat.set_enabled)
        self.opacity.moved.connect(heat.set_opacity)
        self.threshold.moved.connect(heat.set_threshold)
        self.colours.textActivated.connect(heat.set_colormap)
        heat.changed.connect(self._show)
        heat.progressChanged.connect(self._show_note)
        state.compare.changed.connect(self._show)
        state.playback.frameShown.connect(lambda _: self._show_area())
        state.theme.changed.connect(self._show_icons)
        self._show()
        self._show_note()
        self._unfold(bool(state.studio.settings["heat_card_open"]), keep=False)

    def show_open(self, name: str) -> None:
        """The card of that name is open beside this one; "" where none is."""
        for other, button in self._openers.items():
            button.setChecked(other == name)
        self._show_icons()

    @staticmethod
    def _bare_button(name: str, icon: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(tip.partition(" (")[0])
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setIconSize(QSize(15, 15))
        button.setProperty("iconName", icon)
        set_role(button, "bare")
        return button

    def take_room(self, width: int, height: int) -> None:
        """Fold where the picture has little room; unfold again, where a person has it so, when there is more."""
        tight = width < _ROOM[0] or height < _ROOM[1]
        if tight != self._tight:
            self._tight = tight
            self._unfold(bool(self._state.studio.settings["heat_card_open"]) and not tight, keep=False)

    def _unfold(self, on: bool, keep: bool = True) -> None:
        """Show or hide all but the switch and the legend."""
        self._body.setVisible(on)
        if keep:
            self._state.studio.settings["heat_card_open"] = on
        self._show_icons()
        self._fit()

    def _show_icons(self) -> None:
        theme = self._state.theme
        name = "chevron-right" if self._body.isHidden() else "chevron-down"
        self.fold.setIcon(theme.icon(name, theme.tokens.muted))
        for button in self._openers.values():
            button.setIcon(theme.icon(button.property("iconName"), theme.tokens.muted, theme.tokens.accent))

    def _show(self) -> None:
        heat = self._state.heat
        for named, value in ((self.opacity, heat.opacity), (self.threshold, heat.threshold)):
            named.set_value(value)
            named.slider.setEnabled(heat.enabled)
        of = self._state.compare.title(0)
        self.toggle.setText(tr("Heatmap") if self._state.compare.sources[0] == ANOMALY else of[:1].upper() + of[1:])
        self.toggle.blockSignals(True)
        self.toggle.setChecked(heat.enabled)
        self.toggle.blockSignals(False)
        self.colours.setCurrentText(heat.colormap)
        self.top.setText(f"{heat.top:.2f}")
        self._show_area()

    def _show_area(self) -> None:
        heat = self._state.heat
        values = self._state.compare.map_at(self._state.playback.frame)
        if values is None:
            self.area.setText("")
            return
        share = area_above(values, heat.threshold, heat.smooth)
        self.area.setText(tr("{share} ≥ {threshold:.2f}", share=percent(share), threshold=heat.threshold))

    def _show_note(self) -> None:
        heat = self._state.heat
        done, total = heat.progress
        states = {"none": tr("the model is not installed"), "failed": tr("the model cannot be used")}
        if heat.error:
            why = states.get(self._state.workspace.model_state, tr("it cannot be computed"))
            text = tr("No heat: {why}.", why=why)
        elif heat.busy:
            text = tr("Computing pair {n} of {total} …", n=done + 1, total=total)
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
