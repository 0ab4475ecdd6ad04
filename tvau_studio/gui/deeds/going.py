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


def go_middle(state: State) -> None:
    """To the middle between the keyframes around, where the box in between is farthest from what somebody set."""
    if key := state.selection.object:
        middle = state.document.document.track(key).middle_of_gap(max(0, state.playback.frame))
        if middle is not None:
            state.playback.pause()
            state.playback.seek(middle)


def go_start(state: State, d: int) -> None:
    """Select the object that comes into the picture next (before: d = -1), and go to its first frame."""
    row, document, here = state.document.video_row, state.document.document, state.playback.frame
    if row is None:
        return
    things = [o for o in document.objects(row.key) if o.verdict != "rejected"]
    starts = sorted((k[0].frame, o.track, o.key) for o in things if (k := document.track(o.key).keyframes))
    places = [(frame, track, key) for frame, track, key in starts]
    current = next(((f, t) for f, t, key in places if key == state.selection.object and f == here), None)
    at = current or (here, 1 << 60 if d > 0 else -1)
    found = [p for p in places if p[:2] > at] if d > 0 else [p for p in reversed(places) if p[:2] < at]
    if found:
        frame, _, key = found[0]
        state.selection.select(key)
        state.playback.pause()
        state.playback.seek(frame)
