"""Merging objects: which, and what is so in the frames between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QRadioButton

from tvau_studio.domain import actions
from tvau_studio.domain.labels import name_of
from tvau_studio.domain.links import Link, links
from tvau_studio.gui.dialogs._deed import DeedDialog
from tvau_studio.gui.forms import label
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.domain.frames import FrameRange
    from tvau_studio.domain.splicing import Gap
    from tvau_studio.gui.state import State

_RULES: tuple[tuple[Gap, str], ...] = (
    ("absent", "not in the picture"),
    ("move", "the box moves on, on a line"),
    ("stay", "the box stays where it was"),
)
_ROW = 26


def merge(parent: QWidget, state: State) -> None:
    """Two or more selected objects without a gap are merged at once; else it is asked which, and how."""
    if len(state.selection.objects) > 1 and not _gaps(state):
        if _merge(state, "absent"):
            state.document.told.emit(tr("Merged; Ctrl+Z parts them again."))
    elif len(state.selection.objects) > 1 or _candidates(state):
        MergeDialog(parent, state).open()
    else:
        state.document.refused.emit(tr("There is no other object that this one could be merged with."))


def _gaps(state: State) -> list[FrameRange]:
    """The frames between the selected objects in which none of them is."""
    return actions.gap_between(state.document.document, state.selection.objects)


def _merge(state: State, gap: Gap) -> bool:
    """The selected objects become the first of them."""
    keys = state.selection.objects
    done = state.document.attempt(actions.merge_objects, keys, gap)
    if done and keys:
        state.selection.select(keys[0])
    return done


def _candidates(state: State) -> list[Link]:
    key = state.selection.object
    return links(state.document.document, key, state.playback.frames) if key else []


class MergeDialog(DeedDialog):
    """With one object selected: the likeliest others, by gap and overlap; then the rule for the gap."""

    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent, state, "mergeDialog", tr("Merge objects"), tr("Merge"))
        self._before = state.selection.objects
        self.setMinimumWidth(520)
        self._merged = False
        self.list = QListWidget()
        self.list.setObjectName("mergeList")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setAccessibleName(tr("Objects that may be the same"))
        if len(self._before) == 1:
            for link in _candidates(state):
                self._add(link)
            self.body.addWidget(label(tr("The same as")))
            self.body.addWidget(self.list)
            self.list.setFixedHeight(min(6, self.list.count()) * _ROW + 6)
            self.list.currentItemChanged.connect(lambda *_: self._choose())
            self.list.itemDoubleClicked.connect(lambda _: self._do())
        else:
            self.list.hide()
        self._title = label(tr("In the frames between"))
        self.body.addWidget(self._title)
        self.rules: dict[str, QRadioButton] = {}
        for rule, words in _RULES:
            made = QRadioButton(tr(words))
            made.setObjectName(f"merge_{rule}")
            self.rules[rule] = made
            self.body.addWidget(made)
        self.rules["absent"].setChecked(True)
        if self.list.count():
            self.list.setCurrentRow(0)
            self.list.setFocus()
        else:
            self.rules["absent"].setFocus()
        self._show()

    def _add(self, link: Link) -> None:
        document = self.state.document.document
        thing = document.object(link.object)
        name = name_of(thing, str(self.state.studio.settings["text_language"]))
        event = next((s.event for s in document.segments(link.object) if s.event), "")
        what = name or event
        gap = (
            tr("{n} frames apart", n=link.gap)
            if link.gap > 0
            else tr("goes straight on")
            if link.gap == 0
            else tr("{n} frames together", n=-link.gap)
        )
        parts = [str(thing.track), gap, tr("overlap {iou}", iou=f"{link.iou:.2f}"), what]
        item = QListWidgetItem(" · ".join(filter(None, parts)))
        item.setSizeHint(QSize(0, _ROW))
        item.setToolTip(what)
        item.setData(Qt.ItemDataRole.UserRole, link.object)
        self.list.addItem(item)

    def _choose(self) -> None:
        """Show in the picture which two it would be."""
        if (item := self.list.currentItem()) is not None:
            self.state.selection.select_all([*self._before, item.data(Qt.ItemDataRole.UserRole)])
        self._show()

    def _show(self) -> None:
        holes = _gaps(self.state)
        for widget in (self._title, *self.rules.values()):
            widget.setVisible(bool(holes))
        document = self.state.document.document
        numbers = [str(document.object(key).track) for key in self.state.selection.objects]
        frames = ", ".join(map(str, holes[:3])) + (" …" if len(holes) > 3 else "")
        between = tr("Between them: {frames}.", frames=frames) if holes else tr("No frame lies between them.")
        words = (
            tr("{others} goes into {first}.", others=", ".join(numbers[1:]), first=numbers[0]) if numbers[1:] else ""
        )
        self.said.setText(f"{words} {between}")

    def do(self) -> bool:
        rule = next(rule for rule, made in self.rules.items() if made.isChecked())
        self._merged = _merge(self.state, rule)
        return self._merged

    def reject(self) -> None:
        if not self._merged:
            self.state.selection.select_all(self._before)
        super().reject()
