"""Where it is hot: the peaks of the open video, the hottest first."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from tvau_studio.domain.heatmap import Peak
from tvau_studio.gui.forms import button, paragraph, row
from tvau_studio.gui.player.popover import Popover
from tvau_studio.gui.state import State
from tvau_studio.gui.theme import mono_font
from tvau_studio.gui.theme.tokens import SMALL
from tvau_studio.gui.words import tr

_MOST = 500
"""Peaks that are listed at most."""
_ROW, _ROWS = 22, 8
_SOON = 200
"""Milliseconds after which scores that come are looked at."""

_COLUMNS = (
    ("Frames", "First frame and the one behind the last"),
    ("Highest", "The hottest place of its frames"),
    ("Area", "How far the score lies above the threshold, times seconds"),
)


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class PeakTable(QAbstractTableModel):
    """peaks: as they are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.peaks: list[Peak] = []

    def take(self, peaks: list[Peak]) -> None:
        if peaks != self.peaks:
            self.beginResetModel()
            self.peaks = peaks
            self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return len(self.peaks)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(_COLUMNS[section][0])
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr(_COLUMNS[section][1])
        return _side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        peak = self.peaks[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (f"{peak.start}:{peak.stop}", f"{peak.most:.2f}", f"{peak.area:.2f}")[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        return mono_font(SMALL) if role == Qt.ItemDataRole.FontRole else None


class PeaksCard(Popover):
    def __init__(self, state: State) -> None:
        super().__init__(state.theme, "peaksCard", tr("Peaks"))
        self._state = state
        self.table = PeakTable()
        self.view = QTableView()
        self.view.setObjectName("peakTable")
        self.view.setAccessibleName(tr("Peaks of the heat, the hottest first"))
        self.view.setModel(self.table)
        self.view.setShowGrid(False)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(_ROW)
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.view.horizontalHeader().setHighlightSections(False)
        self.note = paragraph("small")
        self.range_button = button(
            tr("To range"),
            self._to_range,
            "peakToRange",
            "chip",
            tr("The range becomes this peak (double click)"),
        )
        self.body.addWidget(self.view)
        self.body.addWidget(self.note)
        self.body.addLayout(row(None, self.range_button))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SOON)
        self._timer.timeout.connect(self._show)
        self.view.selectionModel().currentRowChanged.connect(lambda now, _: self._go(now))
        self.view.clicked.connect(self._go)
        self.view.doubleClicked.connect(lambda _: self._to_range())
        state.heat.changed.connect(self._soon)
        state.heat.scoresChanged.connect(lambda *_: self._soon())
        self._show()

    def _soon(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)
        self._show()

    def _show(self) -> None:
        heat = self._state.heat
        peaks = sorted(heat.peaks(), key=lambda p: (-p.most, -p.area, p.start))
        here = self._current()
        self.table.take(peaks[:_MOST])
        if here in self.table.peaks:
            self.view.selectionModel().blockSignals(True)
            self.view.selectRow(self.table.peaks.index(here))
            self.view.selectionModel().blockSignals(False)
        count = tr("{n} of {all} peaks", n=_MOST, all=len(peaks)) if len(peaks) > _MOST else ""
        none = tr("Nothing that is known reaches {threshold:.2f}.", threshold=heat.threshold)
        self.note.setText(count or ("" if peaks else none))
        self.note.setVisible(bool(self.note.text()))
        self.view.setVisible(bool(peaks))
        head = self.view.horizontalHeader().sizeHint().height()
        self.view.setFixedHeight(head + _ROW * min(_ROWS, max(1, len(peaks))) + 2)
        self.range_button.setEnabled(bool(peaks))
        self.fit()

    def _current(self) -> Peak | None:
        index = self.view.currentIndex().row()
        return self.table.peaks[index] if 0 <= index < len(self.table.peaks) else None

    def _go(self, index: QModelIndex) -> None:
        if index.isValid():
            self._state.playback.pause()
            self._state.playback.seek(self.table.peaks[index.row()].frame)

    def _to_range(self) -> None:
        peak = self._current() or (self.table.peaks[0] if self.table.peaks else None)
        if peak is not None:
            self._state.playback.set_range((peak.start, peak.stop))
