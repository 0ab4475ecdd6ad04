"""The AHD on cached taps: the rest stays frozen, the cache is right, the loss falls."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from tvau_studio.domain.errors import Cancelled
from tvau_studio.training import calibration, datasets, loop
from tvau_studio.training.heatmap import HeatmapStage, TapFeatures, heat_loss
from tvau_studio.training.vision import heat_targets
from tvau_studio.tvau.modeling_tvau import TVAU

SIZE = (112, 168)


@dataclass
class Info:
    size: tuple[int, int] = SIZE


class Film:
    """A bright square that jumps by 28 pixels each two frames."""

    info = Info()
    fingerprint = "film"

    def __init__(self, seed: int, frames: int = 8) -> None:
        chance = np.random.default_rng(seed)
        self.pictures = chance.integers(90, 130, (frames, *SIZE, 3), np.uint8)
        self.boxes = [[f, 28.0 * (f // 2 + seed % 2), 28.0, 28.0, 28.0] for f in range(frames)]
        for f, x, y, w, h in self.boxes:
            self.pictures[int(f), int(y) : int(y + h), int(x) : int(x + w)] = 250
        self.times = [f / 25 for f in range(frames)]

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, frame: int) -> np.ndarray:
        return self.pictures[frame]


@pytest.fixture
def data(tmp_path: Path) -> datasets.DataSet:
    rows = []
    for n in range(4):
        (tmp_path / f"{n}.mp4").write_bytes(b"")
        thing = {"track": 1, "segments": [[0, 6, "person running", "running"]], "boxes": Film(n).boxes}
        split = "val" if n == 3 else "train"
        rows.append(
            {
                "id": str(n),
                "video": f"{n}.mp4",
                "frames": [0, 8],
                "size": list(SIZE),
                "split": split,
                "objects": [thing],
            }
        )
    path = tmp_path / "export.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    return datasets.read(path)


def film(example: datasets.Example) -> Film:
    return Film(int(example.row["id"]))


def taps(model: TVAU, data: datasets.DataSet, folder: Path, split: int = 0, still: float = 0.0) -> TapFeatures:
    return TapFeatures(model, data.split()[split], folder / "features", film, still)


def test_the_cache_holds_what_the_tower_says_and_what_the_labels_say(
    model: TVAU, data: datasets.DataSet, tmp_path: Path
) -> None:
    features = taps(model, data, tmp_path)
    found, shares = features.clip(1)
    video = Film(1)
    scaled = model.processor.scaled(video.pictures)
    with torch.inference_mode():
        wanted = model.features(model.processor.patches(scaled[[0, 2]], scaled[[1, 3]]), last=False, merged=False)
    for tap, direct in zip(found, wanted.taps, strict=True):
        assert tap.shape[0] == 4
        assert torch.allclose(tap[:2], direct, rtol=1e-2, atol=1e-2)  # kept in bfloat16
    assert shares.shape == found[0].shape[:3]
    assert shares[0].sum() == 4  # a square of 28 pixels is 2x2 patches
    assert shares[0, 2:4, 2:4].sum() == 4
    assert shares[3].sum() == 0  # its segment has ended


def test_it_is_computed_once_and_again_for_other_labels(model: TVAU, data: datasets.DataSet, tmp_path: Path) -> None:
    opened: list[str] = []

    def counted(example: datasets.Example) -> Film:
        opened.append(example.row["id"])
        return film(example)

    train = data.split()[0]
    seen: list[int] = []
    TapFeatures(model, train, tmp_path / "f", counted).fill(lambda done, total: seen.append(done))
    assert seen == [1, 2, 3]
    TapFeatures(model, train, tmp_path / "f", counted).fill()
    assert opened == ["0", "1", "2"]
    train[0].row["objects"][0]["segments"][0][1] = 4
    TapFeatures(model, train, tmp_path / "f", counted).fill()
    assert opened == ["0", "1", "2", "0"]
    with pytest.raises(Cancelled):
        TapFeatures(model, train, tmp_path / "other", counted).fill(stop=lambda: True)


def test_still_pairs_show_one_picture_twice(model: TVAU, data: datasets.DataSet, tmp_path: Path) -> None:
    still, _ = taps(model, data, tmp_path, still=1.0).clip(0)
    scaled = model.processor.scaled(Film(0).pictures)
    with torch.inference_mode():
        direct = model.features(model.processor.patches(scaled[[0, 2]], scaled[[0, 2]]), last=False, merged=False)
    assert torch.allclose(still[0][:2], direct.taps[0], rtol=1e-2, atol=1e-2)


def test_only_the_ahd_learns_and_its_loss_falls(
    make_model: Callable[..., TVAU], data: datasets.DataSet, tmp_path: Path
) -> None:
    model = make_model()
    frozen = {k: v.clone() for k, v in model.base.state_dict().items()}
    stage = HeatmapStage(model, taps(model, data, tmp_path), taps(model, data, tmp_path, 1), lr=5e-3, batch=2)
    first = float(stage.loss(0).detach())
    figures = loop.run(stage, loop.Plan(25, every=5), tmp_path / "state")
    assert float(stage.loss(0).detach()) < 0.5 * first
    assert figures["ap"] > 0.8  # on the clip kept for validation
    assert all(torch.equal(v, frozen[k]) for k, v in model.base.state_dict().items())
    calibration.set_calibration(model, 0.0, 1.0)
    assert not calibration.calibrate(model, stage, stage.features)  # three quiet frames are too few


def test_the_loss_is_the_two_channel_cross_entropy() -> None:
    margin, wanted = torch.randn(2, 3, 4), torch.randint(0, 2, (2, 3, 4))
    both = torch.stack([torch.zeros_like(margin), margin], 1)
    assert torch.allclose(heat_loss(margin, wanted.float()), torch.nn.functional.cross_entropy(both, wanted))
    assert heat_loss(margin, wanted.float(), dice=1.0) > heat_loss(margin, wanted.float())
    assert heat_loss(-9 * torch.ones(4), torch.ones(4), positive=3.0) > 2 * heat_loss(-9 * torch.ones(4), torch.ones(4))
    assert heat_targets(torch.tensor([0.0, 0.125, 0.25, 1.0])).tolist() == [0.0, 0.5, 1.0, 1.0]
