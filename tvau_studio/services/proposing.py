"""Heat maps of clips turned into draft objects for a person to review.

The maps are the video's: clips that overlap are looked at once. One run is one step of undo.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.actions import Who, delete_object
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Edit, Place, changed, created, edit
from tvau_studio.domain.errors import Cancelled, StudioError, UsageError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.heatmap import Heatmap
from tvau_studio.domain.labels import Clip, Keyframe, Object, Row, Segment, Video, keyframe_key, new_key
from tvau_studio.services import heatmaps

if TYPE_CHECKING:
    from pathlib import Path

    from tvau_studio.domain.geometry import Box
    from tvau_studio.media.video import Video as File
    from tvau_studio.proposals.objects import Proposal
    from tvau_studio.services.models import Cancel, Model, Progress
    from tvau_studio.store.heatmap_cache import HeatmapCache

OTHER = "anomaly"
"""The event of what is hot and looks like none of the classes."""

_LOOKED_AT = 4
"""Pairs of an object, its hottest, in which the classes are asked."""
_SAME = 0.5
"""An object that is there already, with this much overlap in half of the frames, is not proposed again."""


class Library(Protocol):
    """What is needed of a project here."""

    @property
    def videos(self) -> list[Video]: ...

    @property
    def clips(self) -> list[Clip]: ...

    @property
    def who(self) -> Who: ...

    @property
    def cache(self) -> HeatmapCache: ...

    def document(self, video: str | None = None) -> Document: ...

    def find_video(self, video: Video) -> Path | None: ...

    def commit(self, edit: Edit) -> int: ...


@dataclass(frozen=True)
class ProposeReport:
    """clips: how many were looked at. objects: new drafts. replaced: earlier drafts of the same model, untouched, that
    gave way. known: what was found and is labelled already, or was rejected. missing: paths of videos that could not be
    looked at.
    """

    model: str
    clips: int = 0
    objects: int = 0
    replaced: int = 0
    known: int = 0
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Found:
    """What was found in one video. ranges: what was looked at, ascending, apart."""

    video: str
    ranges: list[FrameRange]
    proposals: list[tuple[Proposal, str]]


def propose(
    project: Library,
    model: Model,
    *,
    clips: Sequence[str] | None = None,
    threshold: float = 0.5,
    min_frames: int = 4,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> ProposeReport:
    """Look for objects in clips (their ids; None: all) and enter them as drafts of the model, as one step of undo.

    threshold: of the heat, between 0 and 1. min_frames: what is hot in fewer frames is left out. Earlier drafts of the
    same model that nobody touched or decided on give way; a `new` clip becomes `to review`. progress(done, total)
    counts pairs. Raises UsageError for a wish that makes no sense, StudioError where no video can be looked at or the
    model has no heat, Cancelled once `cancel()` was true: then nothing is entered, but the maps stay in the cache.
    """
    chosen = chosen_clips(project, clips)
    windows: dict[str, list[FrameRange]] = {}
    for clip in chosen:
        windows.setdefault(clip.video, []).append(clip.range)
    return _propose(project, model, windows, chosen, threshold, min_frames, progress, cancel)


def propose_ranges(
    project: Library,
    model: Model,
    ranges: Mapping[str, Sequence[FrameRange]],
    *,
    threshold: float = 0.5,
    min_frames: int = 4,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> ProposeReport:
    """As `propose`, in ranges of videos (by their keys), whatever clips there are; those that meet a range count."""
    clips = [c for c in project.clips if any(c.range.overlap(r) for r in ranges.get(c.video, ()))]
    windows = {key: list(found) for key, found in ranges.items() if found}
    return _propose(project, model, windows, clips, threshold, min_frames, progress, cancel)


def _propose(
    project: Library,
    model: Model,
    windows: Mapping[str, list[FrameRange]],
    chosen: Sequence[Clip],
    threshold: float,
    min_frames: int,
    progress: Progress | None,
    cancel: Cancel | None,
) -> ProposeReport:
    if not 0 < threshold < 1:
        raise UsageError("A threshold of {value} is not possible; give one between 0 and 1.", value=threshold)
    videos = {v.key: v for v in project.videos}
    files = {key: project.find_video(videos[key]) for key in windows}
    missing = [videos[key].path for key, file in files.items() if file is None]
    if len(missing) == len(files) and missing:
        raise StudioError("{path} is missing; add the video where it is now.", path=missing[0])
    wanted = {
        key: joined([*windows[key], *_lives(project.document(key), model.name, windows[key])])
        for key, file in files.items()
        if file is not None
    }
    from tvau_studio.media.video import Video as File

    counter = _Counter(progress, sum(len(r.pairs) for ranges in wanted.values() for r in ranges))
    found = []
    for key, ranges in wanted.items():
        file = files[key]
        assert file is not None
        with File(file) as video:
            proposals = []
            for frames in (r for r in ranges if r.start < len(video)):
                here = FrameRange(frames.start, min(frames.stop, len(video)))
                counter.begin()
                heat = heatmaps.get(video, here, model, project.cache, progress=counter.count, cancel=cancel)
                proposals += _looked_at(video, heat, model, threshold, min_frames, cancel)
            found.append(_Found(key, ranges, proposals))
    if cancel is not None and cancel():
        raise Cancelled
    return _enter(project, model.name, found, [c for c in chosen if c.video in wanted], missing)


def chosen_clips(project: Library, ids: Sequence[str] | None) -> list[Clip]:
    """The clips of these ids, or all. Raises UsageError where there is none."""
    every = project.clips
    if ids is None:
        if not every:
            raise UsageError("The project has no clips; add a video first.")
        return every
    known = {c.id: c for c in every}
    for id in ids:
        if id not in known:
            raise UsageError("The project has no clip {id!r}.", id=id)
    return [known[id] for id in dict.fromkeys(ids)]


def joined(ranges: Iterable[FrameRange]) -> list[FrameRange]:
    """The ranges as whole pairs of frames, those that meet in one, ascending."""
    found: list[FrameRange] = []
    for r in sorted(FrameRange(r.start // 2 * 2, (r.stop + 1) // 2 * 2) for r in ranges):
        if found and r.start <= found[-1].stop:
            found[-1] = FrameRange(found[-1].start, max(found[-1].stop, r.stop))
        else:
            found.append(r)
    return found


class _Counter:
    """Progress over all ranges."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total = progress, total
        self._before = self._here = 0

    def begin(self) -> None:
        self._before += self._here
        self._here = 0

    def count(self, done: int, total: int) -> None:
        self._here = done
        if self._progress is not None:
            self._progress(self._before + done, self._total)


