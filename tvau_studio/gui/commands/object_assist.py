"""What the computer does to a box: follow it, take the heat's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.domain import actions
from tvau_studio.gui.commands._command import Command, Run, draft, selected
from tvau_studio.gui.deeds import heat
from tvau_studio.gui.deeds.review import show_draft

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window


def _track(d: int) -> Run:
    def run(w: Window) -> None:
        if (key := w.state.selection.object) is not None:
            w.state.tracker.start(key, d)

    return run


def _free(w: Window) -> bool:
    return selected(w) and not w.state.tracker.busy


def _describe(w: Window) -> None:
    """To write about a draft is to take it: it is accepted, and its appearance has the caret."""
    state = w.state
    if not state.selection.objects:
        show_draft(state)
    row = state.selection.row
    if row is None:
        return
    if row.is_draft:
        state.document.attempt(actions.decide, [row.key], True)
    w.show_panel("objects").object.appearance.setFocus()


def _any(w: Window) -> bool:
    return w.state.selection.row is not None or draft(w)


COMMANDS = (
    Command("describeAction", "Accept and describe", "Object/Assist", _describe, ("Return", "Enter"), _any),
    Command("trackAction", "Track to the end of the range", "Object/Assist", _track(1), ("T",), _free),
    Command("trackBackAction", "Track back to its start", "Object/Assist", _track(-1), ("Shift+T",), _free),
    Command(
        "stopTrackAction",
        "Stop tracking",
        "Object/Assist",
        lambda w: w.state.tracker.stop(),
        (),
        lambda w: w.state.tracker.busy,
    ),
    Command(
        "draftTextsAction",
        "Draft the texts with the model",
        "Object/Assist",
        lambda w: w.state.drafter.start(w.state.selection.row),
        ("Ctrl+G",),
        lambda w: selected(w) and not w.state.drafter.busy,
    ),
    Command(
        "snapAction", "Snap the box to the heat", "Object/Assist", lambda w: heat.snap(w.state), ("Alt+A",), selected
    ),
)
