"""The vision tower from nothing: targets, chance, a beginning that sees, and a loss that falls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from tvau_studio.training import loop, vision
from tvau_studio.training.streams import Pairs
from tvau_studio.training.vision import VisionStage, look_nearby, moved, patch_targets, recoloured, whiten_patches
from tvau_studio.tvau.features import vision_features
from tvau_studio.tvau.modeling_tvau import TVAU

SIDE = 56


def square(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A bright square (an anomaly of class 2) or a dark one (nothing) on noise."""
    chance = np.random.default_rng(seed)
    picture = chance.integers(90, 130, (SIDE, SIDE, 3), np.uint8)
    classes = np.zeros((SIDE, SIDE), np.uint8)
    y, x = chance.integers(0, 3, 2) * 14
    bright = seed % 2 == 0
    picture[y : y + 14, x : x + 14] = 250 if bright else 5
    classes[y : y + 14, x : x + 14] = 2 if bright else 0
    return np.stack([picture, picture]), classes


def some(seeds: range) -> Pairs:
    found = [square(s) for s in seeds]
    return Pairs(np.stack([p for p, _ in found]), np.stack([c for _, c in found]))


def stage(model: TVAU, **changes: object) -> VisionStage:
    assert model.ahd is not None
    text = vision.stand_in_text(model.ahd.mlps[0].second.out_features)
    source = changes.pop("source", lambda n: some(range(4 * n, 4 * n + 4)))
    unseen = some(range(1000, 1008))
    return VisionStage(model.visual, model.ahd, model.processor, text, source, unseen, kinds=3, **changes)  # type: ignore[arg-type]


def test_targets_follow_the_share_of_anomalous_pixels() -> None:
    classes = torch.zeros(1, 28, 28, dtype=torch.uint8)
    classes[0, :14, :7] = 3  # half of the first patch
    classes[0, 0, 14:28] = 1  # a fourteenth of the second: heat, but not enough to be named
    classes[0, 14:, :14] = 1
    classes[0, 14:19, :14] = 2  # five of fourteen rows of another class
    heat, kind = patch_targets(classes, 14, 3)
    assert heat[0].tolist() == [[1.0, pytest.approx(1 / 14 / vision.FULL_HEAT)], [1.0, 0.0]]
    assert kind[0].tolist() == [[3, 0], [1, 0]]


def test_moving_a_pair_moves_picture_and_classes_alike() -> None:
    pairs = some(range(0, 12, 2))
    for seed in range(5):
        found = moved(pairs, np.random.default_rng(seed))
        assert np.array_equal(found.classes > 0, (found.pictures[:, 0] == 250).all(-1))
        assert np.array_equal(found.pictures[:, 0], found.pictures[:, 1])
    assert np.array_equal(pairs.pictures, some(range(0, 12, 2)).pictures)


def test_new_colours_are_the_same_in_the_whole_picture() -> None:
    values = torch.randn(3, 4, 3 * 8)
    found = recoloured(values, np.random.default_rng(0))
    for n in range(3):
        before, after = values[n].view(4, 3, 8), found[n].view(4, 3, 8)
        for channel in range(3):
            fits = []
            for source in range(3):
                x, y = before[:, source].flatten(), after[:, channel].flatten()
                fits.append(float(torch.corrcoef(torch.stack([x, y]))[0, 1]))
            assert max(fits) == pytest.approx(1.0, abs=1e-5)


def test_stand_in_vectors_are_as_alike_as_real_ones() -> None:
    normal, abnormal = vision.stand_in_text(192)
    assert 0.9 < float(functional.cosine_similarity(normal, abnormal, 0)) < 0.98


