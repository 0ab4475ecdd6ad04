"""A box that is followed lies where the thing is, and following stops where it is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tvau_studio.domain.errors import Cancelled, UsageError
from tvau_studio.domain.geometry import Box
from tvau_studio.media.encoder import write_video
from tvau_studio.media.video import Video
from tvau_studio.services.tracking import track

SIZE = (120, 200)


def made(path: Path, places: list[tuple[float, float] | None], side: int = 32) -> Video:
    """A textured square on a still textured ground; places: of its corner, x then y, None = it is not there."""
    rng = np.random.default_rng(5)
    ground = rng.integers(60, 120, (*SIZE, 3), np.uint8)
    thing = np.kron(rng.integers(0, 256, (side // 4, side // 4, 3)), np.ones((4, 4, 1))).astype(np.uint8)

    def pictures() -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
        for n, place in enumerate(places):
            picture = ground.copy()
            if place is not None:
                x, y = round(place[0]), round(place[1])
                left, right = max(0, x), min(SIZE[1], x + side)
                if right > left:
                    picture[y : y + side, left:right] = thing[:, left - x : right - x]
            yield n / 25, picture

    write_video(path, pictures())
    return Video(path)


@pytest.fixture
def straight(tmp_path: Path) -> Video:
    return made(tmp_path / "a.mp4", [(20 + 2 * n, 30 + n / 2) for n in range(60)])


@pytest.mark.parametrize(("start", "stop"), [(0, 59), (59, 0), (30, 10)])
def test_it_lies_where_the_thing_is_both_ways(straight: Video, start: int, stop: int) -> None:
    seen: list[tuple[int, int]] = []
    found = track(
        straight, start, Box(20 + 2 * start, 30 + start / 2, 32, 32), stop, progress=lambda *at: seen.append(at)
    )
    assert sorted(found.boxes) == [n for n in range(min(start, stop), max(start, stop) + 1) if n != start]
    for n, box in found.boxes.items():
        assert box.iou(Box(20 + 2 * n, 30 + n / 2, 32, 32)) > 0.8, n
    assert (found.why, found.frame) == ("", stop)
    assert found.confidence > 0.5
    assert seen[-1] == (abs(stop - start), abs(stop - start))


def test_it_grows_with_the_thing(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    texture = rng.integers(0, 256, (12, 12, 3), np.uint8)

    def pictures() -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
        from tvau_studio.media.imageops import resize

        for n in range(30):
            picture = np.full((*SIZE, 3), 90, np.uint8)
            side = 36 + n
            picture[60 - side // 2 : 60 - side // 2 + side, 100 - side // 2 : 100 - side // 2 + side] = resize(
                texture, (side, side), "linear"
            )
            yield n / 25, picture

    write_video(tmp_path / "b.mp4", pictures())
    found = track(Video(tmp_path / "b.mp4"), 0, Box(82, 42, 36, 36), 29)
    assert found.boxes[29].w == pytest.approx(65, rel=0.15)


def test_what_leaves_the_picture_is_cut_and_then_left(tmp_path: Path) -> None:
    video = made(tmp_path / "c.mp4", [(100 + 4 * n, 40) for n in range(40)])
    found = track(video, 0, Box(100, 40, 32, 32), 39)
    assert found.why == "left"
    assert 20 <= found.frame <= 24  # a third of it is still in the picture
    assert all(b.x + b.w <= SIZE[1] for b in found.boxes.values())


def test_what_is_gone_is_lost(tmp_path: Path) -> None:
    video = made(tmp_path / "d.mp4", [(20 + 2 * n, 40) if n < 20 else None for n in range(60)])
    found = track(video, 0, Box(20, 40, 32, 32), 59)
    assert found.why == "lost"
    assert 18 <= found.frame <= 24


def test_a_cut_loses_it(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)

    def pictures() -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
        scenes = [np.kron(rng.integers(0, 256, (15, 25, 3)), np.ones((8, 8, 1))).astype(np.uint8) for _ in range(2)]
        for n in range(20):
            yield n / 25, scenes[n >= 10]

    write_video(tmp_path / "e.mp4", pictures())
    found = track(Video(tmp_path / "e.mp4"), 0, Box(60, 30, 50, 50), 19)
    assert found.why == "lost"
    assert found.frame <= 11


def test_it_can_be_stopped_and_needs_a_box(straight: Video) -> None:
    with pytest.raises(Cancelled):
        track(straight, 0, Box(20, 30, 32, 32), 59, cancel=lambda: True)
    for box in (Box(20, 30, 3, 3), Box(500, 30, 32, 32), Box(5, 5, 0, 0)):
        with pytest.raises(UsageError, match="too small"):
            track(straight, 0, box, 59)


def test_the_real_cyclist_and_the_real_truck(shared_data: Path) -> None:
    truth = json.loads((shared_data / "tvau" / "eye_truth.json").read_text())
    for name, least in (("01_0014-168_191", 0.85), ("01_0136-336_359", 0.9)):
        boxes = {int(n): Box(*b) for n, b in truth["clips"][name]["objects"][0]["boxes"].items()}
        with Video(shared_data / "tvau" / f"{name}.mp4") as video:
            found = track(video, 0, boxes[0], 23)
        ious = [found.boxes[n].iou(boxes[n]) for n in boxes if n]
        assert min(ious) > least - 0.1
        assert sum(ious) / len(ious) > least
