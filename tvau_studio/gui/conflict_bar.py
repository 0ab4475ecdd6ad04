"""Somebody changed the same: both versions beside each other, and a person says which of them holds."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from tvau_studio.domain.history import FieldChange
from tvau_studio.gui.docks import _history_words as words
from tvau_studio.gui.forms import button, column, label, paragraph, row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.domain.collisions import Clash, Collision
    from tvau_studio.gui.state import State

_MOST = 4
"""Rows that are shown of one collision."""


class ConflictBar(QWidget):
    """Hidden while there is nothing to decide; one collision after the other. Until it is decided the others' version
    is what the project holds, and work goes on.
    """

    def __init__(self, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setObjectName("conflictBar")
        self.setAccessibleName(tr("Somebody changed the same"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("panel", True)
        self._waiting: deque[Collision] = deque()
        self._title = paragraph("warn", "conflictText")
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(3, 1)
        self._more = label("", "small")
        self._mine = button(tr("Keep mine"), lambda: self._settle(True), "conflictMine")
        self._theirs = button(tr("Take theirs"), lambda: self._settle(False), "conflictTheirs")
        self._count = label("", "muted")
        whole = column(self, 6, (14, 8, 12, 10))
        whole.addWidget(self._title)
        whole.addLayout(self._grid)
        whole.addWidget(self._more)
        whole.addLayout(row(self._mine, self._theirs, self._count, None, spacing=8))
        state.document.collided.connect(self._take)
        state.workspace.projectChanged.connect(self._forget)
        self.hide()

    def _take(self, collision: Collision) -> None:
        self._waiting.append(collision)
        self._show()

    def _forget(self) -> None:
        self._waiting.clear()
        self._show()

    def _settle(self, mine: bool) -> None:
        collision = self._waiting.popleft()
        self._show()
        self._state.document.settle(collision, mine)

    def _show(self) -> None:
        while self._grid.count():
            self._grid.takeAt(0).widget().deleteLater()
        self.setVisible(bool(self._waiting))
        if not self._waiting:
            return
        collision = self._waiting[0]
        who = collision.who or tr("Somebody else")
        deed = tr(collision.edit.label)
        gone = all(clash.theirs is None for clash in collision.clashes)
        if gone:
            text = tr("{who} deleted what “{deed}” was about. Undo of theirs brings it back.", who=who, deed=deed)
        else:
            text = tr("{who} changed the same while you did “{deed}”. Which one holds?", who=who, deed=deed)
        self._title.setText(text)
        self._mine.setVisible(not gone)
        self._theirs.setText(tr("Understood") if gone else tr("Take theirs"))
        for n, text in enumerate(("", tr("yours"), tr("theirs"))):
            self._grid.addWidget(label(text, "title"), 0, n)
        for n, clash in enumerate(collision.clashes[:_MOST], start=1):
            for place, text in enumerate(self._line(clash)):
                cell = label(text, "muted" if place == 0 else "")
                cell.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._grid.addWidget(cell, n, place)
        rest = len(collision.clashes) - _MOST
        self._more.setText(tr("and {n} more", n=rest) if rest > 0 else "")
        self._more.setVisible(rest > 0)
        waiting = len(self._waiting)
        self._count.setText(tr("1 of {n}", n=waiting) if waiting > 1 else "")

    def _line(self, clash: Clash) -> tuple[str, str, str]:
        """What it is, one's own, the others'."""
        change = FieldChange(0, "", 0.0, "do", "", clash.table, clash.key, clash.theirs, clash.mine)
        where = words.place(change) if clash.table != "clip" else tr("Clip")
        where = tr("Video") if clash.table == "video" else where
        mine, theirs = clash.mine, clash.theirs
        if clash.table == "keyframe" and mine is not None and theirs is not None and {"x", "y", "w", "h"} & mine.keys():
            row = self._state.document.document.get("keyframe", clash.key)
            box = {name: getattr(row, name) for name in "xywh"} if row is not None else {}
            mine, theirs = {**box, **mine}, {**box, **theirs}
        if theirs is None:
            return where, words.values(mine or {}), tr("deleted")
        if mine is None:
            return where, tr("deleted"), words.values(theirs)
        return where, words.values(mine), words.values(theirs)
