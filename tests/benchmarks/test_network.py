"""Speed of the network as ratios taken in one run. Printed with ``pytest -m benchmark -s
tests/benchmarks/test_network.py``.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from tvau_studio.domain.errors import StudioError
from tvau_studio.domain.paths import resource
from tvau_studio.tvau.host import ModelHost

pytestmark = pytest.mark.benchmark

FRAMES, SIZE = 24, (476, 868)
ROUNDS = 9


@dataclass(frozen=True)
class Info:
    size: tuple[int, int] = SIZE


class Pictures:
    """24 pictures in memory: decoding is not what is measured."""

    def __init__(self, seed: int = 0) -> None:
        self.pictures = np.random.default_rng(seed).integers(0, 256, (FRAMES, *SIZE, 3), np.uint8)
        self.info = Info()
        self.times = [n / 24 for n in range(FRAMES)]
        self.fingerprint = f"pictures-{seed}"

    def __len__(self) -> int:
        return FRAMES

    def __getitem__(self, frame: int) -> np.ndarray:
        return self.pictures[frame]


@pytest.fixture(scope="module")
def host() -> ModelHost:
    try:
        resource("tvau-tiny")
    except StudioError:
        pytest.skip("tvau-tiny is not in resources/")
    return ModelHost.load("tvau-tiny", "cpu")


def fastest(*works: Callable[[], object]) -> list[float]:
    """The shortest of several runs of each, taken in turn, so that a busy moment meets all alike; seconds."""
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for i, work in enumerate(works):
            start = time.perf_counter()
            work()
            best[i] = min(best[i], time.perf_counter() - start)
    return best


def test_heat_against_the_vision_tower_of_transformers(host: ModelHost) -> None:
    """Pictures in, heat out / transformers' own forward of the tower with merger on ready patches: at most 1.15."""
    video, model = Pictures(), host._model
    tower = copy.deepcopy(model.visual)
    tower.config._attn_implementation = "sdpa"
    p = model.processor
    patches = p.patches(p.scaled(video.pictures[0::2]), p.scaled(video.pictures[1::2]))
    thw, flat = torch.tensor([[FRAMES // 2, *patches.grid]]), patches.values.flatten(0, 1)

    def theirs() -> None:
        with torch.inference_mode():
            tower(flat, grid_thw=thw)

    def ours() -> None:
        host.forget()
        host.heat(video, range(FRAMES // 2))

    theirs()
    ours()
    them, us = fastest(theirs, ours)
    print(f"\nheat of {FRAMES} frames, grid {patches.grid}: ours {us:.3f} s, tower {them:.3f} s, ratio {us / them:.2f}")
    assert us / them <= 1.15


def test_second_question_against_the_first(host: ModelHost) -> None:
    """Time to the first piece of text of a second question on a clip / of the first: at most 0.3."""
    questions = ("Is there any anomaly in the video?", "Please describe the environment of the video.")
    video = Pictures(1)
    first: list[float] = []
    second: list[float] = []
    for _ in range(ROUNDS):
        host.forget()
        for question, times in zip(questions, (first, second), strict=True):
            start = time.perf_counter()
            stream = host.stream(video, question, 0, FRAMES)
            next(stream)
            times.append(time.perf_counter() - start)
            stream.close()
    ratio = min(second) / min(first)
    print(f"\ntime to first token: first {min(first):.3f} s, second {min(second):.3f} s, ratio {ratio:.2f}")
    assert ratio <= 0.3
