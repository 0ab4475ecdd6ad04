"""Edits: what a person did, as a value that knows its own inverse.

An Edit is a label and Changes; a Change names a row and the touched fields before and after. The inverse is the
Changes reversed and swapped, so nobody writes undo code. Store and document apply an Edit under one check: the touched
fields still are what they were *before*; else the whole Edit is refused. Builders of Edits are in `actions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import Row, table_of, values_of

_PARENTS = frozenset({"video", "object", "clip"})


@dataclass(frozen=True, slots=True)
class Change:
    """One row. before, after: the touched fields; before None: the row was not there (after holds all its fields);
    after None: the row goes (before holds all its fields).
    """

    table: str
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    def inverse(self) -> Change:
        return Change(self.table, self.key, self.after, self.before)

    @property
    def moved(self) -> bool:
        """Whether the row comes to belong to another row."""
        return bool(self.after) and not _PARENTS.isdisjoint(self.after or ())


@dataclass(frozen=True, slots=True)
class Place:
    """Where an Edit happens, so that undoing it can show it."""

    video: str
    frame: int | None = None
    object: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """label: what was done, in English, as a menu shows it ("Move box"). merge: edits in a row with the same key that
    is not "" (typing in one field, nudging one box) count as one step of undo. place: where.
    """

    label: str
    changes: tuple[Change, ...]
    merge: str = ""
    place: Place | None = field(default=None, compare=False)

    def inverse(self) -> Edit:
        """The Edit that takes this one back."""
        return Edit(self.label, tuple(c.inverse() for c in reversed(self.changes)), "", self.place)

    def __bool__(self) -> bool:
        return bool(self.changes)


class Conflict(StudioError):  # noqa: N818 - nothing went wrong: two people met
    """An Edit that was made on something that is no longer so. change: the Change that does not fit. found: the row's
    fields now, or None where it is gone. who: changed it last, "" where that is not known.
    """

    def __init__(self, change: Change, found: Mapping[str, Any] | None, who: str = "") -> None:
        super().__init__(
            "{who} changed this {table} in the meantime; look at it as it is now and do it again.",
            who=who or "Somebody else",
            table=change.table.replace("_", " "),
        )
        self.change = change
        self.found = found
        self.who = who


def created(row: Row) -> Change:
    """The Change that adds a row."""
    return Change(table_of(row), row.key, None, values_of(row))


def removed(row: Row) -> Change:
    """The Change that takes a row away."""
    return Change(table_of(row), row.key, values_of(row), None)


def changed(row: Row, **fields: Any) -> Change | None:
    """The Change that sets fields of a row; None where they are so already."""
    touched = {name: value for name, value in fields.items() if getattr(row, name) != value}
    if not touched:
        return None
    return Change(table_of(row), row.key, {name: getattr(row, name) for name in touched}, touched)


def edit(label: str, changes: Iterable[Change | None], merge: str = "", place: Place | None = None) -> Edit:
    """An Edit of those Changes that are none of None; it is false where nothing changes."""
    return Edit(label, tuple(c for c in changes if c is not None), merge, place)


def compose(edits: Sequence[Edit]) -> Edit:
    """The one Edit that does what several do one after another; label and place are those of the last.

    A row that is touched several times is named once, with what it was before the first and is after the last; fields
    and rows that end as they began are left out. edits: at least one.
    """
    rows: dict[tuple[str, str], tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]] = {}
    for change in (c for e in edits for c in e.changes):
        where = (change.table, change.key)
        rows[where] = _joined(rows[where], change) if where in rows else (change.before, change.after)
    changes = []
    for (table, key), (before, after) in rows.items():
        if before is not None and after is not None:
            touched = [name for name in after if name not in before or before[name] != after[name]]
            before, after = {n: before[n] for n in touched}, {n: after[n] for n in touched}
            if not touched:
                continue
        if before is not None or after is not None:
            changes.append(Change(table, key, before, after))
    last = edits[-1]
    return Edit(last.label, tuple(changes), "", last.place)


def _joined(
    known: tuple[Mapping[str, Any] | None, Mapping[str, Any] | None], change: Change
) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
    before, after = known
    if change.before is None:  # made anew after it was removed (or made and removed) before
        return before, change.after
    # What this change saw of fields that were not touched before it was so from the beginning.
    if before is not None:
        before = {**change.before, **before}
    return before, None if change.after is None else {**(after or {}), **change.after}
