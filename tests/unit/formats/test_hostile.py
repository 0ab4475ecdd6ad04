"""What no honest tool writes, against every reader: refused whole in one sentence, or taken as what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.formats.generated import parts_of
from tvau_studio.domain.document import Document
from tvau_studio.domain.frames import FrameRange
from tvau_studio.domain.labels import Clip, Keyframe, Object, Row, Segment, Video, keyframe_key
from tvau_studio.formats import formats, get
from tvau_studio.formats.base import Malformed, Reading, ReadOptions, WriteOptions

X = 31.25
"""A coordinate that stands in no other place of the files."""

TEXTS = sorted(f.name for f in formats().values() if f.read and f.write and f.name != "masks")
BOXES = ("coco", "cvat-video", "jsonl", "mot", "viame")
CSV = ("labels-csv", "mot", "viame")


def rows() -> list[Row]:
    video = Video(key="v", path="01_0001.mp4", frames=4, height=90, width=160, fps=24.0)
    clip = Clip(key="c", video="v", id="01_0001:0:4", start=0, stop=4, state="to review", anomaly=True)
    thing = Object(key="o", video="v", track=1, appearance_en="A man.")
    segment = Segment(key="s", object="o", start=0, stop=4, event="person running", motion_en="runs")
    places = [
        Keyframe(key=keyframe_key("o", f), object="o", frame=f, x=X, y=20.5, w=10, h=12, support=f > 0)
        for f in range(4)
    ]
    return [video, clip, thing, segment, *places]


def content(name: str) -> bytes:
    writer = get(name).write
    assert writer is not None
    return b"".join(writer(parts_of(Document(rows()), Path("/p"), Path("/p")), WriteOptions()))


def read(name: str, path: Path) -> Reading:
    reader = get(name).read
    assert reader is not None
    return reader(path, ReadOptions())


def saved(name: str, folder: Path, data: bytes) -> Path:
    path = folder / f"01_0001{get(name).suffixes[0]}"
    path.write_bytes(data)
    return path


def said(reading: Reading) -> list[object]:
    """What a reading says, without the keys that it made."""
    document = Document(reading.rows)
    return [
        (v.stem, v.frames, [(o.track, [*document.track(o.key).shown(FrameRange(0, v.frames or 1))])])
        for v in document.videos
        for o in document.objects(v.key)
    ] + [len(reading.rows), sorted(reading.labels.values())]


def refusal(name: str, path: Path) -> str:
    with pytest.raises(Malformed) as caught:
        read(name, path)
    text = str(caught.value)
    assert text.startswith(str(path))
    assert "\n" not in text
    assert len(text) < 500
    return text


@pytest.mark.parametrize("name", TEXTS)
def test_a_byte_order_mark_and_other_line_ends_change_nothing(name: str, tmp_path: Path) -> None:
    good = content(name)
    want = said(read(name, saved(name, tmp_path, good)))
    plain = good.removeprefix(b"\xef\xbb\xbf")
    for data in (plain, b"\xef\xbb\xbf" + plain, plain.replace(b"\n", b"\r\n"), plain.rstrip(b"\n")):
        assert said(read(name, saved(name, tmp_path, data))) == want


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_named(name: str, encoding: str, tmp_path: Path) -> None:
    text = content(name).decode("utf-8-sig")
    if name == "cvat-video" and encoding == "utf-16":
        # XML with a byte order mark says itself what it is.
        path = saved(name, tmp_path, text.replace("utf-8", "utf-16").encode(encoding))
        assert said(read(name, path)) == said(read(name, saved(name, tmp_path, content(name))))
        return
    refusal(name, saved(name, tmp_path, text.encode(encoding)))


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_that_was_cut_off(name: str, tmp_path: Path) -> None:
    """At any byte: what is read whole says less, and never something else; nothing else than a refusal is raised."""
    good = content(name)
    for stop in range(0, len(good), max(1, len(good) // 60)):
        told = ""
        try:
            read(name, saved(name, tmp_path, good[:stop]))
        except Malformed as error:
            told = str(error)
        assert "\n" not in told


@pytest.mark.parametrize("name", BOXES)
@pytest.mark.parametrize(
    "number", ["NaN", "nan", "inf", "-Infinity", "1e309", "-1e309", "1e30", "0x1F", "3 1", "٣١", ""]
)
def test_numbers_that_are_none(name: str, number: str, tmp_path: Path) -> None:
    data = content(name)
    assert data.count(b"31.25") >= 1
    refusal(name, saved(name, tmp_path, data.replace(b"31.25", number.encode(), 1)))


@pytest.mark.parametrize("name", ["coco", "jsonl"])
@pytest.mark.parametrize("number", ['"31.25"', "true", "null", "[31.25]", "{}", "31,25"])
def test_texts_in_place_of_numbers(name: str, number: str, tmp_path: Path) -> None:
    refusal(name, saved(name, tmp_path, content(name).replace(b"31.25", number.encode(), 1)))


@pytest.mark.parametrize("name", ["cvat-video", "mot", "viame"])
def test_a_comma_for_a_decimal_point(name: str, tmp_path: Path) -> None:
    text = refusal(name, saved(name, tmp_path, content(name).replace(b"31.25", b"31,25")))
    assert "line" in text or "track" in text


@pytest.mark.parametrize("name", CSV)
def test_semicolons(name: str, tmp_path: Path) -> None:
    refusal(name, saved(name, tmp_path, content(name).replace(b",", b";")))


@pytest.mark.parametrize("frame", ["-1", "1.5", "4294967296", "1e400", "true", "x", "1_0", "١"])
@pytest.mark.parametrize("name", ["mot", "viame"])
def test_frames_that_are_none(name: str, frame: str, tmp_path: Path) -> None:
    column = {"mot": 0, "viame": 2}[name]
    lines = content(name).decode().splitlines()
    at = next(n for n, line in enumerate(lines) if line[:1].isdigit())
    fields = lines[at].split(",")
    fields[column] = frame
    lines[at] = ",".join(fields)
    assert f"line {at + 1}" in refusal(name, saved(name, tmp_path, "\n".join(lines).encode()))


def test_entities_are_never_expanded_nor_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    good = content("cvat-video").decode()
    head, _, body = good.partition("?>")
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    for doctype in (
        f'<!DOCTYPE a [<!ENTITY l0 "ha">{levels}]>',
        f'<!DOCTYPE a [<!ENTITY l11 SYSTEM "file://{secret}">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
    ):
        path = saved("cvat-video", tmp_path, f"{head}?>{doctype}{body.replace('person running', '&l11;')}".encode())
        assert "the secret" not in refusal("cvat-video", path)


@pytest.mark.parametrize("name", ["coco", "jsonl", "tvau-text", "tvau-track"])
def test_json_as_deep_as_it_is_long(name: str, tmp_path: Path) -> None:
    deep = b"[" * 200_000 + b"]" * 200_000
    refusal(name, saved(name, tmp_path, deep))
    refusal(name, saved(name, tmp_path, b'{"id": ' * 100_000))


@pytest.mark.parametrize("name", ["coco", "jsonl"])
@pytest.mark.parametrize("path", ["../../etc/passwd", "a/../../b.mp4", "..\\..\\b.mp4"])
def test_paths_that_climb_out_are_told_and_not_followed(name: str, path: str, tmp_path: Path) -> None:
    data = content(name).replace(b"01_0001.mp4", path.replace("\\", "\\\\").encode())
    reading = read(name, saved(name, tmp_path, data))
    assert any("leads out of the file's folder" in w for w in reading.warnings)
    [video] = Document(reading.rows).videos
    assert video.fingerprint == "", "nothing was read there"


def test_numbers_alone_are_no_viame(tmp_path: Path) -> None:
    assert "as in MOT" in refusal("viame", saved("viame", tmp_path, content("mot")))