def _own_drafts(document: Document, model: str) -> list[Object]:
    """Drafts of the model that nobody touched or decided on."""
    every = [o for v in document.videos for o in document.objects(v.key)]
    return [o for o in every if o.model == model and o.is_draft and not o.touched]


def _lives(document: Document, model: str, windows: Sequence[FrameRange]) -> list[FrameRange]:
    """Where drafts are seen that will give way: what is looked at anew has to hold the whole of each."""
    frames = next((v.frames for v in document.videos if v.frames), None)
    reach = FrameRange(0, frames or max(r.stop for r in windows))
    found: list[FrameRange] = []
    left = _own_drafts(document, model)
    while True:
        there = [o for o in left if any(document.meets(o, r) for r in [*windows, *found])]
        if not there:
            return found
        left = [o for o in left if o not in there]
        found += [r for o in there for r in document.track(o.key).visible(reach)]


def _looked_at(
    video: File, heat: Heatmap, model: Model, threshold: float, min_frames: int, cancel: Cancel | None
) -> list[tuple[Proposal, str]]:
    """The objects of a heat map, each with its event."""
    from tvau_studio.proposals.objects import proposals

    found = proposals(heat, len(video), threshold, min_frames)
    steps = {id(p): sorted(p.track.steps, key=lambda s: -p.track.steps[s].score)[:_LOOKED_AT] for p in found}
    wanted = sorted({step for some in steps.values() for step in some})
    if not wanted or not model.classes:
        return [(p, OTHER) for p in found]
    pairs = heat.pairs.tolist()
    maps = model.host.class_heat(video, [pairs[step] for step in wanted], None, cancel)  # [n, K, H', W']
    at = {step: i for i, step in enumerate(wanted)}
    events = []
    for proposal in found:
        strength = np.zeros(len(model.classes))
        for step in steps[id(proposal)]:
            box = proposal.track.steps[step].box
            strength += class_strength(maps[at[step]], heat.values[step], box, heat.picture_size)
        best = int(strength.argmax())
        # A class that is less likely there than normal behaviour is no answer.
        sure = strength[best] / len(steps[id(proposal)]) > 0.5
        events.append(model.classes[best] if sure else OTHER)
    return list(zip(found, events, strict=True))


