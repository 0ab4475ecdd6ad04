from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from tvau_studio.tvau.ahd import AnomalyHeatmapDecoder, FactoredDecoder, class_heat, heat
from tvau_studio.tvau.configuration import AHDConfig


def taps(n: int, width: int, *shape: int, dtype: torch.dtype = torch.float32) -> list[torch.Tensor]:
    return [torch.randn(*shape, width, dtype=dtype) for _ in range(n)]


def decoder(config: AHDConfig, width: int, text: int) -> AnomalyHeatmapDecoder:
    ahd = AnomalyHeatmapDecoder(config, width, text)
    with torch.no_grad():
        ahd.fuse_weights.copy_(torch.randn(len(config.taps)))
    return ahd


@settings(max_examples=20)
@given(st.integers(0, 2**31), st.integers(3, 40), st.integers(3, 40))
def test_factored_equals_direct_in_float64(seed: int, hidden: int, text_width: int) -> None:
    """Hidden above and below the text width: R is then not square."""
    torch.manual_seed(seed)
    ahd = decoder(AHDConfig(taps=(0, 1), hidden=hidden), 12, text_width).double()
    text = torch.randn(5, text_width, dtype=torch.float64)
    v = taps(2, 12, 2, 3, 4, dtype=torch.float64)
    direct = torch.zeros(2, 3, 4, 5, dtype=torch.float64)
    for w, mlp, x in zip(ahd.fuse_weights.softmax(0), ahd.mlps, v, strict=True):
        y = mlp(x)
        direct += w * functional.cosine_similarity(y[..., None, :], text, dim=-1)
    direct = direct.permute(0, 3, 1, 2)
    factored = FactoredDecoder(ahd, text)
    # The factors themselves are kept in float32.
    torch.testing.assert_close(factored(v).double(), direct, atol=2e-5, rtol=0)
    torch.testing.assert_close(ahd(v, text).double(), direct, atol=2e-5, rtol=0)


def test_the_factors_are_exact() -> None:
    """|| R z || = || W~ z || to float64's precision, biases included, where the factors are not rounded."""
    torch.manual_seed(0)
    w, b = torch.randn(30, 20, dtype=torch.float64), torch.randn(30, dtype=torch.float64)
    z = torch.cat([torch.randn(50, 20, dtype=torch.float64).relu(), torch.ones(50, 1, dtype=torch.float64)], 1)
    joined = torch.cat([w, b[:, None]], 1)
    r = torch.linalg.qr(joined, mode="r").R
    torch.testing.assert_close((z @ r.T).norm(dim=1), (z @ joined.T).norm(dim=1), atol=1e-12, rtol=1e-13)


def test_heat_is_the_softmax_over_two_states() -> None:
    config = AHDConfig()
    h = torch.rand(3, 2, 4, 5) * 2 - 1
    torch.testing.assert_close(heat(h, config), (100 * h).softmax(1)[:, 1])


def test_calibration_moves_the_threshold() -> None:
    h = torch.zeros(1, 2, 1, 1)
    h[0, 1] = 0.02
    assert heat(h, AHDConfig()).item() == pytest.approx(torch.tensor(2.0).sigmoid().item())
    assert heat(h, AHDConfig(bias=-2.0)).item() == pytest.approx(0.5)
    assert heat(h, AHDConfig(calibration=4.0)).item() == pytest.approx(torch.tensor(0.5).sigmoid().item())


def test_class_heat_compares_each_class_with_the_common_normal() -> None:
    normal, classes = torch.zeros(1, 1, 1, 2), torch.tensor([[[[0.05, 0.0]], [[0.0, 0.05]]]])
    got = class_heat(normal, classes, AHDConfig())
    assert got.shape == (1, 2, 1, 2)
    assert got[0, :, 0, 0].argmax() == 0
    assert got[0, :, 0, 1].argmax() == 1


def test_compat_normalises_along_the_height_axis() -> None:
    torch.manual_seed(1)
    ahd = decoder(AHDConfig(taps=(0,), hidden=8, normalisation="compat"), 6, 10)
    v, text = taps(1, 6, 2, 4, 3), torch.randn(2, 10)
    y = ahd.mlps[0](v[0])
    want = functional.normalize(y, dim=1) @ functional.normalize(text, dim=-1).T
    torch.testing.assert_close(ahd(v, text), want.permute(0, 3, 1, 2))
    with pytest.raises(ValueError, match="factored"):
        FactoredDecoder(ahd, text)


def test_compat_is_independent_between_pairs() -> None:
    ahd = decoder(AHDConfig(taps=(0,), hidden=8, normalisation="compat"), 6, 10)
    v, text = taps(1, 6, 3, 4, 3), torch.randn(2, 10)
    torch.testing.assert_close(ahd(v, text)[1:2], ahd([v[0][1:2]], text))


def test_parameters_at_the_7b_shapes() -> None:
    with torch.device("meta"):
        thesis = AnomalyHeatmapDecoder(AHDConfig(taps=(0, 7, 15, 23, 31)), 1280, 3584)
    assert sum(p.numel() for p in thesis.parameters()) == 24_926_725
    state = thesis.state_dict()
    assert state["fuse_weights"].shape == (5,)
    assert state["mlps.4.model.0.weight"].shape == (1024, 1280)
    assert state["mlps.0.model.2.weight"].shape == (3584, 1024)


def test_gradients_reach_every_parameter() -> None:
    ahd = decoder(AHDConfig(taps=(0, 1), hidden=8), 6, 10)
    functional.cross_entropy(100 * ahd(taps(2, 6, 2, 3, 3), torch.randn(2, 10)), torch.ones(2, 3, 3).long()).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in ahd.parameters())
