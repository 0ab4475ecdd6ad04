"""A project as the window, the verbs and scripts hold it: its rows, its edits with undo, its videos and its cache."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from tvau_studio.domain.actions import Who
from tvau_studio.domain.edits import Edit, changed, edit
from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import Video, new_key
from tvau_studio.domain.paths import cache_folder
from tvau_studio.services.project_rows import ProjectRows

if TYPE_CHECKING:
    from tvau_studio.media.video import Video as File
    from tvau_studio.services.adding import AddReport
    from tvau_studio.services.exchange import ExportReport, ImportReport
    from tvau_studio.services.prompt_sets import PromptSets
    from tvau_studio.services.snapshots import Snapshots
    from tvau_studio.services.talks import Talks
    from tvau_studio.store.engine import Store
    from tvau_studio.store.heatmap_cache import HeatmapCache
    from tvau_studio.store.rows import Stamp

Progress = Callable[[int, int], None]
Cancel = Callable[[], None]

SUFFIX = ".tvau"


class Project(ProjectRows):
    """One project: a ``*.tvau`` file, or a database behind a ``postgresql://`` URL. From any thread.

    Every edit is durable when `commit` returns. person: who edits, by default the setting ``name``; the windows of one
    person share one line of undo. A context manager; `close` it when done.
    """

    def __init__(self, store: Store, person: str | None = None) -> None:
        self._store = store
        self._person = person or _setting_name()
        self._session = new_key()
        self._lock = threading.Lock()
        self._found: dict[str, Path | None] = {}

    @classmethod
    def open(cls, target: str | Path, *, create: bool = False, person: str | None = None) -> Project:
        """Open the project at a path or URL. create: make it where nothing is there.

        Raises StudioError where it is missing, no project, made by a newer program, or cannot be written.
        """
        from tvau_studio.store import lifecycle

        if create and "://" not in str(target) and not Path(target).exists():
            return cls.create(target, person=person)
        return cls(lifecycle.open_store(target), person)

    @classmethod
    def create(cls, target: str | Path, *, person: str | None = None) -> Project:
        """Make an empty project. Raises StudioError where something is there already or nothing can be written; then
        nothing is left behind.
        """
        from tvau_studio import __version__
        from tvau_studio.store import lifecycle

        person = person or _setting_name()
        return cls(lifecycle.create(target, _name_of(target), person, __version__), person)

    @staticmethod
    def check_new(target: str | Path) -> None:
        """Raises the StudioError that `create` would, without making anything."""
        from tvau_studio.store import lifecycle

        lifecycle.check_new(target)

    def close(self) -> None:
        """Let go of the file; nothing is lost without it."""
        self._store.close()

    def __enter__(self) -> Project:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Project({self._store.target!r})"

    # -- what it is

    @property
    def path(self) -> Path | None:
        """The project's file, as it was given; None for a database."""
        return self._store.path

    @property
    def target(self) -> str:
        """The path by which it was opened, or the URL without its password."""
        return self._store.target

    @property
    def name(self) -> str:
        """What a title bar shows."""
        return _name_of(self._store.target)

    @property
    def folder(self) -> Path:
        """What relative paths of videos start from: the folder of the project's file, or the current one."""
        return self.path.absolute().parent if self.path is not None else Path.cwd()

    @property
    def person(self) -> str:
        """Who edits: whose line of undo it is. Can be set, where the setting ``name`` changes."""
        return self._person

    @person.setter
    def person(self, name: str) -> None:
        self._person = name

    @property
    def who(self) -> Who:
        """Who edits, to stamp new rows with."""
        return Who(self._person)

    @property
    def session(self) -> str:
        """This window, or this run, in the log."""
        return self._session

    @property
    def cache_folder(self) -> Path:
        """Where what can be computed again is kept: ``<project>.cache``, or for a database in the user's cache."""
        if self.path is not None:
            return self.path.with_name(self.path.name + ".cache")
        return cache_folder() / "projects" / hashlib.sha256(self._store.target.encode()).hexdigest()[:16]

    @property
    def cache(self) -> HeatmapCache:
        """The heat maps that are known. Deleting it loses nothing but time."""
        from tvau_studio.store.heatmap_cache import HeatmapCache

        return HeatmapCache(self.cache_folder)

    @property
    def talks(self) -> Talks:
        """The questions that were asked about its videos, and the answers."""
        from tvau_studio.services.talks import Talks

        return Talks(self._store)

    @property
    def snapshots(self) -> Snapshots:
        """Named states of the labels, which never change, and the record of what was exported."""
        from tvau_studio.services.snapshots import Snapshots

        return Snapshots(self._store, self._person)

    @property
    def prompt_sets(self) -> PromptSets:
        """Other words for normal and abnormal, by name."""
        from tvau_studio.services.prompt_sets import PromptSets

        return PromptSets(self._store, self._person)

    # -- edits

    def commit(self, edit: Edit) -> int:
        """Write an Edit; durable when this returns. Its number in the log (the newest, where nothing changes).

        Raises Conflict where a touched field is no longer what the Edit saw, StudioError where nothing can be written;
        then nothing is.
        """
        from tvau_studio.store import writer

        return writer.apply(self._store, edit, self._stamp) if edit else self.last_seq

    def undo(self) -> Edit | None:
        """Take back the last step of this person, in whichever window it was made: the Edit that did it, or None where
        there is none. Raises Conflict where somebody changed since what it had set.
        """
        from tvau_studio.store import writer

        done = writer.undo(self._store, self._stamp)
        return done[1] if done else None

    def redo(self) -> Edit | None:
        """Do again what this person took back last."""
        from tvau_studio.store import writer

        done = writer.redo(self._store, self._stamp)
        return done[1] if done else None

    def undo_to(self, step: int) -> Edit | None:
        """Take back this person's steps down to that one (see `history`), the newest first: the Edit that did all of
        it. Raises Conflict where one of them is refused; those before it stay taken back.
        """
        from tvau_studio.store import writer

        done = writer.undo_to(self._store, self._stamp, step)
        return done[1] if done else None

    def redo_to(self, step: int) -> Edit | None:
        """Do again what this person took back, up to that step."""
        from tvau_studio.store import writer

        done = writer.redo_to(self._store, self._stamp, step)
        return done[1] if done else None

    # -- videos

    def add_videos(
        self,
        paths: Sequence[str | Path],
        clips: str = "whole",
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> AddReport:
        """Enter videos, and the videos of folders, as one step of undo. clips: ``whole``, ``none``, or length/stride in
        frames (``24/12``). A video that is known already is not entered again; one that was missing is linked.

        progress(done, total) counts files; cancel() raises Cancelled to stop. Raises StudioError for a file that is no
        video; then nothing is entered. In a folder such files are left out and named in the report.
        """
        from tvau_studio.services import adding

        adding.clip_windows(clips, 1)  # refused before any file is read
        files, refused = adding.probe(paths, progress, cancel)
        return replace(adding.enter(self, files, clips), refused=refused)

    def find_video(self, video: Video) -> Path | None:
        """Where a video's file is, found again by its content near the project where it moved; None = missing.

        Looking for one that moved reads files; what was found is remembered while the project is open.
        """
        from tvau_studio.services import adding

        path = self.folder / video.path
        if path.exists():
            return path
        with self._lock:
            known = self._found.get(video.key)
        if known is not None and known.exists():
            return known
        found = adding.find_moved(self, video)
        with self._lock:
            self._found[video.key] = found
        return found

    def is_missing(self, video: Video) -> bool:
        """Whether its file is neither where it was nor where it was found before; quick, looks for nothing."""
        known = self._found.get(video.key)
        return not (self.folder / video.path).exists() and (known is None or not known.exists())

    def open_video(self, video: Video) -> File:
        """The video's file, opened; the caller's to close. What was not known of it yet is remembered.

        Raises StudioError where it is missing or is no video.
        """
        from tvau_studio.media.video import Video as File

        path = self.find_video(video)
        if path is None:
            raise StudioError("{path} is missing; add the file at its new place to the project.", path=video.path)
        file = File(path)
        if not video.fingerprint:
            # A file names videos that nobody has looked at; without this it could not be found again once it moves.
            height, width = file.info.size
            facts = {"frames": len(file), "height": height, "width": width, "fps": float(file.info.fps)}
            with contextlib.suppress(StudioError):
                self._record(edit("Look at a video", [changed(video, fingerprint=file.fingerprint, **facts)]))
        return file

    def move(self, target: str | Path) -> Project:
        """Give the project another place and name: the project there, opened; this one is closed and its file gone.

        Videos stay where they are. Raises StudioError where something is there already, nothing can be written, or
        another window has it open; then this project goes on as it is.
        """
        from tvau_studio.store import lifecycle

        if self.path is None or "://" in str(target):
            raise StudioError("Only a project file can be moved, to another file; export labels and import them there.")
        lifecycle.check_new(target)
        lifecycle.backup(self.path, Path(target))
        moved = Project.open(target, person=self._person)
        try:
            paths = [changed(v, path=moved.stored_path(self.folder / v.path)) for v in moved.videos]
            moved._record(edit("Move the project", paths))
            lifecycle.remove(self._store)
        except BaseException:
            moved.close()
            Path(target).unlink(missing_ok=True)
            raise
        with contextlib.suppress(OSError):  # a cache: what cannot come along is computed again
            shutil.move(self.cache_folder, moved.cache_folder)
        return moved

    def _record(self, facts: Edit) -> None:
        from tvau_studio.store import writer

        if facts:
            writer.record(self._store, facts, self._stamp)

    def stored_path(self, path: str | Path) -> str:
        """A path as the project keeps it: relative with slashes where it lies below its folder, else absolute."""
        absolute = Path(path).absolute()
        if self.path is not None:
            with contextlib.suppress(ValueError):
                return absolute.resolve().relative_to(self.folder.resolve()).as_posix()
        return str(absolute)

    # -- interchange

    def export(
        self,
        format: str,
        path: str | Path,
        *,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
        **wishes: Any,
    ) -> ExportReport:
        """Write labels to a file. format: ``jsonl``, ...; wishes: of `services.exchange.ExportWishes`; what is raised:
        `services.exchange.export`.
        """
        from tvau_studio.services import exchange

        chosen = exchange.ExportWishes(**wishes)
        return exchange.export(self, format, path, chosen, progress=progress, cancel=cancel)

    def import_(
        self,
        format: str,
        path: str | Path,
        *,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
        **wishes: Any,
    ) -> ImportReport:
        """Take labels from a file or folder, as one step of undo. wishes: of `services.exchange.ImportWishes`; what is
        raised: `services.exchange.import_`.
        """
        from tvau_studio.services import exchange

        chosen = exchange.ImportWishes(**wishes)
        return exchange.import_(self, format, path, chosen, progress=progress, cancel=cancel)

    @property
    def _stamp(self) -> Stamp:
        from tvau_studio.store.rows import Stamp

        return Stamp(self._person, self._session)


def _setting_name() -> str:
    from tvau_studio.services.settings import Settings

    return str(Settings()["name"])


def _name_of(target: str | Path) -> str:
    if "://" in str(target):
        name = str(target).rpartition("/")[2].partition("?")[0]
        return name or "project"
    return Path(target).stem
