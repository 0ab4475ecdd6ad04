"""The export as pairs and masks: exact rasters, events by segment, splits by video, and clear refusals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.frames import FrameRange
from tvau_studio.training import datasets
from tvau_studio.training.datasets import class_map, coverage, pairs, rasterise

EVENTS = ("person running", "person riding bicycle", "anomaly")


def thing(track: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "track": track,
        "segments": [[0, 4, None, "walking"], [4, 8, "person running", "running"]],
        "boxes": [[f, 10.0 + f, 5.0, 4.0, 6.0] for f in range(8)],
        **changes,
    }


def row(video: str = "a.mp4", **changes: Any) -> dict[str, Any]:
    found = {"id": f"{video}:0:8", "video": video, "frames": [0, 8], "size": [32, 48], "objects": [thing()]}
    return {**found, **changes}


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    for each in rows:
        (folder / each["video"]).write_bytes(b"")
    path = folder / "export.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path


def test_a_box_counts_only_where_a_segment_of_its_object_has_an_event(tmp_path: Path) -> None:
    example = datasets.read(written(tmp_path, row())).examples[0]
    assert not class_map(example, 1, (32, 48), EVENTS).any()  # frames 2 and 3: walking
    found = class_map(example, 2, (32, 48), EVENTS)  # frames 4 and 5: boxes at x 14 and 15
    wanted = np.zeros((32, 48), np.uint8)
    wanted[5:11, 14:19] = 1
    assert np.array_equal(found, wanted)


def test_a_map_of_another_size_is_scaled(tmp_path: Path) -> None:
    example = datasets.read(written(tmp_path, row())).examples[0]
    found = class_map(example, 2, (64, 96), EVENTS)
    wanted = np.zeros((64, 96), np.uint8)
    wanted[10:22, 28:38] = 1
    assert np.array_equal(found, wanted)


def test_masks_say_where_and_boxes_say_what(tmp_path: Path) -> None:
    masks = np.zeros((8, 32, 48), np.uint8)
    masks[4, 6:8, 15:17] = 1  # inside the box
    masks[5, 20:22, 40:42] = 1  # outside of every box
    np.save(tmp_path / "m.npy", masks)
    example = datasets.read(written(tmp_path, row(masks="m.npy"))).examples[0]
    found = class_map(example, 2, (32, 48), EVENTS)
    wanted = np.zeros((32, 48), np.uint8)
    wanted[6:8, 15:17] = 1 + EVENTS.index("person running")
    wanted[20:22, 40:42] = 1 + EVENTS.index("anomaly")
    assert np.array_equal(found, wanted)
    assert not class_map(example, 0, (32, 48), EVENTS).any()


def test_masks_of_another_length_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "m.npy", np.zeros((7, 32, 48), np.uint8))
    example = datasets.read(written(tmp_path, row(masks="m.npy"))).examples[0]
    with pytest.raises(StudioError, match=r"m\.npy cannot be used"):
        class_map(example, 0, (32, 48), EVENTS)


def test_unknown_classes_and_boxes_outside_are_counted(tmp_path: Path) -> None:
    odd = thing(2, segments=[[0, 8, "dog barking", ""]], boxes=[[0, 100, 5, 4, 4], [1, 5, 5, 4, 4]])
    path = written(tmp_path, row(objects=[thing(), odd]))
    data = datasets.read(path, EVENTS)
    assert sorted(data.notes.values()) == [1, 1]
    assert any("dog barking" in note for note in data.notes)
    found = class_map(data.examples[0], 0, (32, 48), EVENTS)
    assert set(np.unique(found)) == {0, 1 + EVENTS.index("anomaly")}


def test_missing_videos_are_named_and_counted(tmp_path: Path) -> None:
    path = written(tmp_path, row("a.mp4"), row("b.mp4", split="test"))
    (tmp_path / "b.mp4").unlink()
    data = datasets.read(path)
    datasets.check_files(path, [e for part in data.split() for e in part])  # of a split that nobody wants
    with pytest.raises(StudioError, match=r"1 of 2 videos .* first .*b\.mp4"):
        datasets.check_files(path, data.examples)


def test_a_folder_of_pictures_is_a_video(tmp_path: Path) -> None:
    path = written(tmp_path, row("a.mp4"))
    (tmp_path / "a.mp4").unlink()
    (tmp_path / "a.mp4").mkdir()
    datasets.check_files(path, datasets.read(path).examples)


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": "a"}', json.dumps(row(frames=[8, 8])), json.dumps(row(objects=[{"track": 1}]))]
)
def test_a_malformed_line_is_named(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, row())
    with path.open("a") as f:
        f.write(line + "\n")
    with pytest.raises(StudioError, match="line 2"):
        datasets.read(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "none.jsonl"
    path.write_text("\n")
    with pytest.raises(StudioError, match="holds no clip"):
        datasets.read(path)


def test_clips_are_split_by_video(tmp_path: Path) -> None:
    rows = [row(f"{n}.mp4", id=f"{n}:{k}") for n in range(60) for k in (0, 1)]
    rows += [row("t.mp4", split="test"), row("v.mp4", split="val"), row("r.mp4", split="train")]
    train, val = datasets.read(written(tmp_path, *rows)).split()
    names = [{e.video.name for e in part} for part in (train, val)]
    assert not names[0] & names[1]
    assert len(train) + len(val) == len(rows) - 1
    assert {"r.mp4"} <= names[0]
    assert {"v.mp4"} <= names[1]
    assert "t.mp4" not in names[0] | names[1]
    assert 1 <= len(names[1]) < 20


def test_one_video_in_two_splits_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, row(id="1", split="train"), row(id="2", split="val"))
    with pytest.raises(StudioError, match="two splits"):
        datasets.read(path)


def test_pairs_lie_on_the_videos_clock() -> None:
    assert list(pairs(FrameRange(0, 4))) == [0, 1]
    assert list(pairs(FrameRange(3, 4))) == [1]
    assert list(pairs(FrameRange(3, 7))) == [1, 2, 3]


boxes = st.tuples(*[st.floats(-40, 40, allow_nan=False)] * 2, *[st.floats(0, 40, allow_nan=False)] * 2)


@given(st.lists(boxes, max_size=3))
def test_a_raster_holds_exactly_the_pixels_whose_centre_lies_in_a_box(some: list[Sequence[float]]) -> None:
    mask = rasterise(some, (20, 30))
    y, x = np.mgrid[:20, :30] + 0.5
    wanted = np.zeros((20, 30), bool)
    for bx, by, w, h in some:
        # In the arithmetic of the raster: sums of floats are rounded.
        wanted |= (
            (x - 0.5 >= np.ceil(bx - 0.5))
            & (x - 0.5 < np.ceil(bx + w - 0.5))
            & (y - 0.5 >= np.ceil(by - 0.5))
            & (y - 0.5 < np.ceil(by + h - 0.5))
        )
    assert np.array_equal(mask, wanted)


def test_a_raster_by_hand() -> None:
    mask = rasterise([(1.5, 0.4, 2.0, 1.2)], (4, 6))
    assert np.argwhere(mask).tolist() == [[0, 1], [0, 2], [1, 1], [1, 2]]
    assert not rasterise([(2, 2, 0, 0)], (4, 6)).any()  # a point


@given(st.integers(1, 24), st.integers(1, 24), st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_coverage_keeps_the_area_and_lies_in_0_to_1(h: int, w: int, rows: int, columns: int, seed: int) -> None:
    mask = np.random.default_rng(seed).random((h, w)) < 0.4
    found = coverage(mask, (rows, columns))
    assert found.shape == (rows, columns)
    assert found.min() >= -1e-6
    assert found.max() <= 1 + 1e-5
    assert np.isclose(found.mean(), mask.mean(), atol=1e-5)


def test_coverage_of_whole_cells_is_their_mean() -> None:
    mask = np.random.default_rng(0).random((12, 18)) < 0.5
    assert np.allclose(coverage(mask, (4, 3)), mask.reshape(4, 3, 3, 6).mean((1, 3)), atol=1e-6)
