"""Who did what, counted from the log; and two people's versions of one clip, held against each other."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import REASONS, STATES, Video
from tvau_studio.services.files import whole_file

if TYPE_CHECKING:
    from tvau_studio.evaluation.agreement import Pair
    from tvau_studio.services.projects import Project
    from tvau_studio.store.activity import Day


@dataclass(frozen=True)
class Table:
    """A table with a name: `head` names the columns, each of `rows` has a text in each of them."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


_HANDED = ("to review", "returned", "accepted")


def activity(project: Project) -> list[Table]:
    """By person and day, and by whoever labelled clips. Reads the whole log."""
    by_day = [
        [
            one.day,
            one.person,
            str(one.edits),
            f"{one.seconds / 60:.0f}",
            *(str(one.handed[state]) for state in _HANDED),
            _each(one),
        ]
        for one in project.days()
    ]
    by_person = [
        [
            one.person,
            *(str(one.clips[state]) for state in STATES),
            str(one.returns),
            *(str(one.remarks[reason]) for reason in (*REASONS, "")),
        ]
        for one in project.labellers()
    ]
    days = Table(
        "By person and day",
        ["day", "person", "edits", "minutes", "submitted", "returned", "accepted", "minutes a clip"],
        by_day,
    )
    people = Table("By annotator", ["annotator", *STATES, "times returned", *REASONS, "other remarks"], by_person)
    return [days, people]


def _each(day: Day) -> str:
    """Minutes for each clip that was handed on; "" where none was."""
    handed = sum(day.handed[state] for state in _HANDED)
    return f"{day.seconds / 60 / handed:.1f}" if handed else ""


def write_csv(tables: Sequence[Table], path: str | Path) -> None:
    """The tables behind each other, each under its name. Raises StudioError where nothing can be written."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for n, table in enumerate(tables):
        if n:
            writer.writerow([])
        writer.writerow([table.name])
        writer.writerow(table.head)
        writer.writerows(table.rows)
    with whole_file(path) as file:
        file.write(text.getvalue().encode())


# -- two versions


@dataclass(frozen=True)
class Comparison:
    """pairs: objects of both versions. overall: means, see `evaluation.agreement.overall`. other: the rows of the other
    version, video: the key of the video in it. name: of the other project.
    """

    pairs: Sequence[Pair]
    overall: dict[str, float | None]
    other: Document
    video: str
    name: str


def compare(path: str | Path, document: Document, video: Video, frames: FrameRange, language: str = "en") -> Comparison:
    """Hold a clip against the same frames in another project, which another person labelled. The video is found there
    by its content, else by its name. Raises StudioError where the project cannot be read or does not have it.
    """
    from tvau_studio.evaluation.agreement import Side, agree, overall
    from tvau_studio.services.projects import Project

    with Project.open(path) as project:
        known = [v for v in project.videos if video.fingerprint and v.fingerprint == video.fingerprint]
        known = known or [v for v in project.videos if v.stem == video.stem]
        if not known:
            raise StudioError("{path} does not have the video {name}.", path=path, name=video.stem)
        other, name = project.document(known[0].key), project.name
    pairs = agree(Side(document, video.key, frames, language), Side(other, known[0].key, frames, language))
    return Comparison(pairs, overall(pairs), other, known[0].key, name)
