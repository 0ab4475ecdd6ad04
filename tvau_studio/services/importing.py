"""What an import means for a project: which videos are meant, what is new, what gives way, and what is refused.

`plan` turns what a file says (rows that stand alone) into one Edit on the project. It opens no video: one that the
project does not have is entered as missing, with what the file tells of it, unless reading the file looked at it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Edit, Place, changed, created, edit
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.labels import LANGUAGES, Video
from tvau_studio.formats.base import Format, Reading
from tvau_studio.services import import_clips, import_objects
from tvau_studio.services.import_draft import Draft, ImportReport, ImportWishes, Library, Target
from tvau_studio.services.matching import Match, match


def plan(
    project: Library, format: Format, path: Path, reading: Reading, wishes: ImportWishes
) -> tuple[Edit, ImportReport]:
    """The Edit that takes the labels in, and what it does.

    Raises Malformed where the labels do not fit: a clip id or track that is there already (unless `replace`), another
    size or split of a video, frames behind its end. Raises UsageError for a wish that makes no sense.
    """
    draft = Draft(project, format, path, reading, wishes)
    matches = match(path, format, draft.rows.videos, draft.videos, project.folder, wishes.video)
    draft.expect(sum(m.known is not None for m in matches))
    _check_wishes(draft)
    for found in matches:
        _video(draft, found)
    for label in wishes.mapping.keys() - draft.used:
        draft.report.warnings.append(f"there is no label {label!r} in the file to be mapped")
    first = next((c.key for c in draft.changes if c is not None and c.table == "video"), None)
    place = Place(matches[0].known.key) if matches and matches[0].known else None
    place = place or (Place(first) if first else None)
    return edit(f"Import {path.name}", draft.changes, "", place), draft.report


def _check_wishes(draft: Draft) -> None:
    for event in draft.wishes.mapping.values():
        if event not in draft.classes:
            known = ", ".join(draft.classes)
            raise UsageError("{event!r} is no event class; choose from {known}.", event=event, known=known)
    drafts = [o for v in draft.rows.videos for o in draft.rows.objects(v.key) if o.is_draft]
    if draft.wishes.state == "accepted" and drafts:
        raise UsageError("The file holds undecided drafts, which cannot be accepted; import it without --state.")


def _video(draft: Draft, found: Match) -> None:
    before = len(draft.changes)
    there = Document()
    if found.known is not None:
        there = draft.document(found.known.key)
        found = replace(found, known=there.video(found.known.key))
    known = found.known
    length = _length(draft, found)
    change = _entered(draft, found, length) if known is None else _updated(draft, found, known, length)
    draft.changes.append(change)
    target = Target(found, known.key if known else found.row.key, there, length)
    clips = import_clips.enter(draft, target)
    objects = import_objects.enter(draft, target, clips)
    import_objects.touch(draft, target, {c.id for c in clips.values()}, objects)
    draft.report.videos += 1
    if found.window is not None:
        # Another window of the same video may follow.
        there.apply(edit("", draft.changes[before:]))


def _length(draft: Draft, found: Match) -> int | None:
    """The frames of the video as far as they are known now. Raises Malformed where the file goes beyond."""
    row, known = found.row, found.known
    frames = row.frames or found.named or found.window
    reach = None if frames is None else frames + found.shift
    if known is None or known.frames is None:
        return reach
    if reach is None or reach <= known.frames:
        return known.frames
    if not known.fingerprint:
        return reach  # nobody has seen it: it is at least that long
    end = known.frames - found.shift
    for clip in draft.rows.clips(row.key):
        if clip.stop > end:
            raise draft.refuse(clip.key, f"the clip {clip.range} goes beyond {known.path}, which has {end} frames")
    for thing in draft.rows.objects(row.key):
        late = [k.frame for k in draft.rows.track(thing.key).keyframes if k.frame >= end and not k.outside]
        if late:
            raise draft.refuse(thing.key, f"frame {late[0]} is beyond {known.path}, which has {end} frames")
    why = f"{reach} frames are more than {known.path} has ({known.frames})"
    raise draft.refuse(row.key, why)


def _entered(draft: Draft, found: Match, length: int | None) -> Change:
    path = draft.project.stored_path(found.path)
    if not found.row.fingerprint:
        draft.report.missing.append(path)
    return created(replace(found.row, path=path, frames=length, **draft.stamp))


def _updated(draft: Draft, found: Match, known: Video, length: int | None) -> Change | None:
    row = found.row
    if row.size and known.size and row.size != known.size:
        (h, w), (height, width) = row.size, known.size
        raise draft.refuse(row.key, f"pictures of {w}x{h}, but those of {known.path} are {width}x{height}")
    if row.fps and known.fps and abs(row.fps - known.fps) > 0.01:
        text = f"{row.fps:g} frames a second in the file, {known.fps:g} in {known.path}: the video's count"
        draft.report.warnings.append(text)
    if row.split and known.split and row.split != known.split and not draft.wishes.replace:
        why = f"the split {row.split}, but {known.path} is in {known.split}; --replace takes the file's"
        raise draft.refuse(row.key, why)
    size = known.size or row.size
    fields: dict[str, Any] = {
        "frames": length,
        "height": size and size[0],
        "width": size and size[1],
        "fps": known.fps or row.fps,
        "split": row.split or known.split,
    }
    if row.fingerprint and not known.fingerprint and not (draft.project.folder / known.path).exists():
        # It was missing, and the file's own folder has it.
        fields |= {"path": draft.project.stored_path(found.path), "fingerprint": row.fingerprint}
    for language in LANGUAGES:
        name = f"environment_{language}"
        own, old = getattr(row, name), getattr(known, name)
        fields[name] = own if own and (draft.wishes.replace or not old) else old
    return changed(known, **fields)
