"""The clips of a file, as they come into a project."""

from __future__ import annotations

from dataclasses import replace

from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import changed, created, removed
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import LANGUAGES, Clip, Video, dialogue_key, new_key, values_of
from tvau_studio.services.adding import clip_id, free_id
from tvau_studio.services.import_draft import Draft, Target
from tvau_studio.services.matching import Match


def enter(draft: Draft, target: Target) -> dict[str, Clip]:
    """The clips that the file has, by their key in the file, as they come in. Raises Malformed."""
    found = target.found
    rows = draft.rows.clips(found.row.key)
    if not rows and (found.known is None or found.window is not None) and target.length:
        rows = [Clip(key=new_key(), video=target.key, id="", start=0, stop=0, state="to review")]
    clips = {}
    for row in rows:
        if row.id:
            start, stop = found.at(row.start, row.stop)
            clip = replace(row, video=target.key, start=start, stop=stop, state=draft.wishes.state or row.state)
            clips[row.key] = _in_place(draft, target, _with_environment(draft, clip, found))
        else:
            clips[row.key] = _whole(draft, target, row)
        _belongings(draft, target.there, row.key, clips[row.key])
    draft.report.clips += len(clips)
    return clips


def _whole(draft: Draft, target: Target, row: Clip) -> Clip:
    """The clip of the project that has these frames, with what the file says of it; made where there is none."""
    found, there = target.found, target.there
    if not target.length:
        why = f"how many frames {found.row.stem} has is not known; add the video first"
        raise draft.refuse(row.key, why)
    frames = FrameRange(*found.at(0, found.window or target.length))
    old = next((c for c in there.clips(target.key) if c.range == frames), None)
    if old is not None:
        fields = {"masks": row.masks or old.masks, "anomaly": old.anomaly}
        if row.anomaly is not None and row.anomaly != there.anomalous(old):
            fields["anomaly"] = row.anomaly
        if draft.wishes.state or old.state in ("new", "accepted"):
            fields["state"] = draft.wishes.state or row.state
        draft.changes.append(changed(old, **fields))
        return old
    video = found.known or Video(key="", path=found.path)
    shared = sum(v.stem == video.stem for v in draft.videos) > (found.known is not None)
    id = free_id(clip_id(video.stem, frames, video.fingerprint, shared), set(draft.ids))
    state = draft.wishes.state or row.state
    # Whether it is anomalous follows from the objects that came in before, or come in later.
    anomaly = (
        None
        if row.anomaly is False and not any(there.meets(o, frames) for o in there.objects(target.key))
        else row.anomaly
    )
    clip = replace(row, video=target.key, id=id, start=frames.start, stop=frames.stop, state=state, anomaly=anomaly)
    draft.ids[id] = clip
    draft.changes.append(created(replace(clip, **draft.stamp)))
    return clip


def _with_environment(draft: Draft, clip: Clip, found: Match) -> Clip:
    """The file's environment, where the video keeps another one."""
    if found.known is None or draft.wishes.replace:
        return clip
    fields = {}
    for language in LANGUAGES:
        name = f"environment_{language}"
        own, old = getattr(found.row, name), getattr(found.known, name)
        if old and own and own != old and not getattr(clip, name):
            fields[name] = own
    return replace(clip, **fields)


def _in_place(draft: Draft, target: Target, clip: Clip) -> Clip:
    """The clip as it comes in: new, or in place of one that is there."""
    old = draft.ids.get(clip.id)
    draft.ids[clip.id] = clip
    if old is None:
        draft.changes.append(created(replace(clip, **draft.stamp)))
        return clip
    if not draft.wishes.replace:
        raise draft.refuse(clip.key, f"the clip {clip.id!r} is in the project already; --replace takes the file's")
    if old.video != target.key:
        raise draft.refuse(clip.key, f"the clip {clip.id!r} is one of another video in the project")
    keep = {"author": old.author, "made": old.made, "assignee": old.assignee}
    draft.changes.append(changed(old, **{**values_of(clip), **keep}))
    dialogue = target.there.dialogue(old.key, draft.reading.language) if draft.reading.language else None
    draft.changes += [removed(dialogue)] if dialogue else []
    draft.report.replaced += 1
    return replace(clip, key=old.key)


def _belongings(draft: Draft, there: Document, key: str, clip: Clip) -> None:
    """Descriptions and dialogues of a clip of the file; a description that is there already is not added again."""
    old = [] if draft.wishes.replace else there.descriptions(clip.key)
    if draft.wishes.replace:
        draft.changes += [removed(d) for d in there.descriptions(clip.key)]
    said = {(d.language, d.text) for d in old}
    new = [d for d in draft.rows.descriptions(key) if not old or (d.language, d.text) not in said]
    for position, row in enumerate(new, start=1 + max([-1, *(d.position for d in old)])):
        draft.changes.append(created(replace(row, clip=clip.key, position=position, **draft.stamp)))
    for language in LANGUAGES:
        row_ = draft.rows.dialogue(key, language)
        if row_ is not None:
            moved = replace(row_, key=dialogue_key(clip.key, language), clip=clip.key, **draft.stamp)
            draft.changes.append(created(moved))
