"""The event classes of the project: names in both languages, keys, order; none that is in use goes in silence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHeaderView,
    QMenu,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from tvau_studio.domain import actions
from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import EventClass
from tvau_studio.gui.forms import button, column, label, paragraph, row
from tvau_studio.gui.theme.tokens import OBJECT_COLOURS, object_colour
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.domain.edits import Edit
    from tvau_studio.gui.state import State
    from tvau_studio.services.jobs import Context

COLOUR, NAME, CHINESE, KEY, USED = range(5)


class ClassesDialog(QDialog):
    """Every change is an Edit, made at once, and taken back with Ctrl+Z like any other."""

    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent)
        self.state = state
        self.setObjectName("classesDialog")
        self.setWindowTitle(tr("Event classes"))
        self.setAccessibleName(tr("Event classes"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(620, 520)
        self._filling = False
        self._used: dict[str, int] | None = None
        self._going = ""
        self._build()
        state.document.changed.connect(self._changed)
        state.document.loaded.connect(self.refresh)
        state.document.refused.connect(self._refuse)
        state.workspace.projectChanged.connect(self.close)
        self.refresh()
        self._count()

    def _build(self) -> None:
        self.table = QTableWidget(0, 5)
        self.table.setObjectName("classesTable")
        self.table.setAccessibleName(tr("Event classes"))
        self.table.setHorizontalHeaderLabels(
            ["", tr("Name, as files carry it"), tr("Chinese"), tr("Key"), tr("Segments")]
        )
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(COLOUR, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(COLOUR, 30)
        header.setSectionResizeMode(CHINESE, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.itemChanged.connect(self._edited)
        self.table.cellClicked.connect(lambda row, column: self._choose_colour(row) if column == COLOUR else None)
        self.table.currentCellChanged.connect(lambda *_: self._show_buttons())
        self.add = button(tr("Add"), self._add, "classAdd")
        self.up = button(tr("Up"), lambda: self._move(-1), "classUp")
        self.down = button(tr("Down"), lambda: self._move(1), "classDown")
        self.drop = button(tr("Delete…"), self._ask, "classDelete")
        close = button(tr("Close"), self.close, "classesClose", "primary")
        for made in (self.add, self.up, self.down, self.drop, close):
            made.setAutoDefault(False)
        self.into = QComboBox()
        self.into.setObjectName("classInto")
        self.into.setAccessibleName(tr("What they become"))
        self._why = paragraph("warn", "classWhy")
        self._sure = button(tr("Delete the class"), self._delete, "classSure", "primary")
        self._sure.setAutoDefault(False)
        self._asking = QWidget()
        self._asking.setObjectName("classAsking")
        asking = column(self._asking, 6)
        asking.addWidget(self._why)
        asking.addLayout(row(label(tr("They become")), self.into, None, self._sure))
        self._asking.hide()
        self.error = paragraph("bad", "classesError")
        self.error.hide()
        whole = column(self, 10, (16, 16, 16, 16))
        whole.addWidget(paragraph("muted"))
        whole.itemAt(0).widget().setText(
            tr("Click twice to write. The keys 1 to 9 set a class on the selected segment; 0 is no event.")
        )
        whole.addWidget(self.table, 1)
        whole.addWidget(self._asking)
        whole.addWidget(self.error)
        whole.addLayout(row(self.add, self.up, self.down, self.drop, None, close, spacing=8))

    # -- what is shown

    @property
    def classes(self) -> list[EventClass]:
        return self.state.document.document.event_classes

    def _current(self) -> EventClass | None:
        at = self.table.currentRow()
        return self.classes[at] if 0 <= at < len(self.classes) else None

    def _changed(self, edit: Edit) -> None:
        if any(c.table == "event_class" for c in edit.changes):
            self.refresh()
        if any(c.table in ("event_class", "segment", "object") for c in edit.changes):
            self._count()

    def refresh(self) -> None:
        self._filling = True
        at = max(0, self.table.currentRow())
        self.table.setRowCount(len(self.classes))
        for i, one in enumerate(self.classes):
            used = "" if self._used is None else str(self._used.get(one.key, 0))
            for c, text in ((COLOUR, ""), (NAME, one.key), (CHINESE, one.name_zh), (KEY, one.shortcut), (USED, used)):
                item = self.table.item(i, c)
                if item is None:
                    item = QTableWidgetItem()
                    if c == USED:
                        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                    if c == COLOUR:
                        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                    self.table.setItem(i, c, item)
                if c == COLOUR:
                    item.setIcon(_swatch(one.colour or object_colour(i + 1)))
                    item.setToolTip(tr("Click: another colour"))
                if item.text() != text:  # what is being written stays open
                    item.setText(text)
        if self.classes and self.table.currentRow() < 0:
            self.table.setCurrentCell(min(at, len(self.classes) - 1), NAME)
        self._filling = False
        self._show_buttons()

    def _show_buttons(self) -> None:
        at, n = self.table.currentRow(), len(self.classes)
        self.up.setEnabled(at > 0)
        self.down.setEnabled(0 <= at < n - 1)
        self.drop.setEnabled(0 <= at < n)

    def _count(self) -> None:
        """How many segments of the project are of each class, as the project says behind what is being written."""
        project = self.state.studio.project
        if project is None:
            return

        def take(used: dict[str, int]) -> None:
            self._used = used
            self.refresh()

        self._job = self.state.studio.jobs.submit(
            "store", "Count the classes", lambda _: project.event_usage(), done=take
        )

    # -- what a person does

    def _try(self, action: Callable[..., Edit], *args: object, **more: object) -> None:
        self.error.hide()
        self.state.document.attempt(action, *args, **more)
        self.refresh()

    def _refuse(self, text: str) -> None:
        self.error.setText(text)
        self.error.show()

    def _edited(self, item: QTableWidgetItem) -> None:
        if self._filling or not 0 <= item.row() < len(self.classes):
            return
        one, text = self.classes[item.row()], item.text()
        if item.column() == CHINESE:
            self._try(actions.set_class, one.key, name_zh=text)
        elif item.column() == KEY:
            self._try(actions.set_class, one.key, shortcut=text.strip())
        elif text != one.key:
            self._everywhere(lambda doc, found: actions.rename_class(doc, one.key, text, found), one.key)

    def _add(self) -> None:
        known = {c.key for c in self.classes}
        name = next(n for i in range(1, 1000) if (n := tr("new class") + (f" {i}" if i > 1 else "")) not in known)
        self._try(actions.add_class, self.state.document.who, name)
        self.table.setCurrentCell(len(self.classes) - 1, NAME)
        self.table.editItem(self.table.item(len(self.classes) - 1, NAME))

    def _choose_colour(self, at: int) -> None:
        """One of the colours that everybody can tell apart, or that of its place."""
        one = self.classes[at]
        menu = QMenu(self)
        menu.setObjectName("classColours")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for colour in ("", *OBJECT_COLOURS):
            words = colour or tr("that of its place")
            action = menu.addAction(_swatch(colour or object_colour(at + 1)), words)
            action.triggered.connect(partial(self._try, actions.set_class, one.key, colour=colour))
        place = self.table.visualItemRect(self.table.item(at, COLOUR)).bottomLeft()
        menu.popup(self.table.viewport().mapToGlobal(place))

    def _move(self, d: int) -> None:
        at, names = self.table.currentRow(), [c.key for c in self.classes]
        names.insert(at + d, names.pop(at))
        self._try(actions.order_classes, names)
        self.table.setCurrentCell(at + d, NAME)

    def _ask(self) -> None:
        """Nothing is of it: it goes. Else what is of it has to become something."""
        one = self._current()
        if one is None:
            return
        self._going = one.key
        n = (self._used or {}).get(one.key, 0)
        if self._used is not None and not n:
            self._delete()
            return
        self._why.setText(tr("{n} segments are {name}.", n=n, name=one.key))
        self.into.clear()
        self.into.addItem(tr("no event (normal)"), None)
        for other in self.classes:
            if other.key != one.key:
                self.into.addItem(other.key, other.key)
        self._asking.show()
        self.into.setFocus()

    def _delete(self) -> None:
        name, into = self._going, self.into.currentData() if self._asking.isVisible() else None
        self._asking.hide()
        self._everywhere(lambda doc, found: actions.delete_class(doc, name, into, found), name)

    def _everywhere(self, action: Callable[..., Edit], event: str) -> None:
        """An Edit of segments of every video: written by the project, and followed here like others' edits."""
        project, document = self.state.studio.project, self.state.document
        if project is None:
            return
        self.error.hide()

        def work(context: Context) -> None:
            edit = action(Document(project.event_classes), project.segments_of(event))
            if edit:
                project.commit(edit)

        def failed(error: Exception) -> None:
            self._refuse(str(error) if isinstance(error, StudioError) else repr(error))
            self.refresh()

        self._job = self.state.studio.jobs.submit(
            "store", "Change the classes", work, done=lambda _: document.look(), failed=failed, keep=True
        )


def _swatch(colour: str) -> QIcon:
    made = QPixmap(12, 12)
    made.fill(QColor(colour))
    return QIcon(made)
