"""What can be done with an answer: follow it, keep it, ask again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from tvau_studio.domain import actions
from tvau_studio.domain.dialogue import language_of, templates
from tvau_studio.gui.docks import _evidence
from tvau_studio.gui.docks._evidence import Link
from tvau_studio.gui.words import tr
from tvau_studio.services import answer_labels

if TYPE_CHECKING:
    from tvau_studio.gui.state import State
    from tvau_studio.gui.state.turns import Turn
    from tvau_studio.services.asking import Evidence


class ChatDeeds(QObject):
    """state: of the window."""

    editWanted = Signal(object)
    """Put this turn's question into the field, to be asked differently."""
    promptWanted = Signal(object)
    """Show the exact prompt of this turn."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state

    # -- looking

    def point(self, turn: Turn, found: Link) -> None:
        """Go to what words stand for."""
        if found.evidence is not None:
            self.point_at(turn, found.evidence, found.frame)
            return
        self._go(found.frame)
        if found.object is not None:
            self._state.selection.select(found.object)

    def point_at(self, turn: Turn, number: int, frame: int | None = None) -> None:
        """Show one piece of evidence: its frame, its box, and the object of the labels that stands there."""
        evidence, video = self._evidence(turn, number), self._state.document.video_row
        if evidence is None or video is None:
            return
        self._go(evidence.frames[0] if frame is None else frame)
        self._state.selection.select(_evidence.object_at(self._state.document.document, video.key, evidence))
        self._state.selection.point_at(evidence.box, " · ".join(_evidence.evidence_words(evidence)))

    def hover(self, turn: Turn, found: Link | None) -> None:
        """Show the place of words under the pointer, as long as it is there; nothing else changes."""
        evidence = self._evidence(turn, found.evidence) if found is not None and found.evidence is not None else None
        if evidence is not None and evidence.box is not None:
            self._state.selection.point_at(evidence.box, " · ".join(_evidence.evidence_words(evidence)))
        else:
            self._state.selection.point_at(None)

    def show_heat(self, turn: Turn) -> None:
        """Go to the frame in which the heat behind an answer is highest."""
        if turn.reply is not None and turn.reply.heat_frame is not None:
            self._go(turn.reply.heat_frame)
            self._state.heat.set_enabled(True)

    def _go(self, frame: int) -> None:
        self._state.playback.pause()
        self._state.playback.seek(frame)

    @staticmethod
    def _evidence(turn: Turn, number: int) -> Evidence | None:
        found = turn.reply.objects if turn.reply is not None else ()
        return found[number] if 0 <= number < len(found) else None

    # -- asking

    def again(self, turn: Turn) -> None:
        self._state.conversation.again(turn)

    def edit(self, turn: Turn) -> None:
        self._state.playback.set_range(turn.frames)
        self.editWanted.emit(turn)

    def compare(self, turn: Turn) -> None:
        self._state.conversation.compare(turn)

    def version(self, turn: Turn, d: int) -> None:
        """The version before or behind."""
        every = self._state.conversation.versions(turn)
        at = every.index(turn) + d
        if 0 <= at < len(every):
            self._state.conversation.show_version(every[at])

    def remove(self, turn: Turn) -> None:
        turns = self._state.conversation.turns
        if turn in turns:
            self._state.conversation.remove(turns.index(turn))

    # -- keeping

    def copy(self, turn: Turn) -> None:
        """The answer, as Markdown."""
        QApplication.clipboard().setText(turn.said)

    def copy_turn(self, turn: Turn) -> None:
        """Question, answer and what it is about, as Markdown."""
        QApplication.clipboard().setText(markdown_of(self._state, turn))

    def keep(self, turn: Turn) -> None:
        """The answer as a text of the selected object: its trajectory where that was asked for, else its appearance. An
        answer about the scene is the environment.
        """
        thing, clip, document = self._state.selection.row, self._state.document.clip_row, self._state.document
        if thing is None:
            return
        language = language_of(turn.said)
        words = templates(language)
        text = _evidence.without_lead(turn.said)
        asked = turn.question.strip()
        if asked == words["ask_environment"]:
            document.attempt(actions.set_text, "video", thing.video, "environment", language, text)
        elif asked == words["ask_trajectory"] and clip is not None:
            document.attempt(
                actions.set_override, document.who, thing.key, clip.key, **{f"trajectory_{language}": text}
            )
        else:
            document.attempt(actions.set_text, "object", thing.key, "appearance", language, text)

    def draft(self, turn: Turn, number: int) -> None:
        """A draft object where a piece of evidence lies; it is selected."""
        evidence, document, video = self._evidence(turn, number), self._state.document, self._state.document.video_row
        if evidence is None or video is None:
            return
        before = {o.key for o in document.document.objects(video.key)}
        done = document.attempt(
            answer_labels.draft_object, document.who, video.key, evidence, model=turn.model, answer=turn.said
        )
        if done:
            new = [o.key for o in document.document.objects(video.key) if o.key not in before]
            self._go(evidence.frames[0])
            self._state.selection.select(new[0] if new else None)

    def segment(self, turn: Turn) -> None:
        """A segment of the selected object over what was asked about, with the event that the answer names."""
        thing, document = self._state.selection.row, self._state.document
        if thing is not None:
            event = answer_labels.event_in(document.document, turn.said)
            document.attempt(actions.add_segment, document.who, thing.key, *turn.frames, event)

    def correct(self, turn: Turn, text: str) -> None:
        self._state.conversation.correct(turn, text)

    def can_train(self, turn: Turn) -> bool:
        """Whether the answer can be the clip's own: it is about exactly its frames."""
        clip = self._state.document.clip_row
        return clip is not None and turn.frames == (clip.start, clip.stop) and bool(turn.said)

    def train(self, turn: Turn) -> None:
        """The answer in the clip's dialogue, which is exported as it is."""
        clip, document = self._state.document.clip_row, self._state.document
        if clip is not None and self.can_train(turn):
            language = language_of(turn.said)
            document.attempt(answer_labels.train_on, document.who, clip.key, language, turn.question, turn.said)


def markdown_of(state: State, turn: Turn) -> str:
    """A turn as Markdown that stands by itself."""
    a, b = turn.frames
    video = state.document.video_row
    head = tr("Frames {a}:{b} of {video}", a=a, b=b, video=video.stem if video is not None else "?")
    lines = [f"**{head}**", "", *(f"> {line}" for line in turn.question.splitlines()), "", turn.said]
    if turn.reply is not None and turn.reply.objects:
        lines.append("")
        for one in turn.reply.objects:
            box = "" if one.box is None else f" [{', '.join(f'{n:g}' for n in one.box.tuple())}]"
            lines.append(f"- {' · '.join(_evidence.evidence_words(one))}{box}")
    if facts := fact_words(turn):
        lines += ["", f"_{facts}_"]
    return "\n".join(lines) + "\n"


def fact_words(turn: Turn) -> str:
    """Who answered, how long, how much."""
    reply = turn.reply
    if reply is None:
        return turn.model if turn.answer else ""
    words = tr("{model} · {n} tokens · {s:.1f} s", model=reply.model, n=reply.new_tokens, s=reply.seconds)
    return words if reply.evidence else tr("{words} · no anomaly tokens", words=words)
