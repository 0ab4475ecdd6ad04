"""The clips as a list that Qt shows: as many as there are, only those in sight cost anything."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from tvau_studio.services.studio import ClipRow

RowRole = Qt.ItemDataRole.UserRole + 1

AnyIndex = QModelIndex | QPersistentModelIndex


def title(row: ClipRow) -> str:
    """What a clip is called without its range, which is written beside it."""
    return row.id.removesuffix(f":{row.start}:{row.stop}")


class Filter:
    """Plain words, all of which have to be in a clip's name, range, events or state; a comma separates as well.
    ``*`` and ``?`` stand for parts of the name. Capitals do not count.
    """

    def __init__(self, text: str) -> None:
        self.words = text.lower().replace(",", " ").split()

    def __bool__(self) -> bool:
        return bool(self.words)

    def takes(self, row: ClipRow, missing: bool = False) -> bool:
        name = row.id.lower()
        rest = f"{name} {row.start}:{row.stop} {' '.join(row.events)} {row.state}"
        rest += f"{' draft' if row.drafts else ''}{' missing' if missing else ''}"
        return all(_matches(word, name, rest) for word in self.words)


def _matches(word: str, name: str, rest: str) -> bool:
    if "*" in word or "?" in word:
        return fnmatchcase(name, word) or fnmatchcase(name, f"{word}*")
    return word in rest


class ClipModel(QAbstractListModel):
    """rows: `ClipRow` of the clips that the filter takes, in the order of the project."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._all: Sequence[ClipRow] = ()
        self._filter = Filter("")
        self._missing: Set[str] = frozenset()
        self.rows: list[ClipRow] = []
        self._places: dict[str, int] = {}

    @property
    def total(self) -> int:
        """How many clips there are, whatever the filter takes."""
        return len(self._all)

    def set_clips(self, clips: Sequence[ClipRow], missing: Set[str] = frozenset()) -> None:
        """Take the clips anew. Where the same ones are there, only those that look different are drawn again.

        missing: keys of the videos whose file is not there.
        """
        self._all, gone, self._missing = clips, missing ^ self._missing, missing
        rows = self._taken()
        if [r.key for r in rows] == [r.key for r in self.rows]:
            changed = [i for i, (a, b) in enumerate(zip(self.rows, rows, strict=True)) if a != b or b.video in gone]
            self.rows = rows
            for i in changed:
                self.dataChanged.emit(self.index(i), self.index(i))
            return
        self._reset(rows)

    def set_filter(self, text: str) -> None:
        found = Filter(text)
        if found.words != self._filter.words:
            self._filter = found
            self._reset(self._taken())

    def place(self, clip: str) -> int:
        """The row of a clip, -1 where the filter does not take it."""
        return self._places.get(clip, -1)

    def is_missing(self, row: ClipRow) -> bool:
        """Whether the clip's video is not where it should be."""
        return row.video in self._missing

    def tell(self, clip: str) -> None:
        """A clip looks different now."""
        if (place := self.place(clip)) >= 0:
            self.dataChanged.emit(self.index(place), self.index(place))

    def _taken(self) -> list[ClipRow]:
        if not self._filter:
            return list(self._all)
        return [row for row in self._all if self._filter.takes(row, row.video in self._missing)]

    def _reset(self, rows: list[ClipRow]) -> None:
        self.beginResetModel()
        self.rows = rows
        self._places = {row.key: i for i, row in enumerate(rows)}
        self.endResetModel()

    # -- as Qt asks

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == RowRole:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{title(row)} {row.start}:{row.stop}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{title(row)}, {row.start}:{row.stop}, {self.summary(row)}, {row.state}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join([row.id, f"{row.start}:{row.stop}", self.summary(row), row.state])
        return None

    def summary(self, row: ClipRow) -> str:
        """What is in a clip, in a few words."""
        if self.is_missing(row):
            return self.tr("video is missing")
        if not row.objects:
            return self.tr("no label yet") if row.state == "new" else self.tr("no object")
        if row.drafts == row.objects:
            count = self.tr("1 draft") if row.drafts == 1 else self.tr("{n} drafts").format(n=row.drafts)
        else:
            count = self.tr("1 object") if row.objects == 1 else self.tr("{n} objects").format(n=row.objects)
        return " · ".join([count, *row.events])
