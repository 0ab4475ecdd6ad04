"""Where a question is asked: what it is about, how, and its words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from tvau_studio.gui.docks._ask_input import AskInput
from tvau_studio.gui.docks._ask_parts import Elided, choice, narrow, one_line
from tvau_studio.gui.docks._ask_scope import AskScope
from tvau_studio.gui.docks._flow import Flow
from tvau_studio.gui.forms import button, column, link, paragraph, row
from tvau_studio.gui.words import tr
from tvau_studio.services import questions
from tvau_studio.services.models import DEFAULT

if TYPE_CHECKING:
    from tvau_studio.gui.docks._ask_scope import Scope
    from tvau_studio.gui.state import State
    from tvau_studio.gui.state.turns import Turn


def _chips() -> tuple[tuple[str, str], ...]:
    """What a chip says, and the question of resources/dialogue.json that it asks."""
    return (
        (tr("Any anomaly?"), "ask_anomaly"),
        (tr("Describe it"), "ask_appearance"),
        (tr("Trajectory"), "ask_trajectory"),
        (tr("Scene"), "ask_environment"),
    )


def _scopes() -> dict[Scope, str]:
    return {
        "range": tr("The range"),
        "clip": tr("The clip"),
        "object": tr("The selected object"),
        "video": tr("The whole video"),
    }


def _languages() -> dict[str, tuple[str, str]]:
    """Setting -> what a button says, and what is said of it."""
    return {
        "question": (tr("Auto"), tr("Answer in the question's language")),
        "en": ("EN", tr("Answer in English")),
        "zh": ("中", tr("Answer in Chinese")),
    }


_DRAFT = 300
"""Milliseconds after a key until a half-typed question is handed over to be kept."""


class AskBox(QWidget):
    """Enter sends, Shift+Enter breaks the line, a slash in an empty field lists questions, the up arrow brings the last
    one back.
    """

    asked = Signal()
    """A question was just asked."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._instead: Turn | None = None
        self.scope = AskScope(state)
        self._build()
        self._drafts = QTimer(self)
        self._drafts.setSingleShot(True)
        self._drafts.setInterval(_DRAFT)
        self._drafts.timeout.connect(self.keep_draft)
        talk = state.conversation
        talk.busyChanged.connect(lambda _: self.refresh())
        talk.book.left.connect(self.keep_draft)
        talk.reset.connect(self._take_draft)
        state.workspace.modelChanged.connect(self.refresh)
        self.scope.changed.connect(self.refresh)
        state.studio.settings.listen(lambda key: self.refresh() if key.startswith("ask_") else None)
        self._take_draft()
        self.refresh()

    def _build(self) -> None:
        self._presets = QWidget()
        flow = Flow(self._presets, 6)
        self._chips = []
        for text, template in _chips():
            chip = button(text, partial(self._ask_template, template), f"chip_{template}", "chip")
            flow.addWidget(chip)
            self._chips.append(chip)
        self._warning = paragraph("warn", "chatWarning")
        self._shorten = link("", self.scope.take_shorter, "chatShorten")
        self._fallback = link("", self._take_default, "chatFallback")
        self._instead_words = link("", self._not_instead, "chatInstead")
        self._subject = Elided(self._seek, "chatSubject")
        self._which = choice("chatScope", tr("What the question is about"), self._fill_scopes)
        self._language = choice("chatLanguage", tr("Language of the answer"), self._fill_languages)
        self._compare = QToolButton()
        self._compare.setObjectName("chatCompare")
        self._compare.setText("±")
        self._compare.setCheckable(True)
        narrow(self._compare)
        self._compare.setAccessibleName(tr("Answer without evidence too"))
        self._compare.setToolTip(
            tr("Answer without the anomaly tokens too, side by side: what the region-aware encoder adds")
        )
        self._compare.clicked.connect(self._set_compare)
        self._slash = QToolButton()
        self._slash.setObjectName("chatQuestions")
        self._slash.setText("/")
        narrow(self._slash)
        self._slash.setAccessibleName(tr("Questions"))
        self._slash.setToolTip(tr("More questions, and your own (/)"))
        self._slash.clicked.connect(self._show_questions)
        self.input = AskInput()
        self.input.setObjectName("chatInput")
        self.input.setAccessibleName(tr("Question"))
        self.input.sent.connect(self._send_typed)
        self.input.wanted.connect(self._bring_back)
        self.input.menuWanted.connect(self._show_questions)
        self.input.textChanged.connect(self._typed)
        self._send = button(tr("Ask"), self._send_typed, "chatSend", "primary", tr("Ask (Enter)"))
        self._send.setAccessibleName(tr("Ask"))
        self._stop = button(tr("Stop"), self._state.conversation.stop, "chatStop", "stop", tr("Stop answering (Esc)"))
        self._stop.setAccessibleName(tr("Stop answering"))
        whole = column(self, 6, (14, 8, 14, 12))
        whole.addWidget(self._presets)
        whole.addWidget(self._warning)
        whole.addWidget(self._shorten)
        whole.addWidget(self._fallback)
        whole.addWidget(self._instead_words)
        about = row(self._which, self._subject, self._language, self._compare, self._slash, spacing=2)
        about.setStretch(1, 1)
        whole.addLayout(about)
        line = row(self.input, self._send, self._stop)
        line.setStretch(0, 1)
        line.setAlignment(self._send, Qt.AlignmentFlag.AlignBottom)
        line.setAlignment(self._stop, Qt.AlignmentFlag.AlignBottom)
        whole.addLayout(line)

    # -- what is shown

    def refresh(self) -> None:
        """What the question is about, whether it can be asked, and how."""
        subject, busy = self.scope.subject(), self._state.conversation.busy
        frames = subject.frames if subject is not None else None
        long = frames is not None and self.scope.is_long(frames)
        models = self._state.studio.models
        self._warning.setText(models.error or models.note)
        default = self._state.studio.settings["model"] == DEFAULT
        self._fallback.setText(tr("Answer with {model} instead", model=DEFAULT))
        self._fallback.setVisible(bool(models.error or models.note) and not default)
        if frames is not None and long:
            model = self._state.workspace.model_name
            n, limit = frames[1] - frames[0], self.scope.limit
            words = tr("{n} frames are more than {model} takes at once ({limit}).", n=n, model=model, limit=limit)
            self._warning.setText(words)
            a, b = self.scope.shorter(frames)
            self._shorten.setText(tr("Ask about {a}:{b} instead", a=a, b=b))
        self._warning.setVisible(bool(self._warning.text()))
        self._shorten.setVisible(long)
        if subject is not None and frames is not None:
            a, b = frames
            length, cost = self.scope.length_words(frames), self.scope.cost_words(frames)
            words = f"{a}:{b} · {length} · {cost}"
            self._which.setText(f"{subject.words} ▾")
            self._subject.show_words(words)
            self._subject.setToolTip(f"{words}\n{tr('Go to frame {n}', n=a)}")
            said = tr("About {what} {words}", what=subject.words, words=words)
            self._subject.setAccessibleName(said)
        self._subject.setVisible(subject is not None)
        self._which.setVisible(subject is not None)
        chosen = str(self._state.studio.settings["ask_language"])
        short, words = _languages()[chosen]
        self._language.setText(f"{short} ▾")
        self._language.setToolTip(words)
        self._compare.setChecked(bool(self._state.studio.settings["ask_compare"]))
        able = subject is not None and not busy and not long
        for chip in self._chips:
            chip.setEnabled(able)
        self._slash.setEnabled(subject is not None)
        self._send.setEnabled(able and bool(self.input.toPlainText().strip()))
        self._send.setVisible(not busy)
        self._stop.setVisible(busy)
        instead = self._instead
        self._instead_words.setVisible(instead is not None)
        self._instead_words.setText(tr("In place of an earlier question — ask as a new one instead"))
        hint = tr("Ask about this range…") if subject is not None else tr("Open a clip to ask about it.")
        if hint != self.input.placeholderText():
            self.input.setPlaceholderText(hint)
            self.input.viewport().update()  # Qt does not, where one hint follows another

    def set_low(self, low: bool) -> None:
        """low: there is little height; the presets stand in the menu alone."""
        self._presets.setVisible(not low)

    def _seek(self) -> None:
        subject = self.scope.subject()
        if subject is not None:
            self._state.playback.pause()
            self._state.playback.seek(subject.frames[0])

    # -- choosing

    def _fill_scopes(self, menu: QMenu) -> None:
        words = _scopes()
        for scope in self.scope.there():
            action = menu.addAction(words[scope], partial(self.scope.set, scope))
            action.setCheckable(True)
            action.setChecked(scope == self.scope.scope)

    def _fill_languages(self, menu: QMenu) -> None:
        settings = self._state.studio.settings
        for name, (_, words) in _languages().items():
            action = menu.addAction(words, lambda name=name: settings.__setitem__("ask_language", name))
            action.setCheckable(True)
            action.setChecked(name == settings["ask_language"])

    def _set_compare(self) -> None:
        self._state.studio.settings["ask_compare"] = self._compare.isChecked()

    def questions_menu(self) -> QMenu:
        """The paper's questions, one's own, and the way to change these."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        settings = self._state.studio.settings
        able = self._chips[0].isEnabled()
        for question in questions.paper(self._words_language()):
            menu.addAction(one_line(question.text), partial(self.ask, question.text)).setEnabled(able)
        menu.addAction(tr("All four, in the paper's order"), self.ask_all).setEnabled(able)
        menu.addSeparator()
        for question in questions.own(settings):
            action = menu.addAction(one_line(question.name), partial(self._put, question.text))
            action.setToolTip(question.text)
        typed = self.input.toPlainText().strip()
        if typed:
            menu.addAction(tr("Keep what is typed as a question of your own…"), partial(self.edit_questions, typed))
        menu.addAction(tr("Questions of your own…"), self.edit_questions)
        menu.setToolTipsVisible(True)
        return menu

    def _show_questions(self) -> None:
        menu = self.questions_menu()
        above = self.input.mapToGlobal(QPoint(0, 0)) - QPoint(0, menu.sizeHint().height() + 4)
        menu.popup(above)

    def edit_questions(self, typed: str = "") -> None:
        """A person's own questions. typed: the text of a new one."""
        from tvau_studio.gui.dialogs.questions import QuestionsDialog

        QuestionsDialog(self.window(), self._state, typed).show()

    def _words_language(self) -> str:
        chosen = str(self._state.studio.settings["ask_language"])
        return str(self._state.studio.settings["text_language"]) if chosen == "question" else chosen

    # -- asking

    def ask(self, question: str) -> bool:
        """Ask about what is chosen; whether it is being asked. What was typed stays where it cannot be."""
        subject = self.scope.subject()
        if subject is None or not question.strip() or self.scope.is_long(subject.frames):
            return False
        settings, talk = self._state.studio.settings, self._state.conversation
        chosen = str(settings["ask_language"])
        language = None if chosen == "question" else chosen
        instead, self._instead = self._instead, None
        if instead is not None and instead in talk.turns:
            turn = talk.ask_instead(instead, question, subject.frames, language)
        else:
            turn = talk.ask(
                question,
                *subject.frames,
                language,
                object=subject.object,
                compare=bool(settings["ask_compare"]),
            )
        self.refresh()
        if turn is not None:
            self.asked.emit()
        return turn is not None

    def edit(self, turn: Turn) -> None:
        """Put a turn's question into the field, to be asked differently in its place."""
        self.scope.set("range")
        self._instead = turn
        self.input.put(turn.question)
        self.input.setFocus()
        self.refresh()

    def _take_default(self) -> None:
        """The model of the settings is gone: the shipped one answers."""
        self._state.models.choose(DEFAULT)

    def _not_instead(self) -> None:
        self._instead = None
        self.refresh()

    def _send_typed(self) -> None:
        if self.ask(self.input.toPlainText()):
            self.input.clear()
            self.keep_draft()

    def _ask_template(self, name: str) -> None:
        words = {q.name: q.text for q in questions.paper(self._words_language())}
        self.ask(words[name])

    def ask_all(self) -> None:
        """The paper's questions, one after the other."""
        first, *rest = (q.text for q in questions.paper(self._words_language()))
        if self.ask(first):
            self._state.conversation.then_ask(rest)

    def _put(self, text: str) -> None:
        self.input.put(text)
        self.input.setFocus()

    def _bring_back(self) -> None:
        turns = self._state.conversation.turns
        if turns:
            self.input.put(turns[-1].question)

    # -- half-typed

    def _typed(self) -> None:
        self._drafts.start()
        able = self._chips[0].isEnabled()
        self._send.setEnabled(able and bool(self.input.toPlainText().strip()))

    def keep_draft(self) -> None:
        """Hand over what is typed, to be kept."""
        self._drafts.stop()
        self._state.conversation.book.set_draft(self.input.toPlainText())

    def _take_draft(self) -> None:
        """Another talk is shown: what was typed in it."""
        draft = self._state.conversation.book.draft
        if draft != self.input.toPlainText():
            self.input.put(draft)
        self._drafts.stop()
        if self._instead not in self._state.conversation.turns:
            self._instead = None
        self.refresh()
