"""The clips as a list that Qt shows: as many as there are, only those in sight cost anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QTimer

from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tvau_studio.domain.summaries import ClipSummary
    from tvau_studio.gui.state.clip_list import ClipList

RowRole = Qt.ItemDataRole.UserRole + 1

AnyIndex = QModelIndex | QPersistentModelIndex


def title(row: ClipSummary) -> str:
    """What a clip is called without its range, which is written beside it."""
    return row.id.removesuffix(f":{row.start}:{row.stop}")


class ClipModel(QAbstractListModel):
    """The clips that the filter takes, in the order of the project. What is in a clip is asked for when it is shown."""

    def __init__(self, clips: ClipList, parent: Any = None) -> None:
        super().__init__(parent)
        self._clips = clips
        self._text = ""
        self._taken: Sequence[int] = range(len(clips))
        self._lines: dict[int, int] | None = None
        self._wanted: set[str] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._ask)
        clips.changed.connect(self._changed)
        clips.rowsChanged.connect(self.tell)

    @property
    def total(self) -> int:
        """How many clips there are, whatever the filter takes."""
        return len(self._clips)

    @property
    def text(self) -> str:
        """The filter."""
        return self._text

    def set_filter(self, text: str, then: Callable[[], None] | None = None) -> None:
        """See `gui.state.clip_list.Filter`. The list follows, and then() is called, once the project was looked
        through; the same text again looks anew.
        """
        self._text = text.strip()

        def take(taken: Sequence[int]) -> None:
            if taken != self._taken:
                self._take(taken)
            if then is not None:
                then()

        if self._text:
            self._clips.search(self._text, take)
        else:
            take(range(len(self._clips)))

    def _changed(self) -> None:
        """Other clips: what was found says nothing of these."""
        self._take([] if self._text else range(len(self._clips)))
        self.set_filter(self._text)

    def _take(self, taken: Sequence[int]) -> None:
        self.beginResetModel()
        self._taken = taken
        self._lines = None
        self.endResetModel()

    def row(self, line: int) -> ClipSummary:
        return self._clips[self._taken[line]]

    def keys(self) -> list[str]:
        """The keys of all clips that are listed."""
        heads = self._clips.heads
        return [heads[place].key for place in self._taken]

    def place(self, clip: str) -> int:
        """The line of a clip, -1 where the filter does not take it."""
        place = self._clips.place(clip)
        if isinstance(self._taken, range):
            return place
        if self._lines is None:
            self._lines = {at: line for line, at in enumerate(self._taken)}
        return self._lines.get(place, -1)

    def is_missing(self, row: ClipSummary) -> bool:
        """Whether the clip's video is not where it should be."""
        return row.video in self._clips.missing

    def tell(self, clips: Iterable[str]) -> None:
        """These clips look different now."""
        lines = [line for line in map(self.place, clips) if line >= 0]
        if lines:
            # One message for all: a list draws only what is in sight.
            self.dataChanged.emit(self.index(min(lines)), self.index(max(lines)))

    def _ask(self) -> None:
        wanted, self._wanted = self._wanted, set()
        self._clips.want(wanted)

    # -- as Qt asks

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._taken)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._taken):
            return None
        row = self.row(index.row())
        if not row.known:
            self._wanted.add(row.key)
            self._soon.start()
        if role == RowRole:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{title(row)} {row.start}:{row.stop}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{title(row)}, {row.start}:{row.stop}, {self.summary(row)}, {tr(row.state)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            who = [self.tr("labelled by {name}").format(name=row.annotator)] if row.annotator else []
            who += [self.tr("assigned to {name}").format(name=row.assignee)] if row.assignee else []
            return "\n".join([row.id, f"{row.start}:{row.stop}", self.summary(row), tr(row.state), *who])
        return None

    def summary(self, row: ClipSummary) -> str:
        """What is in a clip, in a few words."""
        if self.is_missing(row):
            return self.tr("video is missing")
        if not row.known:
            return "…"
        if not row.objects:
            return self.tr("no label yet") if row.state == "new" else self.tr("no object")
        if row.drafts == row.objects:
            count = self.tr("1 draft") if row.drafts == 1 else self.tr("{n} drafts").format(n=row.drafts)
        else:
            count = self.tr("1 object") if row.objects == 1 else self.tr("{n} objects").format(n=row.objects)
        return " · ".join([count, *row.events])
