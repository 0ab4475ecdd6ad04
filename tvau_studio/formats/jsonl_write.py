"""Labels -> one JSON object a line, the export to train on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from tvau_studio.domain.dialogue import from_to, trajectory, trajectory_text
from tvau_studio.domain.document import Document
from tvau_studio.domain.labels import LANGUAGES, Clip, Object, text
from tvau_studio.domain.tracks import united
from tvau_studio.formats import messages
from tvau_studio.formats.base import STYLES, Part, WriteOptions
from tvau_studio.formats.jsonl_styles import Styled


def write(parts: Iterable[Part], options: WriteOptions) -> Iterator[bytes]:
    """A line per clip, in the order of the parts, then of a. The same labels give the same bytes."""
    styled = None if options.style == STYLES[0] else Styled(options.style)
    for part in parts:
        for clip in sorted(part.clips, key=lambda c: (c.start, c.stop, c.id)):
            media = options.media(part.video, clip) if options.media else None
            said = messages.exported(part.document, clip, options.language, part.path, media)
            found = row(part, clip, options, said) if styled is None else styled.row(part, clip, said)
            if found is not None:
                yield json.dumps(found, ensure_ascii=False, allow_nan=False).encode("utf-8") + b"\n"
    if styled is not None:
        for sentence in styled.sentences():
            options.warn(sentence)


def row(part: Part, clip: Clip, options: WriteOptions, said: messages.Messages | None = None) -> dict[str, Any]:
    """One clip. Keys that may be empty and are, are left out. said: its dialogue; None = the one over its window."""
    document, video, language = part.document, part.video, options.language
    if said is None:
        said = messages.exported(document, clip, language, part.path)
    other = other_language(language)
    things = options.things(document, clip)
    found: dict[str, Any] = {
        "id": clip.id,
        "video": part.path,
        "frames": [clip.start, clip.stop],
        "fps": None if video.fps is None else float(video.fps),
        "size": None if video.size is None else list(video.size),
        "split": video.split,
        "anomaly": document.anomalous(clip),
        "environment": document.environment(clip, language),
        "objects": [_object(document, thing, clip, language) for thing in things],
        "messages": said,
    }
    if descriptions := document.descriptions(clip.key):
        found["descriptions"] = [[d.language, d.text] for d in descriptions]
    if environment := document.environment(clip, other):
        found[other] = {"environment": environment}
    found["annotator"] = clip.annotator
    found["review"] = clip.state
    if clip.masks:
        found["masks"] = options.masks(clip.masks)
    return found


def other_language(language: str) -> str:
    return next(name for name in LANGUAGES if name != language)


def _object(document: Document, thing: Object, clip: Clip, language: str) -> dict[str, Any]:
    other = other_language(language)
    main = document.main_segment(thing.key, clip.range)
    cuts = [
        (common, segment)
        for segment in united(document.segments(thing.key))
        if (common := segment.range.overlap(clip.range)) is not None
    ]
    # In the order of what the clip shows of them: a file that holds this clip alone says them in the same one.
    cuts.sort(key=lambda cut: (cut[0], cut[1].event is None, cut[1].event or "", cut[1].motion_en, cut[1].motion_zh))
    start, end = from_to(document, thing, clip)
    track = document.track(thing.key)
    shown = list(track.shown(clip.range))
    set_by_hand = {k.frame for k in track.keyframes if not k.support}
    found: dict[str, Any] = {
        "track": thing.track,
        "event": main.event if main else None,
        "appearance": text(thing, "appearance", language),
        "motion": text(main, "motion", language) if main else "",
        "segments": [[c.start, c.stop, s.event, text(s, "motion", language)] for c, s in cuts],
        "from": start,
        "to": end,
        "trajectory": trajectory(document, thing, clip, language),
        "boxes": [[frame, *seen.box.tuple()] for frame, seen in shown],
        "keyframes": [frame for frame, seen in shown if seen.keyframe and frame in set_by_hand],
        "occluded": [frame for frame, seen in shown if seen.occluded],
    }
    texts: dict[str, Any] = {
        "appearance": text(thing, "appearance", other),
        "motion": text(main, "motion", other) if main else "",
        "segments": [text(s, "motion", other) for _, s in cuts],
        "trajectory": _own_trajectory(document, thing, clip, other),
    }
    if not any(texts["segments"]):
        del texts["segments"]
    if texts := {name: value for name, value in texts.items() if value}:
        found[other] = texts
    if thing.is_draft:
        found["draft"] = thing.model
    return found


def _own_trajectory(document: Document, thing: Object, clip: Clip, language: str) -> str:
    """What a person said in place of the derived text; "" where that follows from the boxes in any language."""
    override = document.override(thing.key, clip.key)
    own = text(override, "trajectory", language) if override else ""
    return "" if own == trajectory_text(document.regions(thing, clip), language) else own
