"""A labelled data set on disk: videos, masks and one line of labels per clip, as the studio exports them."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tvau_studio.domain.document import Document
from tvau_studio.domain.errors import Cancelled, StudioError, UsageError
from tvau_studio.domain.labels import Clip, Keyframe, Object, Segment, Split, Video, keyframe_key
from tvau_studio.formats import jsonl_write
from tvau_studio.formats.base import Part, WriteOptions
from tvau_studio.media.encoder import write_video
from tvau_studio.synth.clips import SynthClip, render_clip
from tvau_studio.synth.scenes import Options

LABELS = "labels.jsonl"
SPLITS: tuple[Split, ...] = ("train", "train", "train", "train", "train", "train", "train", "train", "val", "test")
"""The split of clip n is entry n % 10."""


@dataclass(frozen=True)
class Recipe:
    """clips: how many. seed: clip n is rendered from seed + n. frames, size [H, W], fps: of each. split: of all clips;
    None: eight of ten train, one val, one test. options: what is in the scenes."""

    clips: int
    seed: int = 0
    frames: int = 24
    size: tuple[int, int] = (224, 392)
    fps: float = 24.0
    split: Split | None = None
    options: Options = field(default_factory=Options)

    def check(self) -> None:
        """Raises UsageError where it cannot be rendered."""
        if self.clips < 1 or self.frames < 1 or self.seed < 0 or not 0 < self.fps <= 1000:
            raise UsageError("Give at least one clip, one frame, a seed from 0 on and a frame rate above 0.")
        if min(self.size) < 32 or max(self.size) > 4096 or any(side % 2 for side in self.size):
            raise UsageError(
                "The size {height}x{width} is not possible; give even sides from 32 to 4096.",
                height=self.size[0],
                width=self.size[1],
            )


def write_dataset(
    folder: Path,
    recipe: Recipe,
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancel: Callable[[], bool] = lambda: False,
) -> Path:
    """Render the clips into `folder`: ``videos/NAME.mp4``, ``masks/NAME.npy`` (uint8 [T, H, W], 1 where an event is
    seen), ``instances/NAME.npy`` (uint8 [T, H, W], the track of the object seen) and ``labels.jsonl``. Returns the path
    of the labels.

    The folder appears whole or not at all; the same recipe gives the same labels. workers: processes. Raises
    StudioError where the folder is not empty or cannot be written, Cancelled once `cancel()` was true.
    """
    recipe.check()
    folder = folder.resolve()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise StudioError("{folder} is there already and not empty; name a new folder.", folder=folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise StudioError("{folder} cannot be written: {why}.", folder=folder, why=error.strerror) from None
    try:
        for name in ("videos", "masks", "instances"):
            (made / name).mkdir()
        with (made / LABELS).open("w", encoding="utf-8", newline="\n") as out:
            for done, line in enumerate(_rendered(made, recipe, workers), start=1):
                out.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
                progress(done, recipe.clips)
                if cancel():
                    raise Cancelled
        made.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    except OSError as error:
        raise StudioError("{folder} cannot be written: {why}.", folder=folder, why=error.strerror) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder / LABELS


def _rendered(folder: Path, recipe: Recipe, workers: int) -> Iterator[dict[str, Any]]:
    one = partial(write_clip, folder, recipe)
    if workers < 2 or recipe.clips < 2:
        yield from map(one, range(recipe.clips))
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(
        min(workers, recipe.clips), mp_context=context, initializer=_leave_stopping_to_the_parent
    )
    try:
        yield from pool.map(one, range(recipe.clips))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _leave_stopping_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)


def write_clip(folder: Path, recipe: Recipe, number: int) -> dict[str, Any]:
    """Render clip `number` of the recipe into the folder, which holds the three subfolders; returns its line."""
    clip = render_clip(recipe.seed + number, recipe.frames, recipe.size, recipe.fps, recipe.options)
    name = f"scene-{recipe.seed + number:07d}"
    video = f"videos/{name}.mp4"
    write_video(folder / video, ((n / recipe.fps, picture) for n, picture in enumerate(clip.pictures)))
    np.save(folder / "masks" / f"{name}.npy", clip.masks())
    np.save(folder / "instances" / f"{name}.npy", clip.instances)
    document, window = labels(clip, video, recipe.split or SPLITS[number % len(SPLITS)], f"masks/{name}.npy")
    return jsonl_write.row(Part(document, document.video(window.video), video, [window]), window, WriteOptions())


def labels(clip: SynthClip, video: str, split: Split, masks: str) -> tuple[Document, Clip]:
    """The labels of a rendered clip as the rows of a project: one video at `video` with one whole clip."""
    height, width = clip.pictures.shape[1:3]
    frames = len(clip.pictures)
    whole = Video(
        key="v",
        path=video,
        frames=frames,
        height=height,
        width=width,
        fps=clip.fps,
        split=split,
        environment_en=clip.environment["en"],
        environment_zh=clip.environment["zh"],
    )
    window = Clip(
        key="c",
        video="v",
        id=f"{whole.stem}:0:{frames}",
        start=0,
        stop=frames,
        state="accepted",
        annotator="tvau-studio synth",
        masks=masks,
    )
    rows: list[Any] = [whole, window]
    for thing in clip.objects:
        key = f"o{thing.track}"
        look = thing.appearance
        rows.append(Object(key=key, video="v", track=thing.track, appearance_en=look["en"], appearance_zh=look["zh"]))
        for n, (a, b, event, motion) in enumerate(thing.segments):
            en, zh = motion["en"], motion["zh"]
            rows.append(Segment(key=f"{key}s{n}", object=key, start=a, stop=b, event=event, motion_en=en, motion_zh=zh))
        for frame in range(min(thing.boxes), frames):
            if (box := thing.boxes.get(frame)) is not None:
                ends = frame - 1 not in thing.boxes or frame + 1 not in thing.boxes
                rows.append(_keyframe(key, frame, box, support=not ends))
            elif frame - 1 in thing.boxes:
                rows.append(_keyframe(key, frame, thing.boxes[frame - 1], outside=True, support=True))
    return Document(rows), window


def _keyframe(
    thing: str, frame: int, box: tuple[int, int, int, int], outside: bool = False, support: bool = False
) -> Keyframe:
    x, y, w, h = map(float, box)
    key = keyframe_key(thing, frame)
    return Keyframe(key=key, object=thing, frame=frame, x=x, y=y, w=w, h=h, outside=outside, support=support)
