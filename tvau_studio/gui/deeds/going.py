"""Going from one thing to the next."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from tvau_studio.gui.state import State


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
