"""The event, the frames and the state of motion of the selected object's segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSpinBox, QWidget

from tvau_studio.domain import actions
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import Object, Segment
from tvau_studio.domain.tracks import main_segment
from tvau_studio.gui.docks._regions import QuietComboBox
from tvau_studio.gui.forms import column, icon_button, label, row

if TYPE_CHECKING:
    from tvau_studio.gui.state import State


class SegmentForm(QWidget):
    """segment: the key of the one shown, or None."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._filling = False
        self.segment: str | None = None
        theme = state.theme
        self._title = label()
        self.start, self.stop = self._frame_spin("segmentStart"), self._frame_spin("segmentStop")
        self.start.setAccessibleName(self.tr("Segment begins"))
        self.stop.setAccessibleName(self.tr("Segment ends before"))
        self.event_box = QuietComboBox("eventBox", self.tr("Event of the segment"))
        self.event_box.activated.connect(self._set_event)
        self._add = icon_button(theme, "plus", self.tr("New segment over the range (Z)"), self._add_one, "segmentAdd")
        self._drop = icon_button(
            theme, "trash-2", self.tr("Delete this segment (Ctrl+Shift+Del)"), self._drop_it, "segmentDelete"
        )
        form = column(self, 4)
        form.addLayout(row(self._title, 2, self.start, label(":"), self.stop, None, self._add, self._drop, spacing=4))
        form.addWidget(self.event_box)

    def _frame_spin(self, name: str) -> QSpinBox:
        spin = QSpinBox()
        spin.setObjectName(name)
        spin.setRange(0, 10**9)
        spin.setKeyboardTracking(False)
        spin.setFixedWidth(62)
        spin.editingFinished.connect(self._set_edges)
        return spin

    def flush(self) -> None:
        """Hand in what is typed."""
        for spin in (self.start, self.stop):
            if spin.hasFocus():
                spin.interpretText()

    # -- what is shown

    def show_object(self, thing: Object | None) -> Segment | None:
        """Show the selected segment of the object, else the one that is in the frame shown, else the clip's main one;
        gives it."""
        self._filling = True
        try:
            segment = self._shown(thing) if thing is not None else None
            self.segment = segment.key if segment else None
            self._show(segment)
        finally:
            self._filling = False
        return segment

    def _shown(self, thing: Object) -> Segment | None:
        document, clip = self._state.document.document, self._state.document.clip_row
        segments = document.segments(thing.key)
        chosen = next((s for s in segments if s.key == self._state.selection.segment), None)
        frame = max(0, self._state.playback.frame)
        here = main_segment(segments, FrameRange(frame, frame + 1))
        if chosen is not None or here is not None:
            return chosen or here
        return document.main_segment(thing.key, clip.range) if clip else None

    def _show(self, segment: Segment | None) -> None:
        fill_events(self.event_box, self._state, segment.event if segment is not None else None)
        if segment is None:
            self.event_box.setCurrentIndex(-1)
        self.event_box.setPlaceholderText(self.tr("no segment here: choose an event to make one"))
        self._title.setText(self.tr("Event · frames") if segment is not None else self.tr("Event"))
        for spin, value in ((self.start, segment.start if segment else 0), (self.stop, segment.stop if segment else 0)):
            spin.setVisible(segment is not None)
            if spin.value() != value and not (spin.hasFocus() and spin.text() != str(spin.value())):
                spin.setValue(value)
        self._drop.setEnabled(segment is not None)
        self._add.setEnabled(self._state.playback.range is not None)

    # -- what a person says

    def _set_event(self, index: int) -> None:
        event = self.event_box.itemData(index)
        if self.segment is not None:
            # Going through the list with the keys is one step of undo.
            merge = f"segment/{self.segment}/event"
            self._state.document.attempt(actions.set_segment, self.segment, merge=merge, event=event)
        else:
            self._add_one(event)

    def _add_one(self, event: str | None = None) -> None:
        thing, document = self._state.selection.row, self._state.document
        clip = document.clip_row
        frames = self._state.playback.range or ((clip.start, clip.stop) if clip else None)
        if thing is None or frames is None:
            return
        before = {s.key for s in document.document.segments(thing.key)}
        if document.attempt(actions.add_segment, document.who, thing.key, *frames, event):
            made = next((s.key for s in document.document.segments(thing.key) if s.key not in before), None)
            self._state.selection.select(thing.key, made)

    def _drop_it(self) -> None:
        if self.segment is not None:
            self._state.document.attempt(actions.delete_segment, self.segment)

    def _set_edges(self) -> None:
        if self._filling or self.segment is None:
            return
        start, stop = self.start.value(), self.stop.value()
        if not self._state.document.attempt(actions.set_segment, self.segment, start=start, stop=stop):
            self.show_object(self._state.selection.row)


def fill_events(box: QuietComboBox, state: State, event: str | None) -> None:
    """The project's classes behind "no event", with their Chinese names where Chinese texts are written, and the event
    itself where it is none of them; it is chosen."""
    classes = state.document.document.event_classes
    shown: list[str | None] = [None, *(c.key for c in classes)]
    zh = state.studio.settings["text_language"] == "zh"
    names = [f"{c.name_zh} · {c.key}" if zh and c.name_zh else c.key for c in classes]
    words = [box.tr("no event (normal)"), *names]
    if event and event not in shown:
        shown.append(event)
        words.append(event)
    known = [(box.itemData(i), box.itemText(i)) for i in range(box.count())]
    if known != list(zip(shown, words, strict=True)):
        box.clear()
        for name, text in zip(shown, words, strict=True):
            box.addItem(text, name)
    box.setCurrentIndex(shown.index(event))
