"""What every action needs: who acts, where, and the rows that it makes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Place, changed
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Keyframe, keyframe_key


@dataclass(frozen=True)
class Who:
    """Who acts: stamped on every row that is made. name: the setting `name`, by default the login name."""

    name: str
    clock: Any = field(default=time.time, compare=False)

    def stamp(self) -> dict[str, Any]:
        return {"author": self.name, "made": round(float(self.clock()), 3)}


def place_of(document: Document, object: str, frame: int | None = None) -> Place:
    return Place(document.object(object).video, frame, object)


def touched(document: Document, object: str) -> Change | None:
    """A draft that a person changes is no longer the model's alone to replace."""
    row = document.object(object)
    return changed(row, touched=True) if row.model and row.is_draft else None


def new_keyframe(object: str, frame: int, box: Box, who: Who, **more: Any) -> Keyframe:
    x, y, w, h = box.tuple()
    if frame < 0:
        raise UsageError("There is no frame {frame}; frames count from 0.", frame=frame)
    return Keyframe(
        key=keyframe_key(object, frame), object=object, frame=frame, x=x, y=y, w=w, h=h, **more, **who.stamp()
    )
