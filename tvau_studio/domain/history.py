"""The log of a project's edits, as values: what was done by whom and when, and what undo and redo take as one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tvau_studio.domain.edits import Edit, Place


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log. seq: its number. session: the window that made it. when: seconds since 1970. kind: do, undo
    or redo.
    """

    seq: int
    session: str
    person: str
    when: float
    kind: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the history. when: seconds since 1970, of its last edit. undone: it was taken back, and redo would do
    it again.
    """

    step: int
    label: str
    person: str
    when: float
    undone: bool
    place: Place | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What one edit did to one row. kind: do, undo or redo of `label`. before, after: the touched fields, see
    `domain.edits.Change`.
    """

    seq: int
    person: str
    when: float
    kind: str
    label: str
    table: str
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
