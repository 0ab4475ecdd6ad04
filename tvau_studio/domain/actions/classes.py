"""The event classes of a project."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from tvau_studio.domain.actions._parts import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Edit, changed, created, edit, removed
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import EventClass, Segment

_COLOUR = re.compile("(#[0-9a-f]{6})?")
MOST = 80
"""Characters of a class's name at most."""


def _known(document: Document, name: str) -> EventClass:
    row = document.get("event_class", name)
    if not isinstance(row, EventClass):
        raise UsageError("There is no event class {name!r} any more.", name=name)
    return row


def class_name(document: Document, text: str) -> str:
    """The name as it is kept: one line. Raises UsageError where it is empty, too long, or taken (capitals or not)."""
    name = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    if not name:
        raise UsageError("An event class needs a name; write what happens, for example person running.")
    if len(name) > MOST:
        raise UsageError("The name has {n} characters; give at most {most}.", n=len(name), most=MOST)
    if any(c.key.casefold() == name.casefold() for c in document.event_classes):
        raise UsageError("There is an event class {name!r} already.", name=name)
    return name


def add_class(document: Document, who: Who, name: str, name_zh: str = "", shortcut: str = "") -> Edit:
    """A new class behind the others."""
    position = max((c.position for c in document.event_classes), default=-1) + 1
    row = EventClass(key=class_name(document, name), position=position, name_zh=name_zh.strip(), **who.stamp())
    given = _shortcut_changes(document, shortcut, "")
    return edit("New event class", [*given, created(replace(row, shortcut=shortcut))])


def set_class(document: Document, name: str, **fields: Any) -> Edit:
    """name_zh, shortcut (a digit 1 to 9, or ""), colour (``#rrggbb``, or "" = that of its place) of a class; a digit
    that another one has goes over to this one.
    """
    row = _known(document, name)
    changes: list[Change | None] = []
    if "shortcut" in fields:
        changes += _shortcut_changes(document, fields["shortcut"], name)
    if "name_zh" in fields:
        fields["name_zh"] = " ".join(str(fields["name_zh"]).split())
    if not _COLOUR.fullmatch(fields.get("colour", "")):
        raise UsageError("{colour!r} is no colour; write #rrggbb.", colour=fields["colour"])
    changes.append(changed(row, **fields))
    return edit("Edit event class", changes) if any(changes) else edit("", ())


def _shortcut_changes(document: Document, shortcut: str, name: str) -> list[Change | None]:
    if shortcut and shortcut not in "123456789":
        raise UsageError("{key!r} is no key for an event class; give a digit from 1 to 9.", key=shortcut)
    others = [c for c in document.event_classes if c.key != name and shortcut and c.shortcut == shortcut]
    return [changed(c, shortcut="") for c in others]


def order_classes(document: Document, names: Sequence[str]) -> Edit:
    """The classes in this order."""
    rows = [_known(document, name) for name in names]
    changes = [changed(row, position=i) for i, row in enumerate(rows)]
    return edit("Order event classes", changes) if any(changes) else edit("", ())


def rename_class(document: Document, name: str, new: str, segments: Iterable[Segment]) -> Edit:
    """Another name for a class, in every segment that is of it. segments: of the whole project."""
    row = _known(document, name)
    others = Document([c for c in document.event_classes if c.key != name])
    new = class_name(others, new)
    if new == name:
        return edit("", ())
    moved = [changed(s, event=new) for s in segments]
    return edit("Rename event class", [removed(row), created(replace(row, key=new)), *moved])


def delete_class(document: Document, name: str, into: str | None, segments: Iterable[Segment]) -> Edit:
    """A class less. segments: of the whole project that are of it; they become `into` (None = no event)."""
    row = _known(document, name)
    if into is not None:
        _known(document, into)
    if into == name:
        raise UsageError("A class cannot take its own place; choose another one.")
    return edit("Delete event class", [removed(row), *(changed(s, event=into) for s in segments)])
