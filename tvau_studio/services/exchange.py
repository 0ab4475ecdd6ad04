"""Labels to and from files: the same for the window, the verbs and scripts.

What a file says is read by `formats`; what that means for a project is decided in `importing`.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tvau_studio import formats
from tvau_studio.domain.edits import Edit
from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.labels import LANGUAGES, STATES, State, Video
from tvau_studio.formats import losses
from tvau_studio.formats.base import Format, Malformed, Part, ReadOptions, WriteOptions, path_in_file
from tvau_studio.services import importing
from tvau_studio.services.files import whole_file
from tvau_studio.services.importing import ImportReport

if TYPE_CHECKING:
    from tvau_studio.store.repository import Snapshot

Progress = Callable[[int, int], None]
Cancel = Callable[[], None]


class Library(importing.Library, Protocol):
    """What is needed of a project here."""

    def snapshot(self) -> AbstractContextManager[Snapshot]: ...

    def commit(self, edit: Edit) -> int: ...


_GUESSED = 20_000_000
"""Bytes of a file up to which other formats are tried where it is not of the one that was said."""

ALL = "all"
"""In place of a state: every clip, with its drafts."""


@dataclass(frozen=True)
class FormatInfo:
    """A format as dialogs and ``--help`` offer it."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    reads: bool
    writes: bool


def known_formats() -> list[FormatInfo]:
    """By name."""
    return [
        FormatInfo(f.name, f.title, f.suffixes, f.read is not None, f.write is not None)
        for f in formats.formats().values()
    ]


@dataclass(frozen=True)
class ExportReport:
    """files: what was written. clips, objects: how many are in them (an object counts once per video). left_out: state
    -> clips that were not asked for. drafts: undecided drafts in the written clips that were not. warnings: what the
    format cannot hold.
    """

    format: str
    files: tuple[Path, ...] = ()
    clips: int = 0
    objects: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    drafts: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def notes(self) -> list[str]:
        """What a person has to know of it, a sentence each."""
        found = []
        if total := sum(self.left_out.values()):
            parts = ", ".join(f"{n} {state}" for state, n in self.left_out.items())
            clips = "1 clip was" if total == 1 else f"{total} clips were"
            found.append(f"{clips} left out ({parts}); --state {ALL} takes every clip")
        if self.drafts:
            drafts = "1 undecided draft was" if self.drafts == 1 else f"{self.drafts} undecided drafts were"
            found.append(f"{drafts} left out; --state {ALL} takes drafts, marked as such")
        return found + list(self.warnings)


