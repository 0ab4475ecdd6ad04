"""One question and its answer in the transcript.

Text of a person, a file or a model is always inserted as characters, never as HTML: what looks like markup is shown as
it is. Links are ours: words that `_evidence.links` found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QApplication, QFrame, QSizePolicy, QTextBrowser, QWidget

from tvau_studio.domain.answers import read_answer
from tvau_studio.gui.docks import _evidence
from tvau_studio.gui.docks._evidence import Link
from tvau_studio.gui.docks._flow import Flow
from tvau_studio.gui.forms import button, column, label, link, paragraph, row

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from tvau_studio.gui.state import State
    from tvau_studio.gui.state.conversation import Turn

_CARET = "▍"
_LONGEST = 2000
"""Characters of a question that are shown."""


class AnswerText(QTextBrowser):
    """An answer as plain characters with links of ours in it; as high as its text."""

    followed = Signal(int)
    """The number of the link."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QTextBrowser { background: transparent; border: 0; padding: 0; }")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.viewport().setAutoFillBackground(False)
        self.anchorClicked.connect(self._clicked)
        self._shown = ""
        self._caret = False

    def show_plain(self, text: str, caret: bool = False) -> None:
        """Text that may still grow: only what is new is added. caret: a mark stands where it grows."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if self._caret:
            cursor.deletePreviousChar()
        if text.startswith(self._shown) and self._shown:
            cursor.insertText(text[len(self._shown) :], QTextCharFormat())
        else:
            self.setPlainText(text)
            cursor.movePosition(QTextCursor.MoveOperation.End)
        if caret:
            cursor.insertText(_CARET, QTextCharFormat())
        self._shown, self._caret = text, caret
        self._fit()

    def show_linked(self, text: str, lead: int, links: list[Link], colours: dict[str, QColor], tips: list[str]) -> None:
        """The whole text. lead: so many characters in front are bold."""
        self.clear()
        self._shown, self._caret = "", False
        cursor = self.textCursor()
        bold = QTextCharFormat()
        bold.setFontWeight(QFont.Weight.DemiBold)
        at = 0
        for number, found in enumerate(links):
            self._insert(cursor, text[at : found.start], at, lead, bold)
            form = QTextCharFormat()
            form.setAnchor(True)
            form.setAnchorHref(f"evidence:{number}")
            form.setForeground(colours[found.kind])
            form.setUnderlineColor(colours[found.kind])
            form.setUnderlineStyle(
                QTextCharFormat.UnderlineStyle.WaveUnderline
                if found.kind == "outside"
                else QTextCharFormat.UnderlineStyle.DotLine
            )
            form.setToolTip(tips[number])
            cursor.insertText(text[found.start : found.stop], form)
            at = found.stop
        self._insert(cursor, text[at:], at, lead, bold)
        self._fit()

    @staticmethod
    def _insert(cursor: QTextCursor, text: str, at: int, lead: int, bold: QTextCharFormat) -> None:
        strong = max(0, min(len(text), lead - at))
        if strong:
            cursor.insertText(text[:strong], bold)
        cursor.insertText(text[strong:], QTextCharFormat())

    def _clicked(self, url: QUrl) -> None:
        if url.scheme() == "evidence" and url.path().isdigit():
            self.followed.emit(int(url.path()))

    def _fit(self) -> None:
        self.document().setTextWidth(max(40, self.viewport().width()))
        height = int(self.document().size().height()) + 2
        if height != self.height():
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        return QSize(120, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied is plain text too."""
        data = QMimeData()
        data.setText(self.textCursor().selectedText().replace("\u2029", "\n"))
        return data

    def wheelEvent(self, event: QEvent) -> None:
        event.ignore()  # the transcript scrolls, not one answer


