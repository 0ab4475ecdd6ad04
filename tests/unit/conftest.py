"""For every unit test: a tiny random network of the real classes, and a video that is an array."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from tvau_studio.tvau.modeling_tvau import TVAU


@pytest.fixture(scope="session")
def tokenizer(random_network: ModuleType) -> Any:
    return random_network.make_tokenizer()


@pytest.fixture(scope="session")
def make_model(random_network: ModuleType, tokenizer: Any) -> Callable[..., TVAU]:
    """make_model(**changes of the configuration): a fresh random TVAU, not prepared."""
    return lambda **changes: random_network.random_model(tokenizer, **changes)


@pytest.fixture(scope="session")
def model(make_model: Callable[..., TVAU]) -> TVAU:
    """One random TVAU, prepared for inference; tests do not change it."""
    model = make_model()
    model.prepare()
    return model


@dataclass(frozen=True)
class ArrayInfo:
    size: tuple[int, int]


class ArrayVideo:
    """A video of moving noise; `reads` lists the pictures that were asked for."""

    def __init__(self, frames: int = 11, size: tuple[int, int] = (120, 200), fps: float = 25.0, seed: int = 0) -> None:
        self.pictures = np.random.default_rng(seed).integers(0, 256, (frames, *size, 3), np.uint8)
        self.info = ArrayInfo(size)
        self.times = self.clock = [n / fps for n in range(frames)]
        self.fingerprint = f"array-{seed}-{frames}"
        self.path = f"array-{seed}.mp4"
        self.reads: list[int] = []

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, frame: int) -> np.ndarray:
        self.reads.append(frame)
        return self.pictures[frame]


@pytest.fixture
def video() -> ArrayVideo:
    return ArrayVideo()
