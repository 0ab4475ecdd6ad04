"""The selected object's box in the picture shown, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDoubleSpinBox, QSizePolicy, QWidget

from tvau_studio.domain import actions
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.geometry import Box
from tvau_studio.gui.forms import column, label, row

if TYPE_CHECKING:
    from tvau_studio.domain.labels import Object
    from tvau_studio.gui.state import State

_FAR = 999999.0


class BoxForm(QWidget):
    """x, y, w, h, and whether it is a keyframe."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._filling = False
        self._title = label()
        self._said = label("", "small", "boxState")
        self.box = [self._spin(name) for name in "xywh"]
        form = column(self, 4)
        form.addLayout(row(self._title, None, self._said))
        form.addLayout(row(*self.box, spacing=4))

    def _spin(self, name: str) -> QDoubleSpinBox:
        spin = QDoubleSpinBox()
        spin.setObjectName(f"box_{name}")
        spin.setAccessibleName({"x": "x", "y": "y", "w": self.tr("width"), "h": self.tr("height")}[name])
        spin.setToolTip(spin.accessibleName())
        spin.setDecimals(2)
        spin.setRange(0.0 if name in "wh" else -_FAR, _FAR)
        spin.setKeyboardTracking(False)
        spin.setPrefix(f"{name} ")
        spin.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        spin.setMinimumWidth(64)
        spin.editingFinished.connect(self._set)
        return spin

    def flush(self) -> None:
        """Hand in what is typed."""
        for spin in self.box:
            if spin.hasFocus():
                spin.interpretText()

    def show_object(self, thing: Object | None) -> None:
        frame = self._state.playback.frame
        shown = self._state.document.document.track(thing.key).at(frame) if thing is not None else None
        self._title.setText(self.tr("Box · frame {n}").format(n=frame) if frame >= 0 else self.tr("Box"))
        if shown is None:
            said = self.tr("not in the picture here")
        elif shown.keyframe:
            said = self.tr("keyframe, hidden") if shown.occluded else self.tr("keyframe")
        else:
            said = self.tr("in between, hidden") if shown.occluded else self.tr("in between")
        self._said.setText(said if frame >= 0 else "")
        self._filling = True
        for spin, value in zip(self.box, shown.box.tuple() if shown else (0.0, 0.0, 0.0, 0.0), strict=True):
            spin.setEnabled(shown is not None)
            if spin.value() != value and not (spin.hasFocus() and spin.lineEdit().isModified()):
                spin.setValue(value)
        self._filling = False

    def _set(self) -> None:
        thing, document = self._state.selection.row, self._state.document
        frame = self._state.playback.frame
        if self._filling or thing is None or frame < 0:
            return
        shown = document.document.track(thing.key).at(frame)
        values = [spin.value() for spin in self.box]
        if shown is None or list(shown.box.tuple()) == values:
            return
        try:
            box = Box(*values)
        except StudioError as error:
            document.refused.emit(str(error))
            return
        document.attempt(actions.set_box, document.who, thing.key, frame, box, label="Set box")
