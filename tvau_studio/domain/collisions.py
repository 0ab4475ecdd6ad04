"""Two people changed the same: what each of them made of it, and the Edit that keeps one or the other.

An Edit that was refused is not lost. Field by field it is held against the rows as they are now: what nobody else
touched is done again, what both changed is a `Clash` for a person to decide, and what was deleted meanwhile is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tvau_studio.domain.actions.objects import delete_object
from tvau_studio.domain.document import Document, make_row
from tvau_studio.domain.edits import Change, Edit, compose, created
from tvau_studio.domain.labels import TABLES, Object, values_of


@dataclass(frozen=True)
class Clash:
    """Fields of one row that both changed. mine: as the refused Edit wants them, None = the row deleted. theirs: as
    they are now, None = the row is gone.
    """

    table: str
    key: str
    mine: Mapping[str, Any] | None
    theirs: Mapping[str, Any] | None


@dataclass(frozen=True)
class Collision:
    """edit: what was refused, as one Edit. who: changed the same, "" where it is not known."""

    edit: Edit
    who: str
    clashes: tuple[Clash, ...]


_TEXTS = ("appearance", "motion", "trajectory", "environment")


def is_text(clash: Clash) -> bool:
    """Whether two people wrote different words, and nothing else."""
    names = (clash.mine or {}).keys()
    return bool(names) and clash.theirs is not None and all(name.rpartition("_")[0] in _TEXTS for name in names)


def collide(document: Document, edits: Sequence[Edit], who: str = "") -> Collision:
    """What of refused edits clashes with the rows as they are. edits: at least one, in their order; none of them is in
    the document.
    """
    whole = compose(edits)
    return Collision(whole, who, tuple(_clashes(document, whole)))


def _clashes(document: Document, edit: Edit) -> Iterator[Clash]:
    new = {(c.table, c.key) for c in edit.changes if c.before is None}
    for change in edit.changes:
        row = document.get(change.table, change.key)
        if change.before is None:
            if row is not None and (theirs := _different(values_of(row), change.after or {})):
                yield Clash(change.table, change.key, {n: (change.after or {})[n] for n in theirs}, theirs)
            elif row is None and not _has_parents(document, change, new):
                yield Clash(change.table, change.key, change.after, None)
        elif row is None:
            if change.after is not None:
                yield Clash(change.table, change.key, change.after, None)
        else:
            now = {name: getattr(row, name) for name in change.before}
            changed = _different(now, change.before)
            if change.after is None:
                if changed:
                    yield Clash(change.table, change.key, None, changed)
            elif theirs := _different(changed, change.after):
                yield Clash(change.table, change.key, {name: change.after[name] for name in theirs}, theirs)


def _different(now: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `now` that are otherwise in `other`; who made a row and when is no difference."""
    return {
        name: value
        for name, value in now.items()
        if name in other and other[name] != value and name not in ("author", "made")
    }


def _has_parents(document: Document, change: Change, new: set[tuple[str, str]]) -> bool:
    after = change.after or {}
    parents = [(name, after[name]) for name in ("video", "object", "clip") if after.get(name) is not None]
    return all(p in document or p in new for p in parents)


def resolve(document: Document, collision: Collision, mine: bool) -> Edit:
    """The refused Edit as it fits the document now. mine: of what both changed, this Edit's values; else the others'.
    What belongs to rows that are gone is left out.
    """
    whole = collision.edit
    new = {(c.table, c.key) for c in whole.changes if c.before is None}
    changes: list[Change] = []
    tracks: set[tuple[str, int]] = set()
    # Each Change is made for the rows as those before it leave them: what was moved to another object, for one, does
    # not go with the object that it came from.
    rows = Document(row for table in TABLES for row in document.rows(table))
    for change in whole.changes:
        if change.before is None:
            made = _made(rows, change, new, mine, tracks)
        elif change.after is None:
            made = list(_deleted(rows, change, mine))
        else:
            made = list(_changed(rows, change, mine))
        rows.apply(Edit("", tuple(made)))
        changes += made
    return Edit(whole.label, tuple(changes), "", whole.place)


def _made(
    document: Document, change: Change, new: set[tuple[str, str]], mine: bool, tracks: set[tuple[str, int]]
) -> list[Change]:
    after = change.after or {}
    row = document.get(change.table, change.key)
    if row is not None:
        theirs = _different(values_of(row), after)
        return [Change(change.table, change.key, theirs, {n: after[n] for n in theirs})] if mine and theirs else []
    if not _has_parents(document, change, new):
        return []
    thing = make_row(change.table, change.key, after)
    if not isinstance(thing, Object):
        return [change]
    # The next number that is free: somebody else's new object took this one.
    taken = {o.track for o in document.objects(thing.video)} | {t for v, t in tracks if v == thing.video}
    track = thing.track if thing.track not in taken else max(taken) + 1
    tracks.add((thing.video, track))
    return [created(replace(thing, track=track))]


def _deleted(document: Document, change: Change, mine: bool) -> Iterator[Change]:
    row = document.get(change.table, change.key)
    if row is None or change.before is None:
        return
    if _different(values_of(row), change.before) and not mine:
        return
    if isinstance(row, Object):
        yield from delete_object(document, row.key).changes  # with what others gave it meanwhile
    else:
        yield Change(change.table, change.key, values_of(row), None)


def _changed(document: Document, change: Change, mine: bool) -> Iterator[Change]:
    row = document.get(change.table, change.key)
    if row is None or change.before is None or change.after is None:
        return
    now = {name: getattr(row, name) for name in change.before}
    theirs = {} if mine else _different(now, change.before)
    wanted = {name: value for name, value in change.after.items() if name not in theirs and now[name] != value}
    if wanted:
        yield Change(change.table, change.key, {name: now[name] for name in wanted}, wanted)
