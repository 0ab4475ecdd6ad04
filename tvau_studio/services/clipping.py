"""Laying clips on videos by a rule: windows, around objects, around peaks of the score. Labels stay: clips are windows
on the video's timeline, and an object shows in every clip that it crosses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tvau_studio.domain.actions import new_clip
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change, Edit, created, edit, removed
from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.events import Rule, spans
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import Clip, Comment, Description, Dialogue, Override, Video, new_key
from tvau_studio.services.adding import clip_id, clip_windows, free_id

if TYPE_CHECKING:
    from tvau_studio.services.projects import Project

Kind = Literal["windows", "objects", "peaks"]


@dataclass(frozen=True)
class Laying:
    """kind: windows of `length` frames each `stride`; around objects, from their first to their last frame; around
    peaks (the ranges that are given). margin: frames before and behind an object or peak. replace: clips that nobody
    worked on (state "new", nothing said of them) go first.
    """

    kind: Kind = "windows"
    length: int = 24
    stride: int = 12
    margin: int = 12
    replace: bool = False

    def __post_init__(self) -> None:
        if self.length < 1 or self.stride < 1 or self.margin < 0:
            raise UsageError("A clip and its stride are a frame or longer, and a margin is 0 or more.")


@dataclass(frozen=True)
class Laid:
    """edit: what would be done. made, gone, kept: clips that come, go, and were asked for but are there already.
    unknown: videos of which nothing is known that the rule needs (their length, their scores)."""

    edit: Edit
    made: int
    gone: int
    kept: int
    unknown: Sequence[str] = ()


def lay(
    project: Project,
    videos: Iterable[str],
    rule: Laying,
    peaks: Callable[[Video], Sequence[FrameRange] | None] = lambda video: None,
    check: Callable[[], None] = lambda: None,
) -> Laid:
    """What laying clips on these videos (their keys) would do. peaks(video): its ranges of high score, None where no
    score is known; called for ``peaks`` alone. check() may raise to stop.
    """
    wanted = set(videos)
    rows = [video for video in project.videos if video.key in wanted]
    stems: dict[str, int] = {}
    for video in project.videos:
        stems[video.stem] = stems.get(video.stem, 0) + 1
    ids = {clip.id for clip in project.clips}
    changes: list[Change] = []
    made = gone = kept = 0
    unknown = []
    with project.snapshot() as snapshot:
        for video in rows:
            check()
            document = snapshot.document(video.key)
            ranges = _ranges(document, video, rule, peaks)
            if ranges is None:
                unknown.append(video.path)
                continue
            there = {(c.start, c.stop): c for c in document.clips(video.key)}
            for a, b in ranges:
                if (a, b) in there:
                    kept += 1
                    continue
                name = clip_id(video.stem, FrameRange(a, b), video.fingerprint, stems[video.stem] > 1)
                id = free_id(name, ids)
                ids.add(id)
                row = Clip(key=new_key(), video=video.key, id=id, start=a, stop=b, **project.who.stamp())
                changes.append(created(row))
                made += 1
            for place, clip in there.items() if rule.replace else ():
                if place not in ranges and untouched(document, clip):
                    changes.append(removed(clip))
                    gone += 1
    return Laid(edit(f"Lay {made} clip{'' if made == 1 else 's'}", changes), made, gone, kept, unknown)


def from_range(project: Project, video: str, frames: FrameRange) -> tuple[Edit, str]:
    """One clip by hand; and its key. Raises UsageError where it is there already or holds no frame."""
    with project.snapshot() as snapshot:
        document = snapshot.document(video)
        if any(c.range == frames for c in document.clips(video)):
            raise UsageError("The clip {frames} is there already.", frames=frames)
        row = document.video(video)
        shared = sum(other.stem == row.stem for other in snapshot.videos) > 1
        name = clip_id(row.stem, frames, row.fingerprint, shared)
        id = free_id(name, {clip.id for clip in project.clips})
        made = new_clip(document, project.who, video, frames.start, frames.stop, id)
    return made, made.changes[0].key


def _ranges(
    document: Document, video: Video, rule: Laying, peaks: Callable[[Video], Sequence[FrameRange] | None]
) -> list[tuple[int, int]] | None:
    frames = video.frames
    if rule.kind == "windows":
        if not frames:
            return None
        return [(w.start, w.stop) for w in clip_windows(f"{rule.length}/{rule.stride}", frames)]
    if rule.kind == "objects":
        things = [o for o in document.objects(video.key) if o.verdict != "rejected"]
        lives = [span for o in things if (span := _life(document, o.key)) is not None]
    else:
        found = peaks(video)
        if found is None:
            return None
        lives = [(r.start, r.stop) for r in found]
    wide = ((max(0, a - rule.margin), b + rule.margin) for a, b in lives)
    return list(dict.fromkeys((a, min(b, frames) if frames else b) for a, b in sorted(wide)))


def _life(document: Document, key: str) -> tuple[int, int] | None:
    """From the first to behind the last frame that somebody fixed; None for an object without a box."""
    keyframes = document.track(key).keyframes
    if not keyframes:
        return None
    last = keyframes[-1]
    return keyframes[0].frame, max(keyframes[0].frame + 1, last.frame if last.outside else last.frame + 1)


def untouched(document: Document, clip: Clip) -> bool:
    """Whether nobody said anything of the clip itself, so that it may go: the objects in it stay anyway."""
    said = clip.environment_en or clip.environment_zh or clip.masks or clip.assignee or clip.annotator
    if said or clip.state != "new" or clip.anomaly is not None:
        return False
    rows = (row for name in ("override", "description", "dialogue", "comment") for row in document.rows(name))
    return not any(isinstance(row, _OfAClip) and row.clip == clip.key for row in rows)


_OfAClip = (Override, Description, Dialogue, Comment)


def known_peaks(project: Project, model: str, threshold: float) -> Callable[[Video], Sequence[FrameRange] | None]:
    """For `lay`: the stretches of a video above the threshold, of the heat that the project's cache knows. model: the
    model's id. Reads files."""

    def find(row: Video) -> Sequence[FrameRange] | None:
        from tvau_studio.services.scan_curves import known_curve

        try:
            with project.open_video(row) as video:
                curve = known_curve(video, model, "", project.cache)
        except StudioError:  # the file is not there
            return None
        rule = Rule(threshold=max(0.01, min(0.99, threshold)))
        return [span.range for span in spans(curve.scores, curve.frames, rule)] if curve.known else None

    return find
