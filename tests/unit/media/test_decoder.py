from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tvau_studio.domain.errors import StudioError
from tvau_studio.media.decoder import Decoder
from tvau_studio.media.encoder import write_video
from tvau_studio.media.video import Video

FRAMES = 60
PICTURE = 48 * 64 * 3
PATIENCE = 20.0
"""Seconds to wait for another thread; reached only by a test that fails."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("decoder") / "v.mp4"
    noise = np.random.default_rng(1).integers(0, 256, (48, 64 + FRAMES, 3), np.uint8)
    write_video(out, ((n / 25, noise[:, n : n + 64]) for n in range(FRAMES)))
    return out


@pytest.fixture(scope="module")
def video(path: Path) -> Iterator[Video]:
    with Video(path) as video:
        yield video


class Waiter:
    """Waits until pictures were announced."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.ready: list[int] = []
        self.errors: list[StudioError] = []

    def on_ready(self, frame: int) -> None:
        with self.changed:
            self.ready.append(frame)
            self.changed.notify_all()

    def on_error(self, error: StudioError) -> None:
        with self.changed:
            self.errors.append(error)
            self.changed.notify_all()

    def until(self, frame: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: frame in self.ready, PATIENCE), (frame, self.ready)


@settings(max_examples=20)
@given(
    requests=st.lists(
        st.tuples(
            st.integers(0, FRAMES - 1),
            st.sampled_from([1, -1]),
            st.integers(0, 30),
            st.sampled_from([1, 1, 4]),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_is_asked_it_gives_the_videos_own_pictures(
    video: Video, requests: list[tuple[int, int, int, int, bool]]
) -> None:
    waiter = Waiter()
    with Decoder(video, 12 * PICTURE, waiter.on_ready) as decoder:
        for frame, direction, ahead, stride, keys in requests:
            waiter.ready.clear()
            decoder.request(frame, direction, ahead, stride, keys)
            waiter.until(frame)
            got = decoder.get(frame)
            assert got is not None
            assert np.array_equal(got, video[frame])
            found = decoder.nearest(frame)
            assert found is not None
            assert found[0] == frame


def test_it_reads_ahead_in_the_direction_of_travel(video: Video) -> None:
    waiter = Waiter()
    with Decoder(video, 200 * PICTURE, waiter.on_ready) as decoder:
        decoder.request(10, 1, 5)
        waiter.until(15)
        assert waiter.ready == [10, 11, 12, 13, 14, 15]
        decoder.request(40, -1, 3)
        waiter.until(37)
        assert waiter.ready[6:] == [40, 39, 38, 37]
        decoder.request(58, 1, 9)
        waiter.until(59)
        decoder.request(10, 1, 0)
        waiter.until(10)
        assert decoder.get(20) is None
        assert decoder.nearest(22)[0] == 15
        with pytest.raises(ValueError, match="read-only"):
            decoder.get(10)[0] = 0


def test_less_memory_holds_from_then_on(video: Video) -> None:
    waiter = Waiter()
    with Decoder(video, 200 * PICTURE, waiter.on_ready) as decoder:
        decoder.request(0, 1, 30)
        waiter.until(30)
        decoder.resize(5 * PICTURE)
        decoder.request(40, 1, 30)
        waiter.until(43)
        decoder.request(0, 1, 0)
        waiter.until(0)
        assert sum(decoder.get(n) is not None for n in range(FRAMES)) <= 5


def test_it_reads_each_so_many_pictures_or_those_that_decode_by_themselves(film: Callable[..., Path]) -> None:
    waiter = Waiter()
    options = {"g": "12", "keyint_min": "12", "sc_threshold": "0", "bf": "3"}
    with Video(film("keys.mp4", FRAMES, options=options)) as video, Decoder(video, 8 << 20, waiter.on_ready) as decoder:
        keys = video.key_frames.tolist()
        assert keys == list(range(0, FRAMES, 12))
        for way, first in ((1, 2), (-1, FRAMES - 4)):
            waiter.ready.clear()
            decoder.request(first, way, 5, stride=7)
            wanted = list(range(first, -1 if way < 0 else FRAMES, 7 * way))[:6]
            waiter.until(wanted[-1])
            assert waiter.ready == wanted
            assert all(np.array_equal(decoder.get(n), video[n]) for n in wanted)
        waiter.ready.clear()
        decoder.request(keys[-1], -1, 2, keys=True)
        waiter.until(keys[-3])
        assert waiter.ready == keys[:-4:-1]


def test_the_latest_request_wins_and_reading_ahead_stops(video: Video) -> None:
    waiter = Waiter()
    hold = threading.Event()

    def on_ready(frame: int) -> None:
        waiter.on_ready(frame)
        if frame == 0:
            assert hold.wait(PATIENCE)

    with Decoder(video, 200 * PICTURE, on_ready) as decoder:
        decoder.request(0, 1, 40)
        waiter.until(0)
        for frame in (20, 30, 50):
            decoder.request(frame, 1, 0)
        hold.set()
        waiter.until(50)
        assert waiter.ready == [0, 50]


def test_a_request_beyond_the_end_is_moved_there(video: Video) -> None:
    waiter = Waiter()
    with Decoder(video, 12 * PICTURE, waiter.on_ready) as decoder:
        decoder.request(1000)
        waiter.until(FRAMES - 1)
        decoder.request(-5, -1)
        waiter.until(0)


def test_an_error_reaches_whoever_asked_and_the_thread_lives_on(path: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved.mp4"
    moved.write_bytes(path.read_bytes())
    video = Video(moved)
    waiter = Waiter()
    with Decoder(video, 12 * PICTURE, waiter.on_ready, waiter.on_error) as decoder:
        moved.unlink()
        decoder.request(5)
        with waiter.changed:
            assert waiter.changed.wait_for(lambda: waiter.errors, PATIENCE)
        assert "does not exist" in str(waiter.errors[0])
        moved.write_bytes(path.read_bytes())
        decoder.request(5)
        waiter.until(5)


@pytest.mark.expects_log("the decoder met an unexpected error at frame 5")
def test_a_bug_in_a_callback_does_not_end_playback(video: Video) -> None:
    waiter = Waiter()

    def on_ready(frame: int) -> None:
        waiter.on_ready(frame)
        if frame == 5:
            raise KeyError(frame)

    with Decoder(video, 12 * PICTURE, on_ready) as decoder:
        decoder.request(5)
        waiter.until(5)
        decoder.request(7, 1, 0)
        waiter.until(7)


def test_closing_waits_and_says_nothing_more(video: Video) -> None:
    waiter = Waiter()
    decoder = Decoder(video, 200 * PICTURE, waiter.on_ready)
    decoder.request(0, 1, 50)
    decoder.close()
    told = list(waiter.ready)
    decoder.request(3)
    assert (waiter.ready, decoder.get(0)) == (told, None)
    assert video[0].shape == (48, 64, 3)
