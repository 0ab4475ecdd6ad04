"""Undo, finding, leaving."""

from __future__ import annotations

from tvau_studio.gui import welcome
from tvau_studio.gui.commands._command import Command

COMMANDS = (
    Command("undoAction", "Undo", "Edit", lambda w: w.undo(), ("Ctrl+Z",), lambda w: bool(w.state.document.undo_label)),
    Command(
        "redoAction",
        "Redo",
        "Edit",
        lambda w: w.redo(),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        lambda w: bool(w.state.document.redo_label),
    ),
    Command("paletteAction", "Find a clip, an object, a command", "Edit", lambda w: w.search(), ("Ctrl+K",), line=True),
    Command("cancelAction", "Cancel, deselect", "Edit", lambda w: w.cancel(), ("Esc",)),
    Command("settingsAction", "Settings…", "Edit", welcome.show_settings, ("Ctrl+,",), line=True),
    Command("shortcutsAction", "Change keys…", "Edit", lambda w: welcome.show_settings(w, "Keys")),
)
