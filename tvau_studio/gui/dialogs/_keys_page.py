"""The keys of every command: change them, see what they collide with, take those of another tool."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QKeySequenceEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tvau_studio.gui.forms import button, label, link, paragraph, row
from tvau_studio.gui.keymap import Bound, Keymap, presets
from tvau_studio.gui.words import tr

_NAME = Qt.ItemDataRole.UserRole


class KeysPage(QWidget):
    """A command is chosen in the table; its key is pressed in the field below."""

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self._keymap = keymap
        self._table = QTreeWidget()
        self._table.setObjectName("keysTable")
        self._table.setAccessibleName(tr("Commands and their keys"))
        self._table.setRootIsDecorated(False)
        self._table.setUniformRowHeights(True)
        self._table.setHeaderLabels([tr("Command"), tr("Menu"), tr("Keys")])
        self._table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._table.header().setStretchLastSection(False)
        self._table.header().setDefaultSectionSize(130)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.currentItemChanged.connect(lambda *_: self._show_chosen())
        self._preset = QComboBox()
        self._preset.setObjectName("keysPreset")
        self._preset.setAccessibleName(tr("Keys of another tool"))
        self._preset.addItem(tr("Take the keys of…"), "")
        self._preset.addItem("tvau-studio", "ours")
        for name in presets():
            self._preset.addItem({"cvat": "CVAT", "dive": "DIVE", "x-anylabeling": "X-AnyLabeling"}[name], name)
        self._preset.activated.connect(self._take_preset)
        self._chosen = label("", "")
        self._press = QKeySequenceEdit()
        self._press.setObjectName("keysPress")
        self._press.setAccessibleName(tr("Press the new key"))
        self._press.setMaximumSequenceLength(1)
        self._press.setMaximumWidth(170)
        self._press.keySequenceChanged.connect(lambda _: self._look())
        self._press.installEventFilter(self)
        self._warning = paragraph("warn", "keysWarning")
        self._take = button(tr("Use this key"), self._use, "keysUse", "primary")
        self._also = button(tr("Add as a second key"), lambda: self._use(also=True), "keysAdd")
        self._none = link(tr("no key"), self._clear, "keysNone")
        self._usual = link(tr("default"), self._reset, "keysDefault")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addLayout(row(label(tr("Letters act while no field for text has the focus.")), None, self._preset))
        rows.addWidget(self._table, 1)
        rows.addLayout(row(self._chosen, None, self._none, self._usual))
        rows.addLayout(row(self._press, self._take, self._also, None, spacing=8))
        rows.addWidget(self._warning)
        keymap.changed.connect(self._fill)
        self._fill()

    def filter(self, text: str) -> None:
        """Show the commands whose words or keys hold every word of text."""
        words = text.lower().split()
        for n in range(self._table.topLevelItemCount()):
            item = self._table.topLevelItem(n)
            all_words = " ".join(item.text(c) for c in range(3)).lower()
            item.setHidden(not all(w in all_words for w in words))

    def _fill(self) -> None:
        current = self._command()
        self._table.clear()
        for command in self._keymap.commands.values():
            keys = [_shown(k) for k in self._keymap.keys(command.name)]
            texts = [tr(command.text).rstrip("…"), tr(command.menu.rpartition("/")[2]), "   ".join(keys)]
            item = QTreeWidgetItem(texts)
            item.setData(0, _NAME, command.name)
            if self._keymap.is_own(command.name):
                font = item.font(2)
                font.setBold(True)
                item.setFont(2, font)
            self._table.addTopLevelItem(item)
            if current is not None and command.name == current.name:
                self._table.setCurrentItem(item)
        if self._table.currentItem() is None:
            self._table.setCurrentItem(self._table.topLevelItem(0))

    def _command(self) -> Bound | None:
        item = self._table.currentItem()
        return self._keymap.commands.get(item.data(0, _NAME)) if item is not None else None

    def _show_chosen(self) -> None:
        command = self._command()
        if command is None:
            return
        self._chosen.setText(tr(command.text).rstrip("…"))
        self._usual.setVisible(self._keymap.is_own(command.name))
        self._none.setVisible(bool(self._keymap.keys(command.name)))
        self._press.clear()
        self._look()

    def _key(self) -> str:
        return self._press.keySequence().toString(QKeySequence.SequenceFormat.PortableText)

    def _look(self) -> None:
        """Say, before it is taken, from which command the key would be taken."""
        key, command = self._key(), self._command()
        for widget in (self._take, self._also):
            widget.setEnabled(bool(key))
        holders = self._keymap.holders(key, but=command.name) if key and command else []
        names = ", ".join(f"“{tr(c.text).rstrip('…')}”" for c in holders)
        text = tr("{key} is the key of {names}, which would lose it.", key=_shown(key), names=names) if holders else ""
        self._warning.setText(text)

    def _use(self, also: bool = False) -> None:
        command, key = self._command(), self._key()
        if command is not None and key:
            self._keymap.set(command.name, [*self._keymap.keys(command.name), key] if also else [key])

    def _clear(self) -> None:
        if (command := self._command()) is not None:
            self._keymap.set(command.name, [])

    def _reset(self) -> None:
        if (command := self._command()) is not None:
            self._keymap.reset(command.name)

    def _take_preset(self, n: int) -> None:
        name = self._preset.itemData(n)
        if name == "ours":
            self._keymap.reset_all()
        elif name:
            self._keymap.take_preset(name)
        self._preset.setCurrentIndex(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Every key that is pressed in the field is meant, also those that the dialog would take.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        ):
            event.accept()
            return True
        return super().eventFilter(watched, event)


def _shown(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
