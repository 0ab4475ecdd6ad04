"""What looks wrong in the labels of a video: faults that a person wants to see while labelling and before an export.

Nothing here is forbidden: a box may reach over the edge, a path may be fast. Each `Finding` says where to look. Begin
with `check_video`. How fast is too fast follows the linking of METHOD 1.7: no track is joined over more than a tenth of
the picture's longer side per frame.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.answers import read_answer
from tvau_studio.domain.document import Document
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import Clip, Keyframe, Object, Override, Segment, Video, text
from tvau_studio.domain.tracks import Track

KINDS = {
    "box-outside": "the box lies outside of the picture, or most of it does",
    "zero-size": "the box has no area",
    "jump": "the box jumps {distance} px in {frames}",
    "gap": "no keyframe for {frames}, and no mark that the object is outside of the picture",
    "open-end": "the object moves at its last keyframe, and nothing says that it leaves the picture",
    "twins": "the boxes are those of track {other} as well",
    "no-boxes": "the object has no box",
    "segment-outside": "the segment {segment} reaches over frames in which the object is not in the picture",
    "clip-outside": "the clip ends at frame {stop}, the video at {frames}",
    "empty-text": "the {field} text is empty",
    "placeholder": "the {field} text holds {word}, which trainers take for a picture or a control word",
    "override": "{field} is said to be {said}, the boxes say {derived}",
    "yes-no": "the clip is said to be {said}, its segments say {derived}",
    "dialogue": "the dialogue answers {said}, the labels say {derived}",
    "no-size": "the size of the pictures is not known, so that from and to cannot be derived",
}
"""Kind of finding -> its sentence, without a stop, with ``{fields}``; what a window translates."""

PLACEHOLDER = re.compile(r"<(?:video|image|audio)>|<\|[^<>|\s]{1,40}\|>", re.IGNORECASE)
"""What a trainer replaces by pictures, and the control words of chat templates."""

_TOO_FAR = 10
"""A step of more than the longer side of the picture by this, in one frame, is a jump in any track."""
_TOO_FAST = 8.0
"""So many times the usual speed of a track is a jump, where the box leaves its own place as well."""
_LONG = 4.0
"""So many times the usual distance between the keyframes of a track is a gap."""
_SECONDS = 2.0
"""Shorter stretches are no gaps."""
_USUAL_FPS = 24.0
_SAME = 0.85
"""From this IoU on two boxes are the same."""
_SAMPLES = 7
"""Frames in which two tracks are compared."""
_EVER = 2**31


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. kind: of `KINDS`. clip, object: keys of the place, "" where there is none; a fault of an object lies
    in the first clip that shows it. frame: to look at, or None. field: the text or choice that is meant:
    ``appearance``, ``motion``, ``environment``, ``trajectory``, ``description``, ``from``, ``to``, ``anomaly``, else
    "". values: for the sentence.
    """

    kind: str
    clip: str = ""
    object: str = ""
    frame: int | None = None
    field: str = ""
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def text(self) -> str:
        """The fault in a few English words, without a stop."""
        return KINDS[self.kind].format(field=self.field, **self.values)


def check_video(document: Document, video: str, language: str = "en") -> list[Finding]:
    """Every fault of a video's labels: clip by clip, then object by object, each once. language: of the texts that are
    wanted. Rejected drafts are not looked at, undecided ones not for their texts.
    """
    found: list[Finding] = []
    clips = document.clips(video)
    for clip in clips:
        found += check_clip(document, clip, language)
    things = [o for o in document.objects(video) if o.verdict != "rejected"]
    for thing in things:
        found += check_object(document, thing, language, clips)
    found += check_twins(document, video)
    return found


