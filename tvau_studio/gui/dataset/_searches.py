"""Searches that a person saved, by name."""

from __future__ import annotations

import json
from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QInputDialog, QWidget

from tvau_studio.gui.forms import button, row
from tvau_studio.gui.words import tr
from tvau_studio.services.settings import Settings


class SavedSearches(QWidget):
    """typed(): the search as it stands. chosen(text): one was taken. They are kept in the setting ``searches``."""

    def __init__(self, settings: Settings, typed: Callable[[], str], chosen: Callable[[str], None]) -> None:
        super().__init__()
        self._settings, self._typed, self._chosen = settings, typed, chosen
        self.box = QComboBox()
        self.box.setObjectName("datasetViews")
        self.box.setAccessibleName(tr("Saved searches"))
        self.box.setMinimumWidth(150)
        self.box.activated.connect(self.take)
        self.setLayout(row(self.box, button(tr("Save search…"), self._save, "datasetSave"), spacing=8))
        self._fill()

    def saved(self) -> dict[str, str]:
        found = json.loads(self._settings["searches"])
        return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}

    def keep(self, searches: dict[str, str]) -> None:
        self._settings["searches"] = json.dumps(searches, ensure_ascii=False, sort_keys=True)
        self._fill()

    def take(self, n: int) -> None:
        """The one at that place of the box; the last forgets the one that is shown."""
        query = self.box.itemData(n)
        if query:
            self._chosen(query)
        elif query == "":
            self.keep({name: text for name, text in self.saved().items() if text != self._typed()})
        self.box.setCurrentIndex(0)

    def _fill(self) -> None:
        self.box.clear()
        self.box.addItem(tr("Saved searches"), None)
        for name, query in sorted(self.saved().items()):
            self.box.addItem(name, query)
        if self.box.count() > 1:
            self.box.addItem(tr("Forget the one shown"), "")

    def _save(self) -> None:
        if text := self._typed():
            name, sure = QInputDialog.getText(self, tr("Save search"), tr("Name"), text=text[:40])
            if sure and name.strip():
                self.keep({**self.saved(), name.strip(): text})
