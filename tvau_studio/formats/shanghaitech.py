"""ShanghaiTech Campus, as it is published: a folder with ``testing`` and ``training``.

``testing/frames/SS_VVVV`` holds the pictures of a video (or is the video: ``SS_VVVV.avi``, also in ``testing/videos``),
``testing/test_frame_mask/SS_VVVV.npy`` [T] says which frames are anomalous, ``testing/test_pixel_mask/SS_VVVV.npy``
[T, H, W] where. ``training/videos`` are normal. The parts of the masks are linked as the first author's thesis does
(METHOD 1.7), each at the frame in which it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tvau_studio.domain.errors import StudioError
from tvau_studio.formats import benchmark, mask_tracks, masks
from tvau_studio.formats.base import Format, Malformed, Reading, ReadOptions
from tvau_studio.formats.benchmark import Seen
from tvau_studio.formats.build import Builder

MAX_GAP = 24
"""Frames after which a part that was gone is another object: a clip of the thesis, whose linking knows no other end."""


@dataclass
class _Test:
    """One video of the test part, by the files that are there."""

    name: str
    video: Path | None = None
    frame_mask: Path | None = None
    pixel_mask: Path | None = None


def read(path: Path, options: ReadOptions) -> Reading:
    """Every video, tests first, in the order of their names. Raises Malformed, with the file that is wrong."""
    tests, normal = _found(path)
    build = Builder(path)
    total = len(tests) + len(normal)
    for n, test in enumerate(tests):
        options.cancel()
        _enter_test(build, path, test, options)
        options.progress(n + 1, total)
    for n, video in enumerate(normal, start=len(tests)):
        options.cancel()
        _enter_normal(build, path, video)
        options.progress(n + 1, total)
    return build.reading


def glance(path: Path) -> int:
    """How many videos there are. Raises Malformed."""
    tests, normal = _found(path)
    return len(tests) + len(normal)


def _found(path: Path) -> tuple[list[_Test], list[Path]]:
    benchmark.need_folder(path)
    tests, normal = _tests(path / "testing"), _normal(path / "training")
    if not tests and not normal:
        raise Malformed(path, "", "there is neither a testing folder with videos or masks nor training/videos in it")
    return tests, normal


def _tests(folder: Path) -> list[_Test]:
    found: dict[str, _Test] = {}

    def of(name: str) -> _Test:
        return found.setdefault(name, _Test(name))

    for part in ("frames", "videos"):
        for item in benchmark.inside(folder / part):
            if item.is_dir():
                of(item.name).video = item
            elif benchmark.is_video(item) and of(item.stem).video is None:
                of(item.stem).video = item
    for item in benchmark.inside(folder / "test_frame_mask"):
        if item.suffix == ".npy":
            of(item.stem).frame_mask = item
    for item in benchmark.inside(folder / "test_pixel_mask"):
        if item.suffix == ".npy":
            of(item.stem).pixel_mask = item
    return [found[name] for name in sorted(found)]


def _normal(folder: Path) -> list[Path]:
    """The videos of the training part; those that were taken apart into pictures where there are no files."""
    videos = {p.stem: p for p in benchmark.inside(folder / "videos") if benchmark.is_video(p)}
    pictures = {p.name: p for p in benchmark.inside(folder / "frames") if p.is_dir()}
    return [p for _, p in sorted((pictures | videos).items())]


def _enter_test(build: Builder, root: Path, test: _Test, options: ReadOptions) -> None:
    anomalous = None if test.frame_mask is None else _frame_mask(test.frame_mask)
    pixels = None if test.pixel_mask is None else masks.load(test.pixel_mask)
    seen = _seen(build, test)
    length = _length(test, anomalous, pixels, seen)
    if length is None:
        build.warn(f"{test.name} was left out: how many frames it has is not known")
        return
    size = None if pixels is None else (int(pixels.shape[1]), int(pixels.shape[2]))
    if size and seen and size != seen.size:
        (h, w), (height, width) = size, seen.size
        assert test.pixel_mask is not None
        raise Malformed(test.pixel_mask, "the shape", f"masks of {w}x{h}, but the pictures are {width}x{height}")
    where = str((test.pixel_mask or test.frame_mask or test.video or root).relative_to(root))
    video = build.video(
        str((test.video or root / "testing" / "frames" / test.name).absolute()),
        frames=length,
        size=size or (seen.size if seen else None),
        fps=seen.fps if seen else None,
        fingerprint=seen.fingerprint if seen else "",
        split="test",
        where=where,
    )
    anomaly = None if anomalous is None else bool(anomalous.any())
    told = False
    if pixels is not None:
        told = _objects(build, video, pixels, anomalous, test.name, where, options)
    elif anomaly is not False:
        build.warn(f"{test.name} has no pixel mask, so that it has no objects")
    file = "" if test.pixel_mask is None else str(test.pixel_mask.absolute())
    build.clip(video, anomaly=None if told == anomaly else anomaly, masks=file, where=where)


def _seen(build: Builder, test: _Test) -> Seen | None:
    if test.video is None:
        return None
    try:
        return benchmark.looked_at(test.video)
    except StudioError as error:
        build.warn(f"{test.name} is entered as missing: {str(error).rstrip('.')}")
        return None


def _length(
    test: _Test, anomalous: npt.NDArray[np.bool_] | None, pixels: mask_tracks.Masks | None, seen: Seen | None
) -> int | None:
    """The frames of the video, on which all files have to agree. None where none says it."""
    told = [(test.frame_mask, len(anomalous))] if anomalous is not None else []
    told += [(test.pixel_mask, len(pixels))] if pixels is not None else []
    for file, length in told:
        assert file is not None
        if length != told[0][1]:
            raise Malformed(file, "the shape", f"{length} frames, but {told[0][0]} has {told[0][1]}")
        if seen is not None and length != seen.frames:
            raise Malformed(file, "the shape", f"{length} frames, but {test.video} has {seen.frames}")
    return told[0][1] if told else seen.frames if seen else None


def _frame_mask(path: Path) -> npt.NDArray[np.bool_]:
    """bool [T]. Raises Malformed."""
    found: npt.NDArray[Any] = masks.mapped(path)
    if found.ndim != 1 or not len(found):
        raise Malformed(path, "the shape", f"{list(found.shape)} is not [T]")
    if found.dtype.kind not in "bui":
        raise Malformed(path, "the type", f"{found.dtype} is neither bool nor whole numbers")
    odd = np.flatnonzero((found != 0) & (found != 1))
    if len(odd):
        raise Malformed(path, f"frame {odd[0]}", f"{found[odd[0]]} is neither 0 nor 1")
    return np.asarray(found, np.bool_)


def _objects(
    build: Builder,
    video: str,
    pixels: mask_tracks.Masks,
    anomalous: npt.NDArray[np.bool_] | None,
    name: str,
    where: str,
    options: ReadOptions,
) -> bool:
    """The objects of the masks, and whether any is anomalous. Where a frame mask says that a frame is normal, so are
    they there.
    """
    ids = mask_tracks.ids(pixels, options.cancel)
    if mask_tracks.is_binary(ids):
        found = dict(enumerate(mask_tracks.linked(pixels, MAX_GAP, options.cancel), start=1))
    else:
        found = mask_tracks.by_id(pixels, ids, options.cancel)
    shown: set[int] = set()
    told = False
    for track, rows in found.items():
        life = range(min(rows), max(rows) + 1)
        frames = life if anomalous is None else [f for f in life if anomalous[f]]
        thing = build.thing(video, track, rows, where=f"{where}, object {track}")
        for start, stop in benchmark.stretches(frames):
            build.segment(thing, start, stop, mask_tracks.EVENT)
        if not frames:
            build.segment(thing, life.start, life.stop, None)
        shown |= set(rows)
        told |= bool(frames)
    if anomalous is not None:
        _compare(build, set(np.flatnonzero(anomalous).tolist()), shown, name)
    return told


def _compare(build: Builder, anomalous: set[int], shown: set[int], name: str) -> None:
    if blind := anomalous - shown:
        build.warn(f"{name}: {len(blind)} anomalous frames have no object ({_ranges(blind)})")
    if quiet := shown - anomalous:
        build.warn(f"{name}: {len(quiet)} frames with objects are normal by the frame mask ({_ranges(quiet)})")


def _ranges(frames: set[int]) -> str:
    found = [f"{a}:{b}" for a, b in benchmark.stretches(frames)]
    return ", ".join(found[:3]) + (", ..." if len(found) > 3 else "")


def _enter_normal(build: Builder, root: Path, video: Path) -> None:
    try:
        seen = benchmark.looked_at(video)
    except StudioError as error:
        build.warn(f"{video.name} was left out: {str(error).rstrip('.')}")
        return
    where = str(video.relative_to(root))
    key = build.video(
        str(video.absolute()),
        frames=seen.frames,
        size=seen.size,
        fps=seen.fps,
        fingerprint=seen.fingerprint,
        split="train",
        where=where,
    )
    build.clip(key, anomaly=False, where=where)


FORMAT = Format(
    name="shanghaitech",
    title="ShanghaiTech Campus, the folder of the data set",
    suffixes=(),
    read=read,
    write=None,
    glance=glance,
    holds=frozenset({"boxes", "gaps", "event", "segments", "anomaly", "split", "masks"}),
)
