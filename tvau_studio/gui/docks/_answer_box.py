"""One answer: its text, how sure it is, whether the heat agrees, what it stands on, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QMenu, QPlainTextEdit, QPushButton, QSizePolicy, QWidget

from tvau_studio.domain.answers import sureness
from tvau_studio.gui.docks import _evidence
from tvau_studio.gui.docks._chat_deeds import ChatDeeds, fact_words
from tvau_studio.gui.docks._flow import Flow
from tvau_studio.gui.forms import button, column, label, link, paragraph, row
from tvau_studio.gui.rich_text import AnswerText
from tvau_studio.gui.words import tr

if TYPE_CHECKING:
    from tvau_studio.gui.docks._evidence import Link
    from tvau_studio.gui.docks._thumbs import Thumbs
    from tvau_studio.gui.state import State
    from tvau_studio.gui.state.turns import Turn


class AnswerBox(QFrame):
    """state, deeds, thumbs: of the pane. Filled by `show_answer`, and again by `refresh` while its turn grows."""

    def __init__(self, state: State, deeds: ChatDeeds, thumbs: Thumbs) -> None:
        super().__init__()
        self._state, self._deeds, self._thumbs = state, deeds, thumbs
        self.turn: Turn | None = None
        self._links: list[Link] = []
        self._drawn: object = None
        self._field: QPlainTextEdit | None = None
        self.setObjectName("answerBubble")
        self._head = label("", "title", "turnEvidenceUsed")
        self._answer = AnswerText()
        self._answer.setObjectName("turnAnswer")
        self._answer.setAccessibleName(tr("Answer"))
        self._answer.followed.connect(self._follow)
        self._answer.hovered.connect(self._hover)
        self._editing = QWidget()
        self._state_words = paragraph("muted", "turnState")
        self._error = paragraph("bad", "turnError")
        self._sure = paragraph("muted", "turnSure")
        self._doubt = paragraph("warn", "turnDoubt")
        self._thumb = QPushButton()
        self._thumb.setObjectName("turnHeat")
        self._thumb.setProperty("role", "bare")
        self._thumb.setAccessibleName(tr("Where the heat is highest"))
        self._thumb.setToolTip(tr("The heat behind this answer, where it is highest. Click to go there."))
        self._thumb.setCursor(Qt.CursorShape.PointingHandCursor)
        self._thumb.clicked.connect(lambda: self.turn and deeds.show_heat(self.turn))
        self._chips = QWidget()
        self._chip_line = Flow(self._chips, 4)
        self._base = row(self._thumb, self._chips, spacing=8)
        self._base.setStretch(1, 1)
        self._base.setAlignment(self._thumb, Qt.AlignmentFlag.AlignTop)
        self._facts = label("", "small", "turnFacts")
        self._copy = link(tr("Copy"), lambda: self.turn and deeds.copy(self.turn), "turnCopy")
        self._again = link(tr("Retry"), lambda: self.turn and deeds.again(self.turn), "turnRetry")
        self._edit = link(tr("Edit"), lambda: self.turn and deeds.edit(self.turn), "turnEdit")
        self._draft = link(tr("+ Draft object"), self._draft_first, "turnDraft")
        self._draft.setToolTip(tr("A draft where the heat behind this answer is, to be accepted or rejected"))
        self._keep = link("", lambda: self.turn and deeds.keep(self.turn), "turnKeep")
        self._more = link(tr("More") + " ▾", self._show_menu, "turnMore")
        self._deed_row = QWidget()
        flow = Flow(self._deed_row, 10)
        for part in (self._facts, self._copy, self._again, self._edit, self._draft, self._keep, self._more):
            flow.addWidget(part)
        self._inside = column(self, 5, (10, 8, 10, 8))
        for part in (self._head, self._answer, self._editing, self._state_words, self._error, self._sure, self._doubt):
            self._inside.addWidget(part)
        self._inside.addLayout(self._base)
        self._inside.addWidget(self._deed_row)
        self._editing.hide()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        return QSize(160, super().sizeHint().height())

    # -- what is shown

    def show_answer(self, turn: Turn, head: str = "") -> None:
        """Show a turn's answer. head: what is said above it."""
        if turn is not self.turn:
            self._stop_editing()
            self._drawn = None
        self.turn = turn
        self._head.setText(head)
        self._head.setVisible(bool(head))
        self.refresh()

    def restyle(self) -> None:
        """The colours of the theme."""
        self._drawn = None
        if self.turn is not None:
            self.refresh()

    def refresh(self) -> None:
        """Show the turn as far as it has come."""
        turn = self.turn
        if turn is None:
            return
        self._answer.setVisible(bool(turn.said) and self._field is None)
        if turn.growing and turn.answer:
            self._drawn = None
            self._answer.show_plain(turn.answer, caret=True)
        elif turn.said:
            self._show_text(turn)
        words = self._state_text(turn)
        self._state_words.setText(words)
        self._state_words.setVisible(bool(words))
        self._error.setText(turn.error)
        self._error.setVisible(bool(turn.error))
        self._deed_row.setVisible(not turn.growing and self._field is None)
        if turn.growing:
            for part in (self._sure, self._doubt, self._thumb, self._chips):
                part.hide()
            return
        self._copy.setVisible(bool(turn.said))
        self._facts.setText(fact_words(turn))
        self._facts.setVisible(bool(self._facts.text()))
        self._edit.setVisible(turn.beside is None)
        self._again.setVisible(turn.beside is None)
        self.show_heat()
        self._show_chips(turn)
        self.show_keep()

    def _state_text(self, turn: Turn) -> str:
        if turn.state == "waiting":
            if self._state.workspace.model_state in ("loading", "installed", "unknown"):
                return tr("Loading {model} …", model=self._state.workspace.model_name)
            return tr("Looking at frames {a}:{b} …", a=turn.frames[0], b=turn.frames[1])
        if turn.state == "stopped":
            return tr("The program ended while this was answered.") if turn.interrupted else tr("Stopped.")
        notes = []
        if turn.corrected:
            notes.append(tr("Corrected by {person}.", person=turn.author) if turn.author else tr("Corrected."))
        if turn.reply is not None and turn.reply.left_out:
            notes.append(tr("{n} earlier question(s) did not fit into the prompt.", n=turn.reply.left_out))
        return " ".join(notes)

    def _show_text(self, turn: Turn) -> None:
        document, clip = self._state.document, self._state.document.clip_row
        t = self._state.theme.tokens
        drawn = (turn, turn.said, turn.reply, t.dark, clip and clip.key)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        things = document.document.objects_in(clip) if clip is not None else []
        video = self._state.workspace.video
        times = video.times if video is not None else ()
        self._links = _evidence.links(turn.said, turn.reply, turn.frames, things, times)
        accent = QColor(t.accent)
        colours = {"region": accent, "frames": accent, "object": accent, "outside": QColor(t.warn)}
        lead = _evidence.lead(turn.said)
        self._answer.show_linked(turn.said, lead, self._links, colours, [self._tip(found) for found in self._links])

    def _tip(self, found: Link) -> str:
        assert self.turn is not None
        a, b = self.turn.frames
        if found.kind == "outside":
            return tr("The question was about frames {a}:{b} only.", a=a, b=b)
        return tr("Show it: frame {n}", n=found.frame)

    def show_heat(self) -> None:
        """How sure the answer is, and whether the heat agrees with it."""
        turn = self.turn
        if turn is None or turn.growing:
            return
        sure, doubts = self._sure_words(turn)
        self._sure.setText(sure)
        if turn.reply is not None and turn.reply.p_yes is not None:
            n = turn.reply.calibrated_on
            calibrated = tr("The probability of yes against no at the first word, calibrated on {n} clips.", n=n)
            raw = tr("The probability of yes against no at the first word, as the network gives it.")
            for part in (self._sure, self._doubt):
                part.setToolTip(calibrated if n else raw)
        self._sure.setVisible(bool(sure))
        self._doubt.setText("\n".join(doubts))
        self._doubt.setVisible(bool(doubts))
        image = self._thumbs.get(turn) if turn.reply is not None and turn.beside is None else None
        if image is not None:
            self._thumb.setIcon(image)
            self._thumb.setIconSize(self._thumbs.size)
            self._thumb.setFixedSize(self._thumbs.size)
        self._thumb.setVisible(image is not None)

    def _sure_words(self, turn: Turn) -> tuple[str, list[str]]:
        reply, heat = turn.reply, self._state.heat
        if reply is None:
            return "", []
        sure, doubts = [], []
        if reply.p_yes is not None:
            p = tr("P(Yes) {p:.2f}", p=reply.p_yes)
            if sureness(reply.p_yes) == "uncertain":
                doubts.append(tr("Uncertain: {p}.", p=p))
            else:
                sure.append(p)
        if reply.evidence:
            found = _evidence.agreement(reply, heat.scores(), turn.frames, heat.threshold)
            if found is not None:
                words = self._agreement_words(found)
                (sure if found.agrees else doubts).append(words)
            apart = _evidence.elsewhere(reply, turn.said)
            if apart is not None:
                doubts.append(
                    tr("Says {said}; the heat is in the {shown}.", said=_list(apart[0]), shown=_list(apart[1]))
                )
        return " · ".join(sure), doubts

    @staticmethod
    def _agreement_words(found: _evidence.Agreement) -> str:
        most = f"{found.most:.2f}"
        if found.agrees:
            return tr("Heat agrees: max {most} at frame {frame}", most=most, frame=found.frame)
        said = tr("Yes") if found.says else tr("No")
        if found.says:
            below = f"{found.threshold:.2f}"
            return tr("Says {said}; heat max {most}, below {threshold}.", said=said, most=most, threshold=below)
        return tr("Says {said}; heat max {most} at frame {frame}.", said=said, most=most, frame=found.frame)

    def _show_chips(self, turn: Turn) -> None:
        evidence = turn.reply.objects if turn.reply is not None else ()
        while self._chip_line.count() > len(evidence):
            item = self._chip_line.takeAt(self._chip_line.count() - 1)
            item.widget().hide()
            item.widget().deleteLater()
        while self._chip_line.count() < len(evidence):
            number = self._chip_line.count()
            chip = button("", lambda number=number: self._point_at(number), "turnEvidence", "chip")
            self._chip_line.addWidget(chip)
        for number, one in enumerate(evidence):
            chip = self._chip_line.itemAt(number).widget()
            words = " · ".join(_evidence.evidence_words(one))
            chip.setText(words)
            chip.setToolTip(tr("Show where the heat is") if one.box is not None else tr("Go there"))
            chip.setAccessibleName(tr("Evidence {n}: {words}", n=number + 1, words=words))
        self._chips.setVisible(bool(evidence))
        self._draft.setVisible(any(one.box is not None for one in evidence))

    def show_keep(self) -> None:
        """What the answer could become: it depends on the selected object."""
        thing, turn = self._state.selection.row, self.turn
        self._keep.setVisible(thing is not None and turn is not None and bool(turn.said) and not turn.growing)
        if thing is not None:
            self._keep.setText(tr("→ make it object {n}'s text", n=thing.track))

    # -- what is done

    def _follow(self, number: int) -> None:
        if self.turn is not None and 0 <= number < len(self._links):
            self._deeds.point(self.turn, self._links[number])

    def _hover(self, number: int) -> None:
        if self.turn is not None:
            self._deeds.hover(self.turn, self._links[number] if 0 <= number < len(self._links) else None)

    def _point_at(self, number: int) -> None:
        if self.turn is not None:
            self._deeds.point_at(self.turn, number)

    def _draft_first(self) -> None:
        found = self._boxed()
        if self.turn is not None and found:
            self._deeds.draft(self.turn, found[0])

    def _boxed(self) -> list[int]:
        reply = self.turn.reply if self.turn is not None else None
        return [n for n, one in enumerate(reply.objects) if one.box is not None] if reply is not None else []

    def menu(self) -> QMenu:
        """Everything else that can be done with this answer."""
        turn, deeds = self.turn, self._deeds
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        if turn is None:
            return menu
        menu.addAction(tr("Copy question and answer as Markdown"), lambda: deeds.copy_turn(turn))
        prompt = menu.addAction(tr("Show the exact prompt…"), lambda: deeds.promptWanted.emit(turn))
        prompt.setEnabled(turn.reply is not None)
        menu.addSeparator()
        for number in self._boxed()[1:]:
            words = " · ".join(_evidence.evidence_words(turn.reply.objects[number]))
            menu.addAction(tr("Draft object at {place}", place=words), lambda number=number: deeds.draft(turn, number))
        thing = self._state.selection.row
        if thing is not None:
            a, b = turn.frames
            words = tr("Segment {a}:{b} of object {n}", a=a, b=b, n=thing.track)
            menu.addAction(words, lambda: deeds.segment(turn))
        menu.addAction(tr("Correct the answer…"), self._begin_editing).setEnabled(bool(turn.said))
        train = menu.addAction(tr("Train on this answer"), lambda: deeds.train(turn))
        train.setEnabled(deeds.can_train(turn))
        train.setToolTip(
            tr("The clip's dialogue takes this answer and is exported with it. Ask about exactly the clip's frames.")
        )
        menu.addSeparator()
        busy = self._state.conversation.busy
        if turn.beside is None:
            compare = menu.addAction(tr("Compare with an answer without evidence"), lambda: deeds.compare(turn))
            compare.setEnabled(not busy)
            remove = menu.addAction(tr("Delete the question"), lambda: deeds.remove(turn))
            remove.setEnabled(not busy)
        return menu

    def _show_menu(self) -> None:
        self.menu().popup(self._more.mapToGlobal(QPoint(0, self._more.height())))

    # -- correcting

    def _begin_editing(self) -> None:
        if self.turn is None or self._field is not None:
            return
        field = self._field = QPlainTextEdit(self.turn.said)
        field.setObjectName("turnCorrection")
        field.setAccessibleName(tr("The answer, as it should be"))
        field.setFixedHeight(96)
        lines = column(self._editing, 6)
        lines.addWidget(field)
        keep = button(tr("Keep"), lambda: self._end_editing(False), "turnCorrectionKeep", "primary")
        train = button(tr("Keep and train on it"), lambda: self._end_editing(True), "turnCorrectionTrain")
        train.setVisible(self._deeds.can_train(self.turn))
        lines.addLayout(row(keep, train, button(tr("Cancel"), self._stop_editing, "turnCorrectionCancel"), None))
        self._editing.show()
        self.refresh()
        field.setFocus()

    def _end_editing(self, train: bool) -> None:
        turn, field = self.turn, self._field
        if turn is None or field is None:
            return
        text = field.toPlainText()
        self._stop_editing()
        self._deeds.correct(turn, text)
        if train:
            self._deeds.train(turn)

    def _stop_editing(self) -> None:
        if self._field is None:
            return
        self._field = None
        old, self._editing = self._editing, QWidget()
        self._inside.replaceWidget(old, self._editing)
        old.hide()
        old.deleteLater()
        self._editing.hide()
        self.refresh()


def _list(regions: tuple[str, ...]) -> str:
    return ", ".join(tr(region) for region in regions)
