"""The form of the open clip: anomalous or not, the environment, its state of review."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from tvau_studio.domain import actions
from tvau_studio.domain.labels import STATES, text
from tvau_studio.gui.deeds import review
from tvau_studio.gui.docks._regions import DerivedBox, QuietComboBox
from tvau_studio.gui.docks._suggestion import Suggestion
from tvau_studio.gui.docks._text_field import TextField, helped
from tvau_studio.gui.forms import button, column, label, link, paragraph, row
from tvau_studio.gui.theme.tokens import STATE_TOKENS
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.domain.edits import Edit
    from tvau_studio.domain.labels import Clip
    from tvau_studio.gui.state import State


class ClipSection(QWidget):
    """The open clip. The environment is the video's, for all of its clips, until a clip is given its own."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setObjectName("clipForm")
        self._own = ""  # the clip that is about to be given an environment of its own
        self._build()
        state.theme.changed.connect(self._draw_states)
        state.document.withdrawn.connect(self._withdrawn)
        state.document.flush.connect(self.flush)

    def _build(self) -> None:
        self._title = label("", "title", "clipTitle")
        self._remark = paragraph("bad", "clipRemark")
        yes_no = [(True, self.tr("Yes")), (False, self.tr("No"))]
        self.anomaly = DerivedBox(self._state.theme, "anomalyBox", self.tr("The clip is anomalous"), yes_no)
        self.anomaly.chosen.connect(self._set_anomaly)
        self.review = QuietComboBox("reviewBox", self.tr("State of review"))
        for name in STATES:
            self.review.addItem(tr(name), name)
        self.review.activated.connect(self._set_state)
        self._environment_title = label(self.tr("Environment"))
        self._scope = label("", "small", "environmentScope")
        self._switch = link("", self._switch_scope, "environmentSwitch")
        self.environment = TextField("environmentEdit", self.tr("Environment"), self._write, (2, 5))
        self.environment.keep_in(self._state.typed)
        settings = self._state.studio.settings
        helped(self.environment, self._state, "environment", lambda: (str(settings["text_language"]), None))
        self.draft = Suggestion(self._state.theme, "environmentDraft", lambda text, _: self.environment.write(text))
        self.draft.left.connect(lambda: self._state.drafter.drop(self._target))
        self._state.drafter.changed.connect(self._show_draft)
        self._return = button(
            self.tr("Return…"),
            lambda: review.give_back(self.window()),
            "returnButton",
            "",
            self.tr("Give the clip back with a remark (U)"),
        )
        self._reopen = button(
            self.tr("Reopen…"), lambda: review.reopen(self.window()), "reopenButton", "", self.tr("Unlock the labels")
        )
        self._locked = label(self.tr("accepted, locked"), "ok", "clipLocked")
        self._draw_states()

        whole = column(self, 4, (14, 10, 14, 12))
        whole.addWidget(self._title)
        whole.addWidget(self._remark)
        whole.addSpacing(2)
        choices = row(spacing=10)
        for words, box in ((self.tr("Anomalous"), self.anomaly), (self.tr("Review"), self.review)):
            part = column()
            part.addWidget(label(words))
            part.addWidget(box)
            choices.addLayout(part, 1)
        whole.addLayout(choices)
        whole.addSpacing(6)
        whole.addLayout(row(self._environment_title, self._scope, None, self._switch))
        whole.addWidget(self.environment)
        whole.addWidget(self.draft)
        whole.addSpacing(6)
        whole.addLayout(row(self._return, self._reopen, self._locked, None, spacing=8))

    def _draw_states(self) -> None:
        """A dot in the state's colour beside its word."""
        for i, name in enumerate(STATES):
            dot = QPixmap(20, 20)
            dot.setDevicePixelRatio(2)
            dot.fill(Qt.GlobalColor.transparent)
            painter = QPainter(dot)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(self._state.theme.tokens, STATE_TOKENS[name])))
            painter.drawEllipse(1, 1, 8, 8)
            painter.end()
            self.review.setItemIcon(i, QIcon(dot))

    # -- what is shown

    def flush(self) -> None:
        """Hand in what is typed."""
        self.environment.flush()

    def refresh(self) -> None:
        """Show the open clip as it is."""
        document, clip, video = (
            self._state.document.document,
            self._state.document.clip_row,
            self._state.document.video_row,
        )
        self.setVisible(video is not None)
        if video is None:
            self.environment.show_text(None, "")
            return
        for widget in (self.anomaly, self.review, self._return):
            widget.setEnabled(clip is not None)
        if clip is not None:
            self._title.setText(self.tr("CLIP {range}").format(range=clip.range))
            without = document.anomalous(replace(clip, anomaly=None))
            self.anomaly.show_value(without, clip.anomaly)
            self.review.setCurrentIndex(STATES.index(clip.state))
            said = [c for c in document.comments(clip.key) if not c.resolved]
            self._remark.setText(f"{said[-1].author}: {said[-1].text}" if said and clip.state == "returned" else "")
        else:
            self._title.setText(self.tr("VIDEO {name}").format(name=video.stem))
            self.review.setCurrentIndex(-1)
            self._remark.setText("")
        self._remark.setVisible(bool(self._remark.text()))
        locked = self._state.document.is_locked
        self._return.setVisible(not locked)
        self._reopen.setVisible(locked)
        self._locked.setVisible(locked)
        self._show_environment(clip)

    def _show_environment(self, clip: Clip | None) -> None:
        video = self._state.document.video_row
        language = str(self._state.studio.settings["text_language"])
        own = clip is not None and (bool(clip.environment_en or clip.environment_zh) or self._own == clip.key)
        self._scope.setText(self.tr("· of this clip") if own else self.tr("· of the whole video"))
        self._switch.setText(self.tr("use the video's") if own else self.tr("only this clip"))
        self._switch.setVisible(clip is not None)
        other = "zh" if language == "en" else "en"
        place = text(video, "environment", language)
        hint = text(video, "environment", other) or self.tr("Where it is: place, light, weather …")
        if own:
            target = ("clip", clip.key, "environment", language)
            self.environment.show_text(target, text(clip, "environment", language), place or hint)
        else:
            self.environment.show_text(("video", video.key, "environment", language), place, hint)

        self._show_draft()

    @property
    def _target(self) -> tuple[str, str, str, str]:
        video = self._state.document.video_row
        return "video", video.key if video else "", "environment", str(self._state.studio.settings["text_language"])

    def _show_draft(self) -> None:
        """What the model drafted for the video's environment."""
        words = self._state.drafter.drafts.get(self._target, "")
        self.draft.offer(words, self.environment.text, self._state.studio.models.name)

    # -- what a person says

    def _write(self, target: tuple[str, str, str, str], value: str) -> bool:
        table, key, name, language = target
        document = self._state.document
        if (table, key) not in document.document:
            return True
        return document.attempt(actions.set_text, table, key, name, language, value)

    def _withdrawn(self, edit: Edit) -> None:
        for change in edit.changes:
            for name, value in (change.after or {}).items():
                word, _, language = name.rpartition("_")
                if word == "environment" and change.table in ("clip", "video"):
                    self.environment.hold((change.table, change.key, word, language), value)

    def _switch_scope(self) -> None:
        clip, document = self._state.document.clip_row, self._state.document
        if clip is None:
            return
        self.flush()
        if clip.environment_en or clip.environment_zh or self._own == clip.key:
            self._own = ""
            document.attempt(
                actions.set_clip, clip.key, "Use the video's environment", environment_en="", environment_zh=""
            )
        else:
            self._own = clip.key
        self.refresh()
        self.environment.setFocus()

    def _set_anomaly(self, value: bool | None) -> None:
        clip = self._state.document.clip_row
        if clip is not None:
            self._state.document.attempt(actions.set_clip, clip.key, "Set anomalous", anomaly=value)

    def _set_state(self, index: int) -> None:
        review.set_state(self.window(), self.review.itemData(index))
        self.refresh()
