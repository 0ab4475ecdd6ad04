"""One line of a training export, checked: what it says, or why the file is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import REGIONS, Box
from tvau_studio.domain.labels import LANGUAGES, SPLITS, STATES, Split, State
from tvau_studio.formats import messages as dialogues
from tvau_studio.formats import text
from tvau_studio.formats.base import Malformed

T = TypeVar("T")

KEYS = (
    *("id", "video", "frames", "fps", "size", "split", "anomaly", "environment", "objects", "messages"),
    *("descriptions", "annotator", "review", "masks"),
)
OBJECT_KEYS = (
    *("track", "event", "appearance", "motion", "segments", "from", "to", "trajectory", "boxes", "keyframes"),
    *("occluded", "draft"),
)


@dataclass(frozen=True, slots=True)
class LineSegment:
    """other: the motion in the other language."""

    start: int
    stop: int
    event: str | None
    motion: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class LineObject:
    """One object in one clip. None: the line does not say. boxes: frame -> box. start, end: "from" and "to". other:
    texts in the other language: appearance, trajectory.
    """

    track: int
    boxes: dict[int, Box]
    keyframes: frozenset[int] | None
    occluded: frozenset[int] | None
    segments: tuple[LineSegment, ...] | None
    appearance: str | None
    start: str | None
    end: str | None
    trajectory: str | None
    draft: str
    other: dict[str, str]
    event: str | None = None
    motion: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One clip. number: of the line, from 1. None: the line does not say. video: as written. size: (H, W). other:
    the other language's name, or None where the line has no texts in one.
    """

    number: int
    id: str
    video: str
    frames: FrameRange
    fps: float | None
    size: tuple[int, int] | None
    split: Split | None
    anomaly: bool | None
    environment: str | None
    objects: tuple[LineObject, ...]
    messages: dialogues.Messages | None
    descriptions: tuple[tuple[str, str], ...]
    other: str | None
    other_environment: str
    annotator: str
    review: State | None
    masks: str

    @property
    def where(self) -> str:
        return f"line {self.number}"


@dataclass
class Notes:
    """What was seen and not taken. unknown: key -> the lines that have it."""

    unknown: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    derived: list[str] = field(default_factory=list)


class _Wrong(Exception):  # noqa: N818 - a value on its way to Malformed
    pass


def read_lines(path: Path, notes: Notes | None = None) -> Iterator[Line]:
    """The lines of an export, each checked by itself. Raises Malformed for the first that is wrong, StudioError where
    the file cannot be read.
    """
    notes = notes or Notes()
    ids: dict[str, int] = {}
    for number, content in text.lines(path):
        where = f"line {number}"
        try:
            value = text.load_json(content)
            if not isinstance(value, dict):
                raise _Wrong(f"one JSON object a line is wanted, not {_kind(value)}")
            line = _line(number, value, notes)
        except (_Wrong, text.BadJson) as error:
            *inner, why = error.args
            raise Malformed(path, ", ".join([where, *inner]), why) from None
        if (first := ids.setdefault(line.id, number)) != number:
            raise Malformed(path, f"{where} (first at line {first})", f"the id {line.id!r} is used twice")
        yield line


