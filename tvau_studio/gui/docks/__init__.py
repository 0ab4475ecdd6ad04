"""The panels round the picture. A new file with a `DOCK` is found, and shown, the moment it exists.

A panel reads `gui.state` and calls its methods, never another panel; it holds drafts only. Files that begin with an
underscore are parts of panels.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tvau_studio.gui.state import State

Area = Literal["left", "right", "bottom"]


@dataclass(frozen=True)
class Dock:
    """One panel. title: English, for menus and the frame. area: where it stands at first; "bottom" is under the
    picture, between the panels at the sides. make(state): the widget, which has no parent yet. order: places in
    one area, low first. stretch: its share of the area beside the others'. group: panels of one area with the same one
    stand behind tabs, in their order (which has to be next to each other). name: of its file.
    """

    title: str
    area: Area
    make: Callable[[State], QWidget]
    order: int = 0
    stretch: int = 1
    group: str = ""
    name: str = ""


def find() -> list[Dock]:
    """Every panel, by area and order."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("_"):
            continue
        dock = importlib.import_module(f"{__name__}.{module.name}").DOCK
        found.append(replace(dock, name=module.name))
    return sorted(found, key=lambda d: (d.area, d.order, d.name))
