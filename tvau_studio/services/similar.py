"""Clips that look like others, by what the network's own vision tower says of them. Nothing is learned for it: the
features of three frame pairs of a clip, in the mean over the picture and over the heat.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.labels import Clip

if TYPE_CHECKING:
    from tvau_studio.services.models import Model
    from tvau_studio.services.projects import Project

_log = logging.getLogger(__name__)

Vectors = dict[str, npt.NDArray[np.float32]]
"""Clip's key -> float32 [2 C], of length 1."""

_SAVE = 64
"""Clips after which what was computed is kept on disk."""


def vectors(
    project: Project,
    model: Model,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Vectors:
    """A vector for every clip whose video is there; what was computed before is read from the project's cache.
    progress(done, total) counts clips. Raises Cancelled; what was computed by then is kept.
    """
    videos = {video.key: video for video in project.videos}
    clips = sorted(project.clips, key=lambda clip: clip.video)
    file = project.cache_folder / "looks" / f"{model.id}.npz"
    known = _read(file)
    found: Vectors = {}
    fresh = 0
    try:
        for n, clip in enumerate(clips):
            name = f"{videos[clip.video].fingerprint}:{clip.start}:{clip.stop}"
            if name not in known:
                try:
                    with project.open_video(videos[clip.video]) as video:
                        known[name] = _vector(model, video, clip, cancel)
                except StudioError as error:  # it is missing, or damaged
                    _log.info("no look at %s: %s", clip.id, error)
                    continue
                fresh += 1
                if fresh % _SAVE == 0:
                    _write(file, known)
            found[clip.key] = known[name]
            if progress is not None:
                progress(n + 1, len(clips))
    finally:
        if fresh:
            _write(file, known)
    return found


def nearest(known: Vectors, to: Iterable[str]) -> list[str]:
    """Every clip's key, the most alike first: by the cosine with the mean of the clips `to`, which come first
    themselves. Empty where nothing is known of them."""
    wanted = [known[key] for key in to if key in known]
    if not wanted:
        return []
    keys = list(known)
    towards = np.mean(wanted, axis=0)
    alike = np.stack([known[key] for key in keys]) @ towards
    return [keys[int(n)] for n in np.argsort(-alike, kind="stable")]


def _vector(model: Model, video: object, clip: Clip, cancel: Callable[[], bool] | None) -> npt.NDArray[np.float32]:
    pairs = clip.range.pairs
    chosen: Sequence[int] = sorted({pairs[0], pairs[len(pairs) // 2], pairs[-1]})
    mean = model.host.looks(video, chosen, cancel).mean(0)  # type: ignore[arg-type]
    return np.asarray(mean / max(1e-6, float(np.linalg.norm(mean))), np.float32)


def _read(file: Path) -> Vectors:
    try:
        with np.load(file) as kept:
            return dict(zip(kept["names"].tolist(), kept["vectors"], strict=True))
    except (OSError, ValueError, KeyError, EOFError):
        return {}  # a cache: absent or broken is the same


def _write(file: Path, known: Vectors) -> None:
    temporary = ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".looks-", suffix=".npz", dir=file.parent)
        with os.fdopen(handle, "wb") as out:
            np.savez(out, names=np.array(list(known)), vectors=np.stack(list(known.values())))
        Path(temporary).replace(file)
    except OSError as error:
        _log.info("the looks of clips are not kept: %s", error)
        if temporary:
            Path(temporary).unlink(missing_ok=True)
