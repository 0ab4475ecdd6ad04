from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.domain.errors import StudioError
from tvau_studio.media.imageops import write_picture
from tvau_studio.media.video import Video


def picture(n: int) -> np.ndarray:
    return np.full((24, 40, 3), (20 * n, 100, 255 - 20 * n), np.uint8)


def fill(folder: Path, pattern: str, count: int = 12) -> Path:
    folder.mkdir()
    for n in range(count):
        write_picture(folder / pattern.format(n), picture(n))
    (folder / "notes.txt").write_text("not a picture")
    return folder


@pytest.mark.parametrize("pattern", ["{:04d}.png", "frame_{}.png", "監視 {} %d.jpg"])
def test_pictures_by_the_numbers_in_their_names(tmp_path: Path, pattern: str) -> None:
    video = Video(fill(tmp_path / "a", pattern))
    assert (len(video), video.info.size, video.info.fps, video.info.duration) == (12, (24, 40), 25.0, 0.48)
    assert (video.info.container, video.info.first_pts) == ("pictures", None)
    assert np.allclose(video.times, np.arange(12) / 25)
    for n in (11, 0, 5, 10, 9):
        assert np.abs(video[n].astype(int) - picture(n)).max() <= 3
    assert np.array_equal(video[-1], video.clone()[11])
    with pytest.raises(IndexError):
        video[12]


def test_it_is_known_again_when_it_moves(tmp_path: Path) -> None:
    first = Video(fill(tmp_path / "a", "{}.png")).fingerprint
    shutil.move(tmp_path / "a", tmp_path / "b")
    assert Video(tmp_path / "b").fingerprint == first
    (tmp_path / "b" / "3.png").unlink()
    assert Video(tmp_path / "b").fingerprint != first


def test_a_broken_picture_shows_the_one_before_and_another_size_is_brought_to_the_first(tmp_path: Path) -> None:
    folder = fill(tmp_path / "a", "{}.png")
    (folder / "4.png").write_bytes(b"broken")
    (folder / "0.png").write_bytes(b"")
    write_picture(folder / "7.png", np.full((48, 80, 3), 9, np.uint8))
    write_picture(folder / "mask.jpg", picture(0))
    video = Video(folder)
    assert len(video) == 12
    assert np.array_equal(video[4], picture(3))
    assert np.array_equal(video[0], picture(1))
    assert video[7].shape == (24, 40, 3)
    assert video.damaged == {0, 4}


def test_a_folder_without_pictures_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="is a folder without pictures"):
        Video(tmp_path)
    for n in range(3):
        (tmp_path / f"{n}.png").write_bytes(b"broken")
    with pytest.raises(StudioError, match=r"No picture in .* can be read"):
        Video(tmp_path)