def class_strength(
    maps: npt.NDArray[np.float32], values: npt.NDArray[np.float32], box: Box, size: tuple[int, int]
) -> npt.NDArray[np.float64]:
    """How strong each class is inside a box on pictures of `size` (H, W), weighted by the heat there: float64 [K].

    maps: the classes' maps of a pair, float [K, H', W']. values: its heat, float [H', W'].
    """
    from tvau_studio.proposals.objects import cells

    where = cells(box, values.shape, size)
    weight = values[where].astype(np.float64)
    return np.asarray((maps[(slice(None), *where)] * weight).sum((1, 2)) / max(weight.sum(), 1e-12))


# -- into the project


def _enter(
    project: Library, model: str, found: Sequence[_Found], clips: Sequence[Clip], missing: list[str]
) -> ProposeReport:
    """One Edit on the rows as they are now."""
    stamp = project.who.stamp()
    changes: list[Change | None] = []
    objects = replaced = known = 0
    place: Place | None = None
    for one in found:
        document = project.document(one.video)
        old = [o for o in _own_drafts(document, model) if any(document.meets(o, r) for r in one.ranges)]
        for row in old:
            changes += delete_object(document, row.key).changes
        replaced += len(old)
        others = [o for o in document.objects(one.video) if o not in old]
        track = max([0, *(o.track for o in others)])
        classes = {c.key for c in document.event_classes}
        for proposal, event in one.proposals:
            if any(_same(document, thing, proposal) for thing in others):
                known += 1
                continue
            track += 1
            rows = _rows(one.video, track, model, proposal, event if event in classes else OTHER, stamp)
            changes += map(created, rows)
            place = place or Place(one.video, proposal.start, rows[0].key)
            objects += 1
        for clip in clips:
            now = document.get("clip", clip.key)
            if isinstance(now, Clip) and now.video == one.video and now.state == "new":
                changes.append(changed(now, state="to review"))
    place = place or (Place(found[0].video) if found else None)
    project.commit(edit("Propose objects", changes, "", place))
    return ProposeReport(model, len(clips), objects, replaced, known, missing)


def _same(document: Document, thing: Object, proposal: Proposal) -> bool:
    track = document.track(thing.key)
    boxes = [(frame, box) for frame, box in proposal.keyframes if box is not None]
    hits = sum((seen := track.at(frame)) is not None and seen.box.iou(box) >= _SAME for frame, box in boxes)
    return hits * 2 >= len(boxes)


def _rows(video: str, track: int, model: str, proposal: Proposal, event: str, stamp: Mapping[str, Any]) -> list[Row]:
    """The object first."""
    key = new_key()
    score = round(proposal.score, 4)
    rows: list[Row] = [
        Object(key=key, video=video, track=track, model=model, verdict="undecided", score=score, **stamp)
    ]
    last = proposal.keyframes[0][1]
    for frame, box in proposal.keyframes:
        outside = box is None
        last = box or last
        assert last is not None
        x, y, w, h = last.tuple()
        name = keyframe_key(key, frame)
        rows.append(Keyframe(key=name, object=key, frame=frame, x=x, y=y, w=w, h=h, outside=outside, **stamp))
    start, stop = proposal.start, proposal.stop
    rows.append(Segment(key=new_key(), object=key, start=start, stop=stop, event=event, **stamp))
    return rows
