"""Formats that hold boxes of tracks: what is written is read again."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.unit.formats.generated import documents, parts_of
from tvau_studio.domain.document import Document
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.geometry import Box
from tvau_studio.formats import formats, get
from tvau_studio.formats.base import Part, ReadOptions, WriteOptions
from tvau_studio.formats.build import shown_boxes

NAMES = sorted(f.name for f in formats().values() if "boxes" in f.holds and f.unit != "clip" and f.read and f.write)
Boxes = dict[tuple[int, int], Box]


def written_boxes(part: Part) -> Boxes:
    return {(track, frame): box for frame, track, box in shown_boxes(part, WriteOptions(drafts=True))}


def read_boxes(path: Path, name: str) -> dict[str, Boxes]:
    """stem of the video -> its boxes."""
    read = get(name).read
    assert read is not None
    document = Document(read(path, ReadOptions()).rows)
    return {
        video.stem: {
            (thing.track, frame): seen.box
            for thing in document.objects(video.key)
            for frame, seen in document.track(thing.key).shown(FrameRange(0, video.frames or 1))
            if not seen.box.is_point
        }
        for video in document.videos
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_boxes_come_back(name: str) -> None:
    format = get(name)

    @settings(max_examples=15)
    @given(document=documents())
    def check(document: Document) -> None:
        parts = parts_of(document, Path("/p"), Path("/p"))
        groups = [[part] for part in parts] if format.unit == "video" else [parts]
        assert format.write is not None
        for group in groups:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"{group[0].video.stem}{format.suffixes[0]}"
                path.write_bytes(b"".join(format.write(group, WriteOptions(drafts=True))))
                found = read_boxes(path, name)
            for part in group:
                alone = next(iter(found.values()), {}) if format.unit == "video" else found.get(part.video.stem, {})
                assert alone == written_boxes(part)

    check()
