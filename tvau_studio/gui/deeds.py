"""What commands do to the selected object, segment and clip at the picture shown."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from tvau_studio.domain import actions
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import State as ReviewState
from tvau_studio.domain.tracks import main_segment
from tvau_studio.gui.state import State
from tvau_studio.gui.state.playback import FASTEST, SLOWEST


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


# -- going


def _go(state: State, frames: list[int], d: int) -> None:
    """To the next of these frames, ascending; the one before where d is -1."""
    here = state.playback.frame
    at = bisect_right(frames, here) if d > 0 else bisect_left(frames, here) - 1
    if 0 <= at < len(frames):
        state.playback.pause()
        state.playback.seek(frames[at])


def go_keyframe(state: State, d: int) -> None:
    if key := state.selection.object:
        _go(state, [k.frame for k in state.document.document.track(key).keyframes], d)


def go_labelled(state: State, d: int) -> None:
    """To the next frame in which anybody set something."""
    row, document = state.document.video_row, state.document.document
    if row is not None:
        tracks = [document.track(o.key) for o in document.objects(row.key)]
        _go(state, sorted({k.frame for t in tracks for k in t.keyframes}), d)


def go_object(state: State, d: int) -> None:
    """Select the next object that is in the picture here, else the next of the video."""
    row, document = state.document.video_row, state.document.document
    if row is None:
        return
    objects = [o for o in document.objects(row.key) if o.verdict != "rejected"]
    here = [o for o in objects if document.track(o.key).at(state.playback.frame) is not None]
    keys = [o.key for o in here or objects]
    if keys:
        current = state.selection.object
        at = keys.index(current) + d if current in keys else (0 if d > 0 else -1)
        state.selection.select(keys[at % len(keys)])


def go_segment(state: State, d: int) -> None:
    """Select the next segment of the selected object, and go to its first frame."""
    if not (key := state.selection.object):
        return
    segments = state.document.document.segments(key)
    keys = [s.key for s in segments]
    current = state.selection.segment
    if keys:
        at = keys.index(current) + d if current in keys else (0 if d > 0 else len(keys) - 1)
        if 0 <= at < len(keys):
            state.selection.select(key, keys[at])
            state.playback.pause()
            state.playback.seek(segments[at].start)


# -- playing


def shuttle(state: State, direction: int) -> None:
    """Play that way at usual speed; again: twice as fast."""
    playback = state.playback
    same_way = playback.playing and (playback.speed > 0) == (direction > 0)
    playback.set_speed(playback.speed * 2 if same_way else float(direction))
    playback.play()


def shuttle_stop(state: State) -> None:
    """Stop; while paused, set or delete the keyframe."""
    playback = state.playback
    if playback.playing:
        playback.pause()
        playback.set_speed(1.0)
    else:
        keyframe(state)


def speed(state: State, factor: float) -> None:
    playback = state.playback
    size = max(SLOWEST, min(FASTEST, abs(playback.speed) * factor))
    playback.set_speed(size if playback.speed > 0 else -size)


def range_is_clip(state: State) -> None:
    clip = state.document.clip_row
    if clip is not None:
        state.playback.set_range((clip.start, clip.stop))


# -- review


def decide(state: State, accept: bool) -> None:
    if key := state.selection.object:
        state.document.attempt(actions.decide, [key], accept)


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
