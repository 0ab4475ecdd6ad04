"""What the heat is of, and what it is compared with: the anomaly, a class, a phrase that is typed; another model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QComboBox, QLabel, QPushButton, QWidget

from tvau_studio.gui.forms import label, link, paragraph, row
from tvau_studio.gui.player.popover import Popover
from tvau_studio.gui.state import State
from tvau_studio.gui.state.compare import ANOMALY
from tvau_studio.gui.words import tr
from tvau_studio.services.heat_sources import bracketed, source_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tvau_studio.gui.state.compare import Mode

_MODES: tuple[tuple[Mode, str, str], ...] = (
    ("off", "Alone", "One heat over the picture"),
    ("side", "Side", "Two pictures beside each other, moved and zoomed together"),
    ("wipe", "Wipe", "One picture, parted by a line that can be dragged"),
    ("difference", "Difference", "Where the second heat is hotter, and where it is colder"),
)


class SourceBox(QComboBox):
    """Takes a name from the list or any phrase; Return or a choice makes it so."""

    def __init__(self, name: str, spoken: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setPlaceholderText(tr("anomaly, or any phrase"))
        self.setCompleter(None)

    def fill(self, classes: list[str], prompts: Iterable[str], words: str) -> None:
        names = [tr("anomaly"), *(c for c in classes if c != "anomaly"), *map(bracketed, prompts)]
        if names != [self.itemText(i) for i in range(self.count())]:
            self.clear()
            self.addItems(names)
        if not self.lineEdit().hasFocus():
            self.setEditText(words)


class CompareCard(Popover):
    def __init__(self, state: State) -> None:
        super().__init__(state.theme, "compareCard", tr("What the heat is of"), self._reset)
        self._state = state
        self._compare = compare = state.compare
        self._models: list[tuple[str, str, float]] = []  # name to load, name to read, megabytes
        self.first = SourceBox("heatOf", tr("What the heat is of"))
        self.second = SourceBox("heatBeside", tr("What it is compared with"))
        self.model = QComboBox()
        self.model.setObjectName("heatBesideModel")
        self.model.setAccessibleName(tr("Model of the second heat"))
        self.model.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.modes = QButtonGroup(self)
        self.modes.setExclusive(True)
        chips: list[QWidget | int | None] = []
        for n, (name, text, tip) in enumerate(_MODES):
            chip = QPushButton(tr(text))
            chip.setObjectName(f"compare{name.capitalize()}")
            chip.setToolTip(tr(tip))
            chip.setCheckable(True)
            chip.setProperty("role", "chip")
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.modes.addButton(chip, n)
            chips.append(chip)
        self.note = paragraph("small")
        self.swap = link(tr("Exchange them"), compare.exchange, "heatExchange")
        self._below = [self._named(tr("With"), self.second), self.second, self.model, self.swap]
        self.body.addWidget(self.first)
        self.body.addLayout(row(None, link(tr("Prompts…"), self._open_prompts, "heatPrompts")))
        self.body.addWidget(label(tr("Compare")))
        self.body.addLayout(row(*chips, spacing=4))
        for widget in self._below:
            self.body.addWidget(widget)
        self.body.addWidget(self.note)
        for which, box in enumerate((self.first, self.second)):
            box.activated.connect(lambda _, which=which: self._take(which))
            box.lineEdit().returnPressed.connect(lambda which=which: self._take(which))
        self.model.activated.connect(lambda _: self._take(1))
        self.modes.idClicked.connect(lambda n: compare.set_mode(_MODES[n][0]))
        compare.changed.connect(self._show)
        compare.modeChanged.connect(self._show)
        compare.progressChanged.connect(self._show_note)
        compare.promptsChanged.connect(self._show)
        state.workspace.modelChanged.connect(self._find_models)
        self._find_models()
        self._show()

    @staticmethod
    def _named(text: str, of: QWidget) -> QLabel:
        made = label(text)
        made.setBuddy(of)
        return made

    def _reset(self) -> None:
        self._compare.set_mode("off")
        self._compare.set_source(0, ANOMALY)
        self._compare.set_source(1, ANOMALY)

    def _open_prompts(self) -> None:
        action = self.window().findChild(QAction, "promptsAction")
        if action is not None:
            action.trigger()

    def _classes(self) -> list[str]:
        return [c.key for c in self._state.document.document.event_classes]

    def _take(self, which: int) -> None:
        box = (self.first, self.second)[which]
        text = box.currentText()
        model = str(self.model.currentData() or "") if which else self._compare.sources[0].model
        plain = "" if text.strip().lower() == tr("anomaly").lower() else text
        self._compare.set_source(which, source_of(plain, self._classes(), model, self._compare.prompts))
        box.lineEdit().clearFocus()
        self._show()

    # -- shown

    def _find_models(self) -> None:
        """Which other models there are, and what they take: read behind the scenes."""

        def read(_: object) -> list[tuple[str, str, float]]:
            from tvau_studio.services.models import list_models

            own = self._state.studio.models.id
            return [
                (str(f["load"]), str(f["name"]), float(f.get("size_mb") or 0))
                for f in list_models()
                if f.get("heatmap") and f.get("id") != own
            ]

        self._state.studio.jobs.submit("media", "Look for models", read, done=self._models_found, priority=-4)

    def _models_found(self, models: list[tuple[str, str, float]]) -> None:
        self._models = models
        self._show()

    def _show(self) -> None:
        compare, classes = self._compare, self._classes()
        for which, box in enumerate((self.first, self.second)):
            source = compare.sources[which]
            words = bracketed(source.words) if source.kind == "prompts" else source.words or tr("anomaly")
            box.fill(classes, compare.prompts, words)
        self.model.clear()
        self.model.addItem(tr("by this model"), "")
        for load, name, size in self._models:
            self.model.addItem(tr("by {name} (+ {size:.0f} MB)", name=name, size=size), load)
        self.model.setCurrentIndex(max(0, self.model.findData(compare.sources[1].model)))
        self.modes.button([name for name, *_ in _MODES].index(compare.mode)).setChecked(True)
        comparing = compare.mode != "off"
        for widget in self._below:
            widget.setVisible(comparing and (widget is not self.model or bool(self._models)))
        self._show_note()

    def _show_note(self) -> None:
        self.note.setText(self._note())
        self.note.setVisible(bool(self.note.text()))
        self.fit()

    def _note(self) -> str:
        compare = self._compare
        for maps in compare.maps:
            if maps.error:
                return maps.error
        if compare.mode != "off" and compare.sources[0] == compare.sources[1]:
            return tr("Both are the same: choose another class, phrase or model.")
        for maps in compare.maps:
            if maps.busy and maps.source is not None:
                done, total = maps.progress
                left = tr(", about {seconds:.0f} s left", seconds=maps.seconds_left) if maps.seconds_left else ""
                words = maps.source.words or tr("anomaly")
                return tr("{words}: pair {n} of {all}", words=words, n=min(done + 1, total), all=total) + left
        return ""
