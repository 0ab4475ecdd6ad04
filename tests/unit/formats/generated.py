"""Documents of every kind of label, for properties; and the way to a file and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import REGIONS
from tvau_studio.domain.labels import (
    EVENTS,
    SPLITS,
    STATES,
    Clip,
    Description,
    Dialogue,
    Keyframe,
    Object,
    Override,
    Row,
    Segment,
    Video,
    dialogue_key,
    keyframe_key,
    override_key,
)
from tvau_studio.formats.base import Format, Part, WriteOptions, path_in_file

TEXTS = st.one_of(
    st.just(""),
    st.sampled_from(["A man in red.", "一名男子。", "line\u2028end\x85", ' "quoted" \\ \r\n\t{x}']),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12),
)
HUNDREDTHS = st.integers(-2000, 12000).map(lambda n: n / 100)


@st.composite
def documents(draw: st.DrawFn, frames: int = 40) -> Document:
    """One or two videos of `frames` frames with all that belongs to them."""
    rows: list[Row] = []
    for name in draw(st.sampled_from([["a.mp4"], ["a.mp4", "sub/b c.avi"]])):
        rows += draw(_video(name, frames))
    return Document(rows)


@st.composite
def _video(draw: st.DrawFn, name: str, frames: int) -> list[Row]:
    height, width = draw(st.sampled_from([(None, None), (90, 120), (476, 868)]))
    video = Video(
        key=name,
        path=name,
        frames=frames,
        height=height,
        width=width,
        fps=draw(st.sampled_from([None, 24.0, 30000 / 1001, 0.5, 1000.0])),
        split=draw(st.sampled_from([None, *SPLITS])),
        environment_en=draw(TEXTS),
        environment_zh=draw(TEXTS),
    )
    rows: list[Row] = [video]
    ranges = draw(st.lists(_range(frames), min_size=1, max_size=4))
    for n, (a, b) in enumerate(ranges):
        rows += draw(_clip(name, n, a, b))
    clips = [row for row in rows if isinstance(row, Clip)]
    for track in draw(st.lists(st.integers(1, 9), unique=True, max_size=3)):
        rows += draw(_object(name, track, frames, clips))
    return rows


def _range(frames: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(0, frames - 1), st.integers(1, frames)).map(lambda p: (p[0], max(p[1], p[0] + 1)))


@st.composite
def _clip(draw: st.DrawFn, video: str, n: int, a: int, b: int) -> list[Row]:
    key = f"{video}/clip{n}"
    rows: list[Row] = [
        Clip(
            key=key,
            video=video,
            id=f"{video}:{n} {draw(TEXTS)}",
            start=a,
            stop=b,
            state=draw(st.sampled_from(STATES)),
            anomaly=draw(st.sampled_from([None, True, False])),
            environment_en=draw(TEXTS),
            environment_zh=draw(TEXTS),
            annotator=draw(TEXTS),
            masks=draw(st.sampled_from(["", "masks/m.npy"])),
        )
    ]
    for position, text in enumerate(draw(st.lists(TEXTS, max_size=2))):
        language = draw(st.sampled_from(["en", "zh"]))
        rows.append(Description(key=f"{key}/d{position}", clip=key, position=position, language=language, text=text))
    if draw(st.booleans()):
        shown = {"type": "video", "video": "elsewhere.mp4", "video_start": 1.5, "video_end": 2, "fps": 3.0}
        turns: list[Any] = [{"role": "user", "content": [shown, {"type": "text", "text": draw(TEXTS)}]}]
        turns.append({"role": "assistant", "content": draw(TEXTS)})
        words = json.dumps(turns[: draw(st.integers(0, 2))], ensure_ascii=False)
        language = draw(st.sampled_from(["en", "zh"]))
        rows.append(Dialogue(key=dialogue_key(key, language), clip=key, language=language, messages=words))
    return rows


@st.composite
def _object(draw: st.DrawFn, video: str, track: int, frames: int, clips: list[Clip]) -> list[Row]:
    key = f"{video}/object{track}"
    model, verdict = draw(st.sampled_from([("", "accepted"), ("m", "accepted"), ("m", "undecided"), ("m", "rejected")]))
    rows: list[Row] = [
        Object(
            key=key,
            video=video,
            track=track,
            appearance_en=draw(TEXTS),
            appearance_zh=draw(TEXTS),
            model=model,
            verdict=verdict,  # type: ignore[arg-type]
        )
    ]
    point = draw(st.booleans())
    size = st.just(0.0) if point else st.integers(0, 4000).map(lambda n: n / 100)
    for frame in draw(st.lists(st.integers(0, frames - 1), unique=True, max_size=6)):
        marks = draw(st.fixed_dictionaries(dict.fromkeys(["occluded", "outside", "smooth", "support"], st.booleans())))
        box = {"x": draw(HUNDREDTHS), "y": draw(HUNDREDTHS), "w": draw(size), "h": draw(size)}
        rows.append(Keyframe(key=keyframe_key(key, frame), object=key, frame=frame, **box, **marks))
    motions = st.sampled_from(["", "runs", "跑"])
    for n, (a, b) in enumerate(draw(st.lists(_range(frames), max_size=4))):
        event = draw(st.sampled_from([None, None, *EVENTS[:2], "an event of our own"]))
        texts = {"motion_en": draw(motions), "motion_zh": draw(motions)}
        # Keys in no order of the segments: nothing may follow from them.
        rows.append(Segment(key=f"{key}/s{(n * 7) % 5}", object=key, start=a, stop=b, event=event, **texts))
    regions = st.sampled_from([None, *REGIONS])
    for clip in clips:
        if draw(st.booleans()):
            rows.append(
                Override(
                    key=override_key(key, clip.key),
                    object=key,
                    clip=clip.key,
                    start_region=draw(regions),
                    end_region=draw(regions),
                    trajectory_en=draw(TEXTS),
                    trajectory_zh=draw(TEXTS),
                )
            )
    return rows


def parts_of(document: Document, root: Path, folder: Path) -> list[Part]:
    """Every clip of a document, as `folder` names its videos."""
    found = [Part(document, v, path_in_file(v.path, root, folder), document.clips(v.key)) for v in document.videos]
    return sorted(found, key=lambda p: p.path)


def written(format: Format, document: Document, root: Path, options: WriteOptions | None = None) -> bytes:
    assert format.write is not None
    return b"".join(format.write(parts_of(document, root, root), options or WriteOptions(drafts=True)))
