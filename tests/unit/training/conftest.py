"""Labelled clips of noise, and what a tiny random network says of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from tvau_studio.training.clip_features import ClipFeatures
    from tvau_studio.tvau.modeling_tvau import TVAU


class Noise:
    """A video of noise; equal names, equal pictures."""

    def __init__(self, seed: int, frames: int = 12, size: tuple[int, int] = (112, 168)) -> None:
        self.pictures = np.random.default_rng(seed).integers(0, 256, (frames, *size, 3), np.uint8)
        self.info = self
        self.size = size
        self.times = [n / 24 for n in range(frames)]
        self.fingerprint = f"noise-{seed}"

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, frame: int) -> np.ndarray:
        return self.pictures[frame]


def thing(
    track: int, event: str | None, start: tuple[float, float], speed: tuple[float, float], **more: Any
) -> dict[str, Any]:
    """An object of 12 frames whose centre begins at `start` and moves by `speed` a frame, 20 x 40 pixels."""
    boxes = [[f, start[0] + speed[0] * f - 10, start[1] + speed[1] * f - 20, 20, 40] for f in range(12)]
    return {
        "track": track,
        "event": event,
        "appearance": "A man in a red shirt and black trousers",
        "motion": "running" if event else "walking",
        "segments": [[0, 12, event, "running" if event else "walking"]],
        "boxes": boxes,
        "zh": {"appearance": "一名身穿红色衬衫和黑色长裤的男子", "motion": "奔跑" if event else "行走"},
        **more,
    }


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    """Three clips: a runner from the left to the right, a quiet one, and a runner who stands below."""
    environment = {"environment": "A paved square.", "zh": {"environment": "铺砖广场。"}}
    kinds: list[list[dict[str, Any]]] = [
        [thing(1, "person running", (20, 56), (11, 0)), thing(2, None, (84, 20), (0, 0))],
        [thing(1, None, (84, 56), (0, 0))],
        [thing(1, "person running", (84, 100), (0, 0))],
    ]
    return [
        {
            "id": f"clip-{n}",
            "video": f"{n}.mp4",
            "frames": [0, 12],
            "fps": 24.0,
            "size": [112, 168],
            "objects": objects,
            **environment,
        }
        for n, objects in enumerate(kinds)
    ]


@pytest.fixture
def network(make_model: Callable[..., TVAU]) -> TVAU:
    """A fresh random network that tests may train."""
    model = make_model()
    model.prepare()
    return model


@pytest.fixture
def features(network: TVAU, rows: list[dict[str, Any]], tmp_path: Path) -> ClipFeatures:
    from tvau_studio.training.clip_features import ClipFeatures

    return ClipFeatures(network, rows, tmp_path / "features", lambda row: Noise(int(row["id"][-1])))