def check_clip(document: Document, clip: Clip, language: str = "en") -> Iterator[Finding]:
    """The faults of a clip itself."""
    video = document.video(clip.video)
    if video.frames is not None and clip.stop > video.frames:
        ends = {"stop": clip.stop, "frames": video.frames}
        yield Finding("clip-outside", clip.key, frame=max(0, video.frames - 1), values=ends)
    environment = document.environment(clip, language)
    if not environment.strip():
        yield Finding("empty-text", clip.key, frame=clip.start, field="environment")
    yield from _placeholders([("environment", environment)], clip.key, "", clip.start)
    yield from _placeholders(
        (("description", d.text) for d in document.descriptions(clip.key)), clip.key, "", clip.start
    )
    derived = _derived(document, clip)
    if clip.anomaly is not None and clip.anomaly != derived:
        values = {"said": _anomalous(clip.anomaly), "derived": _anomalous(derived)}
        yield Finding("yes-no", clip.key, frame=clip.start, field="anomaly", values=values)
    said = _said(document, clip, language)
    meant = derived if clip.anomaly is None else clip.anomaly
    if said is not None and said != meant:
        values = {"said": "Yes" if said else "No", "derived": _anomalous(meant)}
        yield Finding("dialogue", clip.key, frame=clip.start, field="anomaly", values=values)


def check_object(
    document: Document, thing: Object, language: str = "en", clips: Sequence[Clip] | None = None
) -> Iterator[Finding]:
    """The faults of one object, by itself. clips: of its video, where they are known."""
    clips = document.clips(thing.video) if clips is None else clips
    video, track, segments = document.video(thing.video), document.track(thing.key), document.segments(thing.key)
    for one in _of_object(document, thing, video, track, segments, language):
        yield _placed(one, thing, clips)
    shown = [c for c in clips if document.meets(thing, c.range)]
    for clip in shown:
        override = document.override(thing.key, clip.key)
        if override is not None:
            yield from _override(document, thing, clip, override, language)
    if shown and video.size is None and track.keyframes:
        yield Finding("no-size", shown[0].key, thing.key, track.keyframes[0].frame)


def _placed(found: Finding, thing: Object, clips: Sequence[Clip]) -> Finding:
    """With the first clip that shows it."""
    frame = found.frame
    clip = next((c.key for c in clips if frame is None or frame in c.range), "")
    return Finding(found.kind, clip, thing.key, frame, found.field, found.values)


def _of_object(
    document: Document, thing: Object, video: Video, track: Track, segments: list[Segment], language: str
) -> Iterator[Finding]:
    keyframes = track.keyframes
    start = keyframes[0].frame if keyframes else segments[0].start if segments else None
    if all(k.outside for k in keyframes):
        yield Finding("no-boxes", frame=start)
    else:
        yield from _boxes(keyframes, video)
        yield from _steps(track, video)
        yield from _segments(track, segments, video)
    if thing.verdict == "accepted":
        if not text(thing, "appearance", language).strip():
            yield Finding("empty-text", frame=start, field="appearance")
        silent = next((s for s in segments if s.event and not text(s, "motion", language).strip()), None)
        if silent is not None:
            yield Finding("empty-text", frame=silent.start, field="motion")
    yield from _placeholders([("appearance", text(thing, "appearance", language))], "", "", start)
    for segment in segments:
        yield from _placeholders([("motion", text(segment, "motion", language))], "", "", segment.start)


# -- boxes


def _boxes(keyframes: Sequence[Keyframe], video: Video) -> Iterator[Finding]:
    """The first box of an object that lies outside, and the first without an area."""
    seen = [k for k in keyframes if not k.outside]
    if (empty := next((k for k in seen if k.w == 0 or k.h == 0), None)) is not None:
        yield Finding("zero-size", frame=empty.frame)
    if video.size is not None:
        height, width = video.size
        out = next((k for k in seen if _inside(k, height, width) < 0.5), None)
        if out is not None:
            yield Finding("box-outside", frame=out.frame)


