"""What a project holds, as rows: frozen values, one class per table of the store.

Objects live on the *video's* timeline and clips are windows on it, so that an object is labelled once and every clip
whose frames it crosses shows it. Each row has a `key` made with it (never by the database), so that undo and redo find
their rows. Texts are kept per language in fields of their own (``appearance_en``, ``appearance_zh``), so that two
people who write two languages never collide. What follows from the rows (boxes between keyframes, regions, whether a
clip is anomalous) is derived in `tracks` and `document`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box

LANGUAGES = ("en", "zh")

EVENTS = (
    "person running",
    "people fighting",
    "person loitering",
    "person jumping",
    "object being thrown",
    "crowd gathering",
    "person riding bicycle",
    "person skateboarding",
    "person falling down",
    "abandoned object",
    "vehicle on walkway",
    "anomaly",
)
"""The event classes that every project begins with. No event (None) is normal behaviour."""

State = Literal["new", "in work", "to review", "returned", "accepted"]
STATES: tuple[State, ...] = get_args(State)

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)

Verdict = Literal["accepted", "undecided", "rejected"]
"""Of an object: a person's is accepted from the start, a model's is an undecided draft until a person decides."""


REASONS = ("place", "class", "text", "timing")
"""What a remark can be about, so that faults can be counted: boxes, events, words, first and last frames."""


def new_key() -> str:
    """A key for a new row: 32 hex digits, unique everywhere."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """path: as given, absolute or relative to the project's folder. fingerprint: of its content, "" while never seen.
    frames, height, width (of the picture), fps (the average rate): None where unknown. split: of every clip of it.
    author, made: who entered it and when (seconds since 1970), in every row.
    """

    key: str
    path: str
    fingerprint: str = ""
    frames: int | None = None
    height: int | None = None
    width: int | None = None
    fps: float | None = None
    split: Split | None = None
    environment_en: str = ""
    environment_zh: str = ""
    author: str = ""
    made: float = 0.0

    @property
    def size(self) -> tuple[int, int] | None:
        """(H, W), or None where unknown."""
        return None if self.height is None or self.width is None else (self.height, self.width)

    @property
    def stem(self) -> str:
        """The file's name without folder and suffix; either slash separates folders."""
        name = self.path.replace("\\", "/").rstrip("/").rpartition("/")[2]
        head, dot, _ = name.rpartition(".")
        return head if dot and head else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A window start:stop on a video. id: what files call it, unique in the project. anomaly: True or False where a
    person overrode what the segments say, else None. environment: where it differs from the video's, else "".
    annotator: who labelled it, as files say; "" = not yet known. masks: path of pixel masks that came with it.
    """

    key: str
    video: str
    id: str
    start: int
    stop: int
    state: State = "new"
    anomaly: bool | None = None
    environment_en: str = ""
    environment_zh: str = ""
    annotator: str = ""
    assignee: str = ""
    masks: str = ""
    author: str = ""
    made: float = 0.0

    @property
    def range(self) -> FrameRange:
        return FrameRange(self.start, self.stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """One thing on a video's timeline. track: its number within the video, 1 and up. model: which made it, "" = a
    person. verdict: see `Verdict`. touched: a person changed the draft since the model made it. score: the model's,
    0..1.
    """

    key: str
    video: str
    track: int
    appearance_en: str = ""
    appearance_zh: str = ""
    model: str = ""
    verdict: Verdict = "accepted"
    touched: bool = False
    score: float | None = None
    author: str = ""
    made: float = 0.0

    @property
    def is_draft(self) -> bool:
        return self.verdict == "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyframe:
    """Where an object is at a frame. key: ``object@frame``. occluded and outside last until the next keyframe; an
    `outside` keyframe says that the object is not in the picture from here on. smooth: the way to the next keyframe is
    a curve, not a line. support: set by an import to keep a path exact, not by a person; not listed when exported.
    w = h = 0 is a point.
    """

    key: str
    object: str
    frame: int
    x: float
    y: float
    w: float
    h: float
    occluded: bool = False
    outside: bool = False
    smooth: bool = False
    support: bool = False
    author: str = ""
    made: float = 0.0

    @property
    def box(self) -> Box:
        return Box(self.x, self.y, self.w, self.h)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """What an object does in frames start:stop: an event class (None = normal) and a state of motion. Segments of one
    object may overlap.
    """

    key: str
    object: str
    start: int
    stop: int
    event: str | None = None
    motion_en: str = ""
    motion_zh: str = ""
    author: str = ""
    made: float = 0.0

    @property
    def range(self) -> FrameRange:
        return FrameRange(self.start, self.stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What a person says of an object in a clip in place of what follows from its boxes. key: ``object@clip``.
    start_region, end_region: "from" and "to"; None, and "" in texts = derived.
    """

    key: str
    object: str
    clip: str
    start_region: str | None = None
    end_region: str | None = None
    trajectory_en: str = ""
    trajectory_zh: str = ""
    author: str = ""
    made: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A text about a whole clip. position: its place among the clip's descriptions, from 0."""

    key: str
    clip: str
    position: int
    language: str
    text: str
    author: str = ""
    made: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """A dialogue that a person changed; without one, a clip's dialogue follows from its labels. key: ``clip@language``.
    messages: JSON text of the list of messages, as exported.
    """

    key: str
    clip: str
    language: str
    messages: str
    author: str = ""
    made: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventClass:
    """An event class of the project. key: its English name, which files carry. position: its place in lists, from 0.
    shortcut: the digit that sets it, or "". colour: ``#rrggbb``, or "" = that of its place.
    """

    key: str
    position: int
    name_zh: str = ""
    shortcut: str = ""
    colour: str = ""
    author: str = ""
    made: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A remark of a reviewer, or an answer to one (`reply_to`), pinned to a clip and, where set, an object, a frame, a
    field. reason: of `REASONS`, or "". resolved: of the remark that others answer to; nothing is left to do.
    """

    key: str
    clip: str
    text: str
    object: str | None = None
    frame: int | None = None
    field: str = ""
    reply_to: str | None = None
    resolved: bool = False
    reason: str = ""
    author: str = ""
    made: float = 0.0


Row = Video | Clip | Object | Keyframe | Segment | Override | Description | Dialogue | EventClass | Comment

TABLES: dict[str, type[Row]] = {
    "video": Video,
    "clip": Clip,
    "object": Object,
    "keyframe": Keyframe,
    "segment": Segment,
    "override": Override,
    "description": Description,
    "dialogue": Dialogue,
    "event_class": EventClass,
    "comment": Comment,
}
"""Every table by its name. A row's fields are its columns."""


def table_of(row: Row) -> str:
    """The name of the table that a row belongs to."""
    return _NAMES[type(row)]


_NAMES: dict[type[Any], str] = {cls: name for name, cls in TABLES.items()}


def values_of(row: Row) -> dict[str, Any]:
    """All fields of a row but its key."""
    return {name: getattr(row, name) for name in _FIELDS[type(row)]}


_FIELDS: dict[type[Any], tuple[str, ...]] = {
    cls: tuple(f.name for f in fields(cls) if f.name != "key") for cls in TABLES.values()
}


def keyframe_key(object: str, frame: int) -> str:
    return f"{object}@{frame}"


def override_key(object: str, clip: str) -> str:
    return f"{object}@{clip}"


def dialogue_key(clip: str, language: str) -> str:
    return f"{clip}@{language}"


def text(row: Row, name: str, language: str = "en") -> str:
    """The text `name` ("appearance", "motion", "environment", "trajectory") of a row in a language."""
    return str(getattr(row, f"{name}_{language}"))


def name_of(thing: Object, language: str) -> str:
    """What an object is called in a list: its appearance in that language, else in the other."""
    other = "zh" if language == "en" else "en"
    return " ".join((text(thing, "appearance", language) or text(thing, "appearance", other)).split())
