"""Whose turn a clip is, and which comes next: the queue of those who label and of those who review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from tvau_studio.domain.summaries import ClipHead

Role = Literal["both", "annotator", "reviewer"]

Rank = Callable[[ClipHead, str], "int | None"]
"""rank(clip, me): 0 is most urgent; None = not my turn."""


def _annotator(head: ClipHead, me: str) -> int | None:
    """What came back to me, what I began, what I was given, what nobody has."""
    mine = me in (head.assignee, head.annotator)
    free = not head.assignee and not head.annotator
    if head.state == "returned":
        return 0 if mine else 3 if free else None
    if head.state == "in work":
        return 1 if mine else 3 if free else None
    if head.state == "new":
        return 2 if head.assignee == me else 3 if not head.assignee else None
    return None


def _reviewer(head: ClipHead, me: str) -> int | None:
    """What I was given to review, else what somebody else labelled and nobody reviews."""
    if head.state != "to review":
        return None
    if head.assignee == me:
        return 0
    return 1 if not head.assignee and head.annotator != me else None


def _both(head: ClipHead, me: str) -> int | None:
    """Labelling first, then whatever is to be reviewed, one's own included."""
    rank = _annotator(head, me)
    if rank is not None:
        return rank
    if head.state == "to review" and head.assignee in ("", me):
        return 4 if head.annotator != me else 5
    return None


_RANKS: dict[Role, Rank] = {"both": _both, "annotator": _annotator, "reviewer": _reviewer}


def is_mine(head: ClipHead, role: Role, me: str) -> bool:
    """Whether the clip is in this person's queue."""
    return _RANKS[role](head, me) is not None


def next_clip(heads: Sequence[ClipHead], here: int, role: Role, me: str) -> int | None:
    """The place of the clip to go on with: of the most urgent ones the first behind place `here` (-1 = none), from the
    end back to the first; never the one at `here`. None where the queue is empty.
    """
    rank = _RANKS[role]
    best: tuple[int, int] | None = None
    found = None
    for place, head in enumerate(heads):
        urgency = rank(head, me) if place != here else None
        if urgency is None:
            continue
        behind = (place - here) % (len(heads) + 1)
        if best is None or (urgency, behind) < best:
            best, found = (urgency, behind), place
    return found
