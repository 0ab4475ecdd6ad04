"""Keys, and what the program is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui.commands._command import Command

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window


def _jobs(window: Window) -> None:
    from tvau_studio.gui.dialogs import jobs

    jobs.show(window)


COMMANDS = (
    Command("keysAction", "Keys", "Help", lambda w: w.show_keys(), ("F1",)),
    Command("tourAction", "Tour of the window", "Help", lambda w: w.show_tour()),
    Command("aboutAction", "About tvau-studio", "Help", lambda w: w.show_about()),
    Command("jobsAction", "Jobs", "Help", _jobs, ("Ctrl+J",), line=True),
    Command("diagnosticsAction", "Copy diagnostics", "Help", lambda w: w.copy_diagnostics()),
)
