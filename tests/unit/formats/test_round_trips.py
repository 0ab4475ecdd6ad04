"""Out and in again, for every format that can be written and read: a file, imported into an empty project and exported
from it, is the same to the byte. What a format cannot hold is not in the file; what it holds comes back whole.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tvau_studio.domain.actions import Who
from tvau_studio.domain.document import Document
from tvau_studio.domain.edits import created, edit
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import EVENTS, TABLES, Clip, Description, EventClass, Object, Row, Segment, Video
from tvau_studio.formats import formats, get, sparse
from tvau_studio.formats.base import Format, Part, ReadOptions, WriteOptions, path_in_file
from tvau_studio.services import importing
from tvau_studio.services.import_draft import ImportWishes

NAMES = sorted(f.name for f in formats().values() if f.read and f.write)
ROOT = Path("/p")

NAMELESS = {"labels-csv", "masks", "tvau-text"}
"""Formats that do not say how long a video is: they are imported into a project that has it."""


@dataclass
class Memory:
    """A project in memory, as an import needs it."""

    rows: Document = field(
        default_factory=lambda: Document(EventClass(key=e, position=n) for n, e in enumerate(EVENTS))
    )
    folder: Path = ROOT
    who: Who = field(default_factory=lambda: Who("ann", lambda: 1.0))

    @property
    def videos(self) -> list[Video]:
        return sorted(self.rows.videos, key=lambda v: v.path)

    @property
    def clips(self) -> list[Clip]:
        return [c for v in self.videos for c in self.rows.clips(v.key)]

    @property
    def event_classes(self) -> list[EventClass]:
        return self.rows.event_classes

    def document(self, video: str | None = None) -> Document:
        return Document(r for t in TABLES for r in self.rows.rows(t))

    def stored_path(self, path: str | Path) -> str:
        return path_in_file(str(path), self.folder, self.folder)

    def take(self, format: Format, path: Path, video: str | None) -> None:
        assert format.read is not None
        step, _ = importing.plan(self, format, path, format.read(path, ReadOptions()), ImportWishes(video))
        self.rows.apply(step)


def files_of(format: Format, document: Document, root: Path) -> dict[str, bytes]:
    """name -> what an export of everything writes."""
    assert format.write is not None
    found = {}
    videos = sorted(document.videos, key=lambda v: v.path)
    parts = [Part(document, v, path_in_file(v.path, root, root), document.clips(v.key)) for v in videos]
    units = {"project": [parts], "video": [[p] for p in parts]}.get(format.unit)
    units = units or [[replace(p, clips=[c])] for p in parts for c in p.clips]
    for unit in units:
        content = b"".join(format.write(unit, WriteOptions()))
        name = unit[0].video.stem if format.unit == "video" else unit[0].clips[0].id if format.unit == "clip" else "all"
        if content:
            found[f"{name}{format.suffixes[0]}"] = content
    return found


@st.composite
def labels(draw: st.DrawFn) -> Document:
    """One or two whole clips with objects, as people label them: paths of boxes with a gap, an event, texts."""
    rows: list[Row] = [EventClass(key=e, position=n) for n, e in enumerate(EVENTS)]
    for name in draw(st.sampled_from([["01_0001"], ["01_0001", "02_0013"]])):
        frames = draw(st.integers(4, 30))
        rows.append(Video(key=name, path=f"{name}.mp4", frames=frames, height=90, width=160, fps=24.0))
        rows.append(Clip(key=f"{name}c", video=name, id=f"{name}:0:{frames}", start=0, stop=frames, state="to review"))
        rows.append(Description(key=f"{name}d", clip=f"{name}c", position=0, language="en", text=draw(WORDS)))
        for track in range(1, draw(st.integers(0, 3)) + 1):
            rows += draw(_thing(name, track, frames))
    return Document(rows)


WORDS = st.sampled_from(["A man in red walks.", "一名男子。", 'Two, "quoted" & <b>', "a; b\tc"])


@st.composite
def _thing(draw: st.DrawFn, video: str, track: int, frames: int) -> list[Row]:
    key = f"{video}o{track}"
    event = draw(st.sampled_from([None, *EVENTS[:3]]))
    rows: list[Row] = [Object(key=key, video=video, track=track, appearance_en=draw(WORDS))]
    seen = sorted(draw(st.sets(st.integers(0, frames - 1), min_size=1)))
    boxes = {}
    for frame in seen:
        x, y = (draw(st.integers(0, 5000)) / 100 for _ in range(2))
        boxes[frame] = Box(x, y, draw(st.integers(100, 3000)) / 100, draw(st.integers(100, 3000)) / 100)
    rows += sparse.keyframes(key, boxes)
    rows.append(Segment(key=f"{key}s", object=key, start=seen[0], stop=seen[-1] + 1, event=event, motion_en="moves"))
    return rows


NOT_AT_ONCE = {
    "coco": "numbers count in the whole file: those of a second video begin anew once they are in a project",
    "masks": "boxes become whole pixels, and objects are numbered anew where an id hides another",
    "viame": "the rate is not in the file: times become frame numbers",
    "tvau-track": "centroids become points, and objects are numbered by when they come",
}
"""Formats of which the second file, not the first, is the one that stays as it is, and why."""


@pytest.mark.parametrize("name", NAMES)
def test_a_file_comes_back_to_the_byte(name: str) -> None:
    format = get(name)

    @settings(max_examples=12, deadline=None)
    @given(document=labels())
    def check(document: Document) -> None:
        first = files_of(format, document, ROOT)
        videos = document.videos
        second, document = again(format, first, videos)
        third, _ = again(format, second, videos)
        assert third == second
        if name not in NOT_AT_ONCE:
            assert second == first

    check()


def again(format: Format, files: dict[str, bytes], videos: list[Video]) -> tuple[dict[str, bytes], Document]:
    """The files, imported into an empty project (with `videos`, where files cannot do without) and exported from it."""
    with tempfile.TemporaryDirectory() as folder:
        project = Memory(folder=Path(folder))
        if format.name in NAMELESS:
            project.rows.apply(edit("", [created(v) for v in videos]))
        for name, content in files.items():
            path = Path(folder) / name
            path.write_bytes(content)
            # Masks are called as their clips are, so that a person says which video is meant.
            project.take(format, path, f"{name.partition(':')[0]}.mp4" if format.unit == "clip" else None)
    return files_of(format, project.rows, project.folder), project.rows
