"""The same done to the clips that are selected: said first, one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QInputDialog, QMenu, QPushButton, QWidget

from tvau_studio.domain.labels import SPLITS, STATES
from tvau_studio.gui.forms import button, label, row
from tvau_studio.gui.words import said, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tvau_studio.domain.queries import Entry
    from tvau_studio.gui.state import State
    from tvau_studio.services.bulk import Bulk
    from tvau_studio.services.jobs import Context
    from tvau_studio.services.projects import Project

    Make = Callable[[Project, list[str], Context], Bulk]

_NAMED = 3
"""Clips that are named of those that were left as they are."""


class BulkBar(QWidget):
    """selected(): the clips that are meant. done(): something was committed."""

    def __init__(self, state: State, selected: Callable[[], Sequence[Entry]], done: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName("bulkBar")
        self._state, self._selected, self._done = state, selected, done
        self.count = label("", "muted", "bulkCount")
        self.told = label("", "muted", "bulkTold")
        self.open = button(tr("Open"), lambda: None, "bulkOpen")
        self.like = button(tr("More like these"), lambda: None, "bulkLike")
        self.like.setToolTip(tr("Clips that look alike to the network come first"))
        self._assign = button(tr("Assign…"), self._ask_person, "bulkAssign")
        self._buttons = [
            self._assign,
            self._menu(tr("Split"), "bulkSplit", self._fill_splits),
            self._menu(tr("Review"), "bulkState", self._fill_states),
            self._menu(tr("Event"), "bulkEvent", self._fill_events),
        ]
        beside = row(self.count, self.told, None, *self._buttons, self.like, self.open, spacing=8)
        beside.setContentsMargins(14, 8, 14, 8)
        self.setLayout(beside)

    def follow(self) -> None:
        """The selection changed."""
        n = len(self._selected())
        self.count.setText(tr("{n} selected", n=f"{n:,}") if n else tr("Select clips to change them together"))
        for part in (*self._buttons, self.like, self.open):
            part.setEnabled(n > 0)

    def _menu(self, text: str, name: str, fill: Callable[[QMenu], None]) -> QPushButton:
        made = button(f"{text} ▾", lambda: None, name)
        menu = QMenu(made)
        menu.aboutToShow.connect(lambda: (menu.clear(), fill(menu)))
        made.setMenu(menu)
        return made

    def _add(self, menu: QMenu, text: str, make: Make) -> None:
        menu.addAction(text).triggered.connect(lambda _=False: self._run(make))

    def _fill_splits(self, menu: QMenu) -> None:
        menu.addAction(tr("of the whole videos")).setEnabled(False)
        for split in (*SPLITS, None):
            self._add(menu, split or tr("none"), lambda p, keys, _, split=split: _bulk().set_split(p, keys, split))

    def _fill_states(self, menu: QMenu) -> None:
        for name in STATES:
            self._add(menu, tr(name), lambda p, keys, c, name=name: _bulk().set_state(p, keys, name, c.check))

    def _fill_events(self, menu: QMenu) -> None:
        """Each event that is there becomes one of the classes."""
        here = sorted({event for entry in self._selected() for event in entry.events})
        classes = [c.key for c in self._state.document.document.event_classes]
        if not here:
            menu.addAction(tr("No event in these clips")).setEnabled(False)
        for old in here:
            becomes = menu.addMenu(tr("{event} becomes", event=old))
            for new in (*(c for c in classes if c != old), None):
                self._add(
                    becomes,
                    new or tr("no event"),
                    lambda p, keys, c, old=old, new=new: _bulk().replace_event(p, keys, old, new, c.check),
                )

    def _ask_person(self) -> None:
        known = sorted(
            {e.assignee for e in self._selected() if e.assignee} | {str(self._state.studio.settings["name"])}
        )
        name, sure = QInputDialog.getItem(self, tr("Assign to"), tr("Who works on these clips?"), ["", *known], 1)
        if sure:
            self._run(lambda p, keys, _: _bulk().assign(p, keys, name.strip()))

    def _run(self, make: Make) -> None:
        """On the store lane: what would change, and then that."""
        project, keys = self._state.studio.project, [entry.key for entry in self._selected()]
        if project is None or not keys:
            return
        self.told.setText(tr("Changing…"))

        def work(context: Context) -> Bulk:
            found = make(project, keys, context)
            if found.edit:
                project.commit(found.edit)
            return found

        self._state.studio.jobs.submit("store", tr("Change clips"), work, done=self._tell, failed=self._fail)

    def _tell(self, found: Bulk) -> None:
        text = tr("{n} clips changed.", n=f"{found.clips:,}") if found.edit else tr("Nothing to change.")
        if found.refused:
            names = ", ".join(name for name, _ in found.refused[:_NAMED])
            more = f" … {len(found.refused) - _NAMED}" if len(found.refused) > _NAMED else ""
            text += " " + tr("Left as they are: {names}. {why}", names=names + more, why=found.refused[0][1])
        self.told.setText(text)
        self.told.setToolTip(text)
        self._done()

    def _fail(self, error: Any) -> None:
        from tvau_studio.domain.errors import StudioError

        self.told.setText(said(error) if isinstance(error, StudioError) else str(error))


def _bulk() -> Any:
    from tvau_studio.services import bulk

    return bulk
