"""UBnormal, as it is published: folders ``SceneN`` with videos and their annotations.

Beside ``abnormal_scene_N_scenario_M.mp4`` lies ``abnormal_scene_N_scenario_M_annotations``: a picture
``<video>_%04d_gt.png`` per frame whose pixel value is the object id (0 = background), and ``<video>_tracks.txt``, or
``<video>_new_tracks.txt`` which then counts, with a line ``object_id,start,end`` (end inclusive) per *abnormal* object.
All other objects are normal. An object's box is that around the largest piece of its id.
"""

from __future__ import annotations

import re
from pathlib import Path

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.geometry import Box
from tvau_studio.formats import benchmark, mask_tracks, text
from tvau_studio.formats.base import Format, Malformed, Reading, ReadOptions
from tvau_studio.formats.benchmark import Seen
from tvau_studio.formats.build import Builder

_NAME = re.compile(r"(?P<kind>normal|abnormal)_scene_\d+_scenario_\w+")
_SCENE = re.compile(r"scene[ _]?\d+", re.IGNORECASE)
_ANNOTATIONS = "_annotations"

Periods = dict[int, list[tuple[int, int, str]]]
"""object id -> start, stop and line of each stretch in which it is abnormal."""


def read(path: Path, options: ReadOptions) -> Reading:
    """Every video, in the order of scenes and names. Raises Malformed, with the file and line that are wrong.

    path: the folder of the scenes, or of one scene.
    """
    found = _found(path)
    build = Builder(path)
    for n, (name, (video, masks)) in enumerate(found.items()):
        options.cancel()
        _enter(build, path, name, video, masks, options)
        options.progress(n + 1, len(found))
    return build.reading


def _found(path: Path) -> dict[str, tuple[Path, Path]]:
    """name -> where its video and its annotations lie, or would."""
    benchmark.need_folder(path)
    scenes = [p for p in benchmark.inside(path) if p.is_dir() and _SCENE.fullmatch(p.name)]
    found: dict[str, tuple[Path, Path]] = {}
    for scene in [path, *sorted(scenes, key=lambda p: (len(p.name), p.name))]:
        for item in benchmark.inside(scene):
            if item.is_dir() and item.name.endswith(_ANNOTATIONS):
                name = item.name.removesuffix(_ANNOTATIONS)
            elif benchmark.is_video(item):
                name = item.stem
            else:
                continue
            if not _NAME.fullmatch(name):
                continue
            video, masks = found.get(name, (scene / f"{name}.mp4", scene / f"{name}{_ANNOTATIONS}"))
            found[name] = (item, masks) if benchmark.is_video(item) else (video, item)
    if not found:
        why = "there is no video called normal_scene_N_scenario_M.mp4 or abnormal_..., nor its annotations"
        raise Malformed(path, "", f"{why}, in it or in its folders SceneN")
    return found


def glance(path: Path) -> int:
    """How many videos there are. Raises Malformed."""
    return len(_found(path))


def _enter(build: Builder, root: Path, name: str, video: Path, masks: Path, options: ReadOptions) -> None:
    abnormal = name.startswith("abnormal")
    seen = _seen(build, name, video)
    pictures = _pictures(masks, name)
    length = seen.frames if seen else len(pictures)
    if not length:
        build.warn(f"{name} was left out: how many frames it has is not known")
        return
    if len(pictures) > length:
        raise Malformed(pictures[-1], "", f"a mask of frame {len(pictures) - 1}, but the video has {length} frames")
    where = str((masks if pictures else video).relative_to(root))
    rows, size = _boxes(pictures, seen, options)
    key = build.video(
        str(video.absolute()),
        frames=length,
        size=size or (seen.size if seen else None),
        fps=seen.fps if seen else None,
        fingerprint=seen.fingerprint if seen else "",
        where=where,
    )
    periods = _periods(masks, name, length) if masks.is_dir() else {}
    told = _objects(build, key, rows, periods, where)
    build.clip(key, anomaly=None if told == abnormal else abnormal, where=where)
    if abnormal and not pictures:
        build.warn(f"{name} has no masks, so that it has no objects")
    elif abnormal and not told:
        build.warn(f"{name} has no abnormal object")
    elif pictures and len(pictures) < length:
        build.warn(f"{name}: the last {length - len(pictures)} frames have no mask")


