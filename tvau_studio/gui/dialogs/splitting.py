"""Videos dealt out to train, val and test: the shares, and what each would hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHeaderView,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from tvau_studio.domain.labels import SPLITS
from tvau_studio.domain.splits import SHARES
from tvau_studio.gui.dialogs import to_front
from tvau_studio.gui.dialogs._base import ExchangeDialog
from tvau_studio.gui.dialogs._exchange_words import listed
from tvau_studio.gui.forms import counted, label, row
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.dialogs.exchange import Host
    from tvau_studio.gui.state import State
    from tvau_studio.services.jobs import Context
    from tvau_studio.services.splitting import Balance, SplitReport

_ROWS = 9
"""Rows of the table that are shown without scrolling."""


def split(window: Host) -> None:
    """Open the dialog, or bring it to the front."""
    to_front(window, SplitDialog, lambda above: SplitDialog(above, window.state, window.messages.tell))


class SplitDialog(ExchangeDialog):
    """By video, by a seed, each event in proportion; videos that show the same stay together."""

    def __init__(self, parent: QWidget, state: State, tell: Callable[[str, str], None]) -> None:
        super().__init__(parent, state, "splitDialog", tr("Split into train, val and test"), tr("Split"))
        self._tell = tell
        self._splits: SplitReport | None = None
        self.shares = {name: self._number(f"split_{name}", name, 100, round(100 * SHARES[name])) for name in SPLITS}
        self.seed = self._number("splitSeed", tr("Seed"), 999_999, 0)
        self.keep = self._tick("splitKeep", tr("Videos that have a split keep it"), False)
        self.look_at = self._tick(
            "splitLook", tr("Compare the videos, and keep those that show the same together"), False
        )
        parts: list[QWidget | int | None] = []
        for name, field in self.shares.items():
            field.setSuffix(" %")
            parts += [label(name), field, 8]
        self.form.addRow(tr("Shares"), row(*parts, None))
        self.form.addRow(tr("Seed"), row(self.seed, None))
        self.form.addRow("", self.keep)
        self.form.addRow("", self.look_at)
        self.table = _table()
        self.form.addRow(self.table)
        self._look()

    def _number(self, name: str, accessible: str, most: int, value: int) -> QSpinBox:
        made = QSpinBox()
        made.setObjectName(name)
        made.setAccessibleName(accessible)
        made.setRange(0, most)
        made.setValue(value)
        made.valueChanged.connect(lambda _: self.changed())
        return made

    def _tick(self, name: str, text: str, on: bool) -> QCheckBox:
        made = QCheckBox(text)
        made.setObjectName(name)
        made.setChecked(on)
        made.toggled.connect(lambda _: self.changed())
        return made

    def inspect(self) -> Callable[[Context], object] | None:
        project = self.state.studio.project
        if project is None:
            return None
        shares = {name: field.value() / 100 for name, field in self.shares.items()}
        seed, keep, look = self.seed.value(), self.keep.isChecked(), self.look_at.isChecked()
        self._splits = None
        if look:
            self.say(tr("The videos are being compared; what was seen is kept for the next time."), "")

        def run(context: Context) -> SplitReport:
            from tvau_studio.services import splitting

            wishes = splitting.SplitWishes(shares, seed, keep, look)
            return splitting.plan(project, wishes, cancel=context.check)

        return run

    def show_preview(self, found: SplitReport) -> None:
        self._splits = found
        _fill(self.table, found.before, found.after)
        notes = [
            tr("{split} would hold nothing", split=name)
            for name, field in self.shares.items()
            if field.value() and not found.after.videos.get(name)
        ]
        for event, name in found.after.missing[:4]:
            notes.append(tr("{split} shows no “{event}”", split=name, event=event))
        if found.likeness is not None:
            for pair in found.likeness.leaks[:4]:
                names = {"one": pair.one.path, "other": pair.other.path}
                splits = {"a": pair.one.split, "b": pair.other.split}
                notes.append(tr("leaks now: {one} ({a}) and {other} ({b}) show the same", **names, **splits))
            alike = len(found.likeness.pairs)
            notes.append(tr("{pairs} show the same and stay together", pairs=counted(alike, tr("pair"), tr("pairs"))))
            if unseen := len(found.likeness.unseen):
                videos = counted(unseen, tr("video"), tr("videos"))
                notes.append(tr("{videos} could not be looked at: missing or damaged", videos=videos))
        changed = counted(found.changed, tr("video"), tr("videos"))
        self.say(tr("{videos} would change their split.", videos=changed), listed(notes))
        self.go.setEnabled(bool(found.changed))

    def work(self) -> Callable[[Context], object] | None:
        project, found = self.state.studio.project, self._splits
        if project is None or found is None:
            return None

        def run(context: Context) -> int:
            from tvau_studio.services import splitting

            return splitting.apply(project, found.splits)

        return run

    def finished_with(self, result: int) -> None:
        self.state.workspace.refresh()
        self._tell("ok", tr("{videos} changed their split.", videos=counted(result, tr("video"), tr("videos"))))


def _table() -> QTableWidget:
    made = QTableWidget(0, 1 + len(SPLITS))
    made.setObjectName("splitTable")
    made.setAccessibleName(tr("What the splits hold"))
    made.setHorizontalHeaderLabels([tr("clips that show"), *SPLITS])
    made.verticalHeader().hide()
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setShowGrid(False)
    header = made.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    made.horizontalHeaderItem(0).setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return made


def _fill(table: QTableWidget, before: Balance, after: Balance) -> None:
    """Each cell is what the split would hold, and in brackets what it holds where that is something else."""
    shares = after.shares
    rows: list[tuple[str, list[str]]] = [
        (tr("Videos"), [_change(before.videos, after.videos, name) for name in SPLITS]),
        (tr("Clips"), [_change(before.clips, after.clips, name, f" · {shares.get(name, 0):.0%}") for name in SPLITS]),
    ]
    for event, held in after.events.items():
        old = before.events.get(event, {})
        rows.append((tr("normal") if event == "normal" else event, [_change(old, held, name) for name in SPLITS]))
    table.setRowCount(len(rows))
    for y, (name, cells) in enumerate(rows):
        for x, text in enumerate([name, *cells]):
            item = QTableWidgetItem(text)
            if x:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(y, x, item)
    height = sum(table.rowHeight(y) for y in range(min(len(rows), _ROWS)))
    table.setFixedHeight(table.horizontalHeader().sizeHint().height() + height + 4)


def _change(before: object, after: object, name: str, more: str = "") -> str:
    old, new = (int(held.get(name, 0)) for held in (before, after))  # type: ignore[attr-defined]
    return f"{new:,}{more}" if old == new else f"{new:,}{more} ({old:,})"
