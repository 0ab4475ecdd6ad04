"""Which objects are shown and can be touched."""

from __future__ import annotations

from tvau_studio.gui.state import State


def toggle(state: State, what: str) -> None:
    """`hidden`, `locked` or `pinned` for the selected objects."""
    state.sight.toggle(what, state.selection.objects)


def is_all(state: State, what: str) -> bool:
    keys = state.selection.objects
    return bool(keys) and set(keys) <= getattr(state.sight, what)


def only(state: State) -> None:
    """The selected objects alone, or all again."""
    state.sight.toggle_only(state.selection.objects)
