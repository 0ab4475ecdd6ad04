"""The one window: bar at the top, panels left and right, the player and what lies below it between them."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QSettings, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.paths import config_folder
from tvau_studio.gui import files, manual, menus
from tvau_studio.gui.backing import Backing
from tvau_studio.gui.commands import COMMANDS, MENUS, Command
from tvau_studio.gui.conflict_bar import ConflictBar
from tvau_studio.gui.deeds import segments
from tvau_studio.gui.finding import find
from tvau_studio.gui.forms import counted
from tvau_studio.gui.keymap import Keymap
from tvau_studio.gui.keys import is_typing
from tvau_studio.gui.messages import MessageBar
from tvau_studio.gui.palette import Palette
from tvau_studio.gui.panels import Panels
from tvau_studio.gui.player.canvas import Canvas
from tvau_studio.gui.player.player import Player
from tvau_studio.gui.state import State
from tvau_studio.gui.status_bar import StatusBar
from tvau_studio.gui.top_bar import TopBar
from tvau_studio.gui.words import deed, said, tr

_log = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """state: what it shows. Its widgets are found by their objectNames (`window.findChild(QWidget, "player")`)."""

    painted = Signal()
    """The window was painted for the first time: from now on heavy things may be loaded."""

    restartWanted = Signal()
    """The window is to start again: what is set at its start has changed."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state
        self.setObjectName("mainWindow")
        self.setAccessibleName("tvau-studio")
        self.setAcceptDrops(True)
        self.setMinimumSize(960, 600)
        self.resize(1600, 1000)
        self._painted = False
        self._may_lose = False
        steps = {
            "open": ("Open project…", lambda: files.open_project(self)),
            "add": ("Add videos…", lambda: files.add_videos(self)),
            "relink": ("Choose the file…", lambda: files.relink(self)),
        }
        self.player = Player(state, steps)
        self.canvas: Canvas = self.player.canvas
        self.messages = MessageBar(state.theme)
        self.actions_by_name: dict[str, QAction] = {}
        self.keymap = Keymap(state.studio.settings, COMMANDS)
        self._commands = {c.name: c for c in COMMANDS}
        self._menus = self._make_menus()
        self.status = StatusBar(state)
        self.setStatusBar(self.status)
        self.setCentralWidget(self._make_body())
        self._connect()
        self._backing = Backing(state, self)
        self.refresh_actions()
        self._restore()
        self.canvas.setFocus()

    # -- made once

    def _make_menus(self) -> list[QMenu]:
        menus = {name: QMenu(tr(name.rpartition("/")[2]), self) for name in MENUS}
        for command in COMMANDS:
            action = self._make_action(command)
            if command.line:
                menus[command.menu].addSeparator()
            menus[command.menu].addAction(action)
        for name, menu in menus.items():
            if "/" in name:
                menus[name.partition("/")[0]].addMenu(menu)
            menu.aboutToShow.connect(self.refresh_actions)
            menu.setToolTipsVisible(True)
        return [menu for name, menu in menus.items() if "/" not in name]

    def _make_action(self, command: Command) -> QAction:
        action = QAction(tr(command.text), self)
        action.setObjectName(command.name)
        action.setShortcuts([QKeySequence(key) for key in self.keymap.keys(command.name)])
        action.setAutoRepeat(command.repeat)
        action.setCheckable(command.checked is not None)
        # `run` decides by the state, not by the mark: the mark follows the state.
        action.triggered.connect(lambda _=False: self._run(command))
        self.addAction(action)
        self.actions_by_name[command.name] = action
        return action

    def _show_keys(self) -> None:
        for name, action in self.actions_by_name.items():
            action.setShortcuts([QKeySequence(key) for key in self.keymap.keys(name)])

    def _run(self, command: Command) -> None:
        command.run(self)
        self.refresh_actions()

    def _make_body(self) -> QWidget:
        self.palette_field = Palette(self.state.theme, partial(find, self.state, self.actions_by_name))
        by_name = self.actions_by_name
        names = (
            "newProjectAction",
            "openProjectAction",
            "addVideosAction",
            "addFolderAction",
            "importAction",
            "exportAction",
        )
        self.top_bar = TopBar(
            self.state, self._menus, [by_name[n] for n in names], by_name["exportAction"], self.palette_field
        )
        self.panels = Panels(self.state, self.player)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.messages)
        column.addWidget(ConflictBar(self.state))
        column.addWidget(self.panels, 1)
        return body

    def _connect(self) -> None:
        state = self.state
        for signal in (
            state.playback.videoChanged,
            state.playback.playingChanged,
            state.playback.loopChanged,
            state.document.loaded,
            state.document.changed,
            state.document.undoChanged,
            state.selection.changed,
            state.sight.changed,
            state.tracker.changed,
            state.workspace.projectChanged,
            state.workspace.opened,
            state.warnings.changed,
            state.heat.changed,
            state.heat.progressChanged,
            state.conversation.busyChanged,
            state.theme.changed,
            self.canvas.drawingChanged,
        ):
            signal.connect(self.refresh_actions)
        state.playback.frameShown.connect(self._first_frame)
        state.document.refused.connect(lambda text: self.messages.tell("warn", text))
        state.document.stalled.connect(self._stalled)
        state.remarks.wanted.connect(lambda: self.show_panel("comments"))
        state.workspace.failed.connect(self.show_error)
        self.keymap.changed.connect(self._show_keys)
        self.painted.connect(self.panels.complete)
        self.panels.helpWanted.connect(partial(manual.show, self))
        state.workspace.added.connect(self._added)
        state.workspace.projectChanged.connect(self._show_title)
        self.canvas.pointed.connect(self.status.show_pointer)
        self.canvas.menuWanted.connect(self.pop_up)
        state.selection.menuWanted.connect(self.pop_up)
        self._show_title()

    # -- what is possible

    def refresh_actions(self, *_: object) -> None:
        """Every command's mark and whether it is possible now."""
        document = self.state.document
        for name, action in self.actions_by_name.items():
            command = self._commands[name]
            action.setEnabled(command.enabled is None or command.enabled(self))
            if command.checked is not None:
                action.setChecked(command.checked(self))
        for name, word, label in (
            ("undoAction", tr("Undo"), deed(document.undo_label)),
            ("redoAction", tr("Redo"), deed(document.redo_label)),
        ):
            self.actions_by_name[name].setText(f"{word}: {label[:1].lower()}{label[1:]}" if label else word)
        for n, text in self._event_names().items():
            self.actions_by_name[f"event{n}Action"].setText(text)

    def _event_names(self) -> dict[int, str]:
        classes = self.state.document.document.event_classes
        by_digit = {c.shortcut: c.key for c in classes if c.shortcut}
        names = {0: tr("No event")}
        for n in range(1, 10):
            named = by_digit.get(str(n)) or (classes[n - 1].key if n <= len(classes) else "")
            names[n] = tr("Event: {name}", name=named) if named else tr("Event class {n}", n=n)
        return names

    def _first_frame(self, frame: int) -> None:
        if not self.actions_by_name["playAction"].isEnabled():
            self.refresh_actions()

    # -- commands

    def search(self) -> None:
        self.palette_field.open()

    def cancel(self) -> None:
        """Esc: tracking, what is dragged, the mode, the selection, the answer, the open card, the message; one at a
        time."""
        if self.state.tracker.busy:
            self.state.tracker.stop()
            return
        if self.canvas.cancel():
            return
        if self.state.conversation.busy:
            self.state.conversation.stop()
        elif self.player.open_card:
            self.player.toggle(self.player.open_card)
        else:
            self.messages.clear()

    def undo(self) -> None:
        self.state.document.undo()

    def redo(self) -> None:
        self.state.document.redo()

    def go_to(self) -> None:
        field = self.player.transport.frame
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()

    def focus_chat(self) -> None:
        self.show_panel("chat")
        field = self.findChild(QWidget, "chatInput")
        if field is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def panels_shown(self) -> bool:
        return self.panels.shown

    def toggle_panels(self) -> None:
        self.panels.set_shown(not self.panels.shown)

    def show_panel(self, name: str) -> QWidget:
        """Bring the panel of that file in `docks` to the front, and give it."""
        return self.panels.raise_(name)

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def export(self) -> None:
        from tvau_studio.gui.dialogs import exchange

        exchange.export(self)

    def import_(self) -> None:
        from tvau_studio.gui.dialogs import exchange

        exchange.import_(self)

    # -- told

    def show_error(self, error: StudioError) -> None:
        self.messages.tell("bad", said(error))

    def _stalled(self, error: StudioError) -> None:
        text = said(error) + " " + tr("What you did is kept here and not yet in the project.")
        self.messages.tell("bad", text, step=(tr("Write it again"), self.state.document.retry))

    def _added(self, report: object) -> None:
        added, known = len(report.added) + len(report.linked), len(report.known)
        videos = (tr("video"), tr("videos"))
        parts = [tr("{n} added", n=counted(added, *videos)) if added else ""]
        parts.append(tr("{n} known already", n=counted(known, *videos)) if known else "")
        self.messages.tell("ok", ", ".join(filter(None, parts)) + ".")

    def _show_title(self) -> None:
        name = self.state.workspace.name
        self.setWindowTitle(f"{name} – tvau-studio" if name else "tvau-studio")

    def pop_up(self, at: QPoint) -> None:
        """The menu of the selected objects."""
        self.refresh_actions()
        menus.pop_up(self, self.actions_by_name, at)

    # -- events

    def event(self, event: QEvent) -> bool:
        # A key that nobody below took for itself, before it becomes a command.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and is_typing(event):
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.painted.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.panels.settle()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        files.take_paths(self, [Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()])

    def closeEvent(self, event: QCloseEvent) -> None:
        # A field that still has the focus hands over what was typed.
        if (field := QApplication.focusWidget()) is not None:
            field.clearFocus()
        if self.state.document.is_stalled and not self._may_lose:
            event.ignore()
            n = self.state.document.unsaved
            edits = counted(n, tr("edit"), tr("edits"))
            text = tr("{n} could not be written and would be lost.", n=edits)
            self.messages.tell("bad", text, step=(tr("Close all the same"), self._close_all_the_same))
            return
        self._keep()
        self.state.close()
        super().closeEvent(event)

    def _close_all_the_same(self) -> None:
        self._may_lose = True
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Held: a command that ends when the key is let go.
        if event.key() == Qt.Key.Key_B and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            if not event.isAutoRepeat():
                self.canvas.set_bare(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_B and not event.isAutoRepeat():
            self.canvas.set_bare(False)
        elif Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9 and not event.isAutoRepeat():
            segments.release(self.state)
        super().keyReleaseEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(1600, 1000)

    # -- geometry

    def _geometry(self) -> QSettings:
        return QSettings(str(config_folder() / "window.ini"), QSettings.Format.IniFormat)

    def _keep(self) -> None:
        kept = self._geometry()
        kept.setValue("geometry", self.saveGeometry())
        self.panels.keep(kept)

    def _restore(self) -> None:
        kept = self._geometry()
        if (geometry := kept.value("geometry")) is not None:
            self.restoreGeometry(geometry)
        self.panels.restore(kept)
