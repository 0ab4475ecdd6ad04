"""What commands do to the selected objects and segment at the picture shown."""

from __future__ import annotations

from tvau_studio.domain import actions
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.tracks import main_segment
from tvau_studio.gui.state import State


def absent(state: State) -> None:
    """The selected object is not in the picture from here on."""
    if key := state.selection.object:
        state.document.attempt(actions.set_outside, state.document.who, key, state.playback.frame)


def occlude(state: State) -> None:
    """The selected object is hidden from here on, or where it is hidden, seen again."""
    if key := state.selection.object:
        shown = state.document.document.track(key).at(state.playback.frame)
        hidden = shown is not None and shown.occluded
        state.document.attempt(actions.set_occluded, state.document.who, key, state.playback.frame, not hidden)


def keyframe(state: State) -> None:
    """Fix the box that is shown here; where it is fixed already, let it go."""
    key, frame = state.selection.object, state.playback.frame
    if not key:
        return
    shown = state.document.document.track(key).at(frame)
    if shown is not None and shown.keyframe:
        state.document.attempt(actions.remove_keyframes, key, [frame])
    else:
        state.document.attempt(actions.add_keyframe, state.document.who, key, frame)


def is_smooth(state: State) -> bool:
    key = state.selection.object
    return bool(key) and any(k.smooth for k in state.document.document.track(key or "").keyframes)


def smooth(state: State) -> None:
    if key := state.selection.object:
        state.document.attempt(actions.set_smooth, key, not is_smooth(state))


def delete(state: State) -> None:
    """The selected object with all its frames."""
    if key := state.selection.object:
        state.document.attempt(actions.delete_object, key)


def set_event(state: State, digit: int) -> None:
    """The event class with that digit (else the one at that place; 0 = no event) for the selected segment, else for the
    one that is here."""
    document, key = state.document.document, state.selection.object
    if not key:
        return
    frame = state.playback.frame
    segments = document.segments(key)
    chosen = next((s for s in segments if s.key == state.selection.segment), None)
    chosen = chosen or main_segment(segments, FrameRange(max(0, frame), max(0, frame) + 1))
    classes = document.event_classes
    by_digit = {c.shortcut: c.key for c in classes if c.shortcut}
    event = by_digit.get(str(digit)) or (classes[digit - 1].key if 0 < digit <= len(classes) else None)
    if event is None and digit:
        return
    if chosen is not None:
        state.document.attempt(actions.set_segment, chosen.key, event=event)
    elif event is not None:
        a, b = state.playback.range or (frame, state.playback.frames)
        state.document.attempt(actions.add_segment, state.document.who, key, a, b, event)
