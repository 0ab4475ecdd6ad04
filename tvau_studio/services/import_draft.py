"""What an import knows while it is worked out: the project, the file, the wishes, and the changes so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import Change
from tvau_studio.domain.labels import Clip, EventClass, Row, State, Video
from tvau_studio.formats.base import Format, Malformed, Reading
from tvau_studio.services.matching import Match

_MANY = 20
"""Up to so many videos of the project are read one by one."""


class Library(Protocol):
    """What is needed of a project here."""

    @property
    def folder(self) -> Path: ...

    @property
    def videos(self) -> list[Video]: ...

    @property
    def clips(self) -> list[Clip]: ...

    @property
    def event_classes(self) -> list[EventClass]: ...

    @property
    def who(self) -> Who: ...

    def document(self, video: str | None = None) -> Document: ...

    def stored_path(self, path: str | Path) -> str: ...


@dataclass(frozen=True)
class ImportWishes:
    """What a person asked for.

    video: which one the labels are of, where the file names none (or one). mapping: foreign label -> event class.
    state: of the clips, in place of what the file says. replace: clips and tracks that are there already give way.
    first_frame: see `formats.base.ReadOptions`.
    """

    video: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    state: State | None = None
    replace: bool = False
    first_frame: int | None = None


@dataclass
class ImportReport:
    """missing: paths of videos that were entered without looking for their files. videos, clips, objects, boxes: how
    many the file has labels of (clips that were made for new videos included; a box is a keyframe). replaced: clips and
    objects that gave way. labels: class that the file names -> objects of it, and the event that they become ("" =
    their appearance). warnings: what of the file was not taken, or needs a look.
    """

    format: str
    file: Path
    videos: int = 0
    missing: list[str] = field(default_factory=list)
    clips: int = 0
    objects: int = 0
    boxes: int = 0
    replaced: int = 0
    labels: dict[str, tuple[int, str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def label(self, name: str, becomes: str) -> None:
        """Count an object of a class that the file names. becomes: an event, or "" for a text."""
        self.labels[name] = (self.labels.get(name, (0, ""))[0] + 1, becomes)


class Draft:
    """One import. rows: what the file says. changes: what is done about it. used: labels that were mapped."""

    def __init__(self, project: Library, format: Format, path: Path, reading: Reading, wishes: ImportWishes) -> None:
        self.project, self.path, self.reading, self.wishes = project, path, reading, wishes
        self.rows = Document(self._here(row) for row in reading.rows)
        self.videos = project.videos
        self.stamp = project.who.stamp()
        self.ids = {c.id: c for c in project.clips}
        self.classes = {c.key: c for c in project.event_classes}
        self.used: set[str] = set()
        self.changes: list[Change | None] = []
        self.report = ImportReport(format.name, path, warnings=list(reading.warnings))
        self._documents: dict[str, Document] = {}
        self._whole: Document | None = None

    def _here(self, row: Row) -> Row:
        """A row of the file with paths as the project keeps them; those of videos are needed whole to find them."""
        return replace(row, masks=self.project.stored_path(row.masks)) if isinstance(row, Clip) and row.masks else row

    def refuse(self, key: str, why: str) -> Malformed:
        """A refusal that names where the row comes from."""
        return Malformed(self.path, self.reading.where.get(key, ""), why)

    def expect(self, videos: int) -> None:
        """So many videos of the project will be asked for: read one by one a few come sooner, and many later, than the
        whole project.
        """
        self._whole = self.project.document() if videos > _MANY else None

    def document(self, video: str) -> Document:
        """The rows of a video of the project, as the import has them by now."""
        if self._whole is not None:
            return self._whole
        if video not in self._documents:
            self._documents[video] = self.project.document(video)
        return self._documents[video]


@dataclass(frozen=True)
class Target:
    """One video that labels go to. found: which one the file means. key: the row's in the project, or the new one's.
    there: what the project has of it by now. length: its frames, as far as they are known.
    """

    found: Match
    key: str
    there: Document
    length: int | None
