"""Keys, and what the program is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.gui import welcome
from tvau_studio.gui.commands._command import Command

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window


def _manual(window: Window) -> None:
    from tvau_studio.gui import manual

    manual.show(window)


def _jobs(window: Window) -> None:
    from tvau_studio.gui.dialogs import jobs

    jobs.show(window)


COMMANDS = (
    Command("manualAction", "Manual", "Help", _manual, ("Shift+F1",)),
    Command("keysAction", "Keys", "Help", welcome.show_keys, ("F1",)),
    Command("tourAction", "Tour of the window", "Help", welcome.show_tour),
    Command("aboutAction", "About tvau-studio", "Help", welcome.show_about),
    Command("jobsAction", "Jobs", "Help", _jobs, ("Ctrl+J",), line=True),
    Command("diagnosticsAction", "Copy diagnostics", "Help", welcome.copy_diagnostics),
)
