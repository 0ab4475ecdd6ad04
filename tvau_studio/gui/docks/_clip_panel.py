"""The panel of clips: filter, list, and what is being computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tvau_studio.gui.docks._clip_delegate import HEIGHT, ClipDelegate
from tvau_studio.gui.docks._clip_model import ClipModel
from tvau_studio.gui.docks._previews import Previews

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from tvau_studio.gui.state import State

_TYPED = 120
"""Milliseconds after the last key until the list follows the filter."""


class ClipPanel(QWidget):
    """The clips. A click opens one, as does Enter; Page up and down open the one before and behind."""

    def __init__(self, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(200)
        self._model = ClipModel(state.workspace.clips, self)
        self._previews = Previews(state, self)
        self._build()
        self._model.modelReset.connect(self._follow)
        state.workspace.clips.moved.connect(self._refilter)
        state.workspace.clips.missingChanged.connect(self._list.viewport().update)
        state.workspace.projectChanged.connect(self._follow)
        state.workspace.loadingChanged.connect(lambda _: self._follow())
        state.document.loaded.connect(self._follow)
        state.heat.progressChanged.connect(self._show_progress)
        state.heat.changed.connect(self._list.viewport().update)
        state.theme.changed.connect(self._themed)
        self._previews.ready.connect(lambda key: self._model.tell([key]))
        self._follow()
        self._show_progress()
        self._themed()

    def sizeHint(self) -> QSize:
        return QSize(268, 600)

    def _build(self) -> None:
        title = QLabel(self.tr("CLIPS"))
        title.setProperty("role", "title")
        self._count = QLabel()
        self._count.setProperty("role", "title")
        self._count.setObjectName("clipCount")
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch()
        head.addWidget(self._count)
        self._field = QLineEdit()
        self._field.setObjectName("clipFilter")
        self._field.setPlaceholderText(self.tr("running, 01_*, to review…"))
        self._field.setAccessibleName(self.tr("Filter clips"))
        self._field.setClearButtonEnabled(True)
        self._icon = self._field.addAction(self._state.theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPED)
        self._typed.timeout.connect(self._filter)
        self._field.textChanged.connect(lambda _: self._typed.start())
        self._field.returnPressed.connect(self._open_first)

        self._mine = QPushButton(self.tr("Mine"))
        self._mine.setObjectName("clipsMine")
        self._mine.setProperty("role", "chip")
        self._mine.setCheckable(True)
        self._mine.setToolTip(self.tr("Only clips that you label or that are assigned to you (@me)"))
        self._mine.clicked.connect(self._toggle_mine)
        self._list = _List()
        self._list.setObjectName("clipList")
        self._list.setAccessibleName(self.tr("Clips"))
        self._list.setModel(self._model)
        self._list.setItemDelegate(ClipDelegate(self._state, self._model, self._previews, self._list))
        self._list.clicked.connect(self._open)
        self._list.chosen.connect(self._open)
        self._list.paged.connect(self._page)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._menu)

        self._empty = QLabel()
        self._empty.setObjectName("clipsEmpty")
        self._empty.setProperty("role", "muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._clear = QPushButton(self.tr("Show all clips"))
        self._clear.clicked.connect(self._field.clear)
        nothing = QWidget()
        rows = QVBoxLayout(nothing)
        rows.setContentsMargins(16, 24, 16, 16)
        rows.setSpacing(12)
        rows.addWidget(self._empty)
        rows.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._list)
        self._stack.addWidget(nothing)

        top = QVBoxLayout()
        top.setContentsMargins(14, 10, 12, 8)
        top.setSpacing(8)
        top.addLayout(head)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self._field, 1)
        line.addWidget(self._mine)
        top.addLayout(line)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addWidget(self._stack, 1)
        whole.addWidget(self._build_progress())

    def _build_progress(self) -> QWidget:
        self._progress = QWidget()
        self._progress.setObjectName("heatProgress")
        self._progress_text = QLabel()
        self._progress_text.setProperty("role", "muted")
        self._stop = QToolButton()
        self._stop.setProperty("role", "quiet")
        self._stop.setIconSize(QSize(13, 13))
        self._stop.setObjectName("heatStop")
        self._stop.clicked.connect(self._stop_or_go_on)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the heatmaps"))
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self._progress_text, 1)
        line.addWidget(self._stop)
        rows = QVBoxLayout(self._progress)
        rows.setContentsMargins(14, 6, 10, 10)
        rows.setSpacing(4)
        rows.addLayout(line)
        rows.addWidget(self._bar)
        return self._progress

    # -- what the states tell

    def _filter(self) -> None:
        self._mine.setChecked("@me" in self._field.text().lower().split())
        self._model.set_filter(self._field.text())

    def _toggle_mine(self, on: bool) -> None:
        words = [word for word in self._field.text().split() if word.lower() != "@me"]
        self._field.setText(" ".join(["@me", *words] if on else words))

    def _refilter(self) -> None:
        """What changed may be taken by the filter now, or no more."""
        if self._model.text:
            self._typed.start()

    def _follow(self) -> None:
        """Show how many there are, and the open one."""
        shown, total = self._model.rowCount(), self._model.total
        self._count.setText(
            f"{shown:,}" if shown == total else self.tr("{n} OF {m}").format(n=f"{shown:,}", m=f"{total:,}")
        )
        if not shown:
            self._say_nothing(total)
        self._stack.setCurrentIndex(0 if shown else 1)
        place = self._model.place(self._state.workspace.clip)
        if place >= 0 and self._list.currentIndex().row() != place:
            self._list.setCurrentIndex(self._model.index(place))
        self._list.viewport().update()

    def _say_nothing(self, total: int) -> None:
        self._clear.setVisible(bool(total))
        if total:
            self._empty.setText(self.tr("No clip matches “{text}”.").format(text=self._field.text().strip()))
        elif self._state.workspace.loading:
            self._empty.setText(self.tr("Opening…"))
        elif self._state.studio.project is None:
            self._empty.setText(self.tr("No project is open.\n\nOpen one, or drop videos or a folder onto the window."))
        else:
            self._empty.setText(self.tr("No clips yet.\n\nDrop videos or a folder onto the window to add them."))

    def _themed(self) -> None:
        theme = self._state.theme
        self._icon.setIcon(theme.icon("search", theme.tokens.muted))
        self._show_progress()
        self._list.viewport().update()

    def _show_progress(self) -> None:
        heat = self._state.heat
        done, total = heat.progress
        unfinished = total > 0 and done < total
        self._progress.setVisible(unfinished)
        if not unfinished:
            return
        text = self.tr("Heatmap: {n} of {m} pairs") if heat.busy else self.tr("Heatmap stopped at {n} of {m} pairs")
        self._progress_text.setText(text.format(n=f"{done:,}", m=f"{total:,}"))
        self._progress_text.setToolTip(heat.error)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        theme = self._state.theme
        self._stop.setIcon(theme.icon("square-stop" if heat.busy else "play", theme.tokens.muted))
        self._stop.setToolTip(self.tr("Stop computing") if heat.busy else self.tr("Go on computing"))
        self._stop.setAccessibleName(self._stop.toolTip())

    def _stop_or_go_on(self) -> None:
        if self._state.heat.busy:
            self._state.heat.stop()
        else:
            self._state.heat.resume()

    # -- opening

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self._state.workspace.open_clip(self._model.row(index.row()).key)

    def _open_first(self) -> None:
        """Enter in the filter opens the only clip that is left, or goes to the list."""
        self._typed.stop()
        self._model.set_filter(self._field.text(), self._open_only)

    def _open_only(self) -> None:
        if self._model.rowCount() == 1:
            self._open(self._model.index(0))
        elif self._model.rowCount():
            self._list.setFocus()
            if not self._list.currentIndex().isValid():
                self._list.setCurrentIndex(self._model.index(0))

    def _menu(self, at: QPoint) -> None:
        """Who has the clip, or all that are listed."""
        index = self._list.indexAt(at)
        clips = self._state.workspace.clips
        if not index.isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = self._model.row(index.row())
        menu.addAction(self.tr("Open"), lambda: self._open(index))
        listed = self._model.keys()
        several = self.tr("Assign all {n} listed to").format(n=f"{len(listed):,}")
        for text, keys in ((self.tr("Assign to"), [row.key]), (several, listed)):
            part = menu.addMenu(text)
            for name in clips.people:
                part.addAction(name, lambda name=name, keys=keys: clips.assign(keys, name))
            part.addSeparator()
            part.addAction(self.tr("Somebody else…"), lambda keys=keys: self._ask_whom(keys))
            part.addAction(self.tr("Nobody"), lambda keys=keys: clips.assign(keys, ""))
        menu.popup(self._list.viewport().mapToGlobal(at))

    def _ask_whom(self, keys: list[str]) -> None:
        name, said = QInputDialog.getText(self, self.tr("Assign clips"), self.tr("Name, as that person has set it:"))
        if said and name.strip():
            self._state.workspace.clips.assign(keys, name.strip())

    def _page(self, d: int) -> None:
        """The clip before or behind the open one, of those that the filter takes."""
        place = self._model.place(self._state.workspace.clip)
        place = place + d if place >= 0 else 0
        if 0 <= place < self._model.rowCount():
            self._open(self._model.index(place))


class _List(QTableView):
    """One column of rows of one height. A table, because a list asks for each of a hundred thousand rows before it
    shows a dozen.
    """

    chosen = Signal(QModelIndex)
    paged = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(HEIGHT)
        self.verticalHeader().setDefaultSectionSize(HEIGHT)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(HEIGHT // 3)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_PageDown:
            self.paged.emit(1)
        elif event.key() == Qt.Key.Key_PageUp:
            self.paged.emit(-1)
        else:
            super().keyPressEvent(event)
