"""The panel of objects: the clip's objects, the selected one, the clip itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QScrollArea, QTableView, QWidget

from tvau_studio.gui.docks._clip_section import ClipSection
from tvau_studio.gui.docks._object_model import ROW, TRACK, WHAT, ObjectDelegate, ObjectModel
from tvau_studio.gui.docks._object_section import ObjectSection
from tvau_studio.gui.forms import column, label, paragraph, separator

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex

    from tvau_studio.domain.edits import Edit
    from tvau_studio.gui.state import State

_MOST_ROWS = 4
"""Rows of the table that are seen without scrolling it."""


class ObjectPanel(QWidget):
    """One selection: a row selected here is selected in the picture and in its lane, and the other way round."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("panel", True)
        self._model = ObjectModel(state, self)
        self._following = False
        self._build()
        state.document.loaded.connect(self.refresh)
        state.document.changed.connect(self._edited)
        state.selection.changed.connect(self._follow)
        state.theme.changed.connect(self._table.viewport().update)
        self.object.languageChanged.connect(self.refresh)
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(360, 560)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 160)

    def _build(self) -> None:
        self._count = label("", "title", "objectCount")
        self._table = QTableView()
        self._table.setObjectName("objectTable")
        self._table.setAccessibleName(self.tr("Objects of the clip"))
        self._table.setModel(self._model)
        self._table.setItemDelegate(ObjectDelegate(self._state, self._model, self._table))
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setShowGrid(False)
        self._table.setTabKeyNavigation(False)
        self._table.setWordWrap(False)
        self._table.setMouseTracking(True)
        self._table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._table.horizontalHeader().hide()
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(ROW)
        self._table.verticalHeader().setMinimumSectionSize(ROW)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(TRACK, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(TRACK, 52)
        header.setSectionResizeMode(WHAT, QHeaderView.ResizeMode.Stretch)
        self._table.selectionModel().currentRowChanged.connect(self._choose)
        self._table.doubleClicked.connect(self._go_to)
        self._empty = paragraph("muted", "objectsEmpty")
        self._empty.setContentsMargins(14, 0, 14, 8)

        self.object = ObjectSection(self._state)
        self.clip = ClipSection(self._state)
        inner = QWidget()
        inner.setProperty("panel", True)
        parts = column(inner, 0)
        parts.addWidget(self.object)
        parts.addWidget(separator())
        parts.addWidget(self.clip)
        parts.addStretch()
        scroll = QScrollArea()
        scroll.setObjectName("objectScroll")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)

        whole = column(self, 0)
        head = column(None, 0, (14, 10, 14, 6))
        head.addWidget(self._count)
        whole.addLayout(head)
        whole.addWidget(self._table)
        whole.addWidget(self._empty)
        whole.addWidget(separator())
        whole.addWidget(scroll, 1)

    def refresh(self) -> None:
        """Show everything as it is."""
        self._following = True
        self._model.read()
        self._following = False
        rows = len(self._model.keys)
        self._count.setText(self.tr("OBJECTS · {n}").format(n=rows) if rows else self.tr("OBJECTS"))
        self._table.setFixedHeight(min(rows, _MOST_ROWS) * ROW + (4 if rows else 0))
        self._table.setVisible(bool(rows))
        nobody = self._state.document.video_row is None
        self._empty.setText(self.tr("Nothing is open.") if nobody else self.tr("Nothing is labelled in this clip yet."))
        self._empty.setVisible(not rows)
        self._follow()
        self.object.refresh()
        self.clip.refresh()

    def _edited(self, edit: Edit) -> None:
        self.refresh()

    def _follow(self) -> None:
        """The row of the selected object."""
        key = self._state.selection.object
        keys = self._model.keys
        self._following = True
        if key in keys:
            self._table.selectionModel().setCurrentIndex(
                self._model.index(keys.index(key), WHAT),
                QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
            )
        else:
            self._table.selectionModel().clear()
        self._following = False

    def _choose(self, index: QModelIndex, _: QModelIndex) -> None:
        if not self._following and index.isValid():
            self._state.selection.select(self._model.thing(index.row()).key)

    def _go_to(self, index: QModelIndex) -> None:
        """Show the object: the first frame of the clip in which it is in the picture."""
        key = self._model.thing(index.row()).key
        clip, track = self._state.document.clip_row, self._state.document.document.track(key)
        if track.at(self._state.playback.frame) is not None or not track.keyframes:
            return
        seen = track.visible(clip.range) if clip else []
        self._state.playback.pause()
        self._state.playback.seek(seen[0].start if seen else track.keyframes[0].frame)
