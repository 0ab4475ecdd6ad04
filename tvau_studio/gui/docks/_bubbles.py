"""One question with its answer, and beside it what was answered without evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QSizePolicy, QWidget

from tvau_studio.gui.docks._answer_box import AnswerBox
from tvau_studio.gui.docks._chat_deeds import ChatDeeds
from tvau_studio.gui.forms import column, icon_button, label, row, separator
from tvau_studio.gui.rich_text import AnswerText
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from tvau_studio.gui.docks._thumbs import Thumbs
    from tvau_studio.gui.state import State
    from tvau_studio.gui.state.turns import Turn

_LONGEST = 2000
"""Characters of a question that are shown."""
_SIDE_BY_SIDE = 460
"""Pixels from which two answers stand beside each other, else one below the other."""


class TurnView(QWidget):
    """Empty until `show_turn`; it can be filled with another turn at any time."""

    def __init__(self, state: State, deeds: ChatDeeds, thumbs: Thumbs) -> None:
        super().__init__()
        self._state, self._deeds, self._thumbs = state, deeds, thumbs
        self.turn: Turn | None = None
        self._divider = QWidget()
        self._range = label("", "small", "turnRange")
        line = row(separator(), self._range, separator(), spacing=8)
        line.setStretch(0, 1)
        line.setStretch(2, 1)
        column(self._divider, 0, (0, 6, 0, 2)).addLayout(line)
        self._question = AnswerText()
        self._question.setObjectName("turnQuestion")
        self._question.setAccessibleName(tr("Question"))
        self._bubble = QFrame()
        self._bubble.setObjectName("questionBubble")
        column(self._bubble, 2, (10, 7, 10, 7)).addWidget(self._question)
        self._about = label("", "small", "turnAbout")
        self._before = icon_button(
            state.theme, "chevron-left", tr("The version before"), lambda: self._version(-1), "turnVersionBefore"
        )
        self._which = label("", "small", "turnVersion")
        self._after = icon_button(
            state.theme, "chevron-right", tr("The version behind"), lambda: self._version(1), "turnVersionAfter"
        )
        self._versions = QWidget()
        self._versions.setLayout(row(self._before, self._which, self._after, spacing=2))
        self._under = QWidget()
        self._under.setLayout(row(None, self._about, self._versions, spacing=8))
        self._answers = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._answers.setContentsMargins(0, 0, 0, 0)
        self._answers.setSpacing(6)
        self.answer = AnswerBox(state, deeds, thumbs)
        self._answers.addWidget(self.answer, 1)
        self.other: AnswerBox | None = None
        whole = column(self, 6, (14, 2, 14, 8))
        whole.addWidget(self._divider)
        line = row(spacing=0)
        line.addStretch(1)
        line.addWidget(self._bubble, 6)
        whole.addLayout(line)
        whole.addWidget(self._under)
        whole.addLayout(self._answers)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.restyle()

    def show_turn(self, turn: Turn, divider: bool) -> None:
        """Show a turn. divider: a line that names its range stands above it."""
        self.turn = turn
        a, b = turn.frames
        self._range.setText(tr("Frames {a}:{b}", a=a, b=b))
        self._divider.setVisible(divider)
        shown = turn.question if len(turn.question) <= _LONGEST else f"{turn.question[:_LONGEST]}…"
        self._question.show_plain(shown)
        self.setAccessibleName(tr("Question: {question}", question=turn.question[:80]))
        self.refresh()

    def restyle(self) -> None:
        """The colours of the theme."""
        t = self._state.theme.tokens
        self._bubble.setStyleSheet(f"#questionBubble {{ background: {t.selected}; border-radius: 8px; }}")
        style = f"#answerBubble {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 8px; }}"
        for box in self._boxes():
            box.setStyleSheet(style)
            box.restyle()

    def refresh(self) -> None:
        """Show the turn as far as it has come."""
        turn, talk = self.turn, self._state.conversation
        if turn is None:
            return
        beside = talk.beside(turn)
        if beside is not None and self.other is None:
            self.other = AnswerBox(self._state, self._deeds, self._thumbs)
            self._answers.addWidget(self.other, 1)
            self.restyle()
        self.answer.show_answer(turn, tr("With evidence") if beside is not None else "")
        if self.other is not None:
            self.other.setVisible(beside is not None)
            if beside is not None:
                self.other.show_answer(beside, tr("Without evidence"))
        versions = talk.versions(turn)
        many = len(versions) > 1 and turn in versions
        if many:
            at = versions.index(turn)
            self._which.setText(f"{at + 1}/{len(versions)}")
            self._before.setEnabled(at > 0 and not talk.busy)
            self._after.setEnabled(at + 1 < len(versions) and not talk.busy)
        self._versions.setVisible(many)
        thing = self._state.document.document.get("object", turn.object) if turn.object else None
        self._about.setText(tr("About object {n}", n=thing.track) if thing is not None else "")
        self._about.setVisible(thing is not None)
        self._under.setVisible(many or thing is not None)

    def show_heat(self) -> None:
        """The heat, its threshold or its picture changed."""
        for box in self._boxes():
            box.show_heat()

    def show_keep(self) -> None:
        """Another object is selected."""
        for box in self._boxes():
            box.show_keep()

    def height_at(self, width: int) -> int:
        """How high it is where it is so wide, pixels."""
        self._arrange(width)
        self.layout().activate()
        return max(20, self.heightForWidth(width))

    def _boxes(self) -> list[AnswerBox]:
        return [self.answer, *([self.other] if self.other is not None else [])]

    def _version(self, d: int) -> None:
        if self.turn is not None:
            self._deeds.version(self.turn, d)

    def _arrange(self, width: int) -> None:
        wanted = QBoxLayout.Direction.LeftToRight if width >= _SIDE_BY_SIDE else QBoxLayout.Direction.TopToBottom
        if self._answers.direction() != wanted:
            self._answers.setDirection(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange(event.size().width())
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
