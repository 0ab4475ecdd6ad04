"""The search field of the window: finds a command, a clip or an object, and does or opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from tvau_studio.gui.theme import Theme, mono_font
from tvau_studio.gui.words import tr

_MOST = 12
"""Lines shown at once."""


@dataclass(frozen=True)
class Find:
    """text: what is searched and shown. kind: what stands before it, faint. key: its shortcut, shown at the right."""

    text: str
    kind: str
    run: Callable[[], None]
    key: str = ""


def rank(wanted: str, text: str) -> int | None:
    """How well a text fits what was typed, lower is better; None = not at all. Every word typed has to be in it."""
    plain = text.lower()
    total = 0
    for word in wanted.lower().split():
        at = plain.find(word)
        if at < 0:
            return None
        total += at if at == 0 or not plain[at - 1].isalnum() else at + 50
    return total


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(0, 28)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        find = index.data(Qt.ItemDataRole.UserRole)
        rect = QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._theme.colour("selected"))
        rect = rect.adjusted(10, 0, -10, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(option.font)
        painter.setPen(self._theme.colour("muted"))
        painter.drawText(rect, flags, find.kind)
        key_font = mono_font(11)
        painter.setPen(self._theme.colour("text"))
        room = rect.adjusted(86, 0, -110, 0)
        text = painter.fontMetrics().elidedText(find.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, flags, text)
        painter.setFont(key_font)
        painter.setPen(self._theme.colour("muted"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, find.key)


class Palette(QLineEdit):
    """find(text): everything that could be meant; asked at each key."""

    def __init__(self, theme: Theme, find: Callable[[str], Iterable[Find]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setAccessibleName(tr("Find a clip, an object, a command"))
        self.setPlaceholderText(tr("Find a clip, an object, a command…   Ctrl K"))
        self.setClearButtonEnabled(True)
        self.setFixedWidth(356)
        self._find = find
        self._theme = theme
        self._model = QStandardItemModel(self)
        self._list = QListView(self)
        self._list.setWindowFlags(Qt.WindowType.ToolTip)
        self._list.setFrameShape(QFrame.Shape.StyledPanel)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setFocusProxy(self)
        self._list.setModel(self._model)
        self._list.setItemDelegate(_Delegate(theme, self._list))
        self._list.setUniformItemSizes(True)
        self._list.setFont(QFont(self.font()))
        self._list.clicked.connect(self._take)
        self.textEdited.connect(lambda _: self._show())
        self._icon = self.addAction(theme.icon("search", theme.tokens.muted), QLineEdit.ActionPosition.LeadingPosition)
        theme.changed.connect(lambda: self._icon.setIcon(theme.icon("search", theme.tokens.muted)))

    def open(self) -> None:
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
        self._show()

    def _show(self) -> None:
        ranked = [
            (r, n, f) for n, f in enumerate(self._find(self.text())) if (r := rank(self.text(), f.text)) is not None
        ]
        ranked.sort(key=lambda entry: entry[:2])
        self._model.clear()
        for _, _, find in ranked[:200]:
            item = QStandardItem(find.text)
            item.setData(find, Qt.ItemDataRole.UserRole)
            item.setEditable(False)
            self._model.appendRow(item)
        if not ranked:
            item = QStandardItem(tr("Nothing found"))
            item.setData(Find(tr("Nothing found"), "", lambda: None), Qt.ItemDataRole.UserRole)
            item.setEnabled(False)
            self._model.appendRow(item)
        else:
            self._list.setCurrentIndex(self._model.index(0, 0))
        width = max(self.width(), 460)
        at = self.mapToGlobal(QPoint((self.width() - width) // 2, self.height() + 4))
        self._list.setGeometry(at.x(), at.y(), width, 28 * min(_MOST, self._model.rowCount()) + 12)
        self._list.show()
        self._list.raise_()

    def _take(self, index: QModelIndex) -> None:
        find = index.data(Qt.ItemDataRole.UserRole)
        self._close()
        if find is not None:
            find.run()

    def _close(self) -> None:
        self._list.hide()
        self.clear()
        window = self.window()
        self.clearFocus()
        window.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self._close()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(self._list.currentIndex())
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}[key]
            row = max(0, min(self._model.rowCount() - 1, self._list.currentIndex().row() + step))
            self._list.setCurrentIndex(self._model.index(row, 0))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        keys = (Qt.Key.Key_Escape, Qt.Key.Key_Up, Qt.Key.Key_Down)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in keys:
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QEvent) -> None:
        self._list.hide()
        super().focusOutEvent(event)
