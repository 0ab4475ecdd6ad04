"""The models of this machine: their cards, whether they are sound, which one is in memory and what that takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QScrollArea,
    QWidget,
)

from tvau_studio.gui.forms import button, column, label, paragraph, row
from tvau_studio.gui.rich_text import AnswerText
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from tvau_studio.gui.state import State

_EVERY = 500
"""Milliseconds between two looks at the memory."""


def _devices() -> dict[str, str]:
    return {
        "auto": tr("The best device"),
        "cpu": "CPU",
        "cuda": tr("NVIDIA graphics card (CUDA)"),
        "mps": tr("Apple graphics (MPS)"),
    }


class ModelsDialog(QDialog):
    """A list at the left, the chosen one's card at the right, memory and what can be done below."""

    def __init__(self, parent: QWidget, state: State) -> None:
        super().__init__(parent)
        self._state, self._desk = state, state.models
        self._names: list[str] = []
        self._shown = ""
        self._before: int | None = None
        self.setObjectName("modelsDialog")
        self.setWindowTitle(tr("Models"))
        self.setAccessibleName(tr("Models"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 520)
        self._build()
        self._look = QTimer(self)
        self._look.setInterval(_EVERY)
        self._look.timeout.connect(self._show_memory)
        self._look.start()
        self._desk.listed.connect(self._fill)
        self._desk.checkedChanged.connect(self._show_state)
        state.workspace.modelChanged.connect(self._model_changed)
        self._desk.list()
        self._fill()
        self._show_memory()

    def _build(self) -> None:
        self.list = QListWidget()
        self.list.setObjectName("modelsList")
        self.list.setAccessibleName(tr("Models on this machine"))
        self.list.currentRowChanged.connect(lambda _: self._show_card())
        folder = button(tr("Another folder…"), self._choose_folder, "modelsFolder")
        self._title = label("", "strong", "modelTitle")
        self._facts = paragraph("muted", "modelFacts")
        self._sound = paragraph("muted", "modelSound")
        self._card = AnswerText()
        self._card.setObjectName("modelCard")
        self._card.setAccessibleName(tr("Model card"))
        inside = QWidget()
        inside.setProperty("panel", True)
        lines = column(inside, 0, (10, 8, 10, 8))
        lines.addWidget(self._card)
        lines.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        self._use = button(tr("Use this model"), self._choose, "modelUse", "primary")
        self._check = button(tr("Check its files"), self._check_it, "modelCheck")
        self._check.setToolTip(tr("Load it whole, beside the one in use, and see whether it is sound"))
        self._load = button(tr("Load now"), self._desk.load, "modelLoad")
        self._free = button(tr("Free its memory"), self._desk.free, "modelFree")
        self.device = QComboBox()
        self.device.setObjectName("modelDevice")
        self.device.setAccessibleName(tr("Where the model computes"))
        for name, words in _devices().items():
            self.device.addItem(words, name)
        self.device.setCurrentIndex(self.device.findData(self._state.studio.settings["device"]))
        self.device.activated.connect(lambda _: self._desk.choose_device(str(self.device.currentData())))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Loading"))
        self._state_words = paragraph("muted", "modelState")
        self._memory = paragraph("muted", "modelMemory")
        left, right = column(None, 8), column(None, 6)
        left.addWidget(self.list, 1)
        left.addWidget(folder)
        for part in (self._title, self._facts, self._sound):
            right.addWidget(part)
        right.addWidget(scroll, 1)
        right.addLayout(row(self._check, None, self._use, spacing=8))
        both = row(spacing=14)
        both.addLayout(left, 2)
        both.addLayout(right, 5)
        whole = column(self, 10, (16, 16, 16, 16))
        whole.addLayout(both, 1)
        for part in (self._state_words, self._bar, self._memory):
            whole.addWidget(part)
        close = button(tr("Close"), self.close, "dialogClose")
        whole.addLayout(row(label(tr("Computes on")), self.device, self._load, self._free, None, close, spacing=8))

    # -- the list

    def _fill(self) -> None:
        wanted = str(self._state.studio.settings["model"])
        models = {str(facts["load"]): str(facts["name"]) for facts in self._desk.models}
        models.setdefault(wanted, self._state.workspace.model_name)
        chosen = self._shown or wanted
        self._names = list(models)
        self.list.blockSignals(True)
        self.list.clear()
        for name, shown in models.items():
            item = QListWidgetItem(f"● {shown}" if name == wanted else f"    {shown}")
            item.setToolTip(name)
            heard = tr("{name}, in use", name=shown) if name == wanted else shown
            item.setData(Qt.ItemDataRole.AccessibleTextRole, heard)
            self.list.addItem(item)
        self.list.setCurrentRow(self._names.index(chosen) if chosen in self._names else 0)
        self.list.blockSignals(False)
        self._show_card()

    def _chosen(self) -> str:
        at = self.list.currentRow()
        return self._names[at] if 0 <= at < len(self._names) else ""

    def _show_card(self) -> None:
        name = self._shown = self._chosen()
        if not name:
            return

        def take(facts: dict[str, Any], card: str) -> None:
            if name == self._shown:
                self._title.setText(str(facts["name"]))
                self._facts.setText(str(facts.get("error") or _fact_words(facts)))
                self._card.show_linked(_joined(card) or tr("It has no card."), 0, [], {}, [])

        self._desk.card(name, take)
        self._show_state()

    # -- how it is

    def _model_changed(self) -> None:
        self.device.setCurrentIndex(self.device.findData(self._state.studio.settings["device"]))
        self._fill()

    def _show_state(self) -> None:
        models, name, wanted = self._state.studio.models, self._shown, str(self._state.studio.settings["model"])
        self._use.setEnabled(name != wanted)
        self._use.setText(tr("In use") if name == wanted else tr("Use this model"))
        checking = self._desk.is_checking(name)
        self._check.setEnabled(not checking)
        said = self._desk.checked.get(name)
        if checking:
            words = tr("Its files are being checked …")
        elif said is None:
            words = ""
        else:
            words = tr("Its files are sound: {n} M parameters.", n=said[1]) if said[0] else said[1]
        self._sound.setText(words)
        self._sound.setProperty("role", "muted" if said is None or checking else "ok" if said[0] else "bad")
        self._sound.style().polish(self._sound)
        self._sound.setVisible(bool(words))
        loading, ready = models.state == "loading", models.loaded is not None
        self._load.setEnabled(not ready and not loading and models.state != "unknown")
        self._free.setEnabled(ready and not loading)
        ready_words = tr("{name} is in memory, on {device}.", name=models.name, device=models.device.upper())
        states = {
            "unknown": tr("The model is being looked for."),
            "none": models.error,
            "installed": tr("{name} is not in memory; it is loaded when it is needed.", name=models.name),
            "loading": tr("{name} is being loaded …", name=models.name),
            "ready": models.note or ready_words,
            "failed": models.error,
        }
        self._state_words.setText(states[models.state])
        bad = models.state in ("none", "failed")
        self._state_words.setProperty("role", "bad" if bad else "warn" if models.note else "muted")
        self._state_words.style().polish(self._state_words)
        self._show_memory()

    def _show_memory(self) -> None:
        """What is used now; while a model loads, how far that has come by the memory that it takes."""
        from tvau_studio.services import models as service

        models, now = self._state.studio.models, service.memory()
        loading = models.state == "loading"
        if not loading:
            self._before = now.process
        size = int(float(models.facts.get("size_mb", 0)) * 1e6)
        self._bar.setVisible(loading)
        if loading:
            grown = max(0, (now.process or 0) - (self._before or 0))
            known = bool(size and now.process is not None and self._before is not None)
            self._bar.setRange(0, 100 if known else 0)
            self._bar.setValue(min(99, 100 * grown // max(1, size)) if known else 0)
        parts = []
        model = models.loaded
        if model is not None:
            taken = model.host.usage
            weights, features = _size(taken.weights), _size(taken.features)
            parts.append(tr("weights {weights}, features {cache}", weights=weights, cache=features))
            if taken.used is not None and taken.total is not None:
                parts.append(tr("graphics card {used} of {total}", used=_size(taken.used), total=_size(taken.total)))
        if now.process is not None and now.used is not None and now.total is not None:
            parts.append(tr("this program {process}", process=_size(now.process)))
            parts.append(tr("machine {used} of {total}", used=_size(now.used), total=_size(now.total)))
        self._memory.setText(tr("Memory: {parts}", parts=" · ".join(parts)) if parts else "")

    # -- what is done

    def _choose(self) -> None:
        self._desk.choose(self._chosen())
        self._fill()

    def _check_it(self) -> None:
        self._desk.check(self._chosen())

    def _choose_folder(self) -> None:
        found = QFileDialog.getExistingDirectory(self, tr("Choose a model's folder"), str(Path.home()))
        if found:
            self._shown = ""
            self._desk.choose(found)
            self._fill()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._look.stop()
        self._shown = ""  # a card that is on its way finds nobody
        super().closeEvent(event)


def _joined(card: str) -> str:
    """A card with its broken lines joined, as Markdown means them; tables stay in columns."""
    lines: list[str] = []
    fenced = False
    for line in card.splitlines():
        fenced ^= line.lstrip().startswith("```")
        plain = bool(line.strip()) and not fenced and not line.lstrip().startswith(("#", "- ", "* ", ">", "|", "```"))
        if plain and lines and lines[-1].strip() and not lines[-1].lstrip().startswith(("#", "|", "```")):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
    return "\n".join(lines)


def _size(n: int) -> str:
    return f"{n / 1e9:.1f} GB" if n >= 1e9 else f"{n / 1e6:.0f} MB"


def _fact_words(facts: dict[str, Any]) -> str:
    """What a model says about itself, in one paragraph."""
    parts = []
    if "parameters" in facts:
        parts.append(tr("{n} M parameters", n=f"{facts['parameters'] / 1e6:.1f}"))
        parts.append(_size(int(float(facts.get("size_mb", 0)) * 1e6)))
    if "heatmap" in facts:
        parts.append(tr("heatmap and answers") if facts["heatmap"] else tr("answers only, no heatmap"))
    if "max_frames" in facts:
        parts.append(tr("at most {n} frames in a question", n=facts["max_frames"]))
    if "pair_distance" in facts and facts.get("heatmap"):
        parts.append(tr("pairs {n} picture(s) apart", n=facts["pair_distance"]))
    if "id" in facts:
        parts.append(str(facts["id"]))
    if "path" in facts:
        parts.append(str(facts["path"]))
    return " · ".join(parts) or tr("What it is, is known once it is loaded.")