def export(
    project: Library,
    format: str,
    path: str | Path,
    *,
    state: str = "accepted",
    language: str = "en",
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> ExportReport:
    """Write the clips of one review state, or of `ALL`, then with their drafts, to a file (a folder, where the format
    holds one video or one clip a file and there are several).

    language: of the plain texts, ``en`` or ``zh``. progress(done, total) counts videos; cancel() raises Cancelled to
    stop. Raises UsageError for an unknown format, state or language, StudioError where nothing can be written; then
    there is nothing half-written.
    """
    chosen = _writing(format, state, language)
    out = Path(path)
    folder = Path(os.path.normpath(out.absolute()))
    folder = folder.parent if chosen.unit == "project" else folder
    told: list[str] = []
    options = WriteOptions(language, state == ALL, lambda name: path_in_file(name, project.folder, folder), told.append)
    with project.snapshot() as snapshot:
        run = _Export(project.folder, snapshot, chosen, options, state, folder, progress, cancel)
        files = run.one(out) if chosen.unit == "project" else run.many(out)
    return run.report(files, told)


def preview_export(
    project: Library,
    format: str,
    *,
    state: str = "accepted",
    language: str = "en",
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> ExportReport:
    """What `export` would write and leave out; nothing is written."""
    chosen = _writing(format, state, language)
    told: list[str] = []
    options = WriteOptions(language, state == ALL, warn=told.append)
    with project.snapshot() as snapshot:
        run = _Export(project.folder, snapshot, chosen, options, state, project.folder, progress, cancel)
        run.none()
    return run.report((), told)


def _writing(format: str, state: str, language: str) -> Format:
    """The format, after all wishes were checked."""
    chosen = formats.get(format)
    if chosen.write is None:
        raise UsageError("The format {format} can be imported only; choose another one.", format=format)
    if state != ALL and state not in STATES:
        raise UsageError("There is no state {state!r}; choose {states} or all.", state=state, states=", ".join(STATES))
    if language not in LANGUAGES:
        raise UsageError("There is no language {language!r}; choose en or zh.", language=language)
    return chosen


class _Export:
    """One export, counting as it goes."""

    def __init__(
        self,
        root: Path,
        snapshot: Snapshot,
        format: Format,
        options: WriteOptions,
        state: str,
        folder: Path,
        progress: Progress | None,
        cancel: Cancel | None,
    ) -> None:
        self.snapshot, self.format, self.options, self.state = snapshot, format, options, state
        self.progress, self.cancel = progress, cancel
        named = [(path_in_file(v.path, root, folder), v) for v in snapshot.videos]
        self.videos: list[tuple[str, Video]] = sorted(named, key=lambda pair: (pair[0], pair[1].key))
        self.clips, self.objects, self.drafts = 0, 0, 0
        self.left_out: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()

    def parts(self) -> Iterator[Part]:
        """The videos that have clips to be written, by path, read one at a time."""
        for n, (path, video) in enumerate(self.videos):
            if self.cancel is not None:
                self.cancel()
            document = self.snapshot.document(video.key)
            clips = document.clips(video.key)
            chosen = [c for c in clips if self.state in (ALL, c.state)]
            self.left_out.update(c.state for c in clips if c not in chosen)
            if chosen:
                part = Part(document, document.video(video.key), path, chosen)
                self._count(part)
                yield part
            if self.progress is not None:
                self.progress(n + 1, len(self.videos))

    def _count(self, part: Part) -> None:
        self.clips += len(part.clips)
        seen = {o.key: o for clip in part.clips for o in part.document.objects_in(clip)}
        drafts = 0 if self.options.drafts else sum(o.is_draft for o in seen.values())
        self.objects += len(seen) - drafts
        self.drafts += drafts
        self.lost += losses.count(part, self.format, self.options)

    def one(self, out: Path) -> list[Path]:
        assert self.format.write is not None
        with whole_file(out) as file:
            for piece in self.format.write(self.parts(), self.options):
                file.write(piece)
        return [out]

    def none(self) -> None:
        """Write to nowhere."""
        assert self.format.write is not None
        whole = self.format.unit == "project"
        for parts in [self.parts()] if whole else ([u] for part in self.parts() for u in self._units(part)):
            for _ in self.format.write(parts, self.options):
                pass

    def many(self, out: Path) -> list[Path]:
        """A file for each video or clip: `out` itself where there is one, else files in the folder `out`."""
        units = [unit for part in self.parts() for unit in self._units(part)]
        if len(units) == 1 and not out.is_dir():
            return [out] if self._write(out, units[0]) else []
        try:
            out.mkdir(exist_ok=True)
        except OSError as error:
            why = "there is a file of that name" if isinstance(error, FileExistsError) else error.strerror
            raise StudioError("The folder {out} cannot be made: {why}.", out=out, why=why) from error
        files: list[Path] = []
        for unit in units:
            file = _free_name(out / f"{self._name(unit)}{self.format.suffixes[0]}", files)
            files += [file] if self._write(file, unit) else []
        return files

    def _units(self, part: Part) -> list[Part]:
        return [part] if self.format.unit == "video" else [replace(part, clips=[c]) for c in part.clips]

    def _name(self, unit: Part) -> str:
        name = unit.video.stem if self.format.unit == "video" else unit.clips[0].id
        return "".join("_" if c in '/\\:*?"<>|' or ord(c) < 32 else c for c in name)[:150] or "_"

    def _write(self, file: Path, unit: Part) -> bool:
        """Whether there was anything to write; a clip may be one that the format cannot hold at all."""
        assert self.format.write is not None
        pieces = list(self.format.write([unit], self.options))
        if self.format.unit == "clip" and not pieces:
            return False
        with whole_file(file) as f:
            f.writelines(pieces)
        return True

    def report(self, files: Sequence[Path], told: Sequence[str]) -> ExportReport:
        order: dict[str, int] = {state: self.left_out[state] for state in STATES if self.left_out[state]}
        warnings = (*losses.sentences(self.lost, self.format), *dict.fromkeys(told))
        return ExportReport(self.format.name, tuple(files), self.clips, self.objects, order, self.drafts, warnings)


def _free_name(path: Path, taken: Sequence[Path]) -> Path:
    n, free = 1, path
    while free in taken:
        n += 1
        free = path.with_name(f"{path.stem}~{n}{path.suffix}")
    return free


def import_(
    project: Library,
    format: str,
    path: str | Path,
    *,
    video: str | None = None,
    mapping: Mapping[str, str] | None = None,
    state: State | None = None,
    replace: bool = False,
    first_frame: int | None = None,
    cancel: Cancel | None = None,
) -> ImportReport:
    """Take the labels of a file into the project, as one step of undo.

    video: which one the labels are of, where the file names none (or one). mapping: foreign label -> event class.
    state: of the clips, in place of what the file says. replace: clips and tracks that are there already give way.
    first_frame: see `ReadOptions`. cancel() raises Cancelled to stop. Raises StudioError for a file that is malformed
    or does not fit the project; then nothing of it is imported.
    """
    wishes = importing.Wishes(video, dict(mapping or {}), state, replace)
    edit, report = _planned(project, format, Path(path), wishes, first_frame, cancel)
    project.commit(edit)
    return report


def preview_import(
    project: Library,
    format: str,
    path: str | Path,
    *,
    video: str | None = None,
    mapping: Mapping[str, str] | None = None,
    state: State | None = None,
    replace: bool = False,
    first_frame: int | None = None,
    cancel: Cancel | None = None,
) -> ImportReport:
    """What `import_` would take in, and every reason for which it would refuse; nothing is changed."""
    wishes = importing.Wishes(video, dict(mapping or {}), state, replace)
    return _planned(project, format, Path(path), wishes, first_frame, cancel)[1]


def _planned(
    project: Library,
    format: str,
    path: Path,
    wishes: importing.Wishes,
    first_frame: int | None,
    cancel: Cancel | None,
) -> tuple[Edit, ImportReport]:
    chosen = formats.get(format)
    if chosen.read is None:
        raise UsageError("The format {format} can be exported only; choose another one.", format=format)
    if wishes.state is not None and wishes.state not in STATES:
        known = ", ".join(STATES)
        raise UsageError("There is no state {state!r}; choose one of {known}.", state=wishes.state, known=known)
    try:
        reading = chosen.read(path, ReadOptions(first_frame))
    except Malformed as error:
        if other := _guessed(path, chosen):
            raise Malformed(path, error.where, f"{error.why}; it reads as {other}: choose that format") from None
        raise
    if cancel is not None:
        cancel()
    planned = importing.plan(project, chosen, path, reading, wishes)
    if cancel is not None:
        cancel()
    return planned


def _guessed(path: Path, chosen: Format) -> str:
    """The name of another format by which a file can be read and holds something; "" where there is none."""
    if path.stat().st_size > _GUESSED:
        return ""
    for other in formats.formats().values():
        if other.read is None or other.name == chosen.name or path.suffix.lower() not in other.suffixes:
            continue
        with contextlib.suppress(StudioError):
            if other.read(path, ReadOptions()).rows:
                return other.name
    return ""
