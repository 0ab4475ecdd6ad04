"""The dialogue about a range of the video: ask, read, follow what an answer stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QPlainTextEdit, QScrollArea, QSizePolicy, QWidget

from tvau_studio.domain import actions
from tvau_studio.domain.dialogue import templates
from tvau_studio.gui.docks import _evidence
from tvau_studio.gui.docks._bubbles import TurnView
from tvau_studio.gui.docks._flow import Flow
from tvau_studio.gui.forms import button, column, label, link, paragraph, row, separator

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from tvau_studio.gui.docks._evidence import Link
    from tvau_studio.gui.state import State
    from tvau_studio.gui.state.conversation import Turn

_SHOWN = 40
"""Turns that are shown at first; earlier ones on request."""

_CHIPS = (
    ("Any anomaly?", "ask_anomaly"),
    ("Describe it", "ask_appearance"),
    ("Trajectory", "ask_trajectory"),
    ("Scene", "ask_environment"),
)
"""What a chip says, and the question of resources/dialogue.json that it asks."""


class ChatPanel(QWidget):
    """Questions about the range (without one: the clip, else the whole video). Enter sends, Shift+Enter breaks the
    line, the up arrow in an empty field brings the last question back."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setObjectName("chatPane")
        self.setAccessibleName(self.tr("Ask about the video"))
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._views: list[TurnView] = []
        self._first = 0  # the number of the first turn that is shown
        self._stick = True
        self._build()
        talk = state.conversation
        talk.turnAdded.connect(self._added)
        talk.turnChanged.connect(self._changed)
        talk.busyChanged.connect(lambda _: self._show_range())
        talk.reset.connect(self._rebuild)
        state.playback.rangeChanged.connect(self._show_range)
        state.playback.videoChanged.connect(self._show_range)
        state.document.loaded.connect(self._show_range)
        state.workspace.opened.connect(self._show_range)
        state.workspace.modelChanged.connect(self._model_changed)
        state.selection.changed.connect(self._selected)
        state.heat.scoresChanged.connect(lambda *_: self._doubts.start())
        state.heat.changed.connect(self._doubts_soon)
        state.theme.changed.connect(self._restyle)
        self._rebuild()
        self._show_range()

    def sizeHint(self) -> QSize:
        return QSize(360, 440)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 200)

    def _build(self) -> None:
        self._title = label("", "title", "chatTitle")
        self._length = label("", "small", "chatLength")
        self._inner = QWidget()
        self._inner.setProperty("panel", True)
        self._turns = column(self._inner, 10, (14, 4, 14, 8))
        self._earlier = link(self.tr("Earlier questions"), self._show_earlier, "chatEarlier")
        self._empty = paragraph("muted", "chatEmpty")
        self._turns.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignHCenter)
        self._turns.addWidget(self._empty)
        self._turns.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("chatTranscript")
        self._scroll.setAccessibleName(self.tr("Questions and answers"))
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._inner)
        bar = self._scroll.verticalScrollBar()
        bar.valueChanged.connect(lambda value: setattr(self, "_stick", value >= bar.maximum() - 24))
        bar.rangeChanged.connect(lambda _, most: bar.setValue(most) if self._stick else None)
        self._doubts = QTimer(self)
        self._doubts.setSingleShot(True)
        self._doubts.setInterval(100)
        self._doubts.timeout.connect(lambda: [view.refresh() for view in self._views if view.turn.reply is not None])

        chips = QWidget()
        flow = Flow(chips, 6)
        self._chips = []
        for text, template in _CHIPS:
            chip = button(self.tr(text), lambda template=template: self._ask_template(template), "", "chip")
            chip.setObjectName(f"chip_{template}")
            flow.addWidget(chip)
            self._chips.append(chip)
        self._warning = paragraph("warn", "chatWarning")
        self._shorten = link("", self._take_shorter, "chatShorten")
        self.input = _Input()
        self.input.setObjectName("chatInput")
        self.input.setAccessibleName(self.tr("Question"))
        self.input.sent.connect(self._send_typed)
        self.input.wanted.connect(self._bring_back)
        self.input.textChanged.connect(self._show_range)
        self._send = button(self.tr("Ask"), self._send_typed, "chatSend", "primary", self.tr("Ask (Enter)"))
        self._send.setAccessibleName(self.tr("Ask"))
        self._stop = button(
            self.tr("Stop"), self._state.conversation.stop, "chatStop", "stop", self.tr("Stop answering (Esc)")
        )
        self._stop.setAccessibleName(self.tr("Stop answering"))
        bottom = column(None, 8, (14, 8, 14, 12))
        bottom.addWidget(chips)
        bottom.addWidget(self._warning)
        bottom.addWidget(self._shorten)
        line = row(self.input, self._send, self._stop)
        line.setStretch(0, 1)
        line.setAlignment(self._send, Qt.AlignmentFlag.AlignBottom)
        line.setAlignment(self._stop, Qt.AlignmentFlag.AlignBottom)
        bottom.addLayout(line)
        whole = column(self, 0)
        head = row(self._title, None, self._length)
        head.setContentsMargins(14, 10, 14, 6)
        whole.addWidget(separator())
        whole.addLayout(head)
        whole.addWidget(self._scroll, 1)
        whole.addLayout(bottom)

    # -- the range

    def frames(self) -> tuple[int, int] | None:
        """What a question is about now: a, b."""
        if self._state.workspace.video is None:
            return None
        clip = self._state.document.clip_row
        whole = (0, self._state.playback.frames) if self._state.playback.frames else None
        return self._state.playback.range or ((clip.start, clip.stop) if clip else whole)

    @property
    def _limit(self) -> int | None:
        """How many frames the model takes at most; None where that is not known yet."""
        return self._state.studio.models.facts.get("max_frames")

    def _shorter(self, frames: tuple[int, int]) -> tuple[int, int]:
        """As many frames as the model takes, round the picture shown."""
        limit = self._limit or frames[1] - frames[0]
        middle = max(frames[0], min(frames[1] - 1, self._state.playback.frame))
        start = max(frames[0], min(middle - limit // 2, frames[1] - limit))
        return start, start + limit

    def _take_shorter(self) -> None:
        frames = self.frames()
        if frames is not None:
            self._state.playback.set_range(self._shorter(frames))

    def _show_range(self) -> None:
        frames, busy, limit = self.frames(), self._state.conversation.busy, self._limit
        long = frames is not None and limit is not None and frames[1] - frames[0] > limit
        self._title.setText(self.tr("ASK ABOUT {a}:{b}").format(a=frames[0], b=frames[1]) if frames else self.tr("ASK"))
        self._length.setText(self._length_words(frames) if frames else "")
        error = self._state.workspace.model_error
        self._warning.setText(error)
        if long:
            words = self.tr("{n} frames are more than {model} takes at once ({limit}).")
            model = self._state.workspace.model_name
            self._warning.setText(words.format(n=frames[1] - frames[0], model=model, limit=limit))
            a, b = self._shorter(frames)
            self._shorten.setText(self.tr("Ask about {a}:{b} instead").format(a=a, b=b))
        self._warning.setVisible(bool(self._warning.text()))
        self._shorten.setVisible(long)
        able = frames is not None and not busy and not long
        for chip in self._chips:
            chip.setEnabled(able)
        self._send.setEnabled(able and bool(self.input.toPlainText().strip()))
        self._send.setVisible(not busy)
        self._stop.setVisible(busy)
        hint = self.tr("Ask about this range…") if frames else self.tr("Open a clip to ask about it.")
        if hint != self.input.placeholderText():
            self.input.setPlaceholderText(hint)
            self.input.viewport().update()  # Qt does not, where one hint follows another
        if not self._views:
            self._say_nothing(frames)

    def _length_words(self, frames: tuple[int, int]) -> str:
        a, b = frames
        video, n = self._state.workspace.video, b - a
        count = self.tr("1 frame") if n == 1 else self.tr("{n} frames").format(n=f"{n:,}")
        if video is None or b > len(video) or len(video) < 2:
            return count
        times = video.times
        end = float(times[b]) if b < len(video) else 2 * float(times[-1]) - float(times[-2])
        return self.tr("{count} · {s:.1f} s").format(count=count, s=max(0.0, end - float(times[a])))

    def _say_nothing(self, frames: tuple[int, int] | None) -> None:
        self._empty.setText(
            self.tr(
                "Ask in English or Chinese. The answer stands on the heatmap of these frames; its words lead to them."
            )
            if frames
            else self.tr("Nothing is open.")
        )

    # -- asking

    def _send_typed(self) -> None:
        question = self.input.toPlainText()
        if self._ask(question):
            self.input.clear()

    def _ask_template(self, name: str) -> None:
        language = str(self._state.studio.settings["text_language"])
        self._ask(str(templates(language)[name]))

    def _ask(self, question: str, frames: tuple[int, int] | None = None) -> bool:
        """Whether it is being asked; what was typed stays where it cannot be."""
        frames = frames or self.frames()
        limit = self._limit
        if frames is None or not question.strip() or (limit is not None and frames[1] - frames[0] > limit):
            return False
        self._stick = True
        return self._state.conversation.ask(question, *frames) is not None

    def _bring_back(self) -> None:
        turns = self._state.conversation.turns
        if turns:
            self.input.put(turns[-1].question)

    def _edit(self, turn: Turn) -> None:
        self._state.playback.set_range(turn.frames)
        self.input.put(turn.question)
        self.input.setFocus()

    # -- the transcript

    def _rebuild(self) -> None:
        for view in self._views:
            view.hide()
            view.deleteLater()
        self._views = []
        turns = self._state.conversation.turns
        self._first = max(0, len(turns) - _SHOWN)
        self._stick = True
        for number in range(self._first, len(turns)):
            self._append(number)
        self._earlier.setVisible(self._first > 0)
        self._empty.setVisible(not turns)
        self._say_nothing(self.frames())

    def _append(self, number: int, at: int | None = None) -> None:
        turns = self._state.conversation.turns
        divider = number == 0 or turns[number - 1].frames != turns[number].frames
        view = TurnView(self._state, turns[number], divider)
        view.again.connect(lambda turn: self._ask(turn.question, turn.frames))
        view.edit.connect(self._edit)
        view.pointed.connect(self._point)
        view.evidencePointed.connect(self._point_at_evidence)
        view.kept.connect(self._keep)
        where = len(self._views) if at is None else at
        self._views.insert(where, view)
        self._turns.insertWidget(where + 2, view)

    def _added(self, number: int) -> None:
        self._empty.hide()
        self._append(number)
        self._show_range()

    def _changed(self, number: int) -> None:
        if 0 <= number - self._first < len(self._views):
            view = self._views[number - self._first]
            view.refresh()
            turn = view.turn
            if turn.state == "failed" and not self.input.toPlainText().strip():
                self.input.put(turn.question)  # a question that was not answered is not lost

    def _show_earlier(self) -> None:
        self._stick = False
        first = max(0, self._first - _SHOWN)
        for number in range(self._first - 1, first - 1, -1):
            self._append(number, 0)
        self._first = first
        self._earlier.setVisible(first > 0)

    def _selected(self) -> None:
        for view in self._views:
            view.show_keep()

    def _model_changed(self) -> None:
        self._show_range()
        for view in self._views[-1:]:
            if view.turn.state == "waiting":
                view.refresh()

    def _doubts_soon(self) -> None:
        self._doubts.start()

    def _restyle(self) -> None:
        for view in self._views:
            view.restyle()

    # -- what an answer stands on

    def _point(self, turn: Turn, found: Link) -> None:
        if found.evidence is not None:
            self._point_at_evidence(turn, found.evidence, found.frame)
            return
        self._state.playback.pause()
        self._state.playback.seek(found.frame)
        if found.object is not None:
            self._state.selection.select(found.object)

    def _point_at_evidence(self, turn: Turn, number: int, frame: int | None = None) -> None:
        """Show one piece of evidence: its frame, its box, and the object of the labels that stands there."""
        evidence = turn.reply.objects[number] if turn.reply is not None else None
        video = self._state.document.video_row
        if evidence is None or video is None:
            return
        self._state.playback.pause()
        self._state.playback.seek(evidence.frames[0] if frame is None else frame)
        self._state.selection.select(_evidence.object_at(self._state.document.document, video.key, evidence))
        self._state.selection.point_at(evidence.box, " · ".join(_evidence.evidence_words(evidence)))

    def _keep(self, turn: Turn) -> None:
        """The answer as a text of the selected object: its trajectory where that was asked for, else its appearance. An
        answer about the scene is the environment."""
        thing, clip, document = self._state.selection.row, self._state.document.clip_row, self._state.document
        if thing is None:
            return
        language = "zh" if any("\u4e00" <= c <= "\u9fff" for c in turn.answer) else "en"
        words = templates(language)
        text = _evidence.without_lead(turn.answer)
        asked = turn.question.strip()
        if asked == words["ask_environment"]:
            document.attempt(actions.set_text, "video", thing.video, "environment", language, text)
        elif asked == words["ask_trajectory"] and clip is not None:
            document.attempt(
                actions.set_override, document.who, thing.key, clip.key, **{f"trajectory_{language}": text}
            )
        else:
            document.attempt(actions.set_text, "object", thing.key, "appearance", language, text)


class _Input(QPlainTextEdit):
    """Grows to five lines. Pasted text is plain."""

    sent = Signal()
    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(2)
        self.textChanged.connect(self._fit)
        self._fit()

    def put(self, text: str) -> None:
        self.setPlainText(text)
        cursor = self.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.setTextCursor(cursor)

    def _fit(self) -> None:
        lines = max(1, min(5, int(self.document().size().height())))
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 17)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Up and not self.toPlainText():
            self.wanted.emit()
        else:
            super().keyPressEvent(event)
