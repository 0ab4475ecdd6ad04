"""From and to on the numeric keypad, whose keys lie as the nine regions do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tvau_studio.domain.geometry import REGIONS
from tvau_studio.gui.commands._command import Command, Run
from tvau_studio.gui.deeds.regions import set_place

if TYPE_CHECKING:
    from tvau_studio.gui.window import Window

_KEYS = (7, 8, 9, 4, 5, 6, 1, 2, 3)
"""The keypad's digit of each region."""


def _set(field: str, region: str | None) -> Run:
    return lambda w: set_place(w.state, field, region)


def _there(w: Window) -> bool:
    return bool(w.state.selection.objects) and w.state.document.clip_row is not None


def _commands(word: str, field: str, held: str, menu: str) -> list[Command]:
    made = [
        Command(f"{word}{n}Action", region, menu, _set(field, region), (f"{held}Num+{n}",), _there)
        for region, n in zip(REGIONS, _KEYS, strict=True)
    ]
    made.append(Command(f"{word}0Action", "As derived", menu, _set(field, None), (f"{held}Num+0",), _there, line=True))
    return made


COMMANDS = (
    *_commands("from", "start_region", "", "Object/From"),
    *_commands("to", "end_region", "Ctrl+", "Object/To"),
)
