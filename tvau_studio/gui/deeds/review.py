"""Drafts and the state of a clip."""

from __future__ import annotations

from tvau_studio.domain import actions
from tvau_studio.domain.labels import State as ReviewState
from tvau_studio.gui.deeds.places import show_place
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


def next_comment(state: State) -> None:
    """Go to the next open comment of the video behind the one that was shown last, from the end back to the first."""
    open_ = [t.first for t in state.remarks.threads(whole_video=True) if not t.first.resolved]
    if not open_:
        return
    here = max(0, state.playback.frame)
    keys = [c.key for c in open_]
    if state.remarks.pointed in keys:
        found = open_[(keys.index(state.remarks.pointed) + 1) % len(open_)]
    else:
        found = next((c for c in open_ if c.frame is not None and c.frame >= here), open_[0])
    clip = state.document.document.clip(found.clip)
    show_place(state, clip.video, found.frame, found.object, found.clip)
    state.remarks.point_at(found.key)
