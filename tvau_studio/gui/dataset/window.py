"""The window of the data set."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QListView,
    QStackedWidget,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from tvau_studio.domain import queries
from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.gui.dataset._bulk_bar import BulkBar
from tvau_studio.gui.dataset._cells import CARD, ROW, CardCells, TableCells
from tvau_studio.gui.dataset._model import COLUMNS, FoundClips
from tvau_studio.gui.dataset._searches import SavedSearches
from tvau_studio.gui.dataset._statistics import StatisticsPage
from tvau_studio.gui.docks._previews import Previews
from tvau_studio.gui.forms import column, icon_button, label, paragraph, row
from tvau_studio.gui.words import said, tr

if TYPE_CHECKING:
    from tvau_studio.domain.queries import Entry
    from tvau_studio.gui.state import State
    from tvau_studio.services.browsing import Clips
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.statistics import Chart

_log = logging.getLogger(__name__)

_TYPED, _EDITED = 120, 1500
"""Milliseconds after a key, and after an edit, until what is shown is found anew."""

_EXAMPLE = 'event:"person running" split:val state:returned objects>2 score>0.7 red jacket'


class DatasetWindow(QWidget):
    """clips: what is shown of, None until it is read."""

    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("datasetWindow")
        self.setAccessibleName(tr("Data set"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(760, 460)
        self.resize(1240, 780)
        self._state = state
        self.clips: Clips | None = None
        self._order = ("video", False)
        self._reading: Job[Any] | None = None
        self._finding: Job[Any] | None = None
        self.found = FoundClips()
        self._previews = Previews(state, self)
        self._typed, self._edited = self._timer(_TYPED, self.search), self._timer(_EDITED, lambda: self.read())
        self.bulk = BulkBar(state, self.selected, self._bulk_done)
        self._build()
        self.bulk.follow()
        self.bulk.open.clicked.connect(self._open_selected)
        self.bulk.like.clicked.connect(self._find_alike)
        state.workspace.projectChanged.connect(self._project_changed)
        self._stale: set[str] | None = set()
        state.workspace.clips.changed.connect(lambda: self._touch(None))
        state.workspace.clips.moved.connect(lambda: self._touch([state.workspace.clip]))
        state.workspace.clips.rowsChanged.connect(self._touch)
        self._previews.ready.connect(lambda _: self._repaint())
        state.theme.changed.connect(self._repaint)
        self._project_changed()

    def sizeHint(self) -> QSize:
        return QSize(1240, 780)

    def _timer(self, interval: int, run: Any) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(interval)
        made.timeout.connect(run)
        return made

    # -- made once

    def _build(self) -> None:
        self.field = QLineEdit()
        self.field.setObjectName("datasetQuery")
        self.field.setAccessibleName(tr("Find clips"))
        self.field.setPlaceholderText(_EXAMPLE)
        self.field.setToolTip(tr("Words, and {fields}", fields=", ".join(f"{f}:" for f in queries.FIELDS)))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(lambda _: self._typed.start())
        self.searches = SavedSearches(self._state.studio.settings, lambda: self.field.text().strip(), self.show_query)
        self._cards = icon_button(self._state.theme, "grid-3x3", tr("Cards or table"), self._turn, "datasetCards")
        self.count = label("", "muted", "datasetCount")
        self.error = paragraph("bad", "datasetError")
        self.error.hide()
        head = column(spacing=6, margins=(14, 12, 14, 8))
        line = row(self.field, self.searches, self._cards, spacing=8)
        line.setStretch(0, 1)
        head.addLayout(line)
        head.addWidget(self.count)
        head.addWidget(self.error)
        page = QWidget()
        rows = column(page)
        rows.addLayout(head)
        rows.addWidget(self._lists(), 1)
        rows.addWidget(self.bulk)
        statistics = StatisticsPage(self._state.theme)
        self.charts = statistics.charts
        self.charts.chosen.connect(self.show_query)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(page, tr("Clips"))
        self.tabs.addTab(statistics, tr("Statistics"))
        self.tabs.currentChanged.connect(lambda n: self._count_up() if n == 1 else None)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.tabs)

    def _lists(self) -> QStackedWidget:
        self.table = QTableView()
        self.table.setObjectName("datasetTable")
        self.table.setModel(self.found)
        self.table.setItemDelegate(TableCells(self._state, self._previews, self.table))
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setMouseTracking(True)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.table.horizontalHeader()
        header.setSortIndicatorShown(True)
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.sectionClicked.connect(self._sort)
        for n, width in enumerate((300, 150, 70, 70, 62, 62, 172, 108, 62, 96, 88)):
            self.table.setColumnWidth(n, width)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.cards = QListView()
        self.cards.setObjectName("datasetGrid")
        self.cards.setModel(self.found)
        self.cards.setItemDelegate(CardCells(self._state, self._previews, self.cards))
        self.cards.setViewMode(QListView.ViewMode.IconMode)
        self.cards.setGridSize(CARD)
        self.cards.setUniformItemSizes(True)
        self.cards.setResizeMode(QListView.ResizeMode.Adjust)
        self.cards.setMovement(QListView.Movement.Static)
        self.cards.setLayoutMode(QListView.LayoutMode.Batched)
        self.cards.setMouseTracking(True)
        self.cards.setSelectionModel(self.table.selectionModel())
        for view in (self.table, self.cards):
            view.setAccessibleName(tr("Clips that were found"))
            view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
            view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
            view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
            view.activated.connect(lambda index: self._open(index.row()))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.bulk.follow())
        self.empty = paragraph("muted", "datasetEmpty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack = QStackedWidget()
        for view in (self.table, self.cards, self.empty):
            self.stack.addWidget(view)
        self._as_cards = False
        return self.stack

    # -- what is shown

    def _project_changed(self) -> None:
        name = self._state.workspace.name
        self.setWindowTitle(f"{tr('Data set')} – {name}" if name else tr("Data set"))
        self.clips, self._stale = None, None
        self.found.show(None, ())
        self._say(tr("Reading the clips…"))
        self.read()

    def _touch(self, keys: Iterable[str] | None) -> None:
        """These clips look different now; None: there are others."""
        rows = [self._state.workspace.clips.row(key) for key in keys or ()]
        if keys is None or self._stale is None:
            self._stale = None
        else:
            self._stale |= {row.video for row in rows if row is not None}
        self._edited.start()

    def _bulk_done(self) -> None:
        """The videos of the selected clips changed."""
        self._touch([entry.key for entry in self.selected()])
        self._edited.stop()
        self.read()

    def read(self, whole: bool = False) -> None:
        """Read again what changed, or everything, and show what is found."""
        project = self._state.studio.project
        if self._reading is not None:
            self._reading.cancel()
        if project is None:
            self._say(tr("No project is open."))
            return

        known, stale = self.clips, None if whole else self._stale

        def work(_: Context) -> Clips:
            return project.browse() if known is None or stale is None else known.updated(stale)

        def take(clips: Clips) -> None:
            self.clips, self._stale = clips, set()
            self.search()
            if self.tabs.currentIndex() == 1:
                self._count_up()

        # Not on the store's lane: it takes seconds where there are many, and an edit must not wait for it.
        self._reading = self._state.studio.jobs.submit(
            "media", tr("Read the clips"), work, done=take, failed=self._fail, priority=-1
        )

    def search(self) -> None:
        """Show what the field asks for."""
        clips, me = self.clips, str(self._state.studio.settings["name"])
        if clips is None:
            return
        if self._finding is not None:
            self._finding.cancel()
        try:
            query = queries.parse(self.field.text())
        except UsageError as error:
            self.error.setText(said(error))
            self.error.show()
            return
        self.error.hide()
        by, descending = self._order

        def work(_: Context) -> list[int]:
            found = clips.find(query, me)
            return found if (by, descending) == ("video", False) else clips.sort(found, by, descending)

        self._finding = self._state.studio.jobs.submit(
            "media", tr("Find clips"), work, done=lambda places: self._show(clips, places), failed=self._fail
        )

    def _show(self, clips: Clips, places: Sequence[int]) -> None:
        kept = {entry.key for entry in self.selected()}
        self.found.show(clips, places)
        total = len(clips.entries)
        self.count.setText(
            tr("{n} of {m} clips", n=f"{len(places):,}", m=f"{total:,}")
            if len(places) != total
            else tr("{n} clips", n=f"{total:,}")
        )
        if not places:
            self._say(
                tr("No clip is meant by this search.")
                if total
                else tr("No clips yet. Add videos to the project first.")
            )
        else:
            self.stack.setCurrentIndex(1 if self._as_cards else 0)
        self._select(kept)
        self.bulk.follow()

    def _say(self, text: str) -> None:
        self.empty.setText(text)
        self.stack.setCurrentWidget(self.empty)
        if self.clips is None:
            self.count.setText("")

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            _log.error("the data set cannot be read", exc_info=error)
        self.error.setText(said(error) if isinstance(error, StudioError) else str(error))
        self.error.show()

    def _repaint(self) -> None:
        for view in (self.table, self.cards):
            view.viewport().update()

    # -- choosing

    def selected(self) -> list[Entry]:
        """The clips that are selected, in the order shown."""
        chosen = self.table.selectionModel().selection()
        rows = sorted({n for part in chosen for n in range(part.top(), part.bottom() + 1)})
        return [entry for n in rows if (entry := self.found.entry(n)) is not None]

    def _select(self, keys: set[str]) -> None:
        if not keys:
            return
        chosen, last = QItemSelection(), len(COLUMNS) - 1
        for n in range(self.found.rowCount()):
            entry = self.found.entry(n)
            if entry is not None and entry.key in keys:
                chosen.select(self.found.index(n, 0), self.found.index(n, last))
        self.table.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _open(self, row_: int) -> None:
        if (entry := self.found.entry(row_)) is not None:
            self._state.workspace.open_clip(entry.key)
            window = self.parentWidget()
            window.activateWindow()
            window.raise_()

    def _open_selected(self) -> None:
        if chosen := self.selected():
            self._state.workspace.open_clip(chosen[0].key)
            self.parentWidget().activateWindow()

    def _find_alike(self) -> None:
        """All clips, those that look like the selected ones first."""
        project, clips, chosen = self._state.studio.project, self.clips, [e.key for e in self.selected()]
        if project is None or clips is None or not chosen:
            return
        models = self._state.studio.models
        self.bulk.told.setText(tr("Looking at the clips…"))

        def run(context: Context) -> list[int]:
            from tvau_studio.services import similar

            known = similar.vectors(project, models.get(), context.progress, lambda: context.cancelled)
            place = {entry.key: n for n, entry in enumerate(clips.entries)}
            return [place[key] for key in similar.nearest(known, chosen) if key in place]

        def done(places: list[int]) -> None:
            self.bulk.told.setText(tr("The most alike come first."))
            self._show(clips, places)

        self._state.studio.jobs.submit(
            "model",
            tr("Look for clips that are alike"),
            run,
            done=done,
            failed=self._fail,
            progress=lambda n, m: self.bulk.told.setText(tr("Looking at the clips: {n} of {m}", n=n, m=m)),
        )

    def _sort(self, section: int) -> None:
        name = COLUMNS[section][0]
        self._order = (name, not self._order[1] if self._order[0] == name else False)
        order = Qt.SortOrder.DescendingOrder if self._order[1] else Qt.SortOrder.AscendingOrder
        self.table.horizontalHeader().setSortIndicator(section, order)
        self.search()

    def _turn(self) -> None:
        self._as_cards = not self._as_cards
        if self.stack.currentWidget() is not self.empty:
            self.stack.setCurrentIndex(1 if self._as_cards else 0)

    def show_query(self, text: str) -> None:
        """Ask for something, and show the clips."""
        self.field.setText(text)
        self.tabs.setCurrentIndex(0)
        self._typed.stop()
        self.search()

    # -- statistics

    def _count_up(self) -> None:
        project, clips = self._state.studio.project, self.clips
        if project is None or clips is None:
            return

        def work(_: Context) -> list[Chart]:
            from tvau_studio.services import statistics

            return statistics.charts(project, clips)

        self._state.studio.jobs.submit(
            "media", tr("Count"), work, done=self.charts.show_charts, failed=self._fail, priority=-1
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        for job in (self._reading, self._finding):
            if job is not None:
                job.cancel()
        super().closeEvent(event)
