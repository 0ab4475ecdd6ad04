"""What can be done to several selected objects at once, each as one step of undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from tvau_studio.domain import actions
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import text
from tvau_studio.gui import deeds
from tvau_studio.gui.docks._regions import QuietComboBox
from tvau_studio.gui.docks._segment_form import fill_events
from tvau_studio.gui.docks._text_field import Target, TextField
from tvau_studio.gui.forms import button, column, label, paragraph, row

if TYPE_CHECKING:
    from tvau_studio.gui.state import State


class ManySection(QWidget):
    """Shown while more than one object is selected."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setObjectName("manyForm")
        self._names = paragraph("muted", "manyNames")
        self.event_box = QuietComboBox("manyEvent", self.tr("Event of the selected objects"))
        self.event_box.setPlaceholderText(self.tr("different events"))
        self.event_box.activated.connect(self._set_event)
        self.appearance = TextField("manyAppearance", self.tr("Appearance of the objects"), self._write, (1, 4))
        tip = self.tr("Accept the drafts among them (Y)")
        self._accept = button(self.tr("Accept"), lambda: deeds.decide(state, True), "manyAccept", "accept", tip)
        tip = self.tr("Reject the drafts among them (Shift+U)")
        self._reject = button(self.tr("Reject"), lambda: deeds.decide(state, False), "manyReject", "", tip)
        tip = self.tr("One goes the other's way from here on (X)")
        self._exchange = button(self.tr("Exchange"), lambda: deeds.exchange(state), "manyExchange", "", tip)
        tip = self.tr("All of them with all their frames (Shift+Del)")
        self._delete = button(self.tr("Delete"), lambda: deeds.delete(state), "manyDelete", "", tip)
        form = column(self, 4)
        form.addWidget(self._names)
        form.addSpacing(4)
        form.addWidget(label(self.tr("Event")))
        form.addWidget(self.event_box)
        form.addSpacing(4)
        form.addWidget(label(self.tr("Appearance")))
        form.addWidget(self.appearance)
        form.addSpacing(8)
        form.addLayout(row(self._accept, self._reject, self._exchange, self._delete, None, spacing=8))
        state.document.flush.connect(self.appearance.flush)

    def refresh(self) -> None:
        rows, document = self._state.selection.rows, self._state.document.document
        if len(rows) < 2:
            self.appearance.show_text(None, "")
            return
        numbers = ", ".join(str(r.track) for r in rows[:12]) + (" …" if len(rows) > 12 else "")
        self._names.setText(
            self.tr("Objects {numbers}. What is set here is set for all of them.").format(numbers=numbers)
        )
        frame = max(0, self._state.playback.frame)
        here = [document.main_segment(r.key, FrameRange(frame, frame + 1)) for r in rows]
        events = {s.event if s is not None else None for s in here}
        fill_events(self.event_box, self._state, next(iter(events)) if len(events) == 1 else None)
        if len(events) > 1 or not any(here):
            self.event_box.setCurrentIndex(-1)
        language = str(self._state.studio.settings["text_language"])
        texts = {text(r, "appearance", language) for r in rows}
        owner = ("many", "+".join(r.key for r in rows), "appearance", language)
        hint = self.tr("different texts") if len(texts) > 1 else self.tr("the same text for all of them")
        self.appearance.show_text(owner, texts.pop() if len(texts) == 1 else "", hint)
        drafts = any(r.is_draft for r in rows)
        self._accept.setVisible(drafts)
        self._reject.setVisible(drafts)
        self._exchange.setVisible(len(rows) == 2)

    def _set_event(self, index: int) -> None:
        deeds.segments.give_event(self._state, self.event_box.itemData(index), self._state.playback.frame)

    def _write(self, target: Target, value: str) -> bool:
        _, keys, name, language = target
        document = self._state.document
        there = [key for key in keys.split("+") if ("object", key) in document.document]
        return document.attempt(actions.set_texts, there, name, language, value)
