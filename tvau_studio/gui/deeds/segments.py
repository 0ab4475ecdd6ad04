"""What commands do to the segments of the selected objects."""

from __future__ import annotations

from tvau_studio.domain import actions
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import Segment, new_key
from tvau_studio.domain.tracks import main_segment
from tvau_studio.gui.deeds.review import show_draft
from tvau_studio.gui.state import State
from tvau_studio.gui.words import tr


def event_of_digit(state: State, digit: int) -> str | None:
    """The event class with that digit, else the one at that place; None for 0 and where there is none."""
    if not digit:
        return None
    classes = state.document.document.event_classes
    by_digit = {c.shortcut: c.key for c in classes if c.shortcut}
    named = {c.shortcut for c in classes if c.shortcut}
    place = classes[digit - 1] if 0 < digit <= len(classes) else None
    return by_digit.get(str(digit)) or (place.key if place is not None and place.shortcut not in named else None)


def set_event(state: State, digit: int) -> None:
    """The event class with that digit (0 = no event) for the selected segment, else for the one that is here, of each
    selected object; with none selected, of the clip's first draft. While playing the key marks a segment for as long
    as it is held."""
    event = event_of_digit(state, digit)
    if not state.selection.objects:
        show_draft(state)
    if not state.selection.objects or (event is None and digit):
        return
    if event is not None and state.playback.playing:
        state.marking.begin(event)
        words = tr("Marking {event} from frame {n}: let the key go where it ends.", event=event, n=state.marking.start)
        state.document.told.emit(words)
    else:
        give_event(state, event, state.playback.frame)


def give_event(state: State, event: str | None, frame: int) -> None:
    """The event for the selected segment, else for those at `frame`; where an object has none there, it gets one over
    the range, without a range from there to the end."""
    document, chosen = state.document, _chosen(state)
    if chosen is not None and len(state.selection.objects) == 1:
        document.attempt(actions.set_segment, chosen.key, event=event)
        return
    a, b = state.playback.range or (max(0, frame), state.playback.frames)
    if b > a:
        document.attempt(
            actions.set_events, document.who, state.selection.objects, event, max(0, frame), FrameRange(a, b)
        )


def _chosen(state: State) -> Segment | None:
    row = state.document.document.get("segment", state.selection.segment or "")
    return row if isinstance(row, Segment) else None


def segment_here(state: State) -> Segment | None:
    """The selected segment, else the selected object's in the picture shown, else the one nearest to it."""
    key, frame = state.selection.object, max(0, state.playback.frame)
    if not key:
        return None
    segments = state.document.document.segments(key)
    here = _chosen(state) or main_segment(segments, FrameRange(frame, frame + 1))
    return here or min(segments, key=lambda s: max(s.start - frame, frame - s.stop), default=None)


def add_segment(state: State) -> None:
    """A segment over the range; without a range, or where the range is the clip, from here to the end of the clip."""
    key, clip, frame = state.selection.object, state.document.clip_row, max(0, state.playback.frame)
    a, b = state.playback.range or (frame, state.playback.frames)
    if clip is not None and (a, b) == (clip.start, clip.stop) and clip.start < frame < clip.stop:
        a = frame
    if not key or b <= a:
        return
    before = {s.key for s in state.document.document.segments(key)}
    if state.document.attempt(actions.add_segment, state.document.who, key, a, b):
        made = next((s.key for s in state.document.document.segments(key) if s.key not in before), None)
        state.selection.select(key, made)


def begin_segment(state: State) -> None:
    """The segment begins at the picture shown."""
    if (row := segment_here(state)) is not None:
        state.document.attempt(actions.set_segment, row.key, start=max(0, state.playback.frame))


def end_segment(state: State) -> None:
    """The picture shown is the segment's last."""
    if (row := segment_here(state)) is not None:
        state.document.attempt(actions.set_segment, row.key, stop=state.playback.frame + 1)


def split_segment(state: State) -> None:
    """From the picture shown on it is another segment, which is selected."""
    if (row := segment_here(state)) is not None:
        made = new_key()
        frame = max(0, state.playback.frame)
        if state.document.attempt(actions.split_segment, state.document.who, row.key, frame, key=made):
            state.selection.select(row.object, made)


def delete_segment(state: State) -> None:
    if (row := segment_here(state)) is not None:
        state.document.attempt(actions.delete_segment, row.key)


def release(state: State) -> None:
    """A held event key is let go: what was marked becomes a segment; a short press was a tap."""
    event, start = state.marking.event, state.marking.start
    marked = state.marking.end()
    if event is None:
        return
    if marked is None:
        give_event(state, event, start)
        return
    keys, document = state.selection.objects, state.document
    done = document.attempt(
        actions.for_each_in,
        keys,
        lambda doc, key: actions.add_segment(doc, document.who, key, marked.start, marked.stop, event),
    )
    if done:
        document.told.emit(tr("Marked {event} in {range}.", event=event, range=marked))
