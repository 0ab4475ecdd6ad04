"""The questions and answers of a project: kept as they grow, found again, renamed, deleted.

`Project.talks` is one of these. Nothing here is an edit of the labels, and undo leaves it alone.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import new_key
from tvau_studio.domain.talks import Talk, TalkLine, Turn, storable

if TYPE_CHECKING:
    from tvau_studio.services.asking import Reply
    from tvau_studio.store.engine import Store


class Talks:
    """From any thread. Every method raises StudioError where the project cannot be read or written."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def lines(
        self, *, video: str | None = None, clip: str | None = None, search: str = "", limit: int = 500
    ) -> list[TalkLine]:
        """The history, what was asked last first. video, clip: only theirs (keys). search: words, all of which a title
        or the turns hold, whatever the case.
        """
        from tvau_studio.store import talks

        return talks.lines(self._store, video=video, clip=clip, search=storable(search), limit=limit)

    def talk(self, key: str) -> Talk | None:
        """A talk, or None where it is not there any more."""
        from tvau_studio.store import talks

        return talks.talk(self._store, key)

    def turns(self, talk: str) -> list[Turn]:
        """The turns of a talk (its key), every version of them, the oldest first."""
        from tvau_studio.store import talks

        return talks.turns(self._store, talk)

    def save(self, row: Talk | Turn) -> None:
        """Write a talk or a turn as it is now; durable when this returns. What cannot be stored (NUL, halves of
        surrogate pairs) is left out of its texts.
        """
        from tvau_studio.store import talks

        if isinstance(row, Talk):
            talks.save_talk(self._store, replace(row, title=storable(row.title), draft=storable(row.draft)))
        else:
            row = replace(row, question=storable(row.question), answer=storable(row.answer))
            row = replace(row, corrected=storable(row.corrected), error=storable(row.error))
            talks.save_turn(self._store, row)

    def rename(self, talk: str, title: str) -> None:
        """Give a talk a title; "" = its first question again."""
        from tvau_studio.store import talks

        talks.rename(self._store, talk, storable(title).strip())

    def remove(self, talk: str) -> None:
        """Delete a talk with all its turns; it does not come back."""
        from tvau_studio.store import talks

        talks.remove(self._store, talk)

    def remove_turn(self, turn: str) -> None:
        """Delete a turn, what answers beside it, and whatever followed it."""
        from tvau_studio.store import talks

        talks.remove_turn(self._store, turn)


def new_talk(video: str, clip: str | None, author: str) -> Talk:
    """A talk that begins now. video, clip: keys."""
    return Talk(key=new_key(), video=video, clip=clip, author=author, made=round(time.time(), 3))


def kept(reply: Reply) -> dict[str, Any]:
    """What a turn keeps of a reply, JSON-ready; `restored` makes the reply of it again."""
    objects = [{**e.to_dict(), "boxes": [[n, *box.tuple()] for n, box in e.boxes]} for e in reply.objects]
    return {**asdict(reply), "frames": list(reply.frames), "shown": list(reply.shown), "objects": objects}


def restored(turn: Turn) -> Reply | None:
    """The reply of a turn that was answered, or None where it was not, or was written by something else than `kept`."""
    from tvau_studio.services.asking import Evidence, Reply

    data = turn.reply
    if data is None:
        return None
    try:
        objects = tuple(_evidence(Evidence, one) for one in data["objects"])
        return Reply(
            question=str(data["question"]),
            answer=str(data["answer"]),
            video=str(data["video"]),
            frames=(int(data["frames"][0]), int(data["frames"][1])),
            model=str(data["model"]),
            anomaly=data["anomaly"],
            objects=objects,
            seconds=float(data["seconds"]),
            new_tokens=int(data["new_tokens"]),
            p_yes=_number(data.get("p_yes")),
            calibrated_on=int(data.get("calibrated_on", 0)),
            wait=_number(data.get("wait")),
            prompt=str(data.get("prompt", "")),
            prompt_tokens=int(data.get("prompt_tokens", 0)),
            left_out=int(data.get("left_out", 0)),
            shown=tuple(str(r) for r in data.get("shown", ())),
            heat_max=_number(data.get("heat_max")),
            heat_frame=None if data.get("heat_frame") is None else int(data["heat_frame"]),
            evidence=bool(data.get("evidence", True)),
        )
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _evidence(make: Any, data: Mapping[str, Any]) -> Any:
    box = data["box"]
    return make(
        data["from"],
        data["to"],
        None if box is None else Box(*(float(n) for n in box)),
        (int(data["frames"][0]), int(data["frames"][1])),
        tuple((int(b[0]), Box(*(float(n) for n in b[1:5]))) for b in data.get("boxes", ())),
    )