def _kind(value: object) -> str:
    names = {dict: "an object", list: "an array", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _get(row: dict[str, Any], key: str, check: Callable[[Any], T | None], wanted: str) -> T:
    """The value of a key that has to be there; check gives None for a wrong one."""
    if key not in row:
        raise _Wrong(f"{key} is missing")
    value = check(row[key])
    if value is None:
        raise _Wrong(f"{key} has to be {wanted}, not {_short(row[key])}")
    return value


def _find(row: dict[str, Any], key: str, check: Callable[[Any], T | None], wanted: str) -> T | None:
    """The value of a key that may be missing or null."""
    return None if row.get(key) is None else _get(row, key, check, wanted)


def _short(value: object) -> str:
    shown = repr(value) if isinstance(value, str | int | float | bool) else _kind(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _str(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _bool(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _int(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if abs(value) < 1e15 else None


def _list(value: object) -> list[Any] | None:
    return value if isinstance(value, list) else None


def _dict(value: object) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _one_of(values: Sequence[str]) -> Callable[[object], str | None]:
    return lambda value: value if isinstance(value, str) and value in values else None


def _positive(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and number > 0 else None


def _size(value: object) -> tuple[int, int] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    height, width = _int(value[0]), _int(value[1])
    return (height, width) if height and width else None


def _range(value: object) -> FrameRange | None:
    """[a, b] with 0 <= a < b, else what is wrong."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    a, b = (_int(v) for v in value)
    if a is None or b is None:
        return None
    if a >= b:
        raise _Wrong(f"the range {a}:{b} is empty or backwards")
    return FrameRange(a, b)


def _line(number: int, row: dict[str, Any], notes: Notes) -> Line:
    frames = _get(row, "frames", _range, "two whole numbers [a, b]")
    id = _get(row, "id", _name, "a text")
    video = _get(row, "video", _name, "the path of a video")
    found = _get(row, "objects", _list, "a list")
    if "anomaly" in row and not isinstance(row["anomaly"], bool | type(None)):
        raise _Wrong(f"anomaly has to be true or false, not {_short(row['anomaly'])}")
    others = [name for name in LANGUAGES if name in row]
    objects = tuple(_object(number, n, thing, frames, others, notes) for n, thing in enumerate(found, start=1))
    tracks = [thing.track for thing in objects]
    if twice := [track for track in tracks if tracks.count(track) > 1]:
        raise _Wrong(f"the track {twice[0]} stands twice")
    if len(set(others)) > 1:
        raise _Wrong("texts stand under both en and zh; one of the two is the language of the plain texts")
    texts = _get(row, others[0], _dict, "an object of texts") if others and others[0] in row else {}
    for key in row:
        if key not in KEYS and key not in LANGUAGES:
            notes.unknown[key].append(f"line {number}")
    for key in texts:
        if key != "environment":
            notes.unknown[f"{others[0]}.{key}"].append(f"line {number}")
    if row.get("messages") is not None and (wrong := dialogues.problem(row["messages"])):
        raise _Wrong(wrong)
    return Line(
        number=number,
        id=id,
        video=video,
        frames=frames,
        fps=_find(row, "fps", _positive, "a rate above 0"),
        size=_find(row, "size", _size, "[H, W] in whole pixels"),
        split=cast("Split | None", _find(row, "split", _one_of(SPLITS), "train, val, test or null")),
        anomaly=_find(row, "anomaly", _bool, "true or false"),
        environment=_find(row, "environment", _str, "a text"),
        objects=objects,
        messages=row.get("messages"),
        descriptions=_descriptions(row),
        other=others[0] if others else None,
        other_environment=_find(texts, "environment", _str, "a text") or "",
        annotator=_find(row, "annotator", _str, "a text") or "",
        review=cast("State | None", _find(row, "review", _one_of(STATES), "one of " + ", ".join(get_args(State)))),
        masks=_find(row, "masks", _str, "a path") or "",
    )


def _descriptions(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    found = _find(row, "descriptions", _list, "a list of [language, text]") or []
    for item in found:
        if not isinstance(item, list) or len(item) != 2 or item[0] not in LANGUAGES or not isinstance(item[1], str):
            raise _Wrong('descriptions has to be a list of ["en" or "zh", text]')
    return tuple((str(language), str(words)) for language, words in found)


def _object(number: int, position: int, row: object, frames: FrameRange, others: list[str], notes: Notes) -> LineObject:
    """others: the languages seen under a key of their own in this line; this object's is added."""
    if not isinstance(row, dict):
        raise _Wrong(f"object {position}", f"an object is wanted, not {_kind(row)}")
    named = row.get("track")
    try:
        return _checked(number, row, frames, others, notes)
    except _Wrong as error:
        raise _Wrong(
            f"object track {named}" if _int(named) is not None else f"object {position}", *error.args
        ) from None


def _checked(number: int, row: dict[str, Any], frames: FrameRange, others: list[str], notes: Notes) -> LineObject:
    track = _get(row, "track", _int, "a whole number not below 0")
    boxes = _boxes(_get(row, "boxes", _list, "a list of [frame, x, y, w, h]"), frames)
    own = [name for name in LANGUAGES if name in row]
    others += [name for name in own if name not in others]
    texts = _get(row, own[0], _dict, "an object of texts") if own else {}
    for key in row:
        if key not in OBJECT_KEYS and key not in LANGUAGES:
            notes.unknown[f"objects.{key}"].append(f"line {number}")
    for key in texts:
        if key not in ("appearance", "motion", "segments", "trajectory"):
            notes.unknown[f"objects.{own[0]}.{key}"].append(f"line {number}")
    region = f"one of {', '.join(REGIONS)} or null"
    event = _find(row, "event", _name, "an event class or null")
    motion = _find(row, "motion", _str, "a text") or ""
    return LineObject(
        track=track,
        boxes=boxes,
        keyframes=_frames(row, "keyframes", boxes),
        occluded=_frames(row, "occluded", boxes),
        segments=_segments(row, texts, frames, event, motion),
        appearance=_find(row, "appearance", _str, "a text"),
        start=_find(row, "from", _one_of(REGIONS), region),
        end=_find(row, "to", _one_of(REGIONS), region),
        trajectory=_find(row, "trajectory", _str, "a text"),
        draft=_find(row, "draft", _name, "the name of a model") or "",
        other={key: _find(texts, key, _str, "a text") or "" for key in ("appearance", "trajectory")},
        event=event,
        motion=motion,
    )


def _boxes(rows: list[Any], frames: FrameRange) -> dict[int, Box]:
    found: dict[int, Box] = {}
    for row in rows:
        values = [_number(v) for v in row] if isinstance(row, list) else []
        if len(values) != 5 or None in values:
            raise _Wrong("a box has to be five numbers [frame, x, y, w, h]")
        frame = _int(row[0])
        if frame is None:
            raise _Wrong(f"the frame of a box has to be a whole number, not {_short(row[0])}")
        if frame not in frames:
            raise _Wrong(f"the box at frame {frame} is not in {frames}")
        if frame in found:
            raise _Wrong(f"there are two boxes at frame {frame}")
        try:
            found[frame] = Box(*cast("list[float]", values[1:]))
        except StudioError:
            x, y, w, h = row[1:]
            raise _Wrong(f"[{x}, {y}, {w}, {h}] at frame {frame} is no box (w and h not below 0)") from None
    return found


def _frames(row: dict[str, Any], key: str, boxes: dict[int, Box]) -> frozenset[int] | None:
    """A list of frames, each of which has a box."""
    found = _find(row, key, _list, "a list of frames")
    if found is None:
        return None
    for frame in found:
        if _int(frame) is None:
            raise _Wrong(f"{key} has to be a list of whole numbers, not with {_short(frame)}")
        if frame not in boxes:
            raise _Wrong(f"{key} names frame {frame}, which has no box")
    return frozenset(found)


def _segments(
    row: dict[str, Any], texts: dict[str, Any], frames: FrameRange, event: str | None, motion: str
) -> tuple[LineSegment, ...] | None:
    """The segments; where the line has none but says an event or a motion, one over the whole clip."""
    found = _find(row, "segments", _list, "a list of [a, b, event or null, motion]")
    others = _find(texts, "segments", _list, "a list of texts")
    if found is None:
        other = _find(texts, "motion", _str, "a text") or ""
        if event is None and not motion and not other:
            return None
        return (LineSegment(frames.start, frames.stop, event, motion, other),)
    others = others if others is not None else [""] * len(found)
    if len(others) != len(found) or not all(isinstance(o, str) for o in others):
        raise _Wrong("the other language's segments have to be one text for each segment")
    segments = []
    for item, other in zip(found, others, strict=True):
        if not isinstance(item, list) or len(item) not in (3, 4):
            raise _Wrong("a segment has to be [a, b, event or null, motion]")
        where = _range(item[:2])
        says, how = item[2], item[3] if len(item) == 4 else ""
        if where is None or not isinstance(says, str | type(None)) or not isinstance(how, str) or says == "":
            raise _Wrong("a segment has to be [a, b, event or null, motion]")
        if where.start < frames.start or where.stop > frames.stop:
            raise _Wrong(f"the segment {where} is not in {frames}")
        segments.append(LineSegment(where.start, where.stop, says, how, other))
    return tuple(segments)
