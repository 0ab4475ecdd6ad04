"""Labels to files: what is chosen, what is left out, and files that appear whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import tvau_studio
from tvau_studio import formats
from tvau_studio.domain.actions import Who
from tvau_studio.domain.checks import check_video
from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.labels import LANGUAGES, SPLITS, STATES, Clip, Video, new_key
from tvau_studio.domain.snapshots import Release
from tvau_studio.formats import losses
from tvau_studio.formats.base import STYLES, Format, Part, WriteOptions, path_in_file
from tvau_studio.services.cutting import MEDIA, Cutter
from tvau_studio.services.export_wishes import ALL, ExportWishes
from tvau_studio.services.files import whole_file
from tvau_studio.services.release_cards import CARD, Facts, card, check_card, llamafactory_info

if TYPE_CHECKING:
    from tvau_studio.services.snapshots import Snapshots
    from tvau_studio.store.repository import Snapshot
    from tvau_studio.store.snapshots import Kept

Progress = Callable[[int, int], None]
Cancel = Callable[[], None]


class Library(Protocol):
    """What is needed of a project here."""

    @property
    def folder(self) -> Path: ...

    @property
    def name(self) -> str: ...

    @property
    def who(self) -> Who: ...

    @property
    def snapshots(self) -> Snapshots: ...

    def find_video(self, video: Video) -> Path | None: ...


@dataclass(frozen=True)
class ExportReport:
    """files: what was written. clips, objects: how many are in them (an object counts once per video). left_out: state
    (or split) -> clips that were not asked for. drafts: undecided drafts in the written clips that were not. warnings:
    what the format cannot hold. faults: kind (of `domain.checks`) -> how many there are in what is written; of a
    preview alone.
    """

    format: str
    files: tuple[Path, ...] = ()
    clips: int = 0
    objects: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    drafts: int = 0
    warnings: tuple[str, ...] = ()
    faults: Mapping[str, int] = field(default_factory=dict)

    @property
    def notes(self) -> list[str]:
        """What a person has to know of it, a sentence each."""
        found = []
        if total := sum(self.left_out.values()):
            parts = ", ".join(f"{n} {state}" for state, n in self.left_out.items())
            clips = "1 clip was" if total == 1 else f"{total} clips were"
            by_state = any(name in STATES for name in self.left_out)
            more = f"--state {ALL} takes every clip" if by_state else f"--split {ALL} takes every split"
            found.append(f"{clips} left out ({parts}); {more}")
        if self.drafts:
            drafts = "1 undecided draft was" if self.drafts == 1 else f"{self.drafts} undecided drafts were"
            found.append(f"{drafts} left out; --state {ALL} takes drafts, marked as such")
        return found + list(self.warnings)


def export(
    project: Library,
    format: str,
    path: str | Path,
    wishes: ExportWishes | None = None,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> ExportReport:
    """Write labels to a file (a folder, where the format holds one video or one clip a file and there are several).

    progress(done, total) counts videos; cancel() raises Cancelled to stop. Raises UsageError for an unknown format or
    wish, StudioError where nothing can be written; then there is nothing half-written.
    """
    wishes = wishes or ExportWishes()
    chosen = _checked(format, wishes)
    out = Path(path)
    with project.snapshots.opened(wishes.snapshot) as snapshot, ExitStack() as stack:
        run = _Export(project, snapshot, chosen, wishes, out, progress, cancel)
        if wishes.card:
            check_card(run.folder / CARD)
        stack.enter_context(run.cutter.whole())
        files = run.one() if chosen.unit == "project" else run.many()
    run.remember()
    return run.report(files)


def preview_export(
    project: Library,
    format: str,
    path: str | Path,
    wishes: ExportWishes | None = None,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> ExportReport:
    """What `export` would write and leave out; nothing is written."""
    wishes = wishes or ExportWishes()
    chosen = _checked(format, wishes)
    with project.snapshots.opened(wishes.snapshot) as snapshot:
        run = _Export(project, snapshot, chosen, wishes, Path(path), progress, cancel, dry=True)
        run.none()
    return run.report(())


def _checked(format: str, wishes: ExportWishes) -> Format:
    """The format, after all wishes were checked."""
    chosen = formats.get(format)
    if chosen.write is None:
        raise UsageError("The format {format} can be imported only; choose another one.", format=format)
    for what, value, known in (
        ("state", wishes.state, (*STATES, ALL)),
        ("language", wishes.language, LANGUAGES),
        ("split", wishes.split, (*SPLITS, ALL)),
        ("style", wishes.style, STYLES),
        ("kind of media", wishes.media, MEDIA),
    ):
        if value not in known:
            names = f"{', '.join(known[:-1])} or {known[-1]}"
            raise UsageError("There is no {what} {value!r}; choose {names}.", what=what, value=value, names=names)
    if not chosen.dialogues and (wishes.style != STYLES[0] or wishes.media != MEDIA[0]):
        raise UsageError("{format} holds no dialogues, so that it has neither styles nor media.", format=format)
    return chosen


class _Export:
    """One export, counting as it goes. dry: nothing is written."""

    def __init__(
        self,
        project: Library,
        snapshot: Snapshot | Kept,
        format: Format,
        wishes: ExportWishes,
        out: Path,
        progress: Progress | None,
        cancel: Cancel | None,
        dry: bool = False,
    ) -> None:
        self.snapshot, self.format, self.wishes, self.out = snapshot, format, wishes, out
        self.project, self.progress, self.cancel = project, progress, cancel
        folder = Path(os.path.normpath(out.absolute()))
        self.folder = folder.parent if format.unit == "project" else folder
        self.told: list[str] = []
        self.cutter = Cutter(project, self.folder, out.stem, wishes.media, cancel, dry)
        self.options = WriteOptions(
            language=wishes.language,
            drafts=wishes.state == ALL,
            style=wishes.style,
            media=None if wishes.media == MEDIA[0] else self.cutter,
            masks=lambda name: path_in_file(name, project.folder, self.folder),
            warn=self.told.append,
        )
        named = [(path_in_file(v.path, project.folder, self.folder), v) for v in snapshot.videos]
        self.videos: list[tuple[str, Video]] = sorted(named, key=lambda pair: (pair[0], pair[1].key))
        self.clips, self.objects, self.drafts = 0, 0, 0
        self.dry = dry
        self.faults: Counter[str] = Counter()
        self.facts = Facts()
        self.digest = ""
        self.left_out: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()

    def parts(self) -> Iterator[Part]:
        """The videos that have clips to be written, by path, read one at a time."""
        for n, (path, video) in enumerate(self.videos):
            if self.cancel is not None:
                self.cancel()
            document = self.snapshot.document(video.key)
            clips = document.clips(video.key)
            chosen = [c for c in clips if self._wanted(video, c)]
            if chosen:
                part = Part(document, document.video(video.key), path, chosen)
                self._count(part)
                yield part
            if self.progress is not None:
                self.progress(n + 1, len(self.videos))

    def _wanted(self, video: Video, clip: Clip) -> bool:
        if self.wishes.split not in (ALL, video.split):
            self.left_out[f"in {video.split}" if video.split else "in no split"] += 1
            return False
        if self.wishes.state not in (ALL, clip.state):
            self.left_out[clip.state] += 1
            return False
        return True

    def _count(self, part: Part) -> None:
        self.clips += len(part.clips)
        seen = {o.key: o for clip in part.clips for o in part.document.objects_in(clip)}
        drafts = 0 if self.options.drafts else sum(o.is_draft for o in seen.values())
        self.objects += len(seen) - drafts
        self.drafts += drafts
        self.lost += losses.count(part, self.format, self.options)
        if self.dry:
            chosen = {c.key for c in part.clips}
            found = check_video(part.document, part.video.key, self.wishes.language)
            self.faults.update(f.kind for f in found if f.clip in chosen)
        self.facts.add(part, [o for o in seen.values() if self.options.drafts or not o.is_draft])

    def one(self) -> list[Path]:
        assert self.format.write is not None
        digest = hashlib.sha256()
        with whole_file(self.out) as file:
            for piece in self.format.write(self.parts(), self.options):
                file.write(piece)
                digest.update(piece)
        self.digest = digest.hexdigest()
        return [self.out, *self._beside()]

    def _beside(self) -> list[Path]:
        """What is written with the one file of a whole project."""
        found = []
        if self.wishes.style == "llamafactory":
            found.append(self.folder / "dataset_info.json")
            with whole_file(found[-1]) as file:
                file.write(llamafactory_info(found[-1], self.out))
        if self.wishes.card:
            found.append(self.folder / CARD)
            with whole_file(found[-1]) as file:
                file.write(card(self.project.name, self.out, self.format, self.wishes, self.facts).encode("utf-8"))
        return found

    def remember(self) -> None:
        """Leave a record of the export in the project: what was written, by which rules, and who made it."""
        stamp = self.project.who.stamp()
        rules = {"format": self.format.name, **asdict(self.wishes), "program": tvau_studio.__version__}
        release = Release(
            key=new_key(),
            snapshot=self.wishes.snapshot,
            author=str(stamp["author"]),
            made=float(stamp["made"]),
            file=self.out.name,
            digest=self.digest,
            rules=rules,
            facts=self.facts.record(),
        )
        try:
            self.project.snapshots.record(release)
        except StudioError as error:
            self.told.append(f"the project keeps no record of this export: {str(error).rstrip('.')}")

    def none(self) -> None:
        """Write to nowhere."""
        assert self.format.write is not None
        whole = self.format.unit == "project"
        for parts in [self.parts()] if whole else ([u] for part in self.parts() for u in self._units(part)):
            for _ in self.format.write(parts, self.options):
                pass

    def many(self) -> list[Path]:
        """A file for each video or clip: `out` itself where there is one, else files in the folder `out`."""
        out = self.out
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

    def report(self, files: Sequence[Path]) -> ExportReport:
        known: dict[str, int] = {state: n for n, state in enumerate(STATES)}
        order = {name: self.left_out[name] for name in sorted(self.left_out, key=lambda s: (known.get(s, -1), s))}
        splits = [s for s in SPLITS if s in self.facts.splits]
        if self.wishes.style != STYLES[0] and len(splits) > 1:
            self.told.append(f"{' and '.join(splits)} are in one file, all of which is trained on; --split takes one")
        warnings = (*losses.sentences(self.lost, self.format), *dict.fromkeys(self.told))
        done = (*files, *self.cutter.made)
        return ExportReport(
            format=self.format.name,
            files=done,
            clips=self.clips,
            objects=self.objects,
            left_out=order,
            drafts=self.drafts,
            warnings=warnings,
            faults=dict(self.faults.most_common()),
        )


def _free_name(path: Path, taken: Sequence[Path]) -> Path:
    n, free = 1, path
    while free in taken:
        n += 1
        free = path.with_name(f"{path.stem}~{n}{path.suffix}")
    return free
