from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tvau_studio.domain.document import Document
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Clip, Keyframe, Object, Segment, Video, keyframe_key
from tvau_studio.formats import get
from tvau_studio.formats.base import Malformed, Part, Reading, ReadOptions, WriteOptions


def read(path: Path) -> Reading:
    reader = get("masks").read
    assert reader is not None
    return reader(path, ReadOptions())


def boxes_of(reading: Reading) -> list[dict[int, Box]]:
    document = Document(reading.rows)
    [video] = document.videos
    whole = FrameRange(0, video.frames or 1)
    return [{f: s.box for f, s in document.track(o.key).shown(whole)} for o in document.objects(video.key)]


@pytest.fixture
def document() -> Document:
    """An anomalous object from frame 1 on, with an event in frames 2:5, and a normal one."""
    frames = [("o", 1, 0.25), ("o", 3, 4.25), ("n", 0, 10.0)]
    return Document(
        [
            Video(key="v", path="a.mp4", frames=6, height=20, width=30),
            Clip(key="c", video="v", id="c", start=1, stop=6),
            Object(key="o", video="v", track=4),
            Object(key="n", video="v", track=5),
            *(Keyframe(key=keyframe_key(o, f), object=o, frame=f, x=x, y=-2, w=5, h=6) for o, f, x in frames),
            Segment(key="s", object="o", start=2, stop=5, event="person running"),
        ]
    )


def write(document: Document, **options: Any) -> list[bytes]:
    [video] = document.videos
    writer = get("masks").write
    assert writer is not None
    return list(writer([Part(document, video, video.path, document.clips("v"))], WriteOptions(**options)))


def test_boxes_are_filled_where_they_are_anomalous(document: Document, tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(b"".join(write(document)))
    masks = np.load(tmp_path / "a.npy")
    assert (masks.dtype, masks.shape) == (np.uint8, (5, 20, 30))
    assert masks.any((1, 2)).tolist() == [False, True, True, True, False]
    ys, xs = np.nonzero(masks[2])
    assert (ys.min(), ys.max(), xs.min(), xs.max()) == (0, 3, 4, 9)
    assert boxes_of(read(tmp_path / "a.npy")) == [{1: Box(2, 0, 6, 4), 2: Box(4, 0, 6, 4), 3: Box(4, 0, 6, 4)}]


def test_a_clip_of_unknown_size_is_left_out(document: Document) -> None:
    told: list[str] = []
    rows = [r for t in ("clip", "object") for r in document.rows(t)]
    assert write(Document([*rows, replace(document.video("v"), height=None, width=None)]), warn=told.append) == []
    assert told == ["c was left out: the size of its pictures is not known"]


def test_files_of_masks(shared_data: Path) -> None:
    folder = shared_data / "formats"
    facts = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["files"]
    two = read(folder / "masks/made_two_ids.npy")
    expected = facts["masks/made_two_ids.npy"]["boxes"]
    for track, rows in zip(("1", "2"), boxes_of(two), strict=True):
        fact = expected[track]
        assert len(rows) == fact["frames"]
        for end, frame in (("first", min(rows)), ("last", max(rows))):
            assert [frame, *rows[frame].tuple()] == fact[end]
    binary = boxes_of(read(folder / "masks/made_binary.npy"))
    start, stop = facts["masks/made_binary.npy"]["anomalous_frames"]
    assert {f for rows in binary for f in rows} == set(range(start, stop))
    assert len(binary) == 2
    assert len(boxes_of(read(folder / "masks/made_touching_and_split.npy"))) == 3


def test_broken_masks(shared_data: Path) -> None:
    folder = shared_data / "formats/malformed"
    tracemalloc.start()
    for name, fact in json.loads((folder / "expected.json").read_text(encoding="utf-8")).items():
        if fact["format"] != "masks":
            continue
        if fact["verdict"] == "refused":
            with pytest.raises(Malformed) as refusal:
                read(folder / name)
            assert refusal.value.where in (fact["where"], f"the {fact['where']}", "the type")
        else:
            assert read(folder / name).warnings == []
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    same = [boxes_of(read(folder / f"masks/{n}.npy")) for n in ("control_good", "fortran_order")]
    assert same[0] == same[1] != []


def test_a_video_is_as_long_as_its_masks(tmp_path: Path) -> None:
    np.save(tmp_path / "01_0001-012_015.npy", np.zeros((4, 8, 9), np.uint8))
    reading = read(tmp_path / "01_0001-012_015.npy")
    document = Document(reading.rows)
    [video] = document.videos
    assert (video.frames, video.size) == (4, (8, 9))
    assert document.clips(video.key)[0].masks == str(tmp_path / "01_0001-012_015.npy")
    assert reading.warnings == ["the masks are empty: there is no object"]
