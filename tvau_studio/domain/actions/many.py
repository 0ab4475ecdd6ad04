"""The same done to several objects, as one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from tvau_studio.domain.actions._parts import Who
from tvau_studio.domain.actions.objects import delete_object, set_box
from tvau_studio.domain.actions.segments import add_segment, set_segment
from tvau_studio.domain.actions.texts import set_text
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Edit
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box


def for_each(document: Document, objects: Iterable[str], action: Callable[[str], Edit], merge: str = "") -> Edit:
    """One Edit of `action(key)` for each of the objects; no two of these Edits may touch the same row."""
    made = [one for one in map(action, objects) if one]
    if len(made) < 2:
        return made[0] if made else Edit("", ())
    changes = tuple(c for one in made for c in one.changes)
    return Edit(f"{made[0].label} ({len(made)} objects)", changes, merge, made[-1].place)


def for_each_in(document: Document, objects: Iterable[str], action: Callable[[Document, str], Edit]) -> Edit:
    """`action(document, key)` for each of the objects (see `for_each`)."""
    return for_each(document, objects, lambda key: action(document, key))


def set_boxes(document: Document, who: Who, frame: int, boxes: Mapping[str, Box], *, merge: str = "") -> Edit:
    """The boxes of several objects in one frame."""
    return for_each(document, boxes, lambda key: set_box(document, who, key, frame, boxes[key], merge=merge), merge)


def delete_objects(document: Document, objects: Iterable[str]) -> Edit:
    return for_each(document, objects, lambda key: delete_object(document, key))


def set_events(
    document: Document, who: Who, objects: Iterable[str], event: str | None, frame: int, frames: FrameRange
) -> Edit:
    """The event of each object: of its segment at `frame`; one without a segment there gets one over `frames`."""

    def one(key: str) -> Edit:
        here = document.main_segment(key, FrameRange(frame, frame + 1))
        if here is not None:
            return set_segment(document, here.key, event=event)
        return add_segment(document, who, key, frames.start, frames.stop, event) if event else Edit("", ())

    return for_each(document, objects, one)


def set_texts(document: Document, objects: Iterable[str], name: str, language: str, value: str) -> Edit:
    """The same appearance for several objects; typing on merges into one step."""
    keys = list(objects)
    merge = f"texts/{'+'.join(keys)}/{name}/{language}"
    return for_each(document, keys, lambda key: set_text(document, "object", key, name, language, value), merge)
