"""What commands do to the selected objects at the picture shown."""

from __future__ import annotations

from tvau_studio.domain import actions
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import new_key
from tvau_studio.gui.state import State
from tvau_studio.gui.words import tr


def _frames(state: State) -> FrameRange:
    return FrameRange(0, max(1, state.playback.frames))


def absent(state: State) -> None:
    """The selected objects are not in the picture from here on; says for how many frames."""
    document, frame = state.document, state.playback.frame
    here = [key for key in state.selection.objects if document.document.track(key).at(frame) is not None]
    gone = {key: _run(state, key, frame) for key in here}
    keys = here or list(state.selection.objects)
    done = document.attempt(
        actions.for_each_in, keys, lambda doc, key: actions.set_outside(doc, document.who, key, frame)
    )
    if done and len(gone) == 1:
        ((key, frames),) = gone.items()
        back = any(k.frame == frames.stop for k in document.document.track(key).keyframes)
        words = tr("Absent in {range} ({n} frames).", range=frames, n=len(frames))
        document.told.emit(words + (" " + tr("It is there again at its keyframe {n}.", n=frames.stop) if back else ""))


def _run(state: State, key: str, frame: int) -> FrameRange:
    """The frames from here on that lose the object: up to its next keyframe, else to the end."""
    keyframes = state.document.document.track(key).keyframes
    stop = next((k.frame for k in keyframes if k.frame > frame), max(state.playback.frames, frame + 1))
    return FrameRange(frame, stop)


def occlude(state: State) -> None:
    """The selected objects are hidden from here on, or where the one in the panel is hidden, seen again."""
    document, frame = state.document, state.playback.frame
    if key := state.selection.object:
        shown = document.document.track(key).at(frame)
        hidden = shown is not None and shown.occluded
        document.attempt(
            actions.for_each_in,
            state.selection.objects,
            lambda doc, key: actions.set_occluded(doc, document.who, key, frame, not hidden),
        )


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
    on = not is_smooth(state)
    state.document.attempt(
        actions.for_each_in, state.selection.objects, lambda doc, key: actions.set_smooth(doc, key, on)
    )


def delete(state: State) -> None:
    """The selected objects with all their frames; says how many."""
    rows, document = state.selection.rows, state.document.document
    if not rows:
        return
    boxes = sum(len(r) for row in rows for r in document.track(row.key).visible(_frames(state)))
    words = (
        tr("Object {n} is deleted with its boxes in {boxes} frames.", n=rows[0].track, boxes=boxes)
        if len(rows) == 1
        else tr("{n} objects are deleted with {boxes} boxes.", n=len(rows), boxes=boxes)
    )
    if state.document.attempt(actions.delete_objects, [row.key for row in rows]):
        state.document.told.emit(words)


# -- copies


def copy(state: State) -> None:
    """Remember the box of the selected object."""
    key = state.selection.object
    shown = state.document.document.track(key).at(state.playback.frame) if key else None
    if key and shown is not None:
        state.selection.copied = (key, shown.box)
        state.document.told.emit(tr("The box is copied; Ctrl+V sets it on the selected object, or makes a new one."))


def paste(state: State) -> None:
    """The copied box for the selected objects here; with none selected, for a new object that is like the copied
    one."""
    copied, frame, document = state.selection.copied, state.playback.frame, state.document
    if copied is None or frame < 0:
        return
    source, box = copied
    if keys := state.selection.objects:
        document.attempt(actions.set_boxes, document.who, frame, dict.fromkeys(keys, box))
        return
    key = new_key()
    if document.attempt(actions.paste_object, document.who, source, frame, box, key=key):
        state.selection.select(key)


_BESIDE = 10.0
"""Pixels by which a duplicate lies beside what it was made of."""


def duplicate(state: State) -> None:
    """A second object with the path, segments and texts of the selected one, a little beside it."""
    if key := state.selection.object:
        made = new_key()
        if state.document.attempt(actions.duplicate, state.document.who, key, _BESIDE, _BESIDE, key=made):
            state.selection.select(made)


# -- paths


def split(state: State) -> None:
    """From this picture on it is another object."""
    if key := state.selection.object:
        made = new_key()
        if state.document.attempt(
            actions.split_object, state.document.who, key, max(0, state.playback.frame), key=made
        ):
            state.selection.select(made)


def exchange(state: State) -> None:
    """The two selected objects go each other's way from this picture on."""
    keys = state.selection.objects
    if len(keys) != 2:
        state.document.refused.emit(tr("Exchanging needs two selected objects; Ctrl+click takes a second one in."))
        return
    state.document.attempt(actions.exchange, *keys, max(0, state.playback.frame))


def _trim(state: State, start: int, stop: int) -> None:
    state.document.attempt(
        actions.for_each_in, state.selection.objects, lambda doc, key: actions.trim(doc, key, start, stop)
    )


def trim_to_range(state: State) -> None:
    """The selected objects are in the picture within the range alone."""
    if state.playback.range is not None:
        _trim(state, *state.playback.range)


def begin_here(state: State) -> None:
    """The selected objects are in the picture from here on alone."""
    _trim(state, max(0, state.playback.frame), max(state.playback.frames, state.playback.frame + 1))


def drop_keyframes(state: State) -> None:
    """Take the keyframes of the selected objects within the range away."""
    if state.playback.range is not None:
        frames = FrameRange(*state.playback.range)
        state.document.attempt(
            actions.for_each_in,
            state.selection.objects,
            lambda doc, key: actions.remove_keyframes_in(doc, key, frames),
        )


def select_all(state: State) -> None:
    """Every object that is in the picture here, else every object of the video."""
    row, document = state.document.video_row, state.document.document
    if row is None:
        return
    things = [o.key for o in document.objects(row.key) if o.verdict != "rejected" and state.sight.shows(o.key)]
    here = [key for key in things if document.track(key).at(state.playback.frame) is not None]
    state.selection.select_all(here or things)