class TurnView(QWidget):
    """A question, its answer as it grows, and what can be done with it."""

    again = Signal(object)
    """Ask this turn's question about its frames again."""
    edit = Signal(object)
    """Put this turn's question into the field, to be asked differently."""
    pointed = Signal(object, object)
    """(turn, `Link`): show what these words stand on."""
    evidencePointed = Signal(object, int)
    """(turn, number of a piece of evidence)."""
    kept = Signal(object)
    """Make the answer a text of the labels."""

    def __init__(self, state: State, turn: Turn, divider: bool) -> None:
        super().__init__()
        self._state = state
        self.turn = turn
        self._links: list[Link] = []
        self._divider = label(
            self.tr("Frames {a}:{b}").format(a=turn.frames[0], b=turn.frames[1]), "small", "turnRange"
        )
        self._divider.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._question = AnswerText()
        self._question.setObjectName("turnQuestion")
        self._question.setAccessibleName(self.tr("Question"))
        long = len(turn.question) > _LONGEST
        self._question.show_plain(f"{turn.question[:_LONGEST]} …" if long else turn.question)
        self._bubble = QFrame()
        self._bubble.setObjectName("questionBubble")
        column(self._bubble, 0, (10, 7, 10, 7)).addWidget(self._question)
        self._answer = AnswerText()
        self._answer.setObjectName("turnAnswer")
        self._answer.setAccessibleName(self.tr("Answer"))
        self._answer.followed.connect(self._follow)
        self._state_words = paragraph("muted", "turnState")
        self._error = paragraph("bad", "turnError")
        self._doubt = paragraph("warn", "turnDoubt")
        self._facts = label("", "small", "turnFacts")
        self._chips = QWidget()
        self._chip_line = Flow(self._chips, 4)
        self._deeds = QWidget()
        self._keep = link("", lambda: self.kept.emit(self.turn), "turnKeep")
        self._copy = link(self.tr("Copy"), self.copy, "turnCopy")
        deeds = Flow(self._deeds, 10)
        for part in (
            self._facts,
            self._copy,
            link(self.tr("Retry"), lambda: self.again.emit(self.turn), "turnRetry"),
            link(self.tr("Edit"), lambda: self.edit.emit(self.turn), "turnEdit"),
            self._keep,
        ):
            deeds.addWidget(part)
        self._box = QFrame()
        self._box.setObjectName("answerBubble")
        inside = column(self._box, 5, (10, 8, 10, 8))
        for part in (self._answer, self._state_words, self._error, self._doubt, self._chips, self._deeds):
            inside.addWidget(part)
        whole = column(self, 6)
        whole.addWidget(self._divider)
        self._divider.setVisible(divider)  # only now: without a parent it would be a window
        line = row(spacing=0)
        line.addStretch(1)
        line.addWidget(self._bubble, 6)
        whole.addLayout(line)
        whole.addWidget(self._box)
        self.restyle()
        self.refresh()

    def restyle(self) -> None:
        """The colours of the theme."""
        t = self._state.theme.tokens
        self._bubble.setStyleSheet(f"#questionBubble {{ background: {t.selected}; border-radius: 8px; }}")
        self._box.setStyleSheet(
            f"#answerBubble {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 8px; }}"
        )
        if self.turn.state not in ("waiting", "answering"):
            self._show_answer()

    def refresh(self) -> None:
        """Show the turn as far as it has come."""
        turn = self.turn
        growing = turn.state in ("waiting", "answering")
        self._answer.setVisible(bool(turn.answer))
        if growing and turn.answer:
            self._answer.show_plain(turn.answer, caret=True)
        elif turn.answer:
            self._show_answer()
        words = {"answering": "", "stopped": self.tr("Stopped."), "done": "", "failed": ""}.get(turn.state)
        self._state_words.setText(self._waiting_words() if words is None else words)
        self._state_words.setVisible(bool(self._state_words.text()))
        self._error.setText(turn.error)
        self._error.setVisible(bool(turn.error))
        self._deeds.setVisible(not growing)
        self._copy.setVisible(bool(turn.answer))
        self._facts.setText(self._fact_words())
        self._facts.setVisible(bool(self._facts.text()))
        self._show_doubt()
        self._show_chips()
        self.show_keep()

    def _waiting_words(self) -> str:
        if self._state.workspace.model_state in ("loading", "installed", "unknown"):
            return self.tr("Loading {model} …").format(model=self._state.workspace.model_name)
        return self.tr("Looking at frames {a}:{b} …").format(a=self.turn.frames[0], b=self.turn.frames[1])

    def _fact_words(self) -> str:
        reply = self.turn.reply
        if reply is None:
            return self.turn.model if self.turn.answer else ""
        words = self.tr("{model} · {n} tokens · {s:.1f} s")
        return words.format(model=reply.model, n=reply.new_tokens, s=reply.seconds)

    def _show_answer(self) -> None:
        turn = self.turn
        clip, document = self._state.document.clip_row, self._state.document.document
        things = document.objects_in(clip) if clip is not None else []
        self._links = _evidence.links(turn.answer, turn.reply, turn.frames, things)
        t = self._state.theme.tokens
        accent = QColor(t.accent)
        colours = {"region": accent, "frames": accent, "object": accent, "outside": QColor(t.warn)}
        lead = 0
        if read_answer(turn.answer).anomaly is not None:
            first = turn.answer.split(None, 1)[0].rstrip(",，") if turn.answer.split() else ""
            lead = len(first) if len(first) <= 5 else 0
        tips = [self._tip(found) for found in self._links]
        self._answer.show_linked(turn.answer, lead, self._links, colours, tips)

    def _tip(self, found: Link) -> str:
        if found.kind == "outside":
            a, b = self.turn.frames
            return self.tr("The question was about frames {a}:{b} only.").format(a=a, b=b)
        return self.tr("Show it: frame {n}").format(n=found.frame)

    def _show_doubt(self) -> None:
        """Where text and heat disagree, it is said."""
        reply, heat = self.turn.reply, self._state.heat
        found = None
        if reply is not None:
            found = _evidence.agreement(reply, heat.scores(), self.turn.frames, heat.threshold)
        if found is not None and found.agrees:
            found = None
        if found is not None:
            said = self.tr("Yes") if found.says else self.tr("No")
            words = (
                self.tr("Says {said}; heat max {most:.2f}, below {threshold:.2f}.")
                if found.says
                else self.tr("Says {said}; heat max {most:.2f} at frame {frame}.")
            )
            self._doubt.setText(words.format(said=said, most=found.most, frame=found.frame, threshold=found.threshold))
        self._doubt.setVisible(found is not None)

    def _show_chips(self) -> None:
        evidence = self.turn.reply.objects if self.turn.reply is not None else ()
        if self._chip_line.count() != len(evidence):
            while (item := self._chip_line.takeAt(0)) is not None:
                item.widget().deleteLater()
            for number, one in enumerate(evidence):
                words = " · ".join(_evidence.evidence_words(one))
                chip = button(
                    words, lambda number=number: self.evidencePointed.emit(self.turn, number), "turnEvidence", "chip"
                )
                chip.setToolTip(self.tr("Show where the heat is") if one.box is not None else self.tr("Go there"))
                chip.setAccessibleName(self.tr("Evidence {n}: {words}").format(n=number + 1, words=words))
                self._chip_line.addWidget(chip)
        self._chips.setVisible(bool(evidence))

    def show_keep(self) -> None:
        """What the answer could become: it depends on the selected object."""
        thing = self._state.selection.row
        self._keep.setVisible(thing is not None and bool(self.turn.answer))
        if thing is not None:
            self._keep.setText(self.tr("→ make it object {n}'s text").format(n=thing.track))

    def copy(self) -> None:
        QApplication.clipboard().setText(self.turn.answer)

    def _follow(self, number: int) -> None:
        if 0 <= number < len(self._links):
            self.pointed.emit(self.turn, self._links[number])
