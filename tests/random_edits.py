"""Edits as people make them, at random: for the properties of document, store and editor."""

from __future__ import annotations

import itertools
import random
from dataclasses import fields
from typing import Any

from tvau_studio.domain import actions
from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Edit, created, edit
from tvau_studio.domain.errors import UsageError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import (
    STATES,
    TABLES,
    Clip,
    Comment,
    Description,
    Dialogue,
    Row,
    Video,
    dialogue_key,
    new_key,
)
from tvau_studio.domain.splicing import GAPS

FRAMES = 40
VIDEO = "video-1"
EVENTS = (None, "person running", "abandoned object", "anomaly")


def base_rows() -> list[Row]:
    """A video with two clips that overlap."""
    video = Video(key=VIDEO, path="v.mp4", fingerprint="f" * 32, frames=FRAMES, height=90, width=120, fps=25.0)
    clips = [Clip(key=f"clip-{a}", video=VIDEO, id=f"v:{a}:{a + 24}", start=a, stop=a + 24) for a in (0, 12)]
    return [video, *clips]


def base_edit() -> Edit:
    return edit("Add video", [created(row) for row in base_rows()])


def contents(document: Document) -> dict[str, dict[str, Row]]:
    """Every row by table and key, whatever the order."""
    return {table: {row.key: row for row in document.rows(table)} for table in TABLES}


def random_edit(rng: random.Random, document: Document, person: str = "ann") -> Edit:
    """One edit of the document's only video; false where the wish that came up makes no sense there."""
    ticks = itertools.count(rng.randrange(1_000_000))
    who = Who(person, clock=lambda: 1_700_000_000 + next(ticks))
    try:
        return rng.choice(_WISHES)(rng, document, who)
    except UsageError:
        return edit("", ())


def _box(rng: random.Random) -> Box:
    return Box(rng.uniform(-20, 110), rng.uniform(-20, 80), rng.choice((0.0, rng.uniform(0, 60))), rng.uniform(0, 40))


def _object(rng: random.Random, document: Document) -> str:
    things = document.objects(VIDEO)
    if not things:
        raise UsageError("no object")
    return rng.choice(things).key


def _frame(rng: random.Random) -> int:
    return rng.randrange(FRAMES)


def _new_object(rng: random.Random, document: Document, who: Who) -> Edit:
    return actions.new_object(document, who, VIDEO, _frame(rng), _box(rng), event=rng.choice(EVENTS))


def _delete_object(rng: random.Random, document: Document, who: Who) -> Edit:
    return actions.delete_object(document, _object(rng, document))


def _set_box(rng: random.Random, document: Document, who: Who) -> Edit:
    merge = rng.choice(("", "nudge"))
    return actions.set_box(document, who, _object(rng, document), _frame(rng), _box(rng), merge=merge)


def _mark(rng: random.Random, document: Document, who: Who) -> Edit:
    thing, frame = _object(rng, document), _frame(rng)
    if rng.random() < 0.5:
        return actions.set_outside(document, who, thing, frame)
    return actions.set_occluded(document, who, thing, frame, rng.random() < 0.5)


def _keyframes(rng: random.Random, document: Document, who: Who) -> Edit:
    thing = _object(rng, document)
    frames = [k.frame for k in document.track(thing).keyframes]
    if rng.random() < 0.5:
        return actions.move_keyframe(document, who, thing, rng.choice(frames), _frame(rng))
    return actions.remove_keyframes(document, thing, rng.sample(frames, min(2, len(frames))))


def _smooth(rng: random.Random, document: Document, who: Who) -> Edit:
    return actions.set_smooth(document, _object(rng, document), rng.random() < 0.5)


def _segment(rng: random.Random, document: Document, who: Who) -> Edit:
    thing = _object(rng, document)
    segments = document.segments(thing)
    start = _frame(rng)
    if not segments or rng.random() < 0.4:
        return actions.add_segment(document, who, thing, start, start + 1 + rng.randrange(9), rng.choice(EVENTS))
    key = rng.choice(segments).key
    if rng.random() < 0.3:
        return actions.delete_segment(document, key)
    return actions.set_segment(document, key, event=rng.choice(EVENTS), start=start, stop=start + 1 + rng.randrange(9))


def _text(rng: random.Random, document: Document, who: Who) -> Edit:
    words = rng.choice(("", "a man", "红衣女子", "zwölf 🚲", "line\nbreak\ttab"))
    where: list[tuple[str, str, str]] = [("video", VIDEO, "environment")]
    where += [("clip", c.key, "environment") for c in document.clips(VIDEO)]
    for thing in document.objects(VIDEO):
        where.append(("object", thing.key, "appearance"))
        where += [("segment", s.key, "motion") for s in document.segments(thing.key)]
    return actions.set_text(document, *rng.choice(where), rng.choice(("en", "zh")), words)


