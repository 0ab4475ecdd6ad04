"""The yes or no of the first author's thesis, ``labels.csv``: ``video,description``, UTF-8 with a byte order mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tvau_studio.domain.answers import read_answer
from tvau_studio.formats import text
from tvau_studio.formats.base import Format, Part, Reading, ReadOptions, WriteOptions
from tvau_studio.formats.build import Builder
from tvau_studio.formats.thesis import clip_name, video_name

_SAID = {True: "有异常", False: "没有异常"}
_ALSO = {"abnormal": True, "anomaly": True, "normal": False, "1": True, "0": False, "true": True, "false": False}


def read(path: Path, options: ReadOptions) -> Reading:
    """One video with one clip for each row. Raises Malformed."""
    build = Builder(path)
    rows = text.csv_rows(path)
    first = next(rows, None)
    if first is None or [name.strip().lower() for name in first[1]] != ["video", "description"]:
        raise build.refuse("line 1", "the columns have to be video,description")
    names: dict[str, int] = {}
    for line, row in rows:
        where = f"line {line}"
        if len(row) != 2:
            raise build.refuse(where, f"{len(row)} fields, 2 are wanted")
        name, said = row[0].strip(), row[1].strip()
        if not name:
            raise build.refuse(where, "there is no video")
        if (before := names.setdefault(name, line)) != line:
            raise build.refuse(f"{where} (first at line {before})", f"{name} is there twice")
        anomaly = _ALSO.get(said.lower(), read_answer(said).anomaly)
        if anomaly is None:
            raise build.refuse(where, f"{said!r} says neither that there is an anomaly nor that there is none")
        build.clip(build.video(video_name(name), where=where), anomaly=anomaly, where=where)
    if not names:
        build.warn("the file holds no clip")
    return build.reading


def write(parts: Iterable[Part], options: WriteOptions) -> Iterator[bytes]:
    """A row for each clip."""
    yield b"\xef\xbb\xbfvideo,description\n"
    for part in parts:
        for clip in part.clips:
            yield text.csv_line([clip_name(part, clip, ".mp4"), _SAID[part.document.anomalous(clip)]])


FORMAT = Format(
    name="labels-csv",
    title="Yes or no of each clip (labels.csv)",
    suffixes=(".csv",),
    read=read,
    write=write,
    holds=frozenset({"clips", "anomaly"}),
    thesis_names=True,
)
