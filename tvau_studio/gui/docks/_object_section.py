"""The form of the selected object: event, texts, where from and where to, its box here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from tvau_studio.domain import actions
from tvau_studio.domain.labels import LANGUAGES, Object, text
from tvau_studio.gui.docks._box_form import BoxForm
from tvau_studio.gui.docks._many_section import ManySection
from tvau_studio.gui.docks._place_form import PlaceForm
from tvau_studio.gui.docks._segment_form import SegmentForm
from tvau_studio.gui.docks._text_pair import TextPair
from tvau_studio.gui.forms import button, column, icon_button, label, paragraph, row

if TYPE_CHECKING:
    from tvau_studio.domain.edits import Edit
    from tvau_studio.domain.labels import Row
    from tvau_studio.gui.state import State


class ObjectSection(QWidget):
    """The selected object. Everything is an Edit of `domain.actions`; nothing is kept here but what is being typed."""

    languageChanged = Signal()

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setObjectName("objectForm")
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
        state.theme.changed.connect(self.update)

    # -- made once

    def _build(self) -> None:
        state = self._state
        self._title = label("", "title", "objectTitle")
        self._origin = label("", "warn", "objectOrigin")
        self.segment = SegmentForm(state)
        self._language = self._build_language()
        self._lacks = label("", "small", "missingLanguage")
        self.appearance = TextPair(state, "appearanceEdit", self.tr("Appearance"), self._write, (2, 5), "appearance")
        self.motion = TextPair(state, "motionEdit", self.tr("State of motion"), self._write, (1, 4), "motion")
        self.place = PlaceForm(state, self._write)
        self.box = BoxForm(state)
        self._accept = button(
            self.tr("Accept"), lambda: self._decide(True), "acceptButton", "accept", self.tr("Accept the draft (Y)")
        )
        self._reject = button(
            self.tr("Reject"), lambda: self._decide(False), "rejectButton", "", self.tr("Reject the draft (Shift+U)")
        )
        self._ask = icon_button(
            state.theme, "sparkles", self.tr("Have the model draft the texts (Ctrl+G)"), self._draft, "draftTexts"
        )
        self._empty = paragraph("muted", "objectEmpty")
        self.many = ManySection(state)
        self._form = QWidget()
        form = column(self._form, 4)
        form.addWidget(self.segment)
        form.addSpacing(6)
        form.addLayout(row(label(self.tr("Appearance")), self._lacks, None, self._ask, self._language))
        form.addWidget(self.appearance)
        form.addSpacing(6)
        form.addWidget(label(self.tr("State of motion")))
        form.addWidget(self.motion)
        form.addSpacing(6)
        form.addWidget(self.place)
        form.addSpacing(6)
        form.addWidget(self.box)
        form.addSpacing(8)
        form.addLayout(row(self._accept, self._reject, None, spacing=8))
        whole = column(self, 6, (14, 10, 14, 12))
        whole.addLayout(row(self._title, None, self._origin))
        whole.addWidget(self._empty)
        whole.addWidget(self.many)
        whole.addWidget(self._form)

    def _build_language(self) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self._languages = {}
        names = {
            "en": ("EN", self.tr("Texts in English")),
            "zh": ("中文", self.tr("Texts in Chinese")),
            "both": ("EN | 中", self.tr("Texts in both languages")),
        }
        for code, (name, words) in names.items():
            made = button(name, lambda code=code: self.set_language(code), f"language_{code}", "chip", words)
            made.setCheckable(True)
            made.setAccessibleName(words)
            self._languages[code] = made
            line.addWidget(made)
        return holder

    # -- what is shown

    @property
    def language(self) -> str:
        return str(self._state.studio.settings["text_language"])

    def set_language(self, language: str) -> None:
        """Which language's texts are shown and written: en, zh or both."""
        self.flush()
        settings = self._state.studio.settings
        settings["both_languages"] = language == "both"
        if language != "both":
            settings["text_language"] = language
        self.refresh()
        self.languageChanged.emit()

    def flush(self) -> None:
        """Hand in what is typed."""
        for part in (self.appearance, self.motion, self.place.trajectory, self.segment, self.box):
            part.flush()

    def refresh(self) -> None:
        """Show the selected object as it is; of several what they share."""
        thing, several = self._state.selection.row, len(self._state.selection.objects) > 1
        self._form.setVisible(thing is not None and not several)
        self._empty.setVisible(thing is None)
        self.many.setVisible(several)
        self._origin.setVisible(thing is not None and not several)
        shown = "both" if self._state.studio.settings["both_languages"] else self.language
        for name, made in self._languages.items():
            made.setChecked(name == shown)
        if thing is None or several:
            self._show_nothing()
        else:
            self._show(thing)
        if several:
            self._title.setText(self.tr("{n} OBJECTS SELECTED").format(n=len(self._state.selection.objects)))
        self.many.refresh()

    def _show_nothing(self) -> None:
        self.segment.show_object(None)
        for field in (self.appearance, self.motion):
            field.show_texts(None, {})
        self.place.show_object(None)
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
        self._title.setText(self.tr("OBJECT {n}").format(n=thing.track))
        origin = ""
        if thing.model:
            score = "" if thing.score is None else f" · {thing.score:.2f}"
            origin = self.tr("draft by {model}") if thing.is_draft else self.tr("by {model}, accepted")
            origin = origin.format(model=thing.model) + score
        self._origin.setText(origin)
        self._accept.setVisible(thing.is_draft)
        self._reject.setVisible(thing.is_draft)
        segment = self.segment.show_object(thing)
        self._show_lacks(thing)
        hint = self.tr("What it looks like: clothes, colours, what it carries …")
        self.appearance.show_texts(("object", thing.key, "appearance"), _texts(thing, "appearance"), _same(hint))
        if segment is not None:
            hint = self.tr("How it moves: walks, runs, stands still …")
            self.motion.show_texts(("segment", segment.key, "motion"), _texts(segment, "motion"), _same(hint))
        else:
            self.motion.show_texts(None, {}, _same(self.tr("Give the object a segment first.")))
        self.place.show_object(thing)
        self.box.show_object(thing)

    def _show_lacks(self, thing: Object) -> None:
        """Which language is missing, where one language alone is shown."""
        other = next(code for code in LANGUAGES if code != self.language)
        missing = text(thing, "appearance", self.language) and not text(thing, "appearance", other)
        alone = not self._state.studio.settings["both_languages"]
        words = {"zh": self.tr("no Chinese yet"), "en": self.tr("no English yet")}[other]
        self._lacks.setText(words if missing and alone else "")

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
                    self.place.trajectory.hold((change.table, thing, clip, language), value)

    def _draft(self) -> None:
        if (thing := self._state.selection.row) is not None:
            self._state.drafter.start(thing)

    def _decide(self, accept: bool) -> None:
        thing = self._state.selection.row
        if thing is not None:
            self._state.document.attempt(actions.decide, [thing.key], accept)


def _texts(owner: Row, name: str) -> dict[str, str]:
    return {code: text(owner, name, code) for code in LANGUAGES}


def _same(hint: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, hint)
