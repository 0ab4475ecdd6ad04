"""Drafts and the state of a clip."""

from __future__ import annotations

from tvau_studio.domain import actions
from tvau_studio.domain.labels import State as ReviewState
from tvau_studio.gui.state import State


def decide(state: State, accept: bool) -> None:
    """Accept or reject the drafts among the selected objects."""
    if keys := [row.key for row in state.selection.rows if row.is_draft]:
        state.document.attempt(actions.decide, keys, accept)


def set_state(state: State, name: ReviewState) -> bool:
    clip = state.document.clip_row
    return clip is not None and state.document.attempt(actions.set_state, state.document.who, clip.key, name)


def done(state: State) -> None:
    """The clip is ready to be reviewed; one that is being reviewed is accepted. Then the next."""
    clip = state.document.clip_row
    if clip is None:
        return
    if set_state(state, "accepted" if clip.state == "to review" else "to review"):
        state.workspace.next_clip(1)
