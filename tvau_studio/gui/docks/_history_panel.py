"""The panel of the history: what was done here, by whom and when; back to a step, or one field to what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QStyledItemDelegate, QWidget

from tvau_studio.domain import actions
from tvau_studio.gui.docks import _history_words as words
from tvau_studio.gui.docks._history_model import HistoryModel, Line, LineRole
from tvau_studio.gui.docks._regions import QuietComboBox
from tvau_studio.gui.forms import button, column, counted, label, paragraph, row
from tvau_studio.gui.showing import show_place
from tvau_studio.gui.theme.rows import paint_ground
from tvau_studio.gui.theme.tokens import BODY, LABEL
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QStyleOptionViewItem

    from tvau_studio.gui.state import State

_LINE = 46
_SCOPES = (
    ("everybody", "Everybody"),
    ("mine", "Only mine"),
    ("video", "This video"),
    ("object", "Selected object"),
)


class HistoryPanel(QWidget):
    """Reads only while it is seen."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setObjectName("historyPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = HistoryModel(state, self)
        self._stale = True
        self._build()
        for signal in (state.document.logged, state.document.undoChanged, state.workspace.projectChanged):
            signal.connect(self._grown)
        state.selection.changed.connect(self._moved)
        state.document.loaded.connect(self._moved)
        state.theme.changed.connect(self._list.viewport().update)
        self._model.read.connect(self._show)
        self._model.modelReset.connect(self._show)
        self._show()

    def _build(self) -> None:
        self._scope = QuietComboBox("historyScope", tr("Whose steps are listed"))
        for value, text in _SCOPES:
            self._scope.addItem(tr(text), value)
        self._scope.setMinimumContentsLength(12)
        self._scope.activated.connect(self._choose_scope)
        self._list = _List()
        self._list.setObjectName("historyList")
        self._list.setAccessibleName(tr("History"))
        self._list.setModel(self._model)
        self._list.setItemDelegate(_Delegate(self._state, self._list))
        self._list.clicked.connect(self._go)
        self._list.activated.connect(self._go)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._menu)
        self._list.selectionModel().currentChanged.connect(lambda *_: self._show())
        self._empty = paragraph("muted", "historyEmpty")
        self._empty.setContentsMargins(14, 2, 14, 8)
        self._back = button(tr("Undo to here"), self._travel, "historyBack", "", "")
        whole = column(self, 0)
        head = column(None, 8, (14, 10, 12, 8))
        head.addLayout(row(label(tr("HISTORY"), "title"), None, self._scope))
        whole.addLayout(head)
        whole.addWidget(self._list, 1)
        whole.addWidget(self._empty)
        foot = column(None, 0, (14, 8, 12, 10))
        foot.addLayout(row(self._back, None))
        whole.addLayout(foot)

    # -- following

    def _grown(self, *_: object) -> None:
        self._stale = True
        if self.isVisible():
            self._model.soon()

    def _moved(self) -> None:
        if self._model.scope in ("video", "object"):
            self._grown()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._model.reload()

    def _choose_scope(self, index: int) -> None:
        self._model.scope = self._scope.itemData(index)
        self._model.reload()
        self._list.scrollToTop()

    def show_object(self) -> None:
        """The story of the selected object."""
        self._scope.setCurrentIndex(self._scope.findData("object"))
        self._choose_scope(self._scope.currentIndex())

    def _show(self) -> None:
        self._stale = False
        empty = not self._model.lines
        self._list.setVisible(not empty)
        self._empty.setVisible(empty)
        if empty:
            self._empty.setText(self._why_empty())
        line = self._current()
        can = line is not None and line.mine
        self._back.setVisible(not self._model.of_object and not empty)
        self._back.setEnabled(can)
        if can and line.undone:
            self._back.setText(tr("Do again up to here"))
        elif can:
            later = self._later(line)
            self._back.setText(tr("Undo this step") if not later else self._undo_text(later))
        else:
            self._back.setText(tr("Undo to here"))
        self._back.setToolTip("" if can or line is None else tr("One takes back one's own steps only."))

    def _undo_text(self, later: int) -> str:
        return tr("Undo this and {steps}", steps=counted(later, tr("later step"), tr("later steps")))

    def _later(self, line: Line) -> int:
        """How many steps of one's own come behind that one and are done."""
        mine = [o for o in self._model.lines if o.mine and not o.undone and o.step is not None]
        return sum(o.step.step > line.step.step for o in mine if o.step and line.step)

    def _why_empty(self) -> str:
        if self._state.studio.project is None:
            return tr("No project is open.")
        if self._model.loading:
            return tr("Reading…")
        if self._model.of_object and not self._state.selection.object:
            return tr("Select an object to see everything that was ever said about it.")
        return tr("Nothing was done yet. Every edit is kept here, with who made it and when, also after a restart.")

    # -- what a person does

    def _current(self) -> Line | None:
        index = self._list.currentIndex()
        return index.data(LineRole) if index.isValid() else None

    def _go(self, index: QModelIndex) -> None:
        line: Line | None = index.data(LineRole)
        if line is None:
            return
        if line.step is not None and line.step.place is not None:
            place = line.step.place
            show_place(self._state, place.video, place.frame, place.object)
        elif line.change is not None and line.change.table == "keyframe":
            video = self._state.document.video_row
            if video is not None:
                show_place(self._state, video.key, int(line.change.key.rpartition("@")[2]))

    def _travel(self) -> None:
        line = self._current()
        if line is not None and line.step is not None and line.mine:
            document = self._state.document
            (document.redo_to if line.undone else document.undo_to)(line.step.step)

    def _menu(self, at: QPoint) -> None:
        index = self._list.indexAt(at)
        line: Line | None = index.data(LineRole)
        if line is None:
            return
        self._list.setCurrentIndex(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if line.step is not None:
            menu.addAction(tr("Go there"), lambda: self._go(index)).setEnabled(line.step.place is not None)
            menu.addAction(self._back.text(), self._travel).setEnabled(self._back.isEnabled())
        elif line.change is not None:
            self._restores(menu, line)
        if menu.isEmpty():
            menu.deleteLater()
        else:
            menu.popup(self._list.viewport().mapToGlobal(at))

    def _restores(self, menu: QMenu, line: Line) -> None:
        """Each value that a field had before or after this change, where it has another one now."""
        change = line.change
        assert change is not None
        document = self._state.document
        now = document.document.get(change.table, change.key)
        if now is None or change.before is None or change.after is None:
            return
        for values in (change.before, change.after):
            values = {name: values[name] for name in change.after if name in values}
            shown = words.fields({name: getattr(now, name) for name in values}, values)
            if shown and any(getattr(now, name) != value for name, value in values.items()):
                text = ", ".join(f"{name} {words.short(new)}" for name, _, new in shown)
                menu.addAction(
                    tr("Set again: {values}", values=text),
                    lambda values=values: document.attempt(actions.restore, change.table, change.key, values),
                )


class _List(QListView):
    def __init__(self) -> None:
        super().__init__()
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)


class _Delegate(QStyledItemDelegate):
    """What, and under it who and when; what was taken back is struck out."""

    def __init__(self, state: State, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(160, _LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        line: Line | None = index.data(LineRole)
        if line is None:
            return
        look, place = self._state.theme.tokens, option.rect
        painter.save()
        paint_ground(painter, option, look)
        if line.mine:
            painter.fillRect(QRect(place.left(), place.top() + 8, 2, place.height() - 16), QColor(look.accent))
        title, about = QFont(painter.font()), QFont(painter.font())
        title.setPixelSize(BODY)
        title.setStrikeOut(line.undone)
        about.setPixelSize(LABEL)
        left, width = place.left() + 14, place.width() - 26
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for font, colour, text, y in (
            (title, look.muted if line.undone else look.text, line.title, 6),
            (about, look.muted, line.about, 24),
        ):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRect(left, place.top() + y, width, 17), align, text)
        painter.restore()
