"""Clips as files of their own, for trainers that cannot cut a window out of a video: each picture of it, no other.

They lie in a folder beside the export that is called as it is, one film or one folder of pictures a clip.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import Clip, Video

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from tvau_studio.media.video import Video as File

Cancel = Callable[[], None]

MEDIA = ("videos", "clips", "frames")
"""What dialogues name: the whole video, a film (MP4) of the clip's pictures, or each of these pictures (JPEG)."""

_QUALITY = 95
"""Of the pictures, 1 to 100: what a network is trained on keeps its detail."""


class Library(Protocol):
    """What is needed of a project here."""

    def find_video(self, video: Video) -> Path | None: ...


class Cutter:
    """Cuts clips when it is asked where they are. folder: of the export. name: of its file, without suffix. media: of
    `MEDIA`. dry: it says where they would be, and cuts nothing. made: what was written, films or folders.
    """

    def __init__(
        self, project: Library, folder: Path, name: str, media: str, cancel: Cancel | None = None, dry: bool = False
    ) -> None:
        self._project, self._root, self._media = project, folder, media
        self._cancel, self._dry = cancel, dry
        self.folder = folder / f"{name}_{media}"
        self.made: list[Path] = []
        self._new: list[Path] = []
        self._names: dict[str, str] = {}
        self._open: tuple[str, File] | None = None

    @contextlib.contextmanager
    def whole(self) -> Iterator[None]:
        """A whole export: videos are closed at its end, and what is new is taken away again where it fails."""
        try:
            yield
        except BaseException:
            for path in reversed(self._new):
                with contextlib.suppress(OSError):
                    path.rmdir() if path.is_dir() else path.unlink()
            raise
        finally:
            self._close()

    def __call__(self, video: Video, clip: Clip) -> str | list[str]:
        """The path of a clip's film, or those of its pictures, relative to the export's folder.

        Raises StudioError where the video is missing or too short, or nothing can be written.
        """
        name = self._name(clip)
        if self._media == "clips":
            target = self.folder / f"{name}.mp4"
            if not self._dry:
                self._film(video, clip, target)
            return target.relative_to(self._root).as_posix()
        targets = {n: self.folder / name / f"{n:06d}.jpg" for n in clip.range}
        if not self._dry:
            self._pictures(video, clip, targets)
        return [t.relative_to(self._root).as_posix() for t in targets.values()]

    def _name(self, clip: Clip) -> str:
        """A name for files: the clip's id without what no file name holds, unlike that of any other clip."""
        if clip.key not in self._names:
            plain = "".join("_" if c in '/\\:*?"<>|' or ord(c) < 32 else c for c in clip.id)[:100].strip(". ") or "clip"
            name, n = plain, 1
            while name.casefold() in {other.casefold() for other in self._names.values()}:
                n += 1
                name = f"{plain}~{n}"
            self._names[clip.key] = name
        return self._names[clip.key]

    def _film(self, video: Video, clip: Clip, target: Path) -> None:
        from tvau_studio.media.encoder import write_video

        file = self._file(video, clip)

        def pictures() -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
            for n in clip.range:
                self._check()
                yield float(file.clock[n]), file[n]

        self._folder(target.parent)
        there = target.exists()
        write_video(target, pictures())
        self._new += [] if there else [target]
        self.made.append(target)

    def _pictures(self, video: Video, clip: Clip, targets: dict[int, Path]) -> None:
        from tvau_studio.media.imageops import write_jpeg

        file = self._file(video, clip)
        folder = self.folder / self._name(clip)
        self._folder(folder)
        for n, target in targets.items():
            self._check()
            there = target.exists()
            write_jpeg(target, file[n], _QUALITY)
            self._new += [] if there else [target]
        self.made.append(folder)

    def _folder(self, folder: Path) -> None:
        for path in (self.folder, folder):
            if not path.is_dir():
                try:
                    path.mkdir()
                except OSError as error:
                    why = "there is a file of that name" if isinstance(error, FileExistsError) else error.strerror
                    raise StudioError("The folder {path} cannot be made: {why}.", path=path, why=why) from None
                self._new.append(path)

    def _check(self) -> None:
        if self._cancel is not None:
            self._cancel()

    def _file(self, video: Video, clip: Clip) -> File:
        """The video, opened; kept until another one is wanted."""
        from tvau_studio.media.video import Video as File

        if self._open is None or self._open[0] != video.key:
            self._close()
            path = self._project.find_video(video)
            if path is None:
                raise StudioError(
                    "{path} is missing, so that {clip} cannot be cut out of it; add the file at its new place to the "
                    "project, or export without media of its own.",
                    path=video.path,
                    clip=clip.id,
                )
            self._open = (video.key, File(path))
        file = self._open[1]
        if clip.stop > len(file):
            raise StudioError(
                "{path} has {frames} frames, so that {clip} ({range}) cannot be cut out of it.",
                path=file.path,
                frames=len(file),
                clip=clip.id,
                range=clip.range,
            )
        return file

    def _close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None
