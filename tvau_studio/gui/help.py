"""The sheet of keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tvau_studio.gui.keymap import Bound, Keymap
from tvau_studio.gui.theme import set_role
from tvau_studio.gui.words import tr

_FULL = 1.2
"""A column takes so much of a fourth of all lines before the next begins."""


class KeySheet(QDialog):
    """Every command that has a key, by menu."""

    def __init__(self, parent: QWidget, keymap: Keymap) -> None:
        super().__init__(parent)
        self.setObjectName("keySheet")
        self.setWindowTitle(tr("Keys"))
        self.resize(1240, 700)
        columns = QHBoxLayout()
        columns.setSpacing(32)
        menus = dict.fromkeys(c.menu for c in keymap.commands.values())
        groups = [
            (menu, [c for c in keymap.commands.values() if c.menu == menu and keymap.keys(c.name)]) for menu in menus
        ]
        groups = [(menu, found) for menu, found in groups if found]
        total, filled = sum(len(found) + 2 for _, found in groups), 0
        column: QVBoxLayout | None = None
        for menu, found in groups:
            if column is None or filled + len(found) + 2 > _FULL * total / 4:
                column, filled = QVBoxLayout(), 0
                columns.addLayout(column, 1)
            column.addLayout(self._group(menu, found, keymap))
            filled += len(found) + 2
        for n in range(columns.count()):
            columns.itemAt(n).layout().addStretch(1)
        page = QWidget()
        page.setLayout(columns)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        note = QLabel(tr("Letters act while no field for text has the focus."))
        set_role(note, "muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.addWidget(note, 1)
        foot.addWidget(buttons)
        rows.addLayout(foot)

    @staticmethod
    def _group(menu: str, found: Sequence[Bound], keymap: Keymap) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        title = QLabel(tr(menu.rpartition("/")[2]).upper())
        set_role(title, "title")
        grid.addWidget(title, 0, 0, 1, 2)
        for n, command in enumerate(found, start=1):
            keys = [QKeySequence(k).toString(QKeySequence.SequenceFormat.NativeText) for k in keymap.keys(command.name)]
            key = QLabel("  ".join(keys))
            set_role(key, "number")
            grid.addWidget(QLabel(tr(command.text).rstrip("…")), n, 0)
            grid.addWidget(key, n, 1, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 1)
        return grid
