from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tvau_studio.domain.document import Document
from tvau_studio.domain.geometry import Box
from tvau_studio.formats import get, mot
from tvau_studio.formats.base import Malformed, Reading, ReadOptions


def read(path: Path, first_frame: int | None = None) -> Reading:
    reader = get("mot").read
    assert reader is not None
    return reader(path, ReadOptions(first_frame))


def paths(reading: Reading) -> dict[int, dict[int, Box]]:
    """track -> keyframes that are in the picture."""
    document = Document(reading.rows)
    [video] = document.videos
    return {
        thing.track: {k.frame: k.box for k in document.track(thing.key).keyframes if not k.outside}
        for thing in document.objects(video.key)
    }


def test_frames_count_from_one_unless_one_is_zero(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("2,7,10,20.5,30,40,1,-1,-1,-1\n1,7,9.996,20,30,40,1,-1,-1,-1\n")
    assert paths(read(file)) == {7: {0: Box(10, 20, 30, 40), 1: Box(10, 20.5, 30, 40)}}
    assert list(paths(read(file, 0))[7]) == [1, 2]
    file.write_text("0,7,10,20,30,40\n")
    assert list(paths(read(file))[7]) == [0]
    with pytest.raises(Malformed, match="frame 0 is before the first, 1"):
        read(file, 1)


def test_a_line_without_a_track_is_an_object_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("1,-1,1,2,3,4,0.5,-1,-1,-1\n1,-1,5,6,7,8,0.5,-1,-1,-1\n2,3,5,6,7,8\n")
    reading = read(file)
    assert len(reading.unnumbered) == 2
    assert reading.warnings == ["a confidence is not taken (2 times)"]


def test_classes_are_named_beside(tmp_path: Path) -> None:
    file = tmp_path / "gt.txt"
    file.write_text("1,1,1,2,3,4,1,2,1\n2,1,1,2,3,4,1,1,0.25\n")
    (tmp_path / "labels.txt").write_text("person\nbike\n")
    reading = read(file)
    assert list(reading.labels.values()) == ["bike"]
    assert sorted(reading.warnings) == [
        "a track changes its class; the first counts",
        "how much of a box is visible is not taken",
    ]
    (tmp_path / "labels.txt").write_text("person\n")
    with pytest.raises(Malformed, match=r"class 2 is not in labels\.txt"):
        read(file)


def test_files_of_other_hands(shared_data: Path) -> None:
    folder = shared_data / "formats"
    for name, fact in json.loads((folder / "expected.json").read_text(encoding="utf-8"))["files"].items():
        if fact["format"] == "mot":
            reading = read(folder / name)
            found = paths(reading)
            assert len(found) - len(reading.unnumbered) == fact["tracks"] or fact["tracks"] == 0
            assert len(reading.unnumbered) == fact["rows_without_track"]


def test_broken_files(shared_data: Path) -> None:
    folder = shared_data / "formats/malformed"
    for name, fact in json.loads((folder / "expected.json").read_text(encoding="utf-8")).items():
        if fact["format"] != "mot":
            continue
        if fact["verdict"] == "refused":
            with pytest.raises(Malformed) as refusal:
                read(folder / name)
            assert refusal.value.where == fact["where"], name
        else:
            reading = read(folder / name)
            assert fact["verdict"] == "accepted" or reading.warnings
            if fact["verdict"] == "accepted":
                assert paths(reading) == paths(read(folder / "mot/control_good.txt")), name


ROWS = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.integers(0, 3),
        st.lists(st.integers(-500, 99_999).map(lambda n: n / 1000), min_size=2, max_size=2),
        st.lists(st.integers(0, 9_999).map(lambda n: n / 1000), min_size=2, max_size=2),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda row: row[:2],
)


@given(rows=ROWS, columns=st.sampled_from([6, 7, 10]), blank=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_read_at_once_is_what_is_read_line_by_line(
    rows: list[Any], columns: int, blank: bool, tmp_path: Path
) -> None:
    lines = [",".join(map(str, [f, t, *xy, *wh, 1, -1, -1, -1][:columns])) for f, t, xy, wh in rows]
    path = tmp_path / "a.txt"
    path.write_text(("\n\n" if blank else "\n").join(lines))
    quick = read(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mot, "_table", lambda path: None)
        slow = read(path)

    def told(reading: Reading) -> list[Any]:
        document = Document(reading.rows)
        [video] = document.videos
        things = document.objects(video.key)
        fields = [
            [(k.frame, k.box, k.outside, k.support, k.occluded) for k in document.track(o.key).keyframes]
            for o in things
        ]
        return [video.frames, [(o.track, reading.where[o.key]) for o in things], fields, reading.warnings]

    assert told(quick) == told(slow)


def test_a_track_twice_in_a_frame_is_told_with_both_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("1,1,1,1,2,2,1\n\n2,1,1,1,2,2,1\n1,2,1,1,2,2,1\n2,1,5,5,2,2,1\n")
    with pytest.raises(Malformed, match=r"line 5 \(first at line 3\): track 1 is twice in frame 2"):
        read(path)
