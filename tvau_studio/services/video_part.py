"""What of an Edit concerns the rows of one video."""

from __future__ import annotations

from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Edit


class ElsewhereError(Exception):
    """A row went to another video or came from one: its own rows have to be read."""


def part_of(edit: Edit, document: Document, video: str | None) -> Edit:
    """What of an Edit concerns the rows in a document of one video (None: of all)."""
    if video is None:
        return edit
    new: set[tuple[str, str]] = set()
    kept: list[Change] = []
    for change in edit.changes:
        where = (change.table, change.key)
        here = where in document or where in new
        if change.before is None:
            here = change.table == "event_class" or _parent_here(change, document, new)
            new.update([where] if here else [])
        elif change.moved and change.after is not None and here != _parent_here(change, document, new):
            raise ElsewhereError
        if here:
            kept.append(change)
    return Edit(edit.label, tuple(kept), edit.merge, edit.place)


def _parent_here(change: Change, document: Document, new: set[tuple[str, str]]) -> bool:
    after = change.after or {}
    parents = [(name, after[name]) for name in ("video", "object", "clip") if after.get(name) is not None]
    return bool(parents) and all(p in document or p in new for p in parents)
