"""Segments of the selected objects at the picture shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui.commands._command import Command, project, selected
from tvau_studio.gui.deeds import segments

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window


def _there(w: Window) -> bool:
    return selected(w) and segments.segment_here(w.state) is not None


def _classes(w: Window) -> None:
    from tvau_studio.gui.dialogs.classes import ClassesDialog

    ClassesDialog(w, w.state).open()


COMMANDS = (
    Command(
        "addSegmentAction", "New segment", "Object/Segment", lambda w: segments.add_segment(w.state), ("Z",), selected
    ),
    Command(
        "splitSegmentAction",
        "Split the segment here",
        "Object/Segment",
        lambda w: segments.split_segment(w.state),
        ("Shift+S",),
        _there,
    ),
    Command(
        "beginSegmentAction",
        "The segment begins here",
        "Object/Segment",
        lambda w: segments.begin_segment(w.state),
        ("<", "Shift+,"),
        _there,
    ),
    Command(
        "endSegmentAction",
        "The segment ends here",
        "Object/Segment",
        lambda w: segments.end_segment(w.state),
        (">", "Shift+."),
        _there,
    ),
    Command(
        "deleteSegmentAction",
        "Delete the segment",
        "Object/Segment",
        lambda w: segments.delete_segment(w.state),
        ("Ctrl+Shift+Del",),
        _there,
    ),
    Command("classesAction", "Event classes…", "Object/Event", _classes, (), project, line=True),
)
