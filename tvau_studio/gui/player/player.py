"""The canvas with its card, its notices and the transport below it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tvau_studio.domain.errors import StudioError
from tvau_studio.gui.player.canvas import Canvas
from tvau_studio.gui.player.compare_card import CompareCard
from tvau_studio.gui.player.drawing_card import DrawingCard
from tvau_studio.gui.player.file_bar import FileBar
from tvau_studio.gui.player.heat_card import HeatCard
from tvau_studio.gui.player.notice import Notice, Step
from tvau_studio.gui.player.own_window import PictureWindow
from tvau_studio.gui.player.peaks_card import PeaksCard
from tvau_studio.gui.player.picture_card import PictureCard
from tvau_studio.gui.player.popover import Popover
from tvau_studio.gui.player.toast import Toast
from tvau_studio.gui.player.transport import Transport
from tvau_studio.gui.state import State
from tvau_studio.gui.state.video_files import MissingVideoError
from tvau_studio.gui.words import tr

_MARGIN, _GAP = 14, 8

_CARDS = {"picture": PictureCard, "compare": CompareCard, "heat": DrawingCard, "peaks": PeaksCard}
"""Name -> what makes the card, from the state."""


class Player(QWidget):
    """steps: what the notices offer, by name: open, add, relink."""

    def __init__(self, state: State, steps: dict[str, Step], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._steps = steps
        self.canvas = Canvas(state)
        self.stage = QWidget()  # the pictures, and the cards over them
        self.card = HeatCard(state, self.stage)
        self.own_window: PictureWindow | None = None
        self.open_card = ""
        self._cards: dict[str, Popover] = {}
        self.notice = Notice(state.theme, self.stage)
        self.toast = Toast(self.stage)
        state.document.told.connect(self.toast.tell)
        self.transport = Transport(state)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(FileBar(state, steps["relink"]))
        self.beside: Canvas | None = None  # shows the second heat, where two stand beside each other
        pictures = QHBoxLayout(self.stage)
        pictures.setContentsMargins(0, 0, 0, 0)
        pictures.setSpacing(1)
        pictures.addWidget(self.canvas, 1)
        self.card.raise_()
        column.addWidget(self.stage, 1)
        column.addWidget(self.transport)
        self.stage.installEventFilter(self)
        self.card.installEventFilter(self)
        self.card.wanted.connect(self.toggle)
        state.compare.modeChanged.connect(self._show_beside)
        self.transport.fitWanted.connect(self.canvas.fit)
        self.transport.peakWanted.connect(lambda: self.next_peak(1))
        workspace = state.workspace
        workspace.loadingChanged.connect(lambda _: self.show_state())
        workspace.projectChanged.connect(self.show_state)
        workspace.clipsChanged.connect(self.show_state)
        workspace.videoFailed.connect(lambda _: self.show_state())
        workspace.reading.connect(self._show_reading)
        state.playback.frameShown.connect(lambda _: self.show_state() if self.notice.title else None)
        state.playback.videoChanged.connect(self.show_state)
        self.show_state()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.window():
            if event.type() == QEvent.Type.Close and self.own_window is not None:
                self.own_window.close()
        elif event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return False

    def _place(self) -> None:
        self.notice.setGeometry(self.stage.rect())
        self.card.take_room(self.stage.width(), self.stage.height())
        self.card.move(self.stage.width() - self.card.width() - _MARGIN, _MARGIN)
        if self.open_card:
            card = self._cards[self.open_card]
            card.move(max(_MARGIN, self.card.x() - card.width() - _GAP), _MARGIN)

    # -- cards and windows beside it

    def toggle(self, name: str) -> None:
        """Open the card of that name (of `_CARDS`) beside the heatmap's; close it where it is open. One
        is open at a time."""
        before, self.open_card = self.open_card, ""
        if before:
            self._cards[before].hide()
        if name != before:
            self.open_card = name
            if name not in self._cards:
                self._cards[name] = self._make_card(name)
            card = self._cards[name]
            card.show()
            card.fit()
            card.raise_()
            self._place()
        self.card.show_open(self.open_card)

    def _make_card(self, name: str) -> Popover:
        card = _CARDS[name](self._state)
        card.setParent(self.stage)
        card.closed.connect(lambda: self.toggle(name) if self.open_card == name else None)
        card.resized.connect(self._place)
        return card

    def _show_beside(self) -> None:
        """A second picture with the second heat, whose view goes with the first's."""
        wanted = self._state.compare.mode == "side"
        if wanted and self.beside is None:
            self.beside = Canvas(self._state, name="playerBeside", which=1)
            self.beside.pointed.connect(self.canvas.pointed)
            self.stage.layout().addWidget(self.beside, 1)
            for card in (self.card, *self._cards.values()):
                card.raise_()
            self.canvas.viewChanged.connect(self._view_moved)
            self.beside.viewChanged.connect(self._beside_moved)
            self._view_moved()
        elif not wanted and self.beside is not None:
            self.canvas.viewChanged.disconnect(self._view_moved)
            closed, self.beside = self.beside, None
            self.stage.layout().removeWidget(closed)
            closed.hide()
            closed.deleteLater()

    def _view_moved(self) -> None:
        if self.beside is not None:
            self._move(self.beside, self.canvas)

    def _beside_moved(self) -> None:
        if self.beside is not None:
            self._move(self.canvas, self.beside)

    @staticmethod
    def _move(other: Canvas, moved: Canvas) -> None:
        """The same part of the picture there; each keeps its own size."""
        view = replace(moved.view, wide=other.view.wide, high=other.view.high)
        if view != other.view:
            other.set_view(view)

    def toggle_own_window(self) -> None:
        """Show the picture in a window of its own too, or close that."""
        if self.own_window is not None:
            self.own_window.close()
            return
        main = self.window()
        made = PictureWindow(self._state, main.actions(), main.windowIcon())
        made.closed.connect(self._own_window_closed)
        main.installEventFilter(self)
        self.own_window = made
        screens = [s for s in QGuiApplication.screens() if s is not main.screen()]
        if screens:
            made.move(screens[0].availableGeometry().topLeft())
        made.show()

    def _own_window_closed(self) -> None:
        closed, self.own_window = self.own_window, None
        if closed is not None:
            # Not now: it is still closing, and what nobody holds is gone at once; the closure holds it.
            QTimer.singleShot(0, lambda: closed.deleteLater())

    def show_state(self) -> None:
        """The picture where there is one, else what to do."""
        workspace, playback = self._state.workspace, self._state.playback
        error = workspace.video_error
        has_picture = playback.video is not None and error is None
        self.card.setVisible(has_picture)
        if self.open_card and not has_picture:
            self.toggle(self.open_card)
        if error is not None:
            self._show_error(error)
        elif workspace.loading and playback.frame < 0:
            self.notice.loading("Opening …")
        elif has_picture:
            if playback.frame >= 0:
                self.notice.clear()
        elif not workspace.name:
            self.notice.tell(
                "film",
                "No project is open",
                "Open a project, or add videos: labels go into a project of their own, the videos stay where they are.",
                [self._steps["add"], self._steps["open"]],
            )
        elif not workspace.clips:
            self.notice.tell(
                "clapperboard",
                "This project has no clips yet",
                "Add videos, or a folder of videos. They stay where they are.",
                [self._steps["add"]],
            )
        elif not workspace.loading:
            self.notice.tell("film", "Choose a clip", "The list at the left shows what this project holds.")

    def _show_reading(self, done: int, total: int) -> None:
        """A long video that is opened for the first time is read from end to end."""
        workspace = self._state.workspace
        if not workspace.loading or self._state.playback.frame >= 0:
            return
        title = tr("Reading the video, this once …")
        if self.notice.title != title:
            self.notice.loading(title, [(tr("Stop"), workspace.stop_opening)])
        self.notice.add(tr("{n} %", n=100 * done // max(1, total)))

    def _show_error(self, error: StudioError) -> None:
        retry: Step = ("Retry", self._state.workspace.retry)
        if isinstance(error, MissingVideoError):
            self.notice.tell(
                "unlink", "The video is not there", str(error), [self._steps["relink"], retry], tone="warn"
            )
        else:
            self.notice.tell(
                "image-off", "The video cannot be shown", str(error), [retry, self._steps["relink"]], tone="bad"
            )

    def next_peak(self, d: int) -> None:
        """Go to the next place (the one before: d = -1) where heat peaks above the threshold; behind the last begins
        the first."""
        here = self._state.playback.frame // 2 * 2
        peaks = [p.frame for p in self._state.heat.peaks()]
        found = [f for f in peaks if f > here] if d > 0 else [f for f in reversed(peaks) if f < here]
        if peaks:
            self._state.playback.pause()
            self._state.playback.seek(found[0] if found else peaks[0 if d > 0 else -1])

    def range_from_peak(self) -> None:
        """The range becomes the peak that the picture shown lies in, else the nearest."""
        here = max(0, self._state.playback.frame)
        peaks = self._state.heat.peaks()
        if peaks:
            nearest = min(peaks, key=lambda p: max(p.start - here, here - (p.stop - 1), 0))
            self._state.playback.set_range((nearest.start, nearest.stop))
