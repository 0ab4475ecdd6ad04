"""What is done to the selected object."""

from __future__ import annotations

from tvau_studio.gui import deeds
from tvau_studio.gui.commands._command import Command, Run, draft, selected, shown


def _nudge(dx: float, dy: float) -> Run:
    return lambda w: w.canvas.nudge(dx, dy)


def _event(n: int) -> Run:
    return lambda w: deeds.segments.set_event(w.state, n)


COMMANDS = (
    Command(
        "newBoxAction",
        "New box",
        "Object",
        lambda w: w.canvas.set_drawing(not w.canvas.drawing),
        ("N",),
        shown,
        lambda w: w.canvas.drawing,
    ),
    Command("absentAction", "Absent from here", "Object", lambda w: deeds.absent(w.state), ("Del", "W"), selected),
    Command("occludedAction", "Occluded from here", "Object", lambda w: deeds.occlude(w.state), ("Q",), selected),
    Command("keyframeAction", "Set or delete the keyframe", "Object", lambda w: deeds.keyframe(w.state), (), selected),
    Command(
        "smoothAction",
        "Smooth path",
        "Object",
        lambda w: deeds.smooth(w.state),
        (),
        selected,
        lambda w: deeds.is_smooth(w.state),
    ),
    Command(
        "deleteObjectAction",
        "Delete object",
        "Object",
        lambda w: deeds.delete(w.state),
        ("Shift+Del",),
        lambda w: w.state.selection.row is not None,
    ),
    Command(
        "nextKeyframeAction",
        "Next keyframe",
        "Object",
        lambda w: deeds.go_keyframe(w.state, 1),
        ("R",),
        selected,
        line=True,
    ),
    Command(
        "lastKeyframeAction", "Previous keyframe", "Object", lambda w: deeds.go_keyframe(w.state, -1), ("E",), selected
    ),
    Command("nextObjectAction", "Next object", "Object", lambda w: deeds.go_object(w.state, 1), ("Down",), shown),
    Command("lastObjectAction", "Previous object", "Object", lambda w: deeds.go_object(w.state, -1), ("Up",), shown),
    Command("nextSegmentAction", "Next segment", "Object", lambda w: deeds.go_segment(w.state, 1), (".",), shown),
    Command("lastSegmentAction", "Previous segment", "Object", lambda w: deeds.go_segment(w.state, -1), (",",), shown),
    Command(
        "nudgeLeftAction",
        "Move left by a pixel",
        "Object/Move",
        _nudge(-1, 0),
        ("Ctrl+Left",),
        selected,
        repeat=True,
    ),
    Command(
        "nudgeRightAction",
        "Move right by a pixel",
        "Object/Move",
        _nudge(1, 0),
        ("Ctrl+Right",),
        selected,
        repeat=True,
    ),
    Command("nudgeUpAction", "Move up by a pixel", "Object/Move", _nudge(0, -1), ("Ctrl+Up",), selected, repeat=True),
    Command(
        "nudgeDownAction", "Move down by a pixel", "Object/Move", _nudge(0, 1), ("Ctrl+Down",), selected, repeat=True
    ),
    Command(
        "leapLeftAction",
        "Move left by ten",
        "Object/Move",
        _nudge(-10, 0),
        ("Ctrl+Shift+Left",),
        selected,
        repeat=True,
    ),
    Command(
        "leapRightAction",
        "Move right by ten",
        "Object/Move",
        _nudge(10, 0),
        ("Ctrl+Shift+Right",),
        selected,
        repeat=True,
    ),
    Command("leapUpAction", "Move up by ten", "Object/Move", _nudge(0, -10), ("Ctrl+Shift+Up",), selected, repeat=True),
    Command(
        "leapDownAction", "Move down by ten", "Object/Move", _nudge(0, 10), ("Ctrl+Shift+Down",), selected, repeat=True
    ),
    *(
        Command(
            f"event{n}Action",
            f"Event class {n}",
            "Object/Event",
            _event(n),
            (str(n),),
            lambda w: w.state.selection.row is not None or draft(w),
        )
        for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)
    ),
)
