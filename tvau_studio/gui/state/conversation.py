"""Questions about a range of the open video, and the answers while they grow."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from tvau_studio.domain.errors import StudioError

if TYPE_CHECKING:
    from tvau_studio.gui.state.clip_document import ClipDocument
    from tvau_studio.gui.state.workspace import Workspace
    from tvau_studio.services.asking import Reply
    from tvau_studio.services.jobs import Context, Job
    from tvau_studio.services.studio import Studio

_log = logging.getLogger(__name__)

ASKED_FIRST = 10
"""Priority of a question on the model's lane: before heat maps that nobody waits for."""


@dataclass
class Turn:
    """One question. answer: as far as it has come. reply: once it is whole, with its evidence. frames: (a, b).

    state: waiting (for the model), answering, done, stopped (the text so far stays) or failed (error: the sentence).
    """

    question: str
    frames: tuple[int, int]
    model: str = ""
    answer: str = ""
    reply: Reply | None = None
    state: Literal["waiting", "answering", "done", "stopped", "failed"] = "waiting"
    error: str = ""
    _job: Job[Reply] | None = field(default=None, repr=False)


class Conversation(QObject):
    """turns: of the open clip (without a clip: of the open video), the oldest first. One answer grows at a time."""

    turnAdded = Signal(int)
    turnChanged = Signal(int)
    busyChanged = Signal(bool)
    reset = Signal()
    """Another clip is open: `turns` is another list."""

    def __init__(self, studio: Studio, workspace: Workspace, document: ClipDocument) -> None:
        super().__init__()
        self._studio = studio
        self._workspace = workspace
        self._document = document
        self._kept: defaultdict[str, list[Turn]] = defaultdict(list)
        self._place = ""
        self._answering: Turn | None = None
        self.turns: list[Turn] = []
        document.loaded.connect(self._moved)

    @property
    def busy(self) -> bool:
        return self._answering is not None

    def ask(self, question: str, a: int, b: int, language: str | None = None) -> Turn | None:
        """Ask about frames a:b of the open video; None where nothing is open, the question is empty or one is being
        answered. language: ``en`` or ``zh``; None = the question's own.

        Earlier answers about the same range are what the model is reminded of.
        """
        video = self._workspace.video
        if video is None or not question.strip() or self.busy:
            return None
        history = [(t.question, t.answer) for t in self.turns if t.frames == (a, b) and t.state == "done"]
        turn = Turn(question.strip(), (a, b), self._studio.models.name)
        turns = self.turns
        turns.append(turn)
        self._answering = turn
        self.turnAdded.emit(len(turns) - 1)
        self.busyChanged.emit(True)

        def run(context: Context) -> Reply:
            from tvau_studio.services import asking

            model = self._studio.models.get()
            running = asking.converse(
                model, video, turn.question, a, b, language, history, cancel=lambda: context.cancelled
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
            done=lambda reply: self._end(turn, "done", reply=reply),
            failed=lambda error: self._fail(turn, error),
            cancelled=lambda: self._end(turn, "stopped"),
            priority=ASKED_FIRST,
        )
        return turn

    def stop(self) -> None:
        """Stop computing the answer; what is there stays. `busyChanged` tells when it has stopped."""
        if self._answering is not None and self._answering._job is not None:
            self._answering._job.cancel()

    def remove(self, index: int) -> None:
        """Forget a turn that has ended."""
        if self.turns[index] is not self._answering:
            del self.turns[index]
            self.reset.emit()

    def _moved(self) -> None:
        clip, video = self._document.clip_row, self._document.video_row
        place = clip.key if clip else video.key if video else ""
        if place != self._place:
            self.stop()
            self._place = place
            self.turns = self._kept[place]
            self.reset.emit()

    def _tell(self, turn: Turn) -> None:
        if any(t is turn for t in self.turns):
            self.turnChanged.emit(next(i for i, t in enumerate(self.turns) if t is turn))

    def _grow(self, turn: Turn, piece: str) -> None:
        turn.state = "answering"
        turn.model = self._studio.models.name
        turn.answer += piece
        self._tell(turn)

    def _end(self, turn: Turn, state: Literal["done", "stopped", "failed"], reply: Reply | None = None) -> None:
        turn.state = state
        turn._job = None
        if reply is not None:
            turn.reply, turn.answer, turn.model = reply, reply.answer, reply.model
        if self._answering is turn:
            self._answering = None
        self._tell(turn)
        self.busyChanged.emit(self.busy)

    def _fail(self, turn: Turn, error: Exception) -> None:
        if isinstance(error, StudioError):
            turn.error = str(error)
        else:
            _log.error("a question failed", exc_info=error)
            turn.error = f"The model stopped with an unexpected error ({type(error).__name__}: {error}); ask again."
        self._end(turn, "failed")
