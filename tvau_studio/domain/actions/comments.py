"""Remarks: pinned to a clip, an object, a frame, a field; answered, and settled once nothing is left to do."""

from __future__ import annotations

from tvau_studio.domain.actions._parts import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Edit, Place, changed, created, edit, removed
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import Comment, new_key


def add_comment(
    document: Document,
    who: Who,
    clip: str,
    text: str,
    *,
    object: str | None = None,
    frame: int | None = None,
    field: str = "",
    reason: str = "",
    key: str | None = None,
) -> Edit:
    """A new remark. reason: of `labels.REASONS`, or "". Raises UsageError where nothing is said."""
    text = text.strip()
    if not text and not reason:
        raise UsageError("Say what the comment is about, or choose a reason.")
    row = Comment(
        key=key or new_key(),
        clip=clip,
        text=text,
        object=object,
        frame=frame,
        field=field,
        reason=reason,
        **who.stamp(),
    )
    return edit("Comment", [created(row)], "", Place(document.clip(clip).video, frame, object))


def reply(document: Document, who: Who, comment: str, text: str) -> Edit:
    """An answer to a remark; a remark that was settled is open again by it."""
    first = _remark(document, comment)
    if not text.strip():
        raise UsageError("Say something first.")
    row = Comment(key=new_key(), clip=first.clip, text=text.strip(), reply_to=first.key, **who.stamp())
    return edit("Reply", [created(row), changed(first, resolved=False)], "", _place(document, first))


def resolve_comment(document: Document, comment: str, resolved: bool = True) -> Edit:
    """Nothing is left to do about a remark, or there is again."""
    row = _remark(document, comment)
    label = "Resolve comment" if resolved else "Reopen comment"
    return edit(label, [changed(row, resolved=resolved)], "", _place(document, row))


def delete_comment(document: Document, comment: str) -> Edit:
    """A remark with its answers, or one answer."""
    row = document.get("comment", comment)
    if not isinstance(row, Comment):
        raise UsageError("This comment is no longer there.")
    answers = [c for c in document.comments(row.clip) if c.reply_to == row.key]
    return edit("Delete comment", [*(removed(c) for c in answers), removed(row)], "", _place(document, row))


def _remark(document: Document, key: str) -> Comment:
    """The remark itself, also where an answer to it is meant."""
    row = document.get("comment", key)
    if isinstance(row, Comment) and row.reply_to is not None:
        row = document.get("comment", row.reply_to)
    if not isinstance(row, Comment):
        raise UsageError("This comment is no longer there.")
    return row


def _place(document: Document, row: Comment) -> Place:
    return Place(document.clip(row.clip).video, row.frame, row.object)
