"""The clips that were found, as rows of a table and as cards: nothing is made for a row until it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.domain.queries import Entry
    from tvau_studio.services.browsing import Clips

EntryRole = int(Qt.ItemDataRole.UserRole)

COLUMNS = (
    ("id", "Clip"),
    ("video", "Video"),
    ("frames", "Frames"),
    ("objects", "Objects"),
    ("drafts", "Drafts"),
    ("score", "Score"),
    ("event", "Events"),
    ("state", "Review"),
    ("split", "Split"),
    ("assignee", "Assigned to"),
    ("comments", "Comments"),
)
"""What is sorted by (see `services.browsing.SORTS`), and its English title."""

NUMBERS = frozenset({"frames", "objects", "drafts", "score", "comments"})
"""Columns that hold numbers."""
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class FoundClips(QAbstractTableModel):
    """clips: what is shown of; places: of those that were found, in the order shown."""

    def __init__(self) -> None:
        super().__init__()
        self.clips: Clips | None = None
        self.places: Sequence[int] = ()

    def show(self, clips: Clips | None, places: Sequence[int]) -> None:
        self.beginResetModel()
        self.clips, self.places = clips, places
        self.endResetModel()

    def entry(self, row: int) -> Entry | None:
        if self.clips is None or not 0 <= row < len(self.places):
            return None
        return self.clips.entries[self.places[row]]

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.places)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section][1])
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if COLUMNS[section][0] in NUMBERS else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index.row())
        if entry is None:
            return None
        if role == EntryRole:
            return entry
        name = COLUMNS[index.column()][0]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return cell(entry, name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell(entry, name) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if name in NUMBERS else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


def cell(entry: Entry, name: str) -> str:
    """What stands in a column; "" where there is nothing to say."""
    if name == "id":
        return entry.id
    if name == "video":
        return entry.video.replace("\\", "/").rpartition("/")[2]
    if name == "frames":
        return f"{entry.stop - entry.start:,}"
    if name == "score":
        return "" if entry.score is None else f"{entry.score:.2f}"
    if name == "event":
        return ", ".join(entry.events)
    if name in ("drafts", "comments", "objects"):
        n = getattr(entry, name)
        return f"{n:,}" if n or name == "objects" else ""
    if name == "state":
        return tr(entry.state)
    return str(getattr(entry, name) or "")
