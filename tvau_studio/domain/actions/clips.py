"""Clips and their review."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tvau_studio.domain.actions._parts import Who, place_of
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Edit, Place, changed, created, edit
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import Clip, Comment, State, new_key


def set_clip(document: Document, clip: str, label: str = "Edit clip", **fields: Any) -> Edit:
    """anomaly, state, assignee, annotator, start, stop ... of a clip."""
    row = document.clip(clip)
    return edit(label, [changed(row, **fields)], "", Place(row.video))


def set_state(document: Document, who: Who, clip: str, state: State) -> Edit:
    """The review state of a clip. Nobody in particular has it then, unless it goes back to whoever labelled it. Raises
    UsageError where it cannot be accepted yet: a draft in it is undecided.
    """
    row = document.clip(clip)
    if state == "accepted" and (drafts := sum(o.is_draft for o in document.objects_in(row))):
        raise UsageError("This clip still holds {n} undecided draft(s); accept or reject them first.", n=drafts)
    fields: dict[str, Any] = {"state": state}
    if state == "to review" and not row.annotator:
        fields["annotator"] = who.name
    if state in ("to review", "accepted"):
        fields["assignee"] = ""
    elif state == "returned":
        fields["assignee"] = row.annotator
    return edit(f"Mark as {state}", [changed(row, **fields)], "", Place(row.video))


def return_clip(
    document: Document,
    who: Who,
    clip: str,
    text: str,
    frame: int | None = None,
    *,
    reason: str = "",
    object: str | None = None,
) -> Edit:
    """Give a clip back to whoever labelled it, with what has to be changed ("" = nothing is said). reason: of
    `labels.REASONS`, or "". object: that it is about.
    """
    row = document.clip(clip)
    changes = [changed(row, state="returned", assignee=row.annotator)]
    if text.strip() or reason:
        remark = Comment(
            key=new_key(), clip=clip, text=text.strip(), frame=frame, object=object, reason=reason, **who.stamp()
        )
        changes.append(created(remark))
    return edit("Mark as returned", changes, "", Place(row.video, frame, object))


def reopen_clip(document: Document, who: Who, clip: str, why: str) -> Edit:
    """Unlock an accepted clip, for whoever reopens it. Raises UsageError where no reason is given."""
    row = document.clip(clip)
    if not why.strip():
        raise UsageError("Say why the accepted clip is reopened.")
    remark = Comment(key=new_key(), clip=clip, text=why.strip(), **who.stamp())
    changes = [changed(row, state="in work", assignee=who.name), created(remark)]
    return edit("Reopen clip", changes, "", Place(row.video))


def decide(document: Document, objects: Iterable[str], accept: bool) -> Edit:
    """Accept or reject drafts."""
    rows = [document.object(key) for key in objects]
    changes = [changed(row, verdict="accepted" if accept else "rejected") for row in rows]
    place = place_of(document, rows[0].key) if rows else None
    label = f"{'Accept' if accept else 'Reject'} draft{'s' if len(rows) > 1 else ''}"
    return edit(label, changes, "", place)


def new_clip(document: Document, who: Who, video: str, start: int, stop: int, id: str, **fields: Any) -> Edit:
    """A clip start:stop of a video. id: unique in the project (see `labels.Clip`)."""
    if start < 0 or stop <= start:
        raise UsageError("A clip {a}:{b} holds no frame.", a=start, b=stop)
    row = Clip(key=new_key(), video=video, id=id, start=start, stop=stop, **fields, **who.stamp())
    return edit("New clip", [created(row)], "", Place(video, start))
