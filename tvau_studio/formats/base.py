"""What every format is made of: its registration, what reading gives, what writing takes, and how a file is refused."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import Clip, Object, Row, Video


class Malformed(StudioError):  # noqa: N818 - a property of the file
    """A file that is refused whole. where: the line or element, "" for the file itself. why: what is wrong there. then:
    a sentence on what became of the rest.
    """

    def __init__(self, path: str | Path, where: str, why: str, then: str = "") -> None:
        place = "{path}, {where}" if where else "{path}"
        sentence = place + ": {why}." + (f" {then}" if then else "")
        super().__init__(sentence, path=path, where=where, why=why.rstrip("."))
        self.path = path
        self.where = where
        self.why = why


@dataclass(frozen=True)
class ReadOptions:
    """first_frame: the number of the first picture in files that count frames by a habit (MOT); None = as the file
    shows. progress(done, total), cancel(): of folders, whose reading takes long; cancel raises Cancelled to stop.
    """

    first_frame: int | None = None
    progress: Callable[[int, int], None] = lambda done, total: None
    cancel: Callable[[], None] = lambda: None


@dataclass
class Reading:
    """What a file says, as rows that stand alone: a `Video` with its clips, objects and all that belongs to them.

    A video's path is absolute, or "" where the format names none; its frames, size and fps are what the file gives. A
    video without clips is meant as a whole; so is a clip whose id is "" and whose stop is 0, which is whichever clip of
    the project has these frames. An object's track is its number in the file, unless it is in `unnumbered`: then any
    free one will do.
    labels: object key -> foreign class, where the format has one in place of our events. where: key of a video, clip or
    object -> the line or element that it comes from. language: of the dialogues, where the file has any. warnings:
    sentences on what of the file is not taken.
    """

    rows: list[Row] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    unnumbered: set[str] = field(default_factory=set)
    where: dict[str, str] = field(default_factory=dict)
    language: str | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """One video to be written. document: holds it with all that belongs to it. path: how the file names it. clips:
    those to be written, by start.
    """

    document: Document
    video: Video
    path: str
    clips: Sequence[Clip]


STYLES = ("trl", "llamafactory", "swift")
"""How dialogues are written: as chat templates and TRL take them, or as LLaMA-Factory or ms-swift read them."""


@dataclass(frozen=True)
class WriteOptions:
    """language: of the plain texts. drafts: undecided drafts are written too. style: one of `STYLES`. media: gives the
    path of a clip's pictures that are cut out of its video, or those of all its pictures; None: dialogues name the
    video and the seconds. masks: a path as stored -> as written. warn: is told of what had to be left out (a sentence
    without its stop) beyond what `Format.holds` tells.
    """

    language: str = "en"
    drafts: bool = False
    style: str = STYLES[0]
    media: Callable[[Video, Clip], str | list[str]] | None = None
    masks: Callable[[str], str] = lambda path: path
    warn: Callable[[str], None] = lambda sentence: None

    def things(self, document: Document, clip: Clip) -> list[Object]:
        """The objects of a clip that are written."""
        return [o for o in document.objects_in(clip) if self.drafts or not o.is_draft]


@dataclass(frozen=True)
class Format:
    """One format. name: as ``--format`` takes it. title: for people. suffixes: with the dot, the usual one first; ()
    where it is a folder.

    read(path, options): raises `Malformed`. write(parts, options): the file's bytes, piece by piece; the parts come by
    their paths. None where it cannot. unit: what one file holds: the whole project, one video, or one clip; then write
    is given parts of that much. holds: the names in `losses.FEATURES` that it keeps. thesis_names: a video that it
    names ``SS_VVVV-aaa_bbb`` may be a window of SS_VVVV. dialogues: it holds dialogues, in any of `STYLES`.
    glance(path): how many videos a folder holds, without reading their labels; raises as `read` does.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    read: Callable[[Path, ReadOptions], Reading] | None
    write: Callable[[Iterable[Part], WriteOptions], Iterator[bytes]] | None
    holds: frozenset[str]
    unit: Literal["project", "video", "clip"] = "project"
    thesis_names: bool = False
    dialogues: bool = False
    glance: Callable[[Path], int] | None = None

    @property
    def is_folder(self) -> bool:
        """Whether a folder is read, not a file."""
        return not self.suffixes


def path_in_file(path: str, root: Path, folder: Path) -> str:
    """A stored path, absolute or relative to the project's folder `root`, as a file in `folder` names it: relative
    with slashes where it lies below `folder`, else absolute.
    """
    absolute = Path(os.path.normpath(root / path))
    try:
        return absolute.relative_to(os.path.normpath(folder)).as_posix()
    except ValueError:
        return str(absolute)


def path_from_file(path: str, folder: Path) -> str:
    """The absolute path of what a file in `folder` names."""
    return os.path.normpath(folder.absolute() / path)


def climbing(path: str, where: str) -> list[str]:
    """A warning where a path leads out of the folder of the file that holds it; nothing is read there by an import."""
    inside = os.path.normpath(path.replace("\\", "/"))
    if not inside.startswith(".."):
        return []
    return [f"{path!r} ({where}) leads out of the file's folder; look at it before you open it"]


def named_keys(unknown: Mapping[str, Sequence[str]]) -> list[str]:
    """Warnings about keys that are not taken. unknown: key -> where it was found."""
    found = []
    for key, places in unknown.items():
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        found.append(f"the key {key!r} ({places[0]}{more}) is not known and was not taken")
    return found
