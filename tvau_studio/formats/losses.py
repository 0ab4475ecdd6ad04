"""What a format cannot hold, counted in the labels that it is given, so that nothing is dropped in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import LANGUAGES, Clip, Object
from tvau_studio.formats.base import Format, Part, WriteOptions

FEATURES = {
    "clips": "clip windows, in place of whole videos",
    "boxes": "boxes",
    "points": "points without a size",
    "keyframes": "which frames a person set",
    "smooth": "curved paths (their boxes are kept frame by frame)",
    "occluded": "hidden stretches",
    "gaps": "stretches outside of the picture",
    "normal": "objects without an event",
    "event": "events",
    "segments": "the frames of events",
    "motion": "states of motion",
    "appearance": "appearance texts",
    "languages": "texts in the other language",
    "trajectory": "from, to and trajectory as overridden",
    "environment": "environment texts",
    "anomaly": "whether a clip is anomalous, as overridden",
    "split": "splits",
    "descriptions": "descriptions of clips",
    "dialogue": "dialogues that were changed",
    "other dialogue": "dialogues in the other language",
    "draft": "which objects are drafts",
    "score": "scores of drafts",
    "annotator": "annotators",
    "review": "review states",
    "masks": "paths of masks",
    "comments": "comments",
}
"""What labels can have, in words. `Format.holds` names those that a format keeps."""

ALL = frozenset(FEATURES)


def count(part: Part, format: Format, options: WriteOptions) -> Counter[str]:
    """How many of each feature a part has that the format cannot hold."""
    return Counter(name for name in _features(part, options) if name not in format.holds)


def sentences(lost: Mapping[str, int], format: Format) -> list[str]:
    """One for each thing that cannot be held, with how many there are."""
    return [
        f"{format.name} cannot hold {FEATURES[name]} ({lost[name]} left out)" for name in FEATURES if lost.get(name)
    ]


def _features(part: Part, options: WriteOptions) -> Iterator[str]:
    """Every feature as often as the labels have it."""
    document, video = part.document, part.video
    other = next(name for name in LANGUAGES if name != options.language)
    if video.split:
        yield "split"
    if _has(video, "environment"):
        yield "environment"
    seen: dict[str, Object] = {}
    for clip in part.clips:
        yield from _of_clip(document, clip, options.language, other, whole=video.frames)
        for thing in options.things(document, clip):
            seen[thing.key] = thing
            if document.override(thing.key, clip.key) is not None:
                yield "trajectory"
    for thing in seen.values():
        yield from _of_object(document, thing, other)


def _has(row: object, name: str) -> bool:
    return any(getattr(row, f"{name}_{language}") for language in LANGUAGES)


def _of_clip(document: Document, clip: Clip, language: str, other: str, whole: int | None) -> Iterator[str]:
    if (clip.start, clip.stop) != (0, whole):
        yield "clips"
    if _has(clip, "environment"):
        yield "environment"
    if clip.anomaly is not None:
        yield "anomaly"
    if clip.annotator:
        yield "annotator"
    if clip.state not in ("new", "to review"):
        yield "review"
    if clip.masks:
        yield "masks"
    yield from ("descriptions" for _ in document.descriptions(clip.key))
    yield from ("comments" for _ in document.comments(clip.key))
    if document.dialogue(clip.key, language):
        yield "dialogue"
    if document.dialogue(clip.key, other):
        yield "other dialogue"


def _of_object(document: Document, thing: Object, other: str) -> Iterator[str]:
    keyframes = document.track(thing.key).keyframes
    segments = document.segments(thing.key)
    if keyframes:
        yield "points" if all(k.box.is_point for k in keyframes) else "boxes"
    if any(not k.support for k in keyframes):
        yield "keyframes"
    if any(k.smooth for k in keyframes):
        yield "smooth"
    if any(k.occluded for k in keyframes):
        yield "occluded"
    if any(k.outside for k in keyframes[:-1]):
        yield "gaps"
    yield "event" if any(s.event for s in segments) else "normal"
    if segments:
        yield "segments"
    if any(_has(s, "motion") for s in segments):
        yield "motion"
    if _has(thing, "appearance"):
        yield "appearance"
    if getattr(thing, f"appearance_{other}") or any(getattr(s, f"motion_{other}") for s in segments):
        yield "languages"
    if thing.is_draft:
        yield "draft"
        if thing.score is not None:
            yield "score"