def _inside(k: Keyframe, height: int, width: int) -> float:
    """The share of a box that lies in the picture, 0..1; of an empty one whether its centre does."""
    if k.w == 0 or k.h == 0:
        x, y = k.box.centre
        return float(0 <= x <= width and 0 <= y <= height)
    w = min(k.x + k.w, width) - max(k.x, 0.0)
    h = min(k.y + k.h, height) - max(k.y, 0.0)
    return max(0.0, w) * max(0.0, h) / (k.w * k.h)


def _steps(track: Track, video: Video) -> Iterator[Finding]:
    """Jumps, gaps, and an end that nobody set. Each once, at its worst."""
    steps = [(a, b) for a, b in pairwise(track.keyframes) if not a.outside and not b.outside]
    fps = video.fps or _USUAL_FPS
    if steps:
        moved = np.array([np.hypot(*_move(a, b)) for a, b in steps])
        spans = np.array([b.frame - a.frame for a, b in steps])
        speeds = moved / spans
        extents = np.array([np.hypot(max(a.w, b.w), max(a.h, b.h)) for a, b in steps])
        usual = _usual(speeds, spans)
        far = (speeds > extents) & (speeds > _TOO_FAST * usual) if len(steps) > 2 else np.zeros(len(steps), bool)
        if video.size is not None:
            far |= speeds > max(video.size) / _TOO_FAR
        if far.any():
            at = int(np.argmax(np.where(far, speeds, -1.0)))
            values = {"distance": round(float(moved[at])), "frames": _frames(int(spans[at]))}
            yield Finding("jump", frame=steps[at][1].frame, values=values)
        long = (spans > max(_SECONDS * fps, _LONG * float(np.median(spans)))) & (moved > extents)
        if len(steps) > 2 and long.any():
            at = int(np.argmax(np.where(long, spans, -1)))
            yield Finding("gap", frame=steps[at][0].frame + 1, values={"frames": _frames(int(spans[at]) - 1)})
    last = track.keyframes[-1]
    left = None if video.frames is None else video.frames - 1 - last.frame
    if not last.outside and steps and steps[-1][1] is last and left is not None and left > _SECONDS * fps:
        before = steps[-1][0]
        speed = float(np.hypot(*_move(before, last))) / (last.frame - before.frame)
        # Were it to go on like this, it would be somewhere else by the end.
        if speed * left > 2 * float(np.hypot(last.w, last.h)):
            yield Finding("open-end", frame=last.frame)


def _move(a: Keyframe, b: Keyframe) -> tuple[float, float]:
    """How far the centre goes, x and y, in pixels; of many keyframes, so that no box is made."""
    return b.x + b.w / 2 - a.x - a.w / 2, b.y + b.h / 2 - a.y - a.h / 2


def _usual(speeds: npt.NDArray[np.float64], spans: npt.NDArray[np.int64]) -> float:
    """The speed that is not passed in half of the frames."""
    order = np.argsort(speeds)
    total = np.cumsum(spans[order])
    return float(speeds[order][int(np.searchsorted(total, total[-1] / 2))])


def _frames(n: int) -> str:
    return "1 frame" if n == 1 else f"{n} frames"


def _segments(track: Track, segments: Iterable[Segment], video: Video) -> Iterator[Finding]:
    whole = FrameRange(0, video.frames or _EVER)
    seen = track.visible(whole)
    for segment in segments:
        covered = sum(len(common) for s in seen if (common := s.overlap(segment.range)) is not None)
        early = segment.start < (seen[0].start if seen else 0)
        late = segment.stop > (seen[-1].stop if seen else 0)
        if early or late or not covered:
            frame = segment.start if early or not covered else max(0, segment.stop - 1)
            yield Finding("segment-outside", frame=frame, values={"segment": str(segment.range)})


