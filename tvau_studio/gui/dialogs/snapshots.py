"""Named states of the labels: made here, compared, and listed with the exports that were made."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QWidget,
)

from tvau_studio.domain.snapshots import summary
from tvau_studio.gui.dialogs import to_front
from tvau_studio.gui.dialogs._base import ExchangeDialog
from tvau_studio.gui.forms import column, label, row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.domain.snapshots import Difference, Release, SnapshotInfo
    from tvau_studio.gui.dialogs.exchange import Host
    from tvau_studio.gui.state import State
    from tvau_studio.services.jobs import Context

_MOST = 500
"""Differences that are listed; all are counted."""
_LONG = 60
"""Characters of a text that are shown."""


def snapshots(window: Host) -> None:
    """Open the dialog, or bring it to the front."""
    to_front(window, SnapshotsDialog, lambda above: SnapshotsDialog(above, window.state, window.messages.tell))


class SnapshotsDialog(ExchangeDialog):
    """Below the snapshots and exports that there are: two to compare, and a name for a new one."""

    def __init__(self, parent: QWidget, state: State, tell: Callable[[str, str], None]) -> None:
        super().__init__(parent, state, "snapshotsDialog", tr("Snapshots and releases"), tr("Make a snapshot"))
        self._tell = tell
        self.setMinimumWidth(640)
        project = state.studio.project
        made: list[SnapshotInfo] = project.snapshots.all() if project is not None else []
        releases: list[Release] = project.snapshots.releases() if project is not None else []
        tabs = QTabWidget()
        tabs.setObjectName("snapshotTabs")
        tabs.addTab(_snapshot_table(made), tr("Snapshots ({n})", n=len(made)))
        tabs.addTab(_release_table(releases), tr("Exports ({n})", n=len(releases)))
        tabs.addTab(self._comparison(made), tr("Compare"))
        self.form.addRow(tabs)
        self.name = self._field("snapshotName", tr("Name"), tr("for example: paper, first submission"))
        self.note = self._field("snapshotNote", tr("Note"), tr("what it is for; may stay empty"))
        self.form.addRow(tr("Name"), self.name)
        self.form.addRow(tr("Note"), self.note)
        self._look()

    def _field(self, name: str, accessible: str, hint: str) -> QLineEdit:
        made = QLineEdit()
        made.setObjectName(name)
        made.setAccessibleName(accessible)
        made.setPlaceholderText(hint)
        made.textChanged.connect(lambda _: self._allow())
        return made

    def _comparison(self, made: Sequence[SnapshotInfo]) -> QWidget:
        inside = QWidget()
        names = [(s.name, s.name) for s in reversed(made)]
        self.before = self.choice("compareBefore", tr("Before"), names)
        self.after = self.choice("compareAfter", tr("After"), [("", tr("as they are now")), *names])
        self.result = QPlainTextEdit()
        self.result.setObjectName("compareResult")
        self.result.setAccessibleName(tr("What differs"))
        self.result.setReadOnly(True)
        self.result.setPlaceholderText("" if made else tr("There is no snapshot to compare with yet."))
        whole = column(inside, 8, (8, 8, 8, 8))
        line = row(label(tr("from")), self.before, label(tr("to")), self.after)
        line.setStretch(1, 1)
        line.setStretch(3, 1)
        whole.addLayout(line)
        whole.addWidget(self.result)
        return inside

    def _allow(self) -> None:
        self.error.hide()
        self.go.setEnabled(bool(self.name.text().strip()) and self._job is None)

    def inspect(self) -> Callable[[Context], object] | None:
        project, before, after = self.state.studio.project, self.before.currentData(), self.after.currentData()
        if project is None or before is None:
            self.result.clear()
            return None

        def run(context: Context) -> tuple[list[Difference], dict[str, int]]:
            found = project.snapshots.compare(before, after, context.check)
            first = list(itertools.islice(found, _MOST))
            return first, summary(itertools.chain(first, found))

        return run

    def show_preview(self, found: tuple[list[Difference], dict[str, int]]) -> None:
        first, counts = found
        total = sum(counts.values())
        lines = [_line(one) for one in first]
        if total > len(first):
            lines.append(tr("… and {n} more", n=total - len(first)))
        head = ", ".join(f"{n} x {kind}" for kind, n in counts.items()) or tr("Nothing differs.")
        self.result.setPlainText("\n".join([head, "", *lines]))
        self._allow()

    def _look(self) -> None:
        super()._look()
        self._allow()

    def work(self) -> Callable[[Context], object] | None:
        project, name, note = self.state.studio.project, self.name.text(), self.note.text()
        if project is None or not name.strip():
            return None
        return lambda context: project.snapshots.make(name, note, context.progress, context.check)

    def finished_with(self, result: SnapshotInfo) -> None:
        text = tr("The labels are kept as “{name}”, and can be exported like this at any time.", name=result.name)
        self._tell("ok", text)


def _line(one: Difference) -> str:
    """A difference as a person reads it."""
    where = one.id or one.path if one.track is None else f"{one.path}, {tr('object')} {one.track}"
    if one.what == "boxes":
        return f"{where}: {tr('{n} boxes', n=one.after)}"
    if one.what in ("added", "removed"):
        return f"{where}: {one.table} {one.what}" + (f" {one.after or one.before}" if one.table == "segment" else "")
    return f"{where}: {one.field}  {_said(one.before)} → {_said(one.after)}"


def _said(value: Any) -> str:
    if value is None or value == "":
        return "–"
    text = str(value)
    text = text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
    return f"“{text}”" if isinstance(value, str) else text


def _table(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], empty: str) -> QWidget:
    if not rows:
        made = label(empty)
        made.setAlignment(Qt.AlignmentFlag.AlignCenter)
        made.setMinimumHeight(150)
        return made
    table = QTableWidget(len(rows), len(heads))
    table.setObjectName(name)
    table.setHorizontalHeaderLabels(list(heads))
    table.verticalHeader().hide()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setMinimumHeight(150)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    table.horizontalHeaderItem(0).setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for y, cells in enumerate(rows):
        for x, text in enumerate(cells):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if text.isdigit():
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(y, x, item)
    return table


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def _snapshot_table(made: Sequence[SnapshotInfo]) -> QWidget:
    heads = (tr("name"), tr("made"), tr("by"), tr("videos"), tr("clips"), tr("objects"))
    rows = [
        (
            f"{s.name} — {s.note}" if s.note else s.name,
            _when(s.made),
            s.author,
            *map(str, (s.videos, s.clips, s.objects)),
        )
        for s in reversed(made)
    ]
    return _table("snapshotTable", heads, rows, tr("A snapshot keeps the labels as they are under a name, for ever."))


def _release_table(found: Sequence[Release]) -> QWidget:
    heads = (tr("file"), tr("made"), tr("by"), tr("labels"), tr("format"), tr("clips"))
    rows = [
        (
            r.file,
            _when(r.made),
            r.author,
            r.snapshot or tr("as they were"),
            str(r.rules.get("format", "")),
            str(r.facts.get("clips", "")),
        )
        for r in found
    ]
    return _table(
        "releaseTable", heads, rows, tr("Every export is recorded here: who, when, which labels, by which rules.")
    )
