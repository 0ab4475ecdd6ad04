"""Where from and where to, said by a key."""

from __future__ import annotations

from tvau_studio.domain import actions
from tvau_studio.gui.state import State


def set_place(state: State, field: str, region: str | None) -> None:
    """start_region ("from") or end_region ("to") of the selected objects in the open clip; None = as derived."""
    clip, document = state.document.clip_row, state.document
    if clip is not None:
        document.attempt(
            actions.for_each_in,
            state.selection.objects,
            lambda doc, key: actions.set_override(doc, document.who, key, clip.key, **{field: region}),
        )
