"""The dialogue about a range of the video: ask, read, follow what an answer stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from tvau_studio.gui.docks._ask_box import AskBox
from tvau_studio.gui.docks._bubbles import TurnView
from tvau_studio.gui.docks._chat_deeds import ChatDeeds
from tvau_studio.gui.docks._thumbs import Thumbs
from tvau_studio.gui.docks._transcript import Transcript
from tvau_studio.gui.forms import column, icon_button, label, paragraph, row, separator
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from tvau_studio.gui.state import State
    from tvau_studio.gui.state.turns import Turn


_LOW = 320
"""Pixels of height below which the answers get the room of the presets."""


class ChatPanel(QWidget):
    """The head with the history, the transcript, the field to ask in."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setObjectName("chatPane")
        self.setAccessibleName(tr("Ask about the video"))
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._deeds = ChatDeeds(state)
        self._thumbs = Thumbs(state)
        self._build()
        self._doubts = QTimer(self)
        self._doubts.setSingleShot(True)
        self._doubts.setInterval(100)
        self._doubts.timeout.connect(self._show_heat)
        talk = state.conversation
        talk.turnAdded.connect(lambda _: self._added())
        talk.turnChanged.connect(self._changed)
        talk.busyChanged.connect(lambda _: self._busy_changed())
        talk.reset.connect(self._rebuild)
        state.document.loaded.connect(self._show_head)
        state.workspace.modelChanged.connect(self._model_changed)
        state.selection.changed.connect(self._selected)
        state.heat.scoresChanged.connect(lambda *_: self._doubts.start())
        state.heat.changed.connect(self._doubts.start)
        state.theme.changed.connect(self._restyle)
        self._thumbs.ready.connect(self._doubts.start)
        self._deeds.editWanted.connect(self.ask.edit)
        self._deeds.promptWanted.connect(self._show_prompt)
        self.ask.scope.changed.connect(self._show_head)
        self._rebuild()

    def sizeHint(self) -> QSize:
        return QSize(360, 440)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.ask.set_low(event.size().height() < _LOW)

    def _build(self) -> None:
        theme = self._state.theme
        self._title = label("", "title", "chatTitle")
        self._new = icon_button(theme, "plus", tr("Begin a new dialogue"), self._begin_anew, "chatNew")
        self._history = icon_button(theme, "history", tr("Earlier questions"), self.show_history, "chatHistory")
        self.transcript = Transcript(lambda: TurnView(self._state, self._deeds, self._thumbs), self._divides)
        self.transcript.setObjectName("chatTranscript")
        self.transcript.setAccessibleName(tr("Questions and answers"))
        self._empty = paragraph("muted", "chatEmpty")
        empty = QWidget()
        empty.setProperty("panel", True)
        lines = column(empty, 0, (14, 4, 14, 4))
        lines.addWidget(self._empty)
        lines.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(self.transcript)
        self.ask = AskBox(self._state)
        self.input = self.ask.input
        head = row(self._title, None, self._new, self._history, spacing=2)
        head.setContentsMargins(14, 6, 8, 2)
        whole = column(self, 0)
        whole.addWidget(separator())
        whole.addLayout(head)
        whole.addWidget(self._pages, 1)
        whole.addWidget(self.ask)

    def _show_head(self) -> None:
        subject = self.ask.scope.subject()
        talk = self._state.conversation.book.place.talk
        title = talk.title if talk is not None else ""
        about = tr("ASK ABOUT {a}:{b}", a=subject.frames[0], b=subject.frames[1]) if subject is not None else tr("ASK")
        self._title.setText(title or about)
        self._new.setEnabled(bool(self._state.conversation.turns) and not self._state.conversation.busy)
        self._history.setEnabled(self._state.studio.project is not None)
        self._empty.setText(
            tr("Ask in English or Chinese. The answer stands on the heatmap of these frames; its words lead to them.")
            if subject is not None
            else tr("Nothing is open.")
        )

    # -- the transcript

    def _divides(self, number: int) -> bool:
        """Whether a turn begins another range."""
        turns = self._state.conversation.turns
        return number == 0 or turns[number - 1].frames != turns[number].frames

    def _rebuild(self) -> None:
        turns = self._state.conversation.turns
        self._pages.setCurrentIndex(1 if turns else 0)
        self.transcript.show_turns(turns)
        self._show_head()

    def _added(self) -> None:
        self._pages.setCurrentIndex(1)
        self.transcript.grow(self._state.conversation.turns)
        self._show_head()

    def _changed(self, number: int) -> None:
        self.transcript.refresh(number)
        turns = self._state.conversation.turns
        if 0 <= number < len(turns):
            turn = turns[number]
            if turn.state == "failed" and number == len(turns) - 1 and not self.input.toPlainText().strip():
                self.input.put(turn.question)  # a question that was not answered is not lost

    def _busy_changed(self) -> None:
        self._show_head()
        for view in self.transcript.in_sight():
            if view.turn is not None and not view.turn.growing:
                view.refresh()

    def _selected(self) -> None:
        for view in self.transcript.in_sight():
            view.show_keep()

    def _model_changed(self) -> None:
        for view in self.transcript.in_sight():
            if view.turn is not None and view.turn.state == "waiting":
                view.refresh()

    def _show_heat(self) -> None:
        for view in self.transcript.in_sight():
            view.show_heat()

    def _restyle(self) -> None:
        self.transcript.restyle()

    # -- what else there is

    def _begin_anew(self) -> None:
        self._state.conversation.book.new_talk()
        self.input.setFocus()

    def show_history(self) -> None:
        """Everything that was asked in this project."""
        from tvau_studio.gui.docks._history import HistoryDialog

        HistoryDialog(self.window(), self._state).show()

    def _show_prompt(self, turn: Turn) -> None:
        from tvau_studio.gui.dialogs.prompt import PromptDialog

        PromptDialog(self.window(), turn).show()
