"""Videos into a project, and the files of its videos found again after they moved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from tvau_studio.domain.actions import Who
from tvau_studio.domain.edits import Change, Edit, Place, changed, created, edit
from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import Clip, Video, new_key

Progress = Callable[[int, int], None]
Cancel = Callable[[], None]

VIDEO_SUFFIXES = frozenset(
    f".{s}"
    for s in "mp4 m4v mov avi mkv webm mpg mpeg ts mts m2ts wmv flv ogv 3gp asf vob y4m".split()  # noqa: SIM905
)
"""What counts as a video where a folder is given; a file that is named itself is always tried."""

SEARCHED = 20_000
"""So many files are looked at for one that moved, at most."""

_STRIDE = re.compile(r"\s*(\d+)\s*/\s*(\d+)\s*")


class Library(Protocol):
    """What is needed of a project here."""

    @property
    def folder(self) -> Path: ...

    @property
    def videos(self) -> list[Video]: ...

    @property
    def clips(self) -> list[Clip]: ...

    @property
    def who(self) -> Who: ...

    def stored_path(self, path: str | Path) -> str: ...

    def find_video(self, video: Video) -> Path | None: ...

    def commit(self, edit: Edit) -> int: ...


@dataclass(frozen=True)
class AddReport:
    """added: the new videos. linked: videos that were missing and have their file again. known: files that the project
    has already. clips: how many clips were made. refused: why files of a folder were not taken.
    """

    added: list[Video] = field(default_factory=list)
    linked: list[Video] = field(default_factory=list)
    known: list[Path] = field(default_factory=list)
    clips: int = 0
    refused: list[StudioError] = field(default_factory=list)


def clip_windows(clips: str, frames: int) -> list[FrameRange]:
    """The clips of a video of `frames` pictures. clips: ``whole``, ``none``, or length/stride (``24/12``).

    A video that is shorter than the length is one clip; where the last stride leaves frames over, one more clip ends
    with the video. Raises UsageError where the text is none of these.
    """
    if clips == "none":
        return []
    if clips == "whole":
        return [FrameRange(0, frames)]
    match = _STRIDE.fullmatch(clips)
    length, stride = (int(match[1]), int(match[2])) if match else (0, 0)
    if length < 1 or stride < 1:
        raise UsageError(
            "--clips {clips!r} is not known; give whole, none, or length/stride in frames, for example 24/12.",
            clips=clips,
        )
    starts = list(range(0, max(1, frames - length + 1), stride))
    if starts[-1] + length < frames:
        starts.append(frames - length)
    return [FrameRange(a, min(a + length, frames)) for a in starts]


def clip_id(stem: str, frames: FrameRange, fingerprint: str, shared: bool) -> str:
    """The id of a new clip. shared: another video of the project has the same stem."""
    name = f"{stem}#{fingerprint[:6]}" if shared and fingerprint else stem
    return f"{name}:{frames}"


@dataclass(frozen=True)
class Probed:
    """A video file that was opened once. fps: the average rate."""

    path: Path
    fingerprint: str
    frames: int
    height: int
    width: int
    fps: float


def video_files(paths: Sequence[str | Path]) -> dict[Path, bool]:
    """The files named, and the videos in the folders named (subfolders too), each once; whether it was named itself.

    Raises StudioError where a path is not there or a folder holds no video.
    """
    found: dict[Path, bool] = {}
    for path in map(Path, paths):
        if not path.is_dir():
            if not path.exists():
                raise StudioError("{path} does not exist; check the name.", path=path)
            found[path] = True
            continue
        inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in VIDEO_SUFFIXES and p.is_file())
        if not inside:
            raise StudioError("The folder {path} holds no video; choose another one.", path=path)
        for file in inside:
            found.setdefault(file, False)
    return found


def probe(
    paths: Sequence[str | Path], progress: Progress | None = None, cancel: Cancel | None = None
) -> tuple[list[Probed], list[StudioError]]:
    """Open every video once; and the reasons why files in folders are none.

    Raises StudioError for a file that was named itself and is no video. progress(done, total) counts files.
    """
    from tvau_studio.media.video import Video as File

    def stopped() -> bool:
        if cancel is not None:
            cancel()
        return False

    files = video_files(paths)
    found: list[Probed] = []
    refused: list[StudioError] = []
    for n, (path, named) in enumerate(files.items()):
        if cancel is not None:
            cancel()
        try:
            with File(path, cancel=stopped) as file:
                height, width = file.info.size
                found.append(Probed(path, file.fingerprint, len(file), height, width, float(file.info.fps)))
        except StudioError as error:
            if named:
                raise
            refused.append(error)
        if progress is not None:
            progress(n + 1, len(files))
    if files and not found:
        raise refused[0]
    return found, refused


def enter(project: Library, files: Sequence[Probed], clips: str) -> AddReport:
    """Enter videos that were probed, as one step of undo. clips: see `clip_windows`."""
    clip_windows(clips, 1)  # refused before anything is written
    report = AddReport()
    changes: list[Change | None] = []
    known = project.videos
    by_content = {v.fingerprint: v for v in known if v.fingerprint}
    # An imported video that nobody has seen yet has no fingerprint: its name has to do.
    unseen = {v.stem: v for v in known if not v.fingerprint}
    stems = {v.stem: v.fingerprint for v in known}
    ids = {c.id for c in project.clips}
    made = 0
    for file in files:
        seen: dict[str, Any] = {
            "path": project.stored_path(file.path),
            "fingerprint": file.fingerprint,
            "frames": file.frames,
            "height": file.height,
            "width": file.width,
            "fps": file.fps,
        }
        old = by_content.get(file.fingerprint) or _same_name(unseen.get(file.path.stem), seen)
        if old is not None:
            where = project.find_video(old)
            looked_at = bool(old.fingerprint) and project.folder / old.path == where
            if where is None or (not looked_at and where.samefile(file.path)):
                changes.append(changed(old, **seen))
                linked = replace(old, **seen)
                by_content[file.fingerprint] = linked
                report.linked.append(linked)
            else:
                report.known.append(file.path)
            continue
        row = Video(key=new_key(), **seen, **project.who.stamp())
        changes.append(created(row))
        by_content[row.fingerprint] = row
        report.added.append(row)
        shared = stems.setdefault(row.stem, row.fingerprint) != row.fingerprint
        for frames in clip_windows(clips, file.frames):
            id = free_id(clip_id(row.stem, frames, row.fingerprint, shared), ids)
            ids.add(id)
            clip = Clip(
                key=new_key(), video=row.key, id=id, start=frames.start, stop=frames.stop, **project.who.stamp()
            )
            changes.append(created(clip))
            made += 1
    first = next(iter([*report.added, *report.linked]), None)
    label = "Add video" if len(report.added) + len(report.linked) == 1 else "Add videos"
    project.commit(edit(label, changes, "", Place(first.key) if first else None))
    return replace(report, clips=made)


def _same_name(row: Video | None, facts: Mapping[str, Any]) -> Video | None:
    """A missing video of that name, where what is known of it agrees with the file."""
    if row is None:
        return None
    agrees = all(getattr(row, name) in (None, facts[name]) for name in ("height", "width"))
    # An import knows of no more frames than its clips reach to.
    return row if agrees and (row.frames or 0) <= facts["frames"] else None


def free_id(id: str, taken: set[str]) -> str:
    """The id, or where an import brought the same one already, the id with a number behind."""
    n, free = 1, id
    while free in taken:
        n += 1
        free = f"{id}~{n}"
    return free


def find_moved(project: Library, video: Video) -> Path | None:
    """A file with the video's content near the project: below its folder, then below the folders of its other videos,
    then below the folders that hold these. Nearer ones come first, among them those of the same name.
    """
    from tvau_studio.media.fingerprint import fingerprint

    if not video.fingerprint:
        return None
    name = video.path.replace("\\", "/").rpartition("/")[2]
    suffix = Path(name).suffix.lower()
    for near in _near(project):
        alike = [path for path in near if path.suffix.lower() == suffix]
        for path in sorted(alike, key=lambda p: p.name != name):
            try:
                if fingerprint(path) == video.fingerprint:
                    return path
            except StudioError:
                continue  # it went, or may not be read
    return None


def _near(project: Library) -> Iterator[list[Path]]:
    """The files below one folder after another, each file once, `SEARCHED` at most."""
    parents = {(project.folder / other.path).parent: None for other in project.videos}
    folders = dict.fromkeys([project.folder, *parents, *(p.parent for p in parents)])
    seen: set[Path] = set()
    for folder in folders:
        if not folder.is_dir() or folder == folder.parent:
            continue
        found: list[Path] = []
        for path in folder.rglob("*"):
            if len(seen) >= SEARCHED:
                break
            if path not in seen and path.is_file():
                seen.add(path)
                found.append(path)
        yield found
