"""Videos that show the same: copies, re-encoded or not, and parts of one another. In two splits they leak.

Each video is looked at a few times a second, shrunk to `GRID` x `GRID` grey cells. Two pictures are the same where no
cell differs much: a passer-by changes a few cells by far more than another codec or size changes any. Measured on real
clips (largest difference of a cell, median over the pictures): copy at half the size with noise 1, part of a video
looked at between its pictures 3 to 7, same camera at another time 17 to 68.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import Video

Progress = Callable[[int, int], None]
Cancel = Callable[[], None]
Looks = npt.NDArray[np.uint8]
"""uint8 [n, GRID, GRID]: pictures of a video, in their order."""

GRID = 16
_PER_SECOND = 8
_MOST = 1200
"""Pictures of one video at most; of a longer one they lie farther apart."""
_ASKED = 24
"""Pictures of one video that are looked for in another."""
_SAME = 9
"""No cell of two pictures that are the same differs by more, of 255."""
_SHARE = 0.5
"""So many of the pictures asked for have to be in the other video."""
_SAME_CAMERA = 6.0
"""Videos whose usual pictures differ by more on average are not compared at all."""


class Library(Protocol):
    """What is needed of a project here."""

    @property
    def videos(self) -> list[Video]: ...

    @property
    def cache_folder(self) -> Path: ...

    def find_video(self, video: Video) -> Path | None: ...


@dataclass(frozen=True)
class Alike:
    """Two videos that show the same. same_file: their content is the same, byte for byte. share: of the pictures of the
    shorter one that are in the other, 0..1.
    """

    one: Video
    other: Video
    same_file: bool
    share: float

    @property
    def leaks(self) -> bool:
        """Whether they are in two splits."""
        return None not in (self.one.split, self.other.split) and self.one.split != self.other.split


@dataclass(frozen=True)
class Likeness:
    """pairs: videos that show the same. unseen: videos that were not looked at, since they are missing or damaged."""

    pairs: list[Alike]
    unseen: list[Video]

    @property
    def leaks(self) -> list[Alike]:
        """Those in two splits."""
        return [pair for pair in self.pairs if pair.leaks]


def likeness(project: Library, progress: Progress | None = None, cancel: Cancel | None = None) -> Likeness:
    """Compare every two videos of a project. What was seen of them is kept in its cache.

    progress(done, total) counts videos; cancel() raises Cancelled to stop.
    """
    videos = project.videos
    pairs = _same_files(videos)
    known = {frozenset((p.one.key, p.other.key)) for p in pairs}
    seen: list[tuple[Video, Looks]] = []
    unseen: list[Video] = []
    for n, video in enumerate(videos):
        if cancel is not None:
            cancel()
        looks = _looks(project, video, cancel)
        if looks is None:
            unseen.append(video)
        else:
            seen.append((video, looks))
        if progress is not None:
            progress(n + 1, len(videos))
    for (one, a), (other, b) in _near(seen):
        if cancel is not None:
            cancel()
        if frozenset((one.key, other.key)) not in known and (share := alike(a, b)) >= _SHARE:
            pairs.append(Alike(one, other, False, share))
    return Likeness(pairs, unseen)


def _same_files(videos: Sequence[Video]) -> list[Alike]:
    first: dict[str, Video] = {}
    found = []
    for video in videos:
        if video.fingerprint and first.setdefault(video.fingerprint, video) is not video:
            found.append(Alike(first[video.fingerprint], video, True, 1.0))
    return found


def _near(seen: Sequence[tuple[Video, Looks]]) -> Iterator[tuple[tuple[Video, Looks], tuple[Video, Looks]]]:
    """Pairs whose usual pictures could be of one camera."""
    if len(seen) < 2:
        return
    usual = np.stack([np.median(looks, axis=0).astype(np.float32).ravel() for _, looks in seen])  # [videos, cells]
    for n in range(len(seen) - 1):
        distance = np.abs(usual[n + 1 :] - usual[n]).mean(1)
        for i in np.flatnonzero(distance <= _SAME_CAMERA).tolist():
            yield seen[n], seen[n + 1 + i]


def alike(a: Looks, b: Looks) -> float:
    """The share of the pictures of one that are in the other, 0..1; the larger of both ways."""
    return max(_found(a, b), _found(b, a))


def _found(asked: Looks, among: Looks) -> float:
    chosen = asked[np.unique(np.linspace(0, len(asked) - 1, _ASKED).round().astype(int))].astype(np.int16)
    others = among.astype(np.int16)
    hits = [bool((np.abs(others - one).max((1, 2)) <= _SAME).any()) for one in chosen]
    return sum(hits) / len(hits)


def _looks(project: Library, video: Video, cancel: Cancel | None) -> Looks | None:
    """What is seen of a video; None where it is missing or damaged."""
    kept = project.cache_folder / "looks" / f"{video.fingerprint}.npy" if video.fingerprint else None
    if kept is not None and (found := _kept(kept)) is not None:
        return found
    path = project.find_video(video)
    if path is None:
        return None
    try:
        found = _look(path, cancel)
    except StudioError:
        return None
    if kept is not None:
        with contextlib.suppress(OSError):  # a cache: it is looked at again
            kept.parent.mkdir(parents=True, exist_ok=True)
            part = kept.with_suffix(".part.npy")
            np.save(part, found, allow_pickle=False)
            part.replace(kept)
    return found


def _kept(path: Path) -> Looks | None:
    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    good = found.dtype == np.uint8 and found.ndim == 3 and found.shape[1:] == (GRID, GRID) and len(found) > 0
    return found if good else None


def _look(path: Path, cancel: Cancel | None) -> Looks:
    from tvau_studio.media.imageops import resize
    from tvau_studio.media.video import Video as File

    with File(path) as file:
        step = max(1, round(float(file.info.fps) / _PER_SECOND), -(-len(file) // _MOST))
        found = []
        for n in range(0, len(file), step):
            if cancel is not None:
                cancel()
            found.append(resize(file[n], (GRID, GRID)).mean(2).round().astype(np.uint8))
    return np.stack(found)
