from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from tvau_studio.domain.errors import Cancelled, StudioError, UsageError
from tvau_studio.tvau import host as host_module
from tvau_studio.tvau.host import ModelHost
from tvau_studio.tvau.modeling_tvau import TVAU
from tvau_studio.tvau.pairs import chosen_pairs

QUESTION = "Is there any anomaly in the video?"


@pytest.fixture
def host(model: TVAU) -> ModelHost:
    return ModelHost(model, "random", "0" * 16)


def answer(host: ModelHost, video: Any, question: str = QUESTION, a: int = 0, b: int = 11, **more: Any) -> str:
    return list(host.stream(video, question, a, b, **more))[-1].text


def test_a_pairs_map_depends_on_the_pair_alone(host: ModelHost, model: TVAU, video: Any) -> None:
    whole = host.heat(video, range(6))
    fresh = ModelHost(model, "random", "0")
    single = np.concatenate([fresh.heat(video, [k]) for k in (5, 2, 0)])
    assert whole.dtype == np.float32
    assert whole.shape[0] == 6
    np.testing.assert_allclose(single, whole[[5, 2, 0]], atol=1e-6)
    assert np.ptp(whole) > 1e-4


def test_pair_distance_takes_pictures_by_the_videos_clock(make_model: Callable[..., TVAU], video: Any) -> None:
    """Distance 3: pair k joins 2k and 2k + 3, cut off at the last picture; each picture is read once, ascending."""
    model = make_model(pair_distance=3)
    model.prepare()
    got = ModelHost(model, "random", "0").heat(video, range(6))
    assert video.reads == sorted(set(video.reads))
    p = model.processor
    second = [min(2 * k + 3, 10) for k in range(6)]
    patches = p.patches(p.scaled(video.pictures[0:11:2]), p.scaled(video.pictures[second]))
    with torch.no_grad():
        want = model.heat(model.cosines(model.features(patches, merged=False))).numpy()
    np.testing.assert_allclose(got, want, atol=1e-5)


