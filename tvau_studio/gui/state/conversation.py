"""Questions about a range of the open video, and the answers while they grow.

What is asked is in the project before it is answered, and the answer follows as it grows: a program that breaks off
loses a moment of it. Asking again, or asking an earlier question differently, makes a version beside the one that is
there; both stay.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from tvau_studio.domain.dialogue import event_name, language_of
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import Object, text
from tvau_studio.domain.talks import newest_path, path_to, storable, versions
from tvau_studio.gui.state.talk_book import TalkBook
from tvau_studio.gui.state.turns import Turn, TurnState
from tvau_studio.gui.words import said, tr

if TYPE_CHECKING:
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.gui.state.workspace import Workspace
    from tvau_studio.services.asking import Reply
    from tvau_studio.services.jobs import Context
    from tvau_studio.services.studio import Studio

__all__ = ["ASKED_FIRST", "Conversation", "Turn"]

_log = logging.getLogger(__name__)

ASKED_FIRST = 10
"""Priority of a question on the model's lane: before heat maps that nobody waits for."""

_TELL = 16
"""Milliseconds between two tellings that an answer has grown: about one picture of the screen."""


class Conversation(QObject):
    """book: the talks, and which of them is open. One answer grows at a time."""

    turnAdded = Signal(int)
    turnChanged = Signal(int)
    busyChanged = Signal(bool)
    reset = Signal()
    """`turns` is another list: another clip, another talk, another version."""

    def __init__(self, studio: Studio, workspace: Workspace, document: ClipDocument) -> None:
        super().__init__()
        self._studio = studio
        self._workspace = workspace
        self._document = document
        self.book = TalkBook(studio, workspace, document, lambda: self.busy)
        self.book.left.connect(self.stop)
        self.book.reset.connect(self.reset)
        self._answering: Turn | None = None
        self._next: Callable[[], None] | None = None
        self._tells = QTimer(self)
        self._tells.setSingleShot(True)
        self._tells.setInterval(_TELL)
        self._tells.timeout.connect(self._tell_growth)
        self.pace: float | None = None
        """Seconds until an answer begins, per frame pair that had to be looked at; None before the first."""

    @property
    def turns(self) -> list[Turn]:
        """Of the open clip (without a clip: of the open video), the oldest first; of several versions the one that was
        chosen.
        """
        return self.book.place.path

    @property
    def busy(self) -> bool:
        return self._answering is not None

    def versions(self, turn: Turn) -> list[Turn]:
        """All versions of a turn, oldest first, itself among them."""
        return versions(self.book.place.every, turn)

    def beside(self, turn: Turn) -> Turn | None:
        """What answers the same without evidence, shown beside it."""
        return next((t for t in reversed(self.book.place.every) if t.beside == turn.key), None)

    # -- asking

    def ask(
        self,
        question: str,
        a: int,
        b: int,
        language: str | None = None,
        *,
        object: str | None = None,
        compare: bool = False,
    ) -> Turn | None:
        """Ask about frames a:b of the open video; None where nothing is open, the question is empty or one is being
        answered. language: ``en`` or ``zh``; None = the question's own. object: the key of the one that is asked about;
        its appearance goes into the prompt. compare: ask without evidence too, and show both.

        Earlier answers about the same range are what the model is reminded of.
        """
        last = self.turns[-1].key if self.turns else None
        turn = Turn(storable(question).strip(), (a, b), parent=last, language=language, object=object)
        return self._begin(turn, compare=compare)

    def then_ask(self, questions: Sequence[str]) -> None:
        """Ask these too, one after the other, about the same frames, once the answer that grows is there; what fails or
        is stopped ends it.
        """
        turn = self._answering
        if turn is None or not questions:
            return
        before = self._next

        def following() -> None:
            if before is not None:
                before()
                self._queue(questions, turn)
            else:
                self._ask_next(questions, turn)

        self._next = following

    def _queue(self, questions: Sequence[str], turn: Turn) -> None:
        """Behind a comparison, which is being answered now."""
        self._next = lambda: self._ask_next(questions, turn)

    def _ask_next(self, questions: Sequence[str], turn: Turn) -> None:
        settings = self._studio.settings
        compare = bool(settings["ask_compare"])
        if self.ask(questions[0], *turn.frames, turn.language, object=turn.object, compare=compare) is not None:
            self.then_ask(questions[1:])

    def again(self, turn: Turn) -> Turn | None:
        """Ask a turn's question again: another version."""
        return self.ask_instead(turn, turn.question, turn.frames, turn.language)

    def ask_instead(
        self, turn: Turn, question: str, frames: tuple[int, int], language: str | None = None
    ) -> Turn | None:
        """Ask a different question in a turn's place: another version. One that failed or was stopped before its first
        word is replaced where it is the same.
        """
        if self.busy or turn not in self.book.place.every:
            return None
        new = Turn(
            storable(question).strip(),
            frames,
            parent=turn.parent,
            language=language,
            object=turn.object,
        )
        if not turn.answer and turn.state in ("failed", "stopped") and new.question == turn.question:
            self.book.drop(turn)
        return self._begin(new)

    def compare(self, turn: Turn) -> Turn | None:
        """Ask a turn's question without evidence, beside it."""
        if self.busy or turn not in self.book.place.every:
            return None
        old = self.beside(turn)
        if old is not None:
            self.book.drop(old)
        return self._begin(
            Turn(
                turn.question,
                turn.frames,
                parent=turn.parent,
                beside=turn.key,
                language=turn.language,
                object=turn.object,
                evidence=False,
            )
        )

    def stop(self) -> None:
        """Stop computing the answer; what is there stays. `busyChanged` tells when it has stopped. Twice is once."""
        self._next = None
        if self._answering is not None and self._answering._job is not None:
            self._answering._job.cancel()

    def close(self) -> None:
        """The window closes: stop, and have everything written."""
        turn = self._answering
        self.book.left.emit()
        if turn is not None:
            turn.state = "stopped"
            self.book.save(turn)
        self.book.close()

    def _begin(self, turn: Turn, *, compare: bool = False) -> Turn | None:
        video, place = self._workspace.video, self.book.place
        if video is None or not turn.question or self.busy:
            return None
        if place.every and turn.made <= place.every[-1].made:
            turn.made = round(place.every[-1].made + 0.001, 3)
        turn.model, turn.author = self._studio.models.name, str(self._studio.settings["name"])
        turn.prompts = str(self._studio.models.facts.get("prompts", ""))
        about = self._looks(turn.object, turn.question)
        self.book.add(turn)
        self._answering = turn
        self._next = (lambda: self.compare(turn)) if compare else None
        if turn.beside is None:
            before = path_to(place.every, turn.parent)
            appended = place.path[: len(before)] == before and len(place.path) == len(before)
            place.path = [*before, turn]
            if appended:
                self.turnAdded.emit(len(place.path) - 1)
            else:
                self.reset.emit()
        else:
            self._tell(turn)
        self.busyChanged.emit(True)
        history = [
            (t.question, t.said)
            for t in path_to(place.every, turn.parent)
            if t.frames == turn.frames and t.state == "done"
        ]
        (a, b), seen = turn.frames, len(history) > 0

        def run(context: Context) -> Reply:
            from tvau_studio.services import asking

            running = asking.converse(
                self._studio.models.get(),
                video,
                turn.question,
                a,
                b,
                turn.language,
                history,
                cancel=lambda: context.cancelled,
                evidence=turn.evidence,
                about=about,
            )
            for piece in running:
                context.check()
                context.post(lambda piece=piece: self._grow(turn, piece))
            assert running.reply is not None
            return running.reply

        turn._job = self._studio.jobs.submit(
            "model",
            "Answer",
            run,
            done=lambda reply: self._end(turn, "done", reply=reply, seen=seen),
            failed=lambda error: self._fail(turn, error),
            cancelled=lambda: self._end(turn, "stopped"),
            priority=ASKED_FIRST,
        )
        return turn

    def _looks(self, key: str | None, question: str) -> str:
        """How an object looks, in the question's language where that is known, else in the other; its event where
        nothing is written.
        """
        document = self._document.document
        thing = document.get("object", key) if key else None
        if not isinstance(thing, Object):
            return ""
        first = language_of(question)
        texts = [text(thing, "appearance", language) for language in (first, "zh" if first == "en" else "en")]
        events = [event_name(s.event, first) for s in document.segments(thing.key) if s.event]
        return next((words for words in (*texts, *events) if words.strip()), "")

    # -- versions, corrections

    def show_version(self, turn: Turn) -> None:
        """Show this version of a turn, and below it what was asked last."""
        every = self.book.place.every
        if turn in every and not self.busy:
            self.book.place.path = [*path_to(every, turn.key), *newest_path(every, turn.key)]
            self.reset.emit()

    def correct(self, turn: Turn, text: str) -> None:
        """Take a person's own words for an answer; "" = the model's again."""
        text = storable(text).strip()
        turn.corrected = "" if text == turn.answer.strip() else text
        self.book.save(turn)
        self._tell(turn)

    def remove(self, index: int) -> None:
        """Forget a turn that has ended, and what followed it."""
        turn = self.turns[index]
        if turn is not self._answering:
            self.book.drop(turn)
            self.book.place.path = newest_path(self.book.place.every)
            self.reset.emit()

    # -- while it grows

    def _tell(self, turn: Turn) -> None:
        shown = turn.beside or turn.key
        number = next((i for i, t in enumerate(self.turns) if t.key == shown), None)
        if number is not None:
            self.turnChanged.emit(number)

    def _tell_growth(self) -> None:
        if self._answering is not None:
            self._tell(self._answering)

    def _grow(self, turn: Turn, piece: str) -> None:
        first = not turn.answer
        turn.state = "answering"
        turn.model = self._studio.models.name
        turn.answer += piece
        self.book.save_soon(turn)
        if first:
            self._tell(turn)
        elif not self._tells.isActive():
            self._tells.start()

    def _end(self, turn: Turn, state: TurnState, reply: Reply | None = None, *, seen: bool = True) -> None:
        turn.state = state
        turn._job = None
        if reply is not None:
            turn.reply, turn.answer, turn.model = reply, reply.answer, reply.model
            pairs = (turn.frames[1] - 1) // 2 - turn.frames[0] // 2 + 1
            if not seen and reply.wait is not None and turn.evidence:
                self.pace = reply.wait / pairs
        self.book.save(turn)
        if self._answering is turn:
            self._answering = None
        following, self._next = self._next, None
        self._tell(turn)
        if following is not None and state == "done" and turn in self.book.place.every:
            following()
        if not self.busy:
            self.busyChanged.emit(False)

    def _fail(self, turn: Turn, error: Exception) -> None:
        if isinstance(error, StudioError):
            turn.error = said(error)
        else:
            _log.error("a question failed", exc_info=error)
            kind, words = type(error).__name__, " ".join(str(error).split())[:200]
            turn.error = tr(
                "The model stopped with an unexpected error ({kind}: {text}); ask again.", kind=kind, text=words
            )
        self._end(turn, "failed")
