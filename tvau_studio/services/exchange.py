"""Labels to and from files: the same for the window, the verbs and scripts.

What a file says is read by `formats`; what that means for a project is decided in `importing`. `exporting` chooses and
writes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tvau_studio import formats
from tvau_studio.domain.edits import Edit
from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.labels import STATES
from tvau_studio.formats.base import STYLES, Format, Malformed, ReadOptions
from tvau_studio.services import importing
from tvau_studio.services.cutting import MEDIA
from tvau_studio.services.export_wishes import ALL, ExportWishes
from tvau_studio.services.exporting import ExportReport, export, preview_export
from tvau_studio.services.import_draft import ImportReport, ImportWishes, Library

__all__ = [
    "ALL",
    "MEDIA",
    "STYLES",
    "ExportReport",
    "ExportWishes",
    "FormatInfo",
    "ImportReport",
    "ImportWishes",
    "export",
    "folder_format",
    "glance",
    "import_",
    "known_formats",
    "preview_export",
    "preview_import",
]

Progress = Callable[[int, int], None]
Cancel = Callable[[], None]

_GUESSED = 20_000_000
"""Bytes of a file up to which other formats are tried where it is not of the one that was said."""


class Target(Library, Protocol):
    """A project that an import goes into."""

    def commit(self, edit: Edit) -> int: ...


@dataclass(frozen=True)
class FormatInfo:
    """A format as dialogs and ``--help`` offer it. suffixes: () where it is a folder. dialogues: it has styles and
    media.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    reads: bool
    writes: bool
    dialogues: bool


def known_formats() -> list[FormatInfo]:
    """By name."""
    return [
        FormatInfo(f.name, f.title, f.suffixes, f.read is not None, f.write is not None, f.dialogues)
        for f in formats.formats().values()
    ]


def folder_format(path: Path) -> str:
    """The name of the format whose folder this is; "" where it is none."""
    for one in formats.formats().values():
        if one.glance is not None:
            with contextlib.suppress(StudioError):
                if one.glance(path):
                    return one.name
    return ""


def glance(format: str, path: str | Path) -> int:
    """How many videos the folder of a data set holds, without reading their labels. Raises StudioError where it is none
    of this format.
    """
    chosen = formats.get(format)
    if chosen.glance is None:
        raise UsageError("{format} is a file, not a folder.", format=format)
    try:
        return chosen.glance(Path(path))
    except Malformed as error:
        raise Malformed(error.path, error.where, _with_guess(error, Path(path), chosen)) from None


def import_(
    project: Target,
    format: str,
    path: str | Path,
    wishes: ImportWishes | None = None,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> ImportReport:
    """Take the labels of a file or folder into the project, as one step of undo.

    progress(done, total) counts the videos of a folder; cancel() raises Cancelled to stop. Raises StudioError for a
    file that is malformed or does not fit the project; then nothing of it is imported.
    """
    edit, report = _planned(project, format, Path(path), wishes or ImportWishes(), progress, cancel)
    project.commit(edit)
    return report


def preview_import(
    project: Library,
    format: str,
    path: str | Path,
    wishes: ImportWishes | None = None,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> ImportReport:
    """What `import_` would take in, and every reason for which it would refuse; nothing is changed."""
    return _planned(project, format, Path(path), wishes or ImportWishes(), progress, cancel)[1]


def _planned(
    project: Library,
    format: str,
    path: Path,
    wishes: ImportWishes,
    progress: Progress | None,
    cancel: Cancel | None,
) -> tuple[Edit, ImportReport]:
    chosen = formats.get(format)
    if chosen.read is None:
        raise UsageError("The format {format} can be exported only; choose another one.", format=format)
    if wishes.state is not None and wishes.state not in STATES:
        known = ", ".join(STATES)
        raise UsageError("There is no state {state!r}; choose one of {known}.", state=wishes.state, known=known)
    options = ReadOptions(wishes.first_frame, progress or _silent, cancel or _never)
    try:
        reading = chosen.read(path, options)
        options.cancel()
        planned = importing.plan(project, chosen, path, reading, wishes)
    except Malformed as error:
        why = _with_guess(error, path, chosen)
        raise Malformed(error.path, error.where, why, "Nothing was imported.") from None
    options.cancel()
    return planned


def _silent(done: int, total: int) -> None:
    """Nobody wants to know."""


def _never() -> None:
    """Nobody stops this."""


def _with_guess(error: Malformed, path: Path, chosen: Format) -> str:
    """Why it was refused, and what else it may be."""
    other = _guessed(path, chosen)
    return f"{error.why.rstrip('.')}; it reads as {other}: choose that format" if other else error.why


def _guessed(path: Path, chosen: Format) -> str:
    """The name of another format by which a file can be read and holds something, those that its name speaks for
    first; "" where there is none.
    """
    if path.is_dir():
        other_folder = folder_format(path)
        return other_folder if other_folder != chosen.name else ""
    if not path.is_file() or path.stat().st_size > _GUESSED:
        return ""
    others = [f for f in formats.formats().values() if f.read is not None and f.name != chosen.name and f.suffixes]
    for other in sorted(others, key=lambda f: path.suffix.lower() not in f.suffixes):
        with contextlib.suppress(StudioError):
            assert other.read is not None
            if other.read(path, ReadOptions()).rows:
                return other.name
    return ""
