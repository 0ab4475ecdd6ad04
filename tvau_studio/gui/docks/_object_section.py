"""The form of the selected object: event, texts, where from and where to, its box here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSizePolicy, QSpinBox, QWidget

from tvau_studio.domain import actions, dialogue
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import REGIONS, Box
from tvau_studio.domain.labels import Object, Segment, text
from tvau_studio.domain.tracks import main_segment
from tvau_studio.gui.docks._regions import DerivedBox, QuietComboBox, RegionGrid
from tvau_studio.gui.docks._text_field import TextField
from tvau_studio.gui.forms import button, column, icon_button, label, link, paragraph, row

if TYPE_CHECKING:
    from tvau_studio.domain.edits import Edit
    from tvau_studio.domain.labels import Clip
    from tvau_studio.gui.state import State

_FAR = 999999.0


class ObjectSection(QWidget):
    """The selected object. Everything is an Edit of `domain.actions`; nothing is kept here but what is being typed."""

    languageChanged = Signal()

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setObjectName("objectForm")
        self._segment: str | None = None
        self._filling = False
        self._build()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)
        state.playback.frameShown.connect(lambda _: self._soon.start())
        state.playback.rangeChanged.connect(self._soon.start)
        state.selection.changed.connect(self.refresh)
        state.document.withdrawn.connect(self._withdrawn)
        state.document.flush.connect(self.flush)

    # -- made once

    def _build(self) -> None:
        state, theme = self._state, self._state.theme
        self._title = label("", "title", "objectTitle")
        self._origin = label("", "warn", "objectOrigin")
        self._event_title = label()
        self._start, self._stop = self._frame_spin("segmentStart"), self._frame_spin("segmentStop")
        self._start.setAccessibleName(self.tr("Segment begins"))
        self._stop.setAccessibleName(self.tr("Segment ends before"))
        self.event_box = QuietComboBox("eventBox", self.tr("Event of the segment"))
        self.event_box.activated.connect(self._set_event)
        self._add = icon_button(theme, "plus", self.tr("New segment over the range"), self._add_segment, "segmentAdd")
        self._drop = icon_button(theme, "trash-2", self.tr("Delete this segment"), self._drop_segment, "segmentDelete")
        self._language = self._build_language()
        self._lacks = label("", "small", "missingLanguage")
        self.appearance = TextField("appearanceEdit", self.tr("Appearance"), self._write, (2, 5))
        self.motion = TextField("motionEdit", self.tr("State of motion"), self._write, (1, 4))
        self._place_title = label()
        self._place_state = label("", "small", "placeState")
        self._reset = link(self.tr("reset"), self._reset_place, "placeReset")
        self.grid = RegionGrid(theme)
        self.grid.picked.connect(lambda region, end: self._set_place("end_region" if end else "start_region", region))
        regions = [(name, name) for name in REGIONS]
        self.start = DerivedBox(theme, "fromBox", self.tr("From region"), regions)
        self.end = DerivedBox(theme, "toBox", self.tr("To region"), regions)
        self.start.chosen.connect(lambda value: self._set_place("start_region", value))
        self.end.chosen.connect(lambda value: self._set_place("end_region", value))
        self.trajectory = TextField("trajectoryEdit", self.tr("Trajectory"), self._write, (1, 4))
        self._box_title = label()
        self._box_state = label("", "small", "boxState")
        self.box = [self._box_spin(name) for name in "xywh"]
        self._accept = button(
            self.tr("Accept"), lambda: self._decide(True), "acceptButton", "accept", self.tr("Accept the draft (Y)")
        )
        self._reject = button(
            self.tr("Reject"), lambda: self._decide(False), "rejectButton", "", self.tr("Reject the draft (Shift+U)")
        )
        self._empty = paragraph("muted", "objectEmpty")
        self._form = QWidget()
        self._lay_out()
        state.theme.changed.connect(self.update)

    def _frame_spin(self, name: str) -> QSpinBox:
        spin = QSpinBox()
        spin.setObjectName(name)
        spin.setRange(0, 10**9)
        spin.setKeyboardTracking(False)
        spin.setFixedWidth(62)
        spin.editingFinished.connect(self._set_edges)
        return spin

    def _box_spin(self, name: str) -> QDoubleSpinBox:
        spin = QDoubleSpinBox()
        spin.setObjectName(f"box_{name}")
        spin.setAccessibleName({"x": "x", "y": "y", "w": self.tr("width"), "h": self.tr("height")}[name])
        spin.setToolTip(spin.accessibleName())
        spin.setDecimals(2)
        spin.setRange(0.0 if name in "wh" else -_FAR, _FAR)
        spin.setKeyboardTracking(False)
        spin.setPrefix(f"{name} ")
        spin.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        spin.setMinimumWidth(64)
        spin.editingFinished.connect(self._set_box)
        return spin

    def _build_language(self) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self._languages = {}
        for language, name in (("en", "EN"), ("zh", "中文")):
            made = button(name, lambda language=language: self.set_language(language), f"language_{language}", "chip")
            made.setCheckable(True)
            made.setAccessibleName({"en": self.tr("Texts in English"), "zh": self.tr("Texts in Chinese")}[language])
            self._languages[language] = made
            line.addWidget(made)
        return holder

    def _lay_out(self) -> None:
        form = column(self._form, 4)
        form.addLayout(
            row(self._event_title, 2, self._start, label(":"), self._stop, None, self._add, self._drop, spacing=4)
        )
        form.addWidget(self.event_box)
        form.addSpacing(6)
        form.addLayout(row(label(self.tr("Appearance")), self._lacks, None, self._language))
        form.addWidget(self.appearance)
        form.addSpacing(6)
        form.addWidget(label(self.tr("State of motion")))
        form.addWidget(self.motion)
        form.addSpacing(6)
        form.addLayout(row(self._place_title, None, self._place_state, self._reset))
        arrow = label("→")
        places = row(self.grid, self.start, arrow, self.end)
        places.setStretch(1, 1)
        places.setStretch(3, 1)
        form.addLayout(places)
        form.addWidget(self.trajectory)
        form.addSpacing(6)
        form.addLayout(row(self._box_title, None, self._box_state))
        form.addLayout(row(*self.box, spacing=4))
        form.addSpacing(8)
        form.addLayout(row(self._accept, self._reject, None, spacing=8))
        whole = column(self, 6, (14, 10, 14, 12))
        whole.addLayout(row(self._title, None, self._origin))
        whole.addWidget(self._empty)
        whole.addWidget(self._form)

    # -- what is shown

    @property
    def language(self) -> str:
        return str(self._state.studio.settings["text_language"])

    def set_language(self, language: str) -> None:
        """Which language's texts are shown and written."""
        self.flush()
        self._state.studio.settings["text_language"] = language
        self.refresh()
        self.languageChanged.emit()

    def flush(self) -> None:
        """Hand in what is typed."""
        for field in (self.appearance, self.motion, self.trajectory):
            field.flush()
        for spin in (self._start, self._stop, *self.box):
            if spin.hasFocus():
                spin.interpretText()

    def refresh(self) -> None:
        """Show the selected object as it is."""
        self._filling = True
        try:
            thing = self._state.selection.row
            self._form.setVisible(thing is not None)
            self._empty.setVisible(thing is None)
            self._origin.setVisible(thing is not None)
            for name, made in self._languages.items():
                made.setChecked(name == self.language)
            if thing is None:
                self._show_nothing()
            else:
                self._show(thing)
        finally:
            self._filling = False

    def _show_nothing(self) -> None:
        self._segment = None
        for field in (self.appearance, self.motion, self.trajectory):
            field.show_text(None, "")
        self._title.setText(self.tr("NO OBJECT SELECTED"))
        if self._state.document.video_row is None:
            self._empty.setText(self.tr("Open a clip to see what is in it."))
        else:
            self._empty.setText(
                self.tr(
                    "Press N and drag a box on the picture, or select an object in the picture, the list or a lane."
                )
            )

    def _show(self, thing: Object) -> None:
        document, clip = self._state.document.document, self._state.document.clip_row
        self._title.setText(self.tr("OBJECT {n}").format(n=thing.track))
        origin = ""
        if thing.model:
            score = "" if thing.score is None else f" · {thing.score:.2f}"
            origin = self.tr("draft by {model}") if thing.is_draft else self.tr("by {model}, accepted")
            origin = origin.format(model=thing.model) + score
        self._origin.setText(origin)
        self._accept.setVisible(thing.is_draft)
        self._reject.setVisible(thing.is_draft)
        segment = self._shown_segment(thing)
        self._segment = segment.key if segment else None
        self._show_segment(segment)
        language = self.language
        other = "zh" if language == "en" else "en"
        missing = text(thing, "appearance", language) and not text(thing, "appearance", other)
        self._lacks.setText(
            {"zh": self.tr("no Chinese yet"), "en": self.tr("no English yet")}[other] if missing else ""
        )
        self.appearance.show_text(
            ("object", thing.key, "appearance", language),
            text(thing, "appearance", language),
            text(thing, "appearance", other) or self.tr("What it looks like: clothes, colours, what it carries …"),
        )
        if segment is not None:
            self.motion.show_text(
                ("segment", segment.key, "motion", language),
                text(segment, "motion", language),
                text(segment, "motion", other) or self.tr("How it moves: walks, runs, stands still …"),
            )
        else:
            self.motion.show_text(None, "", self.tr("Give the object a segment first."))
        self._show_place(thing, clip, language)
        self._show_box(thing, document.track(thing.key).at(self._state.playback.frame))

    def _shown_segment(self, thing: Object) -> Segment | None:
        """The selected segment, else the one that is in the frame shown, else the clip's main one."""
        document, clip = self._state.document.document, self._state.document.clip_row
        segments = document.segments(thing.key)
        chosen = next((s for s in segments if s.key == self._state.selection.segment), None)
        frame = max(0, self._state.playback.frame)
        here = main_segment(segments, FrameRange(frame, frame + 1))
        if chosen is not None or here is not None:
            return chosen or here
        return document.main_segment(thing.key, clip.range) if clip else None

    def _show_segment(self, segment: Segment | None) -> None:
        classes = [c.key for c in self._state.document.document.event_classes]
        if segment is not None and segment.event and segment.event not in classes:
            classes.append(segment.event)
        shown = [None, *classes]
        if [self.event_box.itemData(i) for i in range(self.event_box.count())] != shown:
            self.event_box.clear()
            self.event_box.addItem(self.tr("no event (normal)"), None)
            for name in classes:
                self.event_box.addItem(name, name)
        self.event_box.setCurrentIndex(shown.index(segment.event) if segment is not None else -1)
        self.event_box.setPlaceholderText(self.tr("no segment here: choose an event to make one"))
        self._event_title.setText(self.tr("Event · frames") if segment is not None else self.tr("Event"))
        for spin, value in (
            (self._start, segment.start if segment else 0),
            (self._stop, segment.stop if segment else 0),
        ):
            spin.setVisible(segment is not None)
            if spin.value() != value and not (spin.hasFocus() and spin.text() != str(spin.value())):
                spin.setValue(value)
        self._drop.setEnabled(segment is not None)
        self._add.setEnabled(self._state.playback.range is not None)

    def _show_place(self, thing: Object, clip: Clip | None, language: str) -> None:
        document = self._state.document.document
        for widget in (self.grid, self.start, self.end):
            widget.setEnabled(clip is not None)
        if clip is None:
            self._place_title.setText(self.tr("From → to, trajectory"))
            self._place_state.setText(self.tr("of a clip"))
            self._reset.hide()
            self.trajectory.show_text(None, "")
            return
        regions = document.regions(thing, clip)
        override = document.override(thing.key, clip.key)
        self.start.show_value(regions[0] if regions else None, override.start_region if override else None)
        self.end.show_value(regions[-1] if regions else None, override.end_region if override else None)
        self.grid.show_regions(*dialogue.from_to(document, thing, clip))
        self._place_title.setText(self.tr("From → to, trajectory in {range}").format(range=clip.range))
        own = text(override, "trajectory", language) if override else ""
        changed = override is not None and bool(own or override.start_region or override.end_region)
        self._place_state.setText(self.tr("changed ·") if changed else self.tr("derived"))
        self._reset.setVisible(changed)
        derived = dialogue.trajectory_text(regions, language)
        self.trajectory.show_text(
            ("override", thing.key, clip.key, language), own, derived or self.tr("not in the picture in this clip")
        )

    def _show_box(self, thing: Object, shown: object) -> None:
        frame = self._state.playback.frame
        self._box_title.setText(self.tr("Box · frame {n}").format(n=frame) if frame >= 0 else self.tr("Box"))
        if shown is None:
            state = self.tr("not in the picture here")
        elif shown.keyframe:
            state = self.tr("keyframe, hidden") if shown.occluded else self.tr("keyframe")
        else:
            state = self.tr("in between, hidden") if shown.occluded else self.tr("in between")
        self._box_state.setText(state if frame >= 0 else "")
        for spin, value in zip(self.box, shown.box.tuple() if shown else (0.0, 0.0, 0.0, 0.0), strict=True):
            spin.setEnabled(shown is not None)
            if spin.value() != value and not (spin.hasFocus() and spin.lineEdit().isModified()):
                spin.setValue(value)

    # -- what a person says

    def _write(self, target: tuple[str, str, str, str], value: str) -> bool:
        table, key, name, language = target
        document = self._state.document
        if table == "override":
            if ("object", key) not in document.document or ("clip", name) not in document.document:
                return True  # it was deleted: there is nothing to write on
            field = {f"trajectory_{language}": value if value.strip() else ""}
            return document.attempt(actions.set_override, document.who, key, name, **field)
        if (table, key) not in document.document:
            return True
        return document.attempt(actions.set_text, table, key, name, language, value)

    def _withdrawn(self, edit: Edit) -> None:
        for change in edit.changes:
            for name, value in (change.after or {}).items():
                word, _, language = name.rpartition("_")
                if word not in ("appearance", "motion", "trajectory"):
                    continue
                if change.table == "object":
                    self.appearance.hold((change.table, change.key, word, language), value)
                elif change.table == "segment":
                    self.motion.hold((change.table, change.key, word, language), value)
                elif change.table == "override":
                    thing, _, clip = change.key.partition("@")
                    self.trajectory.hold((change.table, thing, clip, language), value)

    def _set_event(self, index: int) -> None:
        document, event = self._state.document, self.event_box.itemData(index)
        if self._segment is not None:
            # Going through the list with the keys is one step of undo.
            merge = f"segment/{self._segment}/event"
            document.attempt(actions.set_segment, self._segment, merge=merge, event=event)
        else:
            self._add_segment(event)

    def _add_segment(self, event: str | None = None) -> None:
        thing, document = self._state.selection.row, self._state.document
        frames = self._state.playback.range or self._whole()
        if thing is None or frames is None:
            return
        before = {s.key for s in document.document.segments(thing.key)}
        if document.attempt(actions.add_segment, document.who, thing.key, *frames, event):
            made = next((s.key for s in document.document.segments(thing.key) if s.key not in before), None)
            self._state.selection.select(thing.key, made)

    def _whole(self) -> tuple[int, int] | None:
        clip = self._state.document.clip_row
        return (clip.start, clip.stop) if clip else None

    def _drop_segment(self) -> None:
        if self._segment is not None:
            self._state.document.attempt(actions.delete_segment, self._segment)

    def _set_edges(self) -> None:
        if self._filling or self._segment is None:
            return
        start, stop = self._start.value(), self._stop.value()
        if not self._state.document.attempt(actions.set_segment, self._segment, start=start, stop=stop):
            self.refresh()

    def _set_place(self, field: str, value: str | None) -> None:
        thing, clip, document = self._state.selection.row, self._state.document.clip_row, self._state.document
        if thing is not None and clip is not None:
            document.attempt(actions.set_override, document.who, thing.key, clip.key, **{field: value})

    def _reset_place(self) -> None:
        """All three follow from the boxes again, in both languages."""
        thing, clip, document = self._state.selection.row, self._state.document.clip_row, self._state.document
        if thing is not None and clip is not None:
            empty = {"start_region": None, "end_region": None, "trajectory_en": "", "trajectory_zh": ""}
            document.attempt(actions.set_override, document.who, thing.key, clip.key, **empty)

    def _set_box(self) -> None:
        thing, document = self._state.selection.row, self._state.document
        frame = self._state.playback.frame
        if self._filling or thing is None or frame < 0:
            return
        shown = document.document.track(thing.key).at(frame)
        values = [spin.value() for spin in self.box]
        if shown is None or list(shown.box.tuple()) == values:
            return
        try:
            box = Box(*values)
        except StudioError as error:
            document.refused.emit(str(error))
            return
        document.attempt(actions.set_box, document.who, thing.key, frame, box, label="Set box")

    def _decide(self, accept: bool) -> None:
        thing = self._state.selection.row
        if thing is not None:
            self._state.document.attempt(actions.decide, [thing.key], accept)