def _override(rng: random.Random, document: Document, who: Who) -> Edit:
    clip = rng.choice(document.clips(VIDEO)).key
    fields: dict[str, Any] = {
        "start_region": rng.choice((None, "top", "middle")),
        "trajectory_en": rng.choice(("", "x")),
    }
    return actions.set_override(document, who, _object(rng, document), clip, **fields)


def _clip(rng: random.Random, document: Document, who: Who) -> Edit:
    clip = rng.choice(document.clips(VIDEO)).key
    if rng.random() < 0.5:
        return actions.set_state(document, who, clip, rng.choice(STATES))
    return actions.set_clip(document, clip, anomaly=rng.choice((None, True, False)), assignee=rng.choice(("", "bo")))


def _pinned(rng: random.Random, document: Document, who: Who) -> Edit:
    clip = rng.choice(document.clips(VIDEO)).key
    key = dialogue_key(clip, "en")
    rows: list[Row] = [
        Description(key=new_key(), clip=clip, position=len(document.descriptions(clip)), language="zh", text="一个人"),
        Comment(
            key=new_key(), clip=clip, text="look", object=rng.choice((None, _object(rng, document))), **who.stamp()
        ),
    ]
    if document.dialogue(clip, "en") is None:
        rows.append(Dialogue(key=key, clip=clip, language="en", messages="[]"))
    return edit("Remark", [created(rng.choice(rows))])


def _path(rng: random.Random, document: Document, who: Who) -> Edit:
    thing, other, frame = _object(rng, document), _object(rng, document), _frame(rng)
    return rng.choice(
        (
            lambda: actions.propagate(document, who, thing, frame, rng.randrange(-9, 10)),
            lambda: actions.duplicate(document, who, thing, 3, 4),
            lambda: actions.split_object(document, who, thing, frame),
            lambda: actions.merge_objects(document, [thing, other], rng.choice(GAPS)),
            lambda: actions.exchange(document, thing, other, frame),
            lambda: actions.trim(document, thing, frame, frame + 10),
            lambda: actions.remove_keyframes_in(document, thing, FrameRange(frame, frame + 5)),
            lambda: actions.thin(document, thing, rng.uniform(0, 20)),
        )
    )()


def _many(rng: random.Random, document: Document, who: Who) -> Edit:
    things = [o.key for o in document.objects(VIDEO)]
    some = rng.sample(things, min(len(things), 3))
    frame = _frame(rng)
    return rng.choice(
        (
            lambda: actions.set_boxes(document, who, frame, {key: _box(rng) for key in some}),
            lambda: actions.set_events(document, who, some, rng.choice(EVENTS), frame, FrameRange(frame, frame + 4)),
            lambda: actions.set_texts(document, some, "appearance", "en", "the same"),
            lambda: actions.delete_objects(document, some[:2]),
            lambda: actions.decide(document, some, rng.random() < 0.5),
            lambda: actions.take_track(
                document,
                who,
                _object(rng, document),
                frame,
                {frame + d: _box(rng) for d in range(1, rng.randrange(2, 12))},
                tool="tracker",
                score=rng.random(),
                ended=rng.random() < 0.5,
            ),
        )
    )()


def _class(rng: random.Random, document: Document, who: Who) -> Edit:
    names = [c.key for c in document.event_classes]
    if not names or rng.random() < 0.3:
        return actions.add_class(document, who, f"class {rng.randrange(10_000)}", "类", rng.choice(("", "1", "2")))
    name = rng.choice(names)
    of = [s for o in document.objects(VIDEO) for s in document.segments(o.key) if s.event == name]
    return rng.choice(
        (
            lambda: actions.set_class(document, name, shortcut=rng.choice(("", "1", "9")), name_zh="甲"),
            lambda: actions.order_classes(document, rng.sample(names, len(names))),
            lambda: actions.rename_class(document, name, f"{name}'", of),
            lambda: actions.delete_class(document, name, None, of),
        )
    )()


_WISHES = (
    _new_object, _new_object, _set_box, _set_box, _set_box, _delete_object, _mark, _keyframes, _smooth, _segment, _text,
    _override, _clip, _pinned, _path, _path, _many, _many, _class,
)  # fmt: skip
FIELDS = {table: [f.name for f in fields(cls) if f.name != "key"] for table, cls in TABLES.items()}