def test_vision_runs_once_per_pair_for_heat_and_chat(model: TVAU, video: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    host = ModelHost(model, "random", "0")
    pairs_seen = []
    run = TVAU.features

    def counted(self: TVAU, patches: Any, **more: Any) -> Any:
        pairs_seen.append(len(patches.values))
        return run(self, patches, **more)

    monkeypatch.setattr(TVAU, "features", counted)
    host.heat(video, range(6))
    answer(host, video)
    answer(host, video, "What is its movement trajectory?")
    host.class_heat(video, range(2, 6))
    assert sum(pairs_seen) == 6


def test_feature_cache_is_bounded(model: TVAU, video: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    host = ModelHost(model, "random", "0")
    host.heat(video, [0])
    one = host._bytes
    assert one > 0
    monkeypatch.setattr(host_module, "_FEATURE_BYTES", 3 * one)
    host.heat(video, range(6))
    assert host._bytes == 3 * one == sum(p.size for p in host._pairs.values())
    assert [k for _, k in host._pairs] == [3, 4, 5]


def test_second_question_reuses_the_prefix_and_answers_as_a_fresh_model(model: TVAU, video: Any) -> None:
    host = ModelHost(model, "random", "0")
    first = answer(host, video)
    second = answer(host, video, "Please describe the environment of the video.")
    fresh = ModelHost(model, "random", "0")
    assert answer(fresh, video, "Please describe the environment of the video.") == second
    assert answer(host, video) == first
    assert first != second
    assert len(host._talker._prefixes) == 1
    assert answer(host, video, history=[("q", "a")]) == answer(fresh, video, history=[("q", "a")])


def test_stream_grows_and_can_be_left(host: ModelHost, video: Any) -> None:
    pieces = list(host.stream(video, QUESTION, 0, 11))
    assert all(later.text.startswith(earlier.text) for earlier, later in pairwise(pieces))
    started = host.stream(video, QUESTION, 0, 11)
    next(started)
    started.close()
    assert answer(host, video) == pieces[-1].text


def test_two_streams_on_one_range_do_not_disturb_each_other(host: ModelHost, video: Any) -> None:
    alone = answer(host, video)
    a, b = host.stream(video, QUESTION, 0, 11), host.stream(video, QUESTION, 0, 11)
    next(a)
    host.heat(video, range(3))
    rest_b, rest_a = list(b), list(a)
    assert rest_a[-1].text == rest_b[-1].text == alone


def test_many_threads_get_the_answers_of_one(host: ModelHost, video: Any) -> None:
    questions = [QUESTION, "What is its movement trajectory?", "Why?"]
    want = [answer(host, video, q) for q in questions]
    got: dict[int, str] = {}
    threads = [
        threading.Thread(target=lambda i=i, q=q: got.__setitem__(i, answer(host, video, q)))
        for i, q in enumerate(questions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [got[i] for i in range(3)] == want


def test_cancel_stops_between_tokens_and_between_pairs(host: ModelHost, model: TVAU, video: Any) -> None:
    whole = [piece.tokens for piece in host.stream(video, QUESTION, 0, 11)][-1]
    calls = 0

    def after_three_tokens() -> bool:
        nonlocal calls
        calls += 1
        return calls > 4  # once before the pairs, then before each token

    seen: list[int] = []
    stream = host.stream(video, QUESTION, 0, 11, cancel=after_three_tokens)
    with pytest.raises(Cancelled):
        seen.extend(piece.tokens for piece in stream)
    assert max(seen) < whole
    fresh = ModelHost(model, "random", "0")
    done: list[int] = []
    fresh_video = type(video)(120)
    with pytest.raises(Cancelled):
        fresh.heat(fresh_video, range(60), progress=lambda n, total: done.append(n), cancel=lambda: bool(done))
    assert 0 < done[-1] < 60
    assert answer(host, video)


def test_progress_and_ready_cover_every_pair_once(host: ModelHost, video: Any) -> None:
    told: list[tuple[int, int]] = []
    ready: list[int] = []
    maps = host.heat(
        video, range(6), lambda done, total: told.append((done, total)), ready=lambda k, values: ready.extend(k)
    )
    assert ready == list(range(6))
    assert told[-1] == (6, 6)
    assert len(maps) == 6


def test_limit_is_named(make_model: Callable[..., TVAU], video: Any) -> None:
    config = make_model().config
    model = make_model(chat=replace(config.chat, max_frames=6))
    host = ModelHost(model, "random", "0")
    with pytest.raises(StudioError, match=r"random answers about at most 6 frames.*0:8 has 8"):
        next(host.stream(video, QUESTION, 0, 8))
    for a, b in ((5, 5), (8, 2), (0, 99), (-1, 3)):
        with pytest.raises(UsageError):
            next(host.stream(video, QUESTION, a, b))


def test_a_model_without_ahd_answers_and_says_that_it_has_no_heat(make_model: Callable[..., TVAU], video: Any) -> None:
    model = make_model(ahd=None, rae=None)
    model.prepare()
    host = ModelHost(model, "plain", "0")
    assert not host.has_heat
    assert list(host.stream(video, QUESTION, 0, 11))[-1].tokens > 0
    with pytest.raises(StudioError, match="plain has no anomaly heatmap decoder"):
        host.heat(video, [0])


def test_p_yes_is_a_probability_and_leaves_the_prefix_alone(host: ModelHost, video: Any) -> None:
    before = answer(host, video)
    p = host.p_yes(video, QUESTION, 0, 11)
    assert 0 < p < 1
    assert host.p_yes(video, QUESTION, 0, 11) == p
    assert answer(host, video) == before


@pytest.mark.parametrize(("pairs", "limit"), [(1, 4), (4, 4), (5, 4), (12, 4), (48, 1), (3, 2)])
def test_chosen_pairs(pairs: int, limit: int) -> None:
    got = chosen_pairs(pairs, limit)
    assert len(got) == min(pairs, limit)
    assert got == sorted(set(got))
    assert got[0] == 0
    assert limit == 1 or got[-1] == pairs - 1


def test_a_part_is_left_out_for_good(make_model: Any, video: Any) -> None:
    whole, without_rae, without_ahd = (ModelHost(make_model(), "random", "f" * 16) for _ in range(3))
    without_rae.leave_out("rae")
    without_ahd.leave_out("ahd")
    np.testing.assert_array_equal(whole.heat(video, [0, 1]), without_rae.heat(video, [0, 1]))
    answers = [[*h.stream(video, "Why?", 0, 8)][-1].text for h in (whole, without_rae, without_ahd)]
    # Random weights: with and without anomaly tokens they babble differently, and heat alone changes no answer.
    assert answers[0] != answers[1] == answers[2]
    assert not without_ahd.has_heat
    with pytest.raises(StudioError, match="no AHD to leave out"):
        without_ahd.leave_out("ahd")
    with pytest.raises(StudioError, match="no RAE to leave out"):
        without_rae.leave_out("rae")


@pytest.mark.parametrize("normalisation", ["cosine", "compat"])
def test_a_phrase_is_as_hot_as_a_class_of_these_words(
    make_model: Callable[..., TVAU], video: Any, monkeypatch: pytest.MonkeyPatch, normalisation: str
) -> None:
    model = make_model()
    assert model.ahd is not None
    model.ahd.config = replace(model.ahd.config, normalisation=normalisation)
    model.config = replace(model.config, ahd=model.ahd.config)
    model.prepare()
    host = ModelHost(model, "random", "0")
    event = host.classes[0]
    classes = host.class_heat(video, range(6))
    looked: list[int] = []
    run = TVAU.features

    def counted(self: TVAU, patches: Any, **more: Any) -> Any:
        looked.append(len(patches.values))
        return run(self, patches, **more)

    monkeypatch.setattr(TVAU, "features", counted)
    assert host.knows(video, range(6)) == 0
    told: list[int] = []
    maps = host.text_heat(video, range(6), model.prompts.classes[event], ready=lambda pairs, _: told.extend(pairs))
    assert told == list(range(6))
    np.testing.assert_allclose(maps, classes[:, 0], atol=2e-3)
    assert host.knows(video, range(6)) == 6
    # Another phrase costs no look at the picture.
    looked.clear()
    other = host.text_heat(video, range(6), "a red balloon")
    assert not looked
    assert np.abs(other - maps).max() > 1e-3
    np.testing.assert_allclose(host.class_heat(video, range(6)), classes, atol=1e-6)
    with pytest.raises(UsageError, match="empty phrase"):
        host.text_heat(video, range(6), "  ")
