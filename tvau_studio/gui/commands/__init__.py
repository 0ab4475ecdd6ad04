"""Every command of the window, as data: menus, palette and key sheet are made from this one table.

A file of this package with `COMMANDS` is found by itself; the menus stand in the order of `ORDER`, within a menu the
commands in the order of the files' names and then of the file. A menu's name behind a slash lies in the menu before
it. Keys of one letter act while no field for text has the focus (`main_window` sees to that).
"""

from __future__ import annotations

import importlib
import pkgutil

from tvau_studio.gui.commands._command import Command

ORDER = ("File", "Edit", "Object", "Review", "Data", "Playback", "View", "Heatmap", "Ask", "Help")


def _found() -> tuple[Command, ...]:
    found: list[Command] = []
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")):
        found += importlib.import_module(f"{__name__}.{module}").COMMANDS
    return tuple(sorted(found, key=lambda c: ORDER.index(c.menu.partition("/")[0])))


COMMANDS = _found()

MENUS = tuple(dict.fromkeys(name for c in COMMANDS for name in (c.menu.partition("/")[0], c.menu)))
"""Every menu and submenu, a menu before what lies in it."""

__all__ = ["COMMANDS", "MENUS", "Command"]
