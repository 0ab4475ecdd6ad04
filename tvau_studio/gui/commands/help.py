"""Keys, and what the program is."""

from __future__ import annotations

from tvau_studio.gui.commands._command import Command

COMMANDS = (
    Command("keysAction", "Keys", "Help", lambda w: w.show_keys(), ("F1",)),
    Command("tourAction", "Tour of the window", "Help", lambda w: w.show_tour()),
    Command("aboutAction", "About tvau-studio", "Help", lambda w: w.show_about()),
    Command("diagnosticsAction", "Copy diagnostics", "Help", lambda w: w.copy_diagnostics()),
)
