"""The objects of a file, as they come into a project: numbered anew where need be, with events for foreign classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tvau_studio.domain.actions import delete_object
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, changed, created
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import (
    Clip,
    EventClass,
    Keyframe,
    Object,
    Row,
    Segment,
    keyframe_key,
    new_key,
    override_key,
    table_of,
    values_of,
)
from tvau_studio.services.import_draft import Draft, Target

_EVER = FrameRange(0, 2**31)


def enter(draft: Draft, target: Target, clips: Mapping[str, Clip]) -> Document:
    """The objects that the file has, as they come in. clips: by their key in the file. Raises Malformed."""
    found, there = target.found, target.there
    tracks = {o.track: o for o in there.objects(target.key)}
    rows = draft.rows.objects(found.row.key)
    # Each window numbers its objects anew, so that its numbers say nothing in the video.
    free_ones = {o.key for o in rows if o.key in draft.reading.unnumbered or found.window is not None}
    free = max([0, *tracks, *(o.track for o in rows if o.key not in free_ones)])
    new: list[Row] = []
    for row in rows:
        if row.key in free_ones:
            free += 1
            row = replace(row, track=free)
        elif (old := tracks.get(row.track)) is not None:
            if not draft.wishes.replace:
                why = f"the track {row.track} is in {found.known and found.known.path} already"
                raise draft.refuse(row.key, f"{why}; --replace takes the file's")
            draft.changes += delete_object(there, old.key).changes
            draft.report.replaced += 1
        new += _object(draft, target, replace(row, video=target.key))
        for key, clip in clips.items():
            override = draft.rows.override(row.key, key)
            if override is not None:
                new.append(replace(override, key=override_key(row.key, clip.key), clip=clip.key))
    draft.changes += [_stamped(draft, row) for row in new]
    draft.report.objects += len(rows)
    draft.report.boxes += sum(isinstance(row, Keyframe) for row in new)
    return Document(new)


def _stamped(draft: Draft, row: Row) -> Change:
    """The Change that adds a row, made here and now; of a million rows, so that none is copied for it."""
    return Change(table_of(row), row.key, None, {**values_of(row), **draft.stamp})


def _object(draft: Draft, target: Target, row: Object) -> list[Row]:
    """An object with its keyframes and segments."""
    shift, length = target.found.shift, target.length
    keyframes = [
        replace(k, key=keyframe_key(row.key, k.frame + shift), frame=k.frame + shift) if shift else k
        for k in draft.rows.track(row.key).keyframes
        # What stays out of the picture behind the last frame says nothing.
        if not (k.outside and length is not None and k.frame + shift >= length)
    ]
    segments = draft.rows.segments(row.key)
    if (label := draft.reading.labels.get(row.key)) is not None:
        row, segments = _labelled(draft, row, segments, label)
    segments = [replace(s, start=s.start + shift, stop=s.stop + shift, event=_event(draft, s)) for s in segments]
    return [row, *keyframes, *segments]


def _labelled(draft: Draft, row: Object, segments: list[Segment], label: str) -> tuple[Object, list[Segment]]:
    """An object of a foreign class: an event, where it is one or is mapped to one, else what it looks like."""
    named = {key.casefold(): key for key in draft.classes}
    event = label if label in draft.wishes.mapping else named.get(label.casefold())
    stretches = draft.rows.track(row.key).visible(_EVER)
    if not segments and stretches:
        # Behind its last keyframe a path goes on for ever: readers end it with one that is outside.
        start, stop = stretches[0].start, stretches[-1].stop
        segments = [Segment(key=new_key(), object=row.key, start=start, stop=stop)]
    meant = draft.wishes.mapping.get(label, event) if event is not None else None
    draft.report.label(label, meant or "")
    if event is not None:
        segments = [replace(s, event=event) if s.event is None else s for s in segments]
    elif not row.appearance_en:
        row = replace(row, appearance_en=label)
    elif label != row.appearance_en:
        draft.report.warnings.append(f"the label {label!r} of track {row.track} is no event and was not taken")
    return row, segments


def _event(draft: Draft, segment: Segment) -> str | None:
    """The event class of a segment of the file; one that the project does not know is made."""
    event = segment.event
    if event is None:
        return None
    if event in draft.wishes.mapping:
        draft.used.add(event)
        event = draft.wishes.mapping[event]
    elif event not in draft.classes:
        draft.report.label(event, event)
    if event not in draft.classes:
        position = 1 + max([-1, *(c.position for c in draft.classes.values())])
        draft.classes[event] = EventClass(key=event, position=position, **draft.stamp)
        draft.changes.append(created(draft.classes[event]))
        draft.report.warnings.append(f"{event!r} is a new event class of the project")
    return event


def touch(draft: Draft, target: Target, imported: Iterable[str], objects: Document) -> None:
    """Clips that are in the project and show something new want a review."""
    names = set(imported)
    things = [row for row in objects.rows("object") if isinstance(row, Object)]
    for clip in [c for c in target.there.clips(target.key) if c.id not in names]:
        if clip.state in ("new", "accepted") and any(objects.meets(thing, clip.range) for thing in things):
            draft.changes.append(changed(clip, state=draft.wishes.state or "to review"))