def check_twins(document: Document, video: str) -> Iterator[Finding]:
    """Two objects of a video with the same boxes wherever both are in the picture. The later track is told."""
    clips = document.clips(video)
    things = [o for o in document.objects(video) if o.verdict != "rejected"]
    whole = FrameRange(0, document.video(video).frames or _EVER)
    lives: list[tuple[Object, Track, FrameRange]] = []
    hulls: list[tuple[float, ...]] = []
    for thing in things:
        track = document.track(thing.key)
        seen = [k for k in track.keyframes if not k.outside]
        stretches = track.visible(whole)
        if not stretches:
            continue
        life = FrameRange(stretches[0].start, stretches[-1].stop)
        lives.append((thing, track, life))
        x, y = min(k.x for k in seen), min(k.y for k in seen)
        right, bottom = max(k.x + k.w for k in seen), max(k.y + k.h for k in seen)
        hulls.append((life.start, x, y, -life.stop, -right, -bottom))
    if len(lives) < 2:
        return
    corners = np.array(hulls)  # [n, 6]: two lives or hulls meet where each begins before the other ends
    for n, (thing, track, life) in enumerate(lives[1:], start=1):
        near = np.flatnonzero(
            (np.maximum(corners[:n], corners[n])[:, :3] < -np.maximum(corners[:n], corners[n])[:, 3:]).all(1)
        )
        for i in near.tolist():
            other, path, lived = lives[i]
            common = life.overlap(lived)
            if common is not None and (frame := _same(track, path, common)) is not None:
                yield _placed(Finding("twins", frame=frame, values={"other": other.track}), thing, clips)
                break


def _same(a: Track, b: Track, frames: FrameRange) -> int | None:
    """The first of the frames looked at in which both are in the picture, where they have the same box in all of these;
    None where they differ in one, or are never seen together.
    """
    first = None
    middle = (frames.start + frames.stop - 1) // 2
    spread = np.linspace(frames.start, frames.stop - 1, _SAMPLES).astype(int).tolist()
    for frame in [middle, *sorted({*spread})]:
        one, two = a.at(frame), b.at(frame)
        if one is None or two is None:
            continue
        if one.box.iou(two.box) < _SAME:
            return None
        first = frame if first is None else min(first, frame)
    return first


# -- texts and answers


def _placeholders(texts: Iterable[tuple[str, str]], clip: str, object: str, frame: int | None) -> Iterator[Finding]:
    for name, words in texts:
        if (match := PLACEHOLDER.search(words)) is not None:
            yield Finding("placeholder", clip, object, frame, name, {"word": match[0]})


def _override(document: Document, thing: Object, clip: Clip, override: Override, language: str) -> Iterator[Finding]:
    regions = document.regions(thing, clip)
    stretches = document.track(thing.key).visible(clip.range)
    if regions:
        places = (("from", override.start_region, regions[0], 0), ("to", override.end_region, regions[-1], -1))
        for name, said, derived, at in places:
            if said and said != derived:
                frame = stretches[0].start if at == 0 else stretches[-1].stop - 1
                yield Finding("override", clip.key, thing.key, frame, name, {"said": said, "derived": derived})
    words = text(override, "trajectory", language)
    yield from _placeholders([("trajectory", words)], clip.key, thing.key, clip.start)


def _derived(document: Document, clip: Clip) -> bool:
    """Whether a segment with an event of an accepted object meets the clip."""
    return any(
        s.event is not None and s.range.overlap(clip.range) is not None
        for thing in document.objects(clip.video)
        if thing.verdict == "accepted"
        for s in document.segments(thing.key)
    )


def _anomalous(yes: bool) -> str:
    return "anomalous" if yes else "normal"


def _said(document: Document, clip: Clip, language: str) -> bool | None:
    """Yes or No of the first answer in a dialogue that a person changed."""
    stored = document.dialogue(clip.key, language)
    if stored is None:
        return None
    for message in json.loads(stored.messages):
        if isinstance(message, dict) and message.get("role") == "assistant":
            content = message.get("content")
            if isinstance(content, list):
                parts = [c.get("text") for c in content if isinstance(c, dict) and c.get("type") == "text"]
                content = " ".join(p for p in parts if isinstance(p, str))
            return read_answer(content).anomaly if isinstance(content, str) else None
    return None
