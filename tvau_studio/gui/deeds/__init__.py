"""What commands do, by what they act on."""

from __future__ import annotations

from tvau_studio.gui.deeds.going import go_keyframe, go_labelled, go_object, go_segment
from tvau_studio.gui.deeds.objects import absent, delete, is_smooth, keyframe, occlude, set_event, smooth
from tvau_studio.gui.deeds.playing import range_is_clip, shuttle, shuttle_stop, speed
from tvau_studio.gui.deeds.review import decide, done, set_state

__all__ = [
    "absent",
    "decide",
    "delete",
    "done",
    "go_keyframe",
    "go_labelled",
    "go_object",
    "go_segment",
    "is_smooth",
    "keyframe",
    "occlude",
    "range_is_clip",
    "set_event",
    "set_state",
    "shuttle",
    "shuttle_stop",
    "smooth",
    "speed",
]
