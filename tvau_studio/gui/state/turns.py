"""One question with its answer while a window shows it, and how it is written down."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tvau_studio.domain import talks
from tvau_studio.domain.labels import new_key
from tvau_studio.services.talks import kept, restored

if TYPE_CHECKING:
    from tvau_studio.services.asking import Reply
    from tvau_studio.services.jobs import Job

TurnState = Literal["waiting", "answering", "done", "stopped", "failed"]


@dataclass(eq=False)
class Turn:
    """One question. answer: as far as it has come. reply: once it is whole, with its evidence. frames: (a, b).

    state: waiting (for the model), answering, done, stopped (the text so far stays) or failed (error: the sentence).
    parent, beside, object, language, evidence, corrected, author, made: as in `domain.talks.Turn`.
    """

    question: str
    frames: tuple[int, int]
    model: str = ""
    answer: str = ""
    reply: Reply | None = None
    state: TurnState = "waiting"
    error: str = ""
    key: str = field(default_factory=new_key)
    parent: str | None = None
    beside: str | None = None
    object: str | None = None
    language: str | None = None
    prompts: str = ""
    evidence: bool = True
    corrected: str = ""
    author: str = ""
    made: float = field(default_factory=lambda: round(time.time(), 3))
    interrupted: bool = False
    """Its program ended while it was answered."""
    _job: Job[Reply] | None = field(default=None, repr=False)

    @property
    def said(self) -> str:
        """The answer as it counts: as a person corrected it, else as it came."""
        return self.corrected or self.answer

    @property
    def growing(self) -> bool:
        return self.state in ("waiting", "answering")

    def row(self, talk: str) -> talks.Turn:
        """As the project keeps it, in a talk (its key)."""
        reply = self.reply
        state: talks.TurnState = "answering"
        if self.state == "done":
            state = "complete"
        elif self.state in ("stopped", "failed"):
            state = self.state  # type: ignore[assignment]
        return talks.Turn(
            key=self.key,
            talk=talk,
            parent=self.parent,
            beside=self.beside,
            start=self.frames[0],
            stop=self.frames[1],
            object=self.object,
            language=self.language,
            model=self.model,
            prompts=self.prompts,
            evidence=self.evidence,
            question=self.question,
            answer=self.answer,
            corrected=self.corrected,
            state=state,
            error=self.error,
            reply=kept(reply) if reply is not None else None,
            wait=reply.wait if reply is not None else None,
            seconds=reply.seconds if reply is not None else None,
            tokens=reply.new_tokens if reply is not None else None,
            author=self.author,
            made=self.made,
        )


def read(row: talks.Turn) -> Turn:
    """A turn as the project kept it. One that was being answered when its program ended is stopped, and says so."""
    state: TurnState = "done" if row.state == "complete" else "failed" if row.state == "failed" else "stopped"
    return Turn(
        row.question,
        row.frames,
        row.model,
        row.answer,
        restored(row),
        state,
        row.error,
        row.key,
        row.parent,
        row.beside,
        row.object,
        row.language,
        row.prompts,
        row.evidence,
        row.corrected,
        row.author,
        row.made,
        row.state == "answering",
    )
