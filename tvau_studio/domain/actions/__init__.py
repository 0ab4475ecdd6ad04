"""What a person can do to labels, each as a function from a document to an `Edit`.

Nothing here changes the document: the Edit does, once it is applied. Every function returns an Edit that is false
where nothing would change, and raises UsageError where the wish makes no sense.
"""

from __future__ import annotations

from tvau_studio.domain.actions._parts import Who
from tvau_studio.domain.actions.adopt import adopt_object
from tvau_studio.domain.actions.classes import add_class, delete_class, order_classes, rename_class, set_class
from tvau_studio.domain.actions.clips import decide, new_clip, reopen_clip, return_clip, set_clip, set_state
from tvau_studio.domain.actions.comments import add_comment, delete_comment, reply, resolve_comment
from tvau_studio.domain.actions.many import delete_objects, for_each, for_each_in, set_boxes, set_events, set_texts
from tvau_studio.domain.actions.objects import (
    add_keyframe,
    delete_object,
    move_keyframe,
    new_object,
    remove_keyframes,
    set_box,
    set_occluded,
    set_outside,
    set_smooth,
)
from tvau_studio.domain.actions.paths import (
    duplicate,
    exchange,
    gap_between,
    merge_objects,
    paste_object,
    propagate,
    remove_keyframes_in,
    split_object,
    thin,
    trim,
)
from tvau_studio.domain.actions.restore import restore
from tvau_studio.domain.actions.segments import add_segment, delete_segment, set_segment, split_segment
from tvau_studio.domain.actions.texts import set_override, set_text
from tvau_studio.domain.actions.tracking import take_track

__all__ = [
    "Who",
    "add_class",
    "add_comment",
    "add_keyframe",
    "add_segment",
    "adopt_object",
    "decide",
    "delete_class",
    "delete_comment",
    "delete_object",
    "delete_objects",
    "delete_segment",
    "duplicate",
    "exchange",
    "for_each",
    "for_each_in",
    "gap_between",
    "merge_objects",
    "move_keyframe",
    "new_clip",
    "new_object",
    "order_classes",
    "paste_object",
    "propagate",
    "remove_keyframes",
    "remove_keyframes_in",
    "rename_class",
    "reopen_clip",
    "reply",
    "resolve_comment",
    "restore",
    "return_clip",
    "set_box",
    "set_boxes",
    "set_class",
    "set_clip",
    "set_events",
    "set_occluded",
    "set_outside",
    "set_override",
    "set_segment",
    "set_smooth",
    "set_state",
    "set_text",
    "set_texts",
    "split_object",
    "split_segment",
    "take_track",
    "thin",
    "trim",
]