def _seen(build: Builder, name: str, video: Path) -> Seen | None:
    if not video.exists():
        return None
    try:
        return benchmark.looked_at(video)
    except StudioError as error:
        build.warn(f"{name} is entered as missing: {str(error).rstrip('.')}")
        return None


def _pictures(folder: Path, name: str) -> list[Path]:
    """The masks by frame, from 0 on. Raises Malformed where one is missing between others."""
    form = re.compile(re.escape(name) + r"_(\d{4,})_gt\.png")
    found: dict[int, Path] = {}
    for item in benchmark.inside(folder):
        if match := form.fullmatch(item.name):
            found[int(match[1])] = item
    missing = next((n for n in range(len(found)) if n not in found), None)
    if missing is not None:
        raise Malformed(folder, f"{name}_{missing:04d}_gt.png", f"the mask of frame {missing} is missing")
    return [found[n] for n in range(len(found))]


def _boxes(
    pictures: list[Path], seen: Seen | None, options: ReadOptions
) -> tuple[dict[int, dict[int, Box]], tuple[int, int] | None]:
    """id -> frame -> box, and the size (H, W) of the masks."""
    from tvau_studio.media.imageops import read_numbers

    found: dict[int, dict[int, Box]] = {}
    size = seen.size if seen else None
    for frame, picture in enumerate(pictures):
        options.cancel()
        try:
            mask = read_numbers(picture)
        except StudioError as error:
            raise Malformed(picture, "", str(error).removeprefix(f"{picture} ")) from None
        height, width = mask.shape
        size = size or (height, width)
        if (height, width) != size:
            raise Malformed(picture, "", f"a mask of {width}x{height}, but the pictures are {size[1]}x{size[0]}")
        for id, box in mask_tracks.largest_pieces(mask).items():
            found.setdefault(id, {})[frame] = box
    return found, size


def _periods(folder: Path, name: str, frames: int) -> Periods:
    """What the file of tracks says. Raises Malformed, with the line."""
    newer, older = folder / f"{name}_new_tracks.txt", folder / f"{name}_tracks.txt"
    path = newer if newer.exists() else older
    if not path.exists():
        if name.startswith("normal"):
            return {}
        raise Malformed(older, "", "there is no such file, which names the abnormal objects")
    found: Periods = {}
    for line, content in text.lines(path):
        where = f"line {line}"
        fields = [f.strip() for f in content.split(",")]
        if len(fields) != 3:
            raise Malformed(path, where, f"{content[:40]!r} is not object_id,start,end")
        id, start, end = (_whole(path, where, f) for f in fields)
        if id < 1:
            raise Malformed(path, where, f"{id} is no object id; 0 is the background")
        if not 0 <= start <= end:
            raise Malformed(path, where, f"frames {start} to {end} are no stretch")
        if end >= frames:
            raise Malformed(path, where, f"frame {end} is behind the last, {frames - 1}")
        found.setdefault(id, []).append((start, end + 1, f"{path.name}, {where}"))
    return found


def _whole(path: Path, where: str, field: str) -> int:
    """A whole number, also written as ``2.0``. Raises Malformed."""
    match = re.fullmatch(r"(-?\d{1,9})(?:\.0*)?", field)
    if match is None:
        raise Malformed(path, where, f"{field[:40]!r} is no whole number")
    return int(match[1])


def _objects(build: Builder, video: str, rows: dict[int, dict[int, Box]], periods: Periods, where: str) -> bool:
    """Whether any of them is abnormal."""
    for id in sorted(rows):
        thing = build.thing(video, id, rows[id], where=f"{where}, object id {id}")
        for start, stop, _ in periods.get(id, []):
            build.segment(thing, start, stop, mask_tracks.EVENT)
        if id not in periods:
            build.segment(thing, min(rows[id]), max(rows[id]) + 1, None)
    for id, told in periods.items():
        if id not in rows:
            build.warn(f"{where}/{told[0][2]}: object {id} is in no mask")
        elif not any(start <= f < stop for start, stop, _ in told for f in rows[id]):
            build.warn(f"{where}/{told[0][2]}: object {id} is in no mask of these frames")
    return any(id in rows for id in periods)


FORMAT = Format(
    name="ubnormal",
    title="UBnormal, the folder of the data set",
    suffixes=(),
    read=read,
    write=None,
    glance=glance,
    holds=frozenset({"boxes", "gaps", "event", "normal", "segments", "anomaly"}),
)
