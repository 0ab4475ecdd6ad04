"""The row below the picture: play, step, where one is, the range, how fast."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QValidator
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QToolButton, QWidget

from tvau_studio.domain.errors import UsageError
from tvau_studio.gui.player.places import clock_text, read_place
from tvau_studio.gui.state import State
from tvau_studio.gui.theme import set_role
from tvau_studio.gui.words import tr

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


class PlaceSpin(QSpinBox):
    """A frame number that also takes ``12.5s``, ``1:02.5``, ``+24`` and ``50%``."""

    def __init__(self, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setKeyboardTracking(False)
        self.setRange(0, 0)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        # Letting go by Return leaves the field, so that letters are commands again.
        self.lineEdit().returnPressed.connect(self.clearFocus)

    def validate(self, text: str, at: int) -> object:
        try:
            self.valueFromText(text)
        except UsageError:
            return QValidator.State.Intermediate, text, at
        return QValidator.State.Acceptable, text, at

    def fixup(self, text: str) -> str:
        return self.textFromValue(self.value())

    def valueFromText(self, text: str) -> int:
        video = self._state.playback.video
        return read_place(text, self.value(), video.times, self.maximum()) if video is not None else 0


def _least(widget: QWidget) -> int:
    """The width that a widget needs, hidden or not."""
    return min(widget.maximumWidth(), max(widget.minimumWidth(), widget.minimumSizeHint().width()))


class Transport(QWidget):
    peakWanted = Signal()
    fitWanted = Signal()

    def __init__(self, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = state
        playback = state.playback
        self._buttons: dict[QToolButton, tuple[str, bool]] = {}

        self.to_start = self._button("skip-back", "First picture (Home)", lambda: playback.seek(0))
        self.back = self._button("step-back", "One picture back (←)", lambda: playback.step(-1))
        self.play = self._button("play", "Play (Space)", playback.toggle, filled=True)
        self.play.setObjectName("playButton")
        self.play.setFixedSize(32, 28)
        self.on = self._button("step-forward", "One picture on (→)", lambda: playback.step(1))
        self.to_end = self._button("skip-forward", "Last picture (End)", lambda: playback.seek(playback.frames - 1))

        self.frame = self._spin("frameSpin", "Frame", "Frame; also 12.5s, 1:02.5, +24 or 50% (G)", 64)
        self.total = QLabel("/ –")
        self.time = QLabel("00:00.000")
        for label in (self.total, self.time):
            set_role(label, "number")
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.range_start = self._spin("rangeStart", "Range begins", "First frame of the range (I)", 56)
        self.range_end = self._spin("rangeEnd", "Range ends", "Frame after the last of the range (O)", 56)
        self.loop = self._button("repeat", "Loop the range (Ctrl+L)", lambda: playback.set_loop(self.loop.isChecked()))
        self.loop.setCheckable(True)
        self.loop.setAccessibleName(tr("Loop"))
        self.speed = QComboBox()
        self.speed.setObjectName("speedBox")
        self.speed.setAccessibleName(tr("Speed"))
        self.speed.setToolTip(tr("Speed; [ slower, ] faster, Backspace 1×"))
        self.speed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for x in SPEEDS:
            self.speed.addItem(f"{x:g}×", x)
        self.peak = self._text_button("Next peak", "P", "The next place where heat peaks (P)", self.peakWanted.emit)
        self.fit = self._text_button("Fit", "", "Fit the picture into the window (Ctrl+0)", self.fitWanted.emit)

        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.setSpacing(4)
        for button in (self.to_start, self.back, self.play, self.on, self.to_end):
            row.addWidget(button)
        row.addSpacing(8)
        for widget in (self.frame, self.total):
            row.addWidget(widget)
        row.addSpacing(4)
        row.addWidget(self.time)
        row.addStretch(1)
        self.range_name = QLabel(tr("Range"))
        set_role(self.range_name, "muted")
        for widget in (self.range_name, self.range_start, self.range_end, self.loop):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.speed, self.peak, self.fit):
            row.addWidget(widget)

        self.frame.valueChanged.connect(self._frame_typed)
        self.range_start.valueChanged.connect(lambda _: self._range_typed())
        self.range_end.valueChanged.connect(lambda _: self._range_typed())
        self.speed.activated.connect(lambda i: playback.set_speed(float(self.speed.itemData(i))))
        playback.frameShown.connect(self._show_frame)
        playback.videoChanged.connect(self._show_video)
        playback.playingChanged.connect(lambda _: self._show_icons())
        playback.rangeChanged.connect(self._show_range)
        playback.speedChanged.connect(self._show_speed)
        playback.loopChanged.connect(self.loop.setChecked)
        state.theme.changed.connect(self._show_icons)
        self._show_icons()
        self._show_video()
        self._show_speed(playback.speed)

    def _button(self, icon: str, tip: str, run: object, filled: bool = False) -> QToolButton:
        button = QToolButton()
        button.setToolTip(tr(tip))
        button.setAccessibleName(tr(tip).partition(" (")[0])
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setIconSize(QSize(16, 16))
        set_role(button, "quiet")
        button.clicked.connect(lambda: run())
        self._buttons[button] = (icon, filled)
        return button

    @staticmethod
    def _text_button(text: str, key: str, tip: str, run: object) -> QToolButton:
        button = QToolButton()
        button.setText(f"{tr(text)}  {key}" if key else tr(text))
        button.setToolTip(tr(tip))
        button.setAccessibleName(tr(text))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(button, "quiet")
        button.clicked.connect(lambda: run())
        return button

    def _spin(self, name: str, accessible: str, tip: str, width: int) -> PlaceSpin:
        spin = PlaceSpin(self._state)
        spin.setObjectName(name)
        spin.setAccessibleName(tr(accessible))
        spin.setToolTip(tr(tip))
        spin.setFixedWidth(width)
        spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return spin

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Where there is little room, what has a key of its own goes first."""
        row = self.layout()
        margins, places = row.contentsMargins(), [row.itemAt(i) for i in range(row.count())]
        need = margins.left() + margins.right() - row.spacing()
        need += sum(_least(place.widget()) if place.widget() else place.minimumSize().width() for place in places)
        need += row.spacing() * sum(place.widget() is not None for place in places)
        for widgets in (
            [self.fit],
            [self.peak],
            [self.range_name],
            [self.time],
            [self.speed],
            [self.range_start, self.range_end],
        ):
            fits = need <= self.width()
            for widget in widgets:
                widget.setVisible(fits)
                need -= 0 if fits else _least(widget) + row.spacing()

    # -- shown

    def _show_icons(self) -> None:
        theme = self._state.theme
        t = theme.tokens
        for button, (name, filled) in self._buttons.items():
            if button is self.play:
                playing = self._state.playback.playing
                button.setIcon(theme.icon("pause" if playing else "play", t.on_accent, filled=True))
                button.setToolTip(tr("Pause (Space)") if playing else tr("Play (Space)"))
                button.setAccessibleName(tr("Pause") if playing else tr("Play"))
            else:
                button.setIcon(theme.icon(name, on=t.accent, filled=filled))

    def _show_video(self) -> None:
        frames = self._state.playback.frames
        for widget in (*self._buttons, self.frame, self.range_start, self.range_end, self.peak, self.fit, self.speed):
            widget.setEnabled(frames > 0)
        for spin, most in ((self.frame, max(0, frames - 1)), (self.range_start, frames), (self.range_end, frames)):
            spin.blockSignals(True)
            spin.setRange(0, most)
            spin.blockSignals(False)
        self.total.setText(f"/ {frames}" if frames else "/ –")
        if not frames:
            self.time.setText("00:00.000")
        self._show_range()
        self._make_room()

    def _show_frame(self, frame: int) -> None:
        if not self.frame.hasFocus() or self._state.playback.playing:
            self.frame.blockSignals(True)
            self.frame.setValue(frame)
            self.frame.blockSignals(False)
        video = self._state.playback.video
        if video is not None:
            self.time.setText(clock_text(float(video.times[frame])))

    def _show_range(self) -> None:
        a, b = self._state.playback.range or (0, self._state.playback.frames)
        for spin, value in ((self.range_start, a), (self.range_end, b)):
            spin.blockSignals(True)
            spin.setValue(value)
            spin.blockSignals(False)

    def _show_speed(self, x: float) -> None:
        index = self.speed.findData(x)
        if index < 0:
            # A speed of its own (backwards, say) is listed while it is used.
            self.speed.addItem(f"{x:g}×", x)
            index = self.speed.count() - 1
        self.speed.setCurrentIndex(index)
        while self.speed.count() > len(SPEEDS) and self.speed.currentIndex() < len(SPEEDS):
            self.speed.removeItem(self.speed.count() - 1)

    # -- typed

    def _frame_typed(self, frame: int) -> None:
        self._state.playback.pause()
        self._state.playback.seek(frame)

    def _range_typed(self) -> None:
        a, b = self.range_start.value(), self.range_end.value()
        if a < b:
            self._state.playback.set_range((a, b))
        else:
            self._show_range()
