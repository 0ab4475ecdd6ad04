"""What commands do, by what they act on: `sight`, `segments` and `heat` are asked by their own names."""

from __future__ import annotations

from tvau_studio.gui.deeds import heat, segments, sight
from tvau_studio.gui.deeds.going import go_keyframe, go_labelled, go_middle, go_object, go_segment, go_start
from tvau_studio.gui.deeds.objects import (
    absent,
    begin_here,
    copy,
    delete,
    drop_keyframes,
    duplicate,
    exchange,
    is_smooth,
    keyframe,
    occlude,
    paste,
    select_all,
    smooth,
    split,
    trim_to_range,
)
from tvau_studio.gui.deeds.playing import (
    go_clip,
    go_life,
    go_range,
    range_is_clip,
    range_is_life,
    shuttle,
    shuttle_stop,
    speed,
)
from tvau_studio.gui.deeds.review import decide

__all__ = [
    "absent",
    "begin_here",
    "copy",
    "decide",
    "delete",
    "drop_keyframes",
    "duplicate",
    "exchange",
    "go_clip",
    "go_keyframe",
    "go_labelled",
    "go_life",
    "go_middle",
    "go_object",
    "go_range",
    "go_segment",
    "go_start",
    "heat",
    "is_smooth",
    "keyframe",
    "occlude",
    "paste",
    "range_is_clip",
    "range_is_life",
    "segments",
    "select_all",
    "shuttle",
    "shuttle_stop",
    "sight",
    "smooth",
    "speed",
    "split",
    "trim_to_range",
]
