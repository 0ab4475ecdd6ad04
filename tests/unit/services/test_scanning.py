from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tvau_studio.domain.errors import Cancelled, StudioError
from tvau_studio.domain.events import Event, Rule
from tvau_studio.domain.geometry import REGIONS, Box
from tvau_studio.media.encoder import write_video
from tvau_studio.media.video import Video
from tvau_studio.services import scan_curves, scanning
from tvau_studio.services.models import Model
from tvau_studio.services.scanning import Options
from tvau_studio.store.heatmap_cache import HeatmapCache
from tvau_studio.tvau.modeling_tvau import TVAU

FRAMES = 70


def film(path: Path, frames: int = FRAMES, seed: int = 0) -> Path:
    noise = np.random.default_rng(seed).integers(0, 256, (4, 60, 100, 3), np.uint8)
    write_video(path, ((n / 25, np.roll(noise[n // 9 % 4], 3 * n, 1)) for n in range(frames)))
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("films") / "a.mp4")


@pytest.fixture
def loaded(model: Any) -> Model:
    from tvau_studio.tvau.host import ModelHost

    return Model(ModelHost(model, "random", "f" * 16))


@pytest.fixture
def cache(tmp_path: Path) -> HeatmapCache:
    return HeatmapCache(tmp_path / "cache")


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry per call of the vision tower: how many pairs it was given."""
    counts: list[int] = []
    run = TVAU.features

    def counted(self: TVAU, patches: Any, **more: Any) -> Any:
        counts.append(len(patches.values))
        return run(self, patches, **more)

    monkeypatch.setattr(TVAU, "features", counted)
    return counts


def middle(path: Path, model: Model, cache: HeatmapCache) -> Rule:
    """A rule that finds some of what the random network sees."""
    with Video(path) as video:
        scores = scan_curves.curve(video, model, cache).scores
    return Rule(float(np.quantile(scores, 0.6)), 2, 2)


def test_the_curve_is_the_heat_of_every_pair(path: Path, loaded: Model, cache: HeatmapCache, seen: list[int]) -> None:
    told: list[tuple[int, int]] = []
    with Video(path) as video:
        curve = scan_curves.curve(video, loaded, cache, progress=lambda *n: told.append(n))
        assert seen == [1] * 35
        want = loaded.heatmap(video).score
    np.testing.assert_allclose(curve.scores, want, atol=5e-4)
    assert (told[0], told[-1]) == ((0, 35), (35, 35))
    assert (curve.frames, curve.known, curve.size, curve.model, curve.name) == (70, 35, (60, 100), "f" * 16, "random")
    assert not list(cache.folder.rglob("*.journal"))


def test_a_second_run_and_another_rule_compute_nothing(
    path: Path, loaded: Model, cache: HeatmapCache, seen: list[int]
) -> None:
    rule = middle(path, loaded, cache)
    seen.clear()
    with Video(path) as video:
        again = scan_curves.curve(video, loaded, cache)
        read = scan_curves.known_curve(video, loaded.id, loaded.name, cache)
    first = scanning.events(again, rule, cache)
    assert first
    assert first == scanning.events(read, rule, cache)
    assert len(scanning.events(read, replace(rule, gap=24), cache)) < len(first)
    assert seen == []


def test_events_say_where_it_is_hottest(path: Path, loaded: Model, cache: HeatmapCache) -> None:
    rule = middle(path, loaded, cache)
    with Video(path) as video:
        curve = scan_curves.curve(video, loaded, cache)
        heat = loaded.heatmap(video)
    found = scanning.events(curve, rule, cache)
    assert [e.score for e in found] == sorted((e.score for e in found), reverse=True)
    for event in found:
        assert event.region in REGIONS
        values = heat.at(event.peak)
        row, column = np.unravel_index(values.argmax(), values.shape)
        centre = (column + 0.5) * 100 / values.shape[1], (row + 0.5) * 60 / values.shape[0]
        assert event.box.contains(*centre)
        assert event.score == pytest.approx(float(values.max()), abs=1e-3)
        assert event.size == (60, 100)
    # Without the maps, the scores and hottest cells still make events.
    bare = scanning.events(curve, rule, HeatmapCache(cache.folder / "empty"))
    assert [(e.frames, e.score, e.peak) for e in bare] == [(e.frames, e.score, e.peak) for e in found]
    assert all(b.box.w == pytest.approx(100 / curve.grid[1], abs=0.01) for b in (e for e in bare))


def test_each_event_is_asked_about_once(path: Path, loaded: Model, cache: HeatmapCache, seen: list[int]) -> None:
    rule = middle(path, loaded, cache)
    first = scanning.scan([path], loaded, cache, Options(rule))
    assert first.events
    for event in first.events:
        assert event.question == "Is there any anomaly in the video?"
        assert event.asked is not None
        assert event.asked[0] <= event.peak < event.asked[1]
        assert event.asked[1] - event.asked[0] <= loaded.max_frames
        assert event.answer is not None
        assert event.event in (*loaded.classes, "anomaly")
    seen.clear()
    assert scanning.scan([path], loaded, cache, Options(rule)) == first
    assert seen == []
    bare = scanning.scan([path], loaded, cache, Options(rule, ask=False)).events
    assert bare == [replace(e, question=None, asked=None, answer=None, anomaly=None, event=None) for e in first.events]
    kept = scanning.answers(cache, Video(path).fingerprint, loaded.id)
    assert [scanning.recall(e, FRAMES, loaded.max_frames, kept) for e in bare] == first.events
    assert [scanning.recall(e, FRAMES, loaded.max_frames, kept, "zh") for e in bare] == bare


def test_several_videos_are_ranked_together(path: Path, loaded: Model, cache: HeatmapCache, tmp_path: Path) -> None:
    other = film(tmp_path / "b.mp4", 30, 5)
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    rule = middle(path, loaded, cache)
    told: list[tuple[int, int]] = []
    result = scanning.scan(
        [path, tmp_path / "broken.mp4", other],
        loaded,
        cache,
        Options(rule, ask=False),
        progress=lambda *n: told.append(n),
    )
    assert {e.video for e in result.events} == {str(path), str(other)}
    assert [e.score for e in result.events] == sorted((e.score for e in result.events), reverse=True)
    assert ["broken.mp4" in why for why in result.refused] == [True]
    assert told[-1] == (50, 50)
    assert told == sorted(told)
    with pytest.raises(StudioError, match="broken"):
        scanning.scan([tmp_path / "broken.mp4"], loaded, cache)


def test_a_scan_that_is_stopped_goes_on(path: Path, loaded: Model, cache: HeatmapCache, seen: list[int]) -> None:
    done: list[int] = []
    with Video(path) as video:
        with pytest.raises(Cancelled):
            scan_curves.curve(
                video, loaded, cache, progress=lambda n, _: done.append(n), cancel=lambda: bool(done and done[-1] > 9)
            )
        assert seen == [1] * done[-1]
        whole = scan_curves.curve(video, loaded, cache)
        assert len(seen) == 35
        np.testing.assert_allclose(whole.scores, loaded.heatmap(video).score, atol=5e-4)


def test_ctrl_c_in_the_middle_of_a_pair_loses_that_pair_alone(
    path: Path, loaded: Model, cache: HeatmapCache, seen: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = type(loaded.host._model).heat

    def stopped(self: Any, cosines: Any) -> Any:
        if len(seen) == 20:
            raise KeyboardInterrupt
        return run(self, cosines)

    with Video(path) as video:
        with monkeypatch.context() as patch:
            patch.setattr(TVAU, "heat", stopped)
            with pytest.raises(KeyboardInterrupt):
                scan_curves.curve(video, loaded, cache)
        assert sorted(cache.read(video.fingerprint, loaded.id, range(35))) == list(range(19))
        assert not list(cache.folder.rglob("*.journal"))
        scan_curves.curve(video, loaded, cache)
    assert len(seen) == 36


_KILLED = """
import os, signal, sys
from pathlib import Path
from tvau_studio.media.video import Video
from tvau_studio.services import scan_curves, scanning
from tvau_studio.services.models import load_model
from tvau_studio.tvau.modeling_tvau import TVAU

path, model, cache, log, last = sys.argv[1:]
run = TVAU.heat

def heat(self, cosines):
    values = run(self, cosines)
    with open(log, "a") as file:
        file.write("x")
    if Path(log).stat().st_size == int(last):
        os.kill(os.getpid(), signal.SIGKILL)
    return values

TVAU.heat = heat
with Video(path) as video:
    curve = scan_curves.curve(video, load_model(model, "cpu"), scanning.heat_cache(Path(cache)))
assert curve.known == len(curve.scores)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a process that can be killed outright")
def test_a_scan_that_was_killed_recomputes_one_pair_at_most(path: Path, model_folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"

    def run(last: int) -> int:
        """Computes until `last` pairs are computed in all runs together, and is killed then: after the pair is
        computed, before it is kept, the worst moment."""
        words = [sys.executable, "-c", _KILLED, path, model_folder, tmp_path / "cache", log, last]
        return subprocess.run(list(map(str, words)), check=False, timeout=120).returncode

    assert run(22) == -signal.SIGKILL
    assert run(1000) == 0
    assert log.stat().st_size == 36


@given(
    st.integers(1, 300).flatmap(
        lambda n: st.tuples(st.just(n), st.integers(0, n - 1), st.integers(0, n - 1), st.integers(0, n - 1))
    ),
    st.integers(2, 120),
)
def test_what_is_asked_about(drawn: tuple[int, int, int, int], most: int) -> None:
    frames, a, b, c = drawn
    start, peak, last = sorted((a, b, c))
    event = Event("v", (start, last + 1), 0.7, "left", Box(0, 0, 1, 1), peak, "m")
    asked = scanning.asked_range(event, frames, most)
    assert 0 <= asked.start < asked.stop <= frames
    assert len(asked) <= most
    if len(event.range) <= most:
        assert asked.start <= start
        assert asked.stop > last
        assert len(asked) >= min(24, most, frames)
    else:
        assert len(asked) == most
        assert start <= asked.start <= peak < asked.stop <= last + 1


def test_a_model_without_heat_is_refused(make_model: Callable[..., Any], path: Path, cache: HeatmapCache) -> None:
    from tvau_studio.tvau.host import ModelHost

    plain = make_model()
    plain.prepare()
    plain.ahd = plain.rae = None
    with pytest.raises(StudioError, match="no anomaly heatmap decoder"):
        scanning.scan([path], Model(ModelHost(plain, "plain", "0" * 16)), cache)


def test_paths(tmp_path: Path) -> None:
    film(tmp_path / "b.mp4", 2)
    (tmp_path / "frames").mkdir()
    assert scanning.video_paths([tmp_path, tmp_path / "b.mp4"]) == [tmp_path / "b.mp4"]
    assert scanning.video_paths([tmp_path / "frames"]) == [tmp_path / "frames"]
    with pytest.raises(StudioError, match="does not exist"):
        scanning.video_paths([tmp_path / "no.mp4"])


def test_a_run_goes_on_in_parts(path: Path, loaded: Model, cache: HeatmapCache, seen: list[int]) -> None:
    with Video(path) as video:
        loaded.host.heat(video, [0, 1, 9], None, None, lambda k, m: cache.write(video.fingerprint, loaded.id, k, m))
        seen.clear()
        loaded.host.forget()
        sizes = []
        with scan_curves.Run(video, loaded, cache) as run:
            more = True
            while more:
                more = run.advance(10)
                sizes.append((len(seen), run.progress[0], run.curve().known))
        assert sizes == [(10, 13, 13), (20, 23, 23), (30, 33, 33), (32, 35, 35)]


def test_peaks_are_read_once_whatever_the_rule(
    path: Path, loaded: Model, cache: HeatmapCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = middle(path, loaded, cache)
    with Video(path) as video:
        curve = scan_curves.known_curve(video, loaded.id, loaded.name, cache)
    want = [scanning.events(curve, r, cache) for r in (rule, replace(rule, gap=0), rule)]
    read: list[int] = []
    run = cache.read
    monkeypatch.setattr(cache, "read", lambda v, m, pairs: read.extend(pairs) or run(v, m, pairs))
    kept = scanning.Remembered(cache)
    assert [scanning.events(curve, r, kept) for r in (rule, replace(rule, gap=0), rule)] == want
    assert len(read) == len(set(read)) == len({e.peak for found in want for e in found})
