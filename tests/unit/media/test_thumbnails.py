from __future__ import annotations

import importlib.util
import threading
from pathlib import Path

import numpy as np
import pytest

from tvau_studio.media.thumbnails import Thumbnails
from tvau_studio.media.video import Video

_spec = importlib.util.spec_from_file_location("films", Path(__file__).with_name("conftest.py"))
assert _spec is not None
assert _spec.loader is not None
films = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(films)

PATIENCE = 30.0


class Waiter:
    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.ready: list[int] = []

    def __call__(self, place: int) -> None:
        with self.changed:
            self.ready.append(place)
            self.changed.notify_all()

    def until(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.ready) >= count, PATIENCE), self.ready


@pytest.mark.parametrize(("gop", "places"), [(100, [0, 299, 150, 47]), (12, [0, 299, 150, 149])])
def test_a_place_comes_on_request_and_is_of_its_frame_or_of_the_key_frame_before(
    film: films.Film, gop: int, places: list[int]
) -> None:
    options = {**films.B_PICTURES, "g": str(gop), "keyint_min": str(gop), "sc_threshold": "0"}
    waiter = Waiter()
    with Video(film(f"small{gop}.mp4", 300, options=options)) as video:
        thumbnails = Thumbnails(video, 160, waiter)
        for n, frame in enumerate(places):
            assert thumbnails.get(frame) is None, frame
            waiter.until(n + 1)
            picture = thumbnails.get(frame)
            place = thumbnails.place(frame)
            assert picture is not None
            assert waiter.ready[n] == place == films.read_number(picture)
            assert 0 <= frame - place <= 48 or place == frame // gop * gop
        assert (thumbnails.place(299), thumbnails.place(160)) == ((200, 100) if gop == 100 else (299, 160))
        thumbnails.close()
        assert thumbnails.get(7) is None
        assert len(waiter.ready) == len(places)


def test_small_pictures_are_upright_and_have_square_pixels(film: films.Film) -> None:
    with Video(film("turned.mp4", turn=90)) as video:
        small = video.small(3, 32)
        assert small.shape == (13, 32, 3)
        red = video.small(3, 80)[-3:-1, 1:3].astype(int)  # the mark at the lower left, as in the whole picture
        assert np.abs(red - (220, 30, 30)).max() < 40
        assert np.array_equal(video.small(3, 10_000), video[3])  # never larger than it is


def test_what_cannot_be_read_is_missing_and_not_asked_for_again(film: films.Film, tmp_path: Path) -> None:
    path = tmp_path / "gone.mp4"
    path.write_bytes(film("b.mp4").read_bytes())
    waiter = Waiter()
    video = Video(path)
    path.unlink()
    thumbnails = Thumbnails(video, 160, waiter)
    assert thumbnails.get(5) is None
    with thumbnails._changed:
        assert thumbnails._changed.wait_for(lambda: thumbnails._failed == {5}, PATIENCE)
    assert thumbnails.get(5) is None
    assert thumbnails._wanted == []
    thumbnails.close()
    video.close()
    assert waiter.ready == []
