"""The three files of the first author's thesis."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.domain.labels import Clip, Description, Keyframe, Object, Segment, Video, keyframe_key
from tvau_studio.formats import get
from tvau_studio.formats.base import Malformed, Part, Reading, ReadOptions, WriteOptions


def read(name: str, path: Path) -> Reading:
    reader = get(name).read
    assert reader is not None
    return reader(path, ReadOptions())


def write(name: str, document: Document, **options: Any) -> str:
    parts = [Part(document, v, v.path, document.clips(v.key)) for v in document.videos]
    writer = get(name).write
    assert writer is not None
    return b"".join(writer(parts, WriteOptions(**options))).decode("utf-8-sig")


@pytest.fixture
def document() -> Document:
    """A video of 8 frames in two clips; a point comes in at frame 2, and a normal one is there all the time."""
    video = Video(key="v", path="01_0001.mp4", frames=8, height=90, width=120)
    clips = [Clip(key="a", video="v", id="a", start=0, stop=8), Clip(key="b", video="v", id="b", start=5, stop=8)]
    things = [Object(key="o", video="v", track=4), Object(key="n", video="v", track=5)]
    frames = [
        Keyframe(key=keyframe_key(o, f), object=o, frame=f, x=x, y=10.4, w=0, h=0, outside=x == 99)
        for o, f, x in (("o", 2, 20.0), ("o", 4, 24.0), ("o", 6, 99), ("n", 0, 50.0))
    ]
    event = Segment(key="s", object="o", start=2, stop=6, event="person running")
    said = [
        Description(key=f"d{n}", clip="a", position=n, language=language, text=text)
        for n, (language, text) in enumerate([("zh", "目标1向右。"), ("en", "It moves.")])
    ]
    return Document([video, *clips, *things, *frames, event, *said])


def test_tracks_keep_their_time(document: Document) -> None:
    found = json.loads(write("tvau-track", document))
    assert found == {
        "01_0001.npy": {
            "size": [90, 120],
            "frame number": 8,
            "object number": 1,
            "object 1": [None, None, "top-left_(20,10)", "top-left_(22,10)", *["top-left_(24,10)"] * 2, None, None],
        },
        "01_0001-005_007.npy": {
            "size": [90, 120],
            "frame number": 3,
            "object number": 1,
            "object 1": ["top-left_(24,10)", None, None],
        },
    }


def test_tracks_come_in_as_points(document: Document, tmp_path: Path) -> None:
    (tmp_path / "track.json").write_text(write("tvau-track", document), encoding="utf-8")
    reading = read("tvau-track", tmp_path / "track.json")
    found = Document(reading.rows)
    first, second = found.videos
    assert (first.path, first.frames, first.size) == (str(tmp_path / "01_0001.mp4"), 8, (90, 120))
    assert second.stem == "01_0001-005_007"
    [thing] = found.objects(first.key)
    shown = {f: s.box for f, s in found.track(thing.key).shown(document.clip("a").range)}
    assert shown == {2: Box(20, 10, 0, 0), 3: Box(22, 10, 0, 0), 4: Box(24, 10, 0, 0), 5: Box(24, 10, 0, 0)}
    [segment] = found.segments(thing.key)
    assert (segment.start, segment.stop, segment.event) == (2, 6, "anomaly")
    assert len(reading.warnings) == 1  # the second begins at frame 0 and ends early
    assert "1 objects are gone before their clips end" in reading.warnings[0]


def test_a_video_of_unknown_size_has_no_regions(document: Document) -> None:
    told: list[str] = []
    unknown = Document([*[r for t in ("clip", "object") for r in document.rows(t)],
                        replace(document.video("v"), height=None, width=None)])  # fmt: skip
    assert json.loads(write("tvau-track", unknown, warn=told.append)) == {}
    assert told == ["01_0001.mp4 was left out: the size of its pictures is not known"]


def test_sentences(document: Document, tmp_path: Path) -> None:
    told: list[str] = []
    text = write("tvau-text", document, warn=told.append)
    assert json.loads(text) == {"01_0001.npy": ["目标1向右。", "It moves."]}
    assert told == ["b was left out: it is anomalous, and nothing describes it"]
    (tmp_path / "t.json").write_text(text, encoding="utf-8")
    found = Document(read("tvau-text", tmp_path / "t.json").rows)
    [clip] = found.clips(found.videos[0].key)
    assert clip.anomaly is True
    assert [(d.language, d.text) for d in found.descriptions(clip.key)] == [("zh", "目标1向右。"), ("en", "It moves.")]


def test_yes_or_no(document: Document, tmp_path: Path) -> None:
    text = write("labels-csv", document)
    assert text == "video,description\n01_0001.mp4,有异常\n01_0001-005_007.mp4,有异常\n"
    (tmp_path / "l.csv").write_text(text + 'c.mp4,没有异常\n"d,e.mp4",No\n', encoding="utf-8-sig")
    found = Document(read("labels-csv", tmp_path / "l.csv").rows)
    said = {v.stem: found.clips(v.key)[0].anomaly for v in found.videos}
    assert said == {"01_0001": True, "01_0001-005_007": True, "c": False, "d,e": False}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("video,description\na.mp4,perhaps\n", "line 2: 'perhaps' says neither"),
        ("video,description\na.mp4,yes\na.mp4,no\n", r"line 3 \(first at line 2\): a.mp4 is there twice"),
        ("video,description\n,yes\n", "line 2: there is no video"),
        ('video,description\n"a.mp4,yes\n', "line 2: a quote is not closed"),
    ],
)
def test_rows_that_say_nothing(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Malformed, match=why):
        read("labels-csv", tmp_path / "l.csv")


def test_files_of_the_thesis(shared_data: Path) -> None:
    tracks = json.loads((shared_data / "tvau/track.json").read_text(encoding="utf-8"))
    found = Document(read("tvau-track", shared_data / "tvau/track.json").rows)
    assert len(found.videos) == len(tracks) == 3158
    assert sum(1 for _ in found.rows("object")) == sum(clip["object number"] for clip in tracks.values())
    said = json.loads((shared_data / "tvau/dataset_track_zh_en.json").read_text(encoding="utf-8"))
    texts = Document(read("tvau-text", shared_data / "tvau/dataset_track_zh_en.json").rows)
    assert sum(1 for _ in texts.rows("description")) == sum(map(len, said.values()))
    labels = Document(read("labels-csv", shared_data / "tvau/labels.csv").rows)
    assert len(labels.videos) == 3158
    anomalous = {v.stem for v in labels.videos if labels.clips(v.key)[0].anomaly}
    assert anomalous == {name.removesuffix(".npy") for name, clip in tracks.items() if clip["object number"]}


def test_broken_files(shared_data: Path) -> None:
    folder = shared_data / "formats/malformed"
    for name, fact in json.loads((folder / "expected.json").read_text(encoding="utf-8")).items():
        if fact["format"] not in ("tvau-track", "labels-csv"):
            continue
        if fact["verdict"] == "refused":
            with pytest.raises(Malformed) as refusal:
                read(fact["format"], folder / name)
            assert refusal.value.where == fact["where"], name
        else:
            assert bool(read(fact["format"], folder / name).warnings) == (fact["verdict"] == "refused_or_warned"), name
