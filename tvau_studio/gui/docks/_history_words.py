"""What the history says, in words: when something was done, and what became of a field."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from tvau_studio.domain.history import FieldChange
from tvau_studio.gui.words import tr

_FIELDS = {
    "appearance_en": "appearance",
    "appearance_zh": "appearance (中文)",
    "motion_en": "motion",
    "motion_zh": "motion (中文)",
    "trajectory_en": "trajectory",
    "trajectory_zh": "trajectory (中文)",
    "environment_en": "environment",
    "environment_zh": "environment (中文)",
    "start_region": "from",
    "end_region": "to",
    "event": "event",
    "start": "begins",
    "stop": "ends",
    "track": "number",
    "verdict": "draft",
    "occluded": "hidden",
    "outside": "outside",
    "smooth": "smooth",
    "state": "state",
    "annotator": "annotator",
    "assignee": "assigned to",
    "anomaly": "anomalous",
    "id": "id",
}
"""Field -> its name; others are not told."""
_BOX = ("x", "y", "w", "h")
_LONGEST = 60


def when(seconds: float, now: float | None = None) -> str:
    """14:32 of today, else with its day."""
    now = time.time() if now is None else now
    then, today = time.localtime(seconds), time.localtime(now)
    if then[:3] == today[:3]:
        return time.strftime("%H:%M", then)
    return time.strftime("%d %b %H:%M" if then[0] == today[0] else "%Y-%m-%d %H:%M", then)


def short(value: Any) -> str:
    """A value as a line shows it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, float):
        return f"{value:g}"
    text = " ".join(str(value).split())
    text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return f"“{text}”" if isinstance(value, str) else text


def place(change: FieldChange) -> str:
    """Which part of an object a change is about."""
    if change.table == "keyframe":
        return tr("Box in frame {n}", n=change.key.rpartition("@")[2])
    if change.table == "segment":
        fields = {**(change.before or {}), **(change.after or {})}
        if "start" in fields and "stop" in fields:
            return tr("Segment {range}", range=f"{fields['start']}:{fields['stop']}")
        return tr("Segment")
    return tr("Object") if change.table == "object" else tr("In the clip")


def said(change: FieldChange) -> str:
    """What became of the row, in one line; "" where nothing that a person sees."""
    if change.before is None:
        return tr("made")
    if change.after is None:
        return tr("deleted")
    parts = fields(change.before, change.after)
    return " · ".join(f"{name} {short(old)} → {short(new)}" for name, old, new in parts)


def fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """(name, before, after) of every field that a person sees."""
    found = [(tr(_FIELDS[name]), before.get(name), after[name]) for name in after if name in _FIELDS]
    if any(name in after for name in _BOX):
        old, new = (" ".join(f"{source[n]:g}" if n in source else "·" for n in _BOX) for source in (before, after))
        found.insert(0, (tr("box"), _Plain(old), _Plain(new)))
    return found


def values(of: Mapping[str, Any]) -> str:
    """The fields that a person sees, with their values."""
    return " · ".join(f"{name} {short(new)}" for name, _, new in fields({}, of)) or "–"


class _Plain:
    """Shown as it is, without quotation marks."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text
