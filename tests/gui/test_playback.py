from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from tvau_studio.gui.bridge import Bridge
from tvau_studio.gui.state.pace import Pace, playing_times
from tvau_studio.gui.state.playback import Playback
from tvau_studio.media.video import Video

FRAMES, STEP = 40, 0.04
Number = Callable[[np.ndarray], int]


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def playback(qtbot: QtBot, video_file: Path, clock: Clock) -> Iterator[Playback]:
    bridge = Bridge()
    made = Playback(bridge, 64 << 20, clock)
    with qtbot.waitSignal(made.frameShown, timeout=10_000):
        made.open(Video(video_file))
    yield made
    made.close()
    bridge.close()


def wait_for(qtbot: QtBot, playback: Playback, frame: int) -> None:
    qtbot.waitUntil(lambda: playback.frame == frame, timeout=10_000)


def test_the_first_picture_is_shown(playback: Playback, number_of: Number) -> None:
    assert playback.frames == FRAMES
    assert playback.frame == 0
    assert number_of(playback.picture) == 0


@given(steps=st.lists(st.integers(0, 4), min_size=1, max_size=30))
def test_times_to_play_by_always_rise(steps: list[int]) -> None:
    """Jumps back and forth of a file's clock (steps 0, 4) become usual steps."""
    deltas = {0: -5.0, 1: 0.04, 2: 0.04, 3: 0.05, 4: 400.0}
    times = np.concatenate([[0.0], np.cumsum([deltas[s] for s in steps])])
    played = playing_times(times)
    assert len(played) == len(times)
    assert (np.diff(played) > 0).all()
    if set(steps) <= {1, 2, 3}:
        np.testing.assert_allclose(played, times, atol=1e-9)


class Film:
    """What a pace asks of a video: rate, times, and where the key frames lie."""

    def __init__(self, frames: int, fps: float, gop: int) -> None:
        self.times = np.arange(frames) / fps
        self.key_frames = np.arange(0, frames, gop)
        self.info = SimpleNamespace(fps=fps)

    def __len__(self) -> int:
        return len(self.times)


@given(
    frames=st.integers(1, 400),
    gop=st.integers(1, 120),
    speed=st.sampled_from([-16.0, -8.0, -2.0, -1.0, 0.1, 1.0, 3.0, 8.0, 16.0]),
    hops=st.booleans(),
    due=st.integers(0, 399),
)
def test_what_is_shown_while_a_picture_is_due(frames: int, gop: int, speed: float, hops: bool, due: int) -> None:
    film, due = Film(frames, 30.0, gop), due % frames
    pace = Pace(film)
    pace.speed, pace.hops = speed, hops and abs(speed) > 1
    aim = pace.aim(due)
    assert 0 <= aim < frames
    if abs(speed) <= 1:
        assert aim == due
    assert not pace.hops or aim in film.key_frames
    # The one shown has been passed, but at the ends; until the next one is due it stays the same.
    following = pace.after(aim)
    if speed > 0:
        assert aim <= due
        assert following > pace.begin(due) - 1e-9
    elif not pace.hops or due <= film.key_frames[-1]:
        assert aim >= due
        assert following < pace.begin(due + 1) + 1e-9
    there = pace.fall_behind(due, 0, frames)
    assert 0 <= there < frames
    assert pace.hops <= (gop * 4 <= abs(speed) * 30)


def test_fast_each_so_many_pictures_one_is_shown(playback: Playback, qtbot: QtBot, clock: Clock) -> None:
    playback.set_speed(16)  # of 25 pictures a second: each sixth
    shown: list[int] = []
    playback.frameShown.connect(shown.append)
    playback.play()
    for n in range(6, FRAMES - 2, 6):
        clock.now += 6.01 * STEP / 16
        wait_for(qtbot, playback, n)
    assert shown == list(range(6, FRAMES - 2, 6))


def test_the_number_is_always_that_of_the_picture(playback: Playback, qtbot: QtBot, number_of: Number) -> None:
    """Scrub hard: whatever arrives when, number and picture belong together."""
    seen: list[tuple[int, int]] = []
    playback.frameShown.connect(lambda n: seen.append((n, number_of(playback.picture))))
    for n in (39, 3, 38, 4, 17, 0, 25, 24, 23, 39, 12):
        playback.seek(n)
        qtbot.wait(1)
    wait_for(qtbot, playback, 12)
    assert seen
    assert all(shown == picture for shown, picture in seen)


def test_seeking_is_clamped_and_changes_nothing_before_the_picture_is_there(playback: Playback, qtbot: QtBot) -> None:
    playback.seek(10_000)
    assert playback.target == FRAMES - 1
    wait_for(qtbot, playback, FRAMES - 1)
    playback.seek(-5)
    wait_for(qtbot, playback, 0)


def test_a_held_key_never_goes_back(playback: Playback, qtbot: QtBot) -> None:
    seen: list[int] = []
    playback.frameShown.connect(seen.append)
    for _ in range(8):
        playback.step(1)
        qtbot.wait(1)
    wait_for(qtbot, playback, 8)
    assert seen == sorted(set(seen))


