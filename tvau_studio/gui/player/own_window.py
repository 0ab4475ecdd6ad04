"""The picture in a window of its own, for another monitor."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from tvau_studio.gui.player.canvas import Canvas
from tvau_studio.gui.state import State
from tvau_studio.gui.words import tr


class PictureWindow(QWidget):
    """Shows what the player shows (picture, heat, boxes) with a zoom of its own.

    commands: the main window's, whose keys act here too; F11 is full screen of this window, and Esc leaves that.
    """

    closed = Signal()

    def __init__(self, state: State, commands: Sequence[QAction], icon: QIcon) -> None:
        super().__init__()
        self.setObjectName("pictureWindow")
        self.setWindowIcon(icon)
        self.setMinimumSize(320, 200)
        self.resize(960, 600)
        self._state = state
        self.canvas = Canvas(state, name="pictureWindowPlayer")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        self.addActions([a for a in commands if a.objectName() not in ("fullScreenAction", "cancelAction")])
        state.workspace.opened.connect(self._show_title)
        state.workspace.projectChanged.connect(self._show_title)
        self._show_title()
        self.canvas.setFocus()

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _show_title(self) -> None:
        row = self._state.document.video_row
        name = row.stem if row is not None else tr("Picture")
        self.setWindowTitle(f"{name} – tvau-studio")

    def event(self, event: QEvent) -> bool:
        own = (Qt.Key.Key_F11, Qt.Key.Key_Escape)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in own:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F11:
            self.toggle_full_screen()
        elif event.key() == Qt.Key.Key_Escape:
            if not self.canvas.cancel() and self.isFullScreen():
                self.toggle_full_screen()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