def test_the_first_embedding_is_white(make_model: Callable[..., TVAU]) -> None:
    visual = make_model().visual
    generator = torch.Generator().manual_seed(0)
    mixing = torch.randn(1176, 1176, generator=generator) / 1176**0.5
    values = torch.randn(4000, 1176, generator=generator) @ mixing
    whiten_patches(visual, values)
    out = values @ visual.patch_embed.proj.weight.detach().flatten(1).T
    spread = out.std(0)
    assert bool(((spread > 0.8) & (spread < 1.1)).all())
    still = values.view(-1, 3, 2, 196).mean(2, keepdim=True).expand(-1, 3, 2, 196).reshape(-1, 1176)
    seen = (still @ visual.patch_embed.proj.weight.detach().flatten(1).T).abs().amax(0)
    differences = int(0.3 * len(spread))
    assert float(seen[-differences:].max()) < 1e-3  # these look at the difference alone
    assert float(seen[:-differences].min()) > 0.1


def test_heads_begin_at_their_offsets(make_model: Callable[..., TVAU], monkeypatch: pytest.MonkeyPatch) -> None:
    """A spot of light in one patch reaches, through a head, the patch from which it lies at the head's offset."""
    model = make_model()
    visual = model.visual
    with torch.no_grad():
        for block in visual.blocks:
            block.attn.qkv.bias.zero_()
    look_nearby(visual)
    from tvau_studio.tvau import attention

    seen: list[torch.Tensor] = []
    plain = attention._attend

    def spy(q: torch.Tensor, k: torch.Tensor, *rest: object) -> torch.Tensor:
        n, length = rest[1], rest[2]
        a, b = (x.view(n, length, *x.shape[1:]).transpose(1, 2) for x in (q, k))  # type: ignore[arg-type]
        seen.append((a * rest[3] @ b.transpose(-1, -2)).softmax(-1)[0])  # type: ignore[operator]
        return plain(q, k, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(attention, "_attend", spy)
    with torch.no_grad():
        vision_features(visual, 0.01 * torch.randn(1, 64, 1176), (8, 8), (3,), merged=False)
    where = [(2 * by + y, 2 * bx + x) for by in range(4) for bx in range(4) for y in range(2) for x in range(2)]
    middle = where.index((3, 3))
    for number, weights in enumerate(seen):
        for head, row in enumerate(weights[:, middle]):
            dy, dx = vision._OFFSETS[(number + head) % len(vision._OFFSETS)]
            assert where[int(row.argmax())] == (3 + dy, 3 + dx)


def test_the_loss_falls_on_a_few_pairs_and_the_figures_rise(make_model: Callable[..., TVAU], tmp_path: Path) -> None:
    few = some(range(8))
    made = stage(make_model(), source=lambda n: few, lr=4e-3, muon=0.03, augment=False)
    first = float(made.loss(0).detach())
    figures = loop.run(made, loop.Plan(12, warmup=0.1, every=12), tmp_path)
    assert float(made.loss(0).detach()) < 0.7 * first
    assert figures["ap"] > 0.9
    assert {"auroc", "ap_still", "alarms", "score"} <= figures.keys()


def test_it_resumes_bit_for_bit_with_chance_in_its_pictures(make_model: Callable[..., TVAU], tmp_path: Path) -> None:
    def run(folder: Path, *stops: int) -> torch.Tensor:
        for stop_at in (*stops, 99):
            made = stage(make_model(), bf16=True)
            reached: list[int] = []
            try:
                loop.run(
                    made,
                    loop.Plan(4, every=2),
                    folder,
                    lambda r, a=reached: a.append(1),
                    lambda a=reached, s=stop_at: len(a) >= s,
                )  # type: ignore[misc]
            except loop.Cancelled:
                continue
        return torch.cat([p.detach().flatten() for p in made.module.parameters()])

    assert torch.equal(run(tmp_path / "whole"), run(tmp_path / "parts", 1))


def test_short_windows_are_trained_as_sdpa_would(
    make_model: Callable[..., TVAU], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tvau_studio.tvau import attention

    def gradient() -> torch.Tensor:
        made = stage(make_model(), augment=False)
        made.loss(0).backward()  # type: ignore[no-untyped-call]
        grads = [p.grad.flatten() for p in made.module.parameters() if p.grad is not None]
        return torch.cat(grads)

    plain = gradient()
    monkeypatch.setattr(attention, "_SHORT", 0)
    assert torch.allclose(plain, gradient(), atol=1e-5)
