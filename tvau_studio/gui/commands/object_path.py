"""Whole paths of objects: copies, cuts, joins, keyframes by the range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui import deeds
from tvau_studio.gui.commands._command import Command, selected, shown

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window


def _ranged(w: Window) -> bool:
    return selected(w) and w.state.playback.range is not None


def _two(w: Window) -> bool:
    return len(w.state.selection.objects) == 2 and shown(w)


def _propagate(w: Window) -> None:
    from tvau_studio.gui.dialogs.propagating import PropagateDialog

    PropagateDialog(w, w.state).open()


def _merge(w: Window) -> None:
    from tvau_studio.gui.dialogs.merging import merge

    merge(w, w.state)


def _thin(w: Window) -> None:
    from tvau_studio.gui.dialogs.thinning import ThinDialog

    ThinDialog(w, w.state).open()


COMMANDS = (
    Command("copyAction", "Copy box", "Object/Path", lambda w: deeds.copy(w.state), ("Ctrl+C",), selected),
    Command(
        "pasteAction",
        "Paste box",
        "Object/Path",
        lambda w: deeds.paste(w.state),
        ("Ctrl+V",),
        lambda w: shown(w) and w.state.selection.copied is not None,
    ),
    Command("propagateAction", "Propagate box…", "Object/Path", _propagate, ("Ctrl+B",), selected),
    Command(
        "duplicateAction", "Duplicate object", "Object/Path", lambda w: deeds.duplicate(w.state), ("Ctrl+D",), selected
    ),
    Command("splitAction", "Split here", "Object/Path", lambda w: deeds.split(w.state), ("S",), selected, line=True),
    Command("mergeAction", "Merge…", "Object/Path", _merge, ("M",), selected),
    Command("exchangeAction", "Exchange from here on", "Object/Path", lambda w: deeds.exchange(w.state), ("X",), _two),
    Command(
        "trimAction", "Trim to the range", "Object/Path", lambda w: deeds.trim_to_range(w.state), ("Ctrl+T",), _ranged
    ),
    Command("beginHereAction", "Begins here", "Object/Path", lambda w: deeds.begin_here(w.state), (), selected),
    Command(
        "dropKeyframesAction",
        "Delete keyframes in the range",
        "Object/Path",
        lambda w: deeds.drop_keyframes(w.state),
        ("Ctrl+Del",),
        _ranged,
        line=True,
    ),
    Command("thinAction", "Thin keyframes…", "Object/Path", _thin, ("Shift+K",), selected),
    Command(
        "middleAction", "Middle of the gap", "Object/Path", lambda w: deeds.go_middle(w.state), ("Shift+R",), selected
    ),
    Command(
        "nextStartAction",
        "Start of the next object",
        "Object/Path",
        lambda w: deeds.go_start(w.state, 1),
        ("Shift+Down",),
        shown,
    ),
    Command(
        "lastStartAction",
        "Start of the previous object",
        "Object/Path",
        lambda w: deeds.go_start(w.state, -1),
        ("Shift+Up",),
        shown,
    ),
)
