"""The panel of objects: the clip's objects, the selected one, the clip itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QObject, QPoint, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QScrollArea, QTableView, QWidget

from tvau_studio.gui.docks._clip_section import ClipSection
from tvau_studio.gui.docks._object_model import ROW, SIGHT, SIGHT_WIDTH, TRACK, WHAT, ObjectDelegate, ObjectModel
from tvau_studio.gui.docks._object_section import ObjectSection
from tvau_studio.gui.forms import column, label, paragraph, separator
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex
    from PySide6.QtGui import QResizeEvent

    from tvau_studio.domain.edits import Edit
    from tvau_studio.gui.state import State

_MANY = 8
"""From so many objects on they can be filtered."""
_MOST_ROWS = 4
"""Rows of the table that are seen without scrolling it, unless there is height to spare."""
_HIGH = 290
"""Pixels of height that the rest of the panel needs before the table has more than two rows."""


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
        state.sight.changed.connect(self._table.viewport().update)
        state.theme.changed.connect(self._table.viewport().update)
        self.object.languageChanged.connect(self.refresh)
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(360, 560)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 160)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_table()

    def _fit_table(self) -> None:
        """As high as its rows, up to a few; where there is little height, what is selected below has most of it."""
        room = max(min(_MOST_ROWS, (self.height() - _HIGH) // ROW), (self.height() - 2 * _HIGH) // ROW)
        rows = min(len(self._model.keys), max(2, room))
        self._table.setFixedHeight(rows * ROW + (4 if rows else 0))

    def _build(self) -> None:
        self._count = label("", "title", "objectCount")
        self._table = QTableView()
        self._table.setObjectName("objectTable")
        self._table.setAccessibleName(self.tr("Objects of the clip"))
        self._table.setModel(self._model)
        self._table.setItemDelegate(ObjectDelegate(self._state, self._model, self._table))
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
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
        header.setSectionResizeMode(SIGHT, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(SIGHT, SIGHT_WIDTH)
        self._table.selectionModel().selectionChanged.connect(self._choose)
        self._table.viewport().installEventFilter(self)
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._menu)
        self._table.doubleClicked.connect(self._go_to)
        self._filter = QLineEdit()
        self._filter.setObjectName("objectFilter")
        self._filter.setAccessibleName(tr("Filter the objects"))
        self._filter.setPlaceholderText(tr("Filter: number, words, event, draft"))
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._look_for)
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
        looking = column(None, 0, (14, 0, 14, 6))
        looking.addWidget(self._filter)
        whole.addLayout(looking)
        whole.addWidget(self._table)
        whole.addWidget(self._empty)
        whole.addWidget(separator())
        whole.addWidget(scroll, 1)

    def refresh(self) -> None:
        """Show everything as it is."""
        self._following = True
        self._model.read()
        self._following = False
        self._show()

    def _show(self) -> None:
        rows = len(self._model.keys)
        every = self._model.every
        number = str(rows) if rows == every else tr("{n} of {every}", n=rows, every=every)
        self._count.setText(self.tr("OBJECTS · {n}").format(n=number) if every else self.tr("OBJECTS"))
        self._filter.setVisible(every > _MANY or bool(self._model.wanted))
        self._fit_table()
        self._table.setVisible(bool(rows))
        nobody = self._state.document.video_row is None
        nothing = tr("No object holds these words.") if every else self.tr("Nothing is labelled in this clip yet.")
        self._empty.setText(self.tr("Nothing is open.") if nobody else nothing)
        self._empty.setVisible(not rows)
        self._follow()
        self.object.refresh()
        self.clip.refresh()

    def _edited(self, edit: Edit) -> None:
        self._following = True
        self._model.touched(edit)
        self._following = False
        self._show()

    def _look_for(self, words: str) -> None:
        """Show the objects that hold these words alone."""
        self._model.wanted = words.strip()
        self.refresh()

    def _follow(self) -> None:
        """The rows of the selected objects."""
        chosen, keys = self._state.selection.objects, self._model.keys
        rows = [keys.index(key) for key in chosen if key in keys]
        self._following = True
        model = self._table.selectionModel()
        wanted = QItemSelection()
        for at in rows:
            wanted.select(self._model.index(at, TRACK), self._model.index(at, SIGHT))
        model.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows:
            index = self._model.index(rows[-1], WHAT)
            model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self._table.scrollTo(index)
        else:
            model.clear()
        self._following = False

    def _choose(self, *_: object) -> None:
        """What is selected in the table is selected; the row that was chosen last comes last."""
        if self._following:
            return
        model = self._table.selectionModel()
        chosen = [self._model.thing(index.row()).key for index in model.selectedRows()]
        current = model.currentIndex()
        last = self._model.thing(current.row()).key if current.isValid() else None
        before = [key for key in self._state.selection.objects if key in chosen and key != last]
        rest = [key for key in chosen if key not in before and key != last]
        self._state.selection.select_all([*before, *rest, *([last] if last in chosen else [])])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A press on the eye or the lock does that, and selects nothing."""
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            index = self._table.indexAt(event.position().toPoint())
            if index.isValid() and index.column() == SIGHT and event.button() == Qt.MouseButton.LeftButton:
                place = self._table.visualRect(index)
                key = self._model.thing(index.row()).key
                left = event.position().x() < place.left() + SIGHT_WIDTH / 2
                self._state.sight.toggle("hidden" if left else "locked", [key])
                return True
        return False

    def _menu(self, at: QPoint) -> None:
        """The commands of the selected objects, as on the picture."""
        index = self._table.indexAt(at)
        if index.isValid() and self._model.thing(index.row()).key not in self._state.selection.objects:
            self._state.selection.select(self._model.thing(index.row()).key)
        self._state.selection.menuWanted.emit(self._table.viewport().mapToGlobal(at))

    def _go_to(self, index: QModelIndex) -> None:
        """Show the object: the first frame of the clip in which it is in the picture."""
        key = self._model.thing(index.row()).key
        clip, track = self._state.document.clip_row, self._state.document.document.track(key)
        if track.at(self._state.playback.frame) is not None or not track.keyframes:
            return
        seen = track.visible(clip.range) if clip else []
        self._state.playback.pause()
        self._state.playback.seek(seen[0].start if seen else track.keyframes[0].frame)
