"""What an import means for a project: which videos are meant, what is new, what gives way, and what is refused.

`plan` turns what a file says (rows that stand alone) into one Edit on the project. It opens no video: one that the
project does not have is entered as missing, with what the file tells of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from tvau_studio.domain.actions import Who, delete_object
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Edit, Place, changed, created, edit, removed
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import (
    LANGUAGES,
    Clip,
    EventClass,
    Keyframe,
    Object,
    Row,
    Segment,
    State,
    Video,
    dialogue_key,
    keyframe_key,
    new_key,
    override_key,
    values_of,
)
from tvau_studio.formats.base import Format, Malformed, Reading
from tvau_studio.services.adding import clip_id, free_id
from tvau_studio.services.matching import Match, match

_EVER = FrameRange(0, 2**31)
_MANY = 20


class Library(Protocol):
    """What is needed of a project here."""

    @property
    def folder(self) -> Path: ...

    @property
    def videos(self) -> list[Video]: ...

    @property
    def clips(self) -> list[Clip]: ...

    @property
    def event_classes(self) -> list[EventClass]: ...

    @property
    def who(self) -> Who: ...

    def document(self, video: str | None = None) -> Document: ...

    def stored_path(self, path: str | Path) -> str: ...


@dataclass(frozen=True)
class Wishes:
    """What a person asked for; see `exchange.import_`."""

    video: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    state: State | None = None
    replace: bool = False


@dataclass
class ImportReport:
    """missing: paths of videos that were entered without looking for their files. videos, clips, objects, boxes: how
    many the file has labels of (clips that were made for new videos included; a box is a keyframe). replaced: clips and
    objects that gave way. warnings: what of the file was not taken, or needs a look.
    """

    format: str
    file: Path
    videos: int = 0
    missing: list[str] = field(default_factory=list)
    clips: int = 0
    objects: int = 0
    boxes: int = 0
    replaced: int = 0
    warnings: list[str] = field(default_factory=list)


def plan(project: Library, format: Format, path: Path, reading: Reading, wishes: Wishes) -> tuple[Edit, ImportReport]:
    """The Edit that takes the labels in, and what it does.

    Raises Malformed where the labels do not fit: a clip id or track that is there already (unless `replace`), another
    size or split of a video, frames behind its end. Raises UsageError for a wish that makes no sense.
    """
    return _Plan(project, format, path, reading, wishes).made()


class _Plan:
    """One import. rows: what the file says. changes: what is done about it."""

    def __init__(self, project: Library, format: Format, path: Path, reading: Reading, wishes: Wishes) -> None:
        self.project, self.path, self.reading, self.wishes = project, path, reading, wishes
        self.rows = Document(self._here(row) for row in reading.rows)
        self.videos = project.videos
        self.matches = match(path, format, self.rows.videos, self.videos, project.folder, wishes.video)
        self.stamp = project.who.stamp()
        self.ids = {c.id: c for c in project.clips}
        self.classes = {c.key: c for c in project.event_classes}
        self.used: set[str] = set()
        known = [m.known.key for m in self.matches if m.known is not None]
        # Read one by one a few videos come sooner, and many later, than the whole project.
        self.whole = project.document() if len(known) > _MANY else None
        self.documents: dict[str, Document] = {}
        self.changes: list[Change | None] = []
        self.report = ImportReport(format.name, path, warnings=list(reading.warnings))

    def _here(self, row: Row) -> Row:
        """A row of the file with paths as the project keeps them; those of videos are needed whole to find them."""
        return replace(row, masks=self.project.stored_path(row.masks)) if isinstance(row, Clip) and row.masks else row

    def made(self) -> tuple[Edit, ImportReport]:
        self._check_wishes()
        for found in self.matches:
            self._video(found)
        for label in self.wishes.mapping.keys() - self.used:
            self.report.warnings.append(f"there is no label {label!r} in the file to be mapped")
        first = next((c.key for c in self.changes if c is not None and c.table == "video"), None)
        place = Place(self.matches[0].known.key) if self.matches and self.matches[0].known else None
        place = place or (Place(first) if first else None)
        return edit(f"Import {self.path.name}", self.changes, "", place), self.report

    def _check_wishes(self) -> None:
        for event in self.wishes.mapping.values():
            if event not in self.classes:
                known = ", ".join(self.classes)
                raise UsageError("{event!r} is no event class; choose from {known}.", event=event, known=known)
        drafts = [o for v in self.rows.videos for o in self.rows.objects(v.key) if o.is_draft]
        if self.wishes.state == "accepted" and drafts:
            raise UsageError("The file holds undecided drafts, which cannot be accepted; import it without --state.")

    def _refuse(self, key: str, why: str) -> Malformed:
        """A refusal that names where the row comes from."""
        return Malformed(self.path, self.reading.where.get(key, ""), why)

    # -- one video

    def _video(self, found: Match) -> None:
        before = len(self.changes)
        there = Document()
        if found.known is not None:
            there = self._document(found.known.key)
            found = replace(found, known=there.video(found.known.key))
        known = found.known
        length = self._length(found)
        self.changes.append(self._entered(found, length) if known is None else self._updated(found, known, length))
        target = known.key if known else found.row.key
        clips = self._clips(found, target, there, length)
        objects = self._objects(found, target, there, length, clips)
        self._touch(there, target, {c.id for c in clips.values()}, objects)
        self.report.videos += 1
        if found.window is not None:
            # Another window of the same video may follow.
            there.apply(edit("", self.changes[before:]))

    def _document(self, video: str) -> Document:
        """The rows of a video of the project, as the import has them by now."""
        if self.whole is not None:
            return self.whole
        if video not in self.documents:
            self.documents[video] = self.project.document(video)
        return self.documents[video]

    def _length(self, found: Match) -> int | None:
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
        for clip in self.rows.clips(row.key):
            if clip.stop > end:
                raise self._refuse(clip.key, f"the clip {clip.range} goes beyond {known.path}, which has {end} frames")
        for thing in self.rows.objects(row.key):
            late = [k.frame for k in self.rows.track(thing.key).keyframes if k.frame >= end and not k.outside]
            if late:
                raise self._refuse(thing.key, f"frame {late[0]} is beyond {known.path}, which has {end} frames")
        why = f"{reach} frames are more than {known.path} has ({known.frames})"
        raise self._refuse(row.key, why)

    def _entered(self, found: Match, length: int | None) -> Change:
        path = self.project.stored_path(found.path)
        self.report.missing.append(path)
        return created(replace(found.row, path=path, frames=length, **self.stamp))

    def _updated(self, found: Match, known: Video, length: int | None) -> Change | None:
        row = found.row
        if row.size and known.size and row.size != known.size:
            (h, w), (height, width) = row.size, known.size
            raise self._refuse(row.key, f"pictures of {w}x{h}, but those of {known.path} are {width}x{height}")
        if row.fps and known.fps and abs(row.fps - known.fps) > 0.01:
            text = f"{row.fps:g} frames a second in the file, {known.fps:g} in {known.path}: the video's count"
            self.report.warnings.append(text)
        if row.split and known.split and row.split != known.split and not self.wishes.replace:
            why = f"the split {row.split}, but {known.path} is in {known.split}; --replace takes the file's"
            raise self._refuse(row.key, why)
        size = known.size or row.size
        fields: dict[str, Any] = {
            "frames": length,
            "height": size and size[0],
            "width": size and size[1],
            "fps": known.fps or row.fps,
            "split": row.split or known.split,
        }
        for language in LANGUAGES:
            name = f"environment_{language}"
            own, old = getattr(row, name), getattr(known, name)
            fields[name] = own if own and (self.wishes.replace or not old) else old
        return changed(known, **fields)

    # -- clips

    def _clips(self, found: Match, target: str, there: Document, length: int | None) -> dict[str, Clip]:
        """The clips that the file has, by their key in the file, as they come in."""
        rows = self.rows.clips(found.row.key)
        if not rows and (found.known is None or found.window is not None) and length:
            rows = [Clip(key=new_key(), video=target, id="", start=0, stop=0, state="to review")]
        clips = {}
        for row in rows:
            if row.id:
                start, stop = self._at(found, row.start, row.stop)
                clip = replace(row, video=target, start=start, stop=stop, state=self.wishes.state or row.state)
                clips[row.key] = self._in_place(self._with_environment(clip, found), target, there)
            else:
                clips[row.key] = self._whole(row, found, target, there, length)
            self._belongings(row.key, clips[row.key], there)
        self.report.clips += len(clips)
        return clips

    def _whole(self, row: Clip, found: Match, target: str, there: Document, length: int | None) -> Clip:
        """The clip of the project that has these frames, with what the file says of it; made where there is none."""
        if not length:
            why = f"how many frames {found.row.stem} has is not known; add the video first"
            raise self._refuse(row.key, why)
        frames = FrameRange(*self._at(found, 0, found.window or length))
        old = next((c for c in there.clips(target) if c.range == frames), None)
        if old is not None:
            fields = {"masks": row.masks or old.masks, "anomaly": old.anomaly}
            if row.anomaly is not None and row.anomaly != there.anomalous(old):
                fields["anomaly"] = row.anomaly
            if self.wishes.state or old.state in ("new", "accepted"):
                fields["state"] = self.wishes.state or row.state
            self.changes.append(changed(old, **fields))
            return old
        video = found.known or Video(key="", path=found.path)
        shared = sum(v.stem == video.stem for v in self.videos) > (found.known is not None)
        id = free_id(clip_id(video.stem, frames, video.fingerprint, shared), set(self.ids))
        state = self.wishes.state or row.state
        # Whether it is anomalous follows from the objects that came in before, or come in later.
        anomaly = (
            None
            if row.anomaly is False and not any(there.meets(o, frames) for o in there.objects(target))
            else row.anomaly
        )
        clip = replace(row, video=target, id=id, start=frames.start, stop=frames.stop, state=state, anomaly=anomaly)
        self.ids[id] = clip
        self.changes.append(created(replace(clip, **self.stamp)))
        return clip

    def _at(self, found: Match, start: int, stop: int) -> tuple[int, int]:
        return start + found.shift, stop + found.shift

    def _with_environment(self, clip: Clip, found: Match) -> Clip:
        """The file's environment, where the video keeps another one."""
        if found.known is None or self.wishes.replace:
            return clip
        fields = {}
        for language in LANGUAGES:
            name = f"environment_{language}"
            own, old = getattr(found.row, name), getattr(found.known, name)
            if old and own and own != old and not getattr(clip, name):
                fields[name] = own
        return replace(clip, **fields)

    def _in_place(self, clip: Clip, target: str, there: Document) -> Clip:
        """The clip as it comes in: new, or in place of one that is there."""
        old = self.ids.get(clip.id)
        self.ids[clip.id] = clip
        if old is None:
            self.changes.append(created(replace(clip, **self.stamp)))
            return clip
        if not self.wishes.replace:
            raise self._refuse(clip.key, f"the clip {clip.id!r} is in the project already; --replace takes the file's")
        if old.video != target:
            raise self._refuse(clip.key, f"the clip {clip.id!r} is one of another video in the project")
        keep = {"author": old.author, "made": old.made, "assignee": old.assignee}
        self.changes.append(changed(old, **{**values_of(clip), **keep}))
        dialogue = there.dialogue(old.key, self.reading.language) if self.reading.language else None
        self.changes += [removed(dialogue)] if dialogue else []
        self.report.replaced += 1
        return replace(clip, key=old.key)

    def _belongings(self, key: str, clip: Clip, there: Document) -> None:
        """Descriptions and dialogues of a clip of the file; a description that is there already is not added again."""
        old = [] if self.wishes.replace else there.descriptions(clip.key)
        if self.wishes.replace:
            self.changes += [removed(d) for d in there.descriptions(clip.key)]
        said = {(d.language, d.text) for d in old}
        new = [d for d in self.rows.descriptions(key) if not old or (d.language, d.text) not in said]
        for position, row in enumerate(new, start=1 + max([-1, *(d.position for d in old)])):
            self.changes.append(created(replace(row, clip=clip.key, position=position, **self.stamp)))
        for language in LANGUAGES:
            row_ = self.rows.dialogue(key, language)
            if row_ is not None:
                moved = replace(row_, key=dialogue_key(clip.key, language), clip=clip.key, **self.stamp)
                self.changes.append(created(moved))

    # -- objects

    def _objects(
        self, found: Match, target: str, there: Document, length: int | None, clips: Mapping[str, Clip]
    ) -> Document:
        """The objects that the file has, as they come in."""
        tracks = {o.track: o for o in there.objects(target)}
        rows = self.rows.objects(found.row.key)
        # Each window numbers its objects anew, so that its numbers say nothing in the video.
        free_ones = {o.key for o in rows if o.key in self.reading.unnumbered or found.window is not None}
        free = max([0, *tracks, *(o.track for o in rows if o.key not in free_ones)])
        new: list[Row] = []
        for row in rows:
            if row.key in free_ones:
                free += 1
                row = replace(row, track=free)
            elif (old := tracks.get(row.track)) is not None:
                if not self.wishes.replace:
                    why = f"the track {row.track} is in {found.known and found.known.path} already"
                    raise self._refuse(row.key, f"{why}; --replace takes the file's")
                self.changes += delete_object(there, old.key).changes
                self.report.replaced += 1
            new += self._object(replace(row, video=target), found, length)
            for key, clip in clips.items():
                override = self.rows.override(row.key, key)
                if override is not None:
                    new.append(replace(override, key=override_key(row.key, clip.key), clip=clip.key))
        self.changes += [created(replace(row, **self.stamp)) for row in new]
        self.report.objects += len(rows)
        self.report.boxes += sum(isinstance(row, Keyframe) for row in new)
        return Document(new)

    def _object(self, row: Object, found: Match, length: int | None) -> list[Row]:
        """An object with its keyframes and segments."""
        shift = found.shift
        keyframes = [
            replace(k, key=keyframe_key(row.key, k.frame + shift), frame=k.frame + shift) if shift else k
            for k in self.rows.track(row.key).keyframes
            # What stays out of the picture behind the last frame says nothing.
            if not (k.outside and length is not None and k.frame + shift >= length)
        ]
        segments = self.rows.segments(row.key)
        if (label := self.reading.labels.get(row.key)) is not None:
            row, segments = self._labelled(row, segments, label)
        segments = [replace(s, start=s.start + shift, stop=s.stop + shift, event=self._event(s)) for s in segments]
        return [row, *keyframes, *segments]

    def _labelled(self, row: Object, segments: list[Segment], label: str) -> tuple[Object, list[Segment]]:
        """An object of a foreign class: an event, where it is one or is mapped to one, else what it looks like."""
        named = {key.casefold(): key for key in self.classes}
        event = label if label in self.wishes.mapping else named.get(label.casefold())
        stretches = self.rows.track(row.key).visible(_EVER)
        if not segments and stretches:
            # Behind its last keyframe a path goes on for ever: readers end it with one that is outside.
            start, stop = stretches[0].start, stretches[-1].stop
            segments = [Segment(key=new_key(), object=row.key, start=start, stop=stop)]
        if event is not None:
            segments = [replace(s, event=event) if s.event is None else s for s in segments]
        elif not row.appearance_en:
            row = replace(row, appearance_en=label)
        elif label != row.appearance_en:
            self.report.warnings.append(f"the label {label!r} of track {row.track} is no event and was not taken")
        return row, segments

    def _event(self, segment: Segment) -> str | None:
        """The event class of a segment of the file; one that the project does not know is made."""
        event = segment.event
        if event is None:
            return None
        if event in self.wishes.mapping:
            self.used.add(event)
            event = self.wishes.mapping[event]
        if event not in self.classes:
            position = 1 + max([-1, *(c.position for c in self.classes.values())])
            self.classes[event] = EventClass(key=event, position=position, **self.stamp)
            self.changes.append(created(self.classes[event]))
            self.report.warnings.append(f"{event!r} is a new event class of the project")
        return event

    def _touch(self, there: Document, target: str, imported: Iterable[str], objects: Document) -> None:
        """Clips that are in the project and show something new want a review."""
        names = set(imported)
        things = [row for row in objects.rows("object") if isinstance(row, Object)]
        for clip in [c for c in there.clips(target) if c.id not in names]:
            if clip.state in ("new", "accepted") and any(objects.meets(thing, clip.range) for thing in things):
                self.changes.append(changed(clip, state=self.wishes.state or "to review"))
