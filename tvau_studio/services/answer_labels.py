"""What an answer can become: a draft object where its evidence lies, or the clip's dialogue to train on.

Each is a function from a document to an `Edit`, as in `domain.actions`: an undo away from never having been.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tvau_studio.domain.actions import Who
from tvau_studio.domain.dialogue import event_name
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Edit, Place, changed, created, edit
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import Dialogue, Keyframe, Object, Segment, dialogue_key, keyframe_key, new_key

if TYPE_CHECKING:
    from tvau_studio.services.asking import Evidence

OTHER = "anomaly"
"""The event of what an answer calls by no class of the project."""


def event_in(document: Document, answer: str) -> str | None:
    """The event class that an answer names, in either language; the longest name counts. None where it names none."""
    low = answer.lower()
    found: list[tuple[int, str]] = []
    for row in document.event_classes:
        names = {row.key, row.name_zh, event_name(row.key, "zh")} - {""}
        found += [(len(name), row.key) for name in names if row.key != OTHER and name.lower() in low]
    return max(found)[1] if found else None


def draft_object(
    document: Document,
    who: Who,
    video: str,
    evidence: Evidence,
    *,
    model: str,
    answer: str = "",
    appearance: str = "",
    language: str = "en",
) -> Edit:
    """A draft where a piece of evidence lies: boxes along the heat, one segment over its frames with the event that the
    answer names (else ``anomaly``). Raises UsageError where the evidence has no box.
    """
    if evidence.box is None:
        raise UsageError("The heat shows nothing there; draw the box by hand.")
    a, b = evidence.frames
    boxes = [(n, box) for n, box in evidence.boxes if a <= n < b] or [(a, evidence.box)]
    stamp = who.stamp()
    thing = Object(
        key=new_key(),
        video=video,
        track=document.next_track(video),
        model=model,
        verdict="undecided",
        appearance_en=appearance if language == "en" else "",
        appearance_zh=appearance if language == "zh" else "",
        **stamp,
    )
    marks = [(n, *box.tuple(), False) for n, box in boxes]
    frames = document.video(video).frames
    if frames is None or b < frames:
        marks.append((b, *boxes[-1][1].tuple(), True))  # it is not in the picture any more
    rows = [
        created(
            Keyframe(
                key=keyframe_key(thing.key, n), object=thing.key, frame=n, x=x, y=y, w=w, h=h, outside=gone, **stamp
            )
        )
        for n, x, y, w, h, gone in marks
    ]
    event = event_in(document, answer) or OTHER
    segment = Segment(key=new_key(), object=thing.key, start=a, stop=b, event=event, **stamp)
    place = Place(video, boxes[0][0], thing.key)
    return edit("Draft from an answer", [created(thing), *rows, created(segment)], "", place)


def train_on(document: Document, who: Who, clip: str, language: str, question: str, answer: str) -> Edit:
    """An answer, as a person corrected it, in the clip's own dialogue, which is exported as it is. A question that
    stands in it gets this answer, another one is appended; without a dialogue of its own the clip's begins as what its
    labels say.
    """
    from tvau_studio.formats import messages

    row = document.clip(clip)
    path = document.video(row.video).path
    told = messages.exported(document, row, language, path)
    asked = next(
        (
            n
            for n, message in enumerate(told[:-1])
            if message.get("role") == "user" and _words(message) == question and told[n + 1].get("role") == "assistant"
        ),
        None,
    )
    said = {"role": "assistant", "content": [{"type": "text", "text": answer}]}
    if asked is not None:
        told[asked + 1] = said
    else:
        content: list[dict[str, Any]] = [{"type": "text", "text": question}]
        shown = [] if told else [messages.shown(document, row, path)]
        told += [{"role": "user", "content": [*shown, *content]}, said]
    text = json.dumps(told, ensure_ascii=False)
    stored = document.dialogue(clip, language)
    if stored is not None:
        change = changed(stored, messages=text)
    else:
        key = dialogue_key(clip, language)
        change = created(Dialogue(key=key, clip=clip, language=language, messages=text, **who.stamp()))
    return edit("Correct an answer", [change], "", Place(row.video, row.start))


def _words(message: dict[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(p.get("text", "")) for p in parts if isinstance(p, dict) and p.get("type") == "text")