def test_a_second_by_the_clock_of_the_video(
    qtbot: QtBot, tmp_path: Path, make_video: Callable[..., Path], clock: Clock
) -> None:
    times = [0.0, 0.1, 0.2, 1.1, 1.2, 3.0, 3.1, 3.2]
    bridge = Bridge()
    playback = Playback(bridge, 64 << 20, clock)
    with qtbot.waitSignal(playback.frameShown, timeout=10_000):
        playback.open(Video(make_video(tmp_path / "uneven.mp4", len(times), times)))
    playback.step_seconds(1)
    wait_for(qtbot, playback, 2)
    playback.step_seconds(1)
    wait_for(qtbot, playback, 4)
    playback.step_seconds(0.01)
    wait_for(qtbot, playback, 5)
    playback.step_seconds(-1)
    wait_for(qtbot, playback, 4)
    # Played: each picture is due at its own time.
    playback.seek(0)
    wait_for(qtbot, playback, 0)
    playback.play()
    clock.now += 1.15
    wait_for(qtbot, playback, 3)
    playback.close()
    bridge.close()


def test_playing_follows_the_clock_and_drops_what_is_late(playback: Playback, qtbot: QtBot, clock: Clock) -> None:
    playback.play()
    assert playback.playing
    clock.now += 5.5 * STEP
    wait_for(qtbot, playback, 5)
    assert playback.shown == 1
    assert playback.dropped == 4
    clock.now += 1 * STEP
    wait_for(qtbot, playback, 6)
    playback.pause()
    clock.now += 10 * STEP
    qtbot.wait(20)
    assert playback.frame == 6


def test_speed_and_direction(playback: Playback, qtbot: QtBot, clock: Clock) -> None:
    playback.set_speed(2)
    playback.play()
    clock.now += 5.2 * STEP
    wait_for(qtbot, playback, 10)
    playback.set_speed(-1)
    clock.now += 4.2 * STEP
    wait_for(qtbot, playback, 6)
    playback.set_speed(99)
    assert playback.speed == 16
    playback.set_speed(0.001)
    assert playback.speed == 0.1


def test_it_stops_on_the_last_picture_and_plays_again_from_the_start(
    playback: Playback, qtbot: QtBot, clock: Clock
) -> None:
    playback.seek(FRAMES - 3)
    wait_for(qtbot, playback, FRAMES - 3)
    playback.play()
    with qtbot.waitSignal(playback.playingChanged, timeout=10_000):
        clock.now += 10
    wait_for(qtbot, playback, FRAMES - 1)
    playback.play()
    wait_for(qtbot, playback, 0)
    assert playback.playing


def test_the_range_goes_round(playback: Playback, qtbot: QtBot, clock: Clock) -> None:
    playback.set_range((10, 14))
    playback.set_loop(True)
    playback.seek(12)
    wait_for(qtbot, playback, 12)
    playback.play()
    clock.now += 1.5 * STEP
    wait_for(qtbot, playback, 13)
    clock.now += 1 * STEP
    wait_for(qtbot, playback, 10)
    assert playback.playing
    clock.now += 2.5 * STEP
    wait_for(qtbot, playback, 12)


def test_the_range_is_cut_and_its_ends_are_set_apart(playback: Playback, qtbot: QtBot) -> None:
    playback.set_range((-5, 900))
    assert playback.range == (0, FRAMES)
    playback.set_range_start(10)
    playback.set_range_end(20)
    assert playback.range == (10, 20)
    playback.set_range_start(30)
    assert playback.range == (30, FRAMES)
    playback.set_range_end(5)
    assert playback.range == (0, 5)
    playback.set_range((7, 7))
    assert playback.range is None


def test_a_file_that_goes_is_said_once(qtbot: QtBot, tmp_path: Path, make_video: Callable[..., Path]) -> None:
    path = make_video(tmp_path / "gone.mp4")
    video = Video(path)
    path.unlink()
    bridge = Bridge()
    playback = Playback(bridge, 64 << 20)
    with qtbot.waitSignal(playback.failed, timeout=10_000) as told:
        playback.open(video)
    assert "gone.mp4" in str(told.args[0])
    assert playback.frame == -1
    playback.close()
    bridge.close()


def test_a_glance_at_a_place_that_is_not_decoded_comes_soon(
    playback: Playback, qtbot: QtBot, number_of: Number
) -> None:
    qtbot.waitUntil(lambda: playback.nearest(20) is not None, timeout=10_000)  # read ahead
    assert number_of(playback.small(20)) == 20
    far = next(n for n in range(FRAMES - 1, 0, -1) if playback.nearest(n) is None)
    with qtbot.waitSignal(playback.smallReady, timeout=10_000) as told:
        assert playback.small(far) is None
    assert told.args == [far]
    small = playback.small(far)
    assert small is not None
    assert number_of(small) == far
    assert playback.frame == 0  # what is shown stays


def test_scrubbing_shows_the_nearest_picture_at_once_and_the_exact_one_when_it_is_there(
    playback: Playback, qtbot: QtBot, number_of: Number
) -> None:
    qtbot.waitUntil(lambda: playback.nearest(20) is not None, timeout=10_000)  # read ahead
    far = next(n for n in range(FRAMES - 1, 0, -1) if playback.nearest(n) is None)
    nearest = next(n for n in range(far, 0, -1) if playback.nearest(n) is not None)
    shown: list[int] = []
    playback.frameShown.connect(shown.append)
    playback.scrub(far)
    assert playback.frame == nearest == number_of(playback.picture)
    wait_for(qtbot, playback, far)
    assert number_of(playback.picture) == far
    assert shown == sorted(shown)  # each one nearer than the one before
    playback.rest()
